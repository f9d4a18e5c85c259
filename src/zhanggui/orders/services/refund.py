"""Money that went back is written on the order and its lines."""

from collections.abc import Mapping

from zhanggui.kernel import db, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.outbox import record
from zhanggui.members import services as members

from .. import locks
from ..errors import OrderHeld, TooMuchToRefund
from ..events import OrderRefunded
from ..rules import points_due
from ..states import FULFILLING, HELD_FOR_GROUP, HOLDS, PAID, TABLE

_REFUND_LINES = """
update orders_orderline l set refunded_quantity = l.refunded_quantity + r.quantity, refunded_amount = l.refunded_amount + r.amount
from jsonb_to_recordset(%s) as r(line int, quantity int, amount bigint)
where l.order_id = %s and l.position = r.line and l.refunded_quantity + r.quantity <= l.quantity
  and l.refunded_amount + r.amount <= l.payable
returning l.position, l.quantity, l.refunded_quantity as after, l.refunded_quantity - r.quantity as before, (
    select (d ->> 'points')::bigint from jsonb_array_elements(l.discounts) d where d ->> 'kind' = 'points') as points
"""
_UNITS_BACK = """
select sum(l.refunded_quantity)::int as units from orders_orderline l join orders_order o on o.id = l.order_id where o.number = %s
"""
_HAS_LEFT = "select 1 from orders_orderline where order_id = %s and shipped_quantity > 0 limit 1"


@db.needs_transaction
def reserve_refund(number: str, lines: Mapping[int, tuple[int, int]], *, actor: Actor) -> None:
    """Mark units and amounts of lines as given back (`{line: (quantity, amount)}`), before the money moves.

    Conditional, so that two cases can never give back the same unit. The points these units were paid with come back at once.
    Raises TooMuchToRefund. Needs a transaction.
    """
    give_back_points(number, mark_refund(number, lines))


@db.needs_transaction
def mark_refund(number: str, lines: Mapping[int, tuple[int, int]]) -> int:
    """`reserve_refund` without the points; how many of them are due."""
    order = locks.hold(number)
    if order["hold"] == HELD_FOR_GROUP:
        raise OrderHeld(hold=HOLDS[order["hold"]], extra={"hold": order["hold"]})  # as a whole, or not at all
    wanted = [{"line": line, "quantity": q, "amount": a} for line, (q, a) in sorted(lines.items())]
    moved = db.rows(_REFUND_LINES, (db.Json(wanted), order["id"]))
    if len(moved) != len(wanted):
        raise TooMuchToRefund()
    return points_due(moved)


@db.needs_transaction
def give_back_points(number: str, points: int) -> None:
    """Points that `mark_refund` found due; their lock stands after those of promotions. The units given back so far name the step."""
    if points:
        step = db.row(_UNITS_BACK, (number,))
        assert step is not None
        members.give_back_spent(number, points, key=f"{number}:{step['units']}", actor=SYSTEM)


@db.needs_transaction
def record_refund(number: str, amount: int, *, actor: Actor) -> bool:
    """A refund of `amount` reached the buyer; True when it was the last of the order's money. Needs a transaction.

    The order becomes `refunded` when all it had been paid went back; what it still holds (a gift that has not left) is free
    again. Coupons come back where nothing has left, or always (`promotions.coupons_back_after_refund`). Raises TooMuchToRefund.
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
        back = mall_settings.get("promotions.coupons_back_after_refund")
        if order["status"] in (PAID, FULFILLING):
            left = db.row(_HAS_LEFT, (order["id"],))
            locks.give_back(number, coupons=back or left is None, seat=order["hold"] == HELD_FOR_GROUP)
        elif back:
            locks.give_back_coupons(number)
    locks.tell(order["id"], "refunded", actor=actor, amount=amount)
    record(OrderRefunded(number=number, amount=amount, all_of_it=all_of_it))
    return all_of_it
