"""A promise of dispatch that could not be kept as given: the buyer is told, and he may agree to a later day."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import ValidationFailed

from .. import locks
from ..events import OrderPromiseMoved
from ..states import FULFILLING, PAID


@db.needs_transaction
def move_promise(number: str, until: datetime, *, actor: Actor) -> None:
    """The buyer waits: it leaves by `until`, which is the promise and the limit from now on. Needs a transaction.

    Raises NotFound, OrderWrongState (it has left, or is over), ValidationFailed (not in the future).
    """
    if until <= clock.now():
        raise ValidationFailed.one("wait_until", "past", "应晚于现在", "must be later than now")
    order = locks.hold(number)
    if order["status"] not in (PAID, FULFILLING):
        raise locks.refused(number, "ship")
    db.execute(
        "update orders_order set dispatch_due_at = %s, dispatch_latest_at = %s where id = %s",
        (until, until, order["id"]),
    )
    locks.tell(order["id"], "promise_moved", actor=actor, until=until.isoformat())
    record(OrderPromiseMoved(number=number, until=until.isoformat()))


@db.needs_transaction
def tell_cannot_ship(number: str, lines: Sequence[dict[str, int]], reason: Text, *, actor: Actor) -> dict[str, Any]:
    """The buyer reads on his order that units of it cannot be sent in time; the order's row is held. Needs a transaction.

    Raises NotFound, OrderWrongState (it has left, or is over).
    """
    order = locks.hold(number)
    if order["status"] not in (PAID, FULFILLING):
        raise locks.refused(number, "ship")
    locks.tell(order["id"], "cannot_ship", actor=actor, lines=list(lines), zh=reason.zh, en=reason.en)
    return order
