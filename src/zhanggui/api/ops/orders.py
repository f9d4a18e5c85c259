"""Orders: finding, seeing, notes, cancelling; picking, parcels, the carriers' news.

Whom a parcel goes to is shown to those who send it, to all others masked; who may see personal data asks for it on the record.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field, StringConstraints

from zhanggui.fulfilment import selectors as parcels
from zhanggui.fulfilment import services as fulfilment
from zhanggui.fulfilment.types import ParcelView, TrackingNews, TrackingResult
from zhanggui.kernel.problems import NotFound
from zhanggui.orders import selectors, services
from zhanggui.orders.types import ShippedUnits
from zhanggui.payments import selectors as payments
from zhanggui.payments.types import IntentView, RefundView

from ..auth import Staff, actor
from ..describing import describe, listed, paged, plain
from ..fields import BIGINT, Amount, Answer, Body, Cursor, Limit, Search, Time, integer, line, text
from ..frame import language, reply
from .common import Code, OptionalReason, show, show_list, show_page

router = Router()
VIEW = Staff("orders.view")
PICK, SHIP, TRACK = (Staff(f"fulfilment.{right}") for right in ("pick", "ship", "track"))
Number = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9-]+$")]
OrderNumber = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=40, pattern=r"^[A-Za-z0-9-]+$")]
Waybill = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9-]{5,40}$")]
Status = Literal[
    "", "pending_payment", "paid", "fulfilling", "shipped", "delivered", "completed", "cancelled", "refunded"
]


class StaffOrderRow(Answer):
    number: str
    status: str
    member_id: int | None
    channel: str
    currency: str
    total: int
    paid_total: int
    refunded_total: int
    payment_provider: str
    delivery_method: str
    contact_name: str
    contact_mobile: str
    province: str
    city: str
    placed_at: datetime
    paid_at: datetime | None
    expires_at: datetime | None
    dispatch_due_at: datetime | None
    dispatch_latest_at: datetime | None
    lines: list[dict[str, Any]]


class StaffOrderPage(Answer):
    items: list[StaffOrderRow]
    next_cursor: str | None


class StaffOrder(StaffOrderRow):
    """Everything known of an order; amounts in minor units of `currency`."""

    items_total: int
    discount_total: int
    shipping_total: int
    explanation: list[dict[str, Any]]
    district: str
    address_line: str
    buyer_note: str
    shipped_at: datetime | None
    delivered_at: datetime | None
    completed_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str
    timeline: list[dict[str, Any]]
    parcels: list[describe(ParcelView)]  # type: ignore[valid-type]
    payments: list[describe(IntentView)]  # type: ignore[valid-type]
    refunds: list[describe(RefundView)]  # type: ignore[valid-type]


class ReceiverOut(Answer):
    """Whom an order goes to, unmasked."""

    contact_name: str
    contact_mobile: str
    province: str
    city: str
    district: str
    address_line: str


class Counts(Answer):
    counts: dict[str, int]


class NoteIn(Body):
    text: text(2000, required=True)  # type: ignore[valid-type]


class CancelIn(Body):
    reason: OptionalReason = ""


class LinePriceIn(Body):
    """What an order line comes to, all its units together."""

    line: integer(1, 10_000)  # type: ignore[valid-type]
    payable: Amount


class OrderPriceIn(Body):
    """Minor units. Either `lines` (those not named stay) or `goods`, the sum of all, which is spread over them."""

    lines: Annotated[list[LinePriceIn], Field(min_length=1, max_length=500)] | None = None
    goods: Amount | None = None
    shipping: Amount | None = None
    reason: text(200, required=True)  # type: ignore[valid-type]
    expected_total: Amount | None = None


class LineUnitsIn(Body):
    """`line` is the order line's number."""

    line: integer(1, 10_000)  # type: ignore[valid-type]
    quantity: integer(1, 10**9)  # type: ignore[valid-type]


class ShipIn(Body):
    """Without `lines`, all that has not left yet."""

    carrier: Code
    waybill_no: Waybill
    lines: Annotated[list[LineUnitsIn], Field(min_length=1, max_length=500)] | None = None


class HandOverIn(Body):
    lines: Annotated[list[LineUnitsIn], Field(min_length=1, max_length=500)] | None = None


class PickIn(Body):
    numbers: Annotated[list[OrderNumber], Field(min_length=1, max_length=500)]


class Picked(Answer):
    """The orders that are now being picked; the others were cancelled or begun by somebody else."""

    numbers: list[str]


class NewsIn(Body):
    carrier: Code
    waybill_no: Waybill
    at: Time
    status: line(20)  # type: ignore[valid-type]
    text: line(500, required=False) = ""  # type: ignore[valid-type]
    location: line(100, required=False) = ""  # type: ignore[valid-type]


class NewsBatch(Body):
    news: Annotated[list[NewsIn], Field(min_length=1, max_length=1000)]


class WaitingOut(Answer):
    """`seconds` until the promise is broken; negative when it is."""

    order: dict[str, Any]
    due_at: datetime
    latest_at: datetime
    seconds: int
    stage: str


class WaitingPage(Answer):
    items: list[WaitingOut]
    next_cursor: str | None


def _order(request: HttpRequest, number: str, status: int = 200) -> HttpResponse:
    """Five statements, whatever the order's size."""
    order = selectors.find(number)
    if order is None:
        raise NotFound()
    lang = language(request)
    return reply(
        {
            **selectors.masked(order, actor(request)),
            "parcels": plain(parcels.parcels_of([number])[number], lang),
            "payments": plain(payments.intents_of([number]), lang),
            "refunds": plain(payments.refunds_of(number), lang),
        },
        status=status,
    )


@router.get("/orders", auth=VIEW, response=StaffOrderPage, summary="Orders, newest first")
def orders(
    request: HttpRequest,
    status: Status = "",
    q: Search = "",
    sku: Annotated[str, Query(max_length=100)] = "",
    member_id: Annotated[int | None, Query(ge=1, le=BIGINT)] = None,
    placed_from: Time | None = None,
    placed_to: Time | None = None,
    overdue: bool = False,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """`q` is an order number, a mobile, a name or a SKU; `overdue` keeps paid ones past their dispatch time."""
    page = selectors.listing(
        status=status, q=q, sku=sku, member_id=member_id, placed_from=placed_from, placed_to=placed_to,
        overdue=overdue, cursor=cursor, limit=limit,
    )  # fmt: skip
    who = actor(request)
    return show_page(request, page, lambda order: selectors.masked(order, who))


@router.get("/orders/counts", auth=VIEW, response=Counts, summary="How many orders stand where")
def counts(request: HttpRequest) -> HttpResponse:
    return reply({"counts": selectors.counts_by_status()})


@router.get("/orders/{number}", auth=VIEW, response=StaffOrder, summary="One order with all that happened to it")
def order(request: HttpRequest, number: Number) -> HttpResponse:
    return _order(request, number)


@router.get(
    "/orders/{number}/personal",
    auth=Staff("members.view_personal"),
    response=ReceiverOut,
    summary="Whom an order goes to; the reading is recorded",
)
def personal(request: HttpRequest, number: Number) -> HttpResponse:
    services.record_look(number, actor=actor(request))
    order = selectors.find(number)
    assert order is not None
    response = reply({name: order[name] for name in ReceiverOut.model_fields})
    response["Cache-Control"] = "no-store"
    return response


@router.post("/orders/{number}/notes", auth=Staff("orders.note"), response={201: StaffOrder}, summary="Add a note")
def add_note(request: HttpRequest, number: Number, body: NoteIn) -> HttpResponse:
    """For staff only; the buyer never sees it."""
    services.add_note(number, body.text, actor=actor(request))
    return _order(request, number, 201)


@router.post("/orders/{number}/cancel", auth=Staff("orders.cancel"), response=StaffOrder, summary="Cancel an order")
def cancel(request: HttpRequest, number: Number, body: CancelIn) -> HttpResponse:
    """While unpaid, or paid and not being picked; money goes back the way it came."""
    services.cancel(number, actor=actor(request), reason=body.reason.strip() or "staff")
    return _order(request, number)


@router.post(
    "/orders/{number}/price", auth=Staff("orders.change_price"), response=StaffOrder, summary="Change the price"
)
def change_price(request: HttpRequest, number: Number, body: OrderPriceIn) -> HttpResponse:
    """Of an unpaid order; the buyer is told the reason. With `expected_total`, only if nobody has changed it meanwhile."""
    services.change_price(
        number,
        lines=None if body.lines is None else {line.line: line.payable for line in body.lines},
        goods=body.goods,
        shipping=body.shipping,
        reason=body.reason,
        expected_total=body.expected_total,
        actor=actor(request),
    )
    return _order(request, number)


# --- the warehouse -----------------------------------------------------------------------------------------------


@router.get("/fulfilment/waiting", auth=Staff("fulfilment.view"), response=WaitingPage, summary="What is to be sent")
def waiting(
    request: HttpRequest, stage: Literal["", "late", "overdue"] = "", cursor: Cursor = "", limit: Limit = 50
) -> HttpResponse:
    """The most urgent first; `late` is past the promise, `overdue` past the limit."""
    page = parcels.waiting(stage=stage, cursor=cursor, limit=limit)
    who = actor(request)

    def shape(row: Any) -> dict[str, Any]:
        return {
            "order": selectors.masked(row.order, who), "due_at": row.due_at, "latest_at": row.latest_at,
            "seconds": int(row.remaining.total_seconds()), "stage": row.stage,
        }  # fmt: skip

    return show_page(request, page, shape)


@router.post("/fulfilment/pick", auth=PICK, response=Picked, summary="Start picking")
def pick(request: HttpRequest, body: PickIn) -> HttpResponse:
    """From now on a cancellation is an after-sales case."""
    return reply({"numbers": fulfilment.start_picking(body.numbers, actor=actor(request))})


@router.post("/orders/{number}/ship", auth=SHIP, response={201: describe(ParcelView)}, summary="Ship with a waybill")
def ship(request: HttpRequest, number: Number, body: ShipIn) -> HttpResponse:
    """The same waybill with the same contents again answers the parcel made first."""
    parcel = fulfilment.ship(
        number, carrier=body.carrier, waybill_no=body.waybill_no, lines=_units(body.lines), actor=actor(request)
    )
    return show(request, parcel, 201)


@router.post("/orders/{number}/hand-over", auth=SHIP, response={201: describe(ParcelView)}, summary="Buyer picks it up")
def hand_over(request: HttpRequest, number: Number, body: HandOverIn) -> HttpResponse:
    return show(request, fulfilment.hand_over(number, lines=_units(body.lines), actor=actor(request)), 201)


def _units(lines: list[LineUnitsIn] | None) -> list[ShippedUnits] | None:
    return [ShippedUnits(unit.line, unit.quantity) for unit in lines] if lines is not None else None


@router.get("/parcels", auth=Staff("fulfilment.view"), response=paged(ParcelView), summary="Parcels, newest first")
def parcel_list(
    request: HttpRequest, state: Annotated[str, Query(max_length=20)] = "", cursor: Cursor = "", limit: Limit = 50
) -> HttpResponse:
    return show_page(request, parcels.parcels(state=state, cursor=cursor, limit=limit))


@router.get("/parcels/{number}", auth=Staff("fulfilment.view"), response=describe(ParcelView), summary="One parcel")
def parcel(request: HttpRequest, number: Number) -> HttpResponse:
    found = parcels.parcel(number)
    if found is None:
        raise NotFound()
    return show(request, found)


@router.post("/tracking", auth=TRACK, response=listed(TrackingResult), summary="The carriers' news")
def tracking(request: HttpRequest, body: NewsBatch) -> HttpResponse:
    """Unknown waybills are answered, not refused; a wrong entry refuses the whole call."""
    news = [TrackingNews(**entry.model_dump()) for entry in body.news]
    return show_list(request, fulfilment.record_tracking(news, actor=actor(request)))
