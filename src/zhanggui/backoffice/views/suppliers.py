"""Suppliers at the desk: their files, papers, what they sell and at which prices, their scores and accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.catalog import selectors as catalog
from zhanggui.dropship import selectors as dropship
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money, format_minor
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.procurement import selectors, services
from zhanggui.procurement.types import MODES, PAPER_KINDS, TERMS, AgreementDraft, Break, OfferingDraft, PaperDraft
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say, t

from .. import charts, exports, goods, life, purchasing, tables
from ..access import actor, carry_out, id_in, need, see_other, staff, typed
from ..messages import flash
from ..purchasing import SUPPLIER_STATES, Named
from ..tables import Column, Filter, Table

PAGE = 50
READ, MANAGE = "procurement.read", "procurement.manage"
HERE = "/office/suppliers"
BREAKS = 3
BLOCKED = (Text("已过期", "Expired"), "bad")
FILTERS = (
    Filter("q", Text("名称或编号", "Name or code")),
    Filter(
        "state", Text("状态", "State"), "choice", tuple((name, words) for name, (words, _) in SUPPLIER_STATES.items())
    ),
    Filter("mode", Text("供应方式", "Mode"), "choice", tuple(MODES.items())),
)
#: Fields of the page's forms that have a name of their own.
NAMES = purchasing.CONTACT_NAMES | {"breaks": "price-1", "sku": "sku"}


@staff(READ, methods=("GET",))
def listing(request: HttpRequest) -> HttpResponseBase:
    """Newest first."""
    asked = tables.asked(request, FILTERS)
    wanted = {name: asked[name] for name in ("q", "state", "mode")}
    if form := exports.asked(request):
        return _list_file(form, wanted)
    found = selectors.supplier_page(**wanted, cursor=asked.cursor, limit=PAGE)
    cards = selectors.scorecards([row.id for row in found.items], since=purchasing.since())
    may = actor(request).may(MANAGE)
    table: Table = Table(
        columns=[
            Column("title", Text("供应商", "Supplier")),
            Column("code", Text("编号", "Code"), phone=False),
            Column("state", Text("状态", "State"), kind="badge", value=lambda row: SUPPLIER_STATES[row.state]),
            Column("mode", Text("供应方式", "Mode"), value=lambda row: MODES[row.mode]),
            Column("paper", Text("证件", "Papers"), kind="badge", value=lambda row: BLOCKED if row.blocked else None),
            Column("underway", Text("在途单", "Underway"), kind="number", value=lambda row: row.underway or None),
            Column("on_time", Text("准时", "On time"), align="right", value=lambda row: purchasing.score(cards[row.id].on_time)),
            Column("quality", Text("合格", "Quality"), align="right", value=lambda row: purchasing.score(cards[row.id].quality)),
            Column("owed", Text("应付", "Owed"), kind="money", value=lambda row: Money(row.owed, row.currency) if row.owed else None),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=FILTERS,
        asked=asked,
        key="suppliers",
        export=True,
        row_href=lambda row: f"{HERE}/{row.id}",
        caption=Text("供应商", "Suppliers"),
        empty=(
            Text("没有供应商", "No suppliers"),
            Text("建立档案：账期、到货周期、联系人和资质证件", "Make a file: terms, lead time, contacts and papers"),
        ),
        empty_action=(Text("新建供应商", "New supplier"), f"{HERE}/new") if may else None,
    )  # fmt: skip
    return page.render(
        request,
        "backoffice/suppliers.html",
        table=table,
        may_change=may,
        expiring=selectors.expiring_papers(),
        stages=purchasing.PAPER_STAGES,
        kinds=PAPER_KINDS,
    )


def _list_file(form: str, wanted: dict[str, str]) -> HttpResponseBase:
    head = [
        Text("编号", "Code"), Text("供应商", "Supplier"), Text("状态", "State"), Text("供应方式", "Mode"), Text("币种", "Currency"),
        Text("承诺天数", "Lead days"), Text("在途单", "Underway"), Text("应付", "Owed"),
    ]  # fmt: skip

    def rows() -> Any:
        cursor = ""
        while True:
            found = selectors.supplier_page(**wanted, cursor=cursor, limit=200)
            for row in found.items:
                yield [
                    row.code, row.title, SUPPLIER_STATES[row.state][0], MODES[row.mode], row.currency, row.lead_days, row.underway,
                    Money(row.owed, row.currency),
                ]  # fmt: skip
            if not found.next_cursor:
                return
            cursor = found.next_cursor

    return exports.answer(form, f"suppliers-{clock.business_date():%Y%m%d}", head, rows())


@staff(READ, post=MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """A candidate."""
    start = {"currency": mall_settings.get("mall.currency"), "mode": "stock", "terms": "net", "terms_days": 30}
    form, status = FormState.of(start), 200
    if request.method == "POST":
        try:
            made = services.create_supplier(purchasing.supplier_of(request.POST), actor=actor(request))
            return flash(
                see_other(f"{HERE}/{made}"),
                Text("档案已建立，核对证件后批准合作", "The file is there; look at the papers, then approve"),
            )
        except Problem as problem:
            form, status = typed(request, problem, names=NAMES), problem.status
    return page.render(request, "backoffice/supplier_new.html", status=status, form=form, **_choices())


def _choices() -> dict[str, Any]:
    return {
        "modes": [(name, say(words)) for name, words in MODES.items()],
        "terms": [(name, say(words)) for name, words in TERMS.items()],
        "currencies": purchasing.currencies(),
        "contacts": range(1, purchasing.CONTACTS + 1),
    }


@staff(READ, methods=("GET",))
def supplier(request: HttpRequest, supplier_id: int) -> HttpResponse:
    """One supplier with everything of him."""
    return _supplier(request, supplier_id)


def _supplier(request: HttpRequest, supplier_id: int, problem: Problem | None = None) -> HttpResponse:
    language.use(language.of(request))
    view = selectors.supplier(supplier_id)
    offered, agreed = selectors.offerings(supplier_id), selectors.agreements(supplier_id)
    leads = {lead.sku_id: lead for lead in selectors.leads(supplier_id)}
    named = Named.of({each.sku_id for each in offered} | {each.draft.sku_id for each in agreed})
    today = clock.business_date()
    initial = purchasing.supplier_values(view.draft) | {
        "starts_on": today.isoformat(), "pack_size": 1, "minimum_quantity": 1, "last_day": today.isoformat(),
        "quantity-1": 1, "first": today.replace(day=1).isoformat(), "last": today.isoformat(),
    }  # fmt: skip
    form = FormState.of(initial) if problem is None else typed(request, problem, names=NAMES, initial=initial)
    return page.render(
        request, "backoffice/supplier.html", status=problem.status if problem else 200, view=view, form=form,
        state=SUPPLIER_STATES[view.state], offered=offered, agreed=agreed, leads=leads, named=named,
        papers=selectors.papers(supplier_id), card=selectors.scorecards([supplier_id], since=purchasing.since())[supplier_id],
        orders=selectors.orders(supplier_id=supplier_id, limit=8).items, history=life.of("supplier", supplier_id),
        may_change=actor(request).may(MANAGE), breaks=range(1, BREAKS + 1), score=purchasing.score,
        order_states=purchasing.ORDER_STATES, paper_stages=purchasing.PAPER_STAGES, agreement_stages=purchasing.AGREEMENT_STAGES,
        paper_kinds=PAPER_KINDS, paper_options=[(name, say(words)) for name, words in PAPER_KINDS.items()],
        mode=MODES[view.draft.mode], term=TERMS[view.draft.terms], megabytes=mall_settings.get("procurement.paper_bytes") // 1_000_000,
        **_choices(),
    )  # fmt: skip


@staff(READ, post=MANAGE, methods=("POST",))
def act(request: HttpRequest, supplier_id: int, what: str, name: str) -> HttpResponse:
    """The file, its state, papers, goods and agreements."""
    given, who = request.POST, actor(request)
    acts: dict[tuple[str, str], tuple[Callable[[], Any], Text]] = {
        ("file", "save"): (
            lambda: services.change_supplier(supplier_id, purchasing.supplier_of(given), actor=who),
            Text("已保存", "Saved"),
        ),
        **{
            ("state", step): (
                _mover(supplier_id, step, given.get("reason", ""), who),
                Text("状态已更新", "The state is changed"),
            )
            for step in ("approve", "suspend", "end")
        },
        ("papers", "add"): (
            lambda: _add_paper(request, supplier_id),
            Text("证件已加入档案", "The paper is in the file"),
        ),
        ("papers", "drop"): (
            lambda: services.drop_paper(supplier_id, id_in(given.get("paper", "")) or 0, actor=who),
            Text("证件已移出档案", "The paper is out of the file"),
        ),
        ("goods", "put"): (lambda: _put_goods(request, supplier_id), Text("供货商品已保存", "Saved")),
        ("goods", "drop"): (
            lambda: services.drop_offering(supplier_id, id_in(given.get("good", "")) or 0, actor=who),
            Text("已移除", "Taken away"),
        ),
        ("prices", "agree"): (lambda: _agree(request, supplier_id), Text("协议价已登记", "The price is agreed")),
        ("prices", "end"): (lambda: _end(request, supplier_id), Text("协议结束日已登记", "It ends that day")),
    }
    if (what, name) not in acts:
        raise NotFound()
    do, done = acts[what, name]

    def doing() -> None:
        need(request, MANAGE)
        do()

    where = f"{HERE}/{supplier_id}" + ("" if what in ("file", "state") else f"#{what}")
    return carry_out(
        request, doing, done, where=where, refused=lambda problem: _supplier(request, supplier_id, problem)
    )


def _mover(supplier_id: int, step: str, reason: str, who: Any) -> Callable[[], None]:
    return lambda: services.move_supplier(supplier_id, step, reason=reason, actor=who)


def _add_paper(request: HttpRequest, supplier_id: int) -> None:
    given = request.POST
    draft = PaperDraft(
        given.get("kind", ""), given.get("number", ""), purchasing.day(given.get("expires_on", ""), "expires_on", needed=False),
        bool(given.get("mandatory")),
    )  # fmt: skip
    file: Any = request.FILES.get("file")
    kept = services.keep_file(file.read(), actor=actor(request)) if file else ""
    services.add_paper(supplier_id, draft, file=kept, actor=actor(request))


def _sku(code: str) -> int:
    found = catalog.sellable_by_code([code.strip()])[0].sku_id if code.strip() else 0
    if not found:
        raise ValidationFailed.one("sku", "unknown", "没有这个 SKU", "there is no such SKU")
    return found


def _put_goods(request: HttpRequest, supplier_id: int) -> None:
    given, errors = request.POST, list[FieldError]()
    numbers = {name: goods.units(given.get(name, ""), name, errors) for name in ("pack_size", "minimum_quantity")}
    days = goods.units(given.get("good_days", ""), "good_days", errors)
    if errors:
        raise ValidationFailed(errors=errors)
    draft = OfferingDraft(
        _sku(given.get("sku", "")),
        given.get("supplier_code", ""),
        numbers["pack_size"] or 1,
        numbers["minimum_quantity"] or 1,
        days,
    )
    services.put_offering(supplier_id, draft, actor=actor(request))


def _agree(request: HttpRequest, supplier_id: int) -> None:
    given, errors = request.POST, list[FieldError]()
    currency = selectors.supplier(supplier_id).draft.currency
    breaks = []
    for row in range(1, BREAKS + 1):
        quantity = goods.units(given.get(f"quantity-{row}", ""), f"quantity-{row}", errors)
        price = goods.amount(given.get(f"price-{row}", ""), f"price-{row}", currency, errors)
        if price is not None:
            breaks.append(Break(quantity or 0, price))
    if errors:
        raise ValidationFailed(errors=errors)
    start = purchasing.day(given.get("starts_on", ""), "starts_on")
    assert start is not None
    draft = AgreementDraft(
        _sku(given.get("sku", "")),
        start,
        purchasing.day(given.get("ends_on", ""), "ends_on", needed=False),
        tuple(breaks),
    )
    services.agree_price(supplier_id, draft, actor=actor(request))


def _end(request: HttpRequest, supplier_id: int) -> None:
    last = purchasing.day(request.POST.get("last_day", ""), "last_day")
    assert last is not None
    services.end_agreement(
        supplier_id, id_in(request.POST.get("agreement", "")) or 0, last_day=last, actor=actor(request)
    )


@staff(READ, methods=("GET",))
def paper(request: HttpRequest, supplier_id: int, paper_id: int) -> HttpResponseBase:
    """The file of a paper, as a download."""
    found = selectors.paper_file(supplier_id, paper_id)
    kind = "application/pdf" if found.suffix == ".pdf" else "image/jpeg"
    return FileResponse(
        found.open("rb"), as_attachment=True, filename=f"paper-{paper_id}{found.suffix}", content_type=kind
    )


@staff(READ, methods=("GET",))
def statement(request: HttpRequest, supplier_id: int) -> HttpResponseBase:
    """The account over days, as PDF or a workbook; this month where nothing is said."""
    today = clock.business_date()
    first = purchasing.day(request.GET.get("first", "") or today.replace(day=1).isoformat(), "first")
    last = purchasing.day(request.GET.get("last", "") or today.isoformat(), "last")
    assert first is not None
    assert last is not None
    if last < first or last - first > timedelta(days=3700):
        raise ValidationFailed.one("last", "range", "结束日须不早于开始日", "must not be before the first day")
    if not exports.asked(request):
        made = services.print_statement(supplier_id, first, last, actor=actor(request))
        name = f"statement-{supplier_id}-{first:%Y%m%d}-{last:%Y%m%d}.pdf"
        return HttpResponse(
            made, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
        )
    found = selectors.statement(supplier_id, first, last)
    currency = found.supplier.draft.currency
    words = {
        "receipt": Text("收货", "Receipt"),
        "return": Text("退货", "Return"),
        "payment": Text("付款", "Payment"),
        "sent": Text("代发", "Sent to buyers"),
        "sent_back": Text("代发退货", "Sent back"),
        "void": Text("付款冲销", "Payment void"),
        "fault": Text("责任扣款", "His fault"),
    }
    head = [
        Text("时间", "At"),
        Text("类型", "Kind"),
        Text("单号", "Number"),
        Text("说明", "Words"),
        Text("金额", "Amount"),
        Text("应付余额", "Owed"),
    ]
    rows: list[list[Any]] = [[None, Text("期初", "Opening"), "", "", None, Money(found.opening, currency)]]
    rows += [
        [
            line.at,
            words[line.kind],
            line.reference,
            line.words,
            Money(line.amount, currency),
            Money(line.balance, currency),
        ]
        for line in found.lines
    ]
    return exports.xlsx(f"statement-{found.supplier.draft.code}-{first:%Y%m%d}-{last:%Y%m%d}", head, rows)


@staff(READ, methods=("GET",))
def modes(request: HttpRequest) -> HttpResponse:
    """The modes of supply side by side: what was bought by each, and what it sold."""
    language.use(language.of(request))
    since = purchasing.since()
    sold, currency = dropship.mode_sales(since), mall_settings.get("mall.currency")
    rates = [
        (t("毛利率", "Margin"), lambda each: (each.margin, each.costed)),
        (t("承诺内发出", "Promise kept"), lambda each: (each.in_time, each.due)),
        (t("退货率", "Returned"), lambda each: (each.returned, each.shipped)),
    ]
    chart = charts.Chart(
        {
            "format": "percent",
            "legend": {},
            "xAxis": {"type": "category", "data": [say(SOLD[each.mode]) for each in sold]},
            "yAxis": {},
            "series": [
                {"name": name, "type": "bar", "data": [_rate(*of(each)) for each in sold]} for name, of in rates
            ],
        },
        [t("供应方式", "Mode"), *(name for name, _ in rates)],
        [[say(SOLD[each.mode]), *(_percent(*of(each)) for _, of in rates)] for each in sold],
        t("各供应方式的毛利率、履约率与退货率", "Margin, promises kept and returns by mode"),
    )
    return page.render(
        request, "backoffice/supply_modes.html", rows=selectors.modes(since=since), words=MODES, score=purchasing.score, sold=sold,
        sold_words=SOLD, chart=chart if sold else None, percent=_percent, currency=currency, format_minor=format_minor,
    )  # fmt: skip


SOLD = {**MODES, "made_to_order": Text("定制制作", "Made to order")}


def _rate(some: int, whole: int) -> float | None:
    return round(some / whole, 4) if whole else None


def _percent(some: int, whole: int) -> str:
    return f"{100 * some / whole:.1f}%" if whole else "–"


urlpatterns = [
    path("suppliers", listing, name="office-suppliers"),
    path("suppliers/new", new, name="office-supplier-new"),
    path("suppliers/modes", modes, name="office-supply-modes"),
    path("suppliers/<int:supplier_id>", supplier, name="office-supplier"),
    path("suppliers/<int:supplier_id>/statement", statement, name="office-supplier-statement"),
    path("suppliers/<int:supplier_id>/papers/<int:paper_id>", paper, name="office-supplier-paper"),
    path("suppliers/<int:supplier_id>/<slug:what>/<slug:name>", act, name="office-supplier-act"),
]
