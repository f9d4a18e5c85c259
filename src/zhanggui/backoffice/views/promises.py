"""Ship or tell: the board of what is to leave, orders whose units cannot be sent, and how promises were kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.promises import selectors, services
from zhanggui.promises.types import BoardRow, Kept, KeptReport
from zhanggui.ui import page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say, t

from .. import charts, exports, goods, tables
from ..access import actor, carry_out, id_in, number_in, staff, typed
from ..orders import deadline
from ..tables import Column, Filter, Table

HERE = "/office/promises"
PAGE = 50
URGENCIES: tuple[tuple[str, Text], ...] = (
    ("", Text("全部待发", "All to ship")),
    ("overdue", Text("超过最晚", "Past the limit")),
    ("late", Text("超过承诺", "Past the promise")),
    ("soon", Text("4 小时内", "Within 4 hours")),
    ("today", Text("今天", "Today")),
    ("later", Text("以后", "Later")),
)
STATES: dict[str, tuple[Text, str]] = {
    "held": (Text("审单拦下", "Held in review"), "warn"),
    "passed": (Text("待入波次", "In no wave yet"), "neutral"),
    "wave": (Text("拣货、打包中", "Being picked or packed"), "info"),
    "short": (Text("拣货缺件", "Units missing"), "bad"),
    "asked": (Text("等买家选择", "Its buyer is asked"), "warn"),
    "supplier": (Text("等供应商发货", "With a supplier"), "info"),
    "refused": (Text("供应商拒单", "A supplier refused"), "bad"),
}
SUPPLY = {
    "stocked": Text("现货", "In stock with us"),
    "dropshipped": Text("代发", "Sent by a supplier"),
    "made_to_order": Text("定制", "Made to order"),
}
ANSWERS = {
    "wait": Text("继续等待", "Waits"),
    "refund": Text("退款", "Refund"),
    "exchange": Text("换成另一件", "Another article"),
}
BY: dict[str, Text] = {
    "day": Text("按付款日", "By day of payment"),
    "warehouse": Text("按仓库", "By warehouse"),
    "carrier": Text("按承运商", "By carrier"),
    "person": Text("按打包人", "By packer"),
    "reason": Text("按缺货原因", "By reason of shortage"),
    "supply": Text("按供货方式", "By way of supply"),
}


@staff("promises.view", methods=("GET",))
def board(request: HttpRequest) -> HttpResponse:
    """The most urgent first. Three statements however many orders."""
    houses = inventory.warehouses(active_only=True)
    filters = (
        Filter(
            "state",
            Text("进度", "Where it stands"),
            "choice",
            tuple((name, words) for name, (words, _) in STATES.items()),
        ),
        Filter("warehouse", Text("仓库", "Warehouse"), "choice", tuple((str(each.id), each.name) for each in houses)),
    )
    asked = tables.asked(request, filters, keep=("urgency",))
    urgency = asked.extra.get("urgency", "")
    urgency = urgency if urgency in dict(URGENCIES) else ""
    found = selectors.board(
        urgency=urgency, state=asked["state"], warehouse_id=id_in(asked["warehouse"]), cursor=asked.cursor, limit=PAGE
    )
    counts, now, who = selectors.counts(), clock.now(), actor(request)
    most = selectors.MOST_COUNTED
    shown: dict[str, int | str | None] = {name: n if n < most else f"{most - 1}+" for name, n in counts.items()}
    shown[""] = sum(counts.values()) if max(counts.values()) < most else None
    named = {each["number"]: each for each in goods.called(row.order for row in found.items)}
    rows = [
        {**orders.masked(named[row.order["number"]], who), "stands": _stands(row), "shortage": row.shortage,
         "deadline": deadline(row.order, now), "urgency": row.urgency}
        for row in found.items
    ]  # fmt: skip
    table = Table(
        columns=[
            Column("deadline", Text("发货时限", "To ship"), kind="custom"),
            Column("number", Text("订单", "Order"), kind="custom"),
            Column("goods", Text("待发商品", "Still to send"), kind="custom"),
            Column("stands", Text("进度", "Where it stands"), kind="custom"),
            Column("buyer", Text("收货人", "Receiver"), kind="custom"),
            Column("act", Text("处理", "Act"), kind="custom"),
        ],
        rows=rows,
        next=found.next_cursor,
        filters=filters,
        asked=asked,
        row_href=lambda row: f"/office/orders/{row['number']}",
        row_key=lambda row: row["number"],
        row_tone=lambda row: "bad" if row["urgency"] == "overdue" else "",
        tabs=[
            (say(words), f"{HERE}?urgency={name}" if name else HERE, name == urgency, shown[name])
            for name, words in URGENCIES
        ],
        caption=Text("发货时限", "Deadlines"),
        empty=(
            Text("没有待发的订单", "Nothing is to be sent"),
            Text("付款后的订单会按时限排在这里", "Paid orders line up here by their hour"),
        ),
    )
    return page.render(request, "backoffice/promises.html", table=table, now=now)


def _stands(row: BoardRow) -> list[tuple[Text | str, str]]:
    """Where an order stands, as badges; the wave by its number."""
    found: list[tuple[Text | str, str]] = []
    if row.shortage:
        found.append(STATES["asked"])
    if any(task.state == "short" for task in row.tasks):
        found.append(STATES["short"])
    elif row.tasks:
        found.append(STATES["wave"])
    elif row.review in ("held", "passed") and not (row.suppliers and row.review == "passed"):
        found.append(STATES[row.review])
    if "refused" in row.suppliers:
        found.append(STATES["refused"])
    elif row.suppliers:
        found.append(STATES["supplier"])
    return found


# --- units that cannot be sent ----------------------------------------------------------------------------------------


@staff("promises.view", post="promises.tell")
def cannot_ship(request: HttpRequest, number: str) -> HttpResponse:
    """Say that units of an order cannot be sent; and what its buyer was asked before."""
    if request.method != "POST":
        return _shortages(request, number)
    given, errors = request.POST, []
    lines: dict[int, int] = {}
    for name, value in given.items():
        line = number_in(name.removeprefix("units-"), 9) if name.startswith("units-") else None
        if line is None or not str(value).strip():
            continue
        units = number_in(str(value).strip(), 9)
        if units is None:
            errors.append(FieldError(name, "number", Text("请填写件数", "say how many")))
        else:
            lines[line] = units
    until = given.get("wait_until", "").strip()
    day = _day(until)
    if until and day is None:
        errors.append(
            FieldError("wait_until", "date", Text("请填写日期，如 2026-12-01", "write a day like 2026-12-01"))
        )

    def do() -> Any:
        if errors:
            raise ValidationFailed(errors=errors)
        return services.cannot_ship(
            number,
            reason=given.get("reason", ""),
            lines=lines,
            words=given.get("words", ""),
            wait_until=day,
            actor=actor(request),
        )

    return carry_out(
        request, do, Text("买家会在订单页看到并选择", "The buyer sees it on his order and chooses"),
        where=f"/office/orders/{number}/cannot-ship", refused=partial(_again, request, number),
    )  # fmt: skip


@staff("promises.answer", methods=("POST",))
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """What the buyer said to a colleague."""
    stored = selectors.shortage(number)
    if stored is None:
        raise NotFound()
    choice, _, sku = request.POST.get("choice", "").partition(":")
    act = partial(services.answer, number, choice, sku=sku, note=request.POST.get("note", ""), actor=actor(request))
    return carry_out(
        request, act, Text("已按买家的选择处理", "Carried out as the buyer chose"),
        where=f"/office/orders/{stored.order_number}/cannot-ship", refused=partial(_again, request, stored.order_number),
    )  # fmt: skip


@staff("promises.tell", methods=("POST",))
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """The units were found."""
    stored = selectors.shortage(number)
    if stored is None:
        raise NotFound()
    act = partial(services.withdraw, number, reason=request.POST.get("found", ""), actor=actor(request))
    return carry_out(
        request, act, Text("已撤回，可以照常发货", "Withdrawn: it may be sent as usual"),
        where=f"/office/orders/{stored.order_number}/cannot-ship", refused=partial(_again, request, stored.order_number),
    )  # fmt: skip


def _again(request: HttpRequest, number: str, problem: Problem) -> HttpResponse:
    names = {f"lines.{n}": f"units-{n}" for n in range(1, 200)} | (
        {"reason": "found"} if "found" in request.POST else {}
    )
    return _shortages(request, number, typed(request, problem, names=names), problem.status)


def _shortages(request: HttpRequest, number: str, form: FormState | None = None, status: int = 200) -> HttpResponse:
    order = orders.find(number)
    if order is None:
        raise NotFound()
    order = goods.called([order])[0]
    told = selectors.shortages_of(number)
    asked = next((each for each in told if each.state == "asked"), None)
    open_lines = [
        {**line, "open": left}
        for line in order["lines"]
        if (left := line["quantity"] - line["shipped_quantity"] - line["refunded_quantity"]) > 0
    ]
    named = {
        name: value for name, value in request.GET.items() if name.startswith("units-")
    }  # what a wave did not find
    start = {
        name: named.get(name, "0") if named else str(line["open"])
        for line in open_lines
        if (name := f"units-{line['line']}")
    } | {"reason": "not_found" if named else "out_of_stock"}
    return page.render(
        request, "backoffice/cannot_ship.html", status=status, order=order, asked=asked,
        earlier=[each for each in told if each.state != "asked"], lines=open_lines,
        can_tell=order["status"] in ("paid", "fulfilling") and bool(open_lines) and asked is None,
        reasons=selectors.REASONS, answers=ANSWERS, form=form or FormState.of(start), first_day=clock.business_date() + timedelta(days=1),
        link=request.build_absolute_uri(f"/orders/{number}?token={orders.access_token(number)}") if asked else "",
        due=deadline(order, clock.now()),
    )  # fmt: skip


# --- how promises were kept -------------------------------------------------------------------------------------------


@staff("promises.view", methods=("GET",))
def kept(request: HttpRequest) -> HttpResponseBase:
    """The shares shipped within the promise and the limit. Two statements."""
    today = clock.business_date()
    last = min(_day(request.GET.get("to", "")) or today, today)
    first = _day(request.GET.get("from", "")) or last - timedelta(days=29)
    report = selectors.kept(min(first, last), last)
    houses = {str(each.id): each.name for each in inventory.warehouses()}
    if form := exports.asked(request):
        head = [Text("分组", "Group"), Text("项目", "Item"), Text("订单", "Orders"), Text("承诺内发货", "Within the promise"),
                Text("已判定", "Judged"), Text("最晚内发货", "Within the limit"), Text("已判定（最晚）", "Judged (limit)"),
                Text("未发", "Open"), Text("登记缺货", "Short"), Text("平均小时", "Mean hours")]  # fmt: skip
        return exports.answer(
            form, f"promises-{report.first:%Y%m%d}-{report.last:%Y%m%d}", head, _exported(report, houses)
        )
    days = report.by["day"]
    chart = charts.Chart(
        {
            "format": "percent",
            "legend": {},
            "xAxis": {"type": "category", "data": [each.key[5:] for each in days]},
            "yAxis": {"max": 1},
            "series": [
                {"name": name, "type": "line", "data": [_part(*pair(each)) for each in days]}
                for name, pair in (
                    (t("承诺内", "Within the promise"), _promise),
                    (t("最晚内", "Within the limit"), _limit),
                )
            ],
        },
        [t("付款日", "Day"), t("承诺内", "Within the promise"), t("最晚内", "Within the limit")],
        [[each.key, _percent(*_promise(each)), _percent(*_limit(each))] for each in days],
        t("每天的发货履约率", "Promises kept by day"),
    )
    return page.render(
        request, "backoffice/promises_kept.html", report=report, chart=chart if days else None, by=BY, percent=_percent,
        name_of=lambda by, key: _name(by, key, houses), promise=_promise, limit=_limit,
    )  # fmt: skip


def _promise(each: Kept) -> tuple[int, int]:
    return each.in_time, each.due


def _limit(each: Kept) -> tuple[int, int]:
    return each.within_limit, each.ended


def _part(some: int, whole: int) -> float | None:
    return round(some / whole, 4) if whole else None


def _percent(some: int, whole: int) -> str:
    return f"{100 * some / whole:.1f}%" if whole else "–"


def _name(by: str, key: str, houses: dict[str, str]) -> str:
    if by == "warehouse":
        return houses.get(key, t("未分配", "None"))
    if by == "reason":
        return say(selectors.REASONS[key]) if key in selectors.REASONS else t("未登记缺货", "None was short")
    if by == "supply":
        return say(SUPPLY.get(key, Text(key, key)))
    return key or t("未记录", "Not recorded")


def _exported(report: KeptReport, houses: dict[str, str]) -> Iterator[list[Any]]:
    for by, words in BY.items():
        for each in report.by[by]:
            yield [say(words), _name(by, each.key, houses), each.orders, each.in_time, each.due, each.within_limit, each.ended,
                   each.open, each.asked, round(each.hours, 1) if each.hours is not None else None]  # fmt: skip


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1970 <= found.year <= 2199 else None


urlpatterns = [
    path("promises", board, name="office-promises"),
    path("promises/kept", kept, name="office-promises-kept"),
    path("orders/<str:number>/cannot-ship", cannot_ship, name="office-cannot-ship"),
    path("shortages/<str:number>/answer", answer, name="office-shortage-answer"),
    path("shortages/<str:number>/withdraw", withdraw, name="office-shortage-withdraw"),
]
