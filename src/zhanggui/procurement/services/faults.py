"""What buyers found wrong and the supplier answers for: in his scorecard, and off what he is owed."""

from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import ValidationFailed

from .common import held_supplier, note
from .payables import owe_sent


@db.needs_transaction
def record_fault(reference: str, supplier_id: int, *, units: int, amount: int, kind: str, actor: Actor) -> None:
    """A supplier answers for so many units of a loss, and for so much money; said anew, it is as said last. Needs a transaction.

    Raises NotFound.
    """
    held_supplier(supplier_id)
    db.execute(
        "insert into procurement_fault (reference, supplier_id, kind, units, amount) values (%s, %s, %s, %s, %s)"
        " on conflict (reference) do update set supplier_id = excluded.supplier_id, kind = excluded.kind, units = excluded.units,"
        " amount = excluded.amount",
        (reference, supplier_id, kind, units, amount),
    )
    note(actor, "fault", "supplier", supplier_id, after={"reference": reference, "units": units, "amount": amount})


@db.needs_transaction
def withdraw_fault(reference: str, *, actor: Actor) -> None:
    """He does not answer for it after all; nothing where he never did. Needs a transaction."""
    gone = db.row("delete from procurement_fault where reference = %s returning supplier_id, units", (reference,))
    if gone is not None:
        note(actor, "fault", "supplier", gone["supplier_id"], before={"reference": reference, "units": gone["units"]})


@db.needs_transaction
def credit_supplier(supplier_id: int, amount: int, *, currency: str, reference: str, actor: Actor) -> None:
    """A supplier agreed to pay for a loss: it comes off what he is owed, once for a `reference`. Needs a transaction.

    Raises NotFound, ValidationFailed (his account is kept in another currency).
    """
    held = held_supplier(supplier_id)
    if held["currency"] != currency:
        raise ValidationFailed.one(
            "amount",
            "currency",
            f"供应商账户的币种是 {held['currency']}，不能直接抵扣",
            f"his account is kept in {held['currency']}",
        )
    owe_sent(supplier_id, reference, -amount, actor=actor)
