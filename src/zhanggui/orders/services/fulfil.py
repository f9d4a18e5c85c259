"""What the warehouse and the carrier tell orders."""

from collections.abc import Sequence

from django.db import transaction

from zhanggui.kernel import db, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import Problem

from .. import locks, promise
from ..errors import NothingToShip
from ..events import OrderClaimed, OrderCompleted, OrderDelivered, OrderShipped
from ..states import FULFILLING, PAID, TABLE
from ..types import ShippedUnits

_SHIP_LINES = """
update orders_orderline l set shipped_quantity = l.shipped_quantity + s.quantity
from jsonb_to_recordset(%s) as s(line int, quantity int)
where l.order_id = %s and l.position = s.line and s.quantity > 0
  and l.shipped_quantity + s.quantity + l.refunded_quantity <= l.quantity
returning l.position
"""


def claim_for_fulfilment(number: str, *, actor: Actor) -> None:
    """The warehouse begins: `paid` becomes `fulfilling`, from now on a cancellation is an after-sales case. Own transaction."""
    with transaction.atomic():
        order = locks.move(number, "claim")
        locks.tell(order["id"], "claimed", actor=actor)
        record(OrderClaimed(number=number))


@db.needs_transaction
def claim_many(numbers: Sequence[str], *, actor: Actor) -> set[str]:
    """The warehouse begins with many orders at once; those it may pick from now on. Needs a transaction. Four statements.

    Whoever cancels first wins: what is no longer paid, or is held back, is left out. Those begun before count as begun.
    """
    standing = locks.hold_many(numbers)
    begun = locks.claim_many([number for number, status in standing.items() if status == PAID])
    locks.tell_many([row["id"] for row in begun], "claimed", actor=actor)
    record(*[OrderClaimed(number=row["number"]) for row in begun])
    return {row["number"] for row in begun} | {number for number, status in standing.items() if status == FULFILLING}


@db.needs_transaction
def hold_status(number: str, *, actor: Actor) -> str:
    """The status of an order whose row is held until the transaction ends; "" while something holds it back. Raises NotFound."""
    order = locks.hold(number)
    return "" if order["hold"] else str(order["status"])


@db.needs_transaction
def record_shipment(number: str, units: Sequence[ShippedUnits], *, actor: Actor, parcel: str = "") -> bool:
    """Units left in a parcel; True when nothing is left to ship and the order is `shipped`. Needs a transaction.

    Raises NotFound, OrderWrongState, NothingToShip. Units already refunded before dispatch do not count as left.
    """
    order = locks.hold(number)
    if order["status"] not in TABLE.sources("ship"):
        raise locks.refused(number, "ship")
    wanted = [{"line": u.line, "quantity": u.quantity} for u in units]
    moved = {r["position"] for r in db.rows(_SHIP_LINES, (db.Json(wanted), order["id"]))}
    for unit in units:
        if unit.line not in moved:
            raise NothingToShip(line=unit.line, quantity=unit.quantity)
    left = db.row(
        "select coalesce(sum(quantity - shipped_quantity - refunded_quantity), 0) as units,"
        " min(promise_hours) as hours, bool_or(promise_hours is null) as ours from orders_orderline"
        " where order_id = %s and shipped_quantity + refunded_quantity < quantity",
        (order["id"],),
    )
    complete = not left or left["units"] == 0
    locks.move(
        number,
        "ship" if complete else "ship_part",
        stamp="shipped_at = kernel_now()" if complete else "expires_at = null",
    )
    if left and left["hours"] is not None and not left["ours"]:
        _due_later(order["id"], left["hours"])
    locks.tell(order["id"], "shipped" if complete else "shipped_part", actor=actor, parcel=parcel)
    record(
        OrderShipped(number=number, lines=[{"line": u.line, "quantity": u.quantity} for u in units], complete=complete)
    )
    return complete


def _due_later(order_id: int, hours: int) -> None:
    """What is left has hours of its own: the order is due when the first of it is. A later day that was agreed stands."""
    order = db.row("select paid_at, dispatch_due_at, dispatch_latest_at from orders_order where id = %s", (order_id,))
    if order is None or order["paid_at"] is None:
        return
    ends = promise.hours_from(order["paid_at"], own=hours)
    db.execute(
        "update orders_order set dispatch_due_at = greatest(dispatch_due_at, %s), dispatch_latest_at = greatest(dispatch_latest_at, %s)"
        " where id = %s",
        (ends.due, ends.latest, order_id),
    )


@db.needs_transaction
def record_delivery(number: str, *, actor: Actor) -> None:
    """The last parcel arrived: `shipped` becomes `delivered`. Needs a transaction."""
    order = locks.move(number, "deliver", stamp="delivered_at = kernel_now()")
    locks.tell(order["id"], "delivered", actor=actor)
    record(OrderDelivered(number=number))


def complete(number: str, *, actor: Actor) -> None:
    """The buyer confirms, or time has passed. Own transaction."""
    with transaction.atomic():
        order = locks.move(number, "complete", stamp="completed_at = kernel_now()")
        locks.tell(order["id"], "completed", actor=actor)
        record(OrderCompleted(number=number))


def complete_due(*, actor: Actor = SYSTEM, limit: int = 500) -> int:
    """Complete orders delivered long enough ago; the number completed."""
    due = db.rows(
        "select number from orders_order where status = 'delivered' and origin = ''"
        " and delivered_at <= kernel_now() - %s * interval '1 day' order by id limit %s",
        (mall_settings.get("orders.days_to_complete"), limit),
    )
    done = 0
    for row in due:
        try:
            complete(row["number"], actor=actor)
            done += 1
        except Problem:
            continue
    return done
