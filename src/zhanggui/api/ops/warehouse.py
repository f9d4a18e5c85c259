"""The warehouse's day: the review of paid orders, waves and their pick lists, and the packing table.

Whom an order goes to is not said here: `/orders/{number}` says it to those who may see it.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from zhanggui.fulfilment import services
from zhanggui.fulfilment.selectors import warehouse as reads
from zhanggui.fulfilment.types import BoxView, Packed, PickLine, TaskView, WaveView
from zhanggui.kernel.problems import NotFound

from ..auth import Staff, actor
from ..describing import describe, listed, paged, plain
from ..fields import Answer, Body, Cursor, Flag, Int64, Limit, PathId, Time, integer, line
from ..frame import language, nothing, reply
from .common import Code, OptionalReason, ReasonIn, SkuCode, show, show_list, show_page
from .orders import Number, OrderNumber, Waybill

router = Router()
VIEW, REVIEW = Staff("fulfilment.view"), Staff("fulfilment.review")
WAVES, PACK = Staff("fulfilment.waves"), Staff("fulfilment.pack")
WAVE, TASK = describe(WaveView), describe(TaskView)
MOST_TASKS = 600


class OrderReviewOut(Answer):
    """What the review says of an order. `bundle`: the box it shares with others; `parts`: units by line of each box it is split into."""

    order_number: str
    state: str
    findings: list[dict[str, Any]]
    bundle: str
    parts: list[dict[str, int]]
    warehouses: list[int]
    due_at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str


class OrderReviewPage(Answer):
    items: list[OrderReviewOut]
    next_cursor: str | None


class ReviewedIn(Body):
    numbers: Annotated[list[OrderNumber], Field(min_length=1, max_length=500)]
    reason: OptionalReason = ""


class HeldIn(ReasonIn):
    numbers: Annotated[list[OrderNumber], Field(min_length=1, max_length=500)]


class Decided(Answer):
    """The orders this call decided; the others were in another state already."""

    numbers: list[str]


class WaveIn(Body):
    """Up to `limit` passed orders of a warehouse, the most urgent first: of one article, of several, or all; `paid_until` is the
    cut-off, `due_until` keeps what has to leave by then."""

    warehouse: Int64
    kind: Literal["mixed", "single", "multi"] = "mixed"
    carrier: Code | Literal[""] = ""
    paid_until: Time | None = None
    due_until: Time | None = None
    limit: integer(1, 500) = 100  # type: ignore[valid-type]


class ShortIn(Body):
    sku: SkuCode
    missing: integer(1, 1_000_000)  # type: ignore[valid-type]


class ResumeIn(Body):
    """`found`: the missing units are there; without, the rest leaves without them."""

    found: Flag


class OpenIn(Body):
    """`code` is an order's number, its parcel's or its waybill's. `take_over`: although another packer has it."""

    code: line(40)  # type: ignore[valid-type]
    take_over: Flag = False


class ScanIn(Body):
    code: line(100)  # type: ignore[valid-type]


class BoxCloseIn(Body):
    """`weight_g` is checked where every article's weight is known; another weight needs a reason."""

    carrier: Code
    waybill_no: Waybill
    weight_g: integer(1, 10_000_000) | None = None  # type: ignore[valid-type]
    weight_reason: line(200, required=False) = ""  # type: ignore[valid-type]


class BoxOut(Answer):
    """A box on the packing table: its tasks with what is scanned of each line, the words that go with it, and its weight."""

    tasks: list[TASK]  # type: ignore[valid-type]
    notes: list[dict[str, Any]]
    buyer_notes: list[str]
    inserts: list[str]
    expected_g: int | None
    complete: bool


class ScannedOut(Answer):
    packed: describe(Packed)  # type: ignore[valid-type]
    complete: bool


class Left(Answer):
    """The parcels that left."""

    parcels: list[str]


# --- the review ----------------------------------------------------------------------------------------------------


@router.get("/review", auth=VIEW, response=OrderReviewPage, summary="Orders the review holds or has passed")
def reviews(
    request: HttpRequest, state: Literal["held", "passed"] = "held", cursor: Cursor = "", limit: Limit = 50
) -> HttpResponse:
    """The most urgent first; `passed` are those in no wave yet."""
    return show_page(request, reads.reviews(state, cursor=cursor, limit=limit))


@router.post("/review/pass", auth=REVIEW, response=Decided, summary="Let orders go on to the waves")
def pass_orders(request: HttpRequest, body: ReviewedIn) -> HttpResponse:
    """Orders that wait for their group stay held."""
    return reply({"numbers": services.pass_orders(body.numbers, reason=body.reason, actor=actor(request))})


@router.post("/review/hold", auth=REVIEW, response=Decided, summary="Hold orders the warehouse has not begun")
def hold_orders(request: HttpRequest, body: HeldIn) -> HttpResponse:
    return reply({"numbers": services.hold_orders(body.numbers, reason=body.reason, actor=actor(request))})


@router.get("/review/{number}", auth=VIEW, response=OrderReviewOut, summary="What the review says of an order")
def review(request: HttpRequest, number: Number) -> HttpResponse:
    found = reads.reviews_of([number]).get(number)
    if found is None:
        raise NotFound()
    return show(request, found)


# --- waves ---------------------------------------------------------------------------------------------------------


@router.get("/waves", auth=VIEW, response=paged(WaveView), summary="Waves, newest first")
def waves(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    return show_page(request, reads.waves(cursor=cursor, limit=limit))


@router.post("/waves", auth=WAVES, response={201: WAVE}, summary="Make a wave of passed orders")
def make_wave(request: HttpRequest, body: WaveIn) -> HttpResponse:
    """From now on cancelling one of them is an after-sales case."""
    number = services.make_wave(
        warehouse_id=body.warehouse, kind=body.kind, carrier=body.carrier, paid_until=body.paid_until,
        due_until=body.due_until, limit=body.limit, actor=actor(request),
    )  # fmt: skip
    return show(request, reads.wave(number), 201)


@router.get("/waves/{number}", auth=VIEW, response=WAVE, summary="One wave and how far it has come")
def wave(request: HttpRequest, number: Number) -> HttpResponse:
    return show(request, reads.wave(number))


@router.get("/waves/{number}/tasks", auth=VIEW, response=listed(TaskView), summary="The boxes of a wave")
def tasks(request: HttpRequest, number: Number) -> HttpResponse:
    reads.wave(number)
    return show_list(request, reads.tasks_of(number, limit=MOST_TASKS))


@router.get("/waves/{number}/picks", auth=VIEW, response=listed(PickLine), summary="The pick list, in walking order")
def picks(request: HttpRequest, number: Number) -> HttpResponse:
    """`baskets` are (basket, units) to put it into; what nobody names a shelf for stands at the end."""
    return show_list(request, reads.pick_list(number))


@router.post("/waves/{number}/short", auth=WAVES, response=Decided, summary="Units that were not on the shelf")
def short(request: HttpRequest, number: Number, body: ShortIn) -> HttpResponse:
    """The orders that go short: those due last."""
    return reply({"numbers": services.report_short(number, body.sku, body.missing, actor=actor(request))})


# --- the packing table ---------------------------------------------------------------------------------------------


@router.get("/packing", auth=PACK, response=listed(TaskView), summary="What the caller has begun to pack")
def on_the_table(request: HttpRequest) -> HttpResponse:
    return show_list(request, reads.on_the_table(actor(request).id or 0))


@router.post("/packing", auth=PACK, response={201: BoxOut}, summary="Begin to pack an order")
def open_box(request: HttpRequest, body: OpenIn) -> HttpResponse:
    """Orders that share a box are opened together; the tasks' ids name the box from now on."""
    return _box(request, services.open_box(body.code, take_over=body.take_over, actor=actor(request)), 201)


@router.get("/packing/{task_id}", auth=PACK, response=BoxOut, summary="A box and what lies in it")
def box(request: HttpRequest, task_id: PathId) -> HttpResponse:
    return _box(request, task_id)


@router.post("/packing/{task_id}/scan", auth=PACK, response=ScannedOut, summary="One article into the box")
def scan(request: HttpRequest, task_id: PathId, body: ScanIn) -> HttpResponse:
    """By its SKU or barcode. What does not fit is refused with `packing_stopped`, and `stop` says why; nothing changes."""
    packed = services.scan(task_id, body.code, actor=actor(request))
    return show(request, {"packed": packed, "complete": reads.box(task_id).complete})


@router.post("/packing/{task_id}/empty", auth=PACK, response=BoxOut, summary="Everything out, scan anew")
def empty(request: HttpRequest, task_id: PathId) -> HttpResponse:
    services.empty_box(task_id, actor=actor(request))
    return _box(request, task_id)


@router.post("/packing/{task_id}/aside", auth=PACK, response={204: None}, summary="Let go of a box")
def aside(request: HttpRequest, task_id: PathId) -> HttpResponse:
    services.put_aside(task_id, actor=actor(request))
    return nothing()


@router.post("/packing/{task_id}/resume", auth=WAVES, response={204: None}, summary="A box that went short goes on")
def resume(request: HttpRequest, task_id: PathId, body: ResumeIn) -> HttpResponse:
    services.resume(task_id, found=body.found, actor=actor(request))
    return nothing()


@router.post("/packing/{task_id}/close", auth=PACK, response=Left, summary="The box leaves with a waybill")
def close(request: HttpRequest, task_id: PathId, body: BoxCloseIn) -> HttpResponse:
    parcels = services.close_box(
        task_id, carrier=body.carrier, waybill_no=body.waybill_no, weight_g=body.weight_g,
        weight_reason=body.weight_reason, actor=actor(request),
    )  # fmt: skip
    return reply({"parcels": parcels})


def _box(request: HttpRequest, task_id: int, status: int = 200) -> HttpResponse:
    view: BoxView = reads.box(task_id)
    lang = language(request)
    return reply(
        {
            "tasks": [plain(task, lang) for task in view.tasks],
            "notes": [plain(note, lang) for note in view.notes],
            "buyer_notes": list(view.buyer_notes),
            "inserts": [rule.label for rule in view.inserts],
            "expected_g": view.expected_g,
            "complete": view.complete,
        },
        status=status,
    )
