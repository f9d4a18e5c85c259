"""After-sales cases: decided in words the buyer reads, goods inspected as they come back, money sent the way it came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path

from zhanggui.aftersales import selectors, services
from zhanggui.aftersales.types import OFFERED, PAYERS, PRICE_GUARANTEE, CaseLineView, CaseView, Received
from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import EnglishName
from zhanggui.fulfilment import selectors as fulfilment
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money, format_minor
from zhanggui.kernel.pictures import PictureRefused
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.procurement import selectors as procurement
from zhanggui.procurement.types import Kept
from zhanggui.ui import language, page
from zhanggui.ui.formatting import symbol_of
from zhanggui.ui.forms import EMPTY, FormState
from zhanggui.ui.language import say

from .. import goods, tables
from ..access import actor, carry_out, number_in, staff, typed
from ..orders import ACTORS, CASE_KINDS, CASE_STATES
from ..tables import Column, Filter, Table

PAGE, DAYS = 50, 30
#: What follows when it is granted.
THEN = {
    "return_refund": Text("同意后请买家寄回，验收后退款", "The buyer sends it back; the money follows the inspection"),
    "exchange": Text(
        "同意后预留换货商品，请买家寄回；验收后发出", "The other piece is put aside; it leaves when the goods came back"
    ),
    "repair": Text("同意后请买家寄来，修好寄回", "The buyer sends it; it goes back repaired"),
    "resend": Text("同意后立即生成补发订单", "What was missing is sent at once"),
    "refund_only": Text("同意后即可退款", "The money can be sent at once"),
}
TABS = ("requested", "awaiting_return", "approved", "received", "replacing", "returning", "refunding")
FILTERS = (
    Filter("state", Text("状态", "State"), "choice", tuple((name, words) for name, (words, _) in CASE_STATES.items())),
    Filter("kind", Text("类型", "Kind"), "choice", tuple(CASE_KINDS.items())),
    Filter("overdue", Text("只看超时", "Past their time"), "flag"),
    Filter("due", Text("按到期先后", "Due first"), "flag"),
)


@staff("aftersales.view", methods=("GET",))
def cases(request: HttpRequest) -> HttpResponse:
    """Newest first; the tabs count what waits for somebody."""
    language.use(language.of(request))
    asked = tables.asked(request, FILTERS)
    found = selectors.cases(
        state=asked["state"], kind=asked["kind"], overdue=bool(asked["overdue"]), by_due=bool(asked["due"]), cursor=asked.cursor,
        limit=PAGE,
    )  # fmt: skip
    counts = selectors.open_counts()
    tabs: list[tuple[Any, ...]] = [(say(Text("全部", "All")), request.path, not asked["state"], None)]
    tabs += [
        (say(CASE_STATES[name][0]), f"{request.path}?state={name}", asked["state"] == name, counts.get(name, 0))
        for name in TABS
    ]
    late = selectors.overdue_count()
    if late:
        tabs.append((say(Text("超时", "Late")), f"{request.path}?overdue=1", bool(asked["overdue"]), late))
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
            Column("due_at", Text("剩余时间", "Time left"), value=_left),
            Column("requested_at", Text("申请时间", "Asked"), kind="ago", phone=False),
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


def _left(case: CaseView) -> Text | None:
    """How long the step may last, with a mark where the mall has to act."""
    return selectors.remaining(case.due_at) if case.due_at else None


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
        due=selectors.remaining(found.due_at) if found.due_at else None,
        consequence=selectors.consequence(found) if found.due_at else None,
        turn=selectors.whose_turn(found),
        remarks=selectors.thread(number, internal=True),
        steps=selectors.steps(number),
        tracked=inventory.tracking(line.sku_id for line in found.lines if line.sku_id),
        carriers=[
            (each.code, say(Text(each.name, each.name_en))) for each in fulfilment.carriers() if each.code != "PICKUP"
        ]
        if found.state in ("awaiting_return", "received")
        else [],
        back_carrier=_carrier(found.back_carrier),
        service=found.kind in selectors.SERVICE_KINDS,
        kinds=CASE_KINDS,
        then=THEN.get(found.kind, THEN["refund_only"]),
        to_suppliers=_to_suppliers(found),
        symbol=symbol_of(found.currency),
        anew=mall_settings.get("orders.partial_return") != "keep" or mall_settings.get("orders.gift_return") != "leave",
    )


def _to_suppliers(case: CaseView) -> list[tuple[CaseLineView, list[Kept]]]:
    """Lines with units for their supplier, and the purchase orders they may go back with."""
    waiting = [line for line in case.lines if line.supplier and line.sku_id]
    found = procurement.kept([line.sku_id for line in waiting if line.sku_id]) if waiting else []
    return [(line, [each for each in found if each.sku_id == line.sku_id]) for line in waiting]


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
    file = (selectors.photo(found, name) or selectors.said_photo(number, name, internal=True)) if found else None
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
            number,
            note=request.POST.get("note", ""),
            price=_price(request, number),
            parts=_parts(request),
            actor=actor(request),
        )

    return _act(request, number, act, Text("已同意", "Approved"))


def _parts(request: HttpRequest) -> dict[int, str]:
    """Of what was missing the articles that go out instead of the lines' own, where the form names some."""
    found = {}
    for name in request.POST:
        line, code = name.removeprefix("part-"), request.POST.get(name, "").strip()
        if name.startswith("part-") and line.isdigit() and code:
            found[int(line)] = code
    return found


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
    """What came back and in what condition: good units go on the shelf, damaged ones do not. An article that is scanned counts as one
    more good unit; nothing is booked until all is confirmed."""
    if request.POST.get("scan", "").strip():
        return _scan(request, number)

    def do() -> None:
        found = selectors.case(number)
        if found is None:
            raise NotFound()
        photos = _photos(request)
        received = [_received(request, line.line) for line in found.lines if line.quantity]
        services.receive_return(
            number,
            [each for each in received if each.units],
            note=request.POST.get("note", ""),
            photos=photos,
            actor=actor(request),
        )

    return _act(request, number, do, Text("已验收", "Received"))


def _scan(request: HttpRequest, number: str) -> HttpResponse:
    """The form with one more unit of the article that was scanned; what is not of this case stops."""
    found = selectors.case(number)
    if found is None or found.state != "awaiting_return":
        raise NotFound()
    values = request.POST.dict()
    code = values.pop("scan").strip()[:100]
    known = {sku_id for sku_id, _ in catalog.skus_scanned(code)}
    line = next((one for one in found.lines if one.quantity and (one.sku_id in known or one.sku_code == code)), None)
    wrong = None
    if line is None:
        wrong = ValidationFailed.one(
            "scan", "foreign", f"{code} 不是这张售后单的商品：请放到一边，核对后拒收寄回",
            f"{code} is not of this case: put it aside, and send it back if it is not ours",
        )  # fmt: skip
    else:
        counted = sum(
            number_in(values.get(f"{fate}-{line.line}", "") or "0", 9) or 0
            for fate in ("good", "kept", "supplier", "damaged")
        )
        if counted >= line.quantity:
            wrong = ValidationFailed.one(
                "scan", "too_many", f"{line.title} 只申请了 {line.quantity} 件，多出来的请放到一边",
                f"only {line.quantity} of {line.title} are to come back; put the others aside",
            )  # fmt: skip
        else:
            good = number_in(values.get(f"good-{line.line}", "") or "0", 9) or 0
            values[f"good-{line.line}"] = str(good + 1)
    form = FormState.of(values) if wrong is None else FormState.failed(values, wrong, language.of(request))
    return _case(request, number, form, 200 if wrong is None else wrong.status)


def _received(request: HttpRequest, line: int) -> Received:
    given = request.POST.get
    good, scrapped, kept, supplier = (
        _units(request, f"{fate}-{line}") for fate in ("good", "damaged", "kept", "supplier")
    )
    return Received(
        line, good, scrapped, kept, supplier, given(f"batch-{line}", "").strip(), tuple(given(f"serials-{line}", "").split()),
        tuple(given(f"bad-{line}", "").split()), given(f"location-{line}", "").strip(),
    )  # fmt: skip


def _photos(request: HttpRequest) -> list[str]:
    """Names of the photos that came along. Raises ValidationFailed."""
    names = []
    for file in request.FILES.getlist("photos")[:10]:
        try:
            names.append(services.keep_photo(file.read(), actor=actor(request)))
        except PictureRefused as refused:
            raise ValidationFailed.one(
                "photos", "refused", refused.detail("zh-Hans"), refused.detail("en")
            ) from refused
    return names


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


@staff("aftersales.receive", methods=("POST",))
def arrived(request: HttpRequest, number: str) -> HttpResponse:
    """The return parcel is here: the time to inspect it runs."""
    act = partial(services.note_arrival, number, actor=actor(request))
    return _act(request, number, act, Text("已登记到货", "Noted"))


@staff("aftersales.receive", methods=("POST",))
def send_on(request: HttpRequest, number: str) -> HttpResponse:
    """The very goods go to the buyer again: repaired, or refused."""

    def act() -> CaseView:
        return services.send_on(
            number, carrier=request.POST.get("carrier", ""), waybill_no=request.POST.get("waybill_no", ""),
            words=request.POST.get("words", ""), repaired=request.POST.get("repaired") == "1", photos=_photos(request),
            actor=actor(request),
        )  # fmt: skip

    return _act(request, number, act, Text("已登记寄出", "Noted"))


@staff("aftersales.decide", methods=("POST",))
def instead(request: HttpRequest, number: str) -> HttpResponse:
    """The buyer takes his money, since there is no piece."""
    act = partial(services.refund_instead, number, note=request.POST.get("note", ""), actor=actor(request))
    return _act(request, number, act, Text("已改为退款", "It gives money now"))


@staff("aftersales.view", methods=("POST",))
def write(request: HttpRequest, number: str) -> HttpResponse:
    """Words to the buyer, or among ourselves."""

    def act() -> CaseView:
        return services.remark(
            number, text=request.POST.get("text", ""), photos=_photos(request), internal=request.POST.get("internal") == "1",
            actor=actor(request),
        )  # fmt: skip

    return _act(request, number, act, Text("已发送", "Sent"))


@staff("aftersales.receive", methods=("GET",))
def returns(request: HttpRequest) -> HttpResponse:
    """Where returns are scanned: a waybill, a case's or an order's number leads to the case."""
    language.use(language.of(request))
    code = request.GET.get("code", "").strip()[:60]
    found = selectors.scanned(code) if code else []
    waiting = [case for case in found if case.state == "awaiting_return"]
    if len(waiting) == 1:
        return redirect(f"/office/cases/{waiting[0].number}#receive")
    return page.render(
        request, "backoffice/returns.html", code=code, found=_called(found), states=CASE_STATES, kinds=CASE_KINDS,
        waiting=_called(_awaited()) if not found else [],
        remaining=selectors.remaining, status=404 if code and not found else 200,
    )  # fmt: skip


def _awaited() -> list[CaseView]:
    """What is to come back, the first due in front; what has no time after it."""
    due = selectors.cases(state="awaiting_return", by_due=True, limit=20).items
    rest = [case for case in selectors.cases(state="awaiting_return", limit=20).items if case.due_at is None]
    return [*due, *rest][:20]


POLICY_KINDS = tuple((kind, CASE_KINDS[kind]) for kind in OFFERED)


@staff("aftersales.view")
def policies(request: HttpRequest) -> HttpResponse:
    """What holds of each category, and the form that changes it from now on."""
    language.use(language.of(request))
    if request.method != "POST":
        return _policies(request, FormState.of(_standing(number_in(request.GET.get("category", ""), 12) or 0)))

    def act() -> None:
        given = request.POST.get
        services.save_policy(
            number_in(given("category", ""), 12) or 0, no_reason_days=_days(request, "no_reason_days"),
            claim_days=_days(request, "claim_days"), kinds=request.POST.getlist("kinds") if given("own_kinds") else None,
            way_back=given("way_back") or None, zh=given("zh", ""), en=given("en", ""), actor=actor(request),
        )  # fmt: skip

    def refused(problem: Problem) -> HttpResponse:
        return _policies(request, typed(request, problem), problem.status)

    return carry_out(
        request,
        act,
        Text("已保存，对之后的订单生效", "Saved; it holds for orders from now on"),
        where=POLICIES,
        refused=refused,
    )


POLICIES = "/office/returns/policies"


def _standing(category: int) -> dict[str, Any]:
    """The form of a category as its rule stands."""
    rule = selectors.standing_policy(category)
    if rule is None:
        return {"category": str(category or "")}
    kinds = rule.get("kinds")
    return {
        "category": str(category), "zh": rule.get("zh", ""), "en": rule.get("en", ""), "way_back": rule.get("way_back") or "",
        "own_kinds": "1" if kinds is not None else "", "kinds": list(kinds or ()),
        **{name: "" if rule.get(name) is None else str(rule[name]) for name in ("no_reason_days", "claim_days")},
    }  # fmt: skip


def _policies(request: HttpRequest, form: FormState, status: int = 200) -> HttpResponse:
    tree = catalog.categories()
    known = {category.id: category for category in tree}
    own = selectors.standing_policies()
    since, until = clock.now() - timedelta(days=DAYS), clock.now()
    rows = [
        (category, selectors.terms_of_category(tuple(category.ancestors)), category.id in own)
        for category in tree
        if category.id in own or category.parent_id is None
    ]
    return page.render(
        request, "backoffice/policies.html", status=status, rows=rows, whole=selectors.terms_of_category(()), kinds=CASE_KINDS,
        payers=PAYERS, times=selectors.step_times(since, until), inspection=selectors.inspection_hours(since, until), days=DAYS,
        states=CASE_STATES, form=form,
        payer_choices=[(name, say(text)) for name, text in PAYERS.items()], kind_choices=[(name, say(text)) for name, text in POLICY_KINDS],
        choices=[
            (category.id, " / ".join(known[each].name_in(language.of(request)) for each in category.ancestors)) for category in tree
        ],
    )  # fmt: skip


def _days(request: HttpRequest, name: str) -> int | None:
    given = request.POST.get(name, "").strip()
    if not given:
        return None
    days = number_in(given, 4)
    if days is None:
        raise ValidationFailed.one(name, "type", "请填写天数", "enter a number of days")
    return days


urlpatterns = [
    path("returns", returns, name="office-returns"),
    path("returns/policies", policies, name="office-return-policies"),
    path("cases/<str:number>/arrived", arrived, name="office-case-arrived"),
    path("cases/<str:number>/send-on", send_on, name="office-case-send-on"),
    path("cases/<str:number>/instead", instead, name="office-case-instead"),
    path("cases/<str:number>/write", write, name="office-case-write"),
    path("cases", cases, name="office-cases"),
    path("cases/<str:number>", case, name="office-case"),
    path("cases/<str:number>/photos/<str:name>", photo, name="office-case-photo"),
    path("cases/<str:number>/approve", approve, name="office-case-approve"),
    path("cases/<str:number>/reject", reject, name="office-case-reject"),
    path("cases/<str:number>/receive", receive, name="office-case-receive"),
    path("cases/<str:number>/refund", refund, name="office-case-refund"),
]
