"""Prices, planned prices, their history; freight rules. Amounts are minor units of the mall's currency."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from zhanggui.kernel import clock
from zhanggui.kernel.problems import PermissionDenied
from zhanggui.pricing import selectors, services
from zhanggui.pricing.types import FreightRuleView, HistoryView, PriceRow, ScheduledView

from ..auth import Staff, actor
from ..describing import describe, listed, paged, plain
from ..fields import Amount, Answer, Body, Cursor, Flag, Limit, PathId, Time, integer, line
from ..frame import language, nothing, reply
from .common import Made, OptionalReason, Reason, ReasonIn, SkuCode, before, show, show_list, show_page, sku_ids

router = Router()
VIEW, CHANGE, FREIGHT = Staff("pricing.view"), Staff("pricing.change"), Staff("pricing.freight")
Codes = Annotated[list[str], Query(min_length=1, max_length=200)]
SkuQuery = Annotated[str, Query(min_length=1, max_length=100)]
COSTS = frozenset({"cost", "old_cost"})


class PriceOut(Answer):
    """`price` is what is paid now; `base_price` outside all planned windows. `cost` only for those who may see it."""

    sku: str
    list_price: int | None
    price: int | None
    base_price: int | None
    scheduled: bool
    cost: int | None
    windows: list[describe(ScheduledView)]  # type: ignore[valid-type]


class PriceList(Answer):
    items: list[PriceOut]


class PriceIn(Body):
    """Without `sale_price` the list price is paid; without `cost` the cost known before stays."""

    sku: SkuCode
    list_price: Amount
    sale_price: Amount | None = None
    cost: Amount | None = None


class PricesIn(Body):
    rows: Annotated[list[PriceIn], Field(min_length=1, max_length=1000)]
    reason: OptionalReason = ""


class Changed(Answer):
    changed: int


class WindowIn(Body):
    """From `starts_at` until just before `ends_at` (null: until cancelled)."""

    sku: SkuCode
    sale_price: Amount
    starts_at: Time
    ends_at: Time | None = None
    reason: Reason


class FreightIn(Body):
    """`province` empty holds everywhere else; `included_g` 0 covers any weight."""

    method: Annotated[str, Field(strict=True, pattern=r"^[a-z_]{1,20}$")]
    province: line(40, required=False) = ""  # type: ignore[valid-type]
    deliverable: Flag = True
    fee: Amount = 0
    included_g: integer(0, 100_000_000) = 0  # type: ignore[valid-type]
    fee_per_kg: Amount = 0
    free_over: Amount | None = None


@router.get("/prices", auth=VIEW, response=PriceList, summary="Prices of SKUs, now and planned")
def prices(request: HttpRequest, sku: Codes) -> HttpResponse:
    at = clock.now()
    ids = sku_ids(sku, "sku.{}")
    effective, base = selectors.effective_prices(ids, at), selectors.base_prices(ids)
    windows: dict[int, list[ScheduledView]] = {}
    for window in selectors.schedule(ids, ending_after=at):
        windows.setdefault(window.sku_id, []).append(window)
    costs = actor(request).may("pricing.view_cost")
    items = []
    for code, sku_id in zip(sku, ids, strict=True):
        now, own = effective.get(sku_id), base.get(sku_id)
        items.append(
            {
                "sku": code,
                "list_price": now.list_price if now else None,
                "price": now.sale_price if now else None,
                "base_price": own.sale_price if own else None,
                "scheduled": bool(now and now.scheduled),
                "cost": own.cost if own and costs else None,
                "windows": plain(windows.get(sku_id, [])),
            }
        )
    return reply({"items": items})


@router.put("/prices", auth=CHANGE, response=Changed, summary="Set prices, all or none")
def set_prices(request: HttpRequest, body: PricesIn) -> HttpResponse:
    caller = actor(request)
    if any(row.cost is not None for row in body.rows) and not caller.may("pricing.view_cost"):
        raise PermissionDenied()
    ids = sku_ids([row.sku for row in body.rows])
    rows = [
        PriceRow(sku_id, row.list_price, row.sale_price, row.cost) for sku_id, row in zip(ids, body.rows, strict=True)
    ]
    return reply({"changed": services.set_prices(rows, actor=caller, reason=body.reason)})


@router.get("/prices/history", auth=VIEW, response=paged(HistoryView), summary="Every change of a price, newest first")
def history(request: HttpRequest, sku: SkuQuery, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    page = selectors.history(sku_ids([sku], "sku")[0], before_id=before(cursor), limit=limit)
    lang, costs = language(request), actor(request).may("pricing.view_cost")

    def shape(row: HistoryView) -> Any:
        shown = plain(row, lang)
        return shown if costs else {**shown, **dict.fromkeys(COSTS)}

    return show_page(request, page, shape)


@router.post("/prices/windows", auth=CHANGE, response={201: Made}, summary="Plan a sale price")
def plan(request: HttpRequest, body: WindowIn) -> HttpResponse:
    window = services.schedule_price(
        sku_ids([body.sku], "sku")[0],
        sale_price=body.sale_price,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        reason=body.reason,
        actor=actor(request),
    )
    return reply({"id": window}, status=201)


@router.post("/prices/windows/{window_id}/cancel", auth=CHANGE, response={204: None}, summary="End a planned price now")
def cancel(request: HttpRequest, window_id: PathId, body: ReasonIn) -> HttpResponse:
    services.cancel_schedule(window_id, reason=body.reason, actor=actor(request))
    return nothing()


@router.get("/freight", auth=VIEW, response=listed(FreightRuleView), summary="Freight rules")
def freight(request: HttpRequest) -> HttpResponse:
    return show_list(request, selectors.freight_rules())


@router.put(
    "/freight", auth=FREIGHT, response=describe(FreightRuleView), summary="Set the rule of a method and province"
)
def save_freight(request: HttpRequest, body: FreightIn) -> HttpResponse:
    return show(request, services.save_freight_rule(**body.model_dump(), actor=actor(request)))


@router.delete("/freight/{rule_id}", auth=FREIGHT, response={204: None}, summary="Remove a rule")
def delete_freight(request: HttpRequest, rule_id: PathId) -> HttpResponse:
    services.delete_freight_rule(rule_id, actor=actor(request))
    return nothing()
