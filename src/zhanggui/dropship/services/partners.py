"""Suppliers who send for us: begun, changed, ended."""

from django.db import transaction

from zhanggui.inventory import services as inventory
from zhanggui.inventory.types import SUPPLIER
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.procurement import selectors as procurement

from ..permissions import MANAGE, need
from ..types import ReturnTo
from .common import held_partner, note

#: After every warehouse of ours in the order of shipping.
LAST = 9000
MAX_NAME, MAX_PHONE, MAX_ADDRESS = 100, 24, 300


def open_partner(supplier_id: int, *, return_to: ReturnTo = ReturnTo(), actor: Actor) -> int:  # noqa: B008 - frozen
    """This supplier sends for us from now on; the place that stands for his stock. Opens its own transaction.

    Again changes nothing but the address. Raises NotFound, ValidationFailed (he is not an approved supplier), PermissionDenied.
    """
    need(actor, MANAGE)
    to = _checked(return_to)
    supplier = procurement.supplier(supplier_id)
    if supplier.state != "approved":
        raise ValidationFailed.one("supplier", "not_approved", "该供应商不在合作中", "the supplier is not approved")
    with transaction.atomic():
        code = f"supplier-{supplier_id}"
        house = inventory.save_warehouse(
            code=code, name=f"代发：{supplier.draft.name}"[:120], priority=LAST, kind=SUPPLIER, actor=actor
        )
        db.execute(
            "insert into dropship_partner (supplier_id, warehouse_id, return_name, return_phone, return_address)"
            " values (%s, %s, %s, %s, %s) on conflict (supplier_id) do update set active = true, return_name = excluded.return_name,"
            " return_phone = excluded.return_phone, return_address = excluded.return_address",
            (supplier_id, house, to.name, to.phone, to.address),
        )
        note(actor, "open_partner", supplier_id, kind="supplier", after={"warehouse": code})
    return house


def change_partner(supplier_id: int, *, return_to: ReturnTo, active: bool, actor: Actor) -> None:
    """Where returns go, and whether his goods are sold (orders he has stay with him). Opens its own transaction.

    Raises NotFound, ValidationFailed, PermissionDenied.
    """
    need(actor, MANAGE)
    to = _checked(return_to)
    supplier = procurement.supplier(supplier_id)
    with transaction.atomic():
        held, _ = held_partner(supplier_id, secret=None, actor=actor)
        db.execute(
            "update dropship_partner set active = %s, return_name = %s, return_phone = %s, return_address = %s where id = %s",
            (active, to.name, to.phone, to.address, held["id"]),
        )
        inventory.save_warehouse(
            code=f"supplier-{supplier_id}", name=f"代发：{supplier.draft.name}"[:120], priority=LAST, active=active, kind=SUPPLIER,
            actor=actor,
        )  # fmt: skip
        note(
            actor, "change_partner", supplier_id, kind="supplier", before={"active": held["active"]},
            after={"active": active, "return_address": to.address},
        )  # fmt: skip


def renew_link(supplier_id: int, *, actor: Actor) -> None:
    """The supplier's link of before is void, a new one takes its place. Opens its own transaction. Raises NotFound, PermissionDenied."""
    with transaction.atomic():
        held, _ = held_partner(supplier_id, secret=None, actor=actor)
        db.execute("update dropship_partner set edition = edition + 1 where id = %s", (held["id"],))
        note(actor, "renew_link", supplier_id, kind="supplier")


def _checked(to: ReturnTo) -> ReturnTo:
    to = ReturnTo(to.name.strip(), to.phone.strip(), to.address.strip())
    errors = [
        FieldError(f"return_{name}", "length", Text(f"最多 {most} 个字", f"at most {most} characters"))
        for name, value, most in (
            ("name", to.name, MAX_NAME),
            ("phone", to.phone, MAX_PHONE),
            ("address", to.address, MAX_ADDRESS),
        )
        if len(value) > most
    ]
    if errors:
        raise ValidationFailed(errors=errors)
    return to
