"""The order that follows: how far it has come, its parcels, and what the buyer can still do."""

from __future__ import annotations

from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST
from markupsafe import Markup

from zhanggui.aftersales import selectors as cases
from zhanggui.aftersales import services as aftersales
from zhanggui.catalog import selectors as catalog
from zhanggui.checkout import selectors as checkout
from zhanggui.fulfilment import selectors as fulfilment
from zhanggui.kernel import clock, fresh, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound, Problem
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.orders.errors import OrderWrongState
from zhanggui.orders.types import REPLACEMENT
from zhanggui.pickup import selectors as pickup
from zhanggui.pledges import selectors as pledges
from zhanggui.pledges import services as pledge_services
from zhanggui.presale import selectors as presale
from zhanggui.promises import selectors as promises
from zhanggui.promises import services as promise_services
from zhanggui.promises.types import ShortageView
from zhanggui.servicedesk import selectors as reviews
from zhanggui.ui import language
from zhanggui.ui.forms import FormState

from ..account.keeping import owner_only
from ..browse.delivery import days
from . import groups, words
from .cart import put_in
from .leaving import leaving
from .names import english
from .own import Own, own_order, page_of
from .said import said
from .show import render
from .ways import LABELS
from .who import Cart, buyer_of, keep_cart, see, whole

OVER = ("cancelled", "refunded")


@require_GET
@owner_only
def show(request: HttpRequest, number: str) -> HttpResponse:
    """`GET /orders/<number>`."""
    return _show(request, own_order(request, number))


def _show(request: HttpRequest, own: Own, *, status: int = 200, form: FormState | None = None) -> HttpResponse:
    order = own.order
    waits = order["status"] in ("paid", "fulfilling")
    urge = orders.urge_of(own.number) if waits else None
    replaces = cases.of_replacement(own.number) if order["kind"] == REPLACEMENT else None
    open_cases = cases.cases_of([own.number])[own.number]
    group = groups.group_of(order)
    spoken = cases.spoken_for(own.number) if order["status"] not in OVER else None
    wishes = cases.refundable_lines(order, spoken) if spoken is not None and order["kind"] != REPLACEMENT else []
    return render(
        request,
        "storefront/buying/order.html",
        status=status,
        own=own,
        order=order,
        said=said(request),
        form=form or FormState.of({"reason": "changed_mind"}),
        words=words,
        group=group,
        group_link=request.build_absolute_uri(f"/groups/{group.token}") if group else "",
        names=english((line["sku_id"] for line in order["lines"]), language.of(request)),
        steps=words.steps_of(order),
        fetching=_fetching(order),
        expected=_expected(order, language.of(request)),
        leaving=leaving(order),
        supply_words=catalog.supply_words,
        events=words.told(order["timeline"]),
        repriced=words.price_change(order),
        parcels=fulfilment.parcels_of([own.number])[own.number],
        cases=open_cases,
        replaces=replaces,
        source_page=page_of(own, replaces.order_number, f"/cases/{replaces.number}") if replaces else "",
        shortage=_shortage(order),
        shortage_reasons=promises.REASONS,
        shortage_refunds=mall_settings.get("promises.silence") == "refund",
        guarantee=pledges.guarantee_of(order, spoken) if spoken is not None else None,
        bought=lines_by_number(order),
        may_cancel=order["status"] in ("pending_payment", "paid", "fulfilling")
        and (bool(wishes) or not order["paid_at"]),
        may_return=bool(wishes) and order["status"] in ("shipped", "delivered", "completed"),
        may_confirm=order["status"] in (("delivered",) if fulfilment.point_of(order) else ("shipped", "delivered")),
        keeps_deposit=bool(order["deposit"]) and order["paid_at"] is None and _keeps_deposit(own.number),
        urge=urge,
        may_urge=waits and not order["hold"] and (urge is None or urge.next_at <= clock.now()),
        reminded=order["status"] == "pending_payment"
        and any(each["kind"] == "pay_reminder" for each in order["timeline"]),
        way=LABELS.get(order["payment_provider"]),
        reviewable={one.line: one for one in reviews.reviewable_lines(order)} if order["delivered_at"] else {},
        guest_link=request.build_absolute_uri(own.at(own.page)) if own.token else "",
    )


def _fetching(order: dict[str, Any]) -> dict[str, Any] | None:
    """Where the buyer fetches it, and once it is there his code, as figures and to scan. One statement for orders that are fetched."""
    code = fulfilment.point_of(order)
    if not code:
        return None
    found = fulfilment.own_collection(order["number"])
    svg = ""
    if found is not None and found.code:
        text = fulfilment.qr_text(order["number"], found.code)
        svg = segno.make(text, error="m").svg_inline(scale=5, border=2, dark="#211c16", light="#ffffff", omitsize=True)
    place = pickup.point(code, version=fresh.pinned_or_known(pickup.VERSION))
    return {"point": place, "collection": found, "code": Markup(svg)}


def _expected(order: dict[str, Any], lang: str) -> str:
    """The days on which it is expected; "" where nobody knows, and once it is there."""
    arrival = checkout.expected(order)
    return days(arrival, lang) if arrival else ""


def _shortage(order: dict[str, Any]) -> ShortageView | None:
    """Units that cannot be sent, the last time this was so. One statement while the order has not left whole."""
    if order["status"] not in ("paid", "fulfilling"):
        return None
    return next((each for each in promises.shortages_of(order["number"]) if each.state != "over"), None)


def _keeps_deposit(number: str) -> bool:
    """Whether the deposit of an order that waits for its balance is kept when its buyer cancels. One statement."""
    return presale.reservation(number).keeps_cancelled


@require_POST
@owner_only
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """At once while the warehouse has not begun; afterwards it is a request for the money."""
    own = own_order(request, number)
    reason = request.POST.get("reason", "")
    if reason not in words.CANCEL_REASONS:
        form = FormState(request.POST, {"reason": [Text("请选择原因", "Say why").render(language.of(request))]})
        return _show(request, own, status=422, form=form)
    actor = buyer_of(request).actor
    try:
        order_services.cancel(number, actor=actor, reason=reason)
    except OrderWrongState as refused:
        if own.order["status"] not in ("paid", "fulfilling"):
            return _refused(request, own, refused)
        try:
            aftersales.request(number, kind="cancel", reason="no_reason", note=_why(reason), actor=actor)
        except Problem as also:
            return _refused(request, own, also)
        return see(own.at(own.page, "asked"))
    unpaid = own.order["deposit"] and own.order["paid_at"] is None
    return see(own.at(own.page, "" if unpaid else "cancelled"))  # the page says what becomes of a deposit


def _why(reason: str) -> str:
    return words.CANCEL_REASONS[reason].zh


@require_POST
@owner_only
def urge(request: HttpRequest, number: str) -> HttpResponse:
    """`POST /orders/<number>/urge`: the buyer asks for his parcel."""
    own = own_order(request, number)
    try:
        order_services.urge(number, request.POST.get("text", ""), actor=buyer_of(request).actor)
    except Problem as refused:
        return _refused(request, own, refused)
    return see(own.at(own.page, "urged"))


@require_POST
@owner_only
def answer_shortage(request: HttpRequest, number: str, shortage: str) -> HttpResponse:
    """`POST /orders/<number>/shortages/<shortage>`: of units that cannot be sent; `choice` is wait, refund, or exchange:<article>."""
    own = own_order(request, number)
    asked = promises.shortage(shortage)
    if asked is None or asked.order_number != own.number:
        raise NotFound()
    try:
        choice, _, sku = request.POST.get("choice", "").partition(":")
        done = promise_services.answer(shortage, choice, sku=sku, actor=buyer_of(request).actor)
    except Problem as refused:
        return _refused(request, own, refused)
    return see(own.at(own.page, f"shortage-{done.answer}"))


@require_POST
@owner_only
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """The goods arrived."""
    own = own_order(request, number)
    try:
        order_services.complete(number, actor=buyer_of(request).actor)
    except Problem as refused:
        if own.order["status"] == "completed":
            return see(own.at(own.page))
        return _refused(request, own, refused)
    return see(own.at(own.page, "received"))


@require_POST
@owner_only
def claim_difference(request: HttpRequest, number: str) -> HttpResponse:
    """`POST /orders/<number>/guarantee`: what has become cheaper since; `expected` is the amount the button said."""
    own = own_order(request, number)
    try:
        case = pledge_services.claim_difference(
            number, expected=whole(request.POST.get("expected", "")), actor=buyer_of(request).actor
        )
    except Problem as refused:
        return _refused(request, own, refused)
    return see(own.at(f"{own.page}/cases/{case.number}", "guaranteed"))


@require_POST
@owner_only
def again(request: HttpRequest, number: str) -> HttpResponse:
    """The same goods into the cart; what cannot be had any more is left out and told."""
    own = own_order(request, number)
    wanted = [
        (line["sku"], line["quantity"], {one["key"]: one["value"] for one in line["particulars"] or ()})
        for line in own.order["lines"]
    ]
    cart: Cart | None = None
    missing = False
    try:
        cart, _ = put_in(request, wanted)
    except Problem:
        for one in wanted:
            try:
                cart, _ = put_in(request, [one])
            except Problem:
                missing = True
    response = see("/cart?said=" + ("again-part" if missing else "again"))
    if cart is not None:
        keep_cart(request, response, cart)
    return response


def _refused(request: HttpRequest, own: Own, refused: Problem) -> HttpResponse:
    fresh = own_order(request, own.number)
    form = FormState.failed(request.POST, refused, language.of(request))
    return _show(request, fresh, status=refused.status, form=form)


def lines_by_number(order: dict[str, Any]) -> dict[int, dict[str, Any]]:
    return {line["line"]: line for line in order["lines"]}
