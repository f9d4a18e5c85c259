"""Notes from service to warehouse and back (ORD-05); who looked at whom a parcel goes to."""

from django.db import transaction

from zhanggui.kernel import audit, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import PermissionDenied, ValidationFailed

from .. import locks

MAX_NOTE = 2000


def add_note(number: str, text: str, *, actor: Actor) -> None:
    """A staff note on an order, unseen by the buyer. Own transaction. Raises NotFound, ValidationFailed."""
    text = text.strip()
    if not text or len(text) > MAX_NOTE:
        raise ValidationFailed.one(
            "text", "length", f"备注应为 1 到 {MAX_NOTE} 个字", f"a note has 1 to {MAX_NOTE} characters"
        )
    with transaction.atomic():
        order = locks.hold(number)
        locks.tell(order["id"], "note", actor=actor, public=False, text=text)


@db.needs_transaction
def tell_guaranteed(number: str, amount: int, case: str, *, actor: Actor) -> None:
    """The buyer reads on his order that a difference of price (`amount`, minor units) is on its way to him. Needs a transaction."""
    order = locks.hold(number)
    locks.tell(order["id"], "price_guaranteed", actor=actor, amount=amount, case=case)


def record_look(number: str, *, actor: Actor) -> None:
    """Somebody asks to see whom an order goes to: on the record (SEC-02). Own transaction. Raises NotFound, PermissionDenied."""
    if not actor.may("members.view_personal"):
        raise PermissionDenied()
    with transaction.atomic():
        locks.hold(number)
        audit.record(actor=actor, action="orders.view_personal", target_type="order", target_id=number)
