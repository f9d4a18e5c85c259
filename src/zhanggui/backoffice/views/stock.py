"""Stock at the desk: what lies where, what runs short, what moved; goods in and corrections, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors, services
from zhanggui.inventory.types import LevelView, StockRow
from zhanggui.kernel import paging
from zhanggui.kernel.i18n import EN, Text
from zhanggui.kernel.problems import FieldError, Problem, ValidationFailed
from zhanggui.ui import language, page
from zhanggui.ui.forms import EMPTY, FormState
from zhanggui.ui.language import say

from .. import goods, stocking, tables
from ..access import actor, id_in, see_other, staff
from ..attention import LOW_STOCK
from ..messages import flash
from ..tables import Column, Filter, Table

PAGE = 50
TABS = (("", Text("全部", "All")), ("out", Text("已售罄", "Sold out")), ("low", Text("库存不足", "Running short")))
KINDS: dict[str, Text] = {
    "receive": Text("入库", "Received"),
    "adjust": Text("盘点调整", "Adjusted"),
    "ship": Text("发货", "Shipped"),
    "return": Text("退货入库", "Returned"),
    "damage": Text("报损", "Damaged"),
    "sample": Text("样品", "Sample"),
    "transfer": Text("调拨", "Transfer"),
}


@staff("inventory.view", methods=("GET",))
def stock(request: HttpRequest) -> HttpResponse:
    """Levels by SKU and warehouse; the same number of statements at any size."""
    return _stock(request)


def _stock(request: HttpRequest, form: FormState = EMPTY, status: int = 200) -> HttpResponse:
    language.use(language.of(request))
    houses = {each.id: each.name for each in selectors.warehouses()}
    filters = (
        Filter("sku", Text("SKU 编码", "SKU code")),
        Filter("warehouse", Text("仓库", "Warehouse"), "choice", tuple((str(k), v) for k, v in houses.items())),
    )
    asked = tables.asked(request, filters, keep=("level",))
    level = asked.extra.get("level", "")
    level = level if level in ("out", "low") else ""
    wanted = [each.sku_id for each in catalog.sellable_by_code([asked["sku"]]) if each.sku_id] if asked["sku"] else None
    found = selectors.level_page(
        sku_ids=wanted,
        warehouse_id=id_in(asked["warehouse"]),
        free_at_most={"out": 0, "low": LOW_STOCK}.get(level),
        cursor=asked.cursor,
        limit=PAGE,
    )
    codes = catalog.sku_codes([row.sku_id for row in found.items])
    known = {each.sku_id: each for each in catalog.sellable_by_code(list(codes.values()))}
    english = catalog.english_names(list(codes)) if codes and language.of(request) == EN else {}
    counts = selectors.short_counts(LOW_STOCK)
    shown = {"": None, "out": counts["out"], "low": counts["out"] + counts["low"]}

    def goods_of(row: LevelView) -> str:
        item, name = known.get(row.sku_id), english.get(row.sku_id)
        if name and name.title:
            return f"{name.title} {name.options}".strip()
        return f"{item.title} {item.options}".strip() if item else ""

    table = Table(
        columns=[
            Column("sku", Text("SKU", "SKU"), kind="link",
                   value=lambda row: (codes.get(row.sku_id, ""), f"/office/stock/sku/{row.sku_id}")),
            Column("goods", Text("商品", "Goods"), value=goods_of),
            Column("warehouse", Text("仓库", "Warehouse"), value=lambda row: houses.get(row.warehouse_id, "")),
            Column("on_hand", Text("在库", "On hand"), kind="number"),
            Column("reserved", Text("已占用", "Promised"), kind="number"),
            Column("withheld", Text("停售", "Not for sale"), kind="number"),
            Column("free", Text("可售", "Free"), kind="number"),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=filters,
        asked=asked,
        key="stock",
        row_key=lambda row: f"{row.sku_id}-{row.warehouse_id}",
        row_tone=lambda row: "bad" if row.free <= 0 else "",
        tabs=[(say(words), f"{request.path}?level={name}" if name else request.path, name == level, shown[name]) for name, words in TABS],
        caption=Text("库存", "Stock"),
        empty=(Text("这里没有库存", "Nothing here"), Text("入库后会出现在这里", "It appears once goods are received")),
    )  # fmt: skip
    return page.render(
        request,
        "backoffice/stock.html",
        status=status,
        table=table,
        form=form,
        sections=stocking.sections(""),
        houses=[("", say(Text("默认仓库", "The first warehouse"))), *((str(k), v) for k, v in houses.items())],
        kinds=[("receive", say(Text("入库（增加）", "Goods in (adds)"))), ("set", say(Text("盘点（改为）", "Counted (becomes)"))),
               ("write_off", say(Text("报损（减少）", "Write off (takes)"))), ("sample", say(Text("样品领用（减少）", "Sample (takes)")))],
    )  # fmt: skip


@staff("inventory.change", methods=("POST",))
def change(request: HttpRequest) -> HttpResponse:
    """Goods in, counted, written off or taken as a sample."""
    given, errors = request.POST, []  # type: ignore[var-annotated]
    code, kind, reason = given.get("sku", "").strip(), given.get("kind", ""), given.get("reason", "").strip()
    units = goods.units(given.get("units", ""), "units", errors)

    def do() -> None:
        found = [each.sku_id for each in catalog.sellable_by_code([code]) if each.sku_id] if code else []
        if not found:
            errors.append(FieldError("sku", "unknown", Text("没有这个 SKU", "no such SKU")))
        if units is None and not errors:
            errors.append(FieldError("units", "required", Text("请填写件数", "enter a number of units")))
        if not reason:
            errors.append(FieldError("reason", "required", Text("请写明原因", "say why")))
        if errors:
            raise ValidationFailed(errors=errors)
        rows = [StockRow(found[0], units or 0, id_in(given.get("warehouse", "")))]
        acts: dict[str, Callable[[], Any]] = {
            "receive": partial(services.receive, rows, reason=reason, actor=actor(request)),
            "set": partial(services.set_on_hand, rows, reason=reason, actor=actor(request)),
            "write_off": partial(services.write_off, rows, reason=reason, actor=actor(request)),
            "sample": partial(services.write_off, rows, reason=reason, sample=True, actor=actor(request)),
        }
        if kind not in acts:
            raise ValidationFailed.one("kind", "choice", "请选择操作", "choose what to do")
        acts[kind]()

    try:
        do()
    except Problem as problem:
        return _stock(request, FormState.failed(given, problem, language.of(request)), problem.status)
    response = see_other(f"/office/stock?sku={code}")
    return flash(response, Text("库存已更新", "Stock is changed"))


@staff("inventory.view", methods=("GET",))
def movements(request: HttpRequest) -> HttpResponse:
    """Every movement, newest first."""
    language.use(language.of(request))
    houses = {each.id: each.name for each in selectors.warehouses()}
    filters = (Filter("sku", Text("SKU 编码", "SKU code")), Filter("reference", Text("单号", "Reference")))
    asked = tables.asked(request, filters)
    sku_id = None
    if asked["sku"]:
        sku_id = next((each.sku_id for each in catalog.sellable_by_code([asked["sku"]]) if each.sku_id), 0)
    before = paging.decode(asked.cursor, int)[0] if asked.cursor else None
    found = selectors.movements(sku_id=sku_id, reference=asked["reference"], before_id=before, limit=PAGE)
    codes = catalog.sku_codes([row.sku_id for row in found.items])
    table = Table(
        columns=[
            Column("sku", Text("SKU", "SKU"), value=lambda row: codes.get(row.sku_id, "")),
            Column("kind", Text("类型", "Kind"), value=lambda row: KINDS.get(row.kind, row.kind)),
            Column("delta", Text("变动", "Change"), align="right", value=lambda row: f"{row.delta:+d}"),
            Column("balance_after", Text("结存", "Balance"), kind="number"),
            Column(
                "warehouse", Text("仓库", "Warehouse"), value=lambda row: houses.get(row.warehouse_id, ""), phone=False
            ),
            Column("reference", Text("单号", "Reference")),
            Column("reason", Text("原因", "Reason"), phone=False),
            Column("actor", Text("经手", "By"), phone=False, value=stocking.who),
            Column("at", Text("时间", "When"), kind="datetime", value=lambda row: _instant(row.at)),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=filters,
        asked=asked,
        caption=Text("出入库流水", "Movements"),
        empty=(
            Text("没有流水", "No movements"),
            Text("入库、发货与盘点都会记在这里", "Goods in, parcels and counts are kept here"),
        ),
    )
    return page.render(request, "backoffice/movements.html", table=table, sections=stocking.sections("/movements"))


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


urlpatterns = [
    path("stock", stock, name="office-stock"),
    path("stock/change", change, name="office-stock-change"),
    path("stock/movements", movements, name="office-movements"),
]
