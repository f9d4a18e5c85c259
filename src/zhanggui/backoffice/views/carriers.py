"""承运商: who carries, its lanes and accounts, the rules of choice with a trial, and every waybill with what it cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.carriage import selectors, services
from zhanggui.carriage.selectors import PICKUP, PROVINCES
from zhanggui.carriage.types import CarrierView, ChoiceRuleView, Freight, Lane, WaybillView
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money, format_minor
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState, amount
from zhanggui.ui.language import say, t

from .. import exports, tables, workbooks
from ..access import actor, carry_out, number_in, staff, typed
from ..tables import Column, Filter, Table

PAGE = 50
HERE, WAYBILLS = "/office/carriers", "/office/waybills"
VIEW, MANAGE, ASK = "carriage.view", "carriage.manage", "carriage.waybills"
LANES_MOST = 60
STATES: dict[str, tuple[Text, str]] = {
    "requested": (Text("取号中", "Asked for"), "warn"),
    "issued": (Text("已出单", "Issued"), "good"),
    "cancelled": (Text("已取消", "Cancelled"), "neutral"),
    "failed": (Text("取号失败", "Refused"), "bad"),
}
ELSEWHERE = Text("其他各省", "Everywhere else")
FIELDS: dict[str, Text] = {
    "province": Text("省份", "Province"),
    "served": Text("送达", "Served"),
    "days_min": Text("最快天数", "Days from"),
    "days_max": Text("最慢天数", "Days to"),
    "remote": Text("偏远", "Far"),
    "first_g": Text("首重克", "First g"),
    "first_fee": Text("首重费", "First fee"),
    "step_g": Text("续重克", "Further g"),
    "step_fee": Text("续重费", "Further fee"),
    "surcharge": Text("附加费", "Surcharge"),
}
FLAGS, FEES = ("served", "remote"), ("first_fee", "step_fee", "surcharge")
YES = {"1", "是", "√", "y", "yes", "true", "on"}
NO = {"", "0", "否", "×", "x", "n", "no", "false", "off"}


def _name(carrier: CarrierView) -> Text:
    return Text(carrier.name, carrier.name_en or carrier.name)


def _carriers(active_only: bool = True) -> list[CarrierView]:
    return [each for each in selectors.carriers(active_only=active_only) if each.code != PICKUP]


def _options(active_only: bool = True) -> list[tuple[str, str]]:
    return [(each.code, say(_name(each))) for each in _carriers(active_only)]


# --- carriers ------------------------------------------------------------------------------------------------------


@staff(VIEW, post=MANAGE)
def listing(request: HttpRequest) -> HttpResponseBase:
    """All carriers; a form for a new one."""
    if request.method != "POST":
        return _listing(request, FormState.of({"position": "100", "active": True}))
    given = request.POST
    code = given.get("code", "").strip().upper()
    if code in {each.code for each in selectors.carriers(active_only=False)}:
        problem = ValidationFailed.one("code", "taken", "已有这个代码的承运商", "there is a carrier of this code")
        return _listing(request, typed(request, problem), problem.status)
    return carry_out(
        request, lambda: _save(request, code), Text("承运商已保存，请设置线路资费", "The carrier is saved; now its lanes"),
        where=f"{HERE}/{code}", refused=lambda problem: _listing(request, typed(request, problem), problem.status),
    )  # fmt: skip


def _listing(request: HttpRequest, form: FormState, status: int = 200) -> HttpResponse:
    found = _carriers(active_only=False)
    accounts = {each.carrier: each for each in selectors.accounts()}
    lanes = {each.code: selectors.lanes_of(each.code) for each in found}
    return page.render(
        request, "backoffice/carriers.html", status=status, carriers=found, accounts=accounts, lanes=lanes, form=form,
        services=selectors.SERVICES, may=actor(request).may(MANAGE), prefer=selectors.PREFERENCES[mall_settings.get("carriage.prefer")],
        usual=[each.code for each in found if each.active and not lanes[each.code] and each.code in selectors.USUAL],
        rules=len(selectors.rules_of_choice()),
    )  # fmt: skip


def _save(request: HttpRequest, code: str) -> None:
    given, errors = request.POST, list[FieldError]()
    position, score = _number(given, "position", errors), _number(given, "score", errors)
    if errors:
        raise ValidationFailed(errors=errors)
    services.save_carrier(
        code=code, name=given.get("name", ""), name_en=given.get("name_en", "").strip(), phone=given.get("phone", "").strip(),
        position=100 if position is None else position, active=given.get("active") == "1", score=score, actor=actor(request),
    )  # fmt: skip


def _number(given: Any, name: str, errors: list[FieldError], loc: str = "") -> int | None:
    text = str(given.get(name, "")).strip()
    if not text:
        return None
    value = number_in(text, 12)
    if value is None:
        errors.append(FieldError(loc or name, "type", Text("应为整数", "must be a whole number")))
    return value


@staff(MANAGE, methods=("POST",))
def usual(request: HttpRequest) -> HttpResponse:
    """Usual lanes for those carriers that have none."""
    wanted = [each.code for each in _carriers()]
    return carry_out(
        request, lambda: services.fill_usual(wanted, actor=actor(request)),
        lambda made: Text(f"已填入 {made} 条线路，请按合同核对价格", f"{made} lanes are filled in; check them against your contracts"),
        where=HERE, refused=lambda problem: _listing(request, typed(request, problem), problem.status),
    )  # fmt: skip


@staff(VIEW, post=MANAGE)
def carrier(request: HttpRequest, code: str) -> HttpResponseBase:
    """One carrier: what it is called, where its numbers come from, and its lanes."""
    found = next((each for each in _carriers(active_only=False) if each.code == code), None)
    if found is None:
        raise NotFound()
    if form := exports.asked(request):
        return _lanes_file(form, code)
    if request.method != "POST":
        return _carrier(request, found)
    steps = {
        "carrier": _save_one,
        "account": _save_account,
        "numbers": _add_numbers,
        "lanes": _save_lanes,
        "sheet": _read_sheet,
    }
    step = steps.get(request.POST.get("do", ""))
    if step is None:
        raise NotFound()
    report: list[str] = []
    return carry_out(
        request, lambda: step(request, code, report), lambda said: said, where=f"{HERE}/{code}",
        refused=lambda problem: _carrier(request, found, problem, report),
    )  # fmt: skip


def _carrier(
    request: HttpRequest, found: CarrierView, problem: Problem | None = None, report: Iterable[str] = ()
) -> HttpResponse:
    lanes = selectors.lanes_of(found.code)
    currency = mall_settings.get("mall.currency")
    account = next((each for each in selectors.accounts() if each.carrier == found.code), None)
    initial = {
        "name": found.name, "name_en": found.name_en, "phone": found.phone, "position": str(found.position), "active": found.active,
        "score": "" if found.score is None else str(found.score), "service": account.service if account else "",
        "account_active": account.active if account else True,
    }  # fmt: skip
    rows = [(i, _typed_lane(lane, currency)) for i, lane in enumerate(lanes)]
    failed = request.POST.get("do") if problem else ""
    if failed == "lanes":
        rows = [(i, {name: request.POST.get(f"{name}-{i}", "") for name in FIELDS}) for i in _places(request.POST)]
    form = FormState.of(initial)
    if problem:
        form = typed(request, problem, initial={} if failed == "carrier" else initial)
    used = {lane.province for lane in lanes}
    return page.render(
        request, "backoffice/carrier.html", status=problem.status if problem else 200, carrier=found, account=account, form=form,
        rows=rows, fields=FIELDS, flags=FLAGS, fees=FEES, currency=currency, elsewhere=ELSEWHERE, failed=failed, report=list(report),
        services=[("", say(Text("不用，手工录入运单号", "None: numbers are typed")))]
        + [(name, say(words)) for name, words in selectors.SERVICES.items()],
        numbers=[each for each in selectors.numbers() if each.carrier == found.code], may=actor(request).may(MANAGE),
        left=[(name, name) for name in PROVINCES if name not in used], may_fill=not lanes and found.code in selectors.USUAL,
        unused_elsewhere="" not in used,
    )  # fmt: skip


def _typed_lane(lane: Lane, currency: str) -> dict[str, str]:
    found = {}
    for name in FIELDS:
        value = getattr(lane, name)
        if name in FLAGS:
            found[name] = "1" if value else ""
        else:
            found[name] = format_minor(value, currency) if name in FEES else str(value)
    return found


def _places(given: Any) -> list[int]:
    found = {number_in(name.removeprefix("days_min-"), 4) for name in given if name.startswith("days_min-")}
    return sorted(each for each in found if each is not None)[:LANES_MOST]


def _save_one(request: HttpRequest, code: str, _report: list[str]) -> Text:
    _save(request, code)
    return Text("已保存", "Saved")


def _save_account(request: HttpRequest, code: str, _report: list[str]) -> Text:
    given = request.POST
    services.save_account(
        carrier=code, service=given.get("service", ""), active=given.get("account_active") == "1", actor=actor(request)
    )
    return Text("面单账户已保存", "The account is saved")


def _add_numbers(request: HttpRequest, code: str, _report: list[str]) -> Text:
    services.add_numbers(
        carrier=code, first=request.POST.get("first", ""), last=request.POST.get("last", ""), actor=actor(request)
    )
    return Text("号段已加入", "The range is added")


def _save_lanes(request: HttpRequest, code: str, _report: list[str]) -> Text:
    """The table as it was typed; a line marked `gone` is left out, the last line is a new one if it has a province."""
    given, errors = request.POST, list[FieldError]()
    lanes, places = [], []
    for i in _places(given):
        if given.get(f"gone-{i}") == "1" or (given.get(f"new-{i}") == "1" and given.get(f"province-{i}", "-") == "-"):
            continue
        lanes.append(_lane(code, {name: given.get(f"{name}-{i}", "") for name in FIELDS}, errors, f"-{i}"))
        places.append(i)
    if errors:
        raise ValidationFailed(errors=errors)
    try:
        changed = services.save_lanes(code, lanes, actor=actor(request))
    except ValidationFailed as problem:
        raise ValidationFailed(errors=[_moved(error, places) for error in problem.errors]) from problem
    return Text(f"线路资费已保存，改动 {changed} 条", f"The lanes are saved, {changed} of them changed")


def _moved(error: FieldError, places: list[int]) -> FieldError:
    """`lanes.2.days_max` as the form's field."""
    parts = error.loc.split(".")
    if len(parts) == 3 and parts[1].isdigit() and int(parts[1]) < len(places):
        return replace(error, loc=f"{parts[2]}-{places[int(parts[1])]}")
    return error


def _lane(code: str, words: dict[str, str], errors: list[FieldError], tail: str) -> Lane:
    currency = mall_settings.get("mall.currency")
    values: dict[str, Any] = {}
    for name, text in words.items():
        text = text.strip()
        if name == "province":
            values[name] = "" if text in (ELSEWHERE.zh, ELSEWHERE.en, "*") else text
        elif name in FLAGS:
            if text.lower() not in YES | NO:
                errors.append(FieldError(f"{name}{tail}", "type", Text("应为「是」或「否」", "yes or no")))
            values[name] = text.lower() in YES
        elif name in FEES:
            values[name] = amount(text or "0", f"{name}{tail}", currency, errors) or 0
        else:
            value = number_in(text, 9)
            if value is None:
                errors.append(FieldError(f"{name}{tail}", "type", Text("应为整数", "must be a whole number")))
            values[name] = value or 0
    return Lane(code, **values)


def _read_sheet(request: HttpRequest, code: str, report: list[str]) -> Text:
    """The lanes are those of a workbook; what is wrong is told by its row, and then nothing has changed."""
    file: Any = request.FILES.get("file")
    if file is None:
        raise ValidationFailed.one("file", "required", "请选择文件", "choose a file")
    try:
        rows = workbooks.rows(file.read())
    except ValueError:
        raise ValidationFailed.one(
            "file", "type", "不是可以读取的 Excel 文件（xlsx、xls、ods）", "not a workbook that can be read"
        ) from None
    filled = [(n, row) for n, row in enumerate(rows[1:], 2) if any(row)]
    if not filled or len(filled) > LANES_MOST:
        raise ValidationFailed.one(
            "file", "range", f"应有 1 到 {LANES_MOST} 行线路", f"it should have 1 to {LANES_MOST} lanes"
        )
    errors: list[FieldError] = []
    lanes = []
    for n, row in filled:
        words = dict(zip(FIELDS, [*row, *[""] * len(FIELDS)], strict=False))
        lanes.append(_lane(code, words, errors, f"@{n}"))
    problem: ValidationFailed | None = None
    if not errors:
        try:
            changed = services.save_lanes(code, lanes, actor=actor(request))
            return Text(f"已读入 {len(lanes)} 条线路，改动 {changed} 条", f"{len(lanes)} lanes read, {changed} changed")
        except ValidationFailed as wrong:
            problem = wrong
            numbers = [n for n, _ in filled]
            errors = [
                replace(error, loc=error.loc.split(".")[2] + f"@{numbers[int(error.loc.split('.')[1])]}")
                for error in wrong.errors
                if error.loc.count(".") == 2
            ]
    for error in errors:
        name, _, row_number = error.loc.partition("@")
        report.append(
            t(f"第 {row_number} 行「{FIELDS[name].zh}」：", f"Row {row_number}, {FIELDS[name].en}: ")
            + say(error.message)
        )
    raise ValidationFailed.one(
        "file", "rows", f"有 {len(errors)} 处错误，没有读入", f"{len(errors)} faults; nothing was read in"
    ) from problem


def _lanes_file(form: str, code: str) -> HttpResponseBase:
    currency = mall_settings.get("mall.currency")

    def cell(lane: Lane, name: str) -> Any:
        value = getattr(lane, name)
        if name == "province":
            return value or say(ELSEWHERE)
        if name in FLAGS:
            return t("是", "yes") if value else t("否", "no")
        return Money(value, currency) if name in FEES else value

    rows = [[cell(lane, name) for name in FIELDS] for lane in selectors.lanes_of(code)]
    return exports.answer(form, f"lanes-{code}-{clock.business_date():%Y%m%d}", list(FIELDS.values()), rows)


# --- rules ---------------------------------------------------------------------------------------------------------


@staff(VIEW, post=MANAGE)
def rules(request: HttpRequest) -> HttpResponse:
    """The rules in their order, a form for one, and a trial: province and weight, who carries it, why and for how much."""
    stored = selectors.rules_of_choice()
    chosen = number_in(request.POST.get("id", "") or request.GET.get("id", ""), 18) or 0
    rule = next((each for each in stored if each.id == chosen), None)
    currency = mall_settings.get("mall.currency")
    if request.method == "POST":
        if request.POST.get("do") == "delete":
            return carry_out(
                request, lambda: services.delete_rule(chosen, actor=actor(request)), Text("规则已删除", "The rule is deleted"),
                where=f"{HERE}/rules", refused=lambda problem: _rules(request, stored, rule, typed(request, problem), problem.status),
            )  # fmt: skip
        return carry_out(
            request, lambda: _save_rule(request, chosen), Text("规则已保存", "The rule is saved"), where=f"{HERE}/rules",
            refused=lambda problem: _rules(request, stored, rule, typed(request, problem), problem.status),
        )  # fmt: skip
    initial: dict[str, Any] = {"position": "100", "active": True}
    if rule:
        initial = {
            "label": rule.label, "carrier": rule.carrier, "position": str(rule.position), "provinces": "、".join(rule.provinces),
            "remote": rule.remote, "active": rule.active,
            **{name: "" if getattr(rule, name) is None else str(getattr(rule, name)) for name in ("min_g", "max_g", "within_hours")},
            **{
                name: "" if getattr(rule, name) is None else format_minor(getattr(rule, name), currency)
                for name in ("min_amount", "max_amount")
            },
        }  # fmt: skip
    return _rules(request, stored, rule, FormState.of(initial))


def _save_rule(request: HttpRequest, rule_id: int) -> int:
    given, errors = request.POST, list[FieldError]()
    currency = mall_settings.get("mall.currency")
    numbers = {name: _number(given, name, errors) for name in ("min_g", "max_g", "within_hours", "position")}
    amounts = {
        name: amount(given.get(name, ""), name, currency, errors) if given.get(name, "").strip() else None
        for name in ("min_amount", "max_amount")
    }
    if errors:
        raise ValidationFailed(errors=errors)
    provinces = [
        part for part in given.get("provinces", "").replace("，", "、").replace(",", "、").split("、") if part.strip()
    ]
    position = numbers.pop("position")
    made = ChoiceRuleView(
        rule_id, given.get("label", ""), given.get("carrier", ""), 100 if position is None else position, tuple(provinces),
        given.get("remote") == "1", active=given.get("active") == "1", **numbers, **amounts,
    )  # fmt: skip
    return services.save_rule(made, actor=actor(request))


def _rules(
    request: HttpRequest, stored: list[ChoiceRuleView], rule: ChoiceRuleView | None, form: FormState, status: int = 200
) -> HttpResponse:
    currency = mall_settings.get("mall.currency")
    given, errors = request.GET, list[FieldError]()
    tried = None
    if given.get("try_province"):
        weight = _number(given, "try_weight", errors)
        worth = amount(given.get("try_amount", ""), "try_amount", currency, errors) if given.get("try_amount") else None
        hours = _number(given, "try_hours", errors)
        if not errors:
            tried = selectors.choose(Freight(given["try_province"][:40], min(weight or 1000, 10**6), worth or 0, hours))
    asked = {f"try_{name}": given.get(f"try_{name}", "") for name in ("province", "weight", "amount", "hours")}
    trial = FormState.of(asked)
    if errors:
        trial = FormState.failed(asked, ValidationFailed(errors=errors), language.of(request))
    names = {each.code: say(_name(each)) for each in _carriers(active_only=False)}
    return page.render(
        request, "backoffice/carrier_rules.html", status=status, rules=stored, rule=rule, form=form, trial=trial, tried=tried,
        carriers=_options(), names=names, currency=currency, may=actor(request).may(MANAGE),
        provinces=[(name, name) for name in PROVINCES], prefer=selectors.PREFERENCES[mall_settings.get("carriage.prefer")],
        said=[_said(each, currency) for each in stored],
    )  # fmt: skip


def _said(rule: ChoiceRuleView, currency: str) -> str:
    """The conditions of a rule in one line."""
    said: list[str] = []
    if rule.provinces:
        more = (
            t(f" 等 {len(rule.provinces)} 省", f" and others, {len(rule.provinces)}") if len(rule.provinces) > 6 else ""
        )
        said.append("、".join(rule.provinces[:6]) + more)
    if rule.remote:
        said.append(t("偏远地区", "far provinces"))
    for least, most, words in (
        (rule.min_g, rule.max_g, lambda value: f"{value} g"),
        (rule.min_amount, rule.max_amount, lambda value: str(Money(value, currency))),
    ):
        if least is not None and most is not None:
            said.append(f"{words(least)} – {words(most)}")
        elif least is not None:
            said.append(t(f"{words(least)} 起", f"from {words(least)}"))
        elif most is not None:
            said.append(t(f"{words(most)} 以内", f"up to {words(most)}"))
    if rule.within_hours is not None:
        said.append(t(f"{rule.within_hours} 小时内须发出", f"to leave within {rule.within_hours} h"))
    return t("；", "; ").join(said) or t("所有包裹", "all parcels")


# --- waybills ------------------------------------------------------------------------------------------------------


def _filters() -> list[Filter]:
    states = [(name, words) for name, (words, _) in STATES.items()]
    states += [
        (selectors.UNUSED, Text("已出单未发出", "Issued, not sent")),
        (selectors.QUIET, Text("久无轨迹", "Long without news")),
    ]
    return [
        Filter("q", Text("运单号、订单号", "Waybill or order"), placeholder=Text("运单号或订单号", "Waybill or order")),
        Filter("state", Text("状态", "State"), "choice", states),
        Filter("carrier", Text("承运商", "Carrier"), "choice", _options(active_only=False)),
        Filter("province", Text("省份", "Province"), "choice", [(name, name) for name in PROVINCES]),
        Filter("since", Text("从", "From"), "date"),
        Filter("until", Text("到", "To"), "date"),
    ]


def _found(asked: Any, cursor: str, limit: int) -> Any:
    def start(name: str, days: int = 0) -> datetime | None:
        day = asked.day(name)
        return datetime.combine(day + timedelta(days=days), time.min, clock.zone()) if day else None

    return selectors.waybills(
        state=asked["state"], carrier=asked["carrier"], province=asked["province"], text=asked["q"], since=start("since"),
        until=start("until", 1), cursor=cursor, limit=limit,
    )  # fmt: skip


@staff(VIEW, methods=("GET",))
def waybills(request: HttpRequest) -> HttpResponseBase:
    """Every waybill, newest first, with its state and cost."""
    return _waybills(request)


def _waybills(request: HttpRequest, problem: Problem | None = None) -> HttpResponseBase:
    filters = _filters()
    asked = tables.asked(request, filters)
    names = {each.code: _name(each) for each in _carriers(active_only=False)}
    currency = mall_settings.get("mall.currency")
    if form := exports.asked(request):
        return _waybills_file(form, asked, names, currency)
    found = _found(asked, asked.cursor, PAGE)
    table: Table = Table(
        columns=[
            Column("number", Text("运单号", "Waybill"), kind="link", value=lambda row: (row.number or "—", f"{WAYBILLS}/{row.id}")),
            Column("carrier", Text("承运商", "Carrier"), value=lambda row: names.get(row.carrier, row.carrier)),
            Column("document", Text("订单", "Order"), kind="link", value=lambda row: (row.document, f"/office/orders/{row.document}")),
            Column("province", Text("省份", "Province")),
            Column("weight_g", Text("重量（克）", "Weight (g)"), kind="number", value=lambda row: row.weight_g or None),
            Column("cost", Text("运费成本", "Cost"), kind="money", value=lambda row: _money(row.cost, currency)),
            Column("state", Text("状态", "State"), kind="badge", value=_state),
            Column("at", Text("时间", "At"), kind="datetime"),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=filters,
        asked=asked,
        export=True,
        caption=Text("运单", "Waybills"),
        empty=(Text("没有运单", "No waybills"), Text("打包时取号或录入的运单号都记在这里", "Numbers of parcels are kept here")),
    )  # fmt: skip
    return page.render(
        request, "backoffice/waybills.html", table=table, spend=_spend(names), currency=currency,
        status=problem.status if problem else 200,
    )  # fmt: skip


def _spend(names: dict[str, Text]) -> list[dict[str, Any]]:
    """What the parcels of thirty days cost, by carrier."""
    until = clock.now()
    found: dict[str, dict[str, Any]] = {}
    for each in selectors.spend(until - timedelta(days=30), until):
        row = found.setdefault(
            each.carrier,
            {"name": names.get(each.carrier, Text(each.carrier, each.carrier)), "parcels": 0, "priced": 0, "cost": 0},
        )
        row["parcels"] += each.parcels
        row["priced"] += each.priced
        row["cost"] += each.cost
    return sorted(found.values(), key=lambda row: -row["parcels"])


def _state(row: WaybillView) -> tuple[Text, str]:
    words, tone = STATES[row.state]
    if row.state == "issued" and row.over_at:
        return Text("已到达", "Arrived"), "good"
    if row.state == "issued" and row.used_at:
        return Text("运输中", "On its way"), "info"
    return words, tone


def _money(value: int | None, currency: str) -> Money | None:
    return None if value is None else Money(value, currency)


def _waybills_file(form: str, asked: Any, names: dict[str, Text], currency: str) -> HttpResponseBase:
    head = [
        Text("运单号", "Waybill"), Text("承运商", "Carrier"), Text("订单", "Order"), Text("省份", "Province"),
        Text("重量（克）", "Weight (g)"),
        Text("运费成本", "Cost"), Text("状态", "State"), Text("来源", "From"), Text("选择理由", "Why"), Text("经手人", "By"),
        Text("时间", "At"), Text("发出", "Left"), Text("到达", "Arrived"),
    ]  # fmt: skip

    def rows() -> Any:
        cursor = ""
        while True:
            found = _found(asked, cursor, 500)
            for row in found.items:
                service = selectors.SERVICES.get(row.service, Text("手工录入", "Typed"))
                yield [
                    row.number, names.get(row.carrier, row.carrier), row.document, row.province, row.weight_g or None,
                    _money(row.cost, currency), _state(row)[0], service, row.why, row.asked_by, row.at, row.used_at, row.over_at,
                ]  # fmt: skip
            if not found.next_cursor:
                return
            cursor = found.next_cursor

    return exports.answer(form, f"waybills-{clock.business_date():%Y%m%d}", head, rows())


@staff(VIEW, post=ASK)
def waybill(request: HttpRequest, waybill_id: int) -> HttpResponse:
    """One waybill; ask again for it, or cancel it."""
    found = selectors.waybill(waybill_id)
    if request.method != "POST":
        return _waybill(request, found, FormState.of({}))
    again = request.POST.get("do") == "again"

    def do() -> Any:
        if again:
            return services.retry(waybill_id, actor=actor(request))
        return services.cancel(waybill_id, reason=request.POST.get("reason", ""), actor=actor(request))

    done = Text("已取到运单号", "The waybill is there") if again else Text("已取消", "Cancelled")
    return carry_out(
        request, do, done, where=f"{WAYBILLS}/{waybill_id}",
        refused=lambda problem: _waybill(request, selectors.waybill(waybill_id), typed(request, problem), problem.status),
    )  # fmt: skip


def _waybill(request: HttpRequest, found: WaybillView, form: FormState, status: int = 200) -> HttpResponse:
    name = selectors.names().get(found.carrier)
    return page.render(
        request, "backoffice/waybill.html", status=status, waybill=found, form=form, state=_state(found),
        carrier=_name(name) if name else Text(found.carrier, found.carrier), currency=mall_settings.get("mall.currency"),
        service=selectors.SERVICES.get(found.service, Text("手工录入", "Typed by hand")), may=actor(request).may(ASK),
    )  # fmt: skip


urlpatterns = [
    path("carriers", listing, name="office-carriers"),
    path("carriers/usual", usual, name="office-carriers-usual"),
    path("carriers/rules", rules, name="office-carrier-rules"),
    path("carriers/<slug:code>", carrier, name="office-carrier"),
    path("waybills", waybills, name="office-waybills"),
    path("waybills/<int:waybill_id>", waybill, name="office-waybill"),
]
