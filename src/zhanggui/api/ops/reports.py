"""The operations report's numbers, and promotion spend."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from zhanggui.analytics import selectors, services
from zhanggui.kernel import clock
from zhanggui.kernel.problems import PermissionDenied

from ..auth import Staff, actor
from ..fields import Answer, Body, Cursor, Day, Limit, integer, line
from ..frame import language, reply
from .common import Made, show_page

router = Router()
VIEW, SPEND = Staff("reports.view"), Staff("reports.spend")
COSTS = "pricing.view_cost"


def sees_costs(request: HttpRequest, metric: str = "") -> bool:
    """Whether the caller may know what goods cost. Raises PermissionDenied where the metric itself tells it."""
    may = actor(request).may(COSTS)
    if metric in selectors.OF_COST and not may:
        raise PermissionDenied(extra={"permission": COSTS})
    return may


class Figure(Answer):
    """Money in minor units, rates as fractions; null is unknown and never 0."""

    value: float | None
    previous: float | None
    definition: str


class ReportOut(Answer):
    report: Literal["daily", "weekly"]
    # `from` is a word of the language
    from_: date = Field(alias="from")
    to: date
    timezone: str
    currency: str
    metrics: dict[str, Figure]
    rows: dict[str, list[dict[str, Any]]]


class MetricOut(Answer):
    """In both languages."""

    name: str
    kind: str
    title_zh: str
    title_en: str
    definition_zh: str
    definition_en: str


class MetricList(Answer):
    items: list[MetricOut]


class SpendIn(Body):
    """`amount` in minor units; a negative one takes an earlier record back. `source` as in the report: `ad:spring`."""

    day: Day
    source: line(40)  # type: ignore[valid-type]
    amount: integer(-(10**15) + 1, 10**15 - 1)  # type: ignore[valid-type]
    note: line(200, required=False) = ""  # type: ignore[valid-type]


@router.get("/reports/definitions", auth=VIEW, response=MetricList, summary="Every metric and what it means")
def definitions(request: HttpRequest) -> HttpResponse:
    return reply({"items": selectors.definitions()})


class PointOut(Answer):
    first: date
    value: float | None


class SeriesOut(Answer):
    """Oldest first, without a gap."""

    name: str
    kind: str
    period: Literal["daily", "weekly"]
    currency: str
    definition: str
    points: list[PointOut]


class CellOut(Answer):
    """`days` is how many days of this weekday were counted."""

    weekday: int
    hour: int
    days: int
    views: int
    orders: int
    valid_orders: int
    sales: int


class HeatOut(Answer):
    """All 168 hours of the week, Monday 0 o'clock first; `peaks` are the three with the most orders."""

    first: date
    last: date
    currency: str
    cells: list[CellOut]
    peaks: list[CellOut]


class SellersOut(Answer):
    """`moving` of `listed` products sold at all. Slow ones are in stock and were listed all the time."""

    first: date
    last: date
    currency: str
    listed: int
    moving: int
    best: list[dict[str, Any]]
    slow: list[dict[str, Any]]


class BehindOut(Answer):
    """The rows a figure is made of; `records` says of what kind they are."""

    records: Literal["orders", "visits", "spend", "none"]
    currency: str
    items: list[dict[str, Any]]
    next_cursor: str | None


class SpendOut(Answer):
    id: int
    day: date
    source: str
    amount: int
    currency: str
    note: str
    recorded_at: datetime


class SpendPage(Answer):
    items: list[SpendOut]
    next_cursor: str | None


MetricName = Annotated[str, Path(pattern=r"^[a-z_]{1,40}$")]
Weeks = Annotated[int, Query(ge=1, le=26)]


@router.get("/reports/metrics/{name}/series", auth=VIEW, response=SeriesOut, summary="A metric over time")
def series(
    request: HttpRequest,
    name: MetricName,
    until: Day | None = None,
    points: Annotated[int, Query(ge=1, le=400)] = 90,
    period: Literal["daily", "weekly"] | None = None,
) -> HttpResponse:
    """Its days, or weeks where it is counted by the week or `period` says so, up to `until`
    (today without it). Gross profit needs `pricing.view_cost`."""
    sees_costs(request, name)
    found = selectors.series(name, until or clock.business_date(), points=points, period=period)
    return reply(
        {
            "name": found.name, "kind": found.kind, "period": found.period, "currency": found.currency,
            "definition": found.definition.render(language(request)), "points": [asdict(point) for point in found.points],
        }
    )  # fmt: skip


@router.get("/reports/hours", auth=VIEW, response=HeatOut, summary="When people look and buy")
def hours(request: HttpRequest, until: Day | None = None, weeks: Weeks = 4) -> HttpResponse:
    """Whole weeks up to the one that holds `until`; by orders, their sales, and page views."""
    found = selectors.heat(until or clock.business_date(), weeks=weeks)
    return reply({**asdict(found), "peaks": [asdict(cell) for cell in found.peaks()]})


@router.get("/reports/sellers", auth=VIEW, response=SellersOut, summary="What sells, and what does not")
def sellers(request: HttpRequest, until: Day | None = None, weeks: Weeks = 4, limit: Limit = 50) -> HttpResponse:
    """Products by what they sold in whole weeks up to the one that holds `until`; stock and cost are those of now."""
    found = selectors.sellers(until or clock.business_date(), weeks=weeks, limit=limit, costs=sees_costs(request))
    return reply(asdict(found))


@router.get(
    "/reports/{period}/behind/{name}",
    auth=VIEW,
    response=BehindOut,
    summary="The orders, visits or spend behind a figure",
)
def behind(
    request: HttpRequest,
    period: Annotated[Literal["daily", "weekly"], Path()],
    name: MetricName,
    day: Day | None = None,
    province: Annotated[str | None, Query(max_length=40)] = None,
    source: Annotated[str | None, Query(max_length=40)] = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Newest first; all rows add up to the figure. `province` or `source` keep those of one row of a table."""
    span = selectors.period_of(period, day or clock.business_date())
    found = selectors.behind(
        name, span, province=province, source=source, cursor=cursor, limit=limit, costs=sees_costs(request, name)
    )
    page = found.page
    return reply(
        {"records": found.records, "currency": found.currency, "items": page.items, "next_cursor": page.next_cursor}
    )


@router.get(
    "/reports/{period}", auth=VIEW, response=ReportOut, summary="A day or a week, beside the one before", by_alias=True
)
def report(
    request: HttpRequest, period: Annotated[Literal["daily", "weekly"], Path()], day: Day | None = None
) -> HttpResponse:
    """The day, or the week Monday to Sunday that holds it; today's without `day`. Gross profit needs `pricing.view_cost`:
    without it it is null, and a note says so."""
    found = selectors.report(period, day or clock.business_date(), costs=sees_costs(request))
    return reply(found.as_dict(language(request)))


@router.get("/spend", auth=VIEW, response=SpendPage, summary="What promotion cost, newest day first")
def spend_records(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    return show_page(request, selectors.spend_records(cursor=cursor, limit=limit), lambda row: row)


@router.post("/spend", auth=SPEND, response={201: Made}, summary="What a day's promotion cost")
def spend(request: HttpRequest, body: SpendIn) -> HttpResponse:
    made = services.record_spend(
        day=body.day, source=body.source, amount=body.amount, note=body.note, actor=actor(request)
    )
    return reply({"id": made}, status=201)
