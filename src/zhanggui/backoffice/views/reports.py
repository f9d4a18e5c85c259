"""The operations report of a day or a week, and the page of a metric: its line, its definition, what is behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import path, reverse

from zhanggui.analytics import selectors as analytics
from zhanggui.analytics import services
from zhanggui.analytics.types import Period, PeriodName, Point, Report
from zhanggui.kernel import clock
from zhanggui.kernel.paging import NoSuchPage, Page
from zhanggui.kernel.problems import NotFound
from zhanggui.ui import language, page
from zhanggui.ui.language import say, t

from .. import charts, exports, reporting
from ..access import need, refused, sees_costs, staff
from ..behind import table_behind
from ..tables import asked

VIEW = "reports.view"
LINE_DAYS, LINE_WEEKS = 90, 13
PAGE, EXPORT_MOST = 200, 50_000
ROWS = 10
FORMS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
}


@staff(VIEW, methods=("GET",))
def index(request: HttpRequest) -> HttpResponse:
    """To the daily report, or to the metric the address names."""
    name, day = request.GET.get("metric", ""), reporting.day_of(request).isoformat()
    if name in {each["name"] for each in analytics.definitions()}:
        return HttpResponseRedirect(reporting.metric_href(name, "daily", day))
    return HttpResponseRedirect(f"{reverse('office-report-daily')}?{urlencode({'day': day})}")


@staff(VIEW, methods=("GET",))
def daily(request: HttpRequest) -> HttpResponseBase:
    return _report(request, "daily", reporting.day_of(request))


@staff(VIEW, methods=("GET",))
def weekly(request: HttpRequest) -> HttpResponseBase:
    """Without a day, the last week that is over beside the one before it (ANA-02)."""
    return _report(request, "weekly", reporting.day_of(request, default=reporting.last_week()))


def _report(request: HttpRequest, name: PeriodName, day: date) -> HttpResponseBase:
    form = request.GET.get("form", "")
    if form in FORMS:
        return _file(name, day, form, sees_costs(request))
    costs = sees_costs(request)
    report = analytics.report(name, day, costs=costs)
    lines = _lines(report, costs)
    sparks: dict[str, list[float | int]] = {n: [p.value or 0 for p in points] for n, points in lines.items()}
    figures = reporting.figures_of(report, sparks, costs=costs)
    return page.render(
        request,
        "backoffice/reports/period.html",
        name=name,
        span=reporting.span_of(name, day, request.path),
        report=report,
        costs=costs,
        figures=figures,
        cards=[figures[n] for n in reporting.CARDS],
        groups=reporting.groups_of(figures),
        charts=_charts(report, lines),
        tables=_tables(report),
        answers=_answers(report),
        splits=_splits(report),
        notes=reporting.table_of(report, "notes"),
        tabs=reporting.tabs(f"office-report-{name}", day),
        file_href=f"{request.path}?{urlencode({'day': day.isoformat()})}",
    )


def _file(name: PeriodName, day: date, form: str, costs: bool) -> HttpResponse:
    """The report in one of its other forms: the same figures."""
    response = HttpResponse(services.report(name, day, form, language.current(), costs=costs), content_type=FORMS[form])
    if form == "xlsx":
        span = analytics.period_of(name, day)
        response["Content-Disposition"] = f'attachment; filename="{name}-{span.first.isoformat()}.xlsx"'
    return response


def _lines(report: Report, costs: bool) -> dict[str, list[Point]]:
    """The days of the cards' metrics: both weeks of a weekly report, two weeks up to the day of a daily one."""
    last = min(report.period.last, clock.business_date())
    first = (
        report.period.previous.first
        if report.period.name == "weekly"
        else last - timedelta(days=reporting.SPARK_DAYS - 1)
    )
    names = [name for name in reporting.CARDS if costs or name not in analytics.OF_COST]
    return analytics.many(names, last, points=(last - first).days + 1, currency=report.currency)


def _charts(report: Report, lines: dict[str, list[Point]]) -> dict[str, charts.Chart]:
    found: dict[str, charts.Chart] = {}
    hours = report.rows.get("hours", [])
    if report.period.name == "weekly":
        points = lines["sales"]
        found["sales"] = charts.line(t("每日销售额", "Sales by day"), "money", report.currency, points[7:], points[:7])
    if any(row["orders"] or row["views"] for row in hours):
        found["hours"] = charts.two_axes(
            t("时段", "Hour"),
            [f"{row['hour']}" for row in hours],
            (t("订单", "Orders"), [row["orders"] for row in hours], "count"),
            (t("浏览量", "Views"), [row["views"] or 0 for row in hours]),
            report.currency,
        )
    if regions := report.rows.get("regions", [])[:ROWS]:
        names = [reporting.cell(report, "region", row) for row in regions]
        found["regions"] = charts.bars(
            t("各地区销售额", "Sales by region"), [t("地区", "Region"), t("销售额", "Sales")], names,
            [row["sales"] for row in regions], "money", report.currency, lying=True,
        )  # fmt: skip
    if amounts := report.rows.get("amounts", []):
        found["amounts"] = charts.bars(
            t("订单金额分布", "Orders by amount"), [t("金额", "Amount"), t("有效订单", "Valid orders")],
            [band_words(row, report.currency) for row in amounts], [row["valid_orders"] for row in amounts], "count", report.currency,
        )  # fmt: skip
    return found


def band_words(row: dict[str, Any], currency: str) -> str:
    """`100–200`, in whole units."""
    low, high = (
        None if row[name] is None else charts.shown(row[name], "money", currency).removesuffix(".00")
        for name in ("from_amount", "to_amount")
    )
    return f"{low}+" if high is None else f"{low}–{high}"


def _tables(report: Report) -> dict[str, reporting.Cells]:
    names = ("sources", "entries", "content", "frequency", "spend", "currencies")
    return {name: reporting.table_of(report, name, most=ROWS) for name in names if report.rows.get(name)}


def _answers(report: Report) -> list[dict[str, Any]]:
    tones = {"good": "good", "mixed": "warn", "bad": "bad"}
    words = analytics.words
    return [
        {
            "question": words.QUESTIONS[row["question"]],
            "verdict": words.VERDICTS[row["verdict"]],
            "tone": tones.get(row["verdict"], "neutral"),
            "text": row["answer"],
        }
        for row in report.rows["answers"]
    ]


def _splits(report: Report) -> list[dict[str, Any]]:
    """The change of sales, and of gross profit, as a waterfall with the words of it."""
    found = []
    for name in ("split", "profit_split"):
        rows = report.rows[name]
        if rows:
            *parts, whole = rows
            title = say(analytics.words.TABLES[name])
            steps = [(reporting.cell(report, "factor", row), row["amount"]) for row in parts]
            chart = charts.waterfall(title, steps, whole["before"], whole["after"], report.currency)
            found.append(
                {
                    "name": name,
                    "chart": chart,
                    "whole": whole,
                    "parts": parts,
                    "table": reporting.table_of(report, name),
                }
            )
    return found


@staff(VIEW, methods=("GET",))
def metric(request: HttpRequest, name: str) -> HttpResponseBase:
    """A metric over the last 90 days (13 weeks), what it means, and the rows its figure in the period is made of."""
    wanted = request.GET.get("period", "daily")
    about = next((each for each in analytics.definitions() if each["name"] == name), None)
    if about is None:
        return refused(request, NotFound())
    if name in analytics.OF_COST:
        need(request, "pricing.view_cost")
    costs = sees_costs(request)
    period: PeriodName = "weekly" if wanted == "weekly" or not analytics.is_daily(name) else "daily"
    day = reporting.day_of(request)
    more = {key: request.GET[key][:40] for key in ("province", "source") if key in request.GET}
    span = analytics.period_of(period, day)
    wish = asked(request, keep=("period", "day", "province", "source"))
    try:
        behind = analytics.behind(
            name,
            span,
            cursor=wish.cursor,
            limit=50,
            costs=costs,
            province=more.get("province"),
            source=more.get("source"),
        )
    except NoSuchPage as problem:
        return refused(request, problem)
    if form := exports.asked(request):
        return _export(form, name, span, more, costs)
    if behind.records == "visits":
        behind = replace(behind, page=Page(reporting.named(behind.page.items), behind.page.next_cursor))
    value = next(m for m in analytics.figures(period, day, costs=costs) if m.name == name)
    step = analytics.series(
        name, span.last, points=LINE_DAYS if period == "daily" else LINE_WEEKS, period=period, currency=behind.currency
    )
    title = t(about["title_zh"], about["title_en"])
    return page.render(
        request,
        "backoffice/reports/metric.html",
        name=name,
        title=title,
        definition=t(about["definition_zh"], about["definition_en"]),
        period=period,
        can_be_daily=analytics.is_daily(name),
        span=reporting.span_of(period, day, request.path, period=period),
        day=day,
        value=value,
        shown=charts.shown(value.value, value.kind, behind.currency),
        before=charts.shown(value.previous, value.kind, behind.currency),
        trend=(value.value - value.previous) / abs(value.previous)
        if value.value is not None and value.previous
        else None,
        good_when="down" if name in reporting.BETTER_WHEN_LESS else "up",
        chart=charts.line(title, step.kind, behind.currency, step.points, height=300),
        table=table_behind(behind, wish, costs),
        records=behind.records,
        filtered=more,
    )


def _export(form: str, name: str, span: Period, more: dict[str, str], costs: bool) -> HttpResponseBase:
    """All rows behind the figure, fetched page by page while the file is written."""
    first = analytics.behind(name, span, limit=PAGE, costs=costs, **more)
    columns = table_behind(first, None, costs).columns

    def rows() -> Iterator[list[Any]]:
        found, left = first, EXPORT_MOST
        while True:
            yield from ([plain(column.of(row)) for column in columns] for row in found.page.items)
            left -= PAGE
            if found.page.next_cursor is None or left <= 0:
                return
            found = analytics.behind(name, span, cursor=found.page.next_cursor, limit=PAGE, costs=costs, **more)

    return exports.answer(form, f"{name}-{span.first.isoformat()}", [column.label for column in columns], rows())


def plain(value: Any) -> Any:
    """A cell as a file holds it: of a badge its words."""
    return value[0] if isinstance(value, tuple) else value


urlpatterns = [
    path("reports", index, name="office-reports"),
    path("reports/daily", daily, name="office-report-daily"),
    path("reports/weekly", weekly, name="office-report-weekly"),
    path("reports/metrics/<slug:name>", metric, name="office-report-metric"),
]
