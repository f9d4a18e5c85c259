"""Orders entered for buyers, reminders to pay, and buyers who ask for their parcels."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from zhanggui.checkout import selectors as checkout
from zhanggui.checkout import services
from zhanggui.checkout.types import Delivery, EnteredOrder, Quote
from zhanggui.kernel import idempotency
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.orders import selectors
from zhanggui.orders import services as orders
from zhanggui.orders.selectors import access_token

from ..auth import Staff, actor
from ..fields import Amount, Answer, Body, Cursor, Int64, Limit, integer, line, text
from ..frame import nothing, reply
from .common import SkuCode, show_page
from .orders import Number, StaffOrder, _order

router = Router()
PLACE, REMIND, ANSWER = Staff("orders.place"), Staff("orders.remind"), Staff("orders.answer")


class EntryLineIn(Body):
    sku: SkuCode
    quantity: integer(1, 1_000_000)  # type: ignore[valid-type]


class EntryReceiverIn(Body):
    name: line(80)  # type: ignore[valid-type]
    mobile: line(40)  # type: ignore[valid-type]
    province: line(40)  # type: ignore[valid-type]
    city: line(40, required=False) = ""  # type: ignore[valid-type]
    district: line(40, required=False) = ""  # type: ignore[valid-type]
    line: line(200)  # type: ignore[valid-type]

    def delivery(self) -> Delivery:
        """Raises ValidationFailed, naming the field."""
        try:
            return services.delivery_of(**self.model_dump())
        except ValidationFailed as wrong:
            raise ValidationFailed(
                errors=[FieldError(f"receiver.{each.loc}", each.code, each.message) for each in wrong.errors]
            ) from None


class EnteredIn(Body):
    """An order for a member, or without `member_id` for a guest. `note` is the buyer's word, `staff_note` the colleagues'.

    With a `bank_reference` the money has come by hand: those who may confirm transfers have it paid at once, for others it waits.
    `expected_total`, minor units: place it only if it comes to that.
    """

    lines: Annotated[list[EntryLineIn], Field(min_length=1, max_length=100)]
    receiver: EntryReceiverIn
    member_id: Int64 | None = None
    coupons: Annotated[list[line(40)], Field(max_length=10)] = []  # type: ignore[valid-type]
    note: text(500) = ""  # type: ignore[valid-type]
    staff_note: text(2000) = ""  # type: ignore[valid-type]
    bank_reference: line(100, required=False) = ""  # type: ignore[valid-type]
    expected_total: Amount | None = None

    def entered(self) -> EnteredOrder:
        return EnteredOrder(
            tuple((each.sku, each.quantity) for each in self.lines),
            self.receiver.delivery(),
            self.member_id,
            tuple(dict.fromkeys(code.strip() for code in self.coupons)),
            self.note.strip(),
            self.staff_note.strip(),
            self.bank_reference.strip(),
        )


class EntryQuoteOut(Answer):
    """What it would cost now; amounts in minor units. `problem`: why it cannot be placed, "" where it can."""

    currency: str
    items_total: int
    discount_total: int
    shipping_total: int
    total: int
    lines: list[dict[str, Any]]
    discounts: list[dict[str, Any]]
    problem: str


class PayLink(Answer):
    """The address below the shop's own at which the buyer pays."""

    number: str
    path: str


class UnpaidRow(Answer):
    number: str
    member_id: int | None
    currency: str
    total: int
    contact_name: str
    contact_mobile: str
    placed_at: datetime
    expires_at: datetime
    reminders: int
    reminded_at: datetime | None


class UnpaidPage(Answer):
    items: list[UnpaidRow]
    next_cursor: str | None


class UrgedRow(Answer):
    number: str
    member_id: int | None
    status: str
    urged_at: datetime
    urge_text: str
    paid_at: datetime | None
    dispatch_due_at: datetime | None
    dispatch_latest_at: datetime | None


class UrgedPage(Answer):
    items: list[UrgedRow]
    next_cursor: str | None


class UrgeAnswerIn(Body):
    answer: line(500)  # type: ignore[valid-type]


def _quoted(quote: Quote) -> dict[str, Any]:
    return {
        "currency": quote.currency, "items_total": quote.items_total, "discount_total": quote.discount_total,
        "shipping_total": quote.shipping_total, "total": quote.total,
        "lines": [
            {"sku": each.sku, "title": each.title, "options": each.options, "quantity": each.quantity,
             "unit_price": each.unit_price, "discount": each.discount, "payable": each.payable, "problem": each.problem}
            for each in quote.lines
        ],
        "discounts": [
            {"label": each.label.zh, "coupon": each.coupon, "amount": each.amount}
            for each in (*quote.verdict.applied, *quote.relief.applied)
        ],
        "problem": quote.problems[0].code if quote.problems else "",
    }  # fmt: skip


@router.post(
    "/orders/entries/quote", auth=PLACE, response=EntryQuoteOut, summary="What an order for a buyer would cost"
)
def quote(request: HttpRequest, body: EnteredIn) -> HttpResponse:
    """As the buyer would pay himself: his tier's prices, promotions, coupons, freight. Nothing is held."""
    return reply(_quoted(checkout.quote(services.request_for(body.entered()))))


@router.post("/orders/entries", auth=PLACE, response={201: StaffOrder}, summary="Place an order for a buyer")
def place(request: HttpRequest, body: EnteredIn) -> HttpResponse:
    """Needs an `Idempotency-Key`; the same again answers the order placed first."""
    key = idempotency.check_key(request.headers.get("Idempotency-Key"))
    made = services.enter_order(body.entered(), key=key, expected_total=body.expected_total, actor=actor(request))
    return _order(request, made.number, 201)


@router.get("/orders/{number}/pay-link", auth=PLACE, response=PayLink, summary="Where its buyer pays")
def pay_link(request: HttpRequest, number: Number) -> HttpResponse:
    """Whoever has it sees and pays the order."""
    return reply({"number": number, "path": f"/pay/{number}?token={access_token(number)}"})


@router.get("/orders/unpaid", auth=REMIND, response=UnpaidPage, summary="Unpaid orders, those that expire first")
def unpaid(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    who = actor(request)
    return show_page(request, selectors.unpaid(cursor=cursor, limit=limit), lambda row: selectors.masked(row, who))


@router.post("/orders/{number}/remind", auth=REMIND, response={204: None}, summary="Remind a buyer to pay")
def remind(request: HttpRequest, number: Number) -> HttpResponse:
    """He reads it on his order; `too_soon` and `too_late_to_remind` keep him from being pressed."""
    orders.remind_to_pay(number, actor=actor(request))
    return nothing()


@router.get("/orders/urged", auth=ANSWER, response=UrgedPage, summary="Buyers who ask for their parcels")
def urged(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    """Who asked first first; it ends by itself when the order leaves."""
    who = actor(request)
    return show_page(request, selectors.urged(cursor=cursor, limit=limit), lambda row: selectors.masked(row, who))


@router.post("/orders/{number}/urge/answer", auth=ANSWER, response={204: None}, summary="Answer such a buyer")
def answer(request: HttpRequest, number: Number, body: UrgeAnswerIn) -> HttpResponse:
    orders.answer_urge(number, body.answer, actor=actor(request))
    return nothing()
