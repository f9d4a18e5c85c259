"""Sums of orders are kept for closed periods, and dropped when something of their orders changes."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from zhanggui.kernel import clock, db, ids
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.outbox import Delivered
from zhanggui.orders.selectors import facts as order_facts

from ..sums import Waiting, basis, count_orders
from ..types import Period, week_of

#: A day's sum is made this long after the day: its last orders are paid or given up by then, and seldom change again.
SETTLED_AFTER = timedelta(hours=2)


def sum_orders(*, now: datetime | None = None, actor: Actor = SYSTEM) -> list[Period]:
    """Make every closed day's and week's sum that is missing, newest first; opens its own transactions. Returns them."""
    began = order_facts.first_placed_at()
    if began is None:
        return []
    first, settled = clock.business_date(began), clock.business_date((now or clock.now()) - SETTLED_AFTER)
    have = {
        (r["period"], r["first"])
        for r in db.rows(
            "select period, first from analytics_ordersums where facts -> 'basis' = %s", (db.Json(basis()),)
        )
    }
    missing = [period for period in _closed(first, settled) if (period.name, period.first) not in have]
    for period in missing:
        _make(period)
    return missing


def _closed(first: date, until: date) -> list[Period]:
    """Days and weeks from `first` that end before `until`, newest first."""
    days = [until - timedelta(days=n) for n in range(1, (until - first).days + 1)]
    weeks = sorted({week_of(day) for day in days if week_of(day) + timedelta(days=6) < until}, reverse=True)
    return [Period.daily(day) for day in days] + [Period.weekly(monday) for monday in weeks]


def _make(period: Period) -> None:
    """Count between two transactions: the mark set by the first is gone if an order changed meanwhile, and so is the sum."""
    mark = ids.token(16)
    with transaction.atomic():
        db.execute(
            "insert into analytics_ordersums (period, first, mark, facts) values (%s, %s, %s, null)"
            " on conflict (period, first) do update set mark = excluded.mark, facts = null",
            (period.name, period.first, mark),
        )
    facts = count_orders(period).to_keep()
    with transaction.atomic():
        db.execute(
            "update analytics_ordersums set facts = %s, made_at = kernel_now() where period = %s and first = %s and mark = %s",
            (db.Json(facts), period.name, period.first, mark),
        )


def forget_sums(events: Sequence[Delivered], *, actor: Actor = SYSTEM) -> int:
    """Drop the sums that these changes of orders have made wrong; how many. Opens its own transaction."""
    changed = Waiting.of(events).days
    if not changed:
        return 0
    with transaction.atomic():
        return db.execute(
            "delete from analytics_ordersums where (period = 'daily' and first = any(%s)) or (period = 'weekly' and first >= %s)",
            (sorted(changed), week_of(min(changed))),
        )
