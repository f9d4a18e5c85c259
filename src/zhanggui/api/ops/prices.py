"""Prices, planned prices, their history. Amounts are minor units of the mall's currency."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock
from zhanggui.kernel.problems import PermissionDenied
from zhanggui.pledges import selectors as pledges
from zhanggui.pledges.types import Apart
from zhanggui.pricing import selectors, services
from zhanggui.pricing.types import (
    Floor,
    FloorRow,
    HistoryView,
    PolicyView,
    PriceRow,
    RequestView,
    ScheduledView,
    SpecialRow,
)
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions.types import LowestView

from ..auth import Staff, actor
from ..describing import describe, listed, paged, plain
from ..fields import BIGINT, Amount, Answer, Body, Cursor, Limit, PathId, Time, integer, line
from ..frame import language, nothing, reply
from .common import OptionalReason, Reason, ReasonIn, SkuCode, before, show, show_list, show_page, sku_ids

router = Router()
VIEW, CHANGE = Staff("pricing.view"), Staff("pricing.change")
COST, RULES, APPROVE = Staff("pricing.view_cost"), Staff("pricing.rules"), Staff("pricing.approve")
Codes = Annotated[list[str], Query(min_length=1, max_length=200)]
#: A category, or 0 for everything.
CategoryOrAll = Annotated[int, Path(ge=0, le=BIGINT)]
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
    """`requests` are changes larger than the price rules let one person make: they wait for another one's approval."""

    changed: int
    requests: list[int]


class WindowMade(Answer):
    """The window's `id`, or null with the `request` that waits for approval."""

    id: int | None
    request: int | None


Kind = Literal["tier", "channel", "employee", "quantity"]
BasisPoints = integer(0, 9_999)


class SpecialOut(Answer):
    """Whose (`kind`, `key`), from how many pieces on, for how much each."""

    sku: str
    kind: Kind
    key: str
    min_quantity: int
    price: int


class SpecialList(Answer):
    items: list[SpecialOut]


class SpecialIn(Body):
    """`key` is the tier's or channel's code, else empty; `price` null takes it away."""

    sku: SkuCode
    kind: Kind
    key: line(40, required=False) = ""  # type: ignore[valid-type]
    min_quantity: integer(1, 1_000_000) = 1  # type: ignore[valid-type]
    price: Amount | None


class SpecialsIn(Body):
    rows: Annotated[list[SpecialIn], Field(min_length=1, max_length=1000)]
    reason: Reason


class FloorOut(Answer):
    """Below what the price must not go (`floor`) and which rule says so (`source`); null: nothing does. `own_floor` and
    `own_margin` are the SKU's own, the rest is its category's. Shares are basis points.
    """

    sku: str
    price: int | None
    floor: int | None
    source: Literal["floor", "margin", "category"] | None
    own_floor: int | None
    own_margin: int | None
    min_margin: int | None
    band_low: int | None
    band_high: int | None
    steps: list[int]
    spend_low: int | None
    spend_high: int | None
    max_change: int | None


class FloorList(Answer):
    items: list[FloorOut]


class LowestOut(Answer):
    """No cart brings a piece below `bound`; a cart brings it to `price`, where these promotions (`rules`) take from it.

    `stale`: something has changed since, and it is looked at again within a minute.
    """

    sku: str
    price: int
    bound: int
    exact: bool
    floor: int | None
    rules: list[int]
    lines: list["LowestLine"]
    coupons: list[int]
    stale: bool


class LowestLine(Answer):
    """`price` is that of one piece before promotions."""

    sku: str
    quantity: int
    price: int


class LowestPage(Answer):
    items: list[LowestOut]
    next_cursor: str | None


class FloorIn(Body):
    """Both are set; null: none of its own."""

    sku: SkuCode
    floor: Amount | None
    min_margin: BasisPoints | None  # type: ignore[valid-type]


class FloorsIn(Body):
    rows: Annotated[list[FloorIn], Field(min_length=1, max_length=1000)]
    reason: Reason


class ChangedRows(Answer):
    changed: int


class PolicyIn(Body):
    """Null says nothing: the category above counts, at last category 0 (everything). Shares are basis points."""

    band_low: Amount | None = None
    band_high: Amount | None = None
    steps: Annotated[list[Amount], Field(max_length=50)] = []
    min_margin: BasisPoints | None = None  # type: ignore[valid-type]
    spend_low: integer(0, 10_000) | None = None  # type: ignore[valid-type]
    spend_high: integer(0, 10_000) | None = None  # type: ignore[valid-type]
    max_change: integer(1, 1_000_000) | None = None  # type: ignore[valid-type]
    reason: Reason


class RequestOut(Answer):
    """A price change somebody asks for, and what became of it. `cost` only for those who may see it."""

    id: int
    sku: str
    kind: Literal["set", "scheduled"]
    list_price: int | None
    price: int
    cost: int | None
    old_list_price: int
    old_price: int
    starts_at: datetime | None
    ends_at: datetime | None
    reason: str
    status: Literal["pending", "accepted", "rejected", "withdrawn"]
    asked_by: str
    asked_at: datetime
    decided_by: str
    decision: str
    decided_at: datetime | None


class RequestPage(Answer):
    items: list[RequestOut]
    next_cursor: str | None


class DecisionIn(Body):
    reason: OptionalReason = ""


class WindowIn(Body):
    """From `starts_at` until just before `ends_at` (null: until cancelled)."""

    sku: SkuCode
    sale_price: Amount
    starts_at: Time
    ends_at: Time | None = None
    reason: Reason


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
    """A price below its floor is refused but for who may go there and says why."""
    caller = actor(request)
    if any(row.cost is not None for row in body.rows) and not caller.may("pricing.view_cost"):
        raise PermissionDenied()
    ids = sku_ids([row.sku for row in body.rows])
    rows = [
        PriceRow(sku_id, row.list_price, row.sale_price, row.cost) for sku_id, row in zip(ids, body.rows, strict=True)
    ]
    done = services.propose_prices(rows, actor=caller, reason=body.reason)
    return reply({"changed": done.changed, "requests": list(done.requests)})


@router.get("/prices/history", auth=VIEW, response=paged(HistoryView), summary="Every change of a price, newest first")
def history(request: HttpRequest, sku: SkuQuery, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    page = selectors.history(sku_ids([sku], "sku")[0], before_id=before(cursor), limit=limit)
    lang, costs = language(request), actor(request).may("pricing.view_cost")

    def shape(row: HistoryView) -> Any:
        shown = plain(row, lang)
        return shown if costs else {**shown, **dict.fromkeys(COSTS)}

    return show_page(request, page, shape)


@router.post("/prices/windows", auth=CHANGE, response={201: WindowMade}, summary="Plan a sale price")
def plan(request: HttpRequest, body: WindowIn) -> HttpResponse:
    done = services.propose_schedule(
        sku_ids([body.sku], "sku")[0],
        sale_price=body.sale_price,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        reason=body.reason,
        actor=actor(request),
    )
    return reply({"id": done.window, "request": next(iter(done.requests), None)}, status=201)


@router.post("/prices/windows/{window_id}/cancel", auth=CHANGE, response={204: None}, summary="End a planned price now")
def cancel(request: HttpRequest, window_id: PathId, body: ReasonIn) -> HttpResponse:
    services.cancel_schedule(window_id, reason=body.reason, actor=actor(request))
    return nothing()


@router.get("/prices/specials", auth=VIEW, response=SpecialList, summary="Special prices of SKUs")
def specials(request: HttpRequest, sku: Codes) -> HttpResponse:
    ids = sku_ids(sku, "sku.{}")
    known = selectors.base_prices(ids)
    return reply(
        {
            "items": [
                {"sku": code, **special._asdict()}
                for code, sku_id in zip(sku, ids, strict=True)
                if sku_id in known
                for special in known[sku_id].specials
            ]
        }
    )


@router.put("/prices/specials", auth=CHANGE, response=ChangedRows, summary="Set special prices, all or none")
def set_specials(request: HttpRequest, body: SpecialsIn) -> HttpResponse:
    """For a member tier, a channel, the staff, or whoever takes enough pieces; the lowest a buyer may have is charged."""
    ids = sku_ids([row.sku for row in body.rows])
    rows = [
        SpecialRow(sku_id, row.kind, row.key, row.min_quantity, row.price)
        for sku_id, row in zip(ids, body.rows, strict=True)
    ]
    return reply({"changed": services.set_specials(rows, reason=body.reason, actor=actor(request))})


@router.get("/prices/floors", auth=COST, response=FloorList, summary="Floors of SKUs, and what their categories rule")
def floors(request: HttpRequest, sku: Codes) -> HttpResponse:
    """For those who may see costs: a floor tells them."""
    ids = sku_ids(sku, "sku.{}")
    known = selectors.floors(ids)
    return reply({"items": [_floor(code, known.get(sku_id)) for code, sku_id in zip(sku, ids, strict=True)]})


def _floor(code: str, floor: Floor | None) -> dict[str, Any]:
    shown = plain(floor) if floor else {"steps": []}
    own = {name: shown.get(name) for name in FloorOut.model_fields}
    return {**own, "sku": code, "price": shown.get("sale_price")}


@router.get("/prices/lowest", auth=COST, response=LowestPage, summary="The lowest reachable price of SKUs")
def lowest_prices(
    request: HttpRequest, part: Literal["", "below", "loss", "bound"] = "", cursor: Cursor = "", limit: Limit = 50
) -> HttpResponse:
    """By SKU; `part`: only those that come below their floor, below cost, or whose price is not exact."""
    found = promotions.lowest_page(part=part, cursor=cursor, limit=limit)
    codes = catalog.sku_codes(
        sorted({sku for row in found.items for sku in (row.sku_id, *(line[0] for line in row.cart["lines"]))})
    )

    def shape(row: LowestView) -> dict[str, Any]:
        lines = [
            {"sku": codes[sku], "quantity": pieces, "price": price}
            for sku, pieces, price in row.cart["lines"]
            if sku in codes
        ]
        return {
            "sku": codes[row.sku_id], "price": row.price, "bound": row.bound, "exact": row.exact, "floor": row.floor,
            "rules": row.rules, "lines": lines, "coupons": row.cart["coupons"], "stale": row.stale,
        }  # fmt: skip

    return show_page(request, found, shape)


@router.get("/prices/apart", auth=COST, response=listed(Apart), summary="Prices that go alone: of presales and groups")
def apart(request: HttpRequest) -> HttpResponse:
    """What a piece comes to in the presales and group offers that run or are to begin, beside floor, cost and ordinary price."""
    return show_list(request, pledges.apart())


@router.put("/prices/floors", auth=RULES, response=ChangedRows, summary="Set floors and least margins, all or none")
def set_floors(request: HttpRequest, body: FloorsIn) -> HttpResponse:
    ids = sku_ids([row.sku for row in body.rows])
    rows = [FloorRow(sku_id, row.floor, row.min_margin) for sku_id, row in zip(ids, body.rows, strict=True)]
    return reply({"changed": services.set_floors(rows, reason=body.reason, actor=actor(request))})


@router.get("/prices/policies", auth=VIEW, response=listed(PolicyView), summary="Price rules of categories")
def policies(request: HttpRequest) -> HttpResponse:
    return show_list(request, selectors.policies())


@router.put(
    "/prices/policies/{category_id}", auth=RULES, response=describe(PolicyView), summary="Set a category's rules"
)
def save_policy(request: HttpRequest, category_id: CategoryOrAll, body: PolicyIn) -> HttpResponse:
    """Category 0 is everything."""
    given = body.model_dump(exclude={"reason"})
    policy = PolicyView(category_id, **{**given, "steps": tuple(given["steps"])})
    return show(request, services.save_policy(policy, reason=body.reason, actor=actor(request)))


@router.delete("/prices/policies/{category_id}", auth=RULES, response={204: None}, summary="Remove a category's rules")
def delete_policy(request: HttpRequest, category_id: CategoryOrAll) -> HttpResponse:
    services.delete_policy(category_id, reason="", actor=actor(request))
    return nothing()


@router.get("/prices/requests", auth=VIEW, response=RequestPage, summary="Price changes asked for, newest first")
def requests(request: HttpRequest, pending: bool = True, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    page = selectors.requests(pending=pending, before_id=before(cursor), limit=limit)
    codes = catalog.sku_codes([row.sku_id for row in page.items])
    costs = actor(request).may("pricing.view_cost")
    return show_page(request, page, lambda row: _request(row, codes, costs))


def _request(row: RequestView, codes: Mapping[int, str], costs: bool) -> dict[str, Any]:
    shown = plain(row)
    for hidden in ("sku_id", "asked_by_id"):
        shown.pop(hidden)
    shown |= {"sku": codes[row.sku_id], "price": shown.pop("sale_price"), "old_price": shown.pop("old_sale_price")}
    return shown if costs else {**shown, "cost": None}


@router.post(
    "/prices/requests/{request_id}/accept", auth=APPROVE, response={204: None}, summary="Approve a price change"
)
def accept(request: HttpRequest, request_id: PathId, body: DecisionIn) -> HttpResponse:
    """The change is made at once. Nobody approves what he asked for himself."""
    services.accept_request(request_id, reason=body.reason, actor=actor(request))
    return nothing()


@router.post(
    "/prices/requests/{request_id}/reject", auth=APPROVE, response={204: None}, summary="Reject a price change"
)
def reject(request: HttpRequest, request_id: PathId, body: ReasonIn) -> HttpResponse:
    services.reject_request(request_id, reason=body.reason, actor=actor(request))
    return nothing()


@router.post("/prices/requests/{request_id}/withdraw", auth=CHANGE, response={204: None}, summary="Take back one's own")
def withdraw(request: HttpRequest, request_id: PathId) -> HttpResponse:
    services.withdraw_request(request_id, actor=actor(request))
    return nothing()
