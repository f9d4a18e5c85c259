"""Reads of analytics: the operations report, what is behind its figures, and the metric definitions."""

from datetime import date

from django.conf import settings

from zhanggui.kernel.problems import ValidationFailed

from . import words as words  # headings and cells of the tables
from .answers import Answer
from .answers import answers as _answers
from .behind import behind as behind
from .coupons import budgets as budgets
from .coupons import coupon_days as coupon_days
from .coupons import coupon_funnel as coupon_funnel
from .coupons import coupon_funnels as coupon_funnels
from .errors import UnknownReport
from .facts import Known, known, without_costs
from .metrics import BY_NAME, METRICS, metrics_of
from .metrics import OF_COST as OF_COST
from .sellers import sellers as sellers
from .series import heat as heat
from .series import many as many
from .series import series as series
from .spending import spend_records as spend_records
from .split import Split, profit_split, sales_split
from .tables import rows_of
from .types import MetricValue, Period, Report, Value


def definitions() -> list[dict[str, str]]:
    """Name, kind, title and definition of every metric, both languages."""
    return [
        {
            "name": m.name, "kind": m.kind, "title_zh": m.title.zh, "title_en": m.title.en,
            "definition_zh": m.described().zh, "definition_en": m.described().en,
        }
        for m in METRICS
    ]  # fmt: skip


def period_of(period: str, day: date) -> Period:
    """The day, or the week Monday to Sunday that holds it. Raises UnknownReport, ValidationFailed."""
    if not 1970 <= day.year <= 2199:
        raise ValidationFailed.one("date", "range", "日期应在 1970 到 2199 年之间", "must lie between 1970 and 2199")
    if period == "daily":
        return Period.daily(day)
    if period == "weekly":
        return Period.weekly(day)
    raise UnknownReport(asked=period, known="daily, weekly")


def report(period: str, day: date, *, costs: bool = True) -> Report:
    """The operations report of a day or a week beside the one before it. Raises UnknownReport, ValidationFailed.

    In the mall's currency; if all orders of the period are in one other currency (imported history), in that one. With
    several, money and order figures are those of the mall's currency and the table `currencies` lists the others.
    Without `costs` (for who may not see them) gross profit is unknown and a note says why.
    """
    now, before = _pair(period_of(period, day), costs)
    splits, answered = _explained(before, now)
    return Report(now.period, settings.TIME_ZONE, now.currency, _values(before, now), rows_of(now, splits, answered))


def figures(period: str, day: date, *, costs: bool = True) -> list[MetricValue]:
    """The report's metrics without its tables, for a page that shows some of them. Raises like `report`."""
    now, before = _pair(period_of(period, day), costs)
    return _values(before, now)


def _pair(span: Period, costs: bool) -> tuple[Known, Known]:
    now = known(span)
    before = known(span.previous, now.currency)
    return (now, before) if costs else (without_costs(now), without_costs(before))


def _values(before: Known, now: Known) -> list[MetricValue]:
    return [
        MetricValue(m.name, m.kind, m.title, m.described(), m.compute(now.facts), m.compute(before.facts))
        for m in metrics_of(now.period.name)
    ]


def _explained(before: Known, now: Known) -> tuple[list[Split], list[Answer]]:
    """The change split over its factors, and the answers to the manual's questions; nothing where nothing is recorded."""
    if now.sums is None:
        return [], []
    sales = sales_split(before.facts, now.facts)
    splits = [found for found in (sales, profit_split(before.facts, now.facts)) if found is not None]
    return splits, _answers(_shown(before), _shown(now), sales, now.currency, costs=now.costs)


def _shown(found: Known) -> dict[str, Value]:
    return {name: metric.compute(found.facts) for name, metric in BY_NAME.items()}


def is_daily(name: str) -> bool:
    """Whether a metric has a figure for a single day."""
    return name in BY_NAME and BY_NAME[name].daily
