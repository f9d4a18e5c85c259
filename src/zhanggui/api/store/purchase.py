"""Buying: from a request to a purchase command, and from what it became to the answer. HOT: see docs/order-path.md."""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse

from zhanggui.checkout import services
from zhanggui.checkout.types import PlaceCommand, QuoteRequest
from zhanggui.kernel import idempotency
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import NotFound
from zhanggui.orders import selectors as orders

from ..frame import language, reply
from .parcels import parcels_of
from .shapes import order_json


def key_of(request: HttpRequest) -> str:
    """The Idempotency-Key header. Raises ValidationFailed."""
    return idempotency.check_key(request.headers.get("Idempotency-Key"))


def cart_digest(key: str, body: Any) -> str:
    """The client's key, then the body (docs/adr/0004): a cart's purchase can tell a repeat from a second one."""
    return hashlib.sha256(key.encode()).hexdigest()[:32] + idempotency.digest(body)[:32]


def buy(
    request: HttpRequest,
    actor: Actor,
    quote: QuoteRequest,
    *,
    provider: str,
    scope: str,
    key: str,
    digest: str,
    expected_total: int | None,
    note: str,
    source: str = "",
    cart_id: str = "",
) -> HttpResponse:
    """Make the purchase; 201 with the order, also for a repeat."""
    purchase = services.buy(
        PlaceCommand(quote, provider, actor, scope, key, digest, expected_total, note, source, "shop", cart_id)
    )
    if purchase.order is not None:
        return reply(order_json(purchase.order, [], language(request)), status=201)
    order = orders.find(purchase.number)
    if order is None:
        raise NotFound()
    return reply(order_json(order, parcels_of(order["number"], language(request)), language(request)), status=201)
