"""Dropshipping at the desk: orders that suppliers send, the suppliers, what they hold, and which goods are theirs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import SupplyMode
from zhanggui.dropship import selectors, services
from zhanggui.dropship.types import (
    REASONS,
    PartnerView,
    ReturnTo,
    Stated,
    SupplierOrderRow,
    SupplierOrderView,
)
from zhanggui.fulfilment import selectors as parcels
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.procurement import selectors as procurement
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say

from .. import exports, goods, life, purchasing, tables, workbooks
from ..access import actor, carry_out, id_in, number_in, refused, staff, typed
from ..messages import flash
from ..purchasing import Named
from ..tables import Column, Filter, Table

PAGE, FILE_MOST, MOST_CODES = 50, 4 << 20, 200
READ, MANAGE = "dropship.read", "dropship.manage"
HERE = "/office/dropship"
STATES: dict[str, tuple[Text, str]] = {
    "sent": (Text("待确认", "To be confirmed"), "warn"),
    "confirmed": (Text("待发货", "Confirmed"), "info"),
    "refused": (Text("已拒单", "Refused"), "bad"),
    "recalled": (Text("待拦截", "Called back"), "warn"),
    "shipped": (Text("已发货", "Shipped"), "good"),
    "cancelled": (Text("已取消", "Cancelled"), "neutral"),
}
LATE = {"silent": (Text("超时未确认", "No answer"), "warn"), "overdue": (Text("超时未发", "Overdue"), "bad")}
MODES = {
    SupplyMode.STOCKED: Text("现货（自有仓库）", "In stock with us"),
    SupplyMode.DROPSHIPPED: Text("代发（供应商直发）", "Sent by a supplier"),
    SupplyMode.MADE_TO_ORDER: Text("定制（下单后制作）", "Made to order"),
}


def late_of(row: SupplierOrderRow | SupplierOrderView) -> tuple[Text, str] | None:
    """What is late about it now, before the timer has noticed, too."""
    if row.state in ("sent", "confirmed") and row.due_at <= clock.now():
        return LATE["overdue"]
    return LATE.get(row.late) if row.state in ("sent", "confirmed") else None


# --- orders


@staff(READ, methods=("GET",))
def listing(request: HttpRequest) -> HttpResponseBase:
    """Newest first; what needs somebody has tabs of its own."""
    known = selectors.partners()
    filters = (
        Filter("q", Text("代发单号或订单号", "Number of it or of its order")),
        Filter(
            "state", Text("状态", "State"), "choice",
            (("open", Text("未结束", "Open")), *((name, words) for name, (words, _) in STATES.items())),
        ),
        Filter("supplier", Text("供应商", "Supplier"), "choice", tuple((str(each.supplier_id), each.title) for each in known)),
    )  # fmt: skip
    asked = tables.asked(request, filters, keep=("late",))
    late = asked.extra.get("late", "") == "1"
    wanted: dict[str, Any] = {
        "q": asked["q"], "state": asked["state"], "supplier_id": id_in(asked["supplier"]), "late": late,
    }  # fmt: skip
    if form := exports.asked(request):
        return _file(form, wanted)
    found = selectors.supplier_orders(**wanted, cursor=asked.cursor, limit=PAGE)
    n = selectors.attention()
    tabs = [
        (say(Text("全部", "All")), HERE, not late and not asked["state"], None),
        (say(Text("已逾期或无回音", "Late or silent")), f"{HERE}?late=1", late, n["overdue"] + n["silent"]),
        (say(STATES["refused"][0]), f"{HERE}?state=refused", asked["state"] == "refused", n["refused"]),
        (say(STATES["recalled"][0]), f"{HERE}?state=recalled", asked["state"] == "recalled", n["recalled"]),
    ]
    table: Table = Table(
        columns=[
            Column("number", Text("代发单", "Supplier order")),
            Column("order_number", Text("订单", "Order")),
            Column("supplier", Text("供应商", "Supplier"), value=lambda row: row.title),
            Column("state", Text("状态", "State"), kind="badge", value=lambda row: STATES[row.state]),
            Column("late", Text("提醒", "Delay"), kind="badge", value=late_of),
            Column("due_at", Text("应发", "Due"), kind="datetime"),
            Column("units", Text("件数", "Units"), kind="number"),
            Column("amount", Text("采购额", "Cost"), kind="money", value=_cost),
            Column("sent_at", Text("下达", "Sent"), kind="datetime", phone=False),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=filters,
        asked=asked,
        tabs=tabs,
        key="dropship",
        export=True,
        row_href=lambda row: f"{HERE}/{row.number}",
        row_tone=lambda row: "bad" if (late_of(row) or ("", ""))[1] == "bad" or row.state == "refused" else "",
        caption=Text("代发单", "Supplier orders"),
        empty=(
            Text("没有代发单", "No supplier orders"),
            Text("代发商品付款并通过审单后，自动下达给供应商", "What is paid and passed by the review goes to suppliers by itself"),
        ),
    )  # fmt: skip
    return page.render(
        request, "backoffice/dropship.html", table=table, partners=known, may_change=actor(request).may(MANAGE)
    )


def _cost(row: SupplierOrderRow) -> Money | None:
    return Money(row.amount, row.currency) if row.amount is not None else None


def _file(form: str, wanted: dict[str, Any]) -> HttpResponseBase:
    head = [
        Text("代发单", "Supplier order"), Text("订单", "Order"), Text("供应商", "Supplier"), Text("状态", "State"), Text("提醒", "Delay"),
        Text("应发", "Due"), Text("件数", "Units"), Text("币种", "Currency"), Text("采购额", "Cost"), Text("下达", "Sent"),
        Text("发出", "Shipped"), Text("拒单原因", "Refusal"),
    ]  # fmt: skip

    def rows() -> Any:
        cursor = ""
        while True:
            found = selectors.supplier_orders(**wanted, cursor=cursor, limit=200)
            for row in found.items:
                late = late_of(row)
                yield [
                    row.number, row.order_number, row.title, STATES[row.state][0], late[0] if late else "", row.due_at, row.units,
                    row.currency, _cost(row), row.sent_at, row.shipped_at, REASONS[row.refusal] if row.refusal else "",
                ]  # fmt: skip
            if not found.next_cursor:
                return
            cursor = found.next_cursor

    return exports.answer(form, f"dropship-{clock.business_date():%Y%m%d}", head, rows())


@staff(READ, methods=("GET",))
def order(request: HttpRequest, number: str) -> HttpResponse:
    """One supplier order, and what staff can enter for its supplier."""
    return _order(request, number)


def _order(request: HttpRequest, number: str, problem: Problem | None = None) -> HttpResponse:
    view = selectors.supplier_order(number)
    initial: dict[str, Any] = {"ready_on": view.ready_on.isoformat() if view.ready_on else ""}
    initial |= {f"ship-{line.line}": line.open for line in view.lines if line.open}
    names = {f"lines.{line.line}": f"ship-{line.line}" for line in view.lines}
    form = FormState.of(initial) if problem is None else typed(request, problem, names=names, initial=initial)
    may = actor(request).may(MANAGE)
    kept = {
        line.line: line.shipped - sum(t.quantity for t in view.returns if t.line == line.line) for line in view.lines
    }
    return page.render(
        request, "backoffice/dropship_order.html", status=problem.status if problem else 200, view=view, form=form, may_change=may,
        state=STATES[view.state], late=late_of(view), named=Named.of(line.sku_id for line in view.lines),
        receiver=selectors.receiver(view), reasons=[(name, say(words)) for name, words in REASONS.items()],
        refusal=REASONS.get(view.refusal), history=life.of("supplier_order", number), kept=kept,
        carriers=[(each.code, each.name) for each in parcels.carriers() if each.active and each.code != "PICKUP"],
    )  # fmt: skip


@staff(READ, post=MANAGE, methods=("POST",))
def step(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """confirm, refuse, ship, stop, resend, prices, back."""
    given, who = request.POST, actor(request)
    reason = given.get("reason", "")
    acts: dict[str, tuple[Callable[[], Any], Text]] = {
        "confirm": (lambda: _confirm(request, number), Text("已登记供应商确认", "Confirmed")),
        "refuse": (
            partial(services.refuse, number, reason=given.get("refusal", ""), words=given.get("words", ""), actor=who),
            Text("已登记拒单，请联系买家", "Refused: tell the buyer"),
        ),
        "ship": (lambda: ship_of(given, number, actor=who), Text("已发货，应付已记账", "Shipped, and owed for")),
        "stop": (
            partial(services.stop, number, words=given.get("words", ""), actor=who),
            Text("已拦截，代发单取消", "Stopped"),
        ),
        "resend": (
            partial(services.resend, number, reason=reason, actor=who),
            Text("已重新发给供应商", "With the supplier anew"),
        ),
        "prices": (lambda: _prices(request, number), Text("价格已保存", "Saved")),
        "back": (lambda: _back(request, number), Text("已登记退回，冲减应付", "Taken back: less is owed")),
    }
    if name not in acts:
        raise NotFound()
    do, done = acts[name]
    return carry_out(
        request, do, done, where=f"{HERE}/{number}", refused=lambda problem: _order(request, number, problem)
    )


def _confirm(request: HttpRequest, number: str) -> None:
    day = purchasing.day(request.POST.get("ready_on", ""), "ready_on", needed=False)
    services.confirm(number, ready_on=day, actor=actor(request))


def ship_of(given: Any, number: str, **who: Any) -> str:
    """A parcel as a form has it: the carrier, the waybill and, where they are given, units by line."""
    errors: list[FieldError] = []
    units: dict[int, int] = {}
    for line in range(1, 201):
        text = given.get(f"ship-{line}", "").strip()
        if text:
            units[line] = goods.units(text, f"ship-{line}", errors) or 0
    if errors:
        raise ValidationFailed(errors=errors)
    return services.ship(
        number, carrier=given.get("carrier", ""), waybill_no=given.get("waybill_no", ""), units=units or None, **who
    )


def _prices(request: HttpRequest, number: str) -> None:
    view = selectors.supplier_order(number)
    errors: list[FieldError] = []
    prices = {}
    for line in view.lines:
        text = request.POST.get(f"price-{line.line}", "").strip()
        if text:
            prices[line.line] = goods.amount(text, f"price-{line.line}", view.currency, errors) or 0
    if errors:
        raise ValidationFailed(errors=errors)
    services.set_prices(number, prices, actor=actor(request))


def _back(request: HttpRequest, number: str) -> None:
    given, errors = request.POST, list[FieldError]()
    units = goods.units(given.get("quantity", ""), "quantity", errors)
    if errors:
        raise ValidationFailed(errors=errors)
    line = number_in(given.get("line", ""), 4) or 0
    services.take_back(number, line, units or 0, reason=given.get("reason", ""), actor=actor(request))


# --- suppliers and their stock


@staff(READ, methods=("GET",))
def partners(request: HttpRequest) -> HttpResponse:
    """Who sends for us; and whoever may begin to."""
    return _partners(request)


def _partners(request: HttpRequest, problem: Problem | None = None) -> HttpResponse:
    known = selectors.partners()
    form = FormState.of({}) if problem is None else typed(request, problem)
    others = [
        (str(key), say(name))
        for key, name in procurement.supplier_choices(states=("approved",))
        if key not in {each.supplier_id for each in known}
    ]
    return page.render(
        request, "backoffice/dropship_partners.html", status=problem.status if problem else 200, partners=known, others=others,
        form=form, may_change=actor(request).may(MANAGE),
    )  # fmt: skip


@staff(READ, post=MANAGE, methods=("POST",))
def begin(request: HttpRequest) -> HttpResponse:
    """A supplier sends for us from now on."""
    supplier_id = id_in(request.POST.get("supplier", ""))

    def do() -> None:
        if supplier_id is None:
            raise ValidationFailed.one("supplier", "required", "请选择供应商", "choose a supplier")
        services.open_partner(supplier_id, return_to=_return_to(request.POST), actor=actor(request))

    return carry_out(
        request, do, Text("代发已开通，把链接发给供应商", "He sends for us now: give him the link"),
        where=f"{HERE}/suppliers/{supplier_id or ''}", refused=lambda problem: _partners(request, problem),
    )  # fmt: skip


def _return_to(given: Any) -> ReturnTo:
    return ReturnTo(*(given.get(f"return_{name}", "") for name in ("name", "phone", "address")))


@staff(READ, methods=("GET",))
def partner(request: HttpRequest, supplier_id: int) -> HttpResponseBase:
    """A supplier who sends for us: his link, where returns go, what he holds; `export=xlsx|csv` gives his stock as a file."""
    view = _known(supplier_id)
    if form := exports.asked(request):
        return stock_file(form, view)
    return _partner(request, view)


def _known(supplier_id: int) -> PartnerView:
    view = selectors.partner(supplier_id)
    if view is None:
        raise NotFound()
    return view


def _partner(
    request: HttpRequest, view: PartnerView, problem: Problem | None = None, names: dict[str, str] | None = None
) -> HttpResponse:
    held = selectors.held(view)
    initial: dict[str, Any] = {
        "return_name": view.return_to.name, "return_phone": view.return_to.phone, "return_address": view.return_to.address,
        "active": view.active,
    } | {f"units-{row.sku_id}": row.on_hand for row in held}  # fmt: skip
    form = FormState.of(initial) if problem is None else typed(request, problem, names=names or {}, initial=initial)
    return page.render(
        request, "backoffice/dropship_partner.html", status=problem.status if problem else 200, view=view, held=held, form=form,
        named=Named.of(row.sku_id for row in held), may_change=actor(request).may(MANAGE),
        link=f"{settings.PUBLIC_URL.rstrip('/')}{selectors.desk_link(view)}", history=life.of("supplier", view.supplier_id),
    )  # fmt: skip


@staff(READ, post=MANAGE, methods=("POST",))
def change(request: HttpRequest, supplier_id: int, name: str) -> HttpResponse:
    """save (where returns go, whether his goods are sold), link (a new one), stock (typed), sheet (as a workbook)."""
    view, who, given = _known(supplier_id), actor(request), request.POST
    names: dict[str, str] = {}

    def stock() -> Any:
        errors: list[FieldError] = []
        rows = [
            Stated(row.sku_id, goods.units(given.get(f"units-{row.sku_id}", ""), f"units-{row.sku_id}", errors) or 0)
            for row in selectors.held(view)
            if given.get(f"units-{row.sku_id}", "").strip()
        ]  # fmt: skip
        if errors:
            raise ValidationFailed(errors=errors)
        names.update(
            {f"rows.{i}.{part}": f"units-{row.sku_id}" for i, row in enumerate(rows) for part in ("on_hand", "sku")}
        )
        return services.state_stock(supplier_id, rows, actor=who)

    acts: dict[str, tuple[Callable[[], Any], Any]] = {
        "save": (
            lambda: services.change_partner(
                supplier_id, return_to=_return_to(given), active=given.get("active") == "1", actor=who
            ),
            Text("已保存", "Saved"),
        ),
        "link": (
            partial(services.renew_link, supplier_id, actor=who),
            Text("新链接已生效，旧链接作废", "The link of before is void"),
        ),
        "stock": (stock, told_short),
        "sheet": (lambda: services.state_stock(supplier_id, sheet_rows(request), actor=who), told_short),
    }
    if name not in acts:
        raise NotFound()
    do, done = acts[name]
    return carry_out(
        request,
        do,
        done,
        where=f"{HERE}/suppliers/{supplier_id}",
        refused=lambda problem: _partner(request, view, problem, names),
    )


def told_short(short: Any) -> Text:
    """What was saved, and whether he has too little for his orders."""
    if not short:
        return Text("库存已更新", "The stock is up to date")
    missing = sum(each.missing for each in short)
    return Text(
        f"库存已更新；已下达的订单还缺 {missing} 件，请让供应商处理",
        f"Up to date; {missing} units of his orders are missing",
    )


def sheet_rows(request: HttpRequest) -> list[Stated]:
    """A workbook with the SKU in its first column and the units in its second. Raises ValidationFailed naming the rows."""
    sent = request.FILES.get("file")
    if sent is None:
        raise ValidationFailed.one("file", "required", "请选择文件", "choose a file")
    if (sent.size or 0) > FILE_MOST:
        raise ValidationFailed.one("file", "too_large", "文件最大 4 MB", "at most 4 MB")
    try:
        rows = workbooks.rows(sent.read())
    except ValueError:
        raise ValidationFailed.one("file", "type", "不是可读取的 Excel 文件", "no workbook that can be read") from None
    return stated_of(rows)


def stated_of(rows: list[list[str]]) -> list[Stated]:
    """The same of cells; a first row without a number of units is the heading."""
    given = [
        (n, row[0].strip(), row[1].strip() if len(row) > 1 else "")
        for n, row in enumerate(rows, 1)
        if row and row[0].strip()
    ]
    if given and not given[0][2].isdecimal():
        given = given[1:]
    found = {sku.code: sku.sku_id for sku in catalog.sellable_by_code([code for _, code, _ in given]) if sku.sku_id}
    errors = []
    stated = []
    for n, code, units in given:
        if code not in found:
            errors.append(FieldError("file", "unknown", Text(f"第 {n} 行：没有 SKU {code}", f"row {n}: no SKU {code}")))
        elif number_in(units, 7) is None:
            text = Text(f"第 {n} 行：库存应为 0 或正整数", f"row {n}: the stock must be a whole number, 0 or more")
            errors.append(FieldError("file", "type", text))
        else:
            stated.append(Stated(found[code], int(units)))
    if errors or not stated:
        nothing = FieldError("file", "empty", Text("文件里没有库存", "no stock in the file"))
        raise ValidationFailed(errors=errors[:10] or [nothing])
    return stated


def stock_file(form: str, view: PartnerView) -> HttpResponseBase:
    """What he holds, in the columns that can be sent back."""
    held = selectors.held(view)
    named = Named.of(row.sku_id for row in held)
    head = [
        Text("SKU", "SKU"), Text("现有库存", "On hand"), Text("其中未发订单", "Of it for orders"), Text("商品", "Goods"),
        Text("货号", "His code"),
    ]  # fmt: skip
    rows = [
        [named.code(row.sku_id), row.on_hand, row.promised, named.title(row.sku_id), row.supplier_code] for row in held
    ]
    return exports.answer(form, f"supplier-stock-{view.code}-{clock.business_date():%Y%m%d}", head, rows)


# --- which goods are whose


@staff("catalog.view", methods=("GET",))
def supplied(request: HttpRequest) -> HttpResponse:
    """Products that are not in stock with us, and how to make more of them so."""
    return _supplied(request)


def _supplied(request: HttpRequest, problem: Problem | None = None) -> HttpResponse:
    language.use(language.of(request))
    asked = tables.asked(request, ())
    found = catalog.not_stocked_products(cursor=asked.cursor, limit=PAGE)
    table: Table = Table(
        columns=[
            Column("title", Text("商品", "Product"), value=lambda row: row.title),
            Column("code", Text("编码", "Code")),
            Column("mode", Text("供货方式", "Supply"), kind="badge", value=lambda row: (MODES[SupplyMode(row.mode)], "info")),
            Column("hours", Text("发货承诺", "Promise"), align="right", value=_promise),
            Column("state", Text("状态", "State"), value=lambda row: goods.STATES[row.state][0]),
        ],
        rows=found.items,
        next=found.next_cursor,
        asked=asked,
        key="supplied",
        row_href=lambda row: f"/office/products/{row.id}",
        caption=Text("代发与定制商品", "Goods sent by suppliers or made to order"),
        empty=(
            Text("全部商品都是现货", "Everything is in stock with us"),
            Text("填写商品编码，改为由供应商直发", "Enter product codes to have suppliers send them"),
        ),
    )  # fmt: skip
    form = FormState.of({"mode": SupplyMode.DROPSHIPPED}) if problem is None else typed(request, problem)
    return page.render(
        request, "backoffice/dropship_goods.html", status=problem.status if problem else 200, table=table, form=form,
        may_change=actor(request).may(MANAGE),
        modes=[(mode.value, say(MODES[mode])) for mode in (SupplyMode.DROPSHIPPED, SupplyMode.STOCKED)],
        default_hours=mall_settings.get("catalog.dropship_hours"),
    )  # fmt: skip


def _promise(row: Any) -> Text:
    hours = catalog.supply_hours(row.mode, row.promise_hours)
    own = "" if row.promise_hours is None else "*"
    return Text(f"{hours} 小时{own}", f"{hours} h{own}")


@staff("catalog.view", post=MANAGE, methods=("POST",))
def set_supplied(request: HttpRequest) -> HttpResponse:
    """Many products by their codes, or SKUs': how they are supplied from now on."""
    given = request.POST

    def do() -> list[int]:
        codes = list(dict.fromkeys(given.get("codes", "").replace(",", " ").replace("，", " ").split()))
        if not 1 <= len(codes) <= MOST_CODES:
            raise ValidationFailed.one(
                "codes", "length", f"请填写 1 到 {MOST_CODES} 个编码", f"1 to {MOST_CODES} codes"
            )
        found = catalog.products_by_code(codes)
        if missing := [code for code in codes if code not in found]:
            shown = "、".join(missing[:5])
            raise ValidationFailed.one(
                "codes", "unknown", f"没有这些编码：{shown}", f"no such codes: {', '.join(missing[:5])}"
            )
        return services.set_supply(
            list(dict.fromkeys(found.values())),
            given.get("mode", ""),
            promise_hours=_hours(given),
            actor=actor(request),
        )

    return carry_out(
        request, do, lambda changed: Text(f"{len(changed)} 个商品已更改", f"{len(changed)} products changed"),
        where=f"{HERE}/goods", refused=lambda problem: _supplied(request, problem),
    )  # fmt: skip


@staff("catalog.view", post=MANAGE, methods=("POST",))
def supply_of(request: HttpRequest, product_id: int) -> HttpResponse:
    """One product, from its page."""
    try:
        services.set_supply(
            [product_id], request.POST.get("mode", ""), promise_hours=_hours(request.POST), actor=actor(request)
        )
    except Problem as problem:
        return refused(request, problem)
    where = HttpResponse(status=303, headers={"Location": f"/office/products/{product_id}"})
    return flash(where, Text("供货方式已保存", "How it is supplied is saved"))


def _hours(given: Any) -> int | None:
    text = given.get("promise_hours", "").strip()
    if not text or given.get("mode") == SupplyMode.STOCKED:
        return None
    hours = number_in(text, 4)
    if hours is None:
        raise ValidationFailed.one("promise_hours", "type", "请填写整数小时", "a whole number of hours")
    return hours


urlpatterns = [
    path("dropship", listing, name="office-dropship"),
    path("dropship/goods", supplied, name="office-dropship-goods"),
    path("dropship/goods/set", set_supplied, name="office-dropship-goods-set"),
    path("dropship/suppliers", partners, name="office-dropship-partners"),
    path("dropship/suppliers/begin", begin, name="office-dropship-begin"),
    path("dropship/suppliers/<int:supplier_id>", partner, name="office-dropship-partner"),
    path("dropship/suppliers/<int:supplier_id>/<slug:name>", change, name="office-dropship-change"),
    path("dropship/<str:number>", order, name="office-dropship-order"),
    path("dropship/<str:number>/do/<slug:name>", step, name="office-dropship-step"),
    path("products/<int:product_id>/supply", supply_of, name="office-product-supply"),
]
