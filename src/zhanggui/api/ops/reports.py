"""The operations report's numbers, and promotion spend."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from zhanggui.analytics import selectors, services
from zhanggui.kernel import clock

from ..auth import Staff, actor
from ..fields import Answer, Body, Day, integer, line
from ..frame import language, reply
from .common import Made

router = Router()
VIEW, SPEND = Staff("reports.view"), Staff("reports.spend")


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


@router.get(
    "/reports/{period}", auth=VIEW, response=ReportOut, summary="A day or a week, beside the one before", by_alias=True
)
def report(
    request: HttpRequest, period: Annotated[Literal["daily", "weekly"], Path()], day: Day | None = None
) -> HttpResponse:
    """The day, or the week Monday to Sunday that holds it; today's without `day`."""
    return reply(selectors.report(period, day or clock.business_date()).as_dict(language(request)))


@router.post("/spend", auth=SPEND, response={201: Made}, summary="What a day's promotion cost")
def spend(request: HttpRequest, body: SpendIn) -> HttpResponse:
    made = services.record_spend(
        day=body.day, source=body.source, amount=body.amount, note=body.note, actor=actor(request)
    )
    return reply({"id": made}, status=201)
