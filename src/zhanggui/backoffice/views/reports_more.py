"""Reports of one question each: the way to an order, what sells, when and where people buy, what promotion cost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path, reverse

from zhanggui.analytics import selectors as analytics
from zhanggui.analytics import services
from zhanggui.analytics.types import MetricKind, Report
from zhanggui.kernel import mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money, to_minor
from zhanggui.kernel.paging import NoSuchPage
from zhanggui.kernel.problems import Problem, ValidationFailed
from zhanggui.ui import formatting, page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import current, t

from .. import charts, exports, reporting
from ..access import actor, need, refused, see_other, sees_costs, staff
from ..behind import COLUMNS, EMPTY
from ..links import to
from ..messages import flash
from ..tables import Column, Table, asked

VIEW, SPEND = "reports.view", "reports.spend"
WEEKS = (1, 4, 12)
HEATS: dict[str, tuple[Text, MetricKind]] = {
    "orders": (Text("订单", "Orders"), "count"),
    "sales": (Text("销售额", "Sales"), "money"),
    "views": (Text("浏览量", "Page views"), "count"),
}


def _week(request: HttpRequest) -> tuple[date, reporting.Span, Report]:
    day = reporting.day_of(request, default=reporting.last_week())
    report = analytics.report("weekly", day, costs=sees_costs(request))
    return day, reporting.span_of("weekly", day, request.path), report


def _weeks(request: HttpRequest, default: int) -> int:
    given = request.GET.get("weeks", "")
    return int(given) if given in {str(n) for n in WEEKS} else default


@staff(VIEW, methods=("GET",))
def funnel(request: HttpRequest) -> HttpResponseBase:
    """Source → behaviour → conversion (ANA-06)."""
    day, span, report = _week(request)
    if form := exports.asked(request):
        return _export(form, report, "paths", f"funnel-{span.period.first}")
    steps = ("visits", "product_visits", "cart_visits", "checkout_visits", "ordered_visits")
    rows = report.rows["paths"]
    totals = [sum(row[step] for row in rows) for step in steps]
    names = [analytics.words.heading(step, current()) for step in steps]
    return page.render(
        request,
        "backoffice/reports/funnel.html",
        span=span,
        tabs=reporting.tabs("office-report-funnel", day),
        steps=[
            {
                "name": name,
                "visits": total,
                "of_all": _share(total, totals[0]),
                "of_before": _share(total, totals[max(i - 1, 0)]),
            }
            for i, (name, total) in enumerate(zip(names, totals, strict=True))
        ],
        paths=rows,
        cell=lambda column, row: reporting.cell(report, column, row),
        tables={name: reporting.table_of(report, name, most=15) for name in ("entries", "content")},
        metric=lambda source: reporting.metric_href("pv", "weekly", span.period.first.isoformat(), source=source),
        heads=[analytics.words.heading(c, current()) for c in ("source", *steps, "visit_conversion_rate")],
        columns=("source", *steps, "visit_conversion_rate"),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _export(form: str, report: Report, name: str, filename: str) -> HttpResponseBase:
    """A table of the report as a file; figures as numbers."""
    words, rows = analytics.words, report.rows[name]
    columns = words.columns_of(rows)

    def value(column: str, row: dict[str, Any]) -> Any:
        kind = words.kind_of(column, row)
        if kind is None:
            return words.cell(column, row, report.currency, current())
        return Money(row[column], report.currency) if kind == "money" and row[column] is not None else row[column]

    return exports.answer(
        form, filename, [words.COLUMNS[c][0] for c in columns], ([value(c, r) for c in columns] for r in rows)
    )


@staff(VIEW, methods=("GET",))
def sellers(request: HttpRequest) -> HttpResponseBase:
    """Best and slow sellers, and how much of the shop sells (ANA-07)."""
    day, weeks = reporting.day_of(request, default=reporting.last_week()), _weeks(request, 4)
    costs = sees_costs(request)
    found = analytics.sellers(day, weeks=weeks, costs=costs)
    kind = "slow" if request.GET.get("list") == "slow" else "best"
    rows = found.slow if kind == "slow" else found.best
    if form := exports.asked(request):
        columns = [c for c in _seller_columns(found.currency, costs) if c.kind != "picture"]
        lines = ([_plain(c.of(row)) for c in columns] for row in rows)
        return exports.answer(form, f"{kind}-{found.last}", [c.label for c in columns], lines)
    wish = asked(request, keep=("day", "weeks", "list"))
    return page.render(
        request,
        "backoffice/reports/sellers.html",
        found=found,
        costs=costs,
        kind=kind,
        weeks=weeks,
        choices=_choices(request, weeks, list=kind),
        span=reporting.span_of("weekly", day, request.path, weeks=str(weeks), list=kind),
        tabs=reporting.tabs("office-report-sellers", day),
        lists=[
            (t("畅销", "Best"), _address(request, day=day.isoformat(), weeks=str(weeks), list="best"), kind == "best"),
            (t("滞销", "Slow"), _address(request, day=day.isoformat(), weeks=str(weeks), list="slow"), kind == "slow"),
        ],
        table=Table(
            _seller_columns(found.currency, costs), rows, asked=wish, export=True, row_href=_product, empty=EMPTY
        ),
        units=sum(row["units"] for row in found.best),
        stuck=sum(row["stock_value"] or 0 for row in found.slow if not row["units"]),
    )


def _plain(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) else value


def _product(row: dict[str, Any]) -> str:
    return to("office-product", row["product_id"])


def _seller_columns(currency: str, costs: bool) -> list[Column]:
    """Without `costs` nothing of what stock cost."""

    def money(name: str) -> Any:
        return lambda row: None if row[name] is None else Money(row[name], currency)

    at_cost = Column(
        "stock_value", Text("库存成本", "Stock at cost"), kind="money", value=money("stock_value"), phone=False
    )
    cost = [at_cost] if costs else []
    return [
        Column("image", Text("图", "Picture"), kind="picture", width="3.5rem", phone=False),
        Column("title", Text("商品", "Product"), value=lambda row: row["title"] or row["product"]),
        Column("units", Text("售出件数", "Units sold"), kind="number"),
        Column("sales", Text("销售额", "Sales"), kind="money", value=money("sales")),
        Column("on_hand", Text("现有库存", "On hand"), kind="number"),
        Column("sell_through_rate", Text("售罄率", "Sell-through"), kind="percent"),
        Column("days_of_stock", Text("可售天数", "Days of stock"), kind="number", phone=False),
        *cost,
        Column("listed_at", Text("上架", "Listed"), kind="date", phone=False),
    ]


@staff(VIEW, methods=("GET",))
def hours(request: HttpRequest) -> HttpResponseBase:
    """When people look and buy (ANA-17)."""
    day, weeks = reporting.day_of(request, default=reporting.last_week()), _weeks(request, 4)
    show = request.GET.get("show", "")
    show = show if show in HEATS else "orders"
    heat = analytics.heat(day, weeks=weeks)
    label, kind = HEATS[show]
    if form := exports.asked(request):
        head = [Text("星期", "Weekday"), Text("小时", "Hour"), *(words for words, _ in HEATS.values())]
        cells = (
            [charts.weekday(c.weekday), c.hour, c.orders, Money(c.sales, heat.currency), c.views] for c in heat.cells
        )
        return exports.answer(form, f"hours-{heat.last}", head, cells)
    by_hour = [sum(getattr(c, show) for c in heat.cells if c.hour == hour) for hour in range(24)]
    more = {"day": day.isoformat(), "weeks": str(weeks)}
    return page.render(
        request,
        "backoffice/reports/hours.html",
        heat=heat,
        weeks=weeks,
        choices=_choices(request, weeks, show=show),
        span=reporting.span_of("weekly", day, request.path, weeks=str(weeks), show=show),
        tabs=reporting.tabs("office-report-hours", day),
        shows=[(t(w.zh, w.en), _address(request, **more, show=name), name == show) for name, (w, _) in HEATS.items()],
        map=charts.heat_map(t(label.zh, label.en), heat, show, kind),
        day_chart=charts.bars(
            t("一天中的时段", "Hours of the day"), [t("时段", "Hour"), t(label.zh, label.en)], [str(h) for h in range(24)],
            by_hour, kind, heat.currency, height=220,
        ),
        peaks=[
            {"when": f"{charts.weekday(c.weekday)} {charts.hour_words(c.hour)}", "orders": c.orders,
             "each": formatting.quantity(c.orders / c.days) if c.days else formatting.NOTHING}
            for c in heat.peaks(3)
        ],
        file_href=_address(request, **more, export="xlsx"),
    )  # fmt: skip


def _address(request: HttpRequest, **values: str) -> str:
    return f"{request.path}?{urlencode(values)}"


def _choices(request: HttpRequest, weeks: int, **more: str) -> list[tuple[str, str, bool]]:
    day = request.GET.get("day", "")
    kept = {**more, **({"day": day} if day else {})}
    return [
        (
            t(f"近 {n} 周", f"{n} weeks") if n > 1 else t("一周", "1 week"),
            _address(request, **kept, weeks=str(n)),
            n == weeks,
        )
        for n in WEEKS
    ]


@staff(VIEW, methods=("GET",))
def regions(request: HttpRequest) -> HttpResponseBase:
    """Where orders go (ANA-17), by week."""
    day, span, report = _week(request)
    rows = report.rows["regions"]
    if form := exports.asked(request):
        return _export(form, report, "regions", f"regions-{span.period.first}")
    whole = sum(row["sales"] for row in rows)
    first = span.period.first.isoformat()
    names = [reporting.cell(report, "region", row) for row in rows]
    return page.render(
        request,
        "backoffice/reports/regions.html",
        span=span,
        tabs=reporting.tabs("office-report-regions", day),
        chart=charts.bars(
            t("各地区销售额", "Sales by region"), [t("地区", "Region"), t("销售额", "Sales")], names[:15],
            [row["sales"] for row in rows[:15]], "money", report.currency, lying=True,
        ) if rows else None,
        rows=[
            {**row, "name": name, "share": _share(row["sales"], whole), "money": charts.shown(row["sales"], "money", report.currency),
             "each": charts.shown(round(row["sales"] / row["valid_orders"]) if row["valid_orders"] else None, "money", report.currency),
             "href": reporting.metric_href("orders", "weekly", first, province=row["region"])}
            for row, name in zip(rows, names, strict=True)
        ],
    )  # fmt: skip


@staff(VIEW, post=SPEND)
def spend(request: HttpRequest) -> HttpResponseBase:
    """What promotion cost: the records, and a form for one more."""
    day = reporting.day_of(request)
    form = FormState.of({"day": day.isoformat()})
    status = 200
    if request.method == "POST":
        try:
            return _record(request)
        except Problem as problem:
            form, status = FormState.failed(request.POST, problem, current()), problem.status
    wish = asked(request)
    try:
        records = analytics.spend_records(cursor=wish.cursor)
    except NoSuchPage as problem:
        return refused(request, problem)
    week = analytics.report("weekly", reporting.day_of(request, default=reporting.last_week()))
    return page.render(
        request,
        "backoffice/reports/spend.html",
        status=status,
        form=form,
        tabs=reporting.tabs("office-report-spend", day),
        may_record=actor(request).may(SPEND),
        table=Table(COLUMNS["spend"], records.items, next=records.next_cursor, asked=wish, empty=NO_SPEND),
        by_source=reporting.table_of(week, "spend"),
        week=reporting.words_of(week.period),
    )


NO_SPEND = (
    Text("还没有登记推广费用", "No spend is recorded yet"),
    Text("登记后，周报会算出新顾客成本和 ROI", "Once recorded, the weekly report knows customer cost and ROI"),
)


def _record(request: HttpRequest) -> HttpResponse:
    """Store the form. Raises ValidationFailed with what is wrong at each field."""
    need(request, SPEND)
    given = request.POST
    currency: str = mall_settings.get("mall.currency")
    services.record_spend(
        day=_day(given.get("day", "")),
        source=given.get("source", "").strip(),
        amount=_amount(given.get("amount", ""), currency),
        note=given.get("note", "").strip(),
        actor=actor(request),
    )
    response = see_other(reverse("office-report-spend"))
    return flash(response, Text("已登记推广费用", "The spend is recorded"))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValidationFailed.one("day", "invalid", "请填写日期", "give a date") from None


def _amount(text: str, currency: str) -> int:
    try:
        amount = Decimal(text.strip().replace(",", "").removeprefix("¥"))
        if not amount.is_finite() or abs(amount) >= 10**12:
            raise ValueError
        return to_minor(amount, currency)
    except (ArithmeticError, ValueError):
        words = (
            "请填写金额，最多两位小数；负数用于冲销",
            "give an amount with at most two decimals; a negative one takes one back",
        )
        raise ValidationFailed.one("amount", "invalid", *words) from None


urlpatterns = [
    path("reports/funnel", funnel, name="office-report-funnel"),
    path("reports/sellers", sellers, name="office-report-sellers"),
    path("reports/hours", hours, name="office-report-hours"),
    path("reports/regions", regions, name="office-report-regions"),
    path("reports/spend", spend, name="office-report-spend"),
]
