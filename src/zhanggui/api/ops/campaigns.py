"""Campaigns: what is planned, what is in its way, its announcement and its end. Amounts are minor units."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from zhanggui.assortment import selectors as assortment
from zhanggui.campaigns import selectors, services
from zhanggui.campaigns.types import (
    CampaignDraft,
    CampaignHead,
    CampaignRow,
    CampaignView,
    Conflict,
    Good,
    Offer,
    Resource,
)

from ..auth import Staff, actor
from ..describing import describe, listed, paged
from ..fields import Amount, Body, Cursor, Flag, Int64, Limit, PathId, Time, integer, line
from .common import OptionalReason, SkuCode, show, show_list, show_page, sku_ids

router = Router()
VIEW, MANAGE = Staff("campaigns.view"), Staff("campaigns.manage")
Placement = Literal["home", "category", "page", "search", "feed", "platform", "social", "live", "message", "offline"]


class CampaignGoodIn(Body):
    """`price` and `stock` are what is planned; nothing is set by it. Without a `role` it has its product's, else basic."""

    sku: SkuCode
    role: Literal["traffic", "basic", "image"] | None = None
    price: Amount
    stock: integer(1, 10**9)  # type: ignore[valid-type]


class CampaignOfferIn(Body):
    """A promotion (a coupon is one) or a group offer that belongs to it."""

    kind: Literal["promotion", "group", "presale"]
    id: Int64


class CampaignResourceIn(Body):
    """A placement; `budget` for all of it. What `needs_review` has to be handed in some working days before."""

    form: Placement
    position: line(80)  # type: ignore[valid-type]
    quantity: integer(1, 10**9) = 1  # type: ignore[valid-type]
    budget: Amount = 0
    starts_at: Time
    ends_at: Time
    needs_review: Flag = False


class CampaignIn(Body):
    """`form` is the kind of promotion it is mainly made of, "group", "presale", or empty."""

    theme_zh: line(40)  # type: ignore[valid-type]
    theme_en: line(80, required=False) = ""  # type: ignore[valid-type]
    form: line(40, required=False) = ""  # type: ignore[valid-type]
    note: line(1000, required=False) = ""  # type: ignore[valid-type]
    starts_at: Time
    ends_at: Time
    goods: Annotated[list[CampaignGoodIn], Field(max_length=500)] = []
    offers: Annotated[list[CampaignOfferIn], Field(max_length=50)] = []
    resources: Annotated[list[CampaignResourceIn], Field(max_length=100)] = []

    def draft(self) -> CampaignDraft:
        """Raises ValidationFailed for an unknown SKU."""
        skus = sku_ids([good.sku for good in self.goods], "goods.{}.sku")
        parts = assortment.parts_of([sku for sku, good in zip(skus, self.goods, strict=True) if good.role is None])
        return CampaignDraft(
            CampaignHead(**self.model_dump(exclude={"goods", "offers", "resources"})),
            tuple(
                Good(sku, g.role or parts.get(sku, "basic"), g.price, g.stock)
                for sku, g in zip(skus, self.goods, strict=True)
            ),
            tuple(Offer(offer.kind, offer.id) for offer in self.offers),
            tuple(Resource(**resource.model_dump()) for resource in self.resources),
        )


class StepIn(Body):
    reason: OptionalReason = ""


CAMPAIGN = describe(CampaignView)
State = Literal["", "draft", "announced", "running", "ended"]


@router.get("/campaigns", auth=VIEW, response=paged(CampaignRow), summary="Campaigns, newest first")
def campaigns(request: HttpRequest, state: State = "", cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    return show_page(request, selectors.campaigns(state=state, cursor=cursor, limit=limit))


@router.post("/campaigns", auth=MANAGE, response={201: CAMPAIGN}, summary="A new campaign, as a draft")
def create(request: HttpRequest, body: CampaignIn) -> HttpResponse:
    return show(request, selectors.campaign(services.create_campaign(body.draft(), actor=actor(request))), 201)


@router.get("/campaigns/{campaign_id}", auth=VIEW, response=CAMPAIGN, summary="One campaign")
def campaign(request: HttpRequest, campaign_id: PathId) -> HttpResponse:
    return show(request, selectors.campaign(campaign_id))


@router.get(
    "/campaigns/{campaign_id}/conflicts", auth=VIEW, response=listed(Conflict),
    summary="What sells the same goods at the same time",
)  # fmt: skip
def conflicts(request: HttpRequest, campaign_id: PathId) -> HttpResponse:
    selectors.campaign(campaign_id)
    return show_list(request, selectors.conflicts([campaign_id])[campaign_id])


@router.post("/campaigns/{campaign_id}/announce", auth=MANAGE, response=CAMPAIGN, summary="Announce: its dates stand")
def announce(request: HttpRequest, campaign_id: PathId, body: StepIn) -> HttpResponse:
    """Where its goods are in another announced campaign at the same time, a reason is needed."""
    services.announce(campaign_id, actor=actor(request), reason=body.reason)
    return show(request, selectors.campaign(campaign_id))


@router.post("/campaigns/{campaign_id}/end", auth=MANAGE, response=CAMPAIGN, summary="End it, also before its time")
def end(request: HttpRequest, campaign_id: PathId, body: StepIn) -> HttpResponse:
    services.end(campaign_id, actor=actor(request), reason=body.reason)
    return show(request, selectors.campaign(campaign_id))
