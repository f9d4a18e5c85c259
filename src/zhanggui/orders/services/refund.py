"""Money that went back is written on the order and its lines."""

from collections.abc import Mapping

from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.outbox import record

from .. import locks
from ..errors import TooMuchToRefund
from ..events import OrderRefunded
from ..states import FULFILLING, PAID, TABLE

_REFUND_LINES = """
update orders_orderline l set refunded_quantity = l.refunded_quantity + r.quantity, refunded_amount = l.refunded_amount + r.amount
from jsonb_to_recordset(%s) as r(line int, quantity int, amount bigint)
where l.order_id = %s and l.position = r.line and l.refunded_quantity + r.quantity <= l.quantity
  and l.refunded_amount + r.amount <= l.payable
returning l.position
"""
_HAS_LEFT = "select 1 from orders_orderline where order_id = %s and shipped_quantity > 0 limit 1"


@db.needs_transaction
def reserve_refund(number: str, lines: Mapping[int, tuple[int, int]], *, actor: Actor) -> None:
    """Mark units and amounts of lines as given back (`{line: (quantity, amount)}`), before the money moves.

    Conditional, so that two cases can never give back the same unit. Raises TooMuchToRefund. Needs a transaction.
    """
    order = locks.hold(number)
    wanted = [{"line": line, "quantity": q, "amount": a} for line, (q, a) in sorted(lines.items())]
    moved = db.rows(_REFUND_LINES, (db.Json(wanted), order["id"]))
    if len(moved) != len(wanted):
        raise TooMuchToRefund()


@db.needs_transaction
def record_refund(number: str, amount: int, *, actor: Actor) -> bool:
    """A refund of `amount` reached the buyer; True when it was the last of the order's money. Needs a transaction.

    The order becomes `refunded` when all it had been paid went back; what it still holds (a gift that has not left) is free
    again. Raises TooMuchToRefund.
    """
    order = locks.hold(number)
    done = db.row(
        "update orders_order set refunded_total = refunded_total + %s where id = %s and refunded_total + %s <= paid_total"
        " returning paid_total - refunded_total as left",
        (amount, order["id"], amount),
    )
    if done is None:
        raise TooMuchToRefund()
    all_of_it = done["left"] == 0
    if all_of_it and order["status"] in TABLE.sources("refund"):
        locks.move(number, "refund")
        if order["status"] in (PAID, FULFILLING):
            left = db.row(_HAS_LEFT, (order["id"],))
            locks.give_back(number, coupons=left is None)
    locks.tell(order["id"], "refunded", actor=actor, amount=amount)
    record(OrderRefunded(number=number, amount=amount, all_of_it=all_of_it))
    return all_of_it
