"""After-sales for staff: cases, decisions, returned goods, money back."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from zhanggui.aftersales import selectors, services
from zhanggui.aftersales.types import CaseView, PaidDifference, Preview, Received, Refundable
from zhanggui.kernel.problems import NotFound

from ..auth import Staff, actor
from ..describing import describe, listed, paged
from ..fields import Body, Cursor, Limit, integer, text
from ..store.aftersales import CaseReason, PreviewIn, WishIn, wishes_of
from .common import ReasonIn, show, show_list, show_page
from .orders import Number

router = Router()
VIEW, REQUEST, DECIDE, RECEIVE, REFUND = (
    Staff(f"aftersales.{right}") for right in ("view", "request", "decide", "receive", "refund")
)
CaseNumber = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9-]+$")]
CASE = describe(CaseView)
Kind = Literal["cancel", "refund_only", "return_refund"]


class StaffCaseIn(Body):
    """Without `lines`, about all that may be asked for. Staff are not held to the buyers' time limits."""

    kind: Kind
    reason: CaseReason
    lines: Annotated[list[WishIn], Field(min_length=1, max_length=500)] | None = None
    note: text(2000) = ""  # type: ignore[valid-type]


class ApproveIn(Body):
    """`price` is what a unit was found to cost elsewhere (minor units), where that is not what the buyer claimed."""

    note: text(2000) = ""  # type: ignore[valid-type]
    price: integer(0, 10**12) | None = None  # type: ignore[valid-type]


class ReceivedIn(Body):
    line: integer(1, 10_000)  # type: ignore[valid-type]
    good: integer(0, 10**9)  # type: ignore[valid-type]
    damaged: integer(0, 10**9) = 0  # type: ignore[valid-type]


class ReturnReceivedIn(Body):
    """Units that can be sold again, and units that cannot; fewer than asked for shrinks the case."""

    lines: Annotated[list[ReceivedIn], Field(min_length=1, max_length=500)]
    note: text(2000) = ""  # type: ignore[valid-type]


@router.get("/cases", auth=VIEW, response=paged(CaseView), summary="Cases, newest first")
def cases(
    request: HttpRequest,
    state: Literal[
        "", "requested", "approved", "awaiting_return", "received", "refunding", "closed", "rejected", "withdrawn"
    ] = "",
    kind: Literal["", "cancel", "refund_only", "return_refund", "price_guarantee"] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    return show_page(request, selectors.cases(state=state, kind=kind, cursor=cursor, limit=limit))


@router.get("/cases/{case_number}", auth=VIEW, response=CASE, summary="One case")
def case(request: HttpRequest, case_number: CaseNumber) -> HttpResponse:
    found = selectors.case(case_number)
    if found is None:
        raise NotFound()
    return show(request, found)


@router.get("/orders/{number}/cases", auth=VIEW, response=listed(CaseView), summary="An order's cases, oldest first")
def order_cases(request: HttpRequest, number: Number) -> HttpResponse:
    return show_list(request, selectors.cases_of([number])[number])


@router.get(
    "/orders/{number}/differences", auth=VIEW, response=listed(PaidDifference), summary="Differences of price paid back"
)
def differences(request: HttpRequest, number: Number) -> HttpResponse:
    return show_list(request, selectors.paid_differences(number))


@router.get("/orders/{number}/refundable", auth=VIEW, response=listed(Refundable), summary="What may be asked for")
def refundable(request: HttpRequest, number: Number) -> HttpResponse:
    return show_list(request, selectors.refundable(number))


@router.post("/orders/{number}/cases", auth=REQUEST, response={201: CASE}, summary="Open a case for a buyer")
def open_case(request: HttpRequest, number: Number, body: StaffCaseIn) -> HttpResponse:
    wishes = wishes_of(body.lines)
    made = services.request(
        number, kind=body.kind, reason=body.reason, lines=wishes, note=body.note, actor=actor(request)
    )
    return show(request, made, 201)


@router.post(
    "/orders/{number}/cases/preview", auth=REQUEST, response=describe(Preview), summary="What a case would give back"
)
def preview(request: HttpRequest, number: Number, body: PreviewIn) -> HttpResponse:
    """Nothing is opened."""
    found = selectors.preview(
        number, kind=body.kind, reason=body.reason, lines=wishes_of(body.lines), actor=actor(request)
    )
    return show(request, found)


@router.post("/cases/{case_number}/approve", auth=DECIDE, response=CASE, summary="Agree")
def approve(request: HttpRequest, case_number: CaseNumber, body: ApproveIn) -> HttpResponse:
    """Units of a `cancel` go back to stock at once; a return is waited for. A price claimed elsewhere needs `aftersales.guarantee`."""
    return show(request, services.approve(case_number, note=body.note, price=body.price, actor=actor(request)))


@router.post("/cases/{case_number}/reject", auth=DECIDE, response=CASE, summary="Refuse, in words for the buyer")
def reject(request: HttpRequest, case_number: CaseNumber, body: ReasonIn) -> HttpResponse:
    return show(request, services.reject(case_number, reason=body.reason, actor=actor(request)))


@router.post("/cases/{case_number}/receive", auth=RECEIVE, response=CASE, summary="What came back, inspected")
def receive(request: HttpRequest, case_number: CaseNumber, body: ReturnReceivedIn) -> HttpResponse:
    received = [Received(entry.line, entry.good, entry.damaged) for entry in body.lines]
    return show(request, services.receive_return(case_number, received, note=body.note, actor=actor(request)))


@router.post("/cases/{case_number}/refund", auth=REFUND, response=CASE, summary="Send the money back")
def refund(request: HttpRequest, case_number: CaseNumber) -> HttpResponse:
    """The way it came; the gateway is asked afterwards."""
    return show(request, services.refund(case_number, actor=actor(request)))
