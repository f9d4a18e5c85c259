"""Buying in a group: offers, opening a group, the page an invitation leads to. All of it works without scripts."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import SellableSku
from zhanggui.checkout import services
from zhanggui.checkout.types import GroupWish
from zhanggui.groupbuy import selectors as groupbuy
from zhanggui.groupbuy.types import GroupView, OfferView
from zhanggui.kernel import clock
from zhanggui.kernel.contact import mask_name
from zhanggui.kernel.problems import NotFound, Problem
from zhanggui.orders import selectors as orders
from zhanggui.pricing import selectors as pricing
from zhanggui.ui import language
from zhanggui.ui.forms import FormState

from .names import english
from .show import render
from .who import buyer_of, do, see, whole

OFFERS_MOST = 30


class Article(NamedTuple):
    """What an offer sells: a piece of it in a group, and otherwise (None: not for sale now)."""

    sku: SellableSku
    price: int
    ordinary: int | None


class Guest(NamedTuple):
    """Who sits on a seat: a masked name, and whether his payment is still to come."""

    name: str
    first: bool
    waiting: bool


def articles(offers: list[OfferView]) -> dict[int, list[Article]]:
    """The articles of offers. Three statements, however many there are."""
    wanted = sorted({sku for offer in offers for sku in offer.draft.prices})
    codes = catalog.sku_codes(wanted)
    skus = {sku.sku_id: sku for sku in catalog.sellable_by_code(list(codes.values()))} if codes else {}
    prices = pricing.effective_prices(wanted, clock.now())
    return {
        offer.id: [
            Article(skus[sku], price, prices[sku].sale_price if sku in prices and skus[sku].sellable else None)
            for sku, price in offer.draft.prices.items()
            if sku in skus
        ]
        for offer in offers
    }


def guests(group: GroupView) -> list[Guest]:
    """Who is in a group, in the order they came. One statement."""
    found = orders.find_many([seat.order_number for seat in group.seats])
    return [
        Guest(
            mask_name(found[seat.order_number]["contact_name"]),
            i == 0,
            found[seat.order_number]["status"] == "pending_payment",
        )
        for i, seat in enumerate(group.seats)
        if seat.order_number in found
    ]


def group_of(order: dict[str, Any]) -> GroupView | None:
    """The group an order was bought in. No statement for others."""
    if order["hold"] or any(entry["kind"] == "group" for entry in order["explanation"]):
        return groupbuy.group_of_order(order["number"])
    return None


@require_GET
def hall(request: HttpRequest) -> HttpResponse:
    """`GET /groups`: the offers of the moment."""
    offers = groupbuy.running_offers(clock.now())[:OFFERS_MOST]
    shown = articles(offers)
    return render(
        request, "storefront/buying/groups.html", offers=[(offer, shown[offer.id]) for offer in offers if shown[offer.id]],
        names=english((sku for offer in offers for sku in offer.draft.prices), language.of(request)),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, offer_id: int) -> HttpResponse:
    """`/groups/offers/<id>`: what is sold, groups to join; a post opens one."""
    view = groupbuy.offer(offer_id)
    if view.state == "draft":
        raise NotFound()
    if request.method == "POST":
        return _begin(request, view, None)
    return _offer(request, view)


def _offer(request: HttpRequest, view: OfferView, *, form: FormState | None = None, status: int = 200) -> HttpResponse:
    shown = articles([view])[view.id]
    return render(
        request, "storefront/buying/group_offer.html", status=status, offer=view, articles=shown, form=form or FormState.of({}),
        open=[(group, guests(group)) for group in groupbuy.groups_to_join(view.id)],
        names=english(view.draft.prices, language.of(request)),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def group(request: HttpRequest, token: str) -> HttpResponse:
    """`/groups/<token>`: who is in, how many are missing, how long there is; a post joins."""
    found = groupbuy.group(token)
    view = groupbuy.offer(found.offer_id)
    if request.method == "POST":
        return _begin(request, view, found)
    return _group(request, view, found)


def _group(
    request: HttpRequest, view: OfferView, found: GroupView, *, form: FormState | None = None, status: int = 200
) -> HttpResponse:
    over = found.state == "open" and found.expires_at is not None and found.expires_at <= clock.now()
    return render(
        request, "storefront/buying/group.html", status=status, offer=view, group=found, guests=guests(found), over=over,
        articles=articles([view])[view.id], form=form or FormState.of({}),
        names=english(view.draft.prices, language.of(request)), link=request.build_absolute_uri(f"/groups/{found.token}"),
    )  # fmt: skip


def _begin(request: HttpRequest, view: OfferView, found: GroupView | None) -> HttpResponse:
    """A cart for this one purchase, and on to the checkout; the seat is taken with the order."""
    wish = GroupWish(view.id, found.token if found else "")
    sku, units = request.POST.get("sku", "")[:100], whole(request.POST.get("quantity", ""), 0)
    try:
        cart, _ = do(request, services.grouping(wish, sku, units, member_id=buyer_of(request).member_id))
    except Problem as refused:
        form = FormState.failed(request.POST, refused, language.of(request))
        if found:
            return _group(request, view, found, form=form, status=refused.status)
        return _offer(request, view, form=form, status=refused.status)
    return see(f"/checkout?cart={cart['id']}")
