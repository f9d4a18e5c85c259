"""Tenders at the desk: requests, invitations, the comparison after the deadline, the award."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.procurement import selectors, services
from zhanggui.procurement.types import Award, TenderDraft, TenderView, TenderWish
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say

from .. import articles, exports, goods, purchasing, tables
from ..access import actor, carry_out, id_in, ids_in, need, see_other, staff, typed
from ..messages import flash
from ..purchasing import TENDER_STAGES, Named
from ..tables import Column, Table

PAGE = 50
READ, MANAGE = "procurement.read", "procurement.manage"
HERE = "/office/tenders"
PARTS = ("sku", "quantity", "words")


@staff(READ, methods=("GET",))
def listing(request: HttpRequest) -> HttpResponse:
    """Newest first."""
    asked = tables.asked(request, ())
    found = selectors.tenders(cursor=asked.cursor, limit=PAGE)
    may = actor(request).may(MANAGE)
    table: Table = Table(
        columns=[
            Column("title", Text("招标", "Tender")),
            Column("number", Text("编号", "Number"), phone=False),
            Column("stage", Text("状态", "State"), kind="badge", value=lambda row: TENDER_STAGES[row.stage]),
            Column("deadline", Text("报价截止", "Deadline"), kind="datetime"),
            Column("lines", Text("商品行", "Lines"), kind="number"),
            Column("offers", Text("已报价 / 邀请", "Offers of"), align="right", value=lambda row: f"{row.submitted} / {row.invited}"),
        ],
        rows=found.items,
        next=found.next_cursor,
        asked=asked,
        key="tenders",
        row_href=lambda row: f"{HERE}/{row.id}",
        caption=Text("招标", "Tenders"),
        empty=(
            Text("还没有招标", "No tenders yet"),
            Text("邀请几家供应商在截止前密封报价，再逐行比较", "Invite suppliers to sealed offers, then compare them"),
        ),
        empty_action=(Text("发起招标", "Make one"), f"{HERE}/new") if may else None,
    )  # fmt: skip
    return page.render(request, "backoffice/tenders.html", table=table, may_change=may)


@staff(READ, post=MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """A draft; suppliers see it once it is published."""
    form, status = FormState.of({}), 200
    if request.method == "POST":
        given = request.POST
        try:
            number = services.create_tender(_draft(given), actor=actor(request))
            made = next(row.id for row in selectors.tenders(limit=20).items if row.number == number)
            return flash(
                see_other(f"{HERE}/{made}"),
                Text("草稿已建立，发布后把链接发给供应商", "The draft is there; publish it, then hand out the links"),
            )
        except Problem as problem:
            names = {
                f"lines.{place}.{part}": f"{part}-{row}"
                for place, row in enumerate(articles.filled(given, PARTS)) for part in PARTS
            } | {f"rates.{each}": f"rate-{each}" for each in _foreign()}  # fmt: skip
            form, status = typed(request, problem, names={**names, "lines": "sku-1"}), problem.status
    typed_rows = articles.filled({name: str(form.value(name)) for name in form.values}, PARTS)
    return page.render(
        request, "backoffice/tender_new.html", status=status, form=form,
        rows=range(1, max(purchasing.ROWS, (typed_rows[-1] + 1) if typed_rows else 0) + 1),
        suppliers=[(str(key), say(name)) for key, name in selectors.supplier_choices()],
        foreign=_foreign(), currency=mall_settings.get("mall.currency"),
    )  # fmt: skip


def _foreign() -> list[str]:
    """The other currencies in which suppliers who may be invited are paid."""
    found = selectors.currencies(key for key, _ in selectors.supplier_choices())
    return sorted(set(found.values()) - {mall_settings.get("mall.currency")})


def _rates(given: Any, errors: list[FieldError]) -> dict[str, Decimal]:
    rates = {}
    for each in _foreign():
        text = given.get(f"rate-{each}", "").strip()
        if not text:
            continue
        try:
            rates[each] = Decimal(text)
        except InvalidOperation:
            errors.append(FieldError(f"rate-{each}", "type", Text("请填写数字，如 7.15", "a number, such as 7.15")))
    return rates


def _draft(given: Any) -> TenderDraft:
    errors: list[FieldError] = []
    wishes = []
    for row, sku in articles.skus(given, articles.filled(given, PARTS)).items():
        quantity = goods.units(given.get(f"quantity-{row}", ""), f"quantity-{row}", errors)
        if sku is None:
            errors.append(FieldError(f"sku-{row}", "unknown", Text("没有这个 SKU", "there is no such SKU")))
        else:
            wishes.append(TenderWish(sku, quantity or 0, given.get(f"words-{row}", "")))
    deadline = goods.instant(given.get("deadline", ""), "deadline", errors)
    if deadline is None and not any(error.loc == "deadline" for error in errors):
        errors.append(FieldError("deadline", "required", Text("请填写截止时间", "give a deadline")))
    rates = _rates(given, errors)
    if errors or deadline is None:
        raise ValidationFailed(errors=errors)
    return TenderDraft(
        given.get("title", ""),
        deadline,
        tuple(wishes),
        tuple(ids_in(given.getlist("suppliers"))),
        given.get("note", ""),
        rates,
    )


@staff(READ, methods=("GET",))
def tender(request: HttpRequest, tender_id: int) -> HttpResponseBase:
    """One tender; once its deadline is over, the offers side by side, also as a workbook."""
    if exports.asked(request):
        return _file(selectors.tender(tender_id))
    return _tender(request, tender_id)


def _tender(request: HttpRequest, tender_id: int, problem: Problem | None = None) -> HttpResponse:
    language.use(language.of(request))
    view = selectors.tender(tender_id)
    best = {
        line.position: min(
            (each.bids[line.position].price for each in view.invitations if line.position in each.bids), default=None
        )
        for line in view.lines
    }
    initial: dict[str, Any] = {"warehouse": "", "agree_until": ""}
    initial |= {f"award-{line.position}": _cheapest(view, line.position) for line in view.lines}
    names = {f"awards.{line.position}": f"award-{line.position}" for line in view.lines}
    form = FormState.of(initial) if problem is None else typed(request, problem, names=names, initial=initial)
    may = actor(request).may(MANAGE)
    links = {
        each.id: f"{settings.PUBLIC_URL.rstrip('/')}{selectors.bid_link(each)}"
        for each in view.invitations
        if may and view.stage == "open"
    }
    return page.render(
        request, "backoffice/tender.html", status=problem.status if problem else 200, view=view, form=form, best=best, links=links,
        stage=TENDER_STAGES[view.stage], named=Named.of(line.sku_id for line in view.lines), may_change=may,
        cards=selectors.scorecards([each.supplier_id for each in view.invitations], since=purchasing.since()), score=purchasing.score,
        houses=[("", say(Text("不生成采购单", "No orders"))), *purchasing.houses()], opened=view.stage in ("opened", "awarded"),
        least=min((each.total for each in view.invitations if each.total is not None), default=None), today=clock.business_date(),
    )  # fmt: skip


def _cheapest(view: TenderView, position: int) -> int | str:
    offers = [
        (each.bids[position].price, each.bids[position].lead_days, each.id)
        for each in view.invitations
        if position in each.bids
    ]
    return min(offers)[2] if offers else ""


def _file(view: TenderView) -> HttpResponseBase:
    named = Named.of(line.sku_id for line in view.lines)
    head: list[Text | str] = [Text("SKU", "SKU"), Text("商品", "Goods"), Text("数量", "Units")]
    for each in view.invitations:
        head += [say(each.title), Text("天数", "Days")]
    rows: list[list[Any]] = []
    for line in view.lines:
        row: list[Any] = [named.code(line.sku_id), named.title(line.sku_id), line.quantity]
        for each in view.invitations:
            bid = each.bids.get(line.position)
            row += [Money(bid.price, view.currency), bid.lead_days] if bid else [None, None]
        rows.append(row)
    total: list[Any] = [Text("合计", "Total"), "", None]
    for each in view.invitations:
        total += [Money(each.total, view.currency) if each.total is not None else Text("不完整", "incomplete"), None]
    return exports.xlsx(f"tender-{view.number}", head, [*rows, total])


@staff(READ, post=MANAGE, methods=("POST",))
def step(request: HttpRequest, tender_id: int, name: str) -> HttpResponse:
    """publish, cancel or award."""
    who = actor(request)
    reason = request.POST.get("reason", "")
    acts: dict[str, tuple[Callable[[], Any], Text | Callable[[Any], Text]]] = {
        "publish": (
            partial(services.publish_tender, tender_id, actor=who),
            Text("已发布，请把链接发给各供应商", "Published: hand out the links"),
        ),
        "cancel": (
            partial(services.cancel_tender, tender_id, reason=reason, actor=who),
            Text("招标已取消", "Cancelled"),
        ),
        "award": (lambda: _award(request, tender_id), _awarded),
    }
    if name not in acts:
        raise NotFound()
    do, done = acts[name]

    def doing() -> Any:
        need(request, MANAGE)
        return do()

    return carry_out(
        request, doing, done, where=f"{HERE}/{tender_id}", refused=lambda problem: _tender(request, tender_id, problem)
    )


def _award(request: HttpRequest, tender_id: int) -> list[str]:
    given = request.POST
    view = selectors.tender(tender_id)
    whole = id_in(given.get("all", ""))
    awards = []
    for line in view.lines:
        chosen = whole or id_in(given.get(f"award-{line.position}", ""))
        if chosen:
            awards.append(Award(line.position, chosen))
    until = purchasing.day(given.get("agree_until", ""), "agree_until", needed=False)
    return services.award_tender(
        tender_id, awards, reason=given.get("reason", ""), warehouse=id_in(given.get("warehouse", "")), agree_until=until,
        actor=actor(request),
    )  # fmt: skip


def _awarded(numbers: list[str]) -> Text:
    if not numbers:
        return Text("已定标", "Awarded")
    return Text(f"已定标，生成采购单草稿 {'、'.join(numbers)}", f"Awarded; draft orders {', '.join(numbers)}")


urlpatterns = [
    path("tenders", listing, name="office-tenders"),
    path("tenders/new", new, name="office-tender-new"),
    path("tenders/<int:tender_id>", tender, name="office-tender"),
    path("tenders/<int:tender_id>/do/<slug:name>", step, name="office-tender-step"),
]
