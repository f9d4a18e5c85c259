"""Presales at the shop: the offers, reserving, the reservation with its two payments. All of it works without scripts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import SellableSku
from zhanggui.checkout import services as checkout
from zhanggui.kernel import clock, ids, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound, Problem, ValidationFailed
from zhanggui.payments.errors import AlreadyPaid
from zhanggui.presale import selectors, services
from zhanggui.presale.errors import WORDS, ReservationWrongState
from zhanggui.presale.types import PresaleArticle, PresaleView, ReservationView
from zhanggui.pricing import selectors as pricing
from zhanggui.ui import language
from zhanggui.ui.forms import FormState

from ..account.keeping import ask_to_sign_in, member_of, member_only
from . import pay
from .names import english
from .said import said
from .show import render
from .ways import Way, chosen_way, ways_to_pay
from .who import buyer_of, do, see, whole

OFFERS_MOST = 30
CURSOR = 500
TONES = {
    "waiting": "warn", "deposited": "info", "ordered": "good", "released": "neutral", "forfeited": "neutral",
    "refunded": "neutral",
}  # fmt: skip
#: What a buyer calls each state.
STATES = {**WORDS, "deposited": Text("已付定金", "Deposit paid"), "waiting": Text("待付定金", "Deposit to pay")}
ENDED = {
    "released": Text("没有付定金，名额已释放", "No deposit was paid; the pieces are free again"),
    "forfeited": Text("已结束，定金不退", "It is over; the deposit is kept"),
    "refunded": Text("已取消，定金原路退回", "Cancelled; the deposit goes back the way it came"),
}


class Goods(NamedTuple):
    """What an offer sells: its terms, what a piece costs otherwise (None: not for sale now), and how many are left."""

    sku: SellableSku
    terms: PresaleArticle
    ordinary: int | None
    left: int


def goods_of(offers: Iterable[PresaleView]) -> dict[int, list[Goods]]:
    """The goods of offers. Three statements, however many there are."""
    listed = list(offers)
    wanted = sorted({sku for offer in listed for sku in offer.draft.articles})
    codes = catalog.sku_codes(wanted) if wanted else {}
    skus = {sku.sku_id: sku for sku in catalog.sellable_by_code(list(codes.values()))} if codes else {}
    prices = pricing.effective_prices(wanted, clock.now()) if wanted else {}
    return {
        offer.id: [
            Goods(skus[sku], terms, prices[sku].sale_price if sku in prices else None, offer.left(sku))
            for sku, terms in offer.draft.articles.items()
            if sku in skus
        ]
        for offer in listed
    }


@require_GET
def hall(request: HttpRequest) -> HttpResponse:
    """`GET /presales`: what can be reserved now or soon."""
    offers = selectors.shown_offers(clock.now())[:OFFERS_MOST]
    shown = goods_of(offers)
    return render(
        request, "storefront/buying/presales.html", offers=[(offer, shown[offer.id]) for offer in offers if shown[offer.id]],
        names=english((sku for offer in offers for sku in offer.draft.articles), language.of(request)),
        currency=mall_settings.get("mall.currency"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, offer_id: int) -> HttpResponseBase:
    """`/presales/<id>`: the steps and the goods; a post reserves."""
    view = selectors.offer(offer_id)
    if view.state == "draft":
        raise NotFound()
    if request.method == "POST":
        return _reserve(request, view)
    return _offer(request, view)


def _offer(
    request: HttpRequest, view: PresaleView, *, form: FormState | None = None, status: int = 200
) -> HttpResponse:
    return render(
        request, "storefront/buying/presale.html", status=status, offer=view, goods=goods_of([view])[view.id],
        form=form or FormState.of({"sku": request.GET.get("sku", "")[:100], "quantity": 1}), key=ids.token(12),
        names=english(view.draft.articles, language.of(request)), currency=mall_settings.get("mall.currency"),
        most=view.draft.buyer_limit or mall_settings.get("checkout.max_quantity"),
        keeps_unpaid=mall_settings.get("presale.keeps_unpaid"),
        keeps_cancelled=mall_settings.get("presale.keeps_cancelled"),
    )  # fmt: skip


def _reserve(request: HttpRequest, view: PresaleView) -> HttpResponseBase:
    buyer = buyer_of(request)
    if buyer.member_id is None:
        return ask_to_sign_in(request)
    given = request.POST
    try:
        if not given.get("agreed"):
            told = "请先阅读并同意定金规则", "read the rule of the deposit and agree to it"
            raise ValidationFailed.one("agreed", "required", *told)
        sku = next((s for s in catalog.sellable_by_code([given.get("sku", "")[:100]]) if s.sku_id), None)
        if sku is None:
            raise ValidationFailed.one("sku", "required", "请选择商品", "choose an article")
        number = services.reserve(
            view.id, sku.sku_id, whole(given.get("quantity", ""), 0), member_id=buyer.member_id,
            key=given.get("key", "")[:64] or ids.token(12), actor=buyer.actor,
        )  # fmt: skip
    except Problem as refused:
        form = FormState.failed(given, refused, language.of(request))
        return _offer(request, selectors.offer(view.id), form=form, status=refused.status)
    return see(_page(number))


def _page(number: str, said: str = "") -> str:
    return f"/presales/mine/{number}" + (f"?said={said}" if said else "")


def _own(request: HttpRequest, number: str) -> ReservationView:
    """The member's own reservation; anybody else's does not exist."""
    view = selectors.reservation(number)
    if view.member_id != member_of(request):
        raise NotFound()
    return view


@require_GET
@member_only
def mine(request: HttpRequest) -> HttpResponse:
    """`GET /account/presales`: the member's reservations."""
    found = selectors.of_member(member_of(request), cursor=request.GET.get("cursor", "")[:CURSOR], limit=10)
    skus = _skus(view.sku_id for view in found.items)
    return render(
        request, "storefront/account/presales.html", said=said(request), reservations=found.items, skus=skus, states=STATES,
        tones=TONES, now=clock.now(), names=english((view.sku_id for view in found.items), language.of(request)),
        first="/account/presales" if request.GET.get("cursor") else "",
        next=f"/account/presales?cursor={found.next_cursor}" if found.next_cursor else "",
    )  # fmt: skip


def _skus(sku_ids: Iterable[int]) -> dict[int, SellableSku]:
    """What SKUs are called and look like. Two statements, none for none."""
    codes = catalog.sku_codes(sorted(set(sku_ids)))
    return {sku.sku_id: sku for sku in catalog.sellable_by_code(list(codes.values()))} if codes else {}


@require_http_methods(["GET", "HEAD", "POST"])
@member_only
def reservation(request: HttpRequest, number: str) -> HttpResponse:
    """`/presales/mine/<number>`: how it stands; a post starts paying the deposit with `provider`."""
    view = _own(request, number)
    if request.method != "POST":
        return _show(request, view)
    provider = request.POST.get("provider", "")
    try:
        provider = chosen_way(provider, _ways(view))
        here = _page(number)
        payable = services.start_deposit(
            number, provider, actor=buyer_of(request).actor, options=pay.options(request, provider, here)
        )
        return pay.lead(request, payable, here)
    except (ReservationWrongState, AlreadyPaid):
        return see(_page(number))  # paid or over in this very moment: show it
    except Problem as refused:
        form = FormState.failed(request.POST, refused, language.of(request))
        return _show(request, view, status=refused.status, form=form)


def _ways(view: ReservationView) -> list[Way]:
    return ways_to_pay(view.member_id, view.deposit_total)


def _show(
    request: HttpRequest, view: ReservationView, *, status: int = 200, form: FormState | None = None
) -> HttpResponse:
    now = clock.now()
    waiting = view.state == "waiting" and now < view.expires_at
    ways = _ways(view) if waiting else []
    chosen = request.GET.get("way", "")[:20] or next((way.name for way in ways if not way.short), "")
    context: dict[str, Any] = {
        "view": view,
        "sku": _skus([view.sku_id]).get(view.sku_id),
        "names": english([view.sku_id], language.of(request)),
        "said": said(request),
        "form": form or FormState.of({"provider": chosen}),
        "ways": ways,
        "waiting": waiting,
        "over": view.state == "waiting" and not waiting,
        "payable": view.state == "deposited" and view.balance_from <= now < view.balance_until,
        "too_late": view.state == "deposited" and now >= view.balance_until,
        "returned": request.GET.get("returned") == "1",
        "states": STATES,
        "tones": TONES,
        "ended": ENDED,
    }
    if waiting:
        context |= pay.code(request, view.deposit_total) | pay.transfer(request, number=view.number, chosen=chosen)
    return render(request, "storefront/buying/reservation.html", status=status, **context)


@require_POST
@member_only
def balance(request: HttpRequest, number: str) -> HttpResponse:
    """To the checkout, with a cart of its own; what is an order already is paid there."""
    view = _own(request, number)
    if view.state == "ordered":
        return see(f"/pay/{number}")
    try:
        sku = catalog.sku_codes([view.sku_id])[view.sku_id]
        cart, _ = do(request, checkout.balancing(number, sku, view.quantity, member_id=view.member_id))
    except Problem as refused:
        return _show(request, view, status=refused.status, form=FormState.failed({}, refused, language.of(request)))
    return see(f"/checkout?cart={cart['id']}")


@require_POST
@member_only
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Give it up before there is an order, by the rule it was made under."""
    view = _own(request, number)
    try:
        services.cancel_reservation(number, actor=buyer_of(request).actor)
    except Problem as refused:
        fresh = _own(request, number)
        return _show(request, fresh, status=refused.status, form=FormState.failed({}, refused, language.of(request)))
    return see(_page(view.number, "reservation-cancelled"))


@require_GET
@member_only
def state(request: HttpRequest, number: str) -> HttpResponse:
    """`/presales/mine/<number>/state`: for the page that waits."""
    view = _own(request, number)
    return pay.told(view.state, view.deposit_total)
