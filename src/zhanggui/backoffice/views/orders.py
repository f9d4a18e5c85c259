"""Orders: found by anything, seen with all that happened to them, noted, cancelled, picked and shipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.aftersales import selectors as aftersales
from zhanggui.analytics import selectors as analytics
from zhanggui.dropship import selectors as dropship
from zhanggui.fulfilment import selectors as parcels
from zhanggui.fulfilment import services as fulfilment
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money, format_minor
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.orders import selectors, services
from zhanggui.orders.types import ShippedUnits
from zhanggui.payments import selectors as payments
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say

from .. import assorting, exports, goods, tables
from ..access import actor, carry_out, number_in, refused, safe_next, see_other, staff, typed
from ..behind import STATUSES
from ..messages import flash
from ..orders import CASE_STATES, METHODS, ORDER_KINDS, PROVIDERS, REFUND_STATES, deadline, events, refund_reason
from ..tables import Bulk, Column, Filter, Table
from . import entry
from .dropship import STATES as SUPPLIER_ORDERS

PAGE = 50
PRINTABLE = ("paid", "fulfilling", "shipped", "delivered", "completed")
EXPORT_MOST = 50_000
FILTERS = (
    Filter("q", Text("订单号、手机号、收货人、SKU", "Number, mobile, receiver, SKU")),
    Filter("status", Text("状态", "State"), "choice", tuple((name, words) for name, (words, _) in STATUSES.items())),
    Filter("from", Text("下单从", "Placed from"), "date"),
    Filter("to", Text("到", "until"), "date"),
    Filter("overdue", Text("已超发货承诺", "Past the promise"), "flag"),
)


@staff("orders.view", methods=("GET",))
def orders(request: HttpRequest) -> HttpResponseBase:
    """Newest first; the same number of statements in a mall of any size."""
    language.use(language.of(request))
    asked = tables.asked(request, FILTERS)
    who = actor(request)
    if form := exports.asked(request):
        head = [Text("订单号", "Order"), Text("状态", "State"), Text("下单时间", "Placed"), Text("付款时间", "Paid"),
                Text("支付方式", "Payment"), Text("应付", "Total"), Text("实付", "Paid amount"), Text("已退", "Refunded"),
                Text("收货人", "Receiver"), Text("手机号", "Mobile"), Text("省", "Province"), Text("市", "City"),
                Text("商品", "Goods"), Text("件数", "Units")]  # fmt: skip
        return exports.answer(form, f"orders-{clock.business_date():%Y%m%d}", head, _exported(request, asked))
    found = _found(asked, asked.cursor, PAGE)
    now = clock.now()
    rows = [{**selectors.masked(row, who), "deadline": deadline(row, now)} for row in goods.called(found.items)]
    table = Table(
        columns=[
            Column("number", Text("订单", "Order"), kind="custom"),
            Column("goods", Text("商品", "Goods"), kind="custom"),
            Column("status", Text("状态", "State"), kind="badge", value=lambda row: STATUSES[row["status"]]),
            Column("deadline", Text("发货时限", "To ship"), kind="custom"),
            Column(
                "total", Text("金额", "Total"), kind="money", value=lambda row: Money(row["total"], row["currency"])
            ),
            Column("buyer", Text("收货人", "Receiver"), kind="custom", phone=False),
            Column(
                "payment_provider",
                Text("支付", "Payment"),
                phone=False,
                value=lambda row: PROVIDERS.get(row["payment_provider"], row["payment_provider"]),
            ),
            Column("placed_at", Text("下单时间", "Placed"), kind="datetime"),
        ],
        rows=rows,
        next=found.next_cursor,
        filters=FILTERS,
        asked=asked,
        key="orders",
        row_href=lambda row: f"/office/orders/{row['number']}",
        row_key=lambda row: row["number"],
        row_tone=lambda row: row["deadline"]["tone"] if row["deadline"] and row["deadline"]["tone"] == "bad" else "",
        bulk=_bulk(who),
        export=True,
        caption=Text("订单", "Orders"),
        empty=(
            Text("还没有订单", "No orders yet"),
            Text("顾客下单后会立即出现在这里", "They appear here the moment somebody buys"),
        ),
    )
    return page.render(request, "backoffice/orders.html", table=table, now=now)


def _found(asked: tables.Asked, cursor: str, limit: int) -> Any:
    until = asked.day("to")
    since = asked.day("from")
    return selectors.listing(
        status=asked["status"],
        q=asked["q"],
        placed_from=clock.day_bounds(since)[0] if since else None,
        placed_to=clock.day_bounds(until)[1] if until else None,
        overdue=bool(asked["overdue"]),
        cursor=cursor,
        limit=limit,
    )


def _exported(request: HttpRequest, asked: tables.Asked) -> Iterator[list[Any]]:
    cursor, left, who = "", EXPORT_MOST, actor(request)
    while left > 0:
        found = _found(asked, cursor, min(200, left))
        for row in (selectors.masked(each, who) for each in goods.called(found.items)):
            amounts = [Money(row[name], row["currency"]) for name in ("total", "paid_total", "refunded_total")]
            bought = goods.listed(
                (line["title"] + (f"（{made}）" if (made := selectors.made_as(line)) else ""), line["quantity"])
                for line in row["lines"]
            )
            units = sum(line["quantity"] for line in row["lines"])
            yield [row["number"], say(STATUSES[row["status"]][0]), row["placed_at"], row["paid_at"],
                   say(PROVIDERS.get(row["payment_provider"], Text("", ""))), *amounts, row["contact_name"],
                   row["contact_mobile"], row["province"], row["city"], bought, units]  # fmt: skip
        if not found.next_cursor:
            return
        cursor, left = found.next_cursor, left - len(found.items)


@staff("orders.view", methods=("GET",))
def order(request: HttpRequest, number: str) -> HttpResponse:
    """One order with its lines, money, parcels, cases and history."""
    return _order(request, number)


def _order(
    request: HttpRequest, number: str, form: FormState | None = None, status: int = 200, personal: bool = False
) -> HttpResponse:
    language.use(language.of(request))
    stored = selectors.find(number)
    if stored is None:
        raise NotFound()
    found = goods.called([stored])[0]
    who = actor(request)
    shown = found if personal else selectors.masked(found, who)
    money_shown = who.may("payments.view")
    sent = parcels.parcels_of([number])[number]
    titles = {line["line"]: line["title"] for line in found["lines"]}
    open_lines = [
        {**line, "open": line["quantity"] - line["shipped_quantity"] - line["refunded_quantity"]}
        for line in found["lines"]
    ]
    now = clock.now()
    response = page.render(
        request,
        "backoffice/order.html",
        order_kinds=ORDER_KINDS,
        status=status,
        order=shown,
        state=STATUSES[found["status"]],
        lines=open_lines,
        deadline=deadline(found, now),
        parcels=sent,
        sent_by=dropship.of_order(number)
        if any(line["supply_mode"] == "dropshipped" for line in found["lines"])
        else [],
        sent_states=SUPPLIER_ORDERS,
        packed=lambda lines: goods.listed((titles[each.line], each.quantity) for each in lines),
        carriers=[
            (each.code, say(Text(each.name, each.name_en or each.name)))
            for each in parcels.carriers()
            if each.code != "PICKUP"
        ],
        cases=aftersales.cases_of([number])[number] if who.may("aftersales.view") else [],
        case_states=CASE_STATES,
        reasons=aftersales.REASONS,
        refund_reason=refund_reason,
        refund_states=REFUND_STATES,
        source=analytics.words.cell("source", found, found["currency"], language.current()),
        payments=payments.intents_of([number]) if money_shown else [],
        refunds=payments.refunds_of(number) if money_shown else [],
        timeline=events(found),
        beside=assorting.Beside((line["product_id"] for line in found["lines"]), who),
        providers=PROVIDERS,
        methods=METHODS,
        form=form or FormState.of(_prices(found)),
        personal=personal,
        may_unmask=not personal and not selectors.sees_buyers(who) and who.may("members.view_personal"),
        shippable=not found["hold"]
        and found["status"] in ("paid", "fulfilling", "shipped")
        and any(line["open"] > 0 for line in open_lines),
        printable=who.may("fulfilment.print")
        and found["status"] in PRINTABLE
        and not found["origin"]
        and not found["hold"],
        price_percent=mall_settings.get("orders.price_change_percent"),
        sender_known=bool(mall_settings.get("fulfilment.sender_address")),
        urge=selectors.urge_of(number) if found["status"] in ("paid", "fulfilling") else None,
        pay_link=entry.pay_link(number)
        if _waits(found, now) and not found["deposit"] and who.may("orders.place")
        else "",
        may_remind=_waits(found, now) and who.may("orders.remind"),
        cancellable=found["status"] in ("pending_payment", "paid"),
    )
    if personal:
        response["Cache-Control"] = "no-store"
    return response


def _waits(order: Mapping[str, Any], now: datetime) -> bool:
    """Whether its buyer can still pay it."""
    return order["status"] == "pending_payment" and (order["expires_at"] is None or order["expires_at"] > now)


@staff("members.view_personal", methods=("POST",))
def unmask(request: HttpRequest, number: str) -> HttpResponse:
    """Whom the parcel goes to, this once; that it was looked at is written down."""
    services.record_look(number, actor=actor(request))
    return _order(request, number, personal=True)


def _act(
    request: HttpRequest,
    number: str,
    act: Callable[[], Any],
    done: Text,
    *,
    names: Mapping[str, str] | None = None,
    **options: Any,
) -> HttpResponse:
    """Do it and show the order again; what was refused is said at its field, and what was typed stays."""

    def again(problem: Problem) -> HttpResponse:
        form = typed(request, problem, names=names, initial=_prices(selectors.find(number)))
        return _order(request, number, form, problem.status)

    where = safe_next(request.POST.get("next")) if request.POST.get("next") else f"/office/orders/{number}"
    return carry_out(request, act, done, where=where, refused=again, **options)


@staff("orders.note", methods=("POST",))
def add_note(request: HttpRequest, number: str) -> HttpResponse:
    """For staff only."""
    text = request.POST.get("text", "")
    return _act(
        request, number, partial(services.add_note, number, text, actor=actor(request)), Text("已记下备注", "Noted")
    )


@staff("orders.cancel", methods=("POST",))
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """While unpaid, or paid and not yet picked; the money goes back the way it came."""
    reason = request.POST.get("reason", "").strip()

    def do() -> None:
        if not reason:
            raise ValidationFailed.one("reason", "required", "请写明取消原因", "say why it is cancelled")
        services.cancel(number, actor=actor(request), reason=reason[:200])

    return _act(request, number, do, Text("订单已取消", "The order is cancelled"))


def _prices(order: Mapping[str, Any] | None) -> dict[str, str]:
    """What the lines and the freight of an unpaid order come to, as the form that changes them begins."""
    if order is None or order["status"] != "pending_payment":
        return {}
    amounts = {f"line-{line['line']}": line["payable"] for line in order["lines"]} | {
        "shipping": order["shipping_total"]
    }
    return {name: format_minor(amount, order["currency"]) for name, amount in amounts.items()}


@staff("orders.change_price", methods=("POST",))
def change_price(request: HttpRequest, number: str) -> HttpResponse:
    """Another price while it is unpaid: line by line, or one sum for all goods; the buyer is told why."""
    given = request.POST
    order = selectors.find(number)
    if order is None:
        raise NotFound()
    errors: list[FieldError] = []

    def amount(name: str) -> int | None:
        return goods.amount(given.get(name, ""), name, order["currency"], errors)

    asked = {line["line"]: amount(f"line-{line['line']}") for line in order["lines"]}
    lines = {
        line["line"]: new
        for line in order["lines"]
        if (new := asked[line["line"]]) is not None and new != line["payable"]
    }
    whole, freight = amount("goods"), amount("shipping")

    def do() -> None:
        if errors:
            raise ValidationFailed(errors=errors)
        services.change_price(
            number,
            lines=lines,
            goods=whole,
            shipping=freight,
            reason=given.get("price_reason", ""),
            expected_total=number_in(given.get("seen", ""), 15),
            actor=actor(request),
        )

    names = {f"lines.{n}": f"line-{n}" for n in asked} | {"reason": "price_reason"}
    return _act(
        request, number, do, Text("价格已修改，买家会看到原因", "The price is changed; the buyer sees why"), names=names
    )


@staff("fulfilment.ship", methods=("POST",))
def ship(request: HttpRequest, number: str) -> HttpResponse:
    """Goods leave with a waybill: all that has not left, or the units that were entered."""
    given = request.POST

    def do() -> None:
        fulfilment.ship(
            number,
            carrier=given.get("carrier", ""),
            waybill_no=given.get("waybill_no", ""),
            lines=_units(request),
            actor=actor(request),
        )

    return _act(request, number, do, Text("已发货", "Shipped"))


@staff("fulfilment.ship", methods=("POST",))
def hand_over(request: HttpRequest, number: str) -> HttpResponse:
    """The buyer has come for it."""
    act = partial(fulfilment.hand_over, number, lines=_units(request), actor=actor(request))
    return _act(request, number, act, Text("已交给买家", "Handed over"))


@staff("fulfilment.ship", methods=("POST",))
def set_ready(request: HttpRequest, number: str) -> HttpResponse:
    """It goes to its pickup point, or lies ready there."""
    act = partial(fulfilment.set_ready, number, lines=_units(request), actor=actor(request))
    return _act(request, number, act, Text("已备好", "Ready"))


def _units(request: HttpRequest) -> list[ShippedUnits] | None:
    """What was entered for each line; None for everything."""
    wanted = []
    for name, value in request.POST.items():
        line = number_in(name.removeprefix("units-"), 9) if name.startswith("units-") else None
        if line is None:
            continue
        units = number_in(str(value).strip(), 9)
        if units is None:
            raise ValidationFailed.one(name, "type", "请填写件数", "enter a number of units")
        if units:
            wanted.append(ShippedUnits(line, units))
    return wanted or None


@staff("fulfilment.pick", methods=("POST",))
def pick(request: HttpRequest) -> HttpResponse:
    """The warehouse begins with the chosen orders; those cancelled or begun meanwhile are left out."""
    numbers = request.POST.getlist("ids")[:500]
    begun = fulfilment.start_picking(numbers, actor=actor(request))
    left = len(numbers) - len(begun)
    done = Text(f"{len(begun)} 单开始配货", f"{len(begun)} being picked now")
    if left:
        done = Text(
            f"{done.zh}；{left} 单不能配货（未付款、已取消或已在配货）",
            f"{done.en}; {left} could not be (unpaid, cancelled or begun)",
        )
    back = request.POST.get("next") or request.headers.get("Referer", "").partition(request.get_host())[2]
    response = see_other(safe_next(back) if back else "/office/orders")
    return flash(response, done, "good" if begun else "warn")


PRINTS = (
    Bulk(Text("打印面单", "Print labels"), "/office/orders/labels", icon="printer", new_tab=True),
    Bulk(Text("打印发货清单", "Print packing slips"), "/office/orders/slips", icon="clipboard-list", new_tab=True),
)


def _bulk(who: Actor) -> list[Bulk]:
    """What can be done with the chosen orders."""
    begin = Bulk(Text("开始配货", "Start picking"), "/office/orders/pick", icon="package-open")
    return [
        *([begin] if who.may("fulfilment.pick") else []),
        *(PRINTS if who.may("fulfilment.print") else []),
    ]


@staff("fulfilment.print", methods=("POST",))
def labels(request: HttpRequest) -> HttpResponse:
    """Waybill labels of the chosen orders; `parcel` prints that of one parcel again."""
    ids, parcel = request.POST.getlist("ids"), request.POST.get("parcel", "")
    return _paper(request, "labels", partial(fulfilment.print_labels, ids, parcel=parcel, actor=actor(request)))


@staff("fulfilment.print", methods=("POST",))
def slips(request: HttpRequest) -> HttpResponse:
    """Packing slips of the chosen orders."""
    ids = request.POST.getlist("ids")
    return _paper(request, "packing-slips", partial(fulfilment.print_slips, ids, actor=actor(request)))


def _paper(request: HttpRequest, name: str, draw: Callable[[], tuple[bytes, list[str]]]) -> HttpResponse:
    """The PDF in a tab of its own; what could not be printed, the next page says."""
    try:
        pdf, without = draw()
    except Problem as problem:
        return refused(request, problem)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}-{clock.now():%Y%m%d-%H%M%S}.pdf"'
    response["Cache-Control"] = "no-store"
    if without:
        zh = f"{len(without)} 单没有打印（未付款、已取消或不发快递）：{'、'.join(without[:5])}"
        en = f"{len(without)} not printed (unpaid, cancelled or not by express): {', '.join(without[:5])}"
        flash(response, Text(zh, en), "warn")
    return response


STAGES: tuple[tuple[str, Text], ...] = (
    ("", Text("全部待发", "All to ship")),
    ("late", Text("已超承诺（24 h）", "Past the promise")),
    ("overdue", Text("已超最晚（48 h）", "Past the limit")),
)


@staff("fulfilment.view", methods=("GET",))
def dispatch(request: HttpRequest) -> HttpResponse:
    """What is to be sent, the most urgent first (SHP-01)."""
    language.use(language.of(request))
    asked = tables.asked(request, (), keep=("stage",))
    stage = asked.extra.get("stage", "")
    stage = stage if stage in ("late", "overdue") else ""
    found = parcels.waiting(stage=stage, cursor=asked.cursor, limit=PAGE)  # type: ignore[arg-type]
    who, now = actor(request), clock.now()
    counts = selectors.urgent_counts(now, soon=timedelta(hours=4))
    shown = {"": counts["waiting"], "late": counts["late"] + counts["overdue"], "overdue": counts["overdue"]}
    waiting = goods.called(each.order for each in found.items)
    rows = [{**selectors.masked(order, who), "deadline": deadline(order, now)} for order in waiting]
    table = Table(
        columns=[
            Column("deadline", Text("发货时限", "To ship"), kind="custom"),
            Column("number", Text("订单", "Order"), kind="custom"),
            Column("goods", Text("商品", "Goods"), kind="custom"),
            Column("buyer", Text("收货人", "Receiver"), kind="custom"),
            Column("status", Text("状态", "State"), kind="badge", value=lambda row: STATUSES[row["status"]]),
        ],
        rows=rows,
        next=found.next_cursor,
        asked=asked,
        row_href=lambda row: f"/office/orders/{row['number']}",
        row_key=lambda row: row["number"],
        row_tone=lambda row: row["deadline"]["tone"] if row["deadline"] and row["deadline"]["tone"] == "bad" else "",
        bulk=_bulk(who),
        tabs=[
            (say(words), f"{request.path}?stage={name}" if name else request.path, name == stage, shown[name])
            for name, words in STAGES
        ],
        caption=Text("待发货", "To ship"),
        empty=(
            Text("都发出去了", "Everything has left"),
            Text("新付款的订单会按时限排在这里", "Newly paid orders line up here by their hour"),
        ),
    )
    return page.render(request, "backoffice/dispatch.html", table=table, now=now)


urlpatterns = [
    path("orders", orders, name="office-orders"),
    path("orders/pick", pick, name="office-orders-pick"),
    path("orders/labels", labels, name="office-orders-labels"),
    path("orders/slips", slips, name="office-orders-slips"),
    path("orders/<str:number>", order, name="office-order"),
    path("orders/<str:number>/notes", add_note, name="office-order-note"),
    path("orders/<str:number>/cancel", cancel, name="office-order-cancel"),
    path("orders/<str:number>/price", change_price, name="office-order-price"),
    path("orders/<str:number>/ship", ship, name="office-order-ship"),
    path("orders/<str:number>/hand-over", hand_over, name="office-order-hand-over"),
    path("orders/<str:number>/set-ready", set_ready, name="office-order-set-ready"),
    path("orders/<str:number>/personal", unmask, name="office-order-personal"),
    path("dispatch", dispatch, name="office-dispatch"),
]
