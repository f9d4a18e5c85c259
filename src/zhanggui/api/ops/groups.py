"""Group offers and their groups. Amounts are minor units."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from zhanggui.groupbuy import selectors, services
from zhanggui.groupbuy.types import GroupView, OfferDraft, OfferView

from ..auth import Staff, actor
from ..describing import describe, paged
from ..fields import Amount, Body, Cursor, Limit, PathId, Time, integer, line
from .common import OptionalReason, SkuCode, show, show_page, sku_ids

router = Router()
VIEW, MANAGE = Staff("groupbuy.view"), Staff("groupbuy.manage")


class GroupArticleIn(Body):
    sku: SkuCode
    price: Amount


class GroupOfferIn(Body):
    """`size` buyers within `hours`; `most` pieces an order. Null bounds nothing."""

    label_zh: line(80)  # type: ignore[valid-type]
    label_en: line(80, required=False) = ""  # type: ignore[valid-type]
    articles: Annotated[list[GroupArticleIn], Field(min_length=1, max_length=50)]
    size: integer(2, 100)  # type: ignore[valid-type]
    hours: integer(1, 168)  # type: ignore[valid-type]
    most: integer(1, 999) = 1  # type: ignore[valid-type]
    group_limit: integer(1, 1_000_000) | None = None  # type: ignore[valid-type]
    buyer_limit: integer(1, 1000) | None = None  # type: ignore[valid-type]
    starts_at: Time
    ends_at: Time | None = None

    def draft(self) -> OfferDraft:
        """Raises ValidationFailed for an unknown SKU."""
        skus = sku_ids([article.sku for article in self.articles], "articles.{}.sku")
        prices = {sku: article.price for sku, article in zip(skus, self.articles, strict=True)}
        return OfferDraft(prices=prices, **self.model_dump(exclude={"articles"}))


class EndIn(Body):
    reason: OptionalReason = ""


OFFER = describe(OfferView)


@router.get("/group-offers", auth=VIEW, response=paged(OfferView), summary="Group offers, newest first")
def offers(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    return show_page(request, selectors.offers(cursor=cursor, limit=limit))


@router.post("/group-offers", auth=MANAGE, response={201: OFFER}, summary="A new group offer, as a draft")
def create(request: HttpRequest, body: GroupOfferIn) -> HttpResponse:
    return show(request, selectors.offer(services.create_offer(body.draft(), actor=actor(request))), 201)


@router.get("/group-offers/{offer_id}", auth=VIEW, response=OFFER, summary="One group offer")
def offer(request: HttpRequest, offer_id: PathId) -> HttpResponse:
    return show(request, selectors.offer(offer_id))


@router.put("/group-offers/{offer_id}", auth=MANAGE, response=OFFER, summary="Replace the terms of a draft")
def update(request: HttpRequest, offer_id: PathId, body: GroupOfferIn) -> HttpResponse:
    """A published offer keeps its terms."""
    services.update_offer(offer_id, body.draft(), actor=actor(request))
    return show(request, selectors.offer(offer_id))


@router.post("/group-offers/{offer_id}/publish", auth=MANAGE, response=OFFER, summary="Publish a draft")
def publish(request: HttpRequest, offer_id: PathId) -> HttpResponse:
    services.publish_offer(offer_id, actor=actor(request))
    return show(request, selectors.offer(offer_id))


@router.post("/group-offers/{offer_id}/end", auth=MANAGE, response=OFFER, summary="End an offer: no new groups")
def end(request: HttpRequest, offer_id: PathId, body: EndIn) -> HttpResponse:
    services.end_offer(offer_id, actor=actor(request), reason=body.reason)
    return show(request, selectors.offer(offer_id))


@router.get(
    "/group-offers/{offer_id}/groups", auth=VIEW, response=paged(GroupView), summary="Groups of an offer, newest first"
)
def groups(
    request: HttpRequest,
    offer_id: PathId,
    state: Literal["", "waiting", "open", "full", "failed"] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    selectors.offer(offer_id)
    return show_page(request, selectors.groups_of(offer_id, state=state, cursor=cursor, limit=limit))
