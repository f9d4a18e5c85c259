"""Who buys: the signed-in member or a guest, and the cart he holds; and the cookies that say so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from zhanggui.accounts import selectors as accounts
from zhanggui.checkout import selectors as carts
from zhanggui.checkout import services
from zhanggui.checkout.services import CartCommand
from zhanggui.checkout.types import Quote
from zhanggui.kernel import clock
from zhanggui.kernel.actor import GUEST, Actor
from zhanggui.kernel.problems import NotFound

from .. import visitor

MEMBER, CART = "zg_member", "zg_cart"
CART_DAYS = 60
_CART_ID = re.compile(r"[A-Za-z0-9_-]{8,40}")
Cart = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Buyer:
    """`expired`: he came with a session that has ended, so he may not know that he is a guest now."""

    actor: Actor
    token: str = ""
    expired: bool = False

    @property
    def member_id(self) -> int | None:
        return self.actor.id if self.actor.kind == "member" else None


def buyer_of(request: HttpRequest) -> Buyer:
    """Whoever sent the request. At most one statement, once a request."""
    found: Buyer | None = getattr(request, "zhanggui_buyer", None)
    if found is None:
        token = request.COOKIES.get(MEMBER, "")[:200]
        actor = accounts.authenticate(token) if token else None
        member = actor is not None and actor.kind == "member"
        found = Buyer(actor, token) if actor and member else Buyer(GUEST, expired=bool(token))
        request.zhanggui_buyer = found  # type: ignore[attr-defined]
    return found


def client_address(request: HttpRequest) -> str:
    """Where the request comes from; the proxy's word only where the mall is said to stand behind one."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1].strip()
        if forwarded:
            return forwarded[:64]
    return str(request.META.get("REMOTE_ADDR") or "")


# --- the cart ------------------------------------------------------------------------------------------------------


def held_cart(request: HttpRequest) -> str:
    """The id in the cookie; "" for none."""
    held = request.COOKIES.get(CART, "")
    return held if _CART_ID.fullmatch(held) else ""


def look(request: HttpRequest) -> tuple[Cart, Quote] | None:
    """The buyer's open cart, priced now: the one in the cookie, else the member's own."""
    buyer = buyer_of(request)
    held = held_cart(request)
    for cart_id in (held, None):
        if cart_id is None:
            cart_id = carts.open_cart_of(buyer.member_id) if buyer.member_id else ""
        if not cart_id:
            continue
        try:
            cart, quote = services.change_cart(services.showing(cart_id, member_id=buyer.member_id), actor=buyer.actor)
        except NotFound:
            continue
        if not cart["order_number"]:
            return cart, quote
    return None


def usable_cart(request: HttpRequest) -> str:
    """The id of the buyer's open cart; "" where there is none. Two statements at most, without pricing it."""
    buyer = buyer_of(request)
    held = held_cart(request)
    cart = carts.carts([held]).get(held) if held else None
    if cart is not None and carts.may_use(cart, buyer.member_id) and not cart["order_number"]:
        return held
    return carts.open_cart_of(buyer.member_id) if buyer.member_id else ""


def do(request: HttpRequest, command: CartCommand) -> tuple[Cart, Quote]:
    """Carry out a command on the buyer's cart. Raises what refuses it."""
    return services.change_cart(command, actor=buyer_of(request).actor)


def units_in(cart: Cart) -> int:
    return sum(line["quantity"] for line in cart["lines"] if not line.get("later"))


def keep_cart(request: HttpRequest, response: HttpResponse, cart: Cart | None) -> None:
    """The browser holds this cart from now on (None: no cart), and its header says how much is in it."""
    secure = request.is_secure()
    if cart is None:
        response.delete_cookie(CART, samesite="Lax")
        visitor.show_count(response, 0)
        return
    if request.COOKIES.get(CART) != cart["id"]:
        response.set_cookie(CART, cart["id"], max_age=CART_DAYS * 86_400, httponly=True, samesite="Lax", secure=secure)
    visitor.show_count(response, units_in(cart), secure=secure)


# --- the session ---------------------------------------------------------------------------------------------------


def keep_session(request: HttpRequest, response: HttpResponse, token: str, expires_at: datetime | None) -> None:
    age = int((expires_at - clock.now()).total_seconds()) if expires_at else None
    response.set_cookie(MEMBER, token, max_age=age, httponly=True, samesite="Lax", secure=request.is_secure())


def forget_session(response: HttpResponse) -> None:
    response.delete_cookie(MEMBER, samesite="Lax")
    visitor.show_name(response, "")


# --- answers -------------------------------------------------------------------------------------------------------


def see(location: str) -> HttpResponse:
    """Go and look there: the answer to a form that was accepted."""
    return HttpResponse(status=303, headers={"Location": location, "Cache-Control": "no-store"})


def safe_path(address: str, default: str) -> str:
    """An address of this mall a form may lead on to; anything else is the default."""
    local = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address[:2000] if local else default


def whole(text: str, default: int = 0, most: int = 1_000_000) -> int:
    """A count as somebody typed it; `default` for what is none."""
    text = text.strip()
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        return default
    return min(int(text), most)
