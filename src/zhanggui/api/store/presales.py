"""Presales: the offers, reserving, paying the deposit and then the balance. Reservations are members' own."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from zhanggui.catalog import selectors as catalog
from zhanggui.checkout import services as checkout
from zhanggui.checkout.selectors import holder_of
from zhanggui.checkout.types import PlaceCommand, QuoteRequest, WantedLine
from zhanggui.kernel import clock, idempotency, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.money import json_money
from zhanggui.kernel.problems import NotFound
from zhanggui.payments.types import StartOptions
from zhanggui.presale import selectors, services
from zhanggui.presale.types import PresaleView, ReservationView

from ..auth import MEMBER, VISITOR, Member, actor, client_address, member_id
from ..fields import IDEMPOTENT, Answer, Body, Cursor, Limit, Money, MoneyOrAmount, PathId, integer, text
from ..frame import language, reply, reply_bytes
from .orders import PayableOut, PaymentIn, payable_json
from .purchase import answer_of, key_of
from .shapes import DeliveryIn, OrderOut, Provider, Sku

router = Router(auth=VISITOR)
Number = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9-]+$")]


class PresaleArticleOut(Answer):
    """Of a piece: the whole price, the deposit, what it counts for, the balance, and all a buyer pays (`comes_to`)."""

    sku: str
    price: Money
    deposit: Money
    counts_for: Money
    balance: Money
    comes_to: Money
    available: int


class PresaleOut(Answer):
    """`stage`: scheduled, deposit, between, balance, ended, called_off. `deposit_kept`: when a deposit does not go back."""

    id: int
    label: str
    stage: str
    deposit_from: datetime
    deposit_until: datetime
    balance_from: datetime
    balance_until: datetime
    ships_on: date
    per_buyer: int | None
    deposit_kept: list[Literal["unpaid", "cancelled"]]
    articles: list[PresaleArticleOut]


class PresaleListOut(Answer):
    items: list[PresaleOut]


class ReservationOut(Answer):
    """`balance` is what is still to be paid for the goods, without freight. Once `ordered`, the order has the same number.

    `expires_at`: until when the deposit can be paid. `deposit_kept`: when this deposit does not go back.
    """

    number: str
    offer: int
    label: str
    sku: str
    quantity: int
    state: Literal["waiting", "deposited", "ordered", "released", "forfeited", "refunded"]
    price: Money
    deposit: Money
    counts_for: Money
    balance: Money
    paid: Money
    refunded: Money
    deposit_kept: list[Literal["unpaid", "cancelled"]]
    expires_at: datetime
    balance_from: datetime
    balance_until: datetime
    ships_on: date
    placed_at: datetime


class ReservationPageOut(Answer):
    items: list[ReservationOut]
    next_cursor: str | None


class ReserveIn(Body):
    sku: Sku
    quantity: integer(1, 1_000_000) = 1  # type: ignore[valid-type]


class BalanceIn(Body):
    """`expected_total` is that of the order: deposit, balance and freight."""

    delivery: DeliveryIn
    payment_provider: Provider
    expected_total: MoneyOrAmount | None = None
    note: text(500) = ""  # type: ignore[valid-type]


class Reserver(Member):
    """The member whose reservation it is: asked before the body is looked at, so that a stranger learns nothing."""

    def __call__(self, request: HttpRequest) -> Actor:
        caller = super().__call__(request)
        assert request.resolver_match is not None
        if selectors.reservation(request.resolver_match.kwargs["number"]).member_id != caller.id:
            raise NotFound()
        return caller


RESERVER = Reserver()


def _kept(unpaid: bool, cancelled: bool) -> list[str]:
    return [name for name, kept in (("unpaid", unpaid), ("cancelled", cancelled)) if kept]


def said(offers: list[PresaleView], lang: str) -> list[dict[str, Any]]:
    codes = catalog.sku_codes(sorted({sku for offer in offers for sku in offer.draft.articles}))
    currency = mall_settings.get("mall.currency")
    kept = _kept(mall_settings.get("presale.keeps_unpaid"), mall_settings.get("presale.keeps_cancelled"))

    def money(amount: int) -> Any:
        return json_money(amount, currency)

    times = ("deposit_from", "deposit_until", "balance_from", "balance_until", "ships_on")
    return [
        {
            "id": offer.id,
            "label": offer.label.render(lang),
            "stage": offer.stage,
            **{name: getattr(offer.draft, name) for name in times},
            "per_buyer": offer.draft.buyer_limit,
            "deposit_kept": kept,
            "articles": [
                {
                    "sku": codes[sku],
                    "price": money(terms.price),
                    "deposit": money(terms.paid_first),
                    "counts_for": money(terms.counted),
                    "balance": money(terms.price - terms.counted),
                    "comes_to": money(terms.comes_to),
                    "available": max(offer.left(sku), 0),
                }
                for sku, terms in offer.draft.articles.items()
                if sku in codes
            ],
        }
        for offer in offers
    ]


def _reservations(views: list[ReservationView], lang: str) -> list[dict[str, Any]]:
    codes = catalog.sku_codes(sorted({view.sku_id for view in views}))

    def shown(view: ReservationView) -> dict[str, Any]:
        def money(amount: int) -> Any:
            return json_money(amount, view.currency)

        names = ("number", "quantity", "state", "expires_at", "balance_from", "balance_until", "ships_on", "placed_at")
        return {
            **{name: getattr(view, name) for name in names},
            "offer": view.offer_id,
            "label": view.label.render(lang),
            "sku": codes.get(view.sku_id, ""),
            "price": money(view.price * view.quantity),
            "deposit": money(view.deposit_total),
            "counts_for": money(view.counts_for * view.quantity),
            "balance": money(view.goods_due),
            "paid": money(view.paid),
            "refunded": money(view.refunded),
            "deposit_kept": _kept(view.keeps_unpaid, view.keeps_cancelled),
        }

    return [shown(view) for view in views]


def _shown(request: HttpRequest, number: str, status: int = 200) -> HttpResponse:
    return reply(_reservations([selectors.reservation(number)], language(request))[0], status=status)


@router.get("/presales", response=PresaleListOut, summary="Presales that take deposits now, or will")
def offers(request: HttpRequest) -> HttpResponse:
    return reply({"items": said(selectors.shown_offers(clock.now()), language(request))})


@router.get("/presales/{offer_id}", response=PresaleOut, summary="One presale")
def offer(request: HttpRequest, offer_id: PathId) -> HttpResponse:
    view = selectors.offer(offer_id)
    if view.state == "draft":
        raise NotFound()
    return reply(said([view], language(request))[0])


@router.post(
    "/presales/{offer_id}/reservations", auth=MEMBER, response={201: ReservationOut}, summary="Reserve",
    openapi_extra=IDEMPOTENT,
)  # fmt: skip
def reserve(request: HttpRequest, offer_id: PathId, body: ReserveIn) -> HttpResponse:
    """The pieces and their stock are the member's until `expires_at`; then the deposit has to be paid. Needs the
    Idempotency-Key header; the same key again answers the same reservation."""
    key = idempotency.check_key(key_of(request))
    found = next((sku for sku in catalog.sellable_by_code([body.sku]) if sku.sku_id), None)
    number = services.reserve(
        offer_id,
        found.sku_id if found else 0,
        body.quantity,
        member_id=member_id(request),
        key=key,
        actor=actor(request),
    )
    return _shown(request, number, 201)


@router.get("/presale-reservations", auth=MEMBER, response=ReservationPageOut, summary="The member's own, newest first")
def mine(request: HttpRequest, cursor: Cursor = "", limit: Limit = 20) -> HttpResponse:
    page = selectors.of_member(member_id(request), cursor=cursor, limit=limit)
    return reply({"items": _reservations(page.items, language(request)), "next_cursor": page.next_cursor})


@router.get("/presale-reservations/{number}", auth=RESERVER, response=ReservationOut, summary="One of them")
def show(request: HttpRequest, number: Number) -> HttpResponse:
    return _shown(request, number)


@router.post(
    "/presale-reservations/{number}/payments",
    auth=RESERVER,
    response={201: PayableOut},
    summary="Start paying the deposit",
)
def pay(request: HttpRequest, number: Number, body: PaymentIn) -> HttpResponse:
    """A new attempt closes the earlier ones. `simulator` pays at once."""
    options = StartOptions(body.channel, client_address(request), body.return_url, body.payer_id)
    payable = services.start_deposit(number, body.provider, actor=actor(request), options=options)
    return reply(payable_json(payable), status=201)


@router.post(
    "/presale-reservations/{number}/order", auth=RESERVER, response={201: OrderOut}, summary="Order it, in its balance's time",
    openapi_extra=IDEMPOTENT,
)  # fmt: skip
def order(request: HttpRequest, number: Number, body: BalanceIn) -> HttpResponse:
    """Makes the order of the reservation's number, the deposit paid; what is left is paid like any order, until the
    balance's time ends. Needs the Idempotency-Key header; the same key again answers the same order."""
    view = selectors.reservation(number)
    key = idempotency.check_key(key_of(request))
    code = catalog.sku_codes([view.sku_id]).get(view.sku_id, "")
    delivery = body.delivery.as_delivery("delivery.")
    command = PlaceCommand(
        request=QuoteRequest(
            (WantedLine("1", code, view.quantity),),
            (),
            delivery,
            view.member_id,
            holder_of(view.member_id, delivery.mobile),
            presale=number,
        ),
        provider=body.payment_provider,
        actor=actor(request),
        scope=f"orders:m:{view.member_id}",
        key=key,
        digest=idempotency.digest([number, body.model_dump()]),
        expected_total=body.expected_total.amount if body.expected_total else None,
        expected_currency=body.expected_total.currency if body.expected_total else "",
        note=body.note.strip(),
    )
    return reply_bytes(answer_of(checkout.buy(command), language(request)), status=201)


@router.post("/presale-reservations/{number}/cancel", auth=RESERVER, response=ReservationOut, summary="Give it up")
def cancel(request: HttpRequest, number: Number) -> HttpResponse:
    """Before it is an order. The deposit goes back, unless `deposit_kept` says otherwise."""
    services.cancel_reservation(number, actor=actor(request))
    return _shown(request, number)
