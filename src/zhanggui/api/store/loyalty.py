"""The member's tier, points and balance, and what points buy."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router

from zhanggui.kernel import clock, idempotency, mall_settings
from zhanggui.kernel.money import json_money
from zhanggui.members import selectors
from zhanggui.members.types import POSTING_KINDS, TierView
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions import services as promotion_services
from zhanggui.promotions.types import words

from ..auth import MEMBER, actor, member_id
from ..fields import IDEMPOTENT, Answer, Body, Cursor, Limit, Money, PathId, integer
from ..frame import language, reply
from .purchase import key_of

router = Router()
Asset = Literal["points", "balance"]


class TierOut(Answer):
    """`discount_bp`: what its members pay of a price in basis points; `points_bp`: points for each unit spent, likewise."""

    code: str
    name: str
    discount_bp: int
    points_bp: int
    free_shipping: bool
    birthday_points: int


class StandingOut(Answer):
    """`missing` to `next` within the window; null at the highest tier. `points_value`: what the points are worth at checkout."""

    tier: TierOut
    spent: Money
    next: TierOut | None
    missing: Money | None
    points: int
    points_value: Money
    balance: Money


class ExpiringOut(Answer):
    at: datetime
    amount: int


class HoldingOut(Answer):
    """`owed` is paid by what comes next; `expiring` expires first. A balance is in minor units and never expires."""

    available: int
    owed: int
    expiring: list[ExpiringOut]


class PostingOut(Answer):
    """`amount` is below zero for what went out; `order` is empty where none is behind it."""

    kind: str
    text: str
    amount: int
    order: str
    reason: str
    at: datetime


class PostingPage(Answer):
    items: list[PostingOut]
    next_cursor: str | None


def _tier(tier: TierView, lang: str) -> dict[str, Any]:
    return {
        "code": tier.code,
        "name": tier.name.render(lang),
        "discount_bp": tier.discount_bp,
        "points_bp": tier.points_bp,
        "free_shipping": tier.free_shipping,
        "birthday_points": tier.birthday_points,
    }


@router.get(
    "/me/standing", auth=MEMBER, response=StandingOut, summary="Tier, what is missing to the next, points, balance"
)
def standing(request: HttpRequest) -> HttpResponse:
    lang, currency = language(request), mall_settings.get("mall.currency")
    member = member_id(request)
    seen, points = selectors.standing(member), selectors.available([member]).get(member, 0)
    return reply(
        {
            "tier": _tier(seen.tier, lang),
            "spent": json_money(seen.spent, currency),
            "next": _tier(seen.next, lang) if seen.next else None,
            "missing": json_money(seen.missing, currency),
            "points": points,
            "points_value": json_money(selectors.points_value(points), currency),
            "balance": json_money(selectors.available([member], "balance").get(member, 0), currency),
        }
    )


@router.get(
    "/me/ledger/{asset}", auth=MEMBER, response=HoldingOut, summary="What the member holds, and what expires next"
)
def holding(request: HttpRequest, asset: Asset) -> HttpResponse:
    seen = selectors.holding(member_id(request), asset)
    expiring = [{"at": one.at, "amount": one.amount} for one in seen.expiring]
    return reply({"available": seen.available, "owed": seen.owed, "expiring": expiring})


@router.get(
    "/me/ledger/{asset}/postings", auth=MEMBER, response=PostingPage, summary="What came and went, newest first"
)
def postings(request: HttpRequest, asset: Asset, cursor: Cursor = "", limit: Limit = 30) -> HttpResponse:
    found = selectors.postings(member_id(request), asset, cursor=cursor, limit=limit)
    lang = language(request)
    items = [
        {
            "kind": line.kind,
            "text": POSTING_KINDS[line.kind].render(lang),
            "amount": line.amount,
            "order": line.document,
            "reason": line.reason,
            "at": line.at,
        }
        for line in found.items
    ]
    return reply({"items": items, "next_cursor": found.next_cursor})


class MallOfferOut(Answer):
    """A coupon for `points`; `missing` are those the member does not have. `left` null: no limit; `had`: how many he got before.

    `state`: open, upcoming, had (he has his share) or gone. `valid_days`: good for so long once he has it.
    """

    id: int
    name: str
    badge: str
    points: int
    missing: int
    state: Literal["open", "upcoming", "had", "gone"]
    had: int
    per_member: int
    left: int | None
    valid_days: int | None
    starts_at: datetime
    ends_at: datetime | None


class MallOut(Answer):
    points: int
    items: list[MallOfferOut]


class ExchangeIn(Body):
    """`points`: the price that was shown; another one by now is `points_price_changed`, and nothing is taken."""

    points: integer(1, 10**9)  # type: ignore[valid-type]


class ExchangedOut(Answer):
    code: str
    points: int


@router.get("/me/points-mall", auth=MEMBER, response=MallOut, summary="What points buy, and what is missing")
def points_mall(request: HttpRequest) -> HttpResponse:
    member, lang = member_id(request), language(request)
    held = selectors.available([member]).get(member, 0)
    items = [
        {
            "id": offer.view.id,
            "name": (offer.view.draft.label_en if lang == "en" else "") or offer.view.draft.label_zh,
            "badge": offer.view.badge.render(lang, **words(offer.view.badge_params, lang)),
            "points": terms.points_price,
            "missing": max(0, terms.points_price - held),
            "state": offer.state,
            "had": offer.held,
            "per_member": terms.per_member_limit,
            "left": offer.left,
            "valid_days": terms.valid_days,
            "starts_at": offer.view.draft.starts_at,
            "ends_at": offer.view.draft.ends_at,
        }
        for offer in promotions.points_mall(clock.now(), member)
        if (terms := offer.view.draft.coupon) is not None and terms.points_price is not None
    ]
    return reply({"points": held, "items": items})


@router.post(
    "/me/points-mall/{promotion_id}/exchange",
    auth=MEMBER,
    response={201: ExchangedOut},
    summary="Get a coupon for points",
    openapi_extra=IDEMPOTENT,
)
def exchange(request: HttpRequest, promotion_id: PathId, body: ExchangeIn) -> HttpResponse:
    """Needs the Idempotency-Key header; the same key again answers the same coupon. `points` are those left."""
    member = member_id(request)
    code = promotion_services.exchange(
        promotion_id, member, points=body.points, key=idempotency.check_key(key_of(request)), actor=actor(request)
    )
    return reply({"code": code, "points": selectors.available([member]).get(member, 0)}, status=201)
