"""承运商账单: taken in from a workbook, held against the mall's own waybills, judged and settled."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.carriage import selectors, services
from zhanggui.carriage.types import Billed
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money
from zhanggui.kernel.problems import FieldError, Problem, ValidationFailed
from zhanggui.ui import page
from zhanggui.ui.forms import EMPTY, amount, scaled
from zhanggui.ui.language import say

from .. import exports, tables, workbooks
from ..access import actor, carry_out, ids_in, staff, typed
from ..tables import Column, Filter, Table

VIEW, BILLS = "carriage.view", "carriage.bills"
HERE = "/office/carriers/bills"
LINES_MOST = 50_000
FOUND: dict[str, tuple[Text, str]] = {
    "ok": (Text("相符", "As expected"), "good"),
    "heavy": (Text("重量偏大", "Too heavy"), "warn"),
    "dear": (Text("金额偏高", "Too dear"), "warn"),
    "unknown": (Text("不是我们的运单", "Not ours"), "bad"),
    "twice": (Text("重复计费", "Billed twice"), "bad"),
}


@staff(VIEW, post=BILLS)
def bills(request: HttpRequest) -> HttpResponseBase:
    """Bills, and a form for a new one."""
    if request.method != "POST":
        return _bills(request)
    given = request.POST
    lines: list[str] = []

    def do() -> int:
        errors: list[FieldError] = []
        found = _sheet(request, errors)
        if errors:
            lines.extend(say(error.message) for error in errors[:20])
            raise ValidationFailed(errors=errors)
        return services.add_bill(given.get("carrier", ""), given.get("name", ""), found, actor=actor(request))

    done = Text("账单已导入并核对", "The bill is taken in and checked")
    return carry_out(request, do, done, where=HERE, refused=lambda problem: _bills(request, problem, lines))


def _sheet(request: HttpRequest, errors: list[FieldError]) -> list[Billed]:
    """The first sheet: a line of titles, then number, weight in kg, amount."""
    file: Any = request.FILES.get("file")
    if file is None:
        errors.append(FieldError("file", "required", Text("请选择文件", "choose a file")))
        return []
    try:
        rows = workbooks.rows(file.read())
    except ValueError:
        text = Text("不是可以读取的 Excel 文件（xlsx、xls、ods）", "not a workbook that can be read")
        errors.append(FieldError("file", "type", text))
        return []
    if not 1 < len(rows) <= LINES_MOST + 1:
        text = Text(f"应有标题行和 1 到 {LINES_MOST} 行", f"a line of titles and 1 to {LINES_MOST} lines")
        errors.append(FieldError("file", "range", text))
        return []
    currency, found = str(mall_settings.get("mall.currency")), []
    for n, row in enumerate(rows[1:], 2):
        if not any(row):
            continue
        number, weight, price = [*row, "", "", ""][:3]
        wrong: list[FieldError] = []
        grams, minor = scaled(weight or "0", 3), amount(price, "file", currency, wrong)
        if grams is None or minor is None or wrong or not number:
            text = Text(f"第 {n} 行：应为运单号、重量（千克）、金额", f"line {n}: a number, a weight in kg, an amount")
            errors.append(FieldError("file", "type", text))
        else:
            found.append(Billed(n, number, grams, minor))
    return found


def _names() -> dict[str, Text]:
    return {code: Text(each.name, each.name_en or each.name) for code, each in selectors.names().items()}


def _bills(request: HttpRequest, problem: Problem | None = None, lines: list[str] | None = None) -> HttpResponse:
    asked = tables.asked(request)
    found = selectors.bills(cursor=asked.cursor)
    known, currency = _names(), str(mall_settings.get("mall.currency"))
    table: Table = Table(
        columns=[
            Column("name", Text("账单", "Bill")),
            Column("carrier", Text("承运商", "Carrier"), value=lambda row: known.get(row.carrier, row.carrier)),
            Column("at", Text("导入", "Taken in"), kind="date"),
            Column("lines", Text("行数", "Lines"), kind="number"),
            Column("differ", Text("差异", "Differ"), kind="number"),
            Column("amount", Text("账单金额", "Billed"), kind="money", value=lambda row: Money(row.amount, currency)),
            Column("expected", Text("按资费应付", "Expected"), kind="money", value=lambda row: Money(row.expected, currency), phone=False),
            Column("accepted", Text("认可金额", "Accepted"), kind="money", value=lambda row: Money(row.accepted, currency)),
            Column("state", Text("状态", "State"), kind="badge", value=_state),
        ],
        rows=found.items,
        next=found.next_cursor,
        asked=asked,
        row_key=lambda row: row.id,
        row_href=lambda row: f"{HERE}/{row.id}",
        caption=Text("承运商账单", "Carriers’ bills"),
        empty=(
            Text("还没有账单", "No bills yet"),
            Text("导入承运商的对账单，与自己的运单逐行核对", "Take a carrier’s bill in; it is held against the mall’s own waybills"),
        ),
    )  # fmt: skip
    return page.render(
        request, "backoffice/carrier_bills.html", status=problem.status if problem else 200, table=table, lines=lines or [],
        form=typed(request, problem) if problem else EMPTY, choices=list(known.items()), may=actor(request).may(BILLS),
    )  # fmt: skip


def _state(row: Any) -> tuple[Text, str]:
    return (Text("已结算", "Settled"), "good") if row.settled_at else (Text("待结算", "To settle"), "warn")


@staff(VIEW, post=BILLS)
def bill(request: HttpRequest, bill_id: int) -> HttpResponseBase:
    """One bill: its differences first; lines judged, the bill settled."""
    if request.method != "POST":
        return _lines_file(request, bill_id) if exports.asked(request) else _bill(request, bill_id)
    given, who = request.POST, actor(request)

    def do() -> Any:
        if given.get("do") == "settle":
            return services.settle_bill(bill_id, note=given.get("note", ""), actor=who)
        ids = ids_in(given.getlist("ids"))
        if not ids:
            raise ValidationFailed.one("ids", "required", "请先勾选", "tick some first")
        whole = given.get("action") == "whole"
        return services.accept_lines(bill_id, ids, whole=whole, reason=given.get("reason", ""), actor=who)

    return carry_out(
        request,
        do,
        Text("已保存", "Saved"),
        where=f"{HERE}/{bill_id}",
        refused=lambda problem: _bill(request, bill_id, problem),
    )


def _filters() -> tuple[Filter, ...]:
    return (
        Filter(
            "found", Text("核对结果", "Found"), "choice",
            [("differ", Text("有差异的", "All that differ")), *((name, words) for name, (words, _) in FOUND.items())],
        ),
    )  # fmt: skip


def _lines_file(request: HttpRequest, bill_id: int) -> HttpResponseBase:
    selectors.bill(bill_id)  # there is one
    found = tables.asked(request, _filters())["found"]
    return _file(exports.asked(request) or "xlsx", bill_id, found, str(mall_settings.get("mall.currency")))


def _bill(request: HttpRequest, bill_id: int, problem: Problem | None = None) -> HttpResponse:
    found = selectors.bill(bill_id)
    filters = _filters()
    asked = tables.asked(request, filters)
    currency = str(mall_settings.get("mall.currency"))
    lines = selectors.bill_lines(bill_id, found=asked["found"], cursor=asked.cursor)
    open_now = actor(request).may(BILLS) and found.settled_at is None
    bulk = [
        tables.Bulk(Text("按账单认可", "Accept as billed"), f"{HERE}/{bill_id}", value="whole", icon="check"),
        tables.Bulk(Text("不认可", "Accept nothing"), f"{HERE}/{bill_id}", value="none", icon="x"),
    ]
    table: Table = Table(
        columns=[
            Column("row", Text("行", "Line"), kind="number", phone=False),
            Column("number", Text("运单号", "Waybill")),
            Column("found", Text("核对结果", "Found"), kind="badge", value=lambda row: FOUND[row.found]),
            Column("weight", Text("账单 / 自称（克）", "Billed / own, g"), align="right", value=_weights),
            Column("amount", Text("账单金额", "Billed"), kind="money", value=lambda row: Money(row.amount, currency)),
            Column("own", Text("按资费", "Expected"), kind="money", value=lambda row: _money(row.own_cost, currency)),
            Column("accepted", Text("认可", "Accepted"), kind="money", value=lambda row: Money(row.accepted, currency)),
        ],
        rows=lines.items,
        next=lines.next_cursor,
        filters=filters,
        asked=asked,
        row_key=lambda row: row.id,
        key="carrier-bill",
        bulk=bulk if open_now else [],
        export=True,
        caption=Text("账单明细", "Lines"),
        empty=(Text("没有这样的行", "No such line"), Text("换一个筛选条件", "Choose another filter")),
    )
    return page.render(
        request, "backoffice/carrier_bill.html", status=problem.status if problem else 200, table=table, bill=found, open=open_now,
        carrier=_names().get(found.carrier, found.carrier), currency=currency, state=_state(found),
        form=typed(request, problem) if problem else EMPTY,
    )  # fmt: skip


def _weights(row: Any) -> str:
    return f"{row.weight_g:,} / {'–' if row.own_weight is None else format(row.own_weight, ',')}"


def _money(value: int | None, currency: str) -> Money | None:
    return None if value is None else Money(value, currency)


def _file(form: str, bill_id: int, wanted: str, currency: str) -> HttpResponseBase:
    head = [
        Text("行", "Line"), Text("运单号", "Waybill"), Text("核对结果", "Found"), Text("账单重量（克）", "Billed, g"),
        Text("自称重量（克）", "Own, g"), Text("账单金额", "Billed"), Text("按资费", "Expected"), Text("认可", "Accepted"),
    ]  # fmt: skip

    def rows() -> Any:
        cursor = ""
        while True:
            found = selectors.bill_lines(bill_id, found=wanted, cursor=cursor, limit=1_000)
            for row in found.items:
                yield [
                    row.row, row.number, FOUND[row.found][0], row.weight_g, row.own_weight, Money(row.amount, currency),
                    _money(row.own_cost, currency), Money(row.accepted, currency),
                ]  # fmt: skip
            if not found.next_cursor:
                return
            cursor = found.next_cursor

    return exports.answer(form, f"bill-{bill_id}-{clock.business_date():%Y%m%d}", head, rows())


urlpatterns = [
    path("carriers/bills", bills, name="office-carrier-bills"),
    path("carriers/bills/<int:bill_id>", bill, name="office-carrier-bill"),
]
