"""The member's tier, points and balance, and everything that makes buying cheaper for him (我的优惠)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from zhanggui.kernel import clock, mall_settings
from zhanggui.members import selectors as members
from zhanggui.members.types import BALANCE, POINTS, POSTING_KINDS
from zhanggui.promotions import selectors as promotions
from zhanggui.ui import language, page

from ..buying.said import said
from .keeping import member_of, member_only
from .overview import CURSOR, said_badge


def _standing(member_id: int) -> dict[str, Any]:
    """What both pages say of tier and points."""
    return {
        "standing": members.standing(member_id),
        "tiers": members.tiers(),
        "held": members.holding(member_id),
        "value": members.points_value,
        "days": mall_settings.get("members.tier_days"),
        "currency": mall_settings.get("mall.currency"),
    }


@require_GET
@member_only
def points(request: HttpRequest) -> HttpResponse:
    """`GET /account/points?of=balance&cursor=`: tier with what is missing to the next, points, what expires, every move."""
    member_id = member_of(request)
    of = BALANCE if request.GET.get("of") == BALANCE else POINTS
    found = members.postings(member_id, of, cursor=request.GET.get("cursor", "")[:CURSOR], limit=20)
    here = "/account/points?of=balance" if of == BALANCE else "/account/points?of=points"
    return page.render(
        request,
        "storefront/account/points.html",
        of=of,
        balance=members.available([member_id], BALANCE).get(member_id, 0),
        postings=found.items,
        kinds=POSTING_KINDS,
        first=here if request.GET.get("cursor") else "",
        next=f"{here}&cursor={found.next_cursor}" if found.next_cursor else "",
        **_standing(member_id),
    )


@require_GET
@member_only
def offers(request: HttpRequest) -> HttpResponse:
    """`GET /account/offers`: the tier's benefits, points as money, the birthday gift, coupons held and to be had."""
    member_id, now = member_of(request), clock.now()
    held = promotions.wallet(member_id, now)
    mine = {coupon.promotion_id for coupon in held}
    return page.render(
        request,
        "storefront/account/offers.html",
        said=said(request),
        usable=[coupon for coupon in held if coupon.state == "usable"],
        open=[view for view in promotions.claimable(now, limit=30) if view.id not in mine],
        said_badge=said_badge(language.of(request)),
        profile=members.profile(member_id),
        **_standing(member_id),
    )
