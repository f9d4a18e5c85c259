"""Ship or tell: the board of deadlines, units that cannot be sent, and what their buyers choose."""

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from zhanggui.kernel.problems import NotFound
from zhanggui.orders import selectors as orders
from zhanggui.promises import selectors, services
from zhanggui.promises.types import BoardRow, ShortageView, Task

from ..auth import Staff, actor
from ..describing import describe, paged, plain
from ..fields import BIGINT, Answer, Body, Cursor, Day, Limit, integer, line
from ..frame import language
from .common import Code, OptionalReason, ReasonIn, show, show_page

router = Router()
VIEW, TELL, ANSWER = Staff("promises.view"), Staff("promises.tell"), Staff("promises.answer")
SHORTAGE = describe(ShortageView)
Urgency = Literal["", "overdue", "late", "soon", "today", "later"]
Standing = Literal["", "held", "passed", "wave", "short", "asked", "supplier", "refused"]


class DeadlineOut(Answer):
    """A paid order that has not left whole: by when it should, by when at the latest, and where it stands."""

    order: str
    due_at: datetime
    latest_at: datetime
    urgency: Urgency
    review: str
    findings: list[str]
    tasks: list[describe(Task)]  # type: ignore[valid-type]
    shortage: str
    suppliers: list[str]


class DeadlinePage(Answer):
    items: list[DeadlineOut]
    next_cursor: str | None


class DeadlineCounts(Answer):
    overdue: int
    late: int
    soon: int
    today: int
    later: int


class ShortLineIn(Body):
    line: integer(1, 10_000)  # type: ignore[valid-type]
    quantity: integer(1, 1_000_000)  # type: ignore[valid-type]


class CannotShipIn(Body):
    """Without `lines` all that has not left. `wait_until` is the day at whose end it will have left if the buyer waits."""

    reason: line(40)  # type: ignore[valid-type]
    words: line(500, required=False) = ""  # type: ignore[valid-type]
    lines: Annotated[list[ShortLineIn], Field(max_length=200)] = []
    wait_until: Day | None = None


class ShortageAnswerIn(Body):
    """What the buyer told staff, and how (`note`)."""

    choice: Literal["wait", "refund"]
    note: OptionalReason = ""


@router.get("/promises/board", auth=VIEW, response=DeadlinePage, summary="Paid orders to send, the most urgent first")
def board(
    request: HttpRequest, urgency: Urgency = "", state: Standing = "",
    warehouse: Annotated[int, Query(ge=1, le=BIGINT)] | None = None, cursor: Cursor = "", limit: Limit = 50,
) -> HttpResponse:  # fmt: skip
    found = selectors.board(urgency=urgency, state=state, warehouse_id=warehouse, cursor=cursor, limit=limit)
    lang = language(request)

    def shape(row: BoardRow) -> dict[str, object]:
        shown = plain(row, lang, without=frozenset({"order", "due", "latest"}))
        return {"order": row.order["number"], "due_at": row.due, "latest_at": row.latest, **shown}

    return show_page(request, found, shape)


@router.get("/promises/counts", auth=VIEW, response=DeadlineCounts, summary="How many orders are how urgent")
def counts(request: HttpRequest) -> HttpResponse:
    """Each counted up to a thousand."""
    return show(request, selectors.counts())


@router.get("/promises/shortages", auth=VIEW, response=paged(ShortageView), summary="Units whose buyers are asked")
def shortages(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    return show_page(request, selectors.shortages(cursor=cursor, limit=limit))


@router.get("/promises/shortages/{number}", auth=VIEW, response=SHORTAGE, summary="Units that cannot be sent")
def shortage(request: HttpRequest, number: Code) -> HttpResponse:
    found = selectors.shortage(number)
    if found is None:
        raise NotFound()
    return show(request, found)


@router.post(
    "/orders/{number}/cannot-ship", auth=TELL, response={201: SHORTAGE}, summary="Units cannot be sent: ask their buyer"
)
def cannot_ship(request: HttpRequest, number: Code, body: CannotShipIn) -> HttpResponse:
    """While he is asked already, that is answered and nothing changes."""
    if orders.find(number) is None:
        raise NotFound()
    lines: dict[int, int] = {}
    for each in body.lines:
        lines[each.line] = lines.get(each.line, 0) + each.quantity
    found = services.cannot_ship(
        number,
        reason=body.reason,
        words=body.words,
        lines=lines or None,
        wait_until=body.wait_until,
        actor=actor(request),
    )
    return show(request, found, 201)


@router.post(
    "/promises/shortages/{number}/answer", auth=ANSWER, response=SHORTAGE, summary="Answer for a buyer who was called"
)
def answer(request: HttpRequest, number: Code, body: ShortageAnswerIn) -> HttpResponse:
    return show(request, services.answer(number, body.choice, note=body.note, actor=actor(request)))


@router.post("/promises/shortages/{number}/withdraw", auth=TELL, response=SHORTAGE, summary="The units were found")
def withdraw(request: HttpRequest, number: Code, body: ReasonIn) -> HttpResponse:
    return show(request, services.withdraw(number, reason=body.reason, actor=actor(request)))
