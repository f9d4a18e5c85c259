"""Purchase orders at the desk: drafts, approval, sending, what the supplier says, cancelling and closing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.procurement import selectors, services
from zhanggui.procurement.types import ConfirmedLine, PurchaseRow
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say

from .. import articles, exports, goods, life, purchasing, tables
from ..access import actor, carry_out, id_in, need, see_other, staff, typed
from ..messages import flash
from ..purchasing import LATE, ORDER_STATES
from ..tables import Column, Filter, Table

PAGE = 50
EMPTY = (
    Text("没有采购单", "No purchase orders"),
    Text("起草后批准、发给供应商、到货验收", "Draft, approve, send, receive"),
)
EMPTY_LATE = (Text("没有迟到的采购单", "Nothing is late"), Text("每小时检查一次在途采购单", "Looked at every hour"))
READ, MANAGE, APPROVE = "procurement.read", "procurement.manage", "procurement.approve"
HERE = "/office/purchases"
STATE_OPTIONS = (
    ("underway", Text("在途（未到齐）", "Underway")),
    *((name, words) for name, (words, _) in ORDER_STATES.items()),
)
FILTERS = (
    Filter("q", Text("采购单号", "Number")),
    Filter("state", Text("状态", "State"), "choice", STATE_OPTIONS),
)


@staff(READ, methods=("GET",))
def listing(request: HttpRequest) -> HttpResponseBase:
    """Newest first, or those that are late."""
    asked = tables.asked(request, FILTERS, keep=("late", "supplier"))
    late = asked.extra.get("late", "")
    late = late if late in LATE else ""
    wanted: dict[str, Any] = {
        "q": asked["q"], "state": asked["state"], "late": late, "supplier_id": id_in(asked.extra.get("supplier", "")),
    }  # fmt: skip
    if form := exports.asked(request):
        return _file(form, wanted)
    found = selectors.orders(**wanted, cursor=asked.cursor, limit=PAGE)
    counts, may = selectors.attention(), actor(request).may(MANAGE)
    tabs = [
        (say(Text("全部", "All")), HERE, not late, None),
        (say(LATE["late"][0]), f"{HERE}?late=late", late == "late", counts["late"]),
        (say(LATE["likely"][0]), f"{HERE}?late=likely", late == "likely", counts["likely"]),
    ]
    table: Table = Table(
        columns=[
            Column("number", Text("采购单", "Order")),
            Column("supplier", Text("供应商", "Supplier"), value=purchasing.supplier_title),
            Column("state", Text("状态", "State"), kind="badge", value=lambda row: ORDER_STATES[row.state]),
            Column("late", Text("到货提醒", "Delay"), kind="badge", value=lambda row: LATE.get(row.late)),
            Column("expected_on", Text("预计到货", "Expected"), kind="date"),
            Column("arrived", Text("到货 / 订购", "Received of"), align="right", value=purchasing.arrived),
            Column("total", Text("金额", "Total"), kind="money", value=lambda row: Money(row.total, row.currency)),
            Column("drafted_label", Text("起草", "Drafted by"), phone=False),
            Column("drafted_at", Text("时间", "At"), kind="datetime", phone=False),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=FILTERS,
        asked=asked,
        tabs=tabs,
        key="purchases",
        export=True,
        row_href=lambda row: f"{HERE}/{row.number}",
        row_tone=lambda row: "bad" if row.late == "late" else "",
        caption=Text("采购单", "Purchase orders"),
        empty=EMPTY_LATE if late else EMPTY,
        empty_action=(Text("起草采购单", "Draft an order"), f"{HERE}/new") if may and not late else None,
    )  # fmt: skip
    return page.render(request, "backoffice/purchases.html", table=table, may_change=may)


def _file(form: str, wanted: dict[str, Any]) -> HttpResponseBase:
    head = [
        Text("采购单", "Order"), Text("供应商", "Supplier"), Text("状态", "State"), Text("到货提醒", "Delay"), Text("预计到货", "Expected"),
        Text("订购件数", "Ordered"), Text("到货件数", "Received"), Text("币种", "Currency"), Text("金额", "Total"),
        Text("起草", "Drafted by"), Text("时间", "At"),
    ]  # fmt: skip

    def rows() -> Any:
        cursor = ""
        while True:
            found = selectors.orders(**wanted, cursor=cursor, limit=200)
            for row in found.items:
                yield _exported(row)
            if not found.next_cursor:
                return
            cursor = found.next_cursor

    return exports.answer(form, f"purchases-{clock.business_date():%Y%m%d}", head, rows())


def _exported(row: PurchaseRow) -> list[Any]:
    late = LATE.get(row.late)
    return [
        row.number, purchasing.supplier_title(row), ORDER_STATES[row.state][0], late[0] if late else "", row.expected_on, row.ordered,
        row.good, row.currency, Money(row.total, row.currency), row.drafted_label, row.drafted_at,
    ]  # fmt: skip


@staff(READ, post=MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """A draft."""
    form, status = FormState.of({"supplier": request.GET.get("supplier", "")}), 200
    if request.method == "POST":
        given = request.POST
        try:
            supplier_id = id_in(given.get("supplier", ""))
            if supplier_id is None:
                raise ValidationFailed.one("supplier", "required", "请选择供应商", "choose a supplier")
            currency = selectors.supplier(supplier_id).draft.currency
            made = services.draft_order(
                actor=actor(request), supplier=supplier_id, warehouse=id_in(given.get("warehouse", "")) or 0,
                lines=purchasing.lines_of(given, currency), reason=given.get("reason", ""), order_note=given.get("note", ""),
            )  # fmt: skip
            return flash(
                see_other(f"{HERE}/{made}"), Text("草稿已建立，请提交批准", "The draft is there; have it approved")
            )
        except Problem as problem:
            form, status = typed(request, problem, names=purchasing.line_names(given)), problem.status
    return page.render(request, "backoffice/purchase_new.html", status=status, form=form, **_choices(form))


def _choices(form: FormState, filled: int = 0) -> dict[str, Any]:
    typed_rows = articles.filled({name: str(form.value(name)) for name in form.values}, purchasing.LINE_PARTS)
    return {
        "suppliers": [(str(key), say(name)) for key, name in selectors.supplier_choices()],
        "houses": purchasing.houses(),
        "rows": range(1, max(purchasing.ROWS, filled + 2, (typed_rows[-1] + 1) if typed_rows else 0) + 1),
    }


@staff(READ, methods=("GET",))
def purchase(request: HttpRequest, number: str) -> HttpResponseBase:
    """One order with what has come of it."""
    if request.GET.get("print"):
        made = services.print_order(number, actor=actor(request))
        return HttpResponse(
            made, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{number}.pdf"'}
        )
    return _purchase(request, number)


def _purchase(request: HttpRequest, number: str, problem: Problem | None = None) -> HttpResponse:
    language.use(language.of(request))
    view = selectors.order(number)
    codes = catalog.sku_codes([line.sku_id for line in view.lines])
    initial: dict[str, Any] = {"warehouse": view.warehouse_id, "note": view.note}
    initial |= purchasing.line_values(view.lines, codes, view.currency)
    initial |= {"expected_on": view.expected_on.isoformat() if view.expected_on else ""}
    initial |= {f"confirmed-{line.position}": line.wanted for line in view.lines}
    form = (
        FormState.of(initial)
        if problem is None
        else typed(request, problem, names=_names(request, len(view.lines)), initial=initial)
    )
    may = actor(request).may
    link = f"{settings.PUBLIC_URL.rstrip('/')}{selectors.order_link(view)}" if view.sent_at else ""
    return page.render(
        request, "backoffice/purchase.html", status=problem.status if problem else 200, view=view, form=form, codes=codes, link=link,
        state=ORDER_STATES[view.state], late=LATE.get(view.late), house=purchasing.house_name(view.warehouse_id),
        history=life.of("purchase", number), may_change=may(MANAGE), may_approve=may(APPROVE),
        may_receive=may("procurement.receive"), today=clock.business_date(), **_choices(form, len(view.lines)),
    )  # fmt: skip


def _names(request: HttpRequest, count: int) -> dict[str, str]:
    confirmed = {f"lines.{position}.quantity": f"confirmed-{position}" for position in range(1, count + 1)}
    return confirmed if "confirmed-1" in request.POST else purchasing.line_names(request.POST)


@staff(READ, methods=("POST",))
def step(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """save, approve, revise, send, confirm, cancel, close, link, say."""
    given, who = request.POST, actor(request)
    reason = given.get("reason", "")
    acts: dict[str, tuple[Callable[[], Any], Text]] = {
        "save": (lambda: _save(request, number), Text("已保存", "Saved")),
        "approve": (partial(services.approve_order, number, actor=who), Text("已批准", "Approved")),
        "revise": (
            partial(services.revise_order, number, reason=reason, actor=who),
            Text("已退回草稿", "A draft again"),
        ),
        "send": (
            partial(services.send_order, number, actor=who),
            Text("已发出，把链接发给供应商", "Sent: give the supplier the link"),
        ),
        "confirm": (lambda: _confirm(request, number), Text("已登记供应商确认", "Confirmed")),
        "cancel": (partial(services.cancel_order, number, reason=reason, actor=who), Text("采购单已取消", "Cancelled")),
        "close": (partial(services.close_order, number, reason=reason, actor=who), Text("采购单已关闭", "Closed")),
        "link": (
            partial(services.renew_link, number, actor=who),
            Text("新链接已生效，旧链接作废", "The link of before is void"),
        ),
        "say": (partial(services.say, number, given.get("text", ""), actor=who), Text("留言已发出", "Said")),
    }
    if name not in acts:
        raise NotFound()
    do, done = acts[name]

    def doing() -> None:
        need(request, APPROVE if name == "approve" else MANAGE)
        do()

    return carry_out(
        request, doing, done, where=f"{HERE}/{number}", refused=lambda problem: _purchase(request, number, problem)
    )


def _save(request: HttpRequest, number: str) -> None:
    given = request.POST
    services.change_order(
        number, warehouse=id_in(given.get("warehouse", "")) or 0, order_note=given.get("note", ""), actor=actor(request),
        lines=purchasing.lines_of(given, selectors.order(number).currency),
    )  # fmt: skip


def _confirm(request: HttpRequest, number: str) -> None:
    expected = purchasing.day(request.POST.get("expected_on", ""), "expected_on")
    assert expected is not None
    services.confirm_order(number, expected_on=expected, lines=confirmed_of(request.POST), actor=actor(request))


def confirmed_of(given: Any) -> list[ConfirmedLine]:
    """Quantities as the form of a confirmation has them. Raises ValidationFailed."""
    errors: list[FieldError] = []
    lines = []
    for position in range(1, 201):
        if given.get(f"confirmed-{position}", "").strip():
            quantity = goods.units(given[f"confirmed-{position}"], f"confirmed-{position}", errors)
            lines.append(ConfirmedLine(position, quantity or 0))
    if errors:
        raise ValidationFailed(errors=errors)
    return lines


urlpatterns = [
    path("purchases", listing, name="office-purchases"),
    path("purchases/new", new, name="office-purchase-new"),
    path("purchases/<str:number>", purchase, name="office-purchase"),
    path("purchases/<str:number>/do/<slug:name>", step, name="office-purchase-step"),
]
