"""Deadlines that passed are told, each once."""

from django.db import transaction

from zhanggui.kernel import clock, db, outbox
from zhanggui.kernel.actor import SYSTEM, Actor

from ..events import DeadlinePassed
from ..rules import OVERDUE, WARNED

_COLUMN = {WARNED: "dispatch_due_at", OVERDUE: "dispatch_latest_at"}


def escalate(*, actor: Actor = SYSTEM, batch: int = 500) -> int:
    """Tell of paid orders that have not left by their promise or by their limit, as far as nobody was told; how many.

    A transaction for each batch. Two runs at once tell no deadline twice.
    """
    return sum(_tell(stage, batch) for stage in _COLUMN)


def _tell(stage: str, batch: int) -> int:
    column, told = _COLUMN[stage], 0
    while True:
        with transaction.atomic():
            rows = db.rows(
                f"insert into promises_escalation (order_number, stage, deadline) select o.number, %(stage)s::text, o.{column}"
                " from orders_order o where o.status in ('paid', 'fulfilling') and o.dispatch_due_at <= %(now)s"
                f" and o.{column} <= %(now)s and o.hold <> 'group' and exists (select 1 from orders_orderline l where l.order_id = o.id"
                "     and l.shipped_quantity + l.refunded_quantity < l.quantity)"
                " and not exists (select 1 from promises_escalation e where e.order_number = o.number and e.stage = %(stage)s::text"
                f"     and e.deadline = o.{column}) order by o.dispatch_due_at, o.id limit %(batch)s"
                " on conflict do nothing returning order_number, deadline",
                {"stage": stage, "now": clock.now(), "batch": batch},
            )
            outbox.record(*[DeadlinePassed(row["order_number"], stage, row["deadline"].isoformat()) for row in rows])
        told += len(rows)
        if len(rows) < batch:
            return told
