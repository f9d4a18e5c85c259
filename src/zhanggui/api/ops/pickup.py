"""Pickup points, what waits there and its handing over. No operation says a code: only its buyer's own page does."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field, StringConstraints

from zhanggui.fulfilment import selectors, services
from zhanggui.fulfilment.types import CollectionView, ParcelView
from zhanggui.kernel.problems import NotFound
from zhanggui.pickup import selectors as points
from zhanggui.pickup import services as point_services
from zhanggui.pickup.types import PickupPoint, PointDraft

from ..auth import Staff, actor
from ..describing import describe, listed
from ..fields import Answer, Body, Flag, Int64, integer, line
from ..frame import nothing, reply
from .common import ReasonIn, show, show_list
from .orders import Number, OrderNumber

router = Router()
VIEW, MANAGE = Staff("pickup.view"), Staff("pickup.manage")
HAND_OVER, SHIP = Staff("fulfilment.hand_over"), Staff("fulfilment.ship")
PointCode = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]


class PointIn(Body):
    """`warehouse_id`: in the same house; `staff`: ids of who works there (none: whoever may hand over)."""

    name: line(60)  # type: ignore[valid-type]
    name_en: line(120, required=False) = ""  # type: ignore[valid-type]
    province: line(40)  # type: ignore[valid-type]
    city: line(40)  # type: ignore[valid-type]
    district: line(40, required=False) = ""  # type: ignore[valid-type]
    address: line(120)  # type: ignore[valid-type]
    hours: line(120, required=False) = ""  # type: ignore[valid-type]
    phone: line(40, required=False) = ""  # type: ignore[valid-type]
    warehouse_id: Int64 | None = None
    keep_days: integer(1, 90) = 7  # type: ignore[valid-type]
    active: Flag = True
    staff: Annotated[list[Int64], Field(max_length=100)] = []


class PickupCodeIn(Body):
    """Six figures, or what the buyer's QR code says."""

    code: Annotated[str, StringConstraints(strict=True, min_length=6, max_length=80, pattern=r"^[A-Za-z0-9:-]+$")]


class ArrivedIn(Body):
    orders: Annotated[list[OrderNumber], Field(min_length=1, max_length=500)]


class ArrivedOut(Answer):
    """The orders of which all is there now."""

    orders: list[str]


class DaysIn(Body):
    days: integer(1, 30)  # type: ignore[valid-type]


@router.get("/pickup-points", auth=VIEW, response=listed(PickupPoint), summary="Pickup points, open and closed")
def all_points(request: HttpRequest) -> HttpResponse:
    return show_list(request, points.all_points())


@router.put("/pickup-points/{code}", auth=MANAGE, response=describe(PickupPoint), summary="Set up or change a point")
def save_point(request: HttpRequest, code: PointCode, body: PointIn) -> HttpResponse:
    draft = PointDraft(**body.model_dump() | {"staff": tuple(body.staff)})
    return show(request, point_services.save_point(code, draft, actor=actor(request)))


@router.get(
    "/pickup-points/{code}/collections", auth=HAND_OVER, response=listed(CollectionView), summary="What lies at a point"
)
def collections(
    request: HttpRequest,
    code: PointCode,
    state: Annotated[list[Literal["coming", "ready", "handed", "back"]], Query(max_length=4)] = ["coming", "ready"],  # noqa: B006
) -> HttpResponse:
    """What waits longest first, up to 200."""
    if points.point(code) is None:
        raise NotFound()
    return show_list(request, selectors.collections_at(code, states=state))


@router.post(
    "/pickup-points/{code}/arrived", auth=HAND_OVER, response=ArrivedOut, summary="Goods have come to the point"
)
def arrived(request: HttpRequest, code: PointCode, body: ArrivedIn) -> HttpResponse:
    return reply({"orders": services.pickup_arrived(body.orders, point=code, actor=actor(request))})


@router.post(
    "/pickup-points/{code}/look-up", auth=HAND_OVER, response=describe(CollectionView), summary="Whose code this is"
)
def look_up(request: HttpRequest, code: PointCode, body: PickupCodeIn) -> HttpResponse:
    """Nothing is handed over yet. Wrong codes are counted."""
    return show(request, services.look_up(body.code, point=code, actor=actor(request)))


@router.post(
    "/pickup-points/{code}/hand-over", auth=HAND_OVER, response=describe(CollectionView), summary="Hand over for a code"
)
def give_out(request: HttpRequest, code: PointCode, body: PickupCodeIn) -> HttpResponse:
    """Once; the order is delivered then."""
    return show(request, services.give_out(body.code, point=code, actor=actor(request)))


@router.post(
    "/orders/{number}/set-ready", auth=SHIP, response={201: describe(ParcelView)}, summary="It goes to its point"
)
def set_ready(request: HttpRequest, number: Number) -> HttpResponse:
    """All that has not left; from the warehouse in the point's own house it is ready at once."""
    return show(request, services.set_ready(number, actor=actor(request)), 201)


@router.post(
    "/orders/{number}/keep-longer", auth=HAND_OVER, response={204: None}, summary="It waits longer at its point"
)
def keep_longer(request: HttpRequest, number: Number, body: DaysIn) -> HttpResponse:
    services.keep_longer(number, body.days, actor=actor(request))
    return nothing()


@router.post("/orders/{number}/take-back", auth=SHIP, response={204: None}, summary="Nobody fetched it: it goes back")
def take_back(request: HttpRequest, number: Number, body: ReasonIn) -> HttpResponse:
    services.take_back(number, reason=body.reason, actor=actor(request))
    return nothing()
