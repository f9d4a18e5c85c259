"""After-sales cases: decided in words the buyer reads, goods inspected as they come back, money sent the way it came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.aftersales import selectors, services
from zhanggui.aftersales.types import PRICE_GUARANTEE, CaseLineView, CaseView, Received
from zhanggui.catalog.types import EnglishName
from zhanggui.fulfilment import selectors as fulfilment
from zhanggui.kernel import mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money, format_minor
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.ui import language, page
from zhanggui.ui.formatting import symbol_of
from zhanggui.ui.forms import EMPTY, FormState
from zhanggui.ui.language import say

from .. import goods, tables
from ..access import actor, carry_out, number_in, staff, typed
from ..orders import ACTORS, CASE_KINDS, CASE_STATES
from ..tables import Column, Filter, Table

PAGE = 50
TABS = ("requested", "awaiting_return", "approved", "received", "refunding")
FILTERS = (
    Filter("state", Text("状态", "State"), "choice", tuple((name, words) for name, (words, _) in CASE_STATES.items())),
    Filter("kind", Text("类型", "Kind"), "choice", tuple(CASE_KINDS.items())),
)


@staff("aftersales.view", methods=("GET",))
def cases(request: HttpRequest) -> HttpResponse:
    """Newest first; the tabs count what waits for somebody."""
    language.use(language.of(request))
    asked = tables.asked(request, FILTERS)
    found = selectors.cases(state=asked["state"], kind=asked["kind"], cursor=asked.cursor, limit=PAGE)
    counts = selectors.open_counts()
    tabs: list[tuple[Any, ...]] = [(say(Text("全部", "All")), request.path, not asked["state"], None)]
    tabs += [
        (say(CASE_STATES[name][0]), f"{request.path}?state={name}", asked["state"] == name, counts.get(name, 0))
        for name in TABS
    ]
    table = Table(
        columns=[
            Column("number", Text("售后单", "Case")),
            Column("order_number", Text("订单", "Order"), phone=False),
            Column("kind", Text("类型", "Kind"), value=lambda case: CASE_KINDS[case.kind]),
            Column("reason", Text("原因", "Reason"), value=_reason),
            Column("goods", Text("商品", "Goods"), value=_goods, phone=False),
            Column(
                "amount", Text("金额", "Amount"), kind="money", value=lambda case: Money(case.amount, case.currency)
            ),
            Column("state", Text("状态", "State"), kind="badge", value=lambda case: CASE_STATES[case.state]),
            Column("requested_at", Text("申请时间", "Asked"), kind="ago"),
        ],
        rows=_called(found.items),
        next=found.next_cursor,
        filters=FILTERS,
        asked=asked,
        key="cases",
        row_key=lambda case: case.number,
        row_href=lambda case: f"/office/cases/{case.number}",
        tabs=tabs,
        caption=Text("售后", "After-sales"),
        empty=(
            Text("没有售后单", "No cases"),
            Text("买家申请退款或退货后会出现在这里", "They appear here when a buyer asks"),
        ),
    )
    return page.render(request, "backoffice/cases.html", table=table)


def _reason(case: CaseView) -> Text:
    return selectors.reason_words(case.reason)


def _called(found: list[CaseView]) -> list[CaseView]:
    """Their goods named in the language of the page."""
    known = goods.names(line.sku_id for case in found for line in case.lines)
    return [replace(case, lines=tuple(_line(line, known) for line in case.lines)) for case in found] if known else found


def _line(line: CaseLineView, known: Mapping[int, EnglishName]) -> CaseLineView:
    name = known.get(line.sku_id or 0)
    return replace(line, title=name.title) if name else line


def _goods(case: CaseView) -> str:
    if case.kind == PRICE_GUARANTEE:
        return say(Text("、", ", ")).join(line.title for line in case.lines[:3])
    return goods.listed((line.title, line.quantity) for line in case.lines[:3])


@staff("aftersales.view", methods=("GET",))
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case with everything needed to decide it."""
    return _case(request, number)


def _case(request: HttpRequest, number: str, form: FormState | None = None, status: int = 200) -> HttpResponse:
    language.use(language.of(request))
    stored = selectors.case(number)
    if stored is None:
        raise NotFound()
    order = None if stored.reserved else orders.find(stored.order_number)
    [found] = _called([stored if order is None else selectors.as_it_stands(stored, order)])
    return page.render(
        request,
        "backoffice/case.html",
        status=status,
        case=found,
        state=CASE_STATES[found.state],
        kind=CASE_KINDS[found.kind],
        reason=_reason(found),
        carrier=_carrier(found.return_carrier),
        others=[each for each in selectors.cases_of([found.order_number])[found.order_number] if each.number != number],
        states=CASE_STATES,
        actors=ACTORS,
        form=form or _first(found),
        symbol=symbol_of(found.currency),
        anew=mall_settings.get("orders.partial_return") != "keep" or mall_settings.get("orders.gift_return") != "leave",
    )


def _first(case: CaseView) -> FormState:
    """The forms as they begin: a claim's price is the one the buyer says."""
    claimed = case.claimed_price
    return EMPTY if claimed is None else FormState.of({"price": format_minor(claimed, case.currency)})


def _carrier(code: str) -> Text | None:
    """The name of whom the buyer gave the parcel; none without one."""
    known = fulfilment.carriers(active_only=False) if code else []
    return next((Text(each.name, each.name_en) for each in known if each.code == code), None)


@staff("aftersales.view", methods=("GET",))
def photo(request: HttpRequest, number: str, name: str) -> HttpResponseBase:
    """A photo of the case; it lies privately and is shown to nobody else."""
    found = selectors.case(number)
    file = selectors.photo(found, name) if found else None
    if file is None or not file.exists():
        raise NotFound()
    return FileResponse(file.open("rb"), headers={"Cache-Control": "private, max-age=3600"})


def _act(request: HttpRequest, number: str, act: Callable[[], Any], done: Text) -> HttpResponse:
    def refused(problem: Problem) -> HttpResponse:
        return _case(request, number, typed(request, problem), problem.status)

    return carry_out(request, act, done, where=f"/office/cases/{number}", refused=refused)


@staff("aftersales.decide", methods=("POST",))
def approve(request: HttpRequest, number: str) -> HttpResponse:
    """Agree, perhaps with a word."""

    def act() -> CaseView:
        return services.approve(
            number, note=request.POST.get("note", ""), price=_price(request, number), actor=actor(request)
        )

    return _act(request, number, act, Text("已同意", "Approved"))


def _price(request: HttpRequest, number: str) -> int | None:
    """What a unit was found to cost elsewhere, where the form asks for it. Raises ValidationFailed."""
    if "price" not in request.POST:
        return None
    found = selectors.case(number)
    if found is None:
        raise NotFound()
    errors: list[FieldError] = []
    price = goods.amount(request.POST["price"], "price", found.currency, errors)
    if price is None and not errors:
        errors.append(FieldError("price", "required", Text("请填写核定的单价", "say what a unit costs there")))
    if errors:
        raise ValidationFailed(errors=errors)
    return price


@staff("aftersales.decide", methods=("POST",))
def reject(request: HttpRequest, number: str) -> HttpResponse:
    """Refuse, in words the buyer reads."""
    act = partial(services.reject, number, reason=request.POST.get("reason", ""), actor=actor(request))
    return _act(request, number, act, Text("已拒绝", "Refused"))


@staff("aftersales.receive", methods=("POST",))
def receive(request: HttpRequest, number: str) -> HttpResponse:
    """What came back and in what condition: good units go on the shelf, damaged ones do not."""

    def do() -> None:
        found = selectors.case(number)
        if found is None:
            raise NotFound()
        received = [
            Received(line.line, _units(request, f"good-{line.line}"), _units(request, f"damaged-{line.line}"))
            for line in found.lines
        ]
        services.receive_return(number, received, note=request.POST.get("note", ""), actor=actor(request))

    return _act(request, number, do, Text("已验收入库", "Received"))


def _units(request: HttpRequest, name: str) -> int:
    units = number_in(request.POST.get(name, "").strip() or "0", 9)
    if units is None:
        raise ValidationFailed.one(name, "type", "请填写件数", "enter a number of units")
    return units


@staff("aftersales.refund", methods=("POST",))
def refund(request: HttpRequest, number: str) -> HttpResponse:
    """Send the money back the way it came."""
    return _act(
        request,
        number,
        partial(services.refund, number, actor=actor(request)),
        Text("退款已发起", "The refund is under way"),
    )


urlpatterns = [
    path("cases", cases, name="office-cases"),
    path("cases/<str:number>", case, name="office-case"),
    path("cases/<str:number>/photos/<str:name>", photo, name="office-case-photo"),
    path("cases/<str:number>/approve", approve, name="office-case-approve"),
    path("cases/<str:number>/reject", reject, name="office-case-reject"),
    path("cases/<str:number>/receive", receive, name="office-case-receive"),
    path("cases/<str:number>/refund", refund, name="office-case-refund"),
]
