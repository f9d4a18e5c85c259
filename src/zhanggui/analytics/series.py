"""Metrics over time: a line of days or weeks, and the hours of the week. The figures are those of the reports."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.problems import NotFound, ValidationFailed
from zhanggui.orders.selectors import facts as order_facts

from .facts import began, known
from .metrics import BY_NAME, METRICS, Facts, Metric
from .sums import kept_days
from .traffic import totals_by_day, views_by_hour
from .types import Heat, HeatCell, Period, PeriodName, Point, Series

DAYS_MOST, WEEKS_MOST = 400, 60
TABLED = {metric.name for metric in METRICS}


def series(name: str, until: date, *, points: int = 90, period: PeriodName | None = None, currency: str = "") -> Series:
    """A metric's days (weeks, where it is a weekly one or `period` says so) up to `until`, which is today at the latest.

    Seven statements for any number of days when their sums are kept; weeks are read one by one. Raises NotFound,
    ValidationFailed.
    """
    metric = BY_NAME.get(name)
    if metric is None or name not in TABLED:
        raise NotFound()
    step = period or ("daily" if metric.daily else "weekly")
    if step == "daily" and not metric.daily:
        raise ValidationFailed.one("period", "invalid", "该指标只按周统计", "this metric is counted by the week")
    money = currency or mall_settings.get("mall.currency")
    last = min(until, clock.business_date())
    count = max(1, min(points, DAYS_MOST if step == "daily" else WEEKS_MOST))
    found = _days(metric, last, count, money) if step == "daily" else _weeks(metric, last, count, money)
    return Series(name, metric.kind, metric.title, metric.described(), step, money, found)


def many(names: list[str], until: date, *, points: int = 30, currency: str = "") -> dict[str, list[Point]]:
    """Several daily metrics' lines at the cost of one, for small charts beside figures."""
    money = currency or mall_settings.get("mall.currency")
    days = _span(min(until, clock.business_date()), points)
    facts = _facts_by_day(days, money)
    return {name: [Point(day, BY_NAME[name].compute(facts[day])) for day in days] for name in names}


def _span(last: date, count: int) -> list[date]:
    return [last - timedelta(days=n) for n in range(count - 1, -1, -1)]


def _days(metric: Metric, last: date, count: int, currency: str) -> list[Point]:
    days = _span(last, count)
    facts = _facts_by_day(days, currency)
    return [Point(day, metric.compute(facts[day])) for day in days]


def _weeks(metric: Metric, last: date, count: int, currency: str) -> list[Point]:
    week = Period.weekly(last)
    found = []
    for _ in range(count):
        found.append(Point(week.first, metric.compute(known(week, currency).facts)))
        week = week.previous
    return found[::-1]


def _facts_by_day(days: list[date], currency: str) -> dict[date, Facts]:
    """What the daily metrics need of each day; nothing for days before the first record."""
    first = began()
    asked = [day for day in days if day >= first]
    facts = dict.fromkeys(days, Facts())
    if not asked:
        return facts
    traffic = totals_by_day(asked)
    lines_path = f"currencies.{currency}.lines"
    kept = kept_days(asked[0], asked[-1], "totals", lines_path)
    missing = [day for day in asked if day not in kept]
    counted = order_facts.by_day(missing, currency) if missing else {}
    for day in asked:
        if day in kept:
            totals, lines = _read(kept[day]["totals"], kept[day][lines_path], currency)
        else:
            totals, lines = counted.get(day, (order_facts.OrderTotals(currency), order_facts.NO_LINES))
        facts[day] = Facts(traffic.get(day), totals, None if lines.lines_without_cost else lines.cost)
    return facts


def _read(
    totals: list[dict[str, Any]], lines: dict[str, int] | None, currency: str
) -> tuple[order_facts.OrderTotals, order_facts.LineTotals]:
    own = next((t for t in totals if t["currency"] == currency), {"currency": currency})
    return (
        order_facts.OrderTotals(**own),
        order_facts.LineTotals(**lines) if lines else order_facts.NO_LINES,
    )


def heat(until: date, *, weeks: int = 4, currency: str = "") -> Heat:
    """The hours of whole weeks up to the one that holds `until`; days without a record do not count. Seven statements."""
    money = currency or mall_settings.get("mall.currency")
    last = Period.weekly(until).last
    first = last - timedelta(days=7 * max(1, min(weeks, WEEKS_MOST)) - 1)
    start, today = began(), clock.business_date()
    days = [day for day in _span(last, (last - first).days + 1) if start <= day <= today]
    sums: dict[tuple[int, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for day, hour, row in _order_hours(days, money):
        for name in ("orders", "valid_orders", "sales"):
            sums[day.isoweekday(), hour][name] += row[name]
    for (day, hour), views in (views_by_hour(days) if days else {}).items():
        sums[day.isoweekday(), hour]["views"] += views
    met = [sum(day.isoweekday() == weekday for day in days) for weekday in range(1, 8)]
    cells = [HeatCell(w, h, met[w - 1], **sums.get((w, h), {})) for w in range(1, 8) for h in range(24)]
    return Heat(first, last, money, cells)


def _order_hours(days: list[date], currency: str) -> list[tuple[date, int, dict[str, int]]]:
    """(day, hour, sums) of all days, kept ones from their sums."""
    if not days:
        return []
    path = f"currencies.{currency}.tables.hours"
    kept = kept_days(days[0], days[-1], path)
    found = [(day, row["hour"], row) for day, part in kept.items() for row in part[path] or ()]
    missing = [day for day in days if day not in kept]
    counted = order_facts.by_day_and_hour(missing, currency, settings.TIME_ZONE) if missing else []
    return found + [(row["day"], row["hour"], row) for row in counted]
