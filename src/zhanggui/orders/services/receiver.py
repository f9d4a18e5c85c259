"""Whom a paid order goes to, corrected before anything of it is packed."""

from django.db import transaction

from zhanggui.kernel import audit, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import FieldError, PermissionDenied, ValidationFailed

from .. import locks
from ..events import OrderReceiverChanged
from ..permissions import PERMISSIONS
from ..states import PAID, PENDING
from ..types import Receiver

CHANGE = "orders.change_receiver"
_LENGTHS = {"contact_name": 100, "contact_mobile": 24, "province": 40, "city": 40, "district": 40, "address_line": 300}
_OPTIONAL = ("district",)
_WRITE = """
update orders_order set contact_name = %s, contact_mobile = %s, province = %s, city = %s, district = %s, address_line = %s
where id = %s
"""


def change_receiver(number: str, receiver: Receiver, *, actor: Actor) -> None:
    """Correct name, mobile and address of an order that waits for payment or for the warehouse. Opens its own transaction.

    The freight stays as it was paid. The buyer sees that it was changed; the log keeps which fields, not what they said.
    Raises NotFound, ValidationFailed, PermissionDenied, OrderWrongState (the warehouse has begun).
    """
    if not actor.may(CHANGE):
        meaning = PERMISSIONS[CHANGE]
        words = Text(f"您没有「{meaning.zh}」的权限", f"You are not allowed to: {meaning.en}")
        raise PermissionDenied(text=words, extra={"permission": CHANGE})
    values = {name: str(getattr(receiver, name)).strip() for name in _LENGTHS}
    errors = [
        FieldError(name, "length", Text(f"应为 1 到 {most} 个字", f"has 1 to {most} characters"))
        for name, most in _LENGTHS.items()
        if not (values[name] or name in _OPTIONAL) or len(values[name]) > most or not values[name].isprintable()
    ]
    if errors:
        raise ValidationFailed(errors=errors)
    with transaction.atomic():
        order = locks.hold(number)
        if order["status"] not in (PENDING, PAID):
            raise locks.refused(number, "change_receiver")
        known = db.row(f"select {', '.join(_LENGTHS)} from orders_order where id = %s", (order["id"],)) or {}
        changed = [name for name in _LENGTHS if known[name] != values[name]]
        if not changed:
            raise ValidationFailed.one("", "unchanged", "收货信息没有变化", "nothing is another than before")
        db.execute(_WRITE, (*values.values(), order["id"]))
        locks.tell(order["id"], "receiver_changed", actor=actor, fields=changed)
        audit.record(
            actor=actor,
            action="orders.change_receiver",
            target_type="order",
            target_id=number,
            after={"fields": changed},
        )
        record(OrderReceiverChanged(number=number, fields=changed))
