"""Stock: what lies where, goods in, corrections, movements, warehouses."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors, services
from zhanggui.inventory.types import MovementView, StockRow, WarehouseView

from ..auth import Staff, actor
from ..describing import listed
from ..fields import BIGINT, Answer, Body, Cursor, Flag, Int64, Limit, integer, line
from ..frame import reply
from . import counts, depth
from .common import Code, Reason, SkuCode, before, show_list, sku_ids

router = Router()
router.add_router("", depth.router)
router.add_router("", counts.router)
VIEW, CHANGE, WAREHOUSES = (Staff(f"inventory.{right}") for right in ("view", "change", "warehouses"))
Units = integer(1, 10**9)


class LevelOut(Answer):
    """`free` is what can still be promised; `withheld` is locked, damaged, past its date or in inspection."""

    sku: str
    sku_id: int
    warehouse_id: int
    on_hand: int
    reserved: int
    withheld: int
    free: int


class LevelPage(Answer):
    items: list[LevelOut]
    next_cursor: str | None


class MovementOut(Answer):
    id: int
    sku: str
    sku_id: int
    warehouse_id: int
    delta: int
    balance_after: int
    kind: str
    reference: str
    reason: str
    actor: str
    at: str


class MovementPage(Answer):
    items: list[MovementOut]
    next_cursor: str | None


class SkuUnitsIn(Body):
    """Without a warehouse, the first active one."""

    sku: SkuCode
    quantity: Units  # type: ignore[valid-type]
    warehouse_id: Int64 | None = None


class StockReceivedIn(SkuUnitsIn):
    """With a shelf, a batch and its dates, and a serial number for each unit, where the SKU asks for them."""

    location: line(40, required=False) = ""  # type: ignore[valid-type]
    batch: line(60, required=False) = ""  # type: ignore[valid-type]
    produced_on: date | None = None
    expires_on: date | None = None
    serials: Annotated[list[line(80)], Field(max_length=1000)] = []  # type: ignore[valid-type]


class DeltaIn(Body):
    sku: SkuCode
    quantity: integer(-(10**9), 10**9)  # type: ignore[valid-type]
    warehouse_id: Int64 | None = None


class CountIn(Body):
    sku: SkuCode
    quantity: integer(0, 10**9)  # type: ignore[valid-type]
    warehouse_id: Int64 | None = None


class GoodsIn(Body):
    """`reference` names the delivery."""

    rows: Annotated[list[StockReceivedIn], Field(min_length=1, max_length=1000)]
    reference: line(100, required=False) = ""  # type: ignore[valid-type]
    reason: line(500, required=False) = ""  # type: ignore[valid-type]


class AdjustIn(Body):
    rows: Annotated[list[DeltaIn], Field(min_length=1, max_length=1000)]
    reason: Reason


class WriteOffIn(Body):
    rows: Annotated[list[SkuUnitsIn], Field(min_length=1, max_length=1000)]
    reason: Reason
    sample: Flag = False


class SetIn(Body):
    rows: Annotated[list[CountIn], Field(min_length=1, max_length=1000)]
    reason: Reason


class WarehouseIn(Body):
    """Stock is taken from the warehouse with the lowest `priority` first."""

    name: line(100)  # type: ignore[valid-type]
    region: line(100, required=False) = ""  # type: ignore[valid-type]
    priority: integer(0, 10_000) = 100  # type: ignore[valid-type]
    active: Flag = True


def _rows(rows: list[Any]) -> list[StockRow]:
    ids = sku_ids([row.sku for row in rows])
    return [StockRow(sku_id, row.quantity, row.warehouse_id) for sku_id, row in zip(ids, rows, strict=True)]


def _levels(rows: list[StockRow]) -> HttpResponse:
    """The levels of the SKUs a call has changed."""
    ids = sorted({row.sku_id for row in rows})
    return _shown(selectors.levels(ids), None)


def _shown(levels: list[Any], next_cursor: str | None) -> HttpResponse:
    codes = catalog.sku_codes(sorted({level.sku_id for level in levels}))
    items = [
        {
            "sku": codes.get(level.sku_id, ""),
            "sku_id": level.sku_id,
            "warehouse_id": level.warehouse_id,
            "on_hand": level.on_hand,
            "reserved": level.reserved,
            "withheld": level.withheld,
            "free": level.free,
        }
        for level in levels
    ]
    return reply({"items": items, "next_cursor": next_cursor})


@router.get("/stock", auth=VIEW, response=LevelPage, summary="What lies where")
def stock(
    request: HttpRequest,
    sku: Annotated[list[str], Query(max_length=200)] = [],  # noqa: B006
    warehouse_id: Annotated[int | None, Query(ge=1, le=BIGINT)] = None,
    free_at_most: Annotated[int | None, Query(ge=0, le=10**9)] = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """`free_at_most` finds what runs out."""
    page = selectors.level_page(
        sku_ids=sku_ids(sku, "sku.{}") if sku else None,
        warehouse_id=warehouse_id,
        free_at_most=free_at_most,
        cursor=cursor,
        limit=limit,
    )
    return _shown(page.items, page.next_cursor)


@router.post("/stock/receive", auth=CHANGE, response=LevelPage, summary="Goods in")
def receive(request: HttpRequest, body: GoodsIn) -> HttpResponse:
    rows = [
        replace(
            row, location=given.location, batch=given.batch, produced_on=given.produced_on, expires_on=given.expires_on,
            serials=tuple(given.serials),
        )
        for row, given in zip(_rows(body.rows), body.rows, strict=True)
    ]  # fmt: skip
    services.receive(rows, reference=body.reference, reason=body.reason, actor=actor(request))
    return _levels(rows)


@router.post("/stock/adjust", auth=CHANGE, response=LevelPage, summary="Correct by a difference")
def adjust(request: HttpRequest, body: AdjustIn) -> HttpResponse:
    rows = _rows(body.rows)
    services.adjust(rows, reason=body.reason, actor=actor(request))
    return _levels(rows)


@router.post("/stock/write-off", auth=CHANGE, response=LevelPage, summary="Broken units and samples leave the shelf")
def write_off(request: HttpRequest, body: WriteOffIn) -> HttpResponse:
    rows = _rows(body.rows)
    services.write_off(rows, reason=body.reason, sample=body.sample, actor=actor(request))
    return _levels(rows)


@router.put("/stock", auth=CHANGE, response=LevelPage, summary="Say what was counted")
def set_on_hand(request: HttpRequest, body: SetIn) -> HttpResponse:
    rows = _rows(body.rows)
    services.set_on_hand(rows, reason=body.reason, actor=actor(request))
    return _levels(rows)


@router.get("/stock/movements", auth=VIEW, response=MovementPage, summary="Everything that moved, newest first")
def movements(
    request: HttpRequest,
    sku: Annotated[str, Query(max_length=100)] = "",
    reference: Annotated[str, Query(max_length=100)] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """`reference` is an order, a parcel or a delivery."""
    page = selectors.movements(
        sku_id=sku_ids([sku], "sku")[0] if sku else None, reference=reference, before_id=before(cursor), limit=limit
    )
    codes = catalog.sku_codes(sorted({row.sku_id for row in page.items}))
    return reply({"items": [_movement(row, codes) for row in page.items], "next_cursor": page.next_cursor})


def _movement(row: MovementView, codes: dict[int, str]) -> dict[str, Any]:
    return {
        "id": row.id, "sku": codes.get(row.sku_id, ""), "sku_id": row.sku_id, "warehouse_id": row.warehouse_id,
        "delta": row.delta, "balance_after": row.balance_after, "kind": row.kind, "reference": row.reference,
        "reason": row.reason, "actor": row.actor, "at": row.at,
    }  # fmt: skip


@router.get("/warehouses", auth=VIEW, response=listed(WarehouseView), summary="Warehouses in shipping order")
def warehouses(request: HttpRequest) -> HttpResponse:
    return show_list(request, selectors.warehouses())


@router.put(
    "/warehouses/{code}", auth=WAREHOUSES, response=listed(WarehouseView), summary="Create or change a warehouse"
)
def save_warehouse(request: HttpRequest, code: Code, body: WarehouseIn) -> HttpResponse:
    services.save_warehouse(code=code, **body.model_dump(), actor=actor(request))
    return show_list(request, selectors.warehouses())
