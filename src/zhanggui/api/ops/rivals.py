"""Competitors' prices: shops, prices seen, the rules of response, findings and their answers."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from zhanggui.rivals import selectors, services
from zhanggui.rivals.types import FindingView, PriceView, RivalView, RuleView, Seen

from ..auth import Staff, actor
from ..describing import describe, listed, paged
from ..fields import Amount, Answer, Body, Cursor, Day, Flag, Limit, PathId, integer, line
from .common import OptionalReason, ReasonIn, SkuCode, show, show_list, show_page, sku_ids

router = Router()
VIEW, RECORD, RULES = Staff("rivals.view"), Staff("rivals.record"), Staff("rivals.rules")
CHANGE = Staff("pricing.change")


class RivalIn(Body):
    label: line(80)  # type: ignore[valid-type]
    site: line(200, required=False) = ""  # type: ignore[valid-type]
    note: line(500, required=False) = ""  # type: ignore[valid-type]
    active: Flag = True


class SeenPriceIn(Body):
    sku: SkuCode
    price: Amount
    seen_on: Day
    link: line(500, required=False) = ""  # type: ignore[valid-type]
    note: line(200, required=False) = ""  # type: ignore[valid-type]


class SeenPricesIn(Body):
    rows: Annotated[list[SeenPriceIn], Field(min_length=1, max_length=5000)]


class RivalRuleIn(Body):
    """Shares are basis points, amounts minor units; category 0 is everything."""

    category_id: integer(0, 2**63 - 1)  # type: ignore[valid-type]
    answer: Literal["tell", "match", "undercut"]
    threshold: integer(0, 9_999) = 300  # type: ignore[valid-type]
    undercut: Amount = 0
    most_cut: integer(1, 9_999) = 2_000  # type: ignore[valid-type]
    fresh_days: integer(1, 365) = 14  # type: ignore[valid-type]


class RivalAnswerIn(Body):
    price: Amount
    reason: OptionalReason = ""


class PricesRecorded(Answer):
    """How many of the SKUs call for an answer now."""

    findings: int


class RivalAnswered(Answer):
    """`request` waits for approval where the change goes further than one person may."""

    request: int | None


@router.get("/rivals", auth=VIEW, response=listed(RivalView), summary="Competitors")
def rivals(request: HttpRequest) -> HttpResponse:
    return show_list(request, selectors.rivals())


@router.post("/rivals", auth=RECORD, response=listed(RivalView), summary="A new competitor")
def create(request: HttpRequest, body: RivalIn) -> HttpResponse:
    services.save_rival(None, **body.model_dump(), actor=actor(request))
    return show_list(request, selectors.rivals())


@router.get("/rivals/prices", auth=VIEW, response=paged(PriceView), summary="Prices seen, newest first")
def prices(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    return show_page(request, selectors.prices(cursor=cursor, limit=limit))


@router.get("/rivals/rules", auth=VIEW, response=listed(RuleView), summary="The rules of response")
def rules(request: HttpRequest) -> HttpResponse:
    return show_list(request, selectors.rules())


@router.put("/rivals/rules", auth=RULES, response=listed(RuleView), summary="Set a category's rule")
def save_rule(request: HttpRequest, body: RivalRuleIn) -> HttpResponse:
    services.save_rule(RuleView(**body.model_dump()), actor=actor(request))
    return show_list(request, selectors.rules())


@router.get(
    "/rivals/findings", auth=VIEW, response=paged(FindingView), summary="Prices that call for an answer, and answers"
)
def findings(
    request: HttpRequest,
    state: Literal["open", "answered", "ignored", "moot"] = "open",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    return show_page(request, selectors.findings(state=state, cursor=cursor, limit=limit))


@router.post("/rivals/findings/{finding_id}/answer", auth=CHANGE, response=RivalAnswered, summary="Ask another price")
def answer(request: HttpRequest, finding_id: PathId, body: RivalAnswerIn) -> HttpResponse:
    waiting = services.answer(finding_id, price=body.price, reason=body.reason, actor=actor(request))
    return show(request, {"request": waiting})


@router.post("/rivals/findings/{finding_id}/ignore", auth=RECORD, response=describe(FindingView), summary="Leave it be")
def ignore(request: HttpRequest, finding_id: PathId, body: ReasonIn) -> HttpResponse:
    services.ignore(finding_id, reason=body.reason, actor=actor(request))
    return show(request, selectors.finding(finding_id))


@router.put("/rivals/{rival_id}", auth=RECORD, response=listed(RivalView), summary="Change a competitor")
def change(request: HttpRequest, rival_id: PathId, body: RivalIn) -> HttpResponse:
    services.save_rival(rival_id, **body.model_dump(), actor=actor(request))
    return show_list(request, selectors.rivals())


@router.post(
    "/rivals/{rival_id}/prices", auth=RECORD, response={201: PricesRecorded}, summary="Record what a competitor asks"
)
def record(request: HttpRequest, rival_id: PathId, body: SeenPricesIn) -> HttpResponse:
    skus = sku_ids([row.sku for row in body.rows])
    rows = [Seen(sku, row.price, row.seen_on, row.link, row.note) for sku, row in zip(skus, body.rows, strict=True)]
    return show(request, {"findings": services.record_prices(rival_id, rows, actor=actor(request))}, 201)
