"""Undo a sale before anything has left: state first, then everything the sale had taken is given back."""

from typing import Any

from django.db import transaction

from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import Problem
from zhanggui.payments import services as payments
from zhanggui.presale import services as presale
from zhanggui.presale.types import How

from .. import locks
from ..errors import OrderWrongState
from ..events import OrderCancelled
from ..rules import BUYERS
from ..states import HELD_FOR_GROUP, PAID

_GIVEN_UP = "select 1 from orders_orderline where order_id = %s and refunded_quantity > 0 limit 1"


def cancel(number: str, *, actor: Actor, reason: str = "buyer") -> None:
    """Cancel an unpaid order, or a paid one the warehouse has not begun (its money goes back the way it came).

    The deposit of a presale's order that waits for its balance is kept or goes back by the rule it was paid under; where the mall
    cancels, all of it goes back. Opens its own transaction. Raises NotFound, OrderWrongState (the goods are on their way, or
    part of it has been given up: after-sales).
    """
    with transaction.atomic():
        _undo(number, "cancel", actor=actor, reason=reason)


@db.needs_transaction
def _undo(number: str, action: str, *, actor: Actor, reason: str) -> None:
    order = locks.move(number, action, stamp="cancelled_at = kernel_now(), expires_at = null")
    if order["paid_total"] and db.row(_GIVEN_UP, (order["id"],)):
        raise OrderWrongState(state=PAID, action=locks.ACTION_WORDS["cancel"])  # the rest is after-sales, too
    kept = 0
    if order["deposit"]:
        how: How = "unpaid" if action == "expire" else "buyer" if actor.kind in BUYERS else "mall"
        kept = presale.leave(number, how, paid=order["paid_total"] == order["total"], actor=actor)
    db.execute("update orders_order set cancel_reason = %s, hold = '' where id = %s", (reason[:40], order["id"]))
    payments.close_open_intents(number, actor=actor)
    owed = order["paid_total"] - order["refunded_total"] - kept
    if owed > 0:
        payments.request_refund(number, owed, reason=f"order cancelled: {reason}"[:200], actor=actor)
    locks.give_back(number, seat=order["hold"] == HELD_FOR_GROUP, reserved=bool(order["deposit"]))
    told: dict[str, Any] = {"reason": reason} | ({"kept": kept} if kept else {})
    locks.tell(order["id"], "cancelled", actor=actor, **told)
    record(OrderCancelled(number=number, reason=reason, was_paid=owed > 0))


def expire_due(*, actor: Actor = SYSTEM, limit: int = 500) -> int:
    """Cancel unpaid orders whose time is over, each in its own transaction; the number cancelled."""
    due = db.rows(
        "select number from orders_order where status = 'pending_payment' and expires_at <= kernel_now() order by expires_at limit %s",
        (limit,),
    )
    done = 0
    for row in due:
        try:
            with transaction.atomic():
                _undo(row["number"], "expire", actor=actor, reason="expired")
            done += 1
        except Problem:
            continue  # paid or cancelled in this very moment: the other one won
    return done
