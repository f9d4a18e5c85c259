"""The member's own rooms: what needs him, his orders, his cases, his coupons and favourites."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_http_methods

from zhanggui.aftersales import selectors as cases
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem
from zhanggui.members import selectors as members
from zhanggui.members import services as member_services
from zhanggui.orders import selectors as orders
from zhanggui.presale import selectors as presale
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions import services as promotion_services
from zhanggui.promotions.types import words as promotion_words
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState

from ..browse.cards import Prices, sku_ids_of
from ..buying import words
from ..buying.names import english
from ..buying.said import said
from ..buying.who import buyer_of, safe_path, see, whole
from .keeping import member_of, member_only
from .scopes import goods_of
from .shelves import tiles_of

CURSOR = 500
#: How buyers sort their orders.
GROUPS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "": (Text("全部", "All"), ()),
    "unpaid": (Text("待付款", "To pay"), ("pending_payment",)),
    "preparing": (Text("待发货", "To ship"), ("paid", "fulfilling")),
    "coming": (Text("待收货", "On the way"), ("shipped",)),
    "arrived": (Text("已收货", "Arrived"), ("delivered", "completed")),
    "over": (Text("已取消", "Cancelled"), ("cancelled", "refunded")),
}
COUNTED = ("unpaid", "preparing", "coming")


def counts_of(member_id: int) -> dict[str, int]:
    """Orders by group. One statement."""
    found = orders.counts_of_member(member_id)
    return {name: sum(found.get(status, 0) for status in statuses) for name, (_, statuses) in GROUPS.items()}


def _names(request: HttpRequest, rows: Iterable[Mapping[str, Any]]) -> dict[int, Any]:
    """English names of what stands in these orders, for English pages."""
    return english((line["sku_id"] for order in rows for line in order["lines"]), language.of(request))


@require_GET
@member_only
def overview(request: HttpRequest) -> HttpResponse:
    """`GET /account`."""
    member_id = member_of(request)
    held = promotions.wallet(member_id, clock.now())
    recent = orders.of_member(member_id, limit=3).items
    return page.render(
        request,
        "storefront/account/overview.html",
        said=said(request),
        profile=members.profile(member_id),
        counts=counts_of(member_id),
        groups=GROUPS,
        counted=COUNTED,
        recent=recent,
        names=_names(request, recent),
        words=words,
        coupons=sum(coupon.state == "usable" for coupon in held),
        standing=members.standing(member_id),
        points=members.available([member_id]).get(member_id, 0),
        currency=mall_settings.get("mall.currency"),
        favourites=members.favourite_count(member_id),
        balances=presale.due_count(member_id),
    )


@require_GET
@member_only
def order_list(request: HttpRequest) -> HttpResponse:
    """`GET /account/orders?group=&cursor=`."""
    member_id = member_of(request)
    group = request.GET.get("group", "")
    group = group if group in GROUPS else ""
    found = orders.of_member(
        member_id, statuses=GROUPS[group][1], cursor=request.GET.get("cursor", "")[:CURSOR], limit=10
    )
    counts = counts_of(member_id)
    tabs = [
        (name.render(language.of(request)), f"/account/orders?group={key}" if key else "/account/orders", key == group,
         counts[key] if key in COUNTED and counts[key] else None)
        for key, (name, _) in GROUPS.items()
    ]  # fmt: skip
    return page.render(
        request,
        "storefront/account/orders.html",
        said=said(request),
        tabs=tabs,
        orders=found.items,
        names=_names(request, found.items),
        words=words,
        group=group,
        first=f"/account/orders?group={group}" if request.GET.get("cursor") else "",
        next=f"/account/orders?group={group}&cursor={found.next_cursor}" if found.next_cursor else "",
    )


@require_GET
@member_only
def case_list(request: HttpRequest) -> HttpResponse:
    """`GET /account/returns`."""
    found = cases.of_member(member_of(request), cursor=request.GET.get("cursor", "")[:CURSOR], limit=10)
    return page.render(
        request,
        "storefront/account/returns.html",
        cases=found.items,
        names=english((line.sku_id for case in found.items for line in case.lines), language.of(request)),
        words=words,
        first="/account/returns" if request.GET.get("cursor") else "",
        next=f"/account/returns?cursor={found.next_cursor}" if found.next_cursor else "",
    )


# --- coupons -------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@member_only
def coupons(request: HttpRequest) -> HttpResponse:
    """`/account/coupons`: the wallet; a post takes an open coupon (`take`) or keeps a code."""
    member_id, buyer = member_of(request), buyer_of(request)
    form, status = FormState.of(), 200
    if request.method == "POST":
        take, code = whole(request.POST.get("take", "")), request.POST.get("code", "").strip()[:64]
        try:
            if take:
                promotion_services.claim(take, member_id, actor=buyer.actor)
            else:
                promotion_services.keep(code, member_id, actor=buyer.actor)
            return see(safe_path(request.POST.get("next", ""), "/account/coupons?said=claimed"))
        except Problem as refused:
            form, status = FormState.failed(request.POST, refused, language.of(request)), refused.status
            if not take:
                form = FormState(request.POST, {"code": form.wrong("")})
    now = clock.now()
    held = promotions.wallet(member_id, now)
    mine = {coupon.promotion_id for coupon in held}
    usable = [coupon for coupon in held if coupon.state in ("usable", "upcoming")]
    return page.render(
        request,
        "storefront/account/coupons.html",
        status=status,
        said=said(request),
        form=form,
        usable=usable,
        said_badge=said_badge(language.of(request)),
        over=[coupon for coupon in held if coupon.state not in ("usable", "upcoming")][:30],
        open=[view for view in promotions.claimable(now, limit=30) if view.id not in mine],
        goods_of=goods_of(coupon.scope for coupon in usable),
    )


def said_badge(lang: str) -> Callable[[Text, Mapping[str, object]], str]:
    """Writes a badge with its figures."""

    def say_it(badge: Text, params: Mapping[str, object]) -> str:
        return badge.render(lang, **promotion_words(params, lang))

    return say_it


# --- favourites ----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@member_only
def favourites(request: HttpRequest) -> HttpResponse:
    """`/account/favourites`: the list; a post keeps a `product`, or with `do=drop` keeps it no longer.

    `?is=PRODUCT` answers `{"kept": bool}` for the heart of a page that is kept for everybody.
    """
    if request.method == "POST":
        return _favour(request)
    if "is" in request.GET:
        product = whole(request.GET["is"], 0, 10**9)
        kept = bool(product) and bool(members.favourites_among(member_of(request), [product]))
        return JsonResponse({"kept": kept}, headers={"Cache-Control": "no-store"})
    found = members.favourites(member_of(request), cursor=request.GET.get("cursor", "")[:CURSOR], limit=24)
    tiles = tiles_of([favourite.product_id for favourite in found.items], language.of(request))
    prices = Prices.of(sku_ids_of(tiles.values()))
    cards = {card.tile.id: card for card in prices.cards(tiles.values())}
    return page.render(
        request,
        "storefront/account/favourites.html",
        said=said(request),
        shown=[(favourite, cards.get(favourite.product_id)) for favourite in found.items],
        currency=mall_settings.get("mall.currency"),
        first="/account/favourites" if request.GET.get("cursor") else "",
        next=f"/account/favourites?cursor={found.next_cursor}" if found.next_cursor else "",
    )


def _favour(request: HttpRequest) -> HttpResponse:
    member_id, actor = member_of(request), buyer_of(request).actor
    product = whole(request.POST.get("product", ""), 0, 10**9)
    drop = request.POST.get("do") == "drop"
    if product:
        if drop:
            member_services.drop_favourite(member_id, product, actor=actor)
        elif tiles_of([product], language.of(request)):
            price = whole(request.POST.get("price", ""), 0, 10**9) or None
            member_services.keep_favourite(member_id, product, price=price, actor=actor)
    back = safe_path(request.POST.get("back", ""), "/account/favourites")
    mark = "unkept" if drop else "kept"
    return see(back if back.startswith("/p/") else f"{back.partition('?')[0]}?said={mark}")
