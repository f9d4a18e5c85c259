"""库存分析: classes, turnover, ages and what lies too long; ways to clear it and what they brought; the end of a season."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.catalog import selectors as catalog
from zhanggui.clearance import selectors, services
from zhanggui.clearance.types import (
    ABC,
    AGES,
    KEEP,
    KINDS,
    MARKDOWN,
    PRICE,
    XYZ,
    DecisionView,
    Figure,
    Option,
    PlanDraft,
    PlanView,
    Sums,
)
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.procurement import selectors as procurement
from zhanggui.ui import formatting, page
from zhanggui.ui.forms import EMPTY, FormState
from zhanggui.ui.language import say, t

from .. import assorting, exports, stocking, tables
from ..access import actor, carry_out, id_in, number_in, refused, sees_costs, staff, typed
from ..charts import Chart, bars
from ..purchasing import Named
from ..tables import Column, Filter, Table

VIEW, DECIDE = "clearance.view", "clearance.decide"
HERE = "/office/stock/analysis"
PAGE, MOST_LINES = 50, 2_000
PAGES = (
    (Text("总览", "Overview"), HERE),
    (Text("SKU 明细", "SKUs"), f"{HERE}/skus"),
    (Text("采购动销", "Bought goods"), f"{HERE}/bought"),
    (Text("清仓效果", "Clearing"), f"{HERE}/decisions"),
    (Text("季末计划", "Season ends"), f"{HERE}/seasons"),
)
#: What is to be done with the goods of each cell.
ADVICE: dict[str, tuple[Text, str]] = {
    "AX": (Text("自动补货，低安全库存，绝不断货", "Reorder by itself, little safety stock, never out"), "good"),
    "AY": (Text("按预测备货，安全库存适中", "Stock by forecast with some safety stock"), "good"),
    "AZ": (Text("人工盯单，小批多次补货", "Watched by hand; small orders, often"), "warn"),
    "BX": (Text("自动补货，定期复核", "Reorder by itself, looked over now and then"), "good"),
    "BY": (Text("按预测备货", "Stock by forecast"), "neutral"),
    "BZ": (Text("少备，缩短交期", "Little stock, shorter lead times"), "warn"),
    "CX": (Text("合并采购，一次备足", "Bought together, enough at once"), "neutral"),
    "CY": (Text("压低库存", "Keep stock low"), "warn"),
    "CZ": (Text("清仓或按单采购", "Clear it, or buy to order"), "bad"),
}
VIEWS = {
    "": Text("全部", "All"),
    selectors.SLOW: Text("滞销", "Slow"),
    selectors.OVER: Text("超储", "Too much"),
}


def _tabs(current: str) -> list[tuple[str, str, bool]]:
    return [(say(words), href, href == current) for words, href in PAGES]


def _currency() -> str:
    return str(mall_settings.get("mall.currency"))


# Overview


@staff(VIEW, methods=("GET",))
def overview(request: HttpRequest) -> HttpResponseBase:
    """Everything added up: figures, the matrix, ages, and by category, supplier and warehouse; `export=xlsx` gives the sheets."""
    latest = selectors.latest_round()
    costs, currency = sees_costs(request), _currency()
    if latest is None:
        return page.render(
            request, "backoffice/clearance.html", pages=_tabs(HERE), round=None, may=actor(request).may(DECIDE)
        )
    found = selectors.overview()
    names = assorting.categories()
    suppliers = dict(procurement.supplier_choices())
    houses = stocking.houses()
    categories = _rolled(found.categories)
    groups = [
        (
            "category",
            Text("按分类", "By category"),
            [(names.get(i or 0, "") if i else say(Text("未分类", "No category")), s) for i, s in _largest(categories)],
        ),
        (
            "supplier",
            Text("按供应商", "By supplier"),
            [
                (say(suppliers.get(i or 0) or Text("未登记供应商", "No supplier")), s)
                for i, s in _largest(found.suppliers)
            ],
        ),
    ]
    if exports.asked(request):
        return _book(found, groups, latest, houses, costs)
    return page.render(
        request, "backoffice/clearance.html", pages=_tabs(HERE), round=latest, may=actor(request).may(DECIDE), whole=found.whole,
        costs=costs, currency=currency, cells=found.cells, advice=ADVICE, abc=ABC, xyz=XYZ, groups=groups, houses=[
            (houses[row[0]], *row[1:]) for row in latest.houses if row[0] in houses
        ], ages=_ages(found.whole, currency) if costs and found.whole.value else None, limits=selectors.limits(),
        slow_days=mall_settings.get("assortment.slow_days"), empty_sums=Sums(), turn_days=_turn_days(found.whole, latest.days),
    )  # fmt: skip


def _turn_days(sums: Sums, days: int) -> float | None:
    """周转天数: the span divided by how often the stock was sold in it."""
    return days / sums.turnover if sums.turnover else None


def _rolled(found: Mapping[int | None, Sums]) -> dict[int | None, Sums]:
    """Categories added up to those at the top of the tree."""
    tops = {each.id: each.ancestors[0] if each.ancestors else each.id for each in catalog.categories()}
    together: dict[int | None, list[Sums]] = defaultdict(list)
    for category, sums in found.items():
        together[tops.get(category) if category else None].append(sums)
    return {top: _added(parts) for top, parts in together.items()}


def _added(parts: list[Sums]) -> Sums:
    plain = [name for name in Sums.__dataclass_fields__ if name != "aged"]
    sums = {name: sum(getattr(one, name) for one in parts) for name in plain}
    return Sums(**sums, aged=tuple(map(sum, zip(*(one.aged for one in parts), strict=True))))


def _largest(found: Mapping[int | None, Sums], most: int = 12) -> list[tuple[int | None, Sums]]:
    stocked = [(key, sums) for key, sums in found.items() if sums.alive]
    return sorted(stocked, key=lambda item: (-item[1].value, -item[1].retail))[:most]


def _ages(whole: Sums, currency: str) -> Chart:
    title = t("库龄分布（成本）", "Ages of stock, at cost")
    head = [t("库龄", "Age"), t("库存金额", "Value")]
    return bars(title, head, [say(words) for words in AGES], list(whole.aged), "money", currency, height=220)


def _book(found: Any, groups: Any, latest: Any, houses: dict[int, str], costs: bool) -> HttpResponseBase:
    """The page as sheets: sums, matrix, warehouses."""
    currency = _currency()
    head = [
        Text("名称", "Name"), Text("SKU 数", "SKUs"), Text("有库存", "In stock"), Text("有销售", "Sold"), Text("库存件数", "Units"),
        Text("库存（售价）", "At price"), Text("净销量", "Units sold"), Text("净销售额", "Sales"), Text("动销率", "Sell-through"),
    ]  # fmt: skip
    dear = [
        Text("库存（成本）", "At cost"), Text("周转率", "Turnover"), Text("周转天数", "Days"), Text("滞销金额", "Slow"),
        Text("超储金额", "Too much"), *AGES,
    ]  # fmt: skip

    def line(name: str, sums: Sums) -> list[Any]:
        row = [
            name, sums.skus, sums.stocked, sums.moved, sums.on_hand, Money(sums.retail, currency), sums.units,
            Money(sums.sales, currency), None if sums.sell_through is None else sums.sell_through / 10_000,
        ]  # fmt: skip
        if costs:
            turn = sums.turnover
            row += [Money(sums.value, currency), None if turn is None else round(turn, 2),
                    None if not turn else round(latest.days / turn, 1)]  # fmt: skip
            row += [Money(amount, currency) for amount in (sums.slow_value, sums.over_value, *sums.aged)]
        return row

    columns = head + dear if costs else head
    sheets: list[Any] = [(Text("总览", "Overview"), columns, [line(say(Text("全部", "All")), found.whole)])]
    sheets.append(
        (Text("ABC-XYZ", "ABC-XYZ"), columns, [line("".join(cell), s) for cell, s in sorted(found.cells.items())])
    )
    sheets += [(title, columns, [line(name, sums) for name, sums in rows]) for _, title, rows in groups]
    at_cost = [Text("库存（成本）", "At cost")] if costs else []
    house_head = [Text("仓库", "Warehouse"), Text("SKU 数", "SKUs"), Text("件数", "Units"), *at_cost, Text("库存（售价）", "At price"),
                  Text("发出件数", "Shipped")]  # fmt: skip
    house_rows = [
        [houses.get(h, ""), skus, units, *([Money(value, currency)] if costs else []), Money(retail, currency), shipped]
        for h, skus, units, value, retail, shipped in latest.houses
    ]
    sheets.append((Text("按仓库", "By warehouse"), house_head, house_rows))
    return exports.workbook(f"stock-analysis-{clock.business_date():%Y%m%d}", sheets)


@staff(VIEW, post=DECIDE, methods=("POST",))
def refresh(request: HttpRequest) -> HttpResponse:
    """Compute anew."""

    def done(count: int | None) -> Text:
        if count is None:
            return Text("已开始重算，请稍后刷新", "Computing has begun; load the page again in a while")
        return Text(f"已重算 {count} 个 SKU", f"{count} SKUs computed anew")

    return carry_out(
        request,
        lambda: services.ask(actor=actor(request)),
        done,
        where=HERE,
        refused=lambda problem: refused(request, problem),
    )


# SKUs


@staff(VIEW, methods=("GET",))
def skus(request: HttpRequest) -> HttpResponseBase:
    """SKUs by the money that lies in them; slow ones, those with too much, those of a cell."""
    suppliers = procurement.supplier_choices()
    names = assorting.categories()
    cells = [(a + x, a + x) for a in ABC for x in XYZ]
    filters = (
        Filter("cell", Text("ABC-XYZ", "ABC-XYZ"), "choice", cells),
        Filter("category", Text("分类", "Category"), "choice", [(str(i), words) for i, words in names.items() if i]),
        Filter("supplier", Text("供应商", "Supplier"), "choice", [(str(key), words) for key, words in suppliers]),
    )
    asked = tables.asked(request, filters, keep=("view",))
    view = asked.extra.get("view", "")
    view = view if view in VIEWS else ""
    wanted: dict[str, Any] = {
        "view": view, "cell": asked["cell"], "supplier_id": id_in(asked["supplier"]),
        "category_ids": _below(id_in(asked["category"])),
    }  # fmt: skip
    costs = sees_costs(request)
    if form := exports.asked(request):
        return _file(form, wanted, costs)
    found = selectors.figures(**wanted, cursor=asked.cursor, limit=PAGE)
    named = Named.of(row.sku_id for row in found.items)
    standing = selectors.standing_decisions([row.sku_id for row in found.items])
    currency = _currency()
    table: Table = Table(
        columns=[
            Column("sku", Text("商品", "Article"), kind="custom", value=lambda row: (named.code(row.sku_id), named.title(row.sku_id))),
            Column("cell", Text("类", "Class"), kind="badge", value=lambda row: (row.abc + row.xyz, ADVICE[row.abc + row.xyz][1])),
            Column("on_hand", Text("在库", "On hand"), kind="number"),
            *([Column("value", Text("成本金额", "At cost"), kind="money", value=lambda row: Money(row.value, currency))] if costs else []),
            Column("units", Text("净销量", "Sold"), kind="number"),
            Column("cover", Text("可售天数", "Lasts"), align="right", value=_lasts),
            Column("last_sold_at", Text("最近售出", "Last sold"), kind="date"),
            Column("age", Text("最早入库", "Oldest"), kind="date", value=lambda row: row.oldest_at, phone=False),
            Column("decided", Text("处理", "Decision"), value=lambda row: KINDS.get(standing.get(row.sku_id, ""), "")),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=filters,
        asked=asked,
        key="clearance",
        tabs=[(say(words), f"{HERE}/skus?view={name}" if name else f"{HERE}/skus", name == view) for name, words in VIEWS.items()],
        row_key=lambda row: row.sku_id,
        row_href=lambda row: f"{HERE}/skus/{row.sku_id}",
        export=True,
        caption=Text("SKU 明细", "SKUs"),
        empty=(
            Text("没有这样的 SKU", "No such SKU"),
            Text("每天凌晨重算；也可以在总览里重算", "Computed every night; the overview can do it now"),
        ),
    )  # fmt: skip
    return page.render(
        request, "backoffice/clearance_skus.html", table=table, pages=_tabs(f"{HERE}/skus"), view=view, limits=selectors.limits(),
        slow_days=mall_settings.get("assortment.slow_days"),
    )  # fmt: skip


def _lasts(row: Figure) -> Text | str:
    if not row.on_hand:
        return Text("无货", "Out")
    return Text("不动销", "Does not sell") if row.cover is None else Text(f"{row.cover} 天", f"{row.cover} days")


def _below(category_id: int | None) -> list[int] | None:
    """A category with all below it."""
    if category_id is None:
        return None
    return [each.id for each in catalog.categories() if category_id in (*each.ancestors, each.id)]


def _file(form: str, wanted: dict[str, Any], costs: bool) -> HttpResponseBase:
    currency = _currency()
    head = [
        Text("SKU", "SKU"), Text("商品", "Product"), Text("ABC", "ABC"), Text("XYZ", "XYZ"), Text("变异系数 %", "Variation, %"),
        Text("在库", "On hand"), Text("可售", "Free"), Text("售价金额", "At price"), Text("净销量", "Units sold"),
        Text("净销售额", "Sales"), Text("可售天数", "Days of cover"), Text("最近售出", "Last sold"), Text("最早入库", "Oldest"), *AGES,
        *((Text("成本金额", "At cost"),) if costs else ()),
    ]  # fmt: skip

    def rows() -> Iterable[list[Any]]:
        cursor = ""
        while True:
            found = selectors.figures(**wanted, cursor=cursor, limit=1_000)
            named = Named.of(row.sku_id for row in found.items)
            for row in found.items:
                yield [
                    named.code(row.sku_id), named.title(row.sku_id), row.abc, row.xyz, row.variation, row.on_hand, row.free,
                    Money(row.retail, currency), row.units, Money(row.sales, currency), row.cover, row.last_sold_at, row.oldest_at,
                    *row.aged, *((Money(row.value, currency),) if costs else ()),
                ]  # fmt: skip
            if not found.next_cursor:
                return
            cursor = found.next_cursor

    return exports.answer(form, f"stock-skus-{clock.business_date():%Y%m%d}", head, rows())


@staff(VIEW, post=DECIDE)
def sku(request: HttpRequest, sku_id: int) -> HttpResponse:
    """A SKU's figures, the ways to clear it, what was decided; the form of each way posts here."""
    if request.method != "POST":
        return _sku(request, sku_id)
    given = request.POST
    kind, step = given.get("kind", ""), number_in(given.get("step", "0"), 5) or 0

    def done(reference: str) -> Text:
        what, _, key = reference.partition(":")
        return {
            "promotion": Text("已生成促销草稿，发布后生效", "A promotion is drafted; it counts once published"),
            "price": Text("价格已修改", "The price is changed"),
            "request": Text("改价幅度较大，已提交审批", "The change goes far and waits for approval"),
            "transfer": Text(f"已生成调拨草稿 {key}", f"Transfer {key} is drafted"),
            "purchase": Text("已记录，请在采购单上办理退货", "On record; send the goods back on the purchase order"),
        }.get(what, Text("已记录", "It is on record"))

    return carry_out(
        request,
        lambda: services.decide(sku_id, kind, step=step, reason=given.get("reason", ""), actor=actor(request)),
        done,
        where=f"{HERE}/skus/{sku_id}",
        refused=lambda problem: _sku(request, sku_id, problem),
    )


def _sku(request: HttpRequest, sku_id: int, problem: Problem | None = None) -> HttpResponse:
    found = selectors.figure(sku_id)
    if found is None:
        raise NotFound()
    named = Named.of([sku_id])
    offered, usual = selectors.proposal(found) if found.on_hand else ([], 0)
    suppliers = dict(procurement.supplier_choices())
    return page.render(
        request, "backoffice/clearance_sku.html", status=problem.status if problem else 200, row=found, code=named.code(sku_id),
        title=named.title(sku_id), options=_grouped(offered), usual=usual, kinds=KINDS, currency=_currency(),
        costs=sees_costs(request), advice=ADVICE[found.abc + found.xyz], lasts=_lasts(found), ages=[
            each for each in zip(AGES, found.aged, strict=True) if each[1]
        ],
        supplier=suppliers.get(found.supplier_id or 0), decisions=selectors.decisions(sku_id=sku_id, limit=10).items, link=_link,
        horizon=mall_settings.get("clearance.horizon_days"), may=actor(request).may(DECIDE), may_do=_may(request), keep=KEEP,
        houses=stocking.houses(), form=typed(request, problem) if problem else EMPTY,
    )  # fmt: skip


def _grouped(offered: list[Option]) -> list[tuple[Option, Option | None]]:
    """Each way with, for a reduction, the same as a lasting price."""
    return [(one, one.lasting) for one in offered]


def _may(request: HttpRequest) -> Callable[[str], bool]:
    needs = {
        MARKDOWN: "promotions.manage", "add_on": "promotions.manage", PRICE: "pricing.change", "staff": "pricing.change",
        "transfer": "inventory.transfer",
    }  # fmt: skip
    return lambda kind: kind not in needs or actor(request).may(needs[kind])


def _link(row: DecisionView) -> str:
    """Where what a decision became is found."""
    what, _, key = row.reference.partition(":")
    return {
        "promotion": f"/office/promotions/{key}", "price": f"/office/prices/{key}", "request": "/office/prices/requests",
        "transfer": f"/office/stock/transfers/{key}", "purchase": f"/office/purchases/{key}",
    }.get(what, "")  # fmt: skip


# Bought goods


@staff(VIEW, methods=("GET",))
def bought(request: HttpRequest) -> HttpResponseBase:
    """What became of what was bought, by supplier and by purchase order."""
    suppliers = dict(procurement.supplier_choices())
    filters = (
        Filter(
            "supplier", Text("供应商", "Supplier"), "choice", [(str(key), words) for key, words in suppliers.items()]
        ),
    )
    asked = tables.asked(request, filters)
    by_order, by_supplier = selectors.bought(supplier_id=id_in(asked["supplier"]))
    costs = sees_costs(request)
    if form := exports.asked(request):
        head = [
            Text("采购单", "Order"), Text("供应商", "Supplier"), Text("最近收货", "Received"), Text("SKU 数", "SKUs"),
            Text("收货件数", "Units in"), Text("剩余件数", "Units left"), Text("售出比例", "Sold"),
            *((Text("剩余金额", "Value left"),) if costs else ()),
        ]  # fmt: skip
        rows = (
            [
                one.key, suppliers.get(one.supplier_id, ""), one.at, one.skus, one.came, one.left, one.sold_share / 10_000,
                *((Money(one.value, one.currency),) if costs else ()),
            ]
            for one in by_order
        )  # fmt: skip
        return exports.answer(form, f"bought-{clock.business_date():%Y%m%d}", head, rows)
    left = Column(
        "value", Text("剩余金额", "Value left"), kind="money", value=lambda row: Money(row.value, row.currency)
    )
    numbers = [
        Column("skus", Text("SKU 数", "SKUs"), kind="number", phone=False),
        Column("came", Text("收货", "In"), kind="number"),
        Column("left", Text("剩余", "Left"), kind="number"),
        Column("share", Text("售出比例", "Sold"), kind="percent", value=lambda row: row.sold_share / 10_000),
        *([left] if costs else []),
    ]
    orders: Table = Table(
        columns=[
            Column("order", Text("采购单", "Order"), kind="link", value=lambda row: (row.key, f"/office/purchases/{row.key}")),
            Column("supplier", Text("供应商", "Supplier"), value=lambda row: suppliers.get(row.supplier_id, "")),
            Column("at", Text("最近收货", "Received"), kind="date"),
            *numbers,
        ],
        rows=by_order[:200],
        filters=filters,
        asked=asked,
        row_key=lambda row: row.key,
        export=True,
        caption=Text("按采购单", "By purchase order"),
        empty=(
            Text("近 180 天没有收货", "Nothing was received in 180 days"),
            Text("采购收货后，这里看它们卖得怎么样", "Once goods come, this shows how they sell"),
        ),
    )  # fmt: skip
    whole: Table = Table(
        columns=[
            Column("supplier", Text("供应商", "Supplier"), value=lambda row: suppliers.get(row.supplier_id, "")),
            *numbers,
        ],
        rows=by_supplier,
        row_key=lambda row: row.key,
        caption=Text("按供应商", "By supplier"),
    )
    return page.render(
        request, "backoffice/clearance_bought.html", orders=orders, suppliers=whole, pages=_tabs(f"{HERE}/bought"),
        any=bool(by_order),
    )  # fmt: skip


# What clearing brought


@staff(VIEW, methods=("GET",))
def decisions(request: HttpRequest) -> HttpResponseBase:
    """Decisions, newest first: what was expected, what was sold since."""
    asked = tables.asked(request)
    form = exports.asked(request)
    found = selectors.decisions(cursor="" if form else asked.cursor, limit=5_000 if form else PAGE)
    named = Named.of(row.sku_id for row in found.items)
    currency = _currency()
    if form:
        head = [
            Text("SKU", "SKU"), Text("商品", "Product"), Text("处理", "Way"), Text("降幅", "Off"), Text("当时在库", "On hand then"),
            Text("不处理预计", "Expected anyhow"), Text("预计件数", "Expected"), Text("实际件数", "Sold"), Text("预计金额", "Expected"),
            Text("实际金额", "Brought"), Text("原因", "Reason"), Text("决定人", "By"), Text("时间", "At"), Text("截至", "Until"),
        ]  # fmt: skip
        rows = (
            [
                named.code(row.sku_id), named.title(row.sku_id), KINDS[row.kind], row.step / 10_000 if row.step else None, row.on_hand,
                row.usual, row.expected_units, row.sold, None if row.expected_money is None else Money(row.expected_money, currency),
                Money(row.brought, currency), row.reason, row.by, row.at, row.until,
            ]
            for row in found.items
        )  # fmt: skip
        return exports.answer(form, f"clearing-{clock.business_date():%Y%m%d}", head, rows)
    table: Table = Table(
        columns=[
            Column(
                "sku", Text("商品", "Article"), kind="link",
                value=lambda row: (named.title(row.sku_id), f"{HERE}/skus/{row.sku_id}"),
            ),
            Column("kind", Text("处理", "Way"), value=_way),
            Column("at", Text("时间", "At"), kind="date"),
            Column("expected", Text("预计件数", "Expected"), kind="number", value=lambda row: row.expected_units),
            Column("sold", Text("实际件数", "Sold"), kind="number"),
            Column(
                "money", Text("预计金额", "Expected"), kind="money", value=lambda row: _money(row.expected_money, currency),
                phone=False,
            ),
            Column("brought", Text("实际金额", "Brought"), kind="money", value=lambda row: Money(row.brought, currency)),
            Column("state", Text("进度", "State"), kind="badge", value=_progress),
            Column("by", Text("决定人", "By"), phone=False),
        ],
        rows=found.items,
        next=found.next_cursor,
        asked=asked,
        row_key=lambda row: row.id,
        export=True,
        caption=Text("清仓效果", "What clearing brought"),
        empty=(
            Text("还没有清仓决定", "Nothing decided yet"),
            Text("在 SKU 明细的滞销里选一个，采纳一个建议", "Choose one of the slow sellers and take a proposal"),
        ),
        empty_action=(Text("看滞销商品", "See slow sellers"), f"{HERE}/skus?view=slow"),
    )  # fmt: skip
    return page.render(request, "backoffice/clearance_decisions.html", table=table, pages=_tabs(f"{HERE}/decisions"))


def _money(value: int | None, currency: str) -> Money | None:
    return None if value is None else Money(value, currency)


def _way(row: DecisionView) -> Text:
    words = KINDS[row.kind]
    off = f" −{row.step / 100:g}%" if row.step else ""
    return Text(words.zh + off, words.en + off)


def _progress(row: DecisionView) -> tuple[Text, str]:
    over = row.until <= clock.now()
    if not row.expected_units:
        return (Text("已到期", "Over"), "neutral") if over else (Text("进行中", "Going on"), "info")
    if row.sold >= row.expected_units:
        return Text("达到预计", "As expected"), "good"
    return (Text("未达预计", "Less than expected"), "bad") if over else (Text("进行中", "Going on"), "info")


# The end of a season


@staff(VIEW, post=DECIDE)
def seasons(request: HttpRequest) -> HttpResponseBase:
    """Plans, and a form for a new one."""
    if request.method != "POST":
        return _seasons(request)
    given = request.POST

    def do() -> int:
        errors: list[FieldError] = []
        targets = _targets(given.get("targets", ""), errors)
        ends = stocking.day_in(given.get("ends_on", ""), "ends_on")
        if ends is None:
            errors.append(FieldError("ends_on", "required", Text("请填写季末日期", "the last day of the season")))
        if errors or ends is None:
            raise ValidationFailed(errors=errors)
        draft = PlanDraft(given.get("title", ""), ends, tuple(targets), given.get("owner", ""), given.get("note", ""))
        return services.create_plan(draft, actor=actor(request))

    return carry_out(
        request, do, Text("计划已建立", "The plan is made"), where=f"{HERE}/seasons", refused=lambda problem: _seasons(request, problem)
    )  # fmt: skip


def _targets(text: str, errors: list[FieldError]) -> list[tuple[int, int]]:
    """Lines of a SKU code and the units that should be left."""
    lines = [(n, line.replace("，", " ").replace(",", " ").split()) for n, line in enumerate(text.splitlines(), 1)]
    lines = [(n, parts) for n, parts in lines if parts][: MOST_LINES + 1]
    known = {
        each.code: each.sku_id for each in catalog.sellable_by_code([parts[0] for _, parts in lines]) if each.sku_id
    }
    found = []
    for n, parts in lines:
        target = number_in(parts[1], 9) if len(parts) > 1 else 0
        if parts[0] not in known:
            text = Text(f"第 {n} 行：没有 SKU「{parts[0][:40]}」", f"line {n}: there is no SKU “{parts[0][:40]}”")  # type: ignore[assignment]
            errors.append(FieldError("targets", "unknown", text))
        elif target is None or len(parts) > 2:
            text = Text(f"第 {n} 行：应为“SKU 目标件数”", f"line {n}: a SKU and a number of units")  # type: ignore[assignment]
            errors.append(FieldError("targets", "type", text))
        else:
            found.append((known[parts[0]], target))
    return found


def _seasons(request: HttpRequest, problem: Problem | None = None) -> HttpResponse:
    table: Table = Table(
        columns=[
            Column("title", Text("计划", "Plan")),
            Column("ends_on", Text("季末", "Ends"), kind="date"),
            Column("owner", Text("负责人", "Owner")),
            Column("skus", Text("SKU 数", "SKUs"), kind="number"),
            Column("start", Text("起始库存", "At the start"), kind="number"),
            Column("target", Text("目标剩余", "Target"), kind="number"),
            Column("steps", Text("措施", "Steps"), align="right", value=lambda row: f"{row.done} / {row.steps}"),
            Column("state", Text("状态", "State"), kind="badge", value=_state),
        ],
        rows=selectors.plans(),
        row_key=lambda row: row.id,
        row_href=lambda row: f"{HERE}/seasons/{row.id}",
        caption=Text("季末计划", "Season-end plans"),
        empty=(
            Text("还没有季末计划", "No plans yet"),
            Text("列出当季商品和季末希望剩下的件数，按周跟进", "List a season’s goods and what should be left; follow it by weeks"),
        ),
    )  # fmt: skip
    return page.render(
        request, "backoffice/clearance_seasons.html", status=problem.status if problem else 200, table=table,
        pages=_tabs(f"{HERE}/seasons"), form=typed(request, problem) if problem else EMPTY, may=actor(request).may(DECIDE),
    )  # fmt: skip


def _state(row: Any) -> tuple[Text, str]:
    if row.state == "closed":
        return Text("已结束", "Closed"), "neutral"
    return (
        (Text("已到期", "Due"), "warn") if row.ends_on < clock.business_date() else (Text("进行中", "Going on"), "info")
    )


@staff(VIEW, post=DECIDE)
def season(request: HttpRequest, plan_id: int) -> HttpResponseBase:
    """One plan: its path against what is there, steps by week; forms for steps and for its end."""
    if request.method != "POST":
        found = selectors.plan(plan_id)
        return _plan_file(found) if exports.asked(request) else _season(request, found)
    given, who = request.POST, actor(request)

    def do() -> Any:
        what = given.get("do", "")
        if what == "step":
            week = stocking.day_in(given.get("week", ""), "week")
            if week is None:
                raise ValidationFailed.one("week", "required", "请选择日期", "choose a day")
            return services.add_step(plan_id, week, given.get("what", ""), owner=given.get("owner", ""), actor=who)
        if what == "done":
            step = id_in(given.get("step", ""))
            if step is None:
                raise NotFound()
            return services.finish_step(plan_id, step, result=given.get("outcome", ""), actor=who)
        return services.close_plan(plan_id, result=given.get("result", ""), actor=who)

    return carry_out(
        request, do, Text("已保存", "Saved"), where=f"{HERE}/seasons/{plan_id}",
        refused=lambda problem: _season(request, selectors.plan(plan_id), problem),
    )  # fmt: skip


def _season(request: HttpRequest, found: PlanView, problem: Problem | None = None) -> HttpResponse:
    named = Named.of(line.sku_id for line in found.lines)
    return page.render(
        request, "backoffice/clearance_season.html", status=problem.status if problem else 200, plan=found, named=named,
        chart=_path(found), state=_state(found), may=actor(request).may(DECIDE) and found.state == "open", here=HERE,
        form=typed(request, problem) if problem else FormState.of({"week": clock.business_date().isoformat()}),
        late=_late(found),
    )  # fmt: skip


def _late(found: PlanView) -> int:
    """Units there are more than the path has today (0: none)."""
    there = [(planned, now) for _, planned, now in found.path if now is not None]
    return max(0, there[-1][1] - there[-1][0]) if there else 0


def _path(found: PlanView) -> Chart:
    days = [day for day, _, _ in found.path]
    planned, there = t("计划", "Planned"), t("实际", "There")
    option = {
        "format": "count",
        "legend": {},
        "xAxis": {"type": "category", "data": [f"{day:%m-%d}" for day in days]},
        "yAxis": {},
        "series": [
            {
                "name": planned,
                "type": "line",
                "data": [row[1] for row in found.path],
                "lineStyle": {"type": "dashed", "width": 2},
            },
            {
                "name": there,
                "type": "line",
                "data": [row[2] for row in found.path],
                "connectNulls": False,
                "showSymbol": True,
                "symbolSize": 7,
            },
        ],
    }
    rows = [[day.isoformat(), formatting.quantity(plan), formatting.quantity(now)] for day, plan, now in found.path]
    return Chart(option, [t("日期", "Day"), planned, there], rows, t("库存与目标路径", "Stock and its path"), 260)


def _plan_file(found: PlanView) -> HttpResponseBase:
    named = Named.of(line.sku_id for line in found.lines)
    head = [
        Text("SKU", "SKU"),
        Text("商品", "Product"),
        Text("起始", "Start"),
        Text("现有", "Now"),
        Text("目标", "Target"),
    ]
    lines = ([named.code(x.sku_id), named.title(x.sku_id), x.start, x.now, x.target] for x in found.lines)
    steps = ([x.week, x.what, x.owner, x.done_on, x.result] for x in found.steps)
    step_head = [
        Text("周", "Week"),
        Text("措施", "Step"),
        Text("负责人", "Owner"),
        Text("完成", "Done"),
        Text("结果", "Result"),
    ]
    path_head = [Text("日期", "Day"), Text("计划", "Planned"), Text("实际", "There")]
    sheets: list[tuple[Text, list[Text], Any]] = [
        (Text("SKU", "SKUs"), head, lines),
        (Text("措施", "Steps"), step_head, steps),
        (Text("路径", "Path"), path_head, found.path),
    ]
    return exports.workbook(f"season-{found.id}-{clock.business_date():%Y%m%d}", iter(sheets))


urlpatterns = [
    path("stock/analysis", overview, name="office-analysis"),
    path("stock/analysis/refresh", refresh, name="office-analysis-refresh"),
    path("stock/analysis/skus", skus, name="office-analysis-skus"),
    path("stock/analysis/skus/<int:sku_id>", sku, name="office-analysis-sku"),
    path("stock/analysis/bought", bought, name="office-analysis-bought"),
    path("stock/analysis/decisions", decisions, name="office-analysis-decisions"),
    path("stock/analysis/seasons", seasons, name="office-analysis-seasons"),
    path("stock/analysis/seasons/<int:plan_id>", season, name="office-analysis-season"),
]
