"""缺货与下架: goods that have nothing left to sell, since when, what is to come, where they are shown, and what was done about it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.assortment import selectors as assortment
from zhanggui.campaigns import selectors as campaigns
from zhanggui.catalog import selectors
from zhanggui.catalog import services as catalog
from zhanggui.catalog.types import OutageView
from zhanggui.content import selectors as content
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound, Problem
from zhanggui.procurement import selectors as procurement
from zhanggui.procurement.types import OnOrder
from zhanggui.ui import page
from zhanggui.ui.forms import EMPTY
from zhanggui.ui.language import say

from .. import exports, goods, tables
from ..access import actor, carry_out, staff, typed
from ..tables import Column, Table

VIEW, EDIT = "catalog.view", "catalog.edit"
HERE = "/office/outages"
PAGE = 50
OUTCOMES = {
    "back": (Text("已到货", "Back"), "good"),
    "relisted": (Text("已重新上架", "On sale again"), "good"),
    "ended": (Text("不再上架", "Kept off"), "neutral"),
}


@staff(VIEW, methods=("GET",))
def listing(request: HttpRequest) -> HttpResponseBase:
    """Those without stock, or those that have it again."""
    asked = tables.asked(request, keep=("list",))
    over = asked.extra.get("list") == "over"
    if form := exports.asked(request):
        return _file(form, over)
    found = selectors.outages(over=over, cursor=asked.cursor, limit=PAGE)
    coming = {} if over else _coming(found.items)
    last = (
        [
            Column("until", Text("结束", "Until"), kind="datetime"),
            Column("outcome", Text("结果", "Outcome"), kind="badge", value=lambda row: OUTCOMES[row.outcome]),
        ]
        if over
        else [
            Column("coming", Text("预计到货", "Expected"), value=lambda row: _expected(coming.get(row.id, []))),
            Column("handled", Text("处理", "Seen to"), kind="badge", value=_handled),
        ]
    )
    table: Table = Table(
        columns=[
            Column("image", Text("图", "Picture"), kind="picture", width="56px", phone=False),
            Column("title", Text("商品", "Product"), kind="link", value=lambda row: (row.title, f"{HERE}/{row.id}")),
            Column("code", Text("编码", "Code"), phone=False),
            Column("since", Text("缺货自", "Since"), kind="datetime"),
            Column("state", Text("前台", "In the shop"), kind="badge", value=_state),
            *last,
        ],
        rows=found.items,
        next=found.next_cursor,
        asked=asked,
        row_key=lambda row: row.id,
        row_href=lambda row: f"{HERE}/{row.id}",
        export=True,
        tabs=[
            (say(Text("缺货中", "Without stock")), HERE, not over),
            (say(Text("历史", "History")), f"{HERE}?list=over", over),
        ],
        caption=Text("缺货与下架", "Sold out"),
        empty=(
            Text("还没有历史", "No history yet") if over else Text("没有缺货的在售商品", "Nothing on sale is without stock"),
            Text("卖完的商品会马上出现在这里", "What is sold out turns up here at once"),
        ),
    )  # fmt: skip
    return page.render(
        request, "backoffice/outages.html", table=table, hides=mall_settings.get("catalog.delist_sold_out"),
        relists=mall_settings.get("catalog.relist_in_stock"),
    )  # fmt: skip


def _coming(rows: list[OutageView]) -> dict[int, list[OnOrder]]:
    """What is to come of each, the first first. One statement."""
    orders = procurement.on_order([sku for row in rows for sku in row.sku_ids])
    by_sku: dict[int, list[OnOrder]] = {}
    for one in orders:
        by_sku.setdefault(one.sku_id, []).append(one)
    late = clock.business_date().max
    return {
        row.id: sorted(
            (one for sku in row.sku_ids for one in by_sku.get(sku, [])), key=lambda one: one.expected_on or late
        )
        for row in rows
    }


def _expected(found: list[OnOrder]) -> Text:
    if not found:
        return Text("没有在途采购", "Nothing is ordered")
    units, first = sum(one.units for one in found), found[0].expected_on
    if first is None:
        return Text(f"{units} 件，日期未定", f"{units} units, no date")
    return Text(f"{first:%m-%d} 起 {units} 件", f"{units} units from {first:%m-%d}")


def _state(row: OutageView) -> tuple[Text, str]:
    if row.state == "listed":
        return Text("显示售罄", "Says sold out"), "warn"
    return (Text("已自动下架", "Taken off by itself"), "bad") if row.delisted else goods.STATES[row.state]


def _handled(row: OutageView) -> tuple[Text, str]:
    if row.problem and row.handled_at is None:
        return Text("到货未上架", "Here, not on sale"), "bad"
    return (Text("已处理", "Seen to"), "good") if row.handled_at else (Text("待处理", "To see to"), "warn")


def _file(form: str, over: bool) -> HttpResponseBase:
    head = [
        Text("编码", "Code"), Text("商品", "Product"), Text("缺货自", "Since"), Text("到", "Until"), Text("前台", "In the shop"),
        Text("结果", "Outcome"), Text("处理说明", "What was done"), Text("处理人", "By"), Text("问题", "Problem"),
    ]  # fmt: skip

    def rows() -> Any:
        cursor = ""
        while True:
            found = selectors.outages(over=over, cursor=cursor, limit=500)
            for row in found.items:
                yield [
                    row.code, row.title, row.since, row.until, _state(row)[0], OUTCOMES[row.outcome][0] if row.outcome else "",
                    row.note, row.handled_by, row.problem,
                ]  # fmt: skip
            if not found.next_cursor:
                return
            cursor = found.next_cursor

    return exports.answer(form, f"sold-out-{clock.business_date():%Y%m%d}", head, rows())


@staff(VIEW, post=EDIT)
def outage(request: HttpRequest, outage_id: int) -> HttpResponse:
    """One of them: what is to come, where it is shown, and what was done about it."""
    if request.method != "POST":
        return _outage(request, outage_id)
    given = request.POST
    return carry_out(
        request,
        lambda: catalog.handle_outage(
            outage_id, note=given.get("note", ""), keep_off=given.get("keep_off") == "1", actor=actor(request)
        ),
        Text("已记录", "It is on record"),
        where=HERE,
        refused=lambda problem: _outage(request, outage_id, problem),
    )


def _outage(request: HttpRequest, outage_id: int, problem: Problem | None = None) -> HttpResponse:
    found = selectors.outage(outage_id)
    if found is None:
        raise NotFound()
    card = selectors.assortment.cards([found.product_id, *(others := assortment.matched_by(found.product_id))])
    return page.render(
        request, "backoffice/outage.html", status=problem.status if problem else 200, row=found, state=_state(found),
        coming=_coming([found])[found.id], pages=content.pages_with(found.product_id, card[found.product_id].slug),
        campaigns=campaigns.campaigns_with(found.sku_ids), others=[card[i] for i in others if i in card],
        form=typed(request, problem) if problem else EMPTY, may=actor(request).may(EDIT) and found.until is None, outcomes=OUTCOMES,
    )  # fmt: skip


urlpatterns = [
    path("outages", listing, name="office-outages"),
    path("outages/<int:outage_id>", outage, name="office-outage"),
]
