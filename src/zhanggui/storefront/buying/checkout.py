"""Checkout on one page: where to, how to pay, what it costs, and one button. Safe to press twice and to come back to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from zhanggui.checkout import selectors as carts
from zhanggui.checkout import services
from zhanggui.checkout.errors import CartClosed, PriceChanged
from zhanggui.checkout.types import PICKUP, Delivery, PlaceCommand, Quote, QuoteRequest
from zhanggui.groupbuy import selectors as groupbuy
from zhanggui.kernel import clock, ids
from zhanggui.kernel.problems import NotFound, Problem, ValidationFailed
from zhanggui.members import selectors as members
from zhanggui.members import services as member_services
from zhanggui.members.types import AddressInput, AddressView
from zhanggui.orders.selectors import access_token
from zhanggui.presale import selectors as presale
from zhanggui.promotions import selectors as promotions
from zhanggui.ui import language
from zhanggui.ui.forms import FormState

from ..account.keeping import ask_to_sign_in
from ..browse.delivery import days
from . import pay
from .cart import dead_coupons, gift_goods, hints, moved_prices
from .delivery import chosen_delivery, initial_values, offered_methods, offered_points
from .freight import freight_why
from .names import english
from .regions import choices, official
from .said import said
from .show import render
from .ways import chosen_way, ways_to_pay
from .who import Cart, buyer_of, do, held_cart, keep_cart, see, usable_cart, whole


@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """`/checkout`: the page, what the buyer changes on it (`do`), and the purchase (`do=place`)."""
    if request.method != "POST":
        return _show(request)
    if buyer_of(request).expired:
        return ask_to_sign_in(request)
    wish = request.POST.get("do", "place")
    if wish == "place":
        return _place(request)
    return _adjust(request, wish)


# --- the page ------------------------------------------------------------------------------------------------------


def _open_cart(request: HttpRequest) -> Cart | None:
    """The cart to be bought: one for a group, which the address names, else the buyer's own."""
    joint = _joint_cart(request)
    if joint is not None:
        return None if joint["order_number"] else joint
    cart_id = usable_cart(request)
    return carts.carts([cart_id]).get(cart_id) if cart_id else None


def _joint_cart(request: HttpRequest) -> Cart | None:
    """The cart for a group that the address or the form names, if it is the buyer's. It never becomes his own one."""
    asked = (request.POST.get("cart") or request.GET.get("cart") or "")[:40]
    cart = carts.carts([asked]).get(asked) if asked else None
    return cart if cart and cart["joint"] and carts.may_use(cart, buyer_of(request).member_id) else None


def _show(
    request: HttpRequest,
    *,
    status: int = 200,
    refused: Problem | None = None,
    form: FormState | None = None,
) -> HttpResponse:
    cart = _open_cart(request)
    if cart is None or not any(not line.get("later") for line in cart["lines"]):
        held = held_cart(request)
        bought = _joint_cart(request) or (carts.carts([held]).get(held) if held and cart is None else None)
        if bought and bought["order_number"] and carts.may_use(bought, buyer_of(request).member_id):
            return _to_what_became_of_it(request, bought)
        return see("/cart")
    buyer = buyer_of(request)
    saved = members.addresses(buyer.member_id) if buyer.member_id else []
    posted = request.POST if request.method == "POST" else None
    if form is None:
        form = FormState.of(posted or initial_values(request, cart, saved))
        if refused is not None:
            form = FormState.failed(posted or {}, refused, language.of(request))
    delivery = _delivery_so_far(request, form, cart, saved)
    quote = _quote(cart, delivery)
    context = _context(request, cart, quote, saved, form) | {
        "expected": _expected(quote, delivery, language.of(request))
    }
    response = render(
        request,
        "storefront/buying/checkout.html",
        status=status,
        refused=refused,
        changed=_changed_total(refused),
        **context,
    )
    if not cart["joint"]:
        keep_cart(request, response, cart)
    return response


def _context(
    request: HttpRequest, cart: Cart, quote: Quote, saved: list[AddressView], form: FormState
) -> dict[str, Any]:
    buyer = buyer_of(request)
    stored = {line["id"]: line for line in cart["lines"]}
    form = official(form)
    return {
        "said": said(request),
        "form": form,
        "cart": cart,
        "quote": quote,
        "names": english((line.sku_id for line in [*quote.lines, *gift_goods(quote)]), language.of(request)),
        "currency": quote.currency,
        "buyer": buyer,
        "saved": saved,
        "methods": offered_methods(),
        "points": offered_points(),
        "regions": choices(form),
        "ways": ways_to_pay(buyer.member_id, quote.due),
        "wallet": _wallet(buyer.member_id, cart),
        "joint": cart["joint"],
        "group": groupbuy.offer(cart["joint"]["offer"]) if cart["joint"] and "offer" in cart["joint"] else None,
        "spending": carts.points_offer(quote, buyer.member_id) if buyer.member_id and not cart["joint"] else None,
        "hints": hints(quote),
        "freight_why": freight_why(quote, language.of(request), quote.currency),
        "tier_offer": carts.tier_offer(quote, buyer.member_id),
        "dead": dead_coupons(quote),
        "priced": bool(quote.freight_label) or bool(quote.shipping_total),
        "undelivered": next((p for p in quote.problems if p.code in ("not_delivered_there", "only_delivered")), None),
        "seen": moved_prices(quote.lines, stored),
        "key": request.POST.get("key", "")[:64] or ids.token(12),
        "failed_coupon": request.GET.get("coupon", "")[:64],
    }


def _expected(quote: Quote, delivery: Delivery | None, lang: str) -> tuple[int, str] | None:
    """Within how many hours the goods leave, and on which days they are expected there; None where nobody knows."""
    if delivery is None or delivery.method == PICKUP or not delivery.province or not quote.freight_label:
        return None
    found = carts.when(delivery.province, [line.promise_hours for line in quote.lines])
    return (found.hours, days(found.arrival, lang)) if found.arrival else None


def _wallet(member_id: int | None, cart: Cart) -> list[Any]:
    """Coupons of the member that could be used now and are not yet."""
    if member_id is None:
        return []
    used = {code.casefold() for code in cart["coupons"]}
    held = promotions.wallet(member_id, clock.now())
    return [coupon for coupon in held if coupon.state == "usable" and coupon.code.casefold() not in used]


def _quote(cart: Cart, delivery: Delivery | None) -> Quote:
    request = carts.request_of(cart)
    if delivery is not None and delivery.province:
        request = replace(request, delivery=delivery, holder=carts.holder_of(cart["member_id"], delivery.mobile))
    return carts.quote(request)


def _delivery_so_far(request: HttpRequest, form: FormState, cart: Cart, saved: list[AddressView]) -> Delivery | None:
    """Where to, as far as the form says it: enough to price the freight."""
    try:
        return chosen_delivery(form.values, saved)
    except ValidationFailed:
        method = str(form.value("method")) or "express"
        province = str(form.value("province"))
        if method == PICKUP or not province:
            return None
        return Delivery(method, province=province, mobile=str(form.value("mobile"))[:24])


def _changed_total(refused: Problem | None) -> dict[str, int] | None:
    """Old and new total, where the price is what changed."""
    if not isinstance(refused, PriceChanged):
        return None
    return {"old": refused.extra["expected_total"]["amount"], "new": refused.extra["total"]["amount"]}


# --- what the buyer changes on it ----------------------------------------------------------------------------------


def _adjust(request: HttpRequest, wish: str) -> HttpResponse:
    """`do`: update, coupon, points, `points:N`, `drop:CODE`, `line:ID:remove|later|fit:N`, prices. The form keeps what was typed."""
    joint, member_id = _joint_cart(request), buyer_of(request).member_id
    cart_id = joint["id"] if joint else usable_cart(request)
    what, _, rest = wish.partition(":")
    if not cart_id:
        return see("/cart")
    try:
        if what == "coupon":
            code = request.POST.get("code", "").strip()[:64] or request.POST.get("held", "").strip()[:64]
            if not code:
                raise ValidationFailed.one("code", "required", "请填写优惠码", "type a coupon code")
            do(request, services.using_coupon(cart_id, code, member_id=member_id))
        elif what == "points":
            wanted = whole(rest or request.POST.get("spend", ""), -1, 10**9)
            if wanted < 0:
                raise ValidationFailed.one("spend", "integer", "请填写整数", "type a whole number")
            do(request, services.using_points(cart_id, wanted, member_id=member_id))
        elif what == "drop":
            do(request, services.dropping_coupon(cart_id, rest[:64], member_id=member_id))
        elif what == "prices":
            do(request, services.accepting(cart_id, member_id=member_id))
        elif what == "line":
            line_id, _, how = rest.partition(":")
            if how == "later":
                do(request, services.laying_aside(cart_id, line_id, True, member_id=member_id))
            else:
                units = whole(how.partition(":")[2]) if how.startswith("fit") else 0
                do(request, services.changing(cart_id, line_id, units, member_id=member_id))
    except (NotFound, CartClosed):
        pass  # changed in another window: the page shows how it is
    except Problem as refused:
        if what == "coupon" and not refused.errors:
            form = FormState(request.POST, {"code": [refused.detail(language.of(request))]})
            return _show(request, status=refused.status, form=form)
        if what == "points":
            form = FormState(request.POST, {"spend": [_first_words(refused, language.of(request))]})
            return _show(request, status=refused.status, form=form)
        return _show(request, status=refused.status, refused=refused)
    if what == "coupon":
        return _show(request, form=FormState({**request.POST.dict(), "code": "", "held": ""}))
    return _show(request)


def _first_words(refused: Problem, lang: str) -> str:
    return str(refused.errors[0].as_dict(lang)["message"]) if refused.errors else refused.detail(lang)


# --- the purchase --------------------------------------------------------------------------------------------------


def _place(request: HttpRequest) -> HttpResponse:
    buyer = buyer_of(request)
    cart = _cart_of_the_form(request)
    if cart is None:
        return see("/cart")
    if cart["order_number"]:
        return _to_what_became_of_it(request, cart)
    saved = members.addresses(buyer.member_id) if buyer.member_id else []
    lang = language.of(request)
    try:
        delivery = chosen_delivery(request.POST, saved)
        note = _note(request)
        seen = whole(request.POST.get("total", ""), -1, 10**9)
        provider = chosen_way(request.POST.get("provider", ""), ways_to_pay(buyer.member_id, seen - _deposit_of(cart)))
        do(request, services.delivering(cart["id"], delivery, member_id=buyer.member_id))
        command = PlaceCommand(
            request=QuoteRequest(()),
            provider=provider,
            actor=buyer.actor,
            scope="cart",
            key=cart["id"],
            digest=carts.cart_digest(request.POST.get("key", "")[:64], {}),
            expected_total=seen,
            note=note,
            cart_id=cart["id"],
        )
        purchase = services.buy(command)
    except CartClosed as closed:
        return _to_what_became_of_it(request, {**cart, "order_number": closed.extra["order"]})
    except NotFound:
        return see("/cart")
    except ValidationFailed as wrong:
        return _show(request, status=422, form=FormState.failed(request.POST, wrong, lang))
    except Problem as refused:
        return _show(request, status=refused.status, refused=refused)
    _remember_address(request, delivery)
    response = pay.begin(request, purchase.number, provider, paid=_is_paid(purchase.order))
    if not cart["joint"]:
        keep_cart(request, response, _left_over(request, cart))
    return response


def _deposit_of(cart: Cart) -> int:
    """What a presale's deposit has paid of the cart. One statement, none for others."""
    number = (cart["joint"] or {}).get("reservation")
    return presale.reservation(number).paid if number else 0


def _note(request: HttpRequest) -> str:
    note = request.POST.get("note", "").strip()
    if len(note) > 500:
        raise ValidationFailed.one("note", "too_long", "最多 500 个字", "at most 500 characters")
    return note


def _is_paid(order: dict[str, Any] | None) -> bool:
    return order is not None and order["status"] == "paid"


def _left_over(request: HttpRequest, bought: Cart) -> Cart | None:
    """What was laid aside goes on in a cart of its own."""
    if not any(line.get("later") for line in bought["lines"]):
        return None
    member_id = buyer_of(request).member_id
    return do(request, services.joining("", bought, later_only=True, member_id=member_id))[0]


def _remember_address(request: HttpRequest, delivery: Delivery) -> None:
    """Into the member's book, if he wants it there. The purchase stands whatever becomes of this."""
    buyer = buyer_of(request)
    wanted = request.POST.get("remember") and request.POST.get("address", "new") == "new"
    if buyer.member_id is None or not wanted or delivery.method == PICKUP:
        return
    address = AddressInput(
        delivery.name, delivery.mobile, delivery.province, delivery.city, delivery.district, delivery.line
    )
    try:
        member_services.add_address(buyer.member_id, address, actor=buyer.actor)
    except Problem:
        return


def _cart_of_the_form(request: HttpRequest) -> Cart | None:
    """The very cart the page showed: pressed twice, the button must not buy another one that is open by now."""
    cart_id = request.POST.get("cart", "")[:40]
    cart = carts.carts([cart_id]).get(cart_id) if cart_id else None
    return cart if cart is not None and carts.may_use(cart, buyer_of(request).member_id) else None


def _to_what_became_of_it(request: HttpRequest, cart: Cart) -> HttpResponse:
    """A cart that was bought already leads to its order: after a double click, or back from the payment."""
    number = cart["order_number"]
    mine = cart["member_id"] is not None and cart["member_id"] == buyer_of(request).member_id
    return see(f"/pay/{number}?" + ("" if mine else f"token={access_token(number)}&") + "said=bought")
