"""What the reports' pages have in common: the period in the address, the way to its neighbours, figures with their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from zhanggui.analytics import selectors as analytics
from zhanggui.analytics.types import MetricValue, Period, PeriodName, Report, Value
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock
from zhanggui.kernel.i18n import Text
from zhanggui.ui import language
from zhanggui.ui.language import say, t

from . import charts

#: The metrics that stand on cards, most asked first; all others stand in the table below.
CARDS = ("sales", "valid_orders", "average_order_value", "gross_profit", "uv", "order_conversion_rate")
GROUPS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (Text("流量", "Traffic"), (
        "ip", "uv", "pv", "visit_seconds", "pages_per_visit", "returning_visitor_share", "new_visitor_share", "visit_depth_ratio",
        "visit_time_ratio",
    )),
    (Text("订单与销售", "Orders and sales"), (
        "orders", "valid_orders", "order_validity_rate", "sales", "average_order_value", "gross_profit", "gross_margin_rate",
        "order_conversion_rate", "payment_conversion_rate", "return_rate",
    )),
    (Text("会员", "Members"), (
        "members", "member_purchase_rate", "new_member_purchase_rate", "old_member_purchase_rate", "repurchase_rate", "loyalty_rate",
    )),
    (Text("推广", "Promotion"), ("new_customer_cost", "return_on_investment")),
)  # fmt: skip
HIDDEN = Text("需要「查看成本价」权限", "Needs the right to see costs")
BETTER_WHEN_LESS = ("return_rate", "new_customer_cost")
SPARK_DAYS = 14


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric as a page shows it; `raw` is the value itself, `hidden` why it is not for this reader."""

    name: str
    title: Text
    definition: Text
    value: str
    previous: str
    raw: Value
    trend: float | None
    good_when: str
    href: str
    spark: list[float | int] | None = None
    hidden: Text | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """The period a page shows, with the addresses of its neighbours; `next` is "" where that one has not begun."""

    period: Period
    words: str
    previous: str
    next: str
    over: bool


def day_of(request: HttpRequest, *, default: date | None = None) -> date:
    """The day in the address; what makes no sense counts as not given. Never later than today."""
    today = clock.business_date()
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = default or today
    return min(day, today) if day.year >= 1970 else today


def last_week(today: date | None = None) -> date:
    """A day of the last week that is over: the reference of the manual."""
    return (today or clock.business_date()) - timedelta(days=7)


def span_of(name: PeriodName, day: date, path: str, **more: str) -> Span:
    period = analytics.period_of(name, day)
    following = period.last + timedelta(days=1)
    today = clock.business_date()
    return Span(
        period,
        words_of(period),
        f"{path}?{urlencode({**more, 'day': period.previous.first.isoformat()})}",
        f"{path}?{urlencode({**more, 'day': following.isoformat()})}" if following <= today else "",
        period.last < today,
    )


def words_of(period: Period) -> str:
    if period.name == "daily":
        return f"{period.first.isoformat()} {charts.weekday(period.first.isoweekday())}"
    return f"{period.first.isoformat()} – {period.last.isoformat()}"


def figures_of(
    report: Report, sparks: dict[str, list[float | int]] | None = None, *, costs: bool = True
) -> dict[str, Figure]:
    """Every metric of the report by name; without `costs` those that tell them say why they are empty."""
    day = report.period.first.isoformat()
    return {m.name: _figure(m, report, day, (sparks or {}).get(m.name), costs) for m in report.metrics}


def _figure(m: MetricValue, report: Report, day: str, spark: list[float | int] | None, costs: bool) -> Figure:
    hidden = None if costs or m.name not in analytics.OF_COST else HIDDEN
    trend = (m.value - m.previous) / abs(m.previous) if m.value is not None and m.previous else None
    return Figure(
        name=m.name,
        title=m.title,
        definition=m.definition,
        value=charts.shown(m.value, m.kind, report.currency),
        previous=charts.shown(m.previous, m.kind, report.currency),
        raw=m.value,
        trend=trend,
        good_when="down" if m.name in BETTER_WHEN_LESS else "up",
        href="" if hidden else metric_href(m.name, report.period.name, day),
        spark=spark,
        hidden=hidden,
    )


def metric_href(name: str, period: str, day: str, **more: str) -> str:
    return f"{reverse('office-report-metric', args=[name])}?{urlencode({'period': period, 'day': day, **more})}"


def groups_of(figures: dict[str, Figure]) -> list[tuple[Text, list[Figure]]]:
    found = [(title, [figures[name] for name in names if name in figures]) for title, names in GROUPS]
    return [group for group in found if group[1]]


@dataclass(frozen=True, slots=True)
class Cells:
    """A report's table as text: headings with their side, and rows of cells."""

    title: str
    heads: list[tuple[str, bool]]
    rows: list[list[str]]


def named(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of pages with the product's title or the category's name where they say only its address. Two statements at most."""
    products = [row["ref"] for row in rows if row["kind"] == "product" and row["ref"]]
    known = catalog.assortment.titles(products) if products else {}
    if any(row["kind"] == "category" for row in rows):
        known |= {each.slug: t(each.name_zh, each.name_en or each.name_zh) for each in catalog.categories()}
    return [{**row, "ref": known.get(row["ref"], row["ref"])} for row in rows]


def table_of(report: Report, name: str, *, without: Sequence[str] = (), most: int | None = None) -> Cells:
    """A table of the report in the words of its other forms."""
    words, lang = analytics.words, language.current()
    rows = report.rows.get(name, [])[:most]
    if rows and "ref" in rows[0]:
        rows = named(rows)
    columns = [c for c in words.columns_of(rows) if c not in without]
    return Cells(
        say(words.TABLES[name]),
        [(words.heading(column, lang), words.is_figure(column)) for column in columns],
        [[cell(report, column, row) for column in columns] for row in rows],
    )


def cell(report: Report, column: str, row: dict[str, Any]) -> str:
    """A cell as the pages write it: money with its sign, everything else as in the report's other forms."""
    words = analytics.words
    if words.kind_of(column, row) is None or row.get(column) is None:
        return words.cell(column, row, report.currency, language.current())
    return charts.shown(row[column], words.kind_of(column, row), row.get("currency", report.currency))


def tabs(current: str, day: date) -> list[tuple[str, str, bool]]:
    """The reports, each at the same day."""
    pages = (
        ("office-report-daily", t("日报", "Daily")),
        ("office-report-weekly", t("周报", "Weekly")),
        ("office-report-funnel", t("转化路径", "Funnel")),
        ("office-report-sellers", t("畅销与滞销", "Sellers")),
        ("office-report-hours", t("时段", "Hours")),
        ("office-report-regions", t("地区", "Regions")),
        ("office-report-spend", t("推广费用", "Spend")),
    )
    return [(label, f"{reverse(name)}?day={day.isoformat()}", name == current) for name, label in pages]
