"""Orders: buy in one call, follow, pay, cancel."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from zhanggui.aftersales import selectors as cases
from zhanggui.aftersales import services as aftersales
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import NotFound
from zhanggui.orders import selectors
from zhanggui.orders import services as order_services
from zhanggui.orders.errors import OrderWrongState
from zhanggui.payments.types import Payable, StartOptions

from ..auth import MEMBER, VISITOR, Visitor, actor, channel_of, client_address, member_id
from ..fields import IDEMPOTENT, Answer, Body, Cursor, Limit, Money, line
from ..frame import language, reply
from .parcels import parcels_of
from .purchase import PurchaseIn, buy, command_of, key_of
from .shapes import OrderOut, ParcelOut, Provider, order_json

router = Router(auth=VISITOR)
Number = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9-]+$")]
Token = Annotated[str, Query(max_length=100)]


@router.post("/orders", response={201: OrderOut}, summary="Buy in one call", openapi_extra=IDEMPOTENT)
def purchase(request: HttpRequest, body: PurchaseIn) -> HttpResponse:
    """Needs the Idempotency-Key header; the same key again answers the same order."""
    return buy(request, command_of(body, key_of(request), actor(request), channel_of(request)))


def own_order(request: HttpRequest, number: str, token: str) -> dict[str, Any]:
    """The caller's order: a member's own, or the one whose token he holds. Raises NotFound for any other."""
    order = selectors.find(number)
    caller = actor(request)
    if order is None:
        raise NotFound()
    mine = caller.kind == "member" and order["member_id"] == caller.id
    if not mine and not (token and selectors.may_see(number, token)):
        raise NotFound()
    return order


class Holder(Visitor):
    """Whoever holds the order: asked before the body is looked at, so that a stranger learns nothing."""

    def __call__(self, request: HttpRequest) -> Actor:
        caller = super().__call__(request)
        assert request.resolver_match is not None
        own_order(request, request.resolver_match.kwargs["number"], request.GET.get("token", ""))
        return caller


HOLDER = Holder()


def _shown(request: HttpRequest, number: str, token: str) -> HttpResponse:
    order = own_order(request, number, token)
    lang = language(request)
    return reply(order_json(order, parcels_of(number, lang), lang))


class OrderRow(Answer):
    number: str
    status: str
    placed_at: Any
    total: Any
    lines: list[dict[str, Any]]


class OrderPage(Answer):
    items: list[OrderRow]
    next_cursor: str | None


@router.get("/orders", auth=MEMBER, response=OrderPage, summary="The member's orders, newest first")
def mine(request: HttpRequest, cursor: Cursor = "", limit: Limit = 20) -> HttpResponse:
    page = selectors.of_member(member_id(request), cursor=cursor, limit=limit)
    items = [
        {
            "number": o["number"],
            "status": o["status"],
            "placed_at": o["placed_at"],
            "total": {"amount": o["total"], "currency": o["currency"]},
            "lines": [{k: line[k] for k in ("sku", "title", "options", "quantity")} for line in o["lines"]],
        }
        for o in page.items
    ]
    return reply({"items": items, "next_cursor": page.next_cursor})


@router.get("/orders/{number}", response=OrderOut, summary="Follow an order")
def show(request: HttpRequest, number: Number, token: Token = "") -> HttpResponse:
    """A member sees his own; anybody sees the one whose token he has. Any other is `not_found`."""
    return _shown(request, number, token)


class PaymentIn(Body):
    """`channel` is what the client is; `return_url` where a payment page sends the buyer back to."""

    provider: Provider
    channel: Literal["web", "wap", "qr", "app", "jsapi"] | None = None
    return_url: line(500, required=False) = ""  # type: ignore[valid-type]
    payer_id: line(128, required=False) = ""  # type: ignore[valid-type]


class PayableOut(Answer):
    """Open `url`, show `qr_text`, post `fields` to `url` (form), or hand `fields` to the wallet (params)."""

    provider: str
    kind: Literal["url", "qr", "form", "params", "transfer", "paid"]
    amount: Money
    url: str
    qr_text: str
    fields: dict[str, str]
    expires_at: datetime | None


def payable_json(payable: Payable) -> dict[str, Any]:
    return {
        "provider": payable.provider,
        "kind": payable.kind,
        "amount": {"amount": payable.amount, "currency": payable.currency},
        "url": payable.url,
        "qr_text": payable.qr_text,
        "fields": dict(payable.fields),
        "expires_at": payable.expires_at,
    }


@router.post("/orders/{number}/payments", response={201: PayableOut}, summary="Start paying")
def pay(request: HttpRequest, number: Number, body: PaymentIn, token: Token = "") -> HttpResponse:
    """A new attempt closes the earlier ones. `simulator` pays at once."""
    own_order(request, number, token)
    options = StartOptions(body.channel, client_address(request), body.return_url, body.payer_id)
    payable = order_services.start_payment(number, body.provider, actor=actor(request), options=options)
    return reply(payable_json(payable), status=201)


@router.post("/orders/{number}/cancel", response=OrderOut, summary="Cancel, or ask for the money back")
def cancel(request: HttpRequest, number: Number, token: Token = "") -> HttpResponse:
    """At once while the warehouse has not begun (paid money goes back the way it came). Once it has, this asks for the
    money back: an after-sales case about what has not left. Asking twice is asking once."""
    order = own_order(request, number, token)
    who = actor(request)
    try:
        order_services.cancel(number, actor=who)
    except OrderWrongState:
        if order["status"] not in ("paid", "fulfilling"):
            raise
        if cases.refundable(number):
            aftersales.request(number, kind="cancel", reason="no_reason", actor=who)
    return _shown(request, number, token)


@router.post("/orders/{number}/confirm", response=OrderOut, summary="Confirm that the goods arrived")
def confirm(request: HttpRequest, number: Number, token: Token = "") -> HttpResponse:
    own_order(request, number, token)
    order_services.complete(number, actor=actor(request))
    return _shown(request, number, token)


class TrackingOut(Answer):
    parcels: list[ParcelOut]


@router.get("/orders/{number}/tracking", response=TrackingOut, summary="Parcels with their events")
def tracking(request: HttpRequest, number: Number, token: Token = "") -> HttpResponse:
    own_order(request, number, token)
    return reply({"parcels": parcels_of(number, language(request))})
