"""Buying in a group: the offers of the moment, and a group by its invitation. A seat is taken with the purchase (`group`)."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from zhanggui.catalog import selectors as catalog
from zhanggui.groupbuy import selectors
from zhanggui.groupbuy.types import GroupView, OfferView
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.money import json_money
from zhanggui.kernel.problems import NotFound

from ..auth import VISITOR
from ..fields import Answer, Money, PathId
from ..frame import language, reply

router = Router(auth=VISITOR)
Token = Annotated[str, Path(min_length=6, max_length=24, pattern=r"^[A-Za-z0-9_-]+$")]


class GroupArticleOut(Answer):
    """What a piece costs in a group."""

    sku: str
    price: Money


class GroupOfferOut(Answer):
    """`size` buyers fill a group within `hours`; `most` pieces an order; `groups_per_buyer` null: without bound."""

    id: int
    label: str
    running: bool
    size: int
    hours: int
    most: int
    groups_per_buyer: int | None
    starts_at: datetime
    ends_at: datetime | None
    articles: list[GroupArticleOut]


class GroupOfferList(Answer):
    items: list[GroupOfferOut]


class GroupOut(Answer):
    """`token` is what the invitation carries. `taken` seats are paid or about to be; joining is possible while it is open."""

    token: str
    offer: GroupOfferOut
    state: Literal["waiting", "open", "full", "failed"]
    size: int
    taken: int
    opened_at: datetime | None
    expires_at: datetime | None


class RunningOut(Answer):
    """Groups of an offer with seats left, the one that runs out first first."""

    offer: GroupOfferOut
    groups: list[GroupOut]


def said(offers: list[OfferView], lang: str) -> list[dict[str, Any]]:
    codes = catalog.sku_codes(sorted({sku for offer in offers for sku in offer.draft.prices}))
    currency = mall_settings.get("mall.currency")
    return [
        {
            "id": offer.id,
            "label": offer.label.render(lang),
            "running": offer.stage == "running",
            "size": offer.draft.size,
            "hours": offer.draft.hours,
            "most": offer.draft.most,
            "groups_per_buyer": offer.draft.buyer_limit,
            "starts_at": offer.draft.starts_at,
            "ends_at": offer.draft.ends_at,
            "articles": [
                {"sku": codes[sku], "price": json_money(price, currency)}
                for sku, price in offer.draft.prices.items()
                if sku in codes
            ],
        }
        for offer in offers
    ]


def _group(group: GroupView, offer: dict[str, Any]) -> dict[str, Any]:
    fields = ("token", "state", "size", "opened_at", "expires_at")
    return {**{name: getattr(group, name) for name in fields}, "offer": offer, "taken": len(group.seats)}


@router.get("/group-offers", response=GroupOfferList, summary="Offers in which groups can be opened now")
def offers(request: HttpRequest) -> HttpResponse:
    return reply({"items": said(selectors.running_offers(clock.now()), language(request))})


@router.get("/group-offers/{offer_id}", response=RunningOut, summary="An offer, and its groups with seats left")
def offer(request: HttpRequest, offer_id: PathId) -> HttpResponse:
    view = selectors.offer(offer_id)
    if view.state == "draft":
        raise NotFound()
    (shown,) = said([view], language(request))
    groups = [_group(group, shown) for group in selectors.groups_to_join(offer_id, limit=50)]
    return reply({"offer": shown, "groups": groups})


@router.get("/groups/{token}", response=GroupOut, summary="A group by its invitation")
def group(request: HttpRequest, token: Token) -> HttpResponse:
    found = selectors.group(token)
    (shown,) = said([selectors.offer(found.offer_id)], language(request))
    return reply(_group(found, shown))
