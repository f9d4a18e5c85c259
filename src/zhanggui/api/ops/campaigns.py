"""Campaigns: what is planned, what is in its way, its announcement and its end. Amounts are minor units."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
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
    SponsorshipDraft,
    SponsorshipView,
)

from ..auth import Staff, actor
from ..describing import describe, listed, paged
from ..fields import BIGINT, Amount, Body, Cursor, Flag, Int64, Limit, PathId, Time, integer, line
from .common import OptionalReason, ReasonIn, SkuCode, show, show_list, show_page, sku_ids

router = Router()
VIEW, MANAGE, SPONSOR = Staff("campaigns.view"), Staff("campaigns.manage"), Staff("campaigns.sponsor")
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


class SponsorshipIn(Body):
    """Goods (`sku`) or a place (`spot`: /#hero) or both, for money (`fee`), or for goods that are named and worth `goods_value`."""

    sponsor: line(120)  # type: ignore[valid-type]
    starts_at: Time
    ends_at: Time
    sku: SkuCode | None = None
    spot: line(80, required=False) = ""  # type: ignore[valid-type]
    fee: Amount = 0
    goods: line(300, required=False) = ""  # type: ignore[valid-type]
    goods_value: Amount = 0
    campaign_id: Int64 | None = None
    resource_id: Int64 | None = None
    note: line(1000, required=False) = ""  # type: ignore[valid-type]

    def draft(self) -> SponsorshipDraft:
        """Raises ValidationFailed for an unknown SKU."""
        sku = sku_ids([self.sku], "sku")[0] if self.sku else None
        return SponsorshipDraft(sku_id=sku, **self.model_dump(exclude={"sku"}))


CAMPAIGN, SPONSORSHIP = describe(CampaignView), describe(SponsorshipView)
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


@router.get("/sponsorships", auth=VIEW, response=paged(SponsorshipView), summary="Sponsorships, newest first")
def sponsorships(
    request: HttpRequest, state: Literal["", "agreed", "shown", "over", "cancelled"] = "",
    campaign: Annotated[int, Query(ge=1, le=BIGINT)] | None = None, cursor: Cursor = "", limit: Limit = 50,
) -> HttpResponse:  # fmt: skip
    return show_page(request, selectors.sponsorships(state=state, campaign_id=campaign, cursor=cursor, limit=limit))


@router.post("/sponsorships", auth=SPONSOR, response={201: SPONSORSHIP}, summary="Write down what was agreed")
def agree_sponsorship(request: HttpRequest, body: SponsorshipIn) -> HttpResponse:
    made = services.agree_sponsorship(body.draft(), actor=actor(request))
    return show(request, selectors.sponsorship(made), 201)


@router.get("/sponsorships/{sponsorship_id}", auth=VIEW, response=SPONSORSHIP, summary="One sponsorship")
def sponsorship(request: HttpRequest, sponsorship_id: PathId) -> HttpResponse:
    return show(request, selectors.sponsorship(sponsorship_id))


@router.put("/sponsorships/{sponsorship_id}", auth=SPONSOR, response=SPONSORSHIP, summary="Change what was agreed")
def change_sponsorship(request: HttpRequest, sponsorship_id: PathId, body: SponsorshipIn) -> HttpResponse:
    services.change_sponsorship(sponsorship_id, body.draft(), actor=actor(request))
    return show(request, selectors.sponsorship(sponsorship_id))


@router.post("/sponsorships/{sponsorship_id}/cancel", auth=SPONSOR, response=SPONSORSHIP, summary="Cancel it")
def cancel_sponsorship(request: HttpRequest, sponsorship_id: PathId, body: ReasonIn) -> HttpResponse:
    services.cancel_sponsorship(sponsorship_id, reason=body.reason, actor=actor(request))
    return show(request, selectors.sponsorship(sponsorship_id))
