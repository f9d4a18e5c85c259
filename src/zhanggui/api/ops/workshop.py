"""Goods made to order: what a product asks its buyer, and what the workshop makes."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field as Of

from zhanggui.bespoke import selectors as bespoke
from zhanggui.bespoke.types import ALLOWED, KINDS, Choice, Field, Form
from zhanggui.kernel.problems import NotFound
from zhanggui.workshop import selectors, services
from zhanggui.workshop.types import Work

from ..auth import Staff, actor
from ..describing import describe, listed
from ..fields import Amount, Body, Flag, Int64, PathId, integer, line, text
from .common import Code, show, show_list

router = Router()
FORMS, EDIT, VIEW, MAKE = Staff("catalog.view"), Staff("bespoke.edit"), Staff("workshop.view"), Staff("workshop.make")
_WORDS = line(80, required=False)


class ChoiceIn(Body):
    """`value` is what is kept and sent; `surcharge` in minor units a piece."""

    value: line(60)  # type: ignore[valid-type]
    zh: line(60)  # type: ignore[valid-type]
    en: _WORDS = ""  # type: ignore[valid-type]
    surcharge: Amount = 0


class FieldIn(Body):
    """Of a text `most` is its length; of a number `least`, `most`, `step` in `unit`; of a date `least` the days ahead."""

    key: line(30)  # type: ignore[valid-type]
    kind: Annotated[str, Of(json_schema_extra={"enum": list(KINDS)})]
    zh: line(40)  # type: ignore[valid-type]
    en: _WORDS = ""  # type: ignore[valid-type]
    help_zh: text(200) = ""  # type: ignore[valid-type]
    help_en: text(200) = ""  # type: ignore[valid-type]
    required: Flag = False
    surcharge: Amount = 0
    least: line(12, required=False) = ""  # type: ignore[valid-type]
    most: line(12, required=False) = ""  # type: ignore[valid-type]
    step: line(12, required=False) = ""  # type: ignore[valid-type]
    unit: line(10, required=False) = ""  # type: ignore[valid-type]
    allowed: Annotated[str, Of(json_schema_extra={"enum": list(ALLOWED)})] = "any"
    choices: Annotated[list[ChoiceIn], Of(max_length=40)] = []

    def as_field(self) -> Field:
        plain = self.model_dump(exclude={"choices"})
        return Field(**plain, choices=tuple(Choice(**one.model_dump()) for one in self.choices))


class MadeIn(Body):
    """`hours`: within which it leaves (null: as the mall says); `daily`: made a day (null: no limit); `places`: units of a variant that
    may wait at once (null: as it is). With `version`, only if nobody has changed it since."""

    fields: Annotated[list[FieldIn], Of(max_length=20)]
    hours: integer(1, 2400) | None = None  # type: ignore[valid-type]
    daily: integer(1, 1_000_000) | None = None  # type: ignore[valid-type]
    places: integer(0, 1_000_000) | None = None  # type: ignore[valid-type]
    version: integer(0, 2_000_000_000) | None = None  # type: ignore[valid-type]


class MadeAtIn(Body):
    """Where what is made lies from now on (null: the first warehouse)."""

    warehouse_id: Int64 | None = None


class TakeIn(Body):
    take_over: Flag = False


Line = Annotated[int, Of(ge=1, le=999)]


@router.get("/products/{product_id}/made", auth=FORMS, response=describe(Form), summary="What a product asks its buyer")
def form(request: HttpRequest, product_id: PathId) -> HttpResponse:
    return show(request, bespoke.form(product_id))


@router.put("/products/{product_id}/made", auth=EDIT, response=describe(Form), summary="A product is made to order")
def make_to_order(request: HttpRequest, product_id: PathId, body: MadeIn) -> HttpResponse:
    """Its form, hours and places, in one step. Orders and carts keep what they were given."""
    services.make_to_order(
        product_id, [one.as_field() for one in body.fields], hours=body.hours, daily=body.daily, places=body.places,
        seen=body.version, actor=actor(request),
    )  # fmt: skip
    return show(request, bespoke.form(product_id))


@router.delete("/products/{product_id}/made", auth=EDIT, response={204: None}, summary="It is sold from stock again")
def sell_from_stock(request: HttpRequest, product_id: PathId) -> HttpResponse:
    """What waits to be made is made."""
    services.sell_from_stock(product_id, actor=actor(request))
    return HttpResponse(status=204)


@router.get("/workshop", auth=VIEW, response=listed(Work), summary="What waits to be made, the most urgent first")
def waiting(request: HttpRequest, limit: Annotated[int, Query(ge=1, le=500)] = 200) -> HttpResponse:
    return show_list(request, selectors.waiting(limit=limit))


@router.get("/workshop/made", auth=VIEW, response=listed(Work), summary="What was made last")
def made(request: HttpRequest, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> HttpResponse:
    return show_list(request, selectors.made(limit=limit))


@router.post(
    "/workshop/{number}/{place}/start", auth=MAKE, response=describe(Work), summary="Somebody begins to make it"
)
def start(request: HttpRequest, number: Code, place: Line, body: TakeIn) -> HttpResponse:
    """`place` is the order's line. `made_by_another` unless it is taken over."""
    return show(request, services.start(number, place, take_over=body.take_over, actor=actor(request)))


@router.post("/workshop/{number}/{place}/finish", auth=MAKE, response=describe(Work), summary="It is made")
def finish(request: HttpRequest, number: Code, place: Line, body: MadeAtIn) -> HttpResponse:
    """It is received and held for its order; with the last line the order goes on to the waves."""
    services.finish(number, place, warehouse_id=body.warehouse_id, actor=actor(request))
    done = next((each for each in selectors.made(limit=200) if (each.order_number, each.line) == (number, place)), None)
    if done is None:
        raise NotFound()
    return show(request, done)


@router.post("/workshop/{number}/{place}/back", auth=MAKE, response={204: None}, summary="Nobody makes it now")
def put_back(request: HttpRequest, number: Code, place: Line) -> HttpResponse:
    services.put_back(number, place, actor=actor(request))
    return HttpResponse(status=204)
