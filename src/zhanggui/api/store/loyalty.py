"""The member's tier, points and balance."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router

from zhanggui.kernel import mall_settings
from zhanggui.kernel.money import json_money
from zhanggui.members import selectors
from zhanggui.members.types import POSTING_KINDS, TierView

from ..auth import MEMBER, member_id
from ..fields import Answer, Cursor, Limit, Money
from ..frame import language, reply

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
            "order": line.reference,
            "reason": line.reason,
            "at": line.at,
        }
        for line in found.items
    ]
    return reply({"items": items, "next_cursor": found.next_cursor})
