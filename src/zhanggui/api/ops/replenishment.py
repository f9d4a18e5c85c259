"""Replenishment: rounds of forecasts, what SKUs are expected to sell, proposals and the orders made of them."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from zhanggui.kernel.problems import NotFound
from zhanggui.replenishment import selectors, services
from zhanggui.replenishment.types import ForecastView, ProposalView, RoundView

from ..auth import Staff, actor
from ..describing import describe, listed, paged
from ..fields import BIGINT, Answer, Body, Cursor, Int64, Limit, PathId, integer, line
from .common import show, show_list, show_page

router = Router()
VIEW, PLAN = Staff("replenishment.view"), Staff("replenishment.plan")


class ProposalTakenUp(Body):
    """A proposal, and how many units of it are bought (as proposed where it does not say)."""

    id: Int64
    quantity: integer(1, 1_000_000) | None = None  # type: ignore[valid-type]


class ProposalOrderIn(Body):
    proposals: Annotated[list[ProposalTakenUp], Field(min_length=1, max_length=1000)]


class ProposalDismissIn(Body):
    ids: Annotated[list[Int64], Field(min_length=1, max_length=1000)]
    reason: line(300)  # type: ignore[valid-type]


class PurchasesMade(Answer):
    numbers: list[str]


class ProposalsDismissed(Answer):
    count: int


@router.get("/replenishment/rounds", auth=VIEW, response=listed(RoundView), summary="Rounds of forecasts, newest first")
def rounds(request: HttpRequest) -> HttpResponse:
    return show_list(request, selectors.rounds())


@router.post("/replenishment/rounds", auth=PLAN, response={201: describe(RoundView)}, summary="Forecast all SKUs anew")
def begin(request: HttpRequest) -> HttpResponse:
    services.start_round(actor=actor(request))
    return show(request, selectors.rounds(1)[0], 201)


@router.get(
    "/replenishment/forecasts/{sku_id}",
    auth=VIEW,
    response=describe(ForecastView),
    summary="What a SKU is expected to sell",
)
def forecast(request: HttpRequest, sku_id: PathId) -> HttpResponse:
    found = selectors.forecast(sku_id)
    if found is None:
        raise NotFound()
    return show(request, found)


@router.get(
    "/replenishment/proposals", auth=VIEW, response=paged(ProposalView), summary="What to buy, the most urgent first"
)
def proposals(
    request: HttpRequest, state: Literal["open", "ordered", "dismissed"] = "open",
    supplier: Annotated[int, Query(ge=1, le=BIGINT)] | None = None,
    abc: Literal["", "A", "B", "C"] = "", cursor: Cursor = "", limit: Limit = 50,
) -> HttpResponse:  # fmt: skip
    found = selectors.proposals(state=state, supplier_id=supplier, abc=abc, cursor=cursor, limit=limit)
    return show_page(request, found)


@router.post(
    "/replenishment/orders",
    auth=PLAN,
    response={201: PurchasesMade},
    summary="Draft purchase orders of proposals, one a supplier",
)
def order(request: HttpRequest, body: ProposalOrderIn) -> HttpResponse:
    quantities = {each.id: each.quantity for each in body.proposals if each.quantity is not None}
    numbers = services.order_proposals(
        [each.id for each in body.proposals], actor=actor(request), quantities=quantities
    )
    return show(request, {"numbers": numbers}, 201)


@router.post("/replenishment/dismiss", auth=PLAN, response=ProposalsDismissed, summary="Leave proposals be")
def dismiss(request: HttpRequest, body: ProposalDismissIn) -> HttpResponse:
    return show(request, {"count": services.dismiss(body.ids, reason=body.reason, actor=actor(request))})
