"""Paying: choosing how, the code to scan or the way to the gateway, waiting for the money, and what became of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import segno
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_http_methods
from markupsafe import Markup

from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem
from zhanggui.orders import services as order_services
from zhanggui.orders.errors import OrderWrongState
from zhanggui.orders.selectors import access_token
from zhanggui.payments import selectors as payments
from zhanggui.payments.errors import AlreadyPaid
from zhanggui.payments.types import Channel, Payable, StartOptions
from zhanggui.ui import language
from zhanggui.ui.forms import FormState

from ..account.keeping import owner_only
from . import groups
from .leaving import leaving
from .own import Own, own_order
from .said import said
from .show import render
from .ways import LABELS, Way, chosen_way, ways_to_pay
from .who import buyer_of, client_address, see
from .words import price_change

_SALT = "zhanggui.storefront.code"


def begin(request: HttpRequest, number: str, provider: str, *, paid: bool) -> HttpResponse:
    """From a purchase to its payment; what is paid already (or cost nothing) leads to the result."""
    token = "" if buyer_of(request).member_id else access_token(number)
    here = f"/pay/{number}" + (f"?token={token}" if token else "")
    if paid:
        return see(here)
    try:
        return _start(request, number, provider, here)
    except Problem:
        return see(f"{here}{'&' if token else '?'}way={quote(provider)}&failed=1")


@require_http_methods(["GET", "HEAD", "POST"])
@owner_only
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """`/pay/<number>`: how it stands; a post starts paying with `provider`."""
    own = own_order(request, number)
    if request.method != "POST" or own.order["status"] != "pending_payment":
        return see(own.at(f"/pay/{number}")) if request.method == "POST" else _show(request, own)
    provider = request.POST.get("provider", "")
    try:
        chosen_way(provider, _ways(request, own.order))
        return _start(request, number, provider, own.at(f"/pay/{number}"))
    except (OrderWrongState, AlreadyPaid):
        return see(own.at(f"/pay/{number}"))  # paid, cancelled or expired in this very moment: show it
    except Problem as refused:
        form = FormState.failed(request.POST, refused, language.of(request))
        return _show(request, own, status=refused.status, form=form)


@require_GET
@owner_only
def state(request: HttpRequest, number: str) -> HttpResponse:
    """`/pay/<number>/state`: for the page that waits."""
    own = own_order(request, number)
    return told(own.order["status"], own.order["total"])


def told(status: str, total: int) -> JsonResponse:
    """How it stands, for a page that waits."""
    answer = JsonResponse({"status": status, "total": total})
    answer["Cache-Control"] = "no-store"
    return answer


# --- starting ------------------------------------------------------------------------------------------------------


def _start(request: HttpRequest, number: str, provider: str, here: str) -> HttpResponse:
    """Ask the gateway and lead the buyer to it. Raises what payments and orders refuse."""
    payable = order_services.start_payment(
        number, provider, actor=buyer_of(request).actor, options=options(request, provider, here)
    )
    return lead(request, payable, here)


def options(request: HttpRequest, provider: str, here: str) -> StartOptions:
    """What the client is, and where the gateway sends the buyer back to: the page `here`."""
    joint = "&" if "?" in here else "?"
    return StartOptions(
        _channel(request, provider),
        client_address(request),
        return_url=request.build_absolute_uri(f"{here}{joint}returned=1"),
    )


def lead(request: HttpRequest, payable: Payable, here: str) -> HttpResponse:
    """The buyer's way to the money; `here` is the page that waits for it."""
    joint = "&" if "?" in here else "?"
    if payable.kind == "url":
        return see(payable.url)
    if payable.kind == "form":
        return render(
            request, "storefront/buying/leave.html", payable=payable, label=LABELS[payable.provider], back=here
        )
    if payable.kind == "qr":
        return see(f"{here}{joint}code={quote(_pack(payable))}")
    if payable.kind == "transfer":
        return see(f"{here}{joint}way=bank_transfer")
    return see(here)


def _channel(request: HttpRequest, provider: str) -> Channel:
    """A page on a computer, the wallet's page on a telephone; WeChat shows computers a code."""
    phone = "Mobi" in request.headers.get("User-Agent", "")
    if provider == "wechat":
        return "wap" if phone else "qr"
    return "wap" if phone else "web"


def _pack(payable: Payable) -> str:
    """The code in the page's address: looking again, or by itself, asks nobody."""
    return signing.dumps([payable.amount, payable.provider, payable.qr_text], salt=_SALT, compress=True)


def _unpack(packed: str) -> tuple[int, str, str] | None:
    """Amount, provider and text of a code of ours that is young enough to be scanned."""
    try:
        age = timedelta(minutes=mall_settings.get("orders.minutes_to_pay"))
        amount, provider, text = signing.loads(packed[:2000], salt=_SALT, max_age=age)
        return int(amount), str(provider), str(text)
    except (signing.BadSignature, ValueError, TypeError):
        return None


# --- showing -------------------------------------------------------------------------------------------------------


def _show(request: HttpRequest, own: Own, *, status: int = 200, form: FormState | None = None) -> HttpResponse:
    order = own.order
    waiting = order["status"] == "pending_payment"
    over = waiting and order["expires_at"] is not None and order["expires_at"] <= clock.now()
    context: dict[str, Any] = {
        "own": own,
        "order": order,
        "said": said(request),
        "form": form or FormState.of({"provider": _preferred(request, order)}),
        "over": over,
        "waiting": waiting and not over,
        "due": order["total"] - order["deposit"],
        "returned": request.GET.get("returned") == "1",
        "failed": request.GET.get("failed") == "1",
        "ways": _ways(request, order) if waiting and not over else [],
        "label": LABELS.get(order["payment_provider"], Text("", "")),
        "repriced": price_change(order),
        "leaving": leaving(order),
        "guest_link": request.build_absolute_uri(own.at(own.page)) if own.token else "",
    }
    group = groups.group_of(order)
    if group is not None:
        context |= {"group": group, "group_link": request.build_absolute_uri(f"/groups/{group.token}")}
    if context["waiting"]:
        context |= code(request, context["due"])
        context |= transfer(request, number=order["number"], chosen=order["payment_provider"])
    return render(request, "storefront/buying/pay.html", status=status, **context)


def _ways(request: HttpRequest, order: dict[str, Any]) -> list[Way]:
    """Only the member whose order it is can pay it from his balance."""
    member_id = buyer_of(request).member_id
    return ways_to_pay(member_id if member_id == order["member_id"] else None, order["total"] - order["deposit"])


def _preferred(request: HttpRequest, order: dict[str, Any]) -> str:
    return request.GET.get("way", "")[:20] or str(order["payment_provider"])


def code(request: HttpRequest, due: int) -> dict[str, Any]:
    """The code to scan, where the address brings one for what is due (which may have become another amount)."""
    found = _unpack(request.GET.get("code", "")) if request.GET.get("code") else None
    if found is None or found[0] != due:
        return {"code": None, "practice": ""}
    _, provider, text = found
    svg = segno.make(text, error="m").svg_inline(scale=5, border=2, dark="#211c16", light="#ffffff", omitsize=True)
    try:
        practice = payments.practice_page(provider, text)
    except Problem:
        practice = ""
    return {"code": Markup(svg), "practice": practice, "label": LABELS[provider]}


def transfer(request: HttpRequest, *, number: str, chosen: str) -> dict[str, Any]:
    """Where to send the money by hand, where that is the way chosen."""
    by_hand = "bank_transfer" in (request.GET.get("way"), chosen)
    account = mall_settings.get("payments.bank_account")
    return {"account": {**account, "remark": number} if by_hand and account.get("number") else None}
