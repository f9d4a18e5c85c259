"""The express lane: the hottest operations without Django's request machinery. HOT: see docs/order-path.md.

The same parsing, rules and answers as the ordinary operations (which describe them in the OpenAPI document and serve
them under any other server); only the way there is shorter. Coroutines must not touch the database themselves: what
blocks goes to a thread, and a purchase waits in the group commit without one.
"""

import re
from dataclasses import replace
from typing import TypeVar

import orjson
from pydantic import ValidationError

from zhanggui.checkout import services as checkout
from zhanggui.checkout.types import PlaceCommand
from zhanggui.kernel.actor import GUEST, Actor
from zhanggui.kernel.lane import Operation, Request, Response, ready
from zhanggui.kernel.problems import ValidationFailed
from zhanggui.kernel.validation import field_errors
from zhanggui.pricing.types import OWN_CHANNEL

from . import auth
from .errors import PayloadTooLarge
from .fields import Body
from .frame import as_problem, language_of, told
from .parsing import decode
from .store import carts, listing, product
from .store.purchase import PurchaseIn, answer_of, command_of
from .store.shapes import DeliveryIn, cart_json

PRODUCTS = "/api/store/v1/products"
PRODUCT = PRODUCTS + "/"
ORDERS = "/api/store/v1/orders"
CARTS = "/api/store/v1/carts"
CART_ID = re.compile(r"[A-Za-z0-9_-]{8,40}")
#: The largest body the lane takes; anything else goes the ordinary way, which refuses it properly.
MAX_BODY = 256 * 1024


B = TypeVar("B", bound=Body)


def operation(method: str, path: str) -> Operation | None:
    """The lane's operation for a request, or None: the ordinary way."""
    if method == "GET":
        if path == PRODUCTS:
            return product_list
        if path.startswith(PRODUCT) and "%" not in path and "/" not in path[len(PRODUCT) :]:
            return product_detail
        return None
    if method == "POST" and path == ORDERS:
        return purchase
    if not path.startswith(CARTS):
        return None
    if path == CARTS:
        return cart_create if method == "POST" else None
    cart_id, _, what = path[len(CARTS) + 1 :].partition("/")
    return CART_OPERATIONS.get((method, what)) if CART_ID.fullmatch(cart_id) else None


async def serve(run: Operation, request: Request) -> Response:
    """The operation's answer; whatever goes wrong as a problem."""
    lang = language_of(request.header("accept-language"))
    try:
        return await run(request, lang)
    except Exception as error:
        refusal = as_problem(error)
        body, headers = told(refusal, lang)
        return Response(refusal.status, body, headers)


def too_large() -> Response:
    """The refusal of a body larger than any may be."""
    refusal = PayloadTooLarge()
    body, headers = told(refusal, language_of(None))
    return Response(refusal.status, body, headers)


async def product_list(request: Request, lang: str) -> Response:
    client = request.header("x-client-key") or ""
    body = None if client else await listing.kept_bytes(request.query, lang)
    return Response(200, body or await request.blocking(ready, listing.page_bytes, request.query, lang, client))


async def product_detail(request: Request, lang: str) -> Response:
    slug = request.path[len(PRODUCT) :]
    authorization, client = request.header("authorization") or "", request.header("x-client-key") or ""
    body = None if authorization or client else await product.kept_bytes(slug, lang)
    return Response(200, body or await request.blocking(ready, product.detail_bytes, slug, lang, authorization, client))


async def purchase(request: Request, lang: str) -> Response:
    """`POST /orders`, as `api/store/orders.py` describes it."""
    caller = await _caller(request)
    body, channel = _body(request, PurchaseIn), await _channel(request)
    return await _bought(request, command_of(body, request.header("idempotency-key"), caller, channel), lang)


async def cart_create(request: Request, lang: str) -> Response:
    caller = await _caller(request)
    body = _body(request, carts.CartIn) if request.body else None
    return await _priced(request, carts.creating(caller, body), lang, 201)


async def cart_add(request: Request, lang: str) -> Response:
    caller = await _caller(request)
    return await _priced(request, carts.adding(caller, _cart_id(request), _body(request, carts.LinesIn)), lang)


async def cart_coupon(request: Request, lang: str) -> Response:
    caller = await _caller(request)
    return await _priced(request, carts.using_coupon(caller, _cart_id(request), _body(request, carts.CouponIn)), lang)


async def cart_deliver(request: Request, lang: str) -> Response:
    caller = await _caller(request)
    return await _priced(request, carts.delivering(caller, _cart_id(request), _body(request, DeliveryIn)), lang)


async def cart_checkout(request: Request, lang: str) -> Response:
    caller = await _caller(request)
    body = _body(request, carts.CheckoutIn)
    channel = await _channel(request)
    command = carts.buying(caller, _cart_id(request), body, request.header("idempotency-key"), channel)
    return await _bought(request, command, lang)


CART_OPERATIONS: dict[tuple[str, str], Operation] = {
    ("POST", "lines"): cart_add,
    ("POST", "coupons"): cart_coupon,
    ("PUT", "delivery"): cart_deliver,
    ("POST", "checkout"): cart_checkout,
}


def _cart_id(request: Request) -> str:
    return request.path[len(CARTS) + 1 :].partition("/")[0]


async def _caller(request: Request) -> Actor:
    """Who buys. Raises NotSignedIn, PermissionDenied."""
    token = auth.token_in(request.header("authorization") or "")
    caller: Actor = await request.blocking(ready, auth.actor_for, token) if token else GUEST
    auth.VISITOR.check(caller)
    return caller


def _body(request: Request, shape: type[B]) -> B:
    """The JSON body in its shape. Raises ValidationFailed and what `parsing` refuses."""
    if not request.body:
        raise ValidationFailed(errors=field_errors([{"type": "missing", "loc": ("body", "body"), "msg": ""}]))
    content_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
    try:
        return shape.model_validate(decode(content_type, request.body))
    except ValidationError as error:
        problems = [{**e, "loc": ("body", "body", *e["loc"])} for e in error.errors(include_url=False)]
        raise ValidationFailed(errors=field_errors(problems)) from None


async def _channel(request: Request) -> str:
    """The channel the call comes through. Raises ClientUnknown."""
    key = request.header("x-client-key")
    channel: str = await request.blocking(ready, auth.channel_with, key) if key else OWN_CHANNEL
    return channel


async def _priced(request: Request, command: checkout.CartCommand, lang: str, status: int = 200) -> Response:
    command = replace(command, channel=await _channel(request))
    return Response(status, orjson.dumps(cart_json(*await checkout.change_cart_async(command), lang)))


async def _bought(request: Request, command: PlaceCommand, lang: str) -> Response:
    bought = await checkout.buy_async(command)
    if bought.replayed:
        return Response(201, await request.blocking(ready, answer_of, bought, lang))
    return Response(201, answer_of(bought, lang))
