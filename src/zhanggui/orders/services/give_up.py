"""Units that will not be shipped any more: the other half of `record_shipment`."""

from collections.abc import Mapping

from zhanggui.inventory import services as inventory
from zhanggui.inventory.types import ShipLine
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.outbox import record

from .. import locks
from ..errors import NothingToShip
from ..events import OrderShipped
from ..states import FULFILLING, PAID
from .making import let_go_when_made
from .refund import give_back_points, mark_refund

_UNITS = """
select coalesce(sum(shipped_quantity), 0)::int as shipped,
    coalesce(sum(quantity - shipped_quantity - refunded_quantity), 0)::int as waiting
from orders_orderline where order_id = %s
"""
_SHORT = """
select l.position, w.quantity from orders_orderline l
join jsonb_to_recordset(%s) as w(line int, quantity int) on w.line = l.position
where l.order_id = %s and l.shipped_quantity + l.refunded_quantity > l.quantity limit 1
"""


@db.needs_transaction
def give_up_units(number: str, lines: Mapping[int, tuple[int, int]], *, actor: Actor) -> bool:
    """Take units that have not left out of a paid order (`{line: (quantity, amount)}`) and free their stock.

    The amounts are marked as given back; sending the money is the caller's. Points come back with their units. True when
    nothing of the order has left or ever will: its coupons come back to the buyer. An order of which the rest has left becomes
    `shipped`. Needs a transaction. Raises NotFound, OrderWrongState, NothingToShip (shipped meanwhile), TooMuchToRefund.
    """
    order = locks.hold(number)
    if order["status"] not in (PAID, FULFILLING):
        raise locks.refused(number, "cancel")
    points = mark_refund(number, lines)
    wanted = [{"line": line, "quantity": quantity} for line, (quantity, _) in sorted(lines.items()) if quantity]
    short = db.row(_SHORT, (db.Json(wanted), order["id"]))
    if short is not None:
        raise NothingToShip(line=short["position"], quantity=short["quantity"])
    units = db.row(_UNITS, (order["id"],))
    assert units is not None
    nothing_left = units["waiting"] == 0
    if nothing_left and not units["shipped"]:
        locks.give_back_coupons(number)
    give_back_points(number, points)
    inventory.release_lines([ShipLine(number, gone["line"], gone["quantity"]) for gone in wanted], actor=actor)
    locks.tell(order["id"], "given_up", actor=actor, lines=wanted)
    if order["hold"] and not nothing_left:
        let_go_when_made(number, actor=actor)
    if nothing_left and units["shipped"]:
        locks.move(number, "ship", stamp="shipped_at = kernel_now()")
        record(OrderShipped(number=number, lines=[], complete=True))
    return nothing_left and not units["shipped"]
