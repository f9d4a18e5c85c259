"""Problem items of the service desk: recorded, followed, ended; and the days that were signed off."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from zhanggui.accounts import selectors as accounts
from zhanggui.kernel.problems import NotFound
from zhanggui.servicedesk import selectors, services
from zhanggui.servicedesk.types import DayCheckView, ProblemDraft, ProblemEntryView, ProblemFigures, ProblemView

from ..auth import Staff, actor
from ..describing import describe, listed, paged
from ..fields import BIGINT, Answer, Body, Cursor, Day, Int64, Limit, line, text
from .common import Code, show, show_list, show_page

router = Router()
VIEW, HANDLE = Staff("problems.view"), Staff("problems.handle")
PROBLEM = describe(ProblemView)
Kind = Literal["exchange", "photo", "urge", "refund", "lost", "wrong", "complaint", "other"]
MaybeKind = Literal["", "exchange", "photo", "urge", "refund", "lost", "wrong", "complaint", "other"]


class ProblemIn(Body):
    """Without `due_on` it is due as the mall says; an order is known from the case, where one is given."""

    kind: Kind
    words: text(1000, required=True)  # type: ignore[valid-type]
    order_number: line(40, required=False) = ""  # type: ignore[valid-type]
    parcel: line(40, required=False) = ""  # type: ignore[valid-type]
    case_number: line(40, required=False) = ""  # type: ignore[valid-type]
    product_id: Int64 | None = None
    due_on: Day | None = None


class ProblemWordsIn(Body):
    words: text(1000, required=True)  # type: ignore[valid-type]


class ProblemWaitIn(ProblemWordsIn):
    until: Day


class ProblemHandIn(Body):
    user_id: Int64
    words: text(1000) = ""  # type: ignore[valid-type]


class ProblemFiguresOut(Answer):
    """`person` has what each opened and ended."""

    whole: describe(ProblemFigures)  # type: ignore[valid-type]
    kind: list[describe(ProblemFigures)]  # type: ignore[valid-type]
    person: list[describe(ProblemFigures)]  # type: ignore[valid-type]


@router.get("/problems", auth=VIEW, response=paged(ProblemView), summary="Problem items, the first due first")
def problems(
    request: HttpRequest,
    state: Literal["", "unsolved", "open", "waiting", "solved", "given_up"] = "",
    kind: MaybeKind = "",
    due: Literal["", "today", "overdue", "pressing"] = "",
    owner_id: Annotated[int | None, Query(ge=1, le=BIGINT)] = None,
    q: Annotated[str, Query(max_length=40)] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """`q` is the number of an item, an order, a case or a parcel; `pressing` is due today or overdue."""
    page = selectors.problems(state=state, kind=kind, due=due, owner_id=owner_id, q=q, cursor=cursor, limit=limit)
    return show_page(request, page)


@router.post("/problems", auth=HANDLE, response={201: PROBLEM}, summary="Record a problem")
def create(request: HttpRequest, body: ProblemIn) -> HttpResponse:
    return show(request, services.open_problem(ProblemDraft(**body.model_dump()), actor=actor(request)), 201)


@router.get("/problems/figures", auth=VIEW, response=ProblemFiguresOut, summary="Opened, closed, on time")
def figures(request: HttpRequest, first: Day, last: Day) -> HttpResponse:
    """Business days from `first` to `last`, both included."""
    found = selectors.problem_figures(first, last)
    return show(request, {"whole": found[""][0], "kind": found["kind"], "person": found["person"]})


@router.get("/problems/{number}", auth=VIEW, response=PROBLEM, summary="One problem item")
def problem(request: HttpRequest, number: Code) -> HttpResponse:
    found = selectors.problem(number)
    if found is None:
        raise NotFound()
    return show(request, found)


@router.get("/problems/{number}/log", auth=VIEW, response=listed(ProblemEntryView), summary="What was done about it")
def log(request: HttpRequest, number: Code) -> HttpResponse:
    return show_list(request, selectors.entries(number))


@router.post("/problems/{number}/comment", auth=HANDLE, response=PROBLEM, summary="Note what was done")
def comment(request: HttpRequest, number: Code, body: ProblemWordsIn) -> HttpResponse:
    return show(request, services.comment(number, body.words, actor=actor(request)))


@router.post("/problems/{number}/wait", auth=HANDLE, response=PROBLEM, summary="Somebody else is waited for")
def wait(request: HttpRequest, number: Code, body: ProblemWaitIn) -> HttpResponse:
    return show(request, services.wait(number, body.words, until=body.until, actor=actor(request)))


@router.post("/problems/{number}/solve", auth=HANDLE, response=PROBLEM, summary="Solved, and how")
def solve(request: HttpRequest, number: Code, body: ProblemWordsIn) -> HttpResponse:
    return show(request, services.solve(number, body.words, actor=actor(request)))


@router.post("/problems/{number}/give-up", auth=HANDLE, response=PROBLEM, summary="Given up, and why")
def give_up(request: HttpRequest, number: Code, body: ProblemWordsIn) -> HttpResponse:
    return show(request, services.give_up(number, body.words, actor=actor(request)))


@router.post("/problems/{number}/reopen", auth=HANDLE, response=PROBLEM, summary="Worked on again")
def reopen(request: HttpRequest, number: Code, body: ProblemWordsIn) -> HttpResponse:
    return show(request, services.reopen(number, body.words, actor=actor(request)))


@router.post("/problems/{number}/hand-over", auth=HANDLE, response=PROBLEM, summary="Another colleague owns it")
def hand_over(request: HttpRequest, number: Code, body: ProblemHandIn) -> HttpResponse:
    name = accounts.staff(body.user_id).name
    return show(request, services.hand_over(number, body.user_id, name, words=body.words, actor=actor(request)))


@router.get("/daily-checks", auth=VIEW, response=paged(DayCheckView), summary="Days that were signed off, newest first")
def daily_checks(
    request: HttpRequest,
    user_id: Annotated[int | None, Query(ge=1, le=BIGINT)] = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    return show_page(request, selectors.day_checks(user_id=user_id, cursor=cursor, limit=limit))
