"""After-sales for staff: cases, decisions, returned goods, money back."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from zhanggui.aftersales import selectors, services
from zhanggui.aftersales.types import CaseView, PaidDifference, Preview, Received, Refundable, RemarkView, StepView
from zhanggui.kernel.problems import NotFound

from ..auth import Staff, actor
from ..describing import describe, listed, paged, plain
from ..fields import Body, Cursor, Limit, integer, text
from ..frame import language, reply
from ..store.aftersales import CaseKind, CaseReason, Photo, PreviewIn, WishIn, Words, wishes_of
from .common import ReasonIn, show, show_list, show_page
from .orders import Number

router = Router()
VIEW, REQUEST, DECIDE, RECEIVE, REFUND = (
    Staff(f"aftersales.{right}") for right in ("view", "request", "decide", "receive", "refund")
)
CaseNumber = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9-]+$")]
CASE = describe(CaseView)


class StaffCaseIn(Body):
    """Without `lines`, about all that may be asked for. Staff are not held to the buyers' time limits."""

    kind: CaseKind
    reason: CaseReason
    lines: Annotated[list[WishIn], Field(min_length=1, max_length=500)] | None = None
    note: text(2000) = ""  # type: ignore[valid-type]


class SparePartIn(Body):
    line: integer(1, 10_000)  # type: ignore[valid-type]
    sku: text(100)  # type: ignore[valid-type]


class ApproveIn(Body):
    """`price` is what a unit was found to cost elsewhere (minor units), where that is not what the buyer claimed. `parts`: of what was
    missing, the articles that go out where they are not the lines' own."""

    note: text(2000) = ""  # type: ignore[valid-type]
    price: integer(0, 10**12) | None = None  # type: ignore[valid-type]
    parts: Annotated[list[SparePartIn], Field(max_length=500)] = []


class ReceivedIn(Body):
    """`damaged` units are written off, `kept` ones stay as damaged stock, those for the `supplier` too until they go there. Articles
    with serial numbers name those of the good and of the other units, articles with batches the batch; `location` is a shelf."""

    line: integer(1, 10_000)  # type: ignore[valid-type]
    good: integer(0, 10**9)  # type: ignore[valid-type]
    damaged: integer(0, 10**9) = 0  # type: ignore[valid-type]
    kept: integer(0, 10**9) = 0  # type: ignore[valid-type]
    supplier: integer(0, 10**9) = 0  # type: ignore[valid-type]
    batch: text(60) = ""  # type: ignore[valid-type]
    serials: Annotated[list[text(80)], Field(max_length=1000)] = []  # type: ignore[valid-type]
    bad_serials: Annotated[list[text(80)], Field(max_length=1000)] = []  # type: ignore[valid-type]
    location: text(40) = ""  # type: ignore[valid-type]


class ReturnReceivedIn(Body):
    """Units that can be sold again, and units that cannot; fewer than asked for shrinks the case."""

    lines: Annotated[list[ReceivedIn], Field(min_length=1, max_length=500)]
    note: text(2000) = ""  # type: ignore[valid-type]


class SendOnIn(Body):
    """The very goods travel to the buyer again: `repaired`, or refused. `words` are for him."""

    carrier: text(40)  # type: ignore[valid-type]
    waybill_no: text(64)  # type: ignore[valid-type]
    words: text(2000)  # type: ignore[valid-type]
    repaired: bool = False


class StaffRemarkIn(Body):
    """`internal` ones staff alone read."""

    text: Words
    photos: Annotated[list[Photo], Field(max_length=9)] = []
    internal: bool = False


class CategoryTermsIn(Body):
    """Of a category (its id) and all below it, from now on; null and empty: as above it. Without days for returns without a reason
    (0) the words say why."""

    category: integer(1, 10**12)  # type: ignore[valid-type]
    no_reason_days: integer(0, 3650) | None = None  # type: ignore[valid-type]
    claim_days: integer(0, 3650) | None = None  # type: ignore[valid-type]
    kinds: (
        Annotated[list[Literal["return_refund", "refund_only", "exchange", "repair", "resend"]], Field(max_length=5)]
        | None
    ) = None
    way_back: Literal["buyer", "seller", "fault"] | None = None
    zh: text(200) = ""  # type: ignore[valid-type]
    en: text(200) = ""  # type: ignore[valid-type]


@router.get("/cases", auth=VIEW, response=paged(CaseView), summary="Cases, newest first")
def cases(
    request: HttpRequest,
    state: Literal[
        "",
        "requested",
        "approved",
        "awaiting_return",
        "received",
        "replacing",
        "returning",
        "refunding",
        "closed",
        "rejected",
        "withdrawn",
    ] = "",
    kind: Literal["", "cancel", "refund_only", "return_refund", "exchange", "repair", "resend", "price_guarantee"] = "",
    overdue: bool = False,
    by_due: bool = False,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """`by_due`: those with a time, the one due first in front; `overdue`: only those past it."""
    found = selectors.cases(state=state, kind=kind, overdue=overdue, by_due=by_due, cursor=cursor, limit=limit)
    return show_page(request, found)


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
    return show(request, _approve(request, case_number, body))


def _approve(request: HttpRequest, case_number: str, body: ApproveIn) -> CaseView:
    parts = {part.line: part.sku for part in body.parts}
    return services.approve(case_number, note=body.note, price=body.price, parts=parts, actor=actor(request))


@router.post("/cases/{case_number}/reject", auth=DECIDE, response=CASE, summary="Refuse, in words for the buyer")
def reject(request: HttpRequest, case_number: CaseNumber, body: ReasonIn) -> HttpResponse:
    return show(request, services.reject(case_number, reason=body.reason, actor=actor(request)))


@router.post("/cases/{case_number}/receive", auth=RECEIVE, response=CASE, summary="What came back, inspected")
def receive(request: HttpRequest, case_number: CaseNumber, body: ReturnReceivedIn) -> HttpResponse:
    received = [
        Received(
            entry.line, entry.good, entry.damaged, entry.kept, entry.supplier, entry.batch, tuple(entry.serials),
            tuple(entry.bad_serials), entry.location,
        )
        for entry in body.lines
    ]  # fmt: skip
    return show(request, services.receive_return(case_number, received, note=body.note, actor=actor(request)))


@router.post("/cases/{case_number}/refund", auth=REFUND, response=CASE, summary="Send the money back")
def refund(request: HttpRequest, case_number: CaseNumber) -> HttpResponse:
    """The way it came; the gateway is asked afterwards."""
    return show(request, services.refund(case_number, actor=actor(request)))


@router.post(
    "/cases/{case_number}/refund-instead", auth=DECIDE, response=CASE, summary="Money instead of another piece"
)
def refund_instead(request: HttpRequest, case_number: CaseNumber, body: ReasonIn) -> HttpResponse:
    """Of an exchange, a repair or what was missing, while the replacement has not left."""
    return show(request, services.refund_instead(case_number, note=body.reason, actor=actor(request)))


@router.post("/cases/{case_number}/arrived", auth=RECEIVE, response=CASE, summary="The return parcel reached the mall")
def arrived(request: HttpRequest, case_number: CaseNumber) -> HttpResponse:
    return show(request, services.note_arrival(case_number, actor=actor(request)))


@router.post("/cases/{case_number}/send-on", auth=RECEIVE, response=CASE, summary="The goods travel to the buyer again")
def send_on(request: HttpRequest, case_number: CaseNumber, body: SendOnIn) -> HttpResponse:
    sent = services.send_on(
        case_number, carrier=body.carrier, waybill_no=body.waybill_no, words=body.words, repaired=body.repaired,
        actor=actor(request),
    )  # fmt: skip
    return show(request, sent)


@router.get("/cases/{case_number}/remarks", auth=VIEW, response=listed(RemarkView), summary="What was said on a case")
def remarks(request: HttpRequest, case_number: CaseNumber) -> HttpResponse:
    if selectors.case(case_number) is None:
        raise NotFound()
    return show_list(request, selectors.thread(case_number, internal=True))


@router.post(
    "/cases/{case_number}/remarks", auth=VIEW, response={201: listed(RemarkView)}, summary="Add words to a case"
)
def remark(request: HttpRequest, case_number: CaseNumber, body: StaffRemarkIn) -> HttpResponse:
    services.remark(case_number, text=body.text, photos=body.photos, internal=body.internal, actor=actor(request))
    return reply({"items": plain(selectors.thread(case_number, internal=True), language(request))}, status=201)


@router.get(
    "/cases/{case_number}/steps", auth=VIEW, response=listed(StepView), summary="Where a case stood, and until when"
)
def steps(request: HttpRequest, case_number: CaseNumber) -> HttpResponse:
    if selectors.case(case_number) is None:
        raise NotFound()
    return show_list(request, selectors.steps(case_number))


@router.post(
    "/after-sales/policies",
    auth=Staff("aftersales.policy"),
    response={204: None},
    summary="Rules of a category from now on",
)
def save_policy(request: HttpRequest, body: CategoryTermsIn) -> HttpResponse:
    services.save_policy(
        body.category, no_reason_days=body.no_reason_days, claim_days=body.claim_days, kinds=body.kinds, way_back=body.way_back,
        zh=body.zh, en=body.en, actor=actor(request),
    )  # fmt: skip
    return HttpResponse(status=204)
