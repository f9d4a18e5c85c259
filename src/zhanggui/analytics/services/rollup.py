"""Closed days and weeks become sums; old page views, visitors and salts go."""

from datetime import date, datetime, timedelta

from django.db import transaction

from zhanggui.kernel import clock, db, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor

from ..traffic import count_traffic
from ..types import Period, week_of
from .collect import SETTLED_AFTER


def roll_up(*, now: datetime | None = None, actor: Actor = SYSTEM) -> list[Period]:
    """Sum every closed day and week that has page views and no sum yet; opens its own transaction for each.

    A period is closed when none of its views can grow any more, so a sum never changes afterwards.
    """
    settled = clock.business_date((now or clock.now()) - SETTLED_AFTER)
    days: list[date] = [
        r["day"] for r in db.rows("select distinct day from analytics_pageview where day < %s order by day", (settled,))
    ]
    weeks = sorted({week_of(day) for day in days if week_of(day) + timedelta(days=6) < settled})
    have = {(r["period"], r["first"]) for r in db.rows("select period, first from analytics_rollup")}
    periods = [Period.daily(day) for day in days] + [Period.weekly(monday) for monday in weeks]
    made = [period for period in periods if (period.name, period.first) not in have]
    for period in made:
        with transaction.atomic():
            db.execute(
                "insert into analytics_rollup (period, first, facts) values (%s, %s, %s) on conflict do nothing",
                (period.name, period.first, db.Json(count_traffic(period).as_dict())),
            )
    return made


def purge(*, now: datetime | None = None, actor: Actor = SYSTEM) -> dict[str, int]:
    """Delete page views past their retention (whole weeks, summed ones only), forgotten visitors and past weeks' salts.

    Opens its own transaction. Returns how many rows of each kind went.
    """
    today = clock.business_date(now)
    keep_from = week_of(today - timedelta(days=mall_settings.get("analytics.retention_days")))
    forget_before = today - timedelta(days=mall_settings.get("analytics.visitor_memory_days"))
    with transaction.atomic():
        return {
            "views": db.execute(
                "delete from analytics_pageview where day < %s"
                " and exists (select from analytics_rollup r where r.period = 'daily' and r.first = day)"
                " and exists (select from analytics_rollup r where r.period = 'weekly'"
                " and r.first = date_trunc('week', day)::date)",
                (keep_from,),
            ),
            "visitors": db.execute("delete from analytics_visitor where last_day < %s", (forget_before,)),
            "salts": db.execute("delete from analytics_salt where week < %s", (week_of(today),)),
        }
