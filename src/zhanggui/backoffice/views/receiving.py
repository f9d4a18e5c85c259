"""Deliveries at the gate: what is to come, inspecting it against the order, and sending goods back. No prices."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import ids
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, Problem, ValidationFailed
from zhanggui.procurement import selectors, services
from zhanggui.procurement.types import Inspected, SentBack
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState

from .. import goods, purchasing, tables
from ..access import actor, carry_out, staff, typed
from ..purchasing import LATE, ORDER_STATES
from ..tables import Column, Filter, Table

PAGE = 50
RECEIVE = "procurement.receive"
HERE = "/office/receiving"
FILTERS = (Filter("q", Text("采购单号", "Order number")),)


@staff(RECEIVE, methods=("GET",))
def listing(request: HttpRequest) -> HttpResponse:
    """What is underway; an order is also found by its number."""
    asked = tables.asked(request, FILTERS)
    found = selectors.orders(q=asked["q"], state="" if asked["q"] else "underway", cursor=asked.cursor, limit=PAGE)
    table: Table = Table(
        columns=[
            Column("number", Text("采购单", "Order")),
            Column("supplier", Text("供应商", "Supplier"), value=purchasing.supplier_title),
            Column("state", Text("状态", "State"), kind="badge", value=lambda row: ORDER_STATES[row.state]),
            Column("expected_on", Text("预计到货", "Expected"), kind="date"),
            Column("late", Text("到货提醒", "Delay"), kind="badge", value=lambda row: LATE.get(row.late)),
            Column("arrived", Text("到货 / 订购", "Received of"), align="right", value=purchasing.arrived),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=FILTERS,
        asked=asked,
        key="receiving",
        row_href=lambda row: f"{HERE}/{row.number}",
        caption=Text("待收货", "To be received"),
        empty=(Text("没有在途的采购单", "Nothing is underway"), Text("采购单发出后出现在这里", "Orders appear once they are sent")),
    )  # fmt: skip
    return page.render(request, "backoffice/receiving.html", table=table)


@staff(RECEIVE)
def order(request: HttpRequest, number: str) -> HttpResponse:
    """Inspect a delivery, or send goods back. The key makes sending the form twice one receipt."""
    if request.method != "POST":
        return _order(request, number)
    back = "back" in request.POST

    def do() -> str:
        return _send_back(request, number) if back else _receive(request, number)

    def done(receipt: str) -> Text:
        return (
            Text(f"退货 {receipt} 已登记", f"Return {receipt} is booked")
            if back
            else Text(f"收货 {receipt} 已入库", f"Receipt {receipt} is on the shelf")
        )

    return carry_out(
        request, do, done, where=f"{HERE}/{number}", refused=lambda problem: _order(request, number, problem)
    )


def _order(request: HttpRequest, number: str, problem: Problem | None = None) -> HttpResponse:
    language.use(language.of(request))
    view = selectors.order(number)
    names = {
        f"lines.{line.position}.{part}": f"{part}-{line.position}"
        for line in view.lines
        for part in ("good", "rejected", "reason")
    } | {f"lines.{line.position}.quantity": f"back-{line.position}" for line in view.lines}
    form = FormState.of({}) if problem is None else typed(request, problem, names=names)
    return page.render(
        request, "backoffice/receive.html", status=problem.status if problem else 200, view=view, form=form,
        key=ids.token(12) if problem is None else request.POST.get("key", "") or ids.token(12), state=ORDER_STATES[view.state],
        codes=catalog.sku_codes([line.sku_id for line in view.lines]), house=purchasing.house_name(view.warehouse_id),
        open_now=view.state in ("sent", "confirmed", "part"), kept=any(line.good > line.returned for line in view.lines),
        may_read=actor(request).may("procurement.read"),
    )  # fmt: skip


def _receive(request: HttpRequest, number: str) -> str:
    given, errors = request.POST, list[FieldError]()
    lines = []
    for position in range(1, 201):
        good, rejected = (
            goods.units(given.get(f"{name}-{position}", ""), f"{name}-{position}", errors) or 0
            for name in ("good", "rejected")
        )
        if good or rejected:
            lines.append(Inspected(position, good, rejected, given.get(f"reason-{position}", "")))
    if errors:
        raise ValidationFailed(errors=errors)
    return services.receive(number, lines, key=_key(given), delivery_note=given.get("note", ""), actor=actor(request))


def _send_back(request: HttpRequest, number: str) -> str:
    given, errors = request.POST, list[FieldError]()
    lines = []
    for position in range(1, 201):
        units = goods.units(given.get(f"back-{position}", ""), f"back-{position}", errors)
        if units:
            lines.append(SentBack(position, units))
    if errors:
        raise ValidationFailed(errors=errors)
    return services.return_goods(
        number, lines, key=_key(given), reason=given.get("why", ""), damaged=given.get("damaged") == "1", actor=actor(request)
    )  # fmt: skip


def _key(given: Any) -> str:
    key = str(given.get("key", "")).strip()[:60]
    if not key:
        raise ValidationFailed.one("key", "required", "页面已过期，请刷新后再提交", "the page is old; load it again")
    return key


urlpatterns = [
    path("receiving", listing, name="office-receiving"),
    path("receiving/<str:number>", order, name="office-receive"),
]
