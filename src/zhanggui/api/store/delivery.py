"""When goods would be there and what bringing them costs, before anybody buys; and where they can be fetched."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from zhanggui.checkout import selectors as checkout
from zhanggui.fulfilment import selectors as fulfilment
from zhanggui.kernel import fresh, mall_settings
from zhanggui.kernel.money import json_money
from zhanggui.kernel.problems import NotFound
from zhanggui.pickup import selectors as pickup
from zhanggui.pickup.types import PickupPoint

from ..auth import VISITOR
from ..fields import Answer, Money
from ..frame import language, reply
from .orders import Number, Token, own_order
from .shapes import ShippingPartOut, Sku, shipping_part

router = Router(auth=VISITOR)
Place = Annotated[str, Query(max_length=40)]


class EstimateOut(Answer):
    """`arrives_from` and `arrives_until` are days, null where the mall cannot say. Where `delivered` is false, `message` says why."""

    province: str
    delivered: bool
    message: str
    dispatch_hours: int = Field(description="from payment until the goods leave, as promised")
    leaves_by: str
    arrives_from: str | None
    arrives_until: str | None
    remote: bool
    shipping: Money | None
    shipping_label: str
    shipping_parts: list[ShippingPartOut]


class PickupPointOut(Answer):
    code: str
    name: str
    province: str
    city: str
    district: str
    address: str
    hours: str
    phone: str


class PointsOut(Answer):
    items: list[PickupPointOut]


@router.get("/delivery-estimates", response=EstimateOut, summary="When goods would be there, and what delivery costs")
def estimate(
    request: HttpRequest,
    sku: Annotated[list[Sku], Query(min_length=1, max_length=50)],
    province: Annotated[str, Query(min_length=1, max_length=40, pattern=r"\S")],
) -> HttpResponse:
    """Bought and paid now, by courier. A SKU named n times is n pieces."""
    found = checkout.estimate(checkout.pieces_of(sku), province.strip())
    lang, currency = language(request), mall_settings.get("mall.currency")
    arrival, freight = found.when.arrival, found.freight
    body: dict[str, Any] = {
        "province": found.province,
        "delivered": found.refused is None,
        "message": found.refused.detail(lang) if found.refused else "",
        "dispatch_hours": found.when.hours,
        "leaves_by": found.when.leaves_by,
        "arrives_from": arrival.first if arrival else None,
        "arrives_until": arrival.last if arrival else None,
        "remote": found.when.remote,
        "shipping": json_money(freight.amount, currency) if freight else None,
        "shipping_label": freight.label.render(lang) if freight else "",
        "shipping_parts": [shipping_part(part, currency, lang) for part in freight.parts if part.charged]
        if freight
        else [],
    }
    return reply(body)


@router.get("/pickup-points", response=PointsOut, summary="Where goods can be fetched")
def points(request: HttpRequest, province: Place = "", city: Place = "") -> HttpResponse:
    lang = language(request)
    found = pickup.points(province=province, city=city, version=fresh.pinned_or_known(pickup.VERSION))
    return reply({"items": [_point(point, lang) for point in found]})


def _point(point: PickupPoint, lang: str) -> dict[str, str]:
    told = {
        name: getattr(point, name) for name in ("code", "province", "city", "district", "address", "hours", "phone")
    }
    return told | {"name": point.title.render(lang)}


class CollectionOut(Answer):
    """`state`: waiting (not packed yet), coming, ready, handed or back. `code` (six figures) and `qr_text` only while it is ready."""

    point: PickupPointOut | None
    state: Literal["waiting", "coming", "ready", "handed", "back"]
    keep_until: datetime | None
    code: str
    qr_text: str


@router.get("/orders/{number}/pickup", response=CollectionOut, summary="Where an order is fetched, and the code for it")
def collection(request: HttpRequest, number: Number, token: Token = "") -> HttpResponse:
    """`not_found` for an order that is not fetched at a point, and for anybody else's."""
    order = own_order(request, number, token)
    code = fulfilment.point_of(order)
    if not code:
        raise NotFound()
    found = fulfilment.own_collection(number)
    point = pickup.point(code, version=fresh.pinned_or_known(pickup.VERSION))
    return reply(
        {
            "point": _point(point, language(request)) if point else None,
            "state": found.state if found else "waiting",
            "keep_until": found.keep_until if found else None,
            "code": found.code if found else "",
            "qr_text": fulfilment.qr_text(number, found.code) if found and found.code else "",
        }
    )
