"""After something went wrong: the playbook beside an order, compensations, who answers, chases and claims."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.aftersales import selectors as aftersales
from zhanggui.fulfilment import selectors as fulfilment
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock, ids, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money, format_minor
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.members import selectors as members
from zhanggui.orders import selectors as orders
from zhanggui.procurement import selectors as procurement
from zhanggui.promotions import selectors as promotions
from zhanggui.redress import selectors, services
from zhanggui.redress.types import Judgement, PlayDraft, PlayView
from zhanggui.ui import page
from zhanggui.ui.formatting import symbol_of
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say

from .. import exports, goods, tables
from ..access import actor, carry_out, id_in, number_in, staff, typed
from ..spans import span_of
from ..tables import Column, Filter, Table
from .problems import colleagues, named

PAGE = 50
LIABILITY_STATES: dict[str, tuple[Text, str]] = {
    "proposed": (Text("按规则建议，待判定", "Proposed, to decide"), "warn"),
    "decided": (Text("已判定", "Decided"), "info"),
    "settled": (Text("已按此索赔", "Settled by a claim"), "good"),
}
CHASE_TONES = {
    "asked": "warn",
    "answered": "info",
    "lost": "bad",
    "claimed": "info",
    "found": "good",
    "closed": "neutral",
}
CLAIM_TONES = {
    "draft": "warn",
    "filed": "info",
    "agreed": "info",
    "recovered": "good",
    "refused": "bad",
    "dropped": "neutral",
}
GRANT_TONES = {"waiting": "warn", "granted": "good", "declined": "neutral"}
SUBJECTS = {"case": Text("售后单", "Case"), "parcel": Text("包裹", "Parcel"), "order": Text("订单", "Order")}
STEPS: dict[str, Text] = {
    "proposed": Text("按规则建议", "Proposed by rule"), "decided": Text("判定责任", "Decided"),
    "asked": Text("向承运商追件", "Carrier asked"),
    "answered": Text("承运商答复", "Carrier answered"), "lost": Text("确认丢件", "Declared lost"), "found": Text("已找到", "Found"),
    "closed": Text("结束", "Closed"), "refund": Text("已为买家退款", "Buyer refunded"), "resend": Text("已补寄给买家", "Sent again"),
    "claimed": Text("开始索赔", "Claim made"), "drafted": Text("建立索赔", "Claim made"), "filed": Text("提交索赔", "Filed"),
    "agreed": Text("对方同意", "Agreed"), "recovered": Text("款项到账", "Money in"), "refused": Text("对方拒绝", "Refused"),
    "dropped": Text("放弃", "Given up"), "handed": Text("移交", "Handed over"), "paper": Text("添加材料", "Paper added"),
}  # fmt: skip
DUE = (("overdue", Text("逾期", "Overdue")), ("today", Text("今天到期", "Due today")))


def day_of(view: Any) -> tuple[Text, str]:
    """The day of an open chase or claim, as a badge."""
    if view.due_on is None:
        return Text("无期限", "No day"), "neutral"
    days = (view.due_on - clock.business_date()).days
    if days < 0:
        return Text(f"逾期 {-days} 天", f"{-days} d overdue"), "bad"
    return (
        (Text("今天到期", "Due today"), "warn") if days == 0 else (Text(f"还有 {days} 天", f"{days} d left"), "neutral")
    )


def size(grant: Any) -> str:
    """What a compensation is, in words."""
    if grant.kind == "points":
        return say(Text(f"{grant.amount} 积分", f"{grant.amount} points"))
    if grant.kind == "coupon":
        return say(selectors.REMEDY_WORDS["coupon"])
    return f"{symbol_of(grant.currency)}{format_minor(grant.amount, grant.currency)}"


def given_words(grant: Any) -> str:
    """A compensation by its kind and size."""
    return (
        size(grant)
        if grant.kind in ("points", "coupon")
        else f"{say(selectors.REMEDY_WORDS[grant.kind])} {size(grant)}"
    )


# --- beside an order --------------------------------------------------------------------------------------------------


@staff("redress.view", methods=("GET",))
def care(request: HttpRequest, number: str) -> HttpResponse:
    """What the playbook says for an order, what was given, who answers, and its parcels' chases."""
    return _care(request, number)


def _care(request: HttpRequest, number: str, form: FormState | None = None, status: int = 200) -> HttpResponse:
    stored = orders.find(number)
    if stored is None:
        raise NotFound()
    order, who = goods.called([stored])[0], actor(request)
    cases = aftersales.cases_of([number])[number] if who.may("aftersales.view") else []
    chosen = request.POST if request.method == "POST" else request.GET
    scenario = chosen.get("scenario", "")
    if scenario not in selectors.SCENARIOS:
        scenario = selectors.scenario_of(cases[-1].reason) if cases and "scenario" not in chosen else ""
    advice = selectors.advise(stored, scenario=scenario)
    if not advice and "scenario" not in chosen:
        scenario, advice = "", selectors.advise(stored)  # nothing is written for why the case was opened: all there is
    parcels = fulfilment.parcels_of([number])[number]
    about = selectors.liabilities_of(number)
    rated = selectors.ratings_of(case.number for case in cases)
    unrated = [
        (case.number, request.build_absolute_uri(services.rating_link(case.number)))
        for case in cases
        if case.number not in rated and selectors.rateable(case)
    ]
    return page.render(
        request, "backoffice/care.html", status=status, order=order, cases=cases, advice=advice, scenario=scenario,
        scenarios=selectors.SCENARIOS,
        remedies=selectors.REMEDY_WORDS, grants=selectors.grants_of(number), given_words=given_words, grant_states=selectors.GRANT_STATES,
        tones=GRANT_TONES,
        beyond=selectors.BEYOND, key=ids.token(12), unrated=unrated, rated=rated, form=form or FormState.of({}), parcels=parcels,
        chases=selectors.chases_of([number])[number],
        chase_states=selectors.CHASE_STATES, chase_tones=CHASE_TONES, liabilities=about,
        known={(each.subject, each.reference) for each in about},
        losses=selectors.LOSSES, states=LIABILITY_STATES, parties=selectors.PARTIES, subjects=SUBJECTS, symbol=symbol_of(order["currency"]),
        shown=lambda offer, n: str(n) if offer.kind == "points" else format_minor(n, order["currency"]),
    )  # fmt: skip


@staff("redress.grant", methods=("POST",))
def grant(request: HttpRequest, number: str) -> HttpResponse:
    """Give what the playbook allows, with one click."""
    given, errors = request.POST, []
    order = orders.find(number)
    if order is None:
        raise NotFound()
    kind, amount, text = given.get("kind", ""), None, given.get("amount", "").strip()
    if text and kind == "points":
        amount = number_in(text, 9)
        if amount is None:
            errors.append(FieldError("amount", "number", Text("请填写积分数", "say how many points")))
    elif text and kind == "refund":
        amount = goods.amount(text, "amount", order["currency"], errors)

    def do() -> Any:
        if errors:
            raise ValidationFailed(errors=errors)
        return services.grant(
            number, given.get("play", ""), kind, key=given.get("key", ""), amount=amount, words=given.get("words", ""),
            case_number=given.get("case", ""), actor=actor(request),
        )  # fmt: skip

    def done(made: Any) -> Text:
        if made.state == "waiting":
            why = selectors.BEYOND[made.beyond]
            return Text(f"已提交审批：{why.zh}", f"Sent for approval: {why.en}")
        return Text(
            f"已给买家：{selectors.REMEDY_WORDS[made.kind].zh}", f"Given: {selectors.REMEDY_WORDS[made.kind].en}"
        )

    where = f"/office/orders/{number}/care" + (
        f"?scenario={given['scenario']}" if given.get("scenario") in selectors.SCENARIOS else ""
    )
    return carry_out(
        request,
        do,
        done,
        where=where,
        refused=lambda problem: _care(request, number, typed(request, problem), problem.status),
    )


# --- compensations ----------------------------------------------------------------------------------------------------

GRANT_FILTERS = (
    Filter("state", Text("状态", "State"), "choice", tuple(selectors.GRANT_STATES.items())),
    Filter("scenario", Text("场景", "Scenario"), "choice", tuple(selectors.SCENARIOS.items())),
    Filter("kind", Text("种类", "Kind"), "choice", tuple(selectors.REMEDY_WORDS.items())),
)


@staff("redress.view", methods=("GET",))
def grants(request: HttpRequest) -> HttpResponseBase:
    """What was given, what waits for approval, and what it costs."""
    return _grants(request)


def _grants(request: HttpRequest, form: FormState | None = None, status: int = 200) -> HttpResponseBase:
    asked = tables.asked(request, GRANT_FILTERS)
    first, last = span_of(request)
    costs = selectors.grant_costs(clock.day_bounds(first)[0], clock.day_bounds(last)[1])
    if kind := exports.asked(request):
        head = [Text("场景", "Scenario"), Text("种类", "Kind"), Text("次数", "Times"), Text("买家数", "Buyers"), Text("数额", "Amount"),
                Text("成本（分）", "Cost (minor units)")]  # fmt: skip
        rows = (
            [
                say(selectors.SCENARIOS[r["scenario"]]),
                say(selectors.REMEDY_WORDS[r["kind"]]),
                r["times"],
                r["buyers"],
                r["amount"],
                r["cost"],
            ]
            for r in costs
        )
        return exports.answer(kind, f"compensations-{first:%Y%m%d}-{last:%Y%m%d}", head, rows)
    found = selectors.grants(
        state=asked["state"], scenario=asked["scenario"], kind=asked["kind"], cursor=asked.cursor, limit=PAGE
    )
    table = Table(
        columns=[
            Column("number", Text("补偿", "Compensation"), kind="custom"),
            Column("order_number", Text("订单", "Order"), kind="link",
            value=lambda g: (g.order_number, f"/office/orders/{g.order_number}/care")),
            Column("scenario", Text("场景", "Scenario"), value=lambda g: selectors.SCENARIOS[g.scenario]),
            Column("size", Text("补偿内容", "What"), value=given_words),
            Column("asked_by", Text("经办", "By"), phone=False),
            Column("asked_at", Text("时间", "At"), kind="ago", phone=False),
            Column("state", Text("状态", "State"), kind="badge", value=lambda g: (selectors.GRANT_STATES[g.state], GRANT_TONES[g.state])),
            Column("act", Text("处理", "Act"), kind="custom"),
        ],
        rows=found.items, next=found.next_cursor, filters=GRANT_FILTERS, asked=asked, key="grants", row_key=lambda g: g.number,
        caption=Text("补偿", "Compensations"),
        empty=(Text("还没有补偿", "No compensations"),
        Text("在订单或售后单上按手册发放", "They are granted by the playbook, from an order or a case")),
    )  # fmt: skip
    return page.render(
        request, "backoffice/grants.html", status=status, table=table, costs=costs, first=first, last=last, scenarios=selectors.SCENARIOS,
        remedies=selectors.REMEDY_WORDS, beyond=selectors.BEYOND, size=size, total=sum(row["cost"] for row in costs),
        form=form or FormState.of({}),
    )  # fmt: skip


@staff("redress.approve", methods=("POST",))
def decide_grant(request: HttpRequest, number: str) -> HttpResponse:
    """Yes or no to what is beyond the limits."""
    yes = request.POST.get("answer") == "yes"
    act = partial(services.decide_grant, number, yes, words=request.POST.get("words", ""), actor=actor(request))

    def refused(problem: Problem) -> Any:
        return _grants(request, typed(request, problem), problem.status)

    return carry_out(
        request, act, Text("已批准并发放", "Approved and given") if yes else Text("已拒绝", "Declined"), where="/office/grants",
        refused=refused
    )  # fmt: skip


# --- the playbook -----------------------------------------------------------------------------------------------------


@staff("redress.view", methods=("GET",))
def playbook(request: HttpRequest) -> HttpResponse:
    """All entries, by scenario."""
    found = selectors.plays()
    return page.render(
        request, "backoffice/playbook.html", plays=found, scenarios=selectors.SCENARIOS, remedies=selectors.REMEDY_WORDS,
        cash=lambda amount: format_minor(amount, _currency()), symbol=symbol_of(_currency()),
    )  # fmt: skip


def _currency() -> str:
    return str(mall_settings.get("mall.currency"))


@staff("redress.playbook", methods=("POST",))
def start_playbook(request: HttpRequest) -> HttpResponse:
    """The entries a new mall begins with."""
    act = partial(services.start_playbook, actor=actor(request))
    return carry_out(
        request, act, lambda made: Text(f"已加入 {made} 条", f"{made} entries added"), where="/office/playbook",
        refused=lambda problem: playbook(request),
    )  # fmt: skip


@staff("redress.view", post="redress.playbook")
def play(request: HttpRequest, code: str) -> HttpResponse:
    """An entry, or (code "new") the form for one."""
    if request.method != "POST":
        return _play(request, code)
    given = request.POST
    errors: list[FieldError] = []
    wanted = code if code != "new" else given.get("code", "").strip()

    def do() -> Any:
        draft = _play_draft(given, errors)
        if code == "new" and selectors.play(wanted) is not None:
            errors.append(FieldError("code", "taken", Text("这个编号已经用了", "this code is taken")))
        if errors:
            raise ValidationFailed(errors=errors)
        return services.save_play(wanted, draft, actor=actor(request))

    def refused(problem: Problem) -> HttpResponse:
        names = {f"options.{kind}": f"{kind}_usual" for kind in selectors.REMEDY_WORDS} | {
            "options.coupon.coupon": "coupon", "options.refund.most_bp": "refund_share",
        }  # fmt: skip
        return _play(request, code, typed(request, problem, names=names), problem.status)

    return carry_out(request, do, Text("已保存", "Saved"), where="/office/playbook", refused=refused)


def _play_draft(given: Any, errors: list[FieldError]) -> PlayDraft:
    currency = _currency()

    def money_of(name: str) -> int | None:
        return (
            goods.amount(given.get(name, "").strip(), name, currency, errors) if given.get(name, "").strip() else None
        )

    def whole(name: str, digits: int = 9) -> int | None:
        text = given.get(name, "").strip()
        found = number_in(text, digits) if text else None
        if text and found is None:
            errors.append(FieldError(name, "number", Text("请填写整数", "a whole number is needed")))
        return found

    options: list[dict[str, Any]] = []
    if given.get("points_on"):
        options.append({"kind": "points", **{name: whole(f"points_{name}") or 0 for name in ("usual", "free", "most")}})
    if given.get("refund_on"):
        share = whole("refund_share", 3)
        amounts = {name: money_of(f"refund_{name}") or 0 for name in ("usual", "free", "most")}
        options.append({"kind": "refund", **amounts, **({"most_bp": share * 100} if share is not None else {})})
    if given.get("coupon_on"):
        options.append({"kind": "coupon", "coupon": id_in(given.get("coupon", ""))})
    if given.get("freight_on"):
        options.append({"kind": "freight"})
    return PlayDraft(
        given.get("scenario", ""), given.get("title_zh", ""), given.get("words_zh", ""), given.get("title_en", ""),
        given.get("words_en", ""),
        given.get("advice_zh", ""), given.get("advice_en", ""), min_total=money_of("min_total") or 0, max_total=money_of("max_total"),
        tiers=tuple(given.getlist("tiers")), max_times=whole("max_times", 3), options=tuple(options), position=whole("position", 4) or 0,
        active=bool(given.get("active")),
    )  # fmt: skip


def _play(request: HttpRequest, code: str, form: FormState | None = None, status: int = 200) -> HttpResponse:
    entry = selectors.play(code) if code != "new" else None
    if entry is None and code != "new":
        raise NotFound()
    coupons = [
        (str(each.id), each.draft.label_zh)
        for each in promotions.promotion_page(kind="coupon", limit=100).items
        if each.state != "ended"
    ]
    return page.render(
        request, "backoffice/play.html", status=status, entry=entry, form=form or _play_form(entry), scenarios=selectors.SCENARIOS,
        tiers=[(code, say(Text(tier.name_zh, tier.name_en or tier.name_zh))) for code, tier in members.tiers_by_code().items()],
        coupons=coupons, symbol=symbol_of(_currency()),
    )  # fmt: skip


def _play_form(entry: PlayView | None) -> FormState:
    if entry is None:
        return FormState.of({"active": "1", "scenario": "late"})
    currency = _currency()
    start: dict[str, Any] = {
        name: getattr(entry, name)
        for name in ("code", "scenario", "title_zh", "title_en", "words_zh", "words_en", "advice_zh", "advice_en")
    }
    start |= {
        "min_total": format_minor(entry.min_total, currency) if entry.min_total else "", "position": str(entry.position),
        "max_total": format_minor(entry.max_total, currency) if entry.max_total is not None else "", "tiers": list(entry.tiers),
        "max_times": "" if entry.max_times is None else str(entry.max_times), "active": "1" if entry.active else "",
    }  # fmt: skip
    for option in entry.options:
        kind = option["kind"]
        start[f"{kind}_on"] = "1"
        for name in ("usual", "free", "most"):
            if name in option:
                start[f"{kind}_{name}"] = (
                    str(option[name]) if kind == "points" else format_minor(option[name], currency)
                )
        if option.get("most_bp"):
            start["refund_share"] = str(option["most_bp"] // 100)
        if option.get("coupon"):
            start["coupon"] = str(option["coupon"])
    return FormState.of(start)


# --- who answers ------------------------------------------------------------------------------------------------------

LIABILITY_FILTERS = (
    Filter(
        "state", Text("状态", "State"), "choice", tuple((name, words) for name, (words, _) in LIABILITY_STATES.items())
    ),
    Filter("party", Text("责任方", "Party"), "choice", tuple(selectors.PARTIES.items())),
    Filter("loss", Text("损失", "Loss"), "choice", tuple(selectors.LOSSES.items())),
)


def shares_of(view: Any) -> str:
    """Who answers, in a line."""
    return " · ".join(f"{say(selectors.PARTIES[party])} {share}%" for party, share in view.shares.items())


@staff("redress.view", post="redress.judge")
def liabilities(request: HttpRequest) -> HttpResponse:
    """Losses and who answers for them; a form proposes for a case, a parcel or an order."""
    if request.method == "POST":
        given = request.POST

        def do() -> Any:
            return services.propose(
                given.get("subject", ""),
                given.get("reference", "").strip(),
                loss=given.get("loss", ""),
                actor=actor(request),
            )

        try:
            made = do()
        except NotFound:
            raise
        except Problem as problem:
            return page.render(request, "backoffice/refused.html", status=problem.status, problem=problem)
        return HttpResponse(status=303, headers={"Location": f"/office/liabilities/{made.number}"})
    asked = tables.asked(request, LIABILITY_FILTERS)
    found = selectors.liabilities(
        state=asked["state"], party=asked["party"], loss=asked["loss"], cursor=asked.cursor, limit=PAGE
    )
    table = Table(
        columns=[
            Column("number", Text("责任单", "Liability")),
            Column("loss", Text("损失", "Loss"), value=lambda v: selectors.LOSSES[v.loss]),
            Column("about", Text("关于", "About"), value=lambda v: f"{say(SUBJECTS[v.subject])} {v.reference}"),
            Column("shares", Text("责任", "Who answers"), value=shares_of),
            Column("amount", Text("金额", "Amount"), kind="money", value=lambda v: Money(v.amount, v.currency)),
            Column("state", Text("状态", "State"), kind="badge", value=lambda v: LIABILITY_STATES[v.state]),
            Column("at", Text("时间", "At"), kind="ago", phone=False),
        ],
        rows=found.items, next=found.next_cursor, filters=LIABILITY_FILTERS, asked=asked, key="liabilities", row_key=lambda v: v.number,
        row_href=lambda v: f"/office/liabilities/{v.number}", caption=Text("责任判定", "Who answers"),
        empty=(Text("还没有责任判定", "Nothing has been judged"),
        Text("在订单的「善后」页为售后单或包裹判定责任", "Begin from an order's page of amends")),
    )  # fmt: skip
    return page.render(request, "backoffice/liabilities.html", table=table)


@staff("redress.view", post="redress.judge")
def liability(request: HttpRequest, number: str) -> HttpResponse:
    """Who answers for one loss: decided, changed, claimed."""
    if request.method != "POST":
        return _liability(request, number)
    given, errors = request.POST, []
    view = selectors.liability(number)
    if view is None:
        raise NotFound()
    shares: dict[str, int] = {}
    for party in selectors.PARTIES:
        text = given.get(f"share-{party}", "").strip()
        share = number_in(text, 3) if text else 0
        if share is None:
            errors.append(
                FieldError(f"shares.{party}", "number", Text("请填写 0 到 100 的整数", "a whole number from 0 to 100"))
            )
        shares[party] = share or 0
    amount = goods.amount(given.get("amount", "").strip(), "amount", view.currency, errors)

    def do() -> Any:
        if errors:
            raise ValidationFailed(errors=errors)
        wish = Judgement(
            shares, loss=given.get("loss", ""), amount=amount, supplier_id=id_in(given.get("supplier", "")),
            warehouse_id=id_in(given.get("warehouse", "")),
            carrier_code=given.get("carrier", ""), merchant_name=given.get("merchant", ""), ground=given.get("ground", ""),
        )  # fmt: skip
        return services.decide(number, wish, actor=actor(request))

    def refused(problem: Problem) -> HttpResponse:
        names = {f"shares.{party}": f"share-{party}" for party in selectors.PARTIES} | {"shares": "share-buyer"}
        return _liability(request, number, typed(request, problem, names=names), problem.status)

    return carry_out(request, do, Text("责任已判定", "Decided"), where=f"/office/liabilities/{number}", refused=refused)


def _liability(request: HttpRequest, number: str, form: FormState | None = None, status: int = 200) -> HttpResponse:
    view = selectors.liability(number)
    if view is None:
        raise NotFound()
    start = {f"share-{party}": str(getattr(view, party)) for party in selectors.PARTIES} | {
        "loss": view.loss, "amount": format_minor(view.amount, view.currency), "carrier": view.carrier_code, "merchant": view.merchant_name,
        "supplier": str(view.supplier_id or ""), "warehouse": str(view.warehouse_id or ""), "ground": view.ground,
    }  # fmt: skip
    suppliers = [
        (str(key), say(words))
        for key, words in procurement.supplier_choices(states=("candidate", "approved", "suspended"))
    ]
    return page.render(
        request, "backoffice/liability_one.html", status=status, view=view, state=LIABILITY_STATES[view.state], parties=selectors.PARTIES,
        losses=selectors.LOSSES, form=form or FormState.of(start), entries=selectors.entries(number), steps=STEPS, subjects=SUBJECTS,
        carriers=[(each.code, each.name) for each in fulfilment.carriers(active_only=False) if each.code != "PICKUP"], suppliers=suppliers,
        houses=[(str(each.id), each.name) for each in inventory.warehouses()], claims=selectors.claims_on(liability=number),
        claim_states=selectors.CLAIM_STATES, claim_tones=CLAIM_TONES, kinds=selectors.CLAIM_KINDS, symbol=symbol_of(view.currency),
    )  # fmt: skip


@staff("redress.claim", methods=("POST",))
def claim_liability(request: HttpRequest, number: str) -> HttpResponse:
    """A claim against one of those who answer."""
    act = partial(services.claim_liability, number, request.POST.get("kind", ""), actor=actor(request))
    try:
        made = act()
    except NotFound:
        raise
    except Problem as problem:
        return _liability(request, number, typed(request, problem), problem.status)
    return HttpResponse(status=303, headers={"Location": f"/office/claims/{made.number}"})


# --- chases -----------------------------------------------------------------------------------------------------------

CHASE_FILTERS = (
    Filter("state", Text("状态", "State"), "choice", tuple(selectors.CHASE_STATES.items())),
    Filter("due", Text("期限", "Due"), "choice", DUE),
)


@staff("redress.view", post="redress.chase")
def chases(request: HttpRequest) -> HttpResponse:
    """Parcels that are chased, the first due first; a form opens one by its waybill."""
    if request.method == "POST":
        return _open_chase(request)
    return _chases(request)


def _open_chase(request: HttpRequest) -> HttpResponse:
    given = request.POST

    def do() -> Any:
        parcel, waybill = given.get("parcel", ""), given.get("waybill", "").strip().upper()
        if not parcel:
            known = selectors.parcel_of(waybill) if waybill else None
            if known is None:
                raise ValidationFailed.one(
                    "waybill", "unknown", "没有这个运单或包裹", "there is no such waybill or parcel"
                )
            parcel = known
        return services.open_chase(
            parcel,
            words=given.get("words", "")[:500],
            source=given.get("source", "hand"),
            source_ref=given.get("source_ref", ""),
            actor=actor(request),
        )

    try:
        made = do()
    except NotFound:
        raise
    except Problem as problem:
        if problem.extra.get("permission"):
            raise
        return _chases(request, typed(request, problem, names={"parcel": "waybill"}), problem.status)
    return HttpResponse(status=303, headers={"Location": f"/office/chases/{made.number}"})


def _chases(request: HttpRequest, form: FormState | None = None, status: int = 200) -> HttpResponse:
    asked = tables.asked(request, CHASE_FILTERS)
    found = selectors.chases(state=asked["state"], due=asked["due"], cursor=asked.cursor, limit=PAGE)
    table = Table(
        columns=[
            Column("number", Text("追件单", "Chase")),
            Column("waybill", Text("运单", "Waybill"), value=lambda v: f"{v.carrier_name} {v.waybill_no}"),
            Column("order_number", Text("订单", "Order"), phone=False),
            Column("state", Text("状态", "State"), kind="badge", value=lambda v: (selectors.CHASE_STATES[v.state], CHASE_TONES[v.state])),
            Column("due", Text("期限", "Due"), kind="badge", value=lambda v: day_of(v) if v.ended_at is None else None),
            Column("owner", Text("负责人", "Owner"), phone=False),
            Column("source", Text("来源", "From"), value=lambda v: selectors.SOURCES[v.source], phone=False),
            Column("at", Text("开始", "Since"), kind="ago"),
        ],
        rows=found.items, next=found.next_cursor, filters=CHASE_FILTERS, asked=asked, key="chases", row_key=lambda v: v.number,
        row_href=lambda v: f"/office/chases/{v.number}", row_tone=lambda v: "bad" if v.ended_at is None and day_of(v)[1] == "bad" else "",
        caption=Text("追件", "Chases"),
        empty=(Text("没有在追的包裹", "No parcel is chased"),
        Text("输入运单号开始追件；久无更新的包裹会自动出现",
        "Give a waybill to begin; parcels that are silent for days come by themselves")),
    )  # fmt: skip
    return page.render(request, "backoffice/chases.html", status=status, table=table, form=form or FormState.of({}))


@staff("redress.view", methods=("GET",))
def chase(request: HttpRequest, number: str) -> HttpResponse:
    """One chase with its parcel's news."""
    return _chase(request, number)


def _chase(request: HttpRequest, number: str, form: FormState | None = None, status: int = 200) -> HttpResponse:
    view = selectors.chase(number)
    if view is None:
        raise NotFound()
    order = orders.find(view.order_number)
    assert order is not None
    parcel = fulfilment.parcel(view.parcel)
    paid = {line["line"]: line["payable"] for line in order["lines"]}
    sold = {line["line"]: line["quantity"] for line in order["lines"]}
    worth = (
        sum(paid[line.line] * line.quantity // sold[line.line] for line in parcel.lines if line.line in paid)
        if parcel
        else 0
    )
    return page.render(
        request, "backoffice/chase.html", status=status, view=view, state=(selectors.CHASE_STATES[view.state], CHASE_TONES[view.state]),
        day=day_of(view), entries=selectors.entries(number), steps=STEPS, parcel=parcel, claims=selectors.claims_on(chase=number),
        claim_states=selectors.CLAIM_STATES, claim_tones=CLAIM_TONES, sources=selectors.SOURCES, order=order, colleagues=colleagues(),
        form=form or FormState.of({"amount": format_minor(worth, order["currency"])}), symbol=symbol_of(order["currency"]),
        fault=selectors.liability_about("parcel", view.parcel),
    )  # fmt: skip


@staff("redress.chase", methods=("POST",))
def chase_act(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """A step of a chase."""
    given, who = request.POST, actor(request)
    words = given.get("words", "")
    view = selectors.chase(number)
    if view is None:
        raise NotFound()
    errors: list[FieldError] = []

    def claim() -> Any:
        amount = goods.amount(given.get("amount", "").strip(), "amount", _order_currency(view.order_number), errors)
        if errors or amount is None:
            raise ValidationFailed(
                errors=errors or [FieldError("amount", "required", Text("请填写金额", "an amount is needed"))]
            )
        return services.claim_chase(number, amount=amount, ground=words, actor=who)

    steps: dict[str, tuple[Callable[[], Any], Text]] = {
        "answer": (lambda: services.note_answer(number, words=words, actor=who), Text("已记录答复", "The answer is noted")),
        "found": (lambda: services.declare_found(number, words=words, actor=who), Text("包裹已找到", "The parcel is found")),
        "lost": (lambda: services.declare_lost(number, words=words, actor=who),
        Text("已确认丢件，请先服务买家", "Declared lost: serve the buyer first")),
        "refund": (lambda: services.serve_buyer(number, "refund", words=words, actor=who), Text("退款已发起", "The refund is under way")),
        "resend": (
            lambda: services.serve_buyer(number, "resend", words=words, case_number=given.get("case_number", ""), actor=who),
            Text("已记录补寄", "It is sent again"),
        ),
        "claim": (claim, Text("索赔单已建立", "The claim is made")),
        "close": (lambda: services.close_chase(number, words=words, actor=who), Text("追件已结束", "The chase is over")),
        "hand": (lambda: services.hand_chase(number, *named(given.get("owner", "")), actor=who), Text("已移交", "Handed over")),
    }  # fmt: skip
    if step not in steps:
        raise NotFound()
    do, done = steps[step]
    return carry_out(
        request, do, done, where=f"/office/chases/{number}",
        refused=lambda problem: _chase(request, number, typed(request, problem), problem.status),
    )  # fmt: skip


def _order_currency(number: str) -> str:
    order = orders.find(number)
    assert order is not None
    return str(order["currency"])


# --- claims -----------------------------------------------------------------------------------------------------------

CLAIM_FILTERS = (
    Filter("state", Text("状态", "State"), "choice", tuple(selectors.CLAIM_STATES.items())),
    Filter(
        "kind",
        Text("向谁", "Against"),
        "choice",
        tuple((kind, selectors.PARTIES[kind]) for kind in selectors.CLAIM_KINDS),
    ),
    Filter("due", Text("期限", "Due"), "choice", DUE),
)


@staff("redress.view", methods=("GET",))
def claims(request: HttpRequest) -> HttpResponseBase:
    """Claims, the first due first, and the sums by party."""
    asked = tables.asked(request, CLAIM_FILTERS)
    first, last = span_of(request, days=90)
    sums = selectors.party_sums(clock.day_bounds(first)[0], clock.day_bounds(last)[1])
    if form := exports.asked(request):
        head = [Text("类别", "Kind"), Text("对方", "Party"), Text("笔数", "Claims"), Text("未结", "Open"),
        Text("索赔（分）", "Claimed (minor units)"),
                Text("同意（分）", "Agreed"), Text("追回（分）", "Recovered"), Text("被拒", "Refused"),
                Text("中位天数", "Median days")]  # fmt: skip
        rows = (
            [
                say(selectors.PARTIES[s.kind]),
                s.party_name,
                s.claims,
                s.open,
                s.claimed,
                s.agreed,
                s.recovered,
                s.refused,
                s.days,
            ]
            for s in sums
        )
        return exports.answer(form, f"claims-{first:%Y%m%d}-{last:%Y%m%d}", head, rows)
    found = selectors.claims(
        state=asked["state"], due=asked["due"], kind=asked["kind"], cursor=asked.cursor, limit=PAGE
    )
    table = Table(
        columns=[
            Column("number", Text("索赔单", "Claim")),
            Column("party", Text("向谁", "Against"), value=lambda v: f"{say(selectors.PARTIES[v.kind])} · {v.party_name}"),
            Column("claimed", Text("索赔", "Claimed"), kind="money", value=lambda v: Money(v.claimed, v.currency)),
            Column("recovered", Text("追回", "Recovered"), kind="money", value=lambda v: Money(v.recovered, v.currency)),
            Column("state", Text("状态", "State"), kind="badge", value=lambda v: (selectors.CLAIM_STATES[v.state], CLAIM_TONES[v.state])),
            Column("due", Text("期限", "Due"), kind="badge", value=lambda v: day_of(v) if v.ended_at is None else None),
            Column("owner", Text("负责人", "Owner"), phone=False),
            Column("at", Text("开始", "Since"), kind="ago", phone=False),
        ],
        rows=found.items, next=found.next_cursor, filters=CLAIM_FILTERS, asked=asked, key="claims", row_key=lambda v: v.number,
        row_href=lambda v: f"/office/claims/{v.number}", row_tone=lambda v: "bad" if v.ended_at is None and day_of(v)[1] == "bad" else "",
        caption=Text("索赔", "Claims"),
        empty=(Text("没有索赔", "No claims"),
        Text("确认丢件或判定责任后可以索赔", "They follow a lost parcel, or a decision on who answers")),
    )  # fmt: skip
    return page.render(
        request, "backoffice/claims.html", table=table, sums=sums, first=first, last=last, parties=selectors.PARTIES
    )


@staff("redress.view", methods=("GET",))
def claim(request: HttpRequest, number: str) -> HttpResponse:
    """One claim with its papers and its log."""
    return _claim(request, number)


def _claim(request: HttpRequest, number: str, form: FormState | None = None, status: int = 200) -> HttpResponse:
    view = selectors.claim(number)
    if view is None:
        raise NotFound()
    left = view.agreed - view.recovered if view.state == "agreed" else view.claimed
    return page.render(
        request, "backoffice/claim.html", status=status, view=view, state=(selectors.CLAIM_STATES[view.state], CLAIM_TONES[view.state]),
        day=day_of(view), entries=selectors.entries(number), steps=STEPS, parties=selectors.PARTIES, colleagues=colleagues(),
        key=ids.token(12),
        form=form or FormState.of({"amount": format_minor(left, view.currency)}), symbol=symbol_of(view.currency),
    )  # fmt: skip


@staff("redress.claim", methods=("POST",))
def claim_act(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """A step of a claim."""
    given, who = request.POST, actor(request)
    view = selectors.claim(number)
    if view is None:
        raise NotFound()
    words, currency = given.get("words", ""), view.currency

    def amount() -> int:
        errors: list[FieldError] = []
        found = goods.amount(given.get("amount", "").strip(), "amount", currency, errors)
        if errors or found is None:
            raise ValidationFailed(
                errors=errors or [FieldError("amount", "required", Text("请填写金额", "an amount is needed"))]
            )
        return found

    def papers() -> None:
        files = request.FILES.getlist("papers")
        if not files:
            raise ValidationFailed.one("papers", "required", "请选择照片", "choose a picture")
        for each in files:
            services.add_paper(number, each.read(), actor=who)

    steps: dict[str, tuple[Callable[[], Any], Text]] = {
        "file": (lambda: services.file_claim(number, words=words, amount=amount(), actor=who), Text("已提交", "Filed")),
        "agree": (lambda: services.agree_claim(number, amount(), words=words, actor=who), Text("已记录对方同意", "Agreed")),
        "refuse": (lambda: services.refuse_claim(number, words=words, actor=who), Text("已记录被拒", "Refused")),
        "recover": (lambda: services.book_recovery(number, amount(), key=given.get("key", ""), words=words, actor=who),
        Text("到账已登记", "Booked")),
        "drop": (lambda: services.drop_claim(number, words=words, actor=who), Text("已放弃", "Given up")),
        "hand": (lambda: services.hand_claim(number, *named(given.get("owner", "")), actor=who), Text("已移交", "Handed over")),
        "papers": (papers, Text("材料已添加", "The papers are there")),
    }  # fmt: skip
    if step not in steps:
        raise NotFound()
    do, done = steps[step]
    return carry_out(
        request, do, done, where=f"/office/claims/{number}",
        refused=lambda problem: _claim(request, number, typed(request, problem), problem.status),
    )  # fmt: skip


@staff("redress.view", methods=("GET",))
def paper(request: HttpRequest, number: str, name: str) -> HttpResponseBase:
    """A paper of a claim; it lies privately."""
    view = selectors.claim(number)
    file = selectors.paper(view, name) if view else None
    if file is None:
        raise NotFound()
    return FileResponse(file.open("rb"), headers={"Cache-Control": "private, max-age=3600"})


urlpatterns = [
    path("orders/<str:number>/care", care, name="office-care"),
    path("orders/<str:number>/care/grant", grant, name="office-care-grant"),
    path("grants", grants, name="office-grants"),
    path("grants/<str:number>/decide", decide_grant, name="office-grant-decide"),
    path("playbook", playbook, name="office-playbook"),
    path("playbook/start", start_playbook, name="office-playbook-start"),
    path("playbook/<slug:code>", play, name="office-play"),
    path("liabilities", liabilities, name="office-liabilities"),
    path("liabilities/<str:number>", liability, name="office-fault"),
    path("liabilities/<str:number>/claim", claim_liability, name="office-fault-claim"),
    path("chases", chases, name="office-chases"),
    path("chases/<str:number>", chase, name="office-chase"),
    path("chases/<str:number>/<slug:step>", chase_act, name="office-chase-act"),
    path("claims", claims, name="office-claims"),
    path("claims/<str:number>", claim, name="office-claim"),
    path("claims/<str:number>/papers/<str:name>", paper, name="office-claim-paper"),
    path("claims/<str:number>/<slug:step>", claim_act, name="office-claim-act"),
]
