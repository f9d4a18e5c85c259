"""Orders of goods that are made to order: held back until all of it is made, then on their way to the waves."""

from zhanggui.inventory import selectors as inventory
from zhanggui.inventory import services as stock
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.outbox import record

from .. import locks
from ..errors import OrderWrongState
from ..events import OrderMade
from ..states import HELD_TO_BE_MADE, PAID


@db.needs_transaction
def record_made(number: str, line: int, warehouse_id: int, *, actor: Actor) -> tuple[int, bool]:
    """A line of a paid order is made: received in this warehouse and held for it; the units, and whether the order goes on now.

    Needs a transaction. Raises NotFound, OrderWrongState, ValidationFailed.
    """
    order = locks.hold(number)
    if order["status"] != PAID or order["hold"] != HELD_TO_BE_MADE:
        raise OrderWrongState(state=order["status"], action=locks.ACTION_WORDS["make"])
    units = stock.receive_made(number, line, warehouse_id, actor=actor)
    locks.tell(order["id"], "made", actor=actor, line=line, units=units)
    return units, let_go_when_made(number, actor=actor)


@db.needs_transaction
def let_go_when_made(number: str, *, actor: Actor) -> bool:
    """An order of which nothing is left to be made may be sent; whether it was let go by this. Its row is held by the caller."""
    if inventory.at_the_bench([number]):
        return False
    row = db.row(
        "update orders_order set hold = '' where number = %s and hold = %s and status = %s returning id",
        (number, HELD_TO_BE_MADE, PAID),
    )
    if row is None:
        return False
    record(OrderMade(number=number))
    return True
