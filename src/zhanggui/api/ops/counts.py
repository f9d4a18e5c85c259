"""Stock-takes: begun, counted, handed in, approved, posted."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from zhanggui.inventory import selectors, services
from zhanggui.inventory.types import Counted, CountLineView, CountOutcome, CountView
from zhanggui.kernel.problems import NotFound

from ..auth import Staff, actor
from ..describing import listed
from ..fields import Body, Flag, Int64, integer, line
from .common import Code, Reason, SkuCode, show_list, sku_ids

router = Router()
VIEW, COUNT, APPROVE = (Staff(f"inventory.{right}") for right in ("view", "count", "approve_count"))


class StockTakeIn(Body):
    """All of the warehouse, or zones of it, or a category, or some SKUs. `blind`: the pages do not show the book meanwhile."""

    warehouse_id: Int64
    zones: Annotated[list[line(40)], Field(max_length=100)] = []  # type: ignore[valid-type]
    category_id: Int64 | None = None
    skus: Annotated[list[SkuCode], Field(max_length=1000)] = []
    blind: Flag = True
    note: line(200, required=False) = ""  # type: ignore[valid-type]


class CountedIn(Body):
    """Units found at a shelf (`location`, "" for none)."""

    sku: SkuCode
    quantity: integer(0, 10**9)  # type: ignore[valid-type]
    location: line(40, required=False) = ""  # type: ignore[valid-type]
    batch: line(60, required=False) = ""  # type: ignore[valid-type]


class CountedRowsIn(Body):
    """`replace` counts anew what has been counted."""

    rows: Annotated[list[CountedIn], Field(min_length=1, max_length=1000)]
    replace: Flag = False


class HandInIn(Body):
    """`reason` is that of all differences without one."""

    reason: line(200, required=False) = ""  # type: ignore[valid-type]


class WhyIn(Body):
    reason: Reason


def _one(request: HttpRequest, number: str) -> HttpResponse:
    view = selectors.count(number)
    if view is None:
        raise NotFound()
    return show_list(request, [view])


@router.get("/stock/counts", auth=VIEW, response=listed(CountView), summary="Stock-takes, newest first")
def counts(request: HttpRequest, state: Annotated[str, Query(max_length=10)] = "") -> HttpResponse:
    """The newest 200."""
    return show_list(request, selectors.counts(state=state, limit=200).items)


@router.get("/stock/counts/{number}", auth=VIEW, response=listed(CountView), summary="A stock-take")
def count(request: HttpRequest, number: Code) -> HttpResponse:
    return _one(request, number)


@router.get("/stock/counts/{number}/lines", auth=VIEW, response=listed(CountLineView), summary="Lines of a stock-take")
def lines(
    request: HttpRequest,
    number: Code,
    only: Annotated[str, Query(pattern="^(open|counted|different|again|held)?$")] = "",
) -> HttpResponse:
    """The first 2000 in walking order; `only` narrows them: open, counted, different, again, held."""
    view = selectors.count(number)
    if view is None:
        raise NotFound()
    return show_list(request, selectors.count_lines(view.id, only=only, limit=2000).items)


@router.post("/stock/counts", auth=COUNT, response=listed(CountView), summary="Begin a stock-take")
def start_count(request: HttpRequest, body: StockTakeIn) -> HttpResponse:
    number = services.start_count(
        body.warehouse_id, zones=body.zones, category_id=body.category_id, sku_ids=sku_ids(body.skus) if body.skus else [],
        blind=body.blind, note=body.note, actor=actor(request),
    )  # fmt: skip
    return _one(request, number)


@router.post("/stock/counts/{number}/rows", auth=COUNT, response=listed(CountView), summary="Say what was found")
def count_rows(request: HttpRequest, number: Code, body: CountedRowsIn) -> HttpResponse:
    """All rows or none; each is held against the book of this moment."""
    ids = sku_ids([row.sku for row in body.rows])
    rows = [Counted(sku, row.quantity, row.location, row.batch) for sku, row in zip(ids, body.rows, strict=True)]
    services.count(number, rows, replace=body.replace, actor=actor(request))
    return _one(request, number)


@router.post("/stock/counts/{number}/submit", auth=COUNT, response=listed(CountView), summary="Hand a stock-take in")
def submit_count(request: HttpRequest, number: Code, body: HandInIn) -> HttpResponse:
    services.submit_count(number, reason=body.reason, actor=actor(request))
    return _one(request, number)


@router.post(
    "/stock/counts/{number}/approve", auth=APPROVE, response=listed(CountView), summary="Approve the differences"
)
def approve_count(request: HttpRequest, number: Code) -> HttpResponse:
    services.approve_count(number, actor=actor(request))
    return _one(request, number)


@router.post("/stock/counts/{number}/reopen", auth=COUNT, response=listed(CountView), summary="Count on")
def reopen_count(request: HttpRequest, number: Code, body: WhyIn) -> HttpResponse:
    services.reopen_count(number, reason=body.reason, actor=actor(request))
    return _one(request, number)


@router.post("/stock/counts/{number}/post", auth=COUNT, response=listed(CountOutcome), summary="Post the differences")
def post_count(request: HttpRequest, number: Code) -> HttpResponse:
    """Each once; what is promised meanwhile is held, and tried again by the next call."""
    return show_list(request, [services.post_count(number, actor=actor(request))])


@router.post("/stock/counts/{number}/close", auth=APPROVE, response=listed(CountView), summary="Give held lines up")
def close_count(request: HttpRequest, number: Code, body: WhyIn) -> HttpResponse:
    services.close_count(number, reason=body.reason, actor=actor(request))
    return _one(request, number)


@router.post("/stock/counts/{number}/cancel", auth=COUNT, response=listed(CountView), summary="Give a stock-take up")
def cancel_count(request: HttpRequest, number: Code, body: WhyIn) -> HttpResponse:
    services.cancel_count(number, reason=body.reason, actor=actor(request))
    return _one(request, number)
