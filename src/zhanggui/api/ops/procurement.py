"""Purchasing: suppliers, purchase orders from draft to receipt, and what is owed. Amounts are minor units of the supplier's currency."""

from decimal import Decimal
from typing import Annotated, Literal, NamedTuple

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field, StringConstraints

from zhanggui.procurement import selectors, services
from zhanggui.procurement.types import (
    Ageing,
    Award,
    ConfirmedLine,
    Contact,
    Inspected,
    Lead,
    OnOrder,
    OrderView,
    PayableView,
    PaymentDraft,
    PaymentView,
    PurchaseRow,
    SentBack,
    SupplierDraft,
    SupplierRow,
    SupplierView,
    TenderDraft,
    TenderRow,
    TenderView,
    TenderWish,
    WantedLine,
)

from ..auth import Staff, actor
from ..describing import describe, listed, paged
from ..fields import BIGINT, Amount, Answer, Body, Cursor, Day, Int64, Limit, PathId, Time, integer, line, text
from .common import OptionalReason, ReasonIn, SkuCode, show, show_list, show_page, sku_ids

router = Router()
READ, MANAGE, APPROVE = Staff("procurement.read"), Staff("procurement.manage"), Staff("procurement.approve")
RECEIVE, PAY, VOID = Staff("procurement.receive"), Staff("procurement.pay"), Staff("procurement.void")
Units = integer(0, 10_000_000)
Key = line(60)
SUPPLIER, ORDER, TENDER = describe(SupplierView), describe(OrderView), describe(TenderView)


class SupplierContactIn(Body):
    name: line(100)  # type: ignore[valid-type]
    duty: line(100, required=False) = ""  # type: ignore[valid-type]
    phone: line(100, required=False) = ""  # type: ignore[valid-type]
    email: line(100, required=False) = ""  # type: ignore[valid-type]


class SupplierIn(Body):
    """`lead_days` is what he promises, `minimum_order` the least amount of an order."""

    code: line(40)  # type: ignore[valid-type]
    name: line(120)  # type: ignore[valid-type]
    name_en: line(120, required=False) = ""  # type: ignore[valid-type]
    mode: Literal["own_factory", "stock", "dropship"]
    currency: line(3)  # type: ignore[valid-type]
    lead_days: integer(0, 1000)  # type: ignore[valid-type]
    terms: Literal["on_receipt", "net", "month_end"] = "net"
    terms_days: integer(0, 1000) = 30  # type: ignore[valid-type]
    minimum_order: Amount = 0
    address: line(300, required=False) = ""  # type: ignore[valid-type]
    note: line(2000, required=False) = ""  # type: ignore[valid-type]
    contacts: Annotated[list[SupplierContactIn], Field(max_length=10)] = []

    def draft(self) -> SupplierDraft:
        contacts = tuple(Contact(**contact.model_dump()) for contact in self.contacts)
        return SupplierDraft(contacts=contacts, **self.model_dump(exclude={"contacts"}))


class PurchaseLineIn(Body):
    """Without a `price`: as agreed, else as last paid."""

    sku: SkuCode
    quantity: Units  # type: ignore[valid-type]
    price: Amount | None = None


class PurchaseOrderIn(Body):
    supplier: Int64
    warehouse: Int64
    lines: Annotated[list[PurchaseLineIn], Field(min_length=1, max_length=200)]
    reason: OptionalReason = ""
    note: line(1000, required=False) = ""  # type: ignore[valid-type]


class PurchaseConfirmedLineIn(Body):
    position: integer(1, 200)  # type: ignore[valid-type]
    quantity: Units  # type: ignore[valid-type]


class PurchaseConfirmIn(Body):
    """Lines that are not named are confirmed as ordered."""

    expected_on: Day
    lines: Annotated[list[PurchaseConfirmedLineIn], Field(max_length=200)] = []


class InspectedIn(Body):
    position: integer(1, 200)  # type: ignore[valid-type]
    good: Units = 0  # type: ignore[valid-type]
    rejected: Units = 0  # type: ignore[valid-type]
    reason: line(200, required=False) = ""  # type: ignore[valid-type]


class ReceiptIn(Body):
    """The same `key` again answers the same receipt."""

    key: Key  # type: ignore[valid-type]
    lines: Annotated[list[InspectedIn], Field(min_length=1, max_length=200)]
    note: line(500, required=False) = ""  # type: ignore[valid-type]


class TenderLineIn(Body):
    sku: SkuCode
    quantity: integer(1, 10_000_000)  # type: ignore[valid-type]
    note: line(200, required=False) = ""  # type: ignore[valid-type]


class TenderRateIn(Body):
    """What one unit of a currency is worth in the mall's, as a decimal number (`7.15`): offers are compared at it."""

    currency: line(3)  # type: ignore[valid-type]
    rate: Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9]{1,6}(\.[0-9]{1,6})?$")]


class TenderIn(Body):
    """`rates` for every currency in which an invited supplier is paid, but the mall's."""

    title: line(120)  # type: ignore[valid-type]
    deadline: Time
    lines: Annotated[list[TenderLineIn], Field(min_length=1, max_length=200)]
    suppliers: Annotated[list[Int64], Field(min_length=1, max_length=50)]
    rates: Annotated[list[TenderRateIn], Field(max_length=30)] = []
    note: text(2000) = ""  # type: ignore[valid-type]

    def draft(self) -> TenderDraft:
        """Raises ValidationFailed for an unknown SKU."""
        skus = sku_ids([each.sku for each in self.lines], "lines.{}.sku")
        wishes = tuple(TenderWish(sku, each.quantity, each.note) for sku, each in zip(skus, self.lines, strict=True))
        rates = {each.currency: Decimal(each.rate) for each in self.rates}
        return TenderDraft(self.title, self.deadline, wishes, tuple(self.suppliers), self.note, rates)


class TenderAwardLine(Body):
    position: integer(1, 200)  # type: ignore[valid-type]
    invitation: Int64


class TenderAwardIn(Body):
    """With `warehouse` a draft order for each supplier, with `agree_until` a price agreement for each line."""

    awards: Annotated[list[TenderAwardLine], Field(min_length=1, max_length=200)]
    reason: line(500)  # type: ignore[valid-type]
    warehouse: Int64 | None = None
    agree_until: Day | None = None


class TenderAwardOut(Answer):
    """The numbers of the draft orders made."""

    orders: list[str]


class TenderLink(NamedTuple):
    """Where an invited supplier offers, without the mall's address."""

    invitation: int
    supplier_id: int
    path: str


class SupplierReturnIn(Body):
    """The same `key` again answers the same return."""

    key: Key  # type: ignore[valid-type]
    lines: Annotated[list[PurchaseConfirmedLineIn], Field(min_length=1, max_length=200)]
    reason: line(500)  # type: ignore[valid-type]
    damaged: Annotated[bool, Field(strict=True, description="Units that lie there as damaged, no sound ones.")] = False


class SupplierPaymentIn(Body):
    """Settles what is due first, or the payables named. The same `key` again answers the same payment."""

    key: Key  # type: ignore[valid-type]
    amount: Amount
    paid_on: Day
    method: line(40, required=False) = ""  # type: ignore[valid-type]
    reference: line(80, required=False) = ""  # type: ignore[valid-type]
    payables: Annotated[list[Int64], Field(max_length=200)] = []


class DocumentMade(Answer):
    number: str


OrderState = Literal[
    "", "underway", "draft", "approved", "sent", "confirmed", "part", "received", "closed", "cancelled"
]
Number = str


@router.get("/suppliers", auth=READ, response=paged(SupplierRow), summary="Suppliers, newest first")
def suppliers(
    request: HttpRequest, q: str = "", state: Literal["", "candidate", "approved", "suspended", "ended"] = "",
    cursor: Cursor = "", limit: Limit = 50,
) -> HttpResponse:  # fmt: skip
    return show_page(request, selectors.supplier_page(q=q[:100], state=state, cursor=cursor, limit=limit))


@router.post("/suppliers", auth=MANAGE, response={201: SUPPLIER}, summary="A new supplier, as a candidate")
def create_supplier(request: HttpRequest, body: SupplierIn) -> HttpResponse:
    return show(request, selectors.supplier(services.create_supplier(body.draft(), actor=actor(request))), 201)


@router.get("/suppliers/{supplier_id}", auth=READ, response=SUPPLIER, summary="One supplier")
def supplier(request: HttpRequest, supplier_id: PathId) -> HttpResponse:
    return show(request, selectors.supplier(supplier_id))


@router.put("/suppliers/{supplier_id}", auth=MANAGE, response=SUPPLIER, summary="Change a supplier's file")
def change_supplier(request: HttpRequest, supplier_id: PathId, body: SupplierIn) -> HttpResponse:
    services.change_supplier(supplier_id, body.draft(), actor=actor(request))
    return show(request, selectors.supplier(supplier_id))


@router.post(
    "/suppliers/{supplier_id}/state/{action}",
    auth=MANAGE,
    response=SUPPLIER,
    summary="Approve, suspend or end a supplier",
)
def move_supplier(
    request: HttpRequest, supplier_id: PathId, action: Literal["approve", "suspend", "end"], body: ReasonIn
) -> HttpResponse:
    services.move_supplier(supplier_id, action, reason=body.reason, actor=actor(request))
    return show(request, selectors.supplier(supplier_id))


@router.get(
    "/suppliers/{supplier_id}/leads", auth=READ, response=listed(Lead), summary="Lead times learned from receipts"
)
def leads(request: HttpRequest, supplier_id: PathId) -> HttpResponse:
    selectors.supplier(supplier_id)
    return show_list(request, selectors.leads(supplier_id))


@router.get("/purchases", auth=READ, response=paged(PurchaseRow), summary="Purchase orders, newest first")
def purchases(
    request: HttpRequest,
    state: OrderState = "",
    late: Literal["", "late", "likely"] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    return show_page(request, selectors.orders(state=state, late=late, cursor=cursor, limit=limit))


@router.post("/purchases", auth=MANAGE, response={201: ORDER}, summary="Draft a purchase order")
def draft(request: HttpRequest, body: PurchaseOrderIn) -> HttpResponse:
    skus = sku_ids([each.sku for each in body.lines], "lines.{}.sku")
    lines = [WantedLine(sku, each.quantity, each.price) for sku, each in zip(skus, body.lines, strict=True)]
    number = services.draft_order(
        actor=actor(request),
        supplier=body.supplier,
        warehouse=body.warehouse,
        lines=lines,
        reason=body.reason,
        order_note=body.note,
    )
    return show(request, selectors.order(number), 201)


@router.get("/purchases/on-order", auth=READ, response=listed(OnOrder), summary="Units of a SKU that are to come")
def on_order(request: HttpRequest, sku: SkuCode) -> HttpResponse:
    return show_list(request, selectors.on_order(sku_ids([sku], "sku")))


@router.get("/purchases/{number}", auth=READ, response=ORDER, summary="One purchase order")
def purchase(request: HttpRequest, number: Number) -> HttpResponse:
    return show(request, selectors.order(number))


@router.post("/purchases/{number}/approve", auth=APPROVE, response=ORDER, summary="Approve a draft")
def approve(request: HttpRequest, number: Number) -> HttpResponse:
    services.approve_order(number, actor=actor(request))
    return show(request, selectors.order(number))


@router.post("/purchases/{number}/send", auth=MANAGE, response=ORDER, summary="Send it to the supplier")
def send(request: HttpRequest, number: Number) -> HttpResponse:
    services.send_order(number, actor=actor(request))
    return show(request, selectors.order(number))


@router.post(
    "/purchases/{number}/confirm", auth=MANAGE, response=ORDER, summary="Write down what the supplier confirmed"
)
def confirm(request: HttpRequest, number: Number, body: PurchaseConfirmIn) -> HttpResponse:
    lines = [ConfirmedLine(each.position, each.quantity) for each in body.lines]
    services.confirm_order(number, expected_on=body.expected_on, lines=lines, actor=actor(request))
    return show(request, selectors.order(number))


@router.post("/purchases/{number}/cancel", auth=MANAGE, response=ORDER, summary="Call it off while nothing has come")
def cancel(request: HttpRequest, number: Number, body: ReasonIn) -> HttpResponse:
    services.cancel_order(number, reason=body.reason, actor=actor(request))
    return show(request, selectors.order(number))


@router.post("/purchases/{number}/close", auth=MANAGE, response=ORDER, summary="Nothing more is to come")
def close(request: HttpRequest, number: Number, body: ReasonIn) -> HttpResponse:
    services.close_order(number, reason=body.reason, actor=actor(request))
    return show(request, selectors.order(number))


@router.post("/purchases/{number}/receipts", auth=RECEIVE, response={201: DocumentMade}, summary="Take a delivery in")
def receive(request: HttpRequest, number: Number, body: ReceiptIn) -> HttpResponse:
    lines = [Inspected(each.position, each.good, each.rejected, each.reason) for each in body.lines]
    made = services.receive(number, lines, key=body.key, delivery_note=body.note, actor=actor(request))
    return show(request, {"number": made}, 201)


@router.post(
    "/purchases/{number}/returns", auth=RECEIVE, response={201: DocumentMade}, summary="Send goods back to the supplier"
)
def send_back(request: HttpRequest, number: Number, body: SupplierReturnIn) -> HttpResponse:
    lines = [SentBack(each.position, each.quantity) for each in body.lines]
    made = services.return_goods(
        number, lines, key=body.key, reason=body.reason, damaged=body.damaged, actor=actor(request)
    )
    return show(request, {"number": made}, 201)


@router.get("/tenders", auth=READ, response=paged(TenderRow), summary="Tenders, newest first")
def tenders(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    return show_page(request, selectors.tenders(cursor=cursor, limit=limit))


@router.get(
    "/tenders/{tender_id}", auth=READ, response=TENDER, summary="One tender; offers are empty while they are sealed"
)
def tender(request: HttpRequest, tender_id: PathId) -> HttpResponse:
    return show(request, selectors.tender(tender_id))


@router.post("/tenders", auth=MANAGE, response={201: TENDER}, summary="A request for offers, as a draft")
def create_tender(request: HttpRequest, body: TenderIn) -> HttpResponse:
    number = services.create_tender(body.draft(), actor=actor(request))
    made = next(row.id for row in selectors.tenders(limit=50).items if row.number == number)
    return show(request, selectors.tender(made), 201)


@router.post("/tenders/{tender_id}/publish", auth=MANAGE, response=TENDER, summary="Suppliers may offer by their links")
def publish_tender(request: HttpRequest, tender_id: PathId) -> HttpResponse:
    services.publish_tender(tender_id, actor=actor(request))
    return show(request, selectors.tender(tender_id))


@router.get(
    "/tenders/{tender_id}/links",
    auth=MANAGE,
    response=listed(TenderLink),
    summary="The links of invited suppliers, while it is open",
)
def tender_links(request: HttpRequest, tender_id: PathId) -> HttpResponse:
    view = selectors.tender(tender_id)
    invited = view.invitations if view.stage == "open" else ()
    return show_list(request, [TenderLink(each.id, each.supplier_id, selectors.bid_link(each)) for each in invited])


@router.post(
    "/tenders/{tender_id}/award", auth=MANAGE, response=TenderAwardOut, summary="Take offers, after the deadline"
)
def award_tender(request: HttpRequest, tender_id: PathId, body: TenderAwardIn) -> HttpResponse:
    awards = [Award(each.position, each.invitation) for each in body.awards]
    orders = services.award_tender(
        tender_id,
        awards,
        reason=body.reason,
        warehouse=body.warehouse,
        agree_until=body.agree_until,
        actor=actor(request),
    )
    return show(request, {"orders": orders})


@router.post("/tenders/{tender_id}/cancel", auth=MANAGE, response=TENDER, summary="Call it off")
def cancel_tender(request: HttpRequest, tender_id: PathId, body: ReasonIn) -> HttpResponse:
    services.cancel_tender(tender_id, reason=body.reason, actor=actor(request))
    return show(request, selectors.tender(tender_id))


@router.get("/supplier-payments", auth=READ, response=paged(PaymentView), summary="Payments to suppliers, newest first")
def payments(
    request: HttpRequest,
    supplier: Annotated[int, Query(ge=1, le=BIGINT)] | None = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    return show_page(request, selectors.payments(supplier_id=supplier, cursor=cursor, limit=limit))


@router.post(
    "/suppliers/{supplier_id}/payments/{number}/void", auth=VOID, response=describe(PaymentView),
    summary="Void a payment: what it settled is open again",
)  # fmt: skip
def void_payment(request: HttpRequest, supplier_id: PathId, number: Number, body: ReasonIn) -> HttpResponse:
    services.void_payment(supplier_id, number, reason=body.reason, actor=actor(request))
    found = selectors.payments(supplier_id=supplier_id, number=number).items
    return show(request, found[0])


@router.get(
    "/payables", auth=READ, response=paged(PayableView), summary="What is owed to suppliers, the first due first"
)
def payables(
    request: HttpRequest,
    supplier: Annotated[int, Query(ge=1, le=BIGINT)] | None = None,
    which: Literal["open", "all"] = "open",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    found = selectors.payables(supplier_id=supplier, open_only=which == "open", cursor=cursor, limit=limit)
    return show_page(request, found)


@router.get("/payables/ageing", auth=READ, response=listed(Ageing), summary="What is open with each supplier, by age")
def ageing(request: HttpRequest) -> HttpResponse:
    return show_list(request, selectors.ageing())


@router.post(
    "/suppliers/{supplier_id}/payments",
    auth=PAY,
    response={201: DocumentMade},
    summary="Record a payment to a supplier",
)
def pay(request: HttpRequest, supplier_id: PathId, body: SupplierPaymentIn) -> HttpResponse:
    wanted = PaymentDraft(body.amount, body.paid_on, body.method, body.reference, tuple(body.payables))
    return show(
        request, {"number": services.pay_supplier(supplier_id, wanted, key=body.key, actor=actor(request))}, 201
    )
