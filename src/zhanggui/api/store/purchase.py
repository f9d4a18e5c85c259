"""Buying: from a request to a purchase command, and from what it became to the answer. HOT: see docs/order-path.md."""

from typing import Annotated

import orjson
from django.http import HttpRequest, HttpResponse
from pydantic import Field, StringConstraints

from zhanggui.checkout import services
from zhanggui.checkout.selectors import holder_of
from zhanggui.checkout.types import GroupWish, PlaceCommand, Purchase, QuoteRequest, WantedLine
from zhanggui.kernel import idempotency
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import NotFound, PermissionDenied
from zhanggui.orders import selectors as orders

from ..fields import Body, Int64, MoneyOrAmount, integer, line, text
from ..frame import language, reply_bytes
from .parcels import parcels_of
from .shapes import CouponCode, DeliveryIn, Provider, Sku, WantedIn, order_json


class GroupIn(Body):
    """To buy in a group of this offer: the one of `token`, or without it a new one. Takes a single line, no coupons, no points."""

    offer: Int64
    token: Annotated[str, StringConstraints(strict=True, max_length=24, pattern=r"^[A-Za-z0-9_-]*$")] = ""


class PurchaseIn(Body):
    """`gifts` are the SKUs wanted where a promotion lets the buyer choose; what is not on offer is passed over.

    `points` are a member's own, in steps (`points_not_applicable` says how many the order takes)."""

    lines: Annotated[list[WantedIn], Field(min_length=1, max_length=100)]
    delivery: DeliveryIn
    coupons: Annotated[list[CouponCode], Field(max_length=10)] = []
    gifts: Annotated[list[Sku], Field(max_length=20)] = []
    points: integer(0, 2_000_000_000) = 0  # type: ignore[valid-type]
    group: GroupIn | None = None
    payment_provider: Provider
    expected_total: MoneyOrAmount | None = None
    note: text(500) = ""  # type: ignore[valid-type]
    source: line(40, required=False) = ""  # type: ignore[valid-type]


def command_of(body: PurchaseIn, key: str | None, caller: Actor, channel: str) -> PlaceCommand:
    """The one-call purchase as a command. Raises ValidationFailed, PermissionDenied."""
    if caller.kind not in ("guest", "member"):
        raise PermissionDenied()
    key = idempotency.check_key(key)
    member = caller.id if caller.kind == "member" else None
    delivery = body.delivery.as_delivery("delivery.")
    return PlaceCommand(
        request=QuoteRequest(
            lines=_merged(body.lines),
            coupons=tuple(dict.fromkeys(code.strip() for code in body.coupons)),
            delivery=delivery,
            member_id=member,
            holder=holder_of(member, delivery.mobile),
            channel=channel,
            points=body.points,
            gifts=tuple(dict.fromkeys(body.gifts)),
            group=GroupWish(body.group.offer, body.group.token) if body.group else None,
        ),
        provider=body.payment_provider,
        actor=caller,
        scope=f"orders:m:{member}" if member else "orders:guest",
        key=key,
        digest=idempotency.digest(body.model_dump()),
        expected_total=body.expected_total.amount if body.expected_total else None,
        expected_currency=body.expected_total.currency if body.expected_total else "",
        note=body.note.strip(),
        source=body.source,
    )


def _merged(lines: list[WantedIn]) -> tuple[WantedLine, ...]:
    """Lines of the same SKU, made the same way, become one."""
    found: dict[tuple[str, tuple[tuple[str, str], ...]], int] = {}
    for wanted in lines:
        key = (wanted.sku, tuple(services.tidied(wanted.sku, wanted.particulars).items()))
        found[key] = found.get(key, 0) + wanted.quantity
    return tuple(
        WantedLine(str(i), sku, quantity, dict(made) if made else None)
        for i, ((sku, made), quantity) in enumerate(found.items(), 1)
    )


def buy(request: HttpRequest, command: PlaceCommand) -> HttpResponse:
    """Make the purchase; 201 with the order, also for a repeat."""
    return reply_bytes(answer_of(services.buy(command), language(request)), status=201)


def answer_of(purchase: Purchase, lang: str) -> bytes:
    """The order a purchase became, as JSON; a repeat's is read (no statement for a new one)."""
    if purchase.order is not None:
        return orjson.dumps(order_json(purchase.order, [], lang))
    order = orders.find(purchase.number)
    if order is None:
        raise NotFound()
    return orjson.dumps(order_json(order, parcels_of(purchase.number, lang), lang))


def key_of(request: HttpRequest) -> str | None:
    return request.headers.get("Idempotency-Key")
