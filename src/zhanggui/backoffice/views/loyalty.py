"""Tiers, one member's tier and ledger, and what the mall owes in points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.kernel import clock, ids, mall_settings, paging
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money, format_minor
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.members import selectors, services
from zhanggui.members.types import BALANCE, BASE_TIER, POINTS, POSTING_KINDS, TierDraft, TierView
from zhanggui.ui import language, page
from zhanggui.ui.formatting import money, quantity
from zhanggui.ui.forms import FormState, scaled
from zhanggui.ui.language import say

from .. import exports, goods
from ..access import actor, carry_out, need, see_other, staff, typed
from ..messages import flash
from ..tables import Column, Table

TIERS = "/office/tiers"
PAGE = 30
ASSETS = {POINTS: Text("积分", "Points"), BALANCE: Text("余额", "Balance")}
CAUSES = {"night": Text("每晚核定", "Judged in the night"), "grant": Text("授予", "Granted")}


# --- tiers ---------------------------------------------------------------------------------------------------------


@staff("loyalty.view", methods=("GET",))
def tiers(request: HttpRequest) -> HttpResponseBase:
    """What each asks for and gives, the lowest first."""
    counts = selectors.tier_counts()
    table = Table(
        columns=[
            Column("name", Text("等级", "Tier"), value=lambda row: say(row.name)),
            Column("growth_threshold", Text("累计消费满", "Spent"), kind="money"),
            Column("entry_amount", Text("单笔满", "One order"), kind="money"),
            Column("discount", Text("会员折扣", "Pays"), align="right", value=_discount),
            Column("rate", Text("每元积分", "Points a unit"), align="right", value=lambda row: _tenths(row.points_bp)),
            Column("free_shipping", Text("免运费", "Free delivery"), value=_yes, phone=False),
            Column("birthday_points", Text("生日积分", "Birthday"), kind="number", phone=False),
            Column("members", Text("会员数", "Members"), kind="number", value=lambda row: counts.get(row.code, 0)),
        ],
        rows=selectors.tiers(),
        row_href=lambda row: f"{TIERS}/{row.code}",
        row_key=lambda row: row.code,
        caption=Text("会员等级", "Tiers"),
    )
    return page.render(request, "backoffice/tiers.html", table=table, days=mall_settings.get("members.tier_days"))


def _discount(row: TierView) -> str:
    return f"{_tenths(row.discount_bp * 100)}%" if row.discount_bp < 10_000 else ""


def _tenths(basis_points: int) -> str:
    """Basis points as a plain number: 15000 is 1.5."""
    return f"{(Decimal(basis_points) / 10_000).normalize():f}" if basis_points else ""


def _yes(row: TierView) -> str:
    return say(Text("是", "Yes")) if row.free_shipping else ""


@staff("loyalty.tiers")
def new_tier(request: HttpRequest) -> HttpResponseBase:
    """A new tier."""
    if request.method != "POST":
        rank = selectors.tiers()[-1].rank + 1
        return _tier_form(request, None, FormState.of({"rank": rank, "discount": "100", "rate": "1"}))
    code = request.POST.get("code", "").strip()
    try:
        if code in {tier.code for tier in selectors.tiers()}:
            raise ValidationFailed.one("code", "taken", "已有这个编码", "this code is taken")
        made = services.save_tier(code, _draft(request.POST), reason=_reason(request), actor=actor(request))
    except Problem as problem:
        return _tier_form(request, None, _as_typed(request, problem), problem.status)
    return flash(see_other(TIERS), Text(f"已新建「{made.name_zh}」", f"“{say(made.name)}” is there"))


@staff("loyalty.view", post="loyalty.tiers")
def tier(request: HttpRequest, code: str) -> HttpResponseBase:
    """One tier."""
    found = _known(code)
    if request.method != "POST":
        return _tier_form(request, found, FormState.of(_initial(found)))
    return carry_out(
        request,
        lambda: services.save_tier(code, _draft(request.POST), reason=_reason(request), actor=actor(request)),
        Text("已保存，会员将在下次下单或今晚按新规则核定", "Saved; members are judged at their next order or tonight"),
        where=f"{TIERS}/{code}",
        refused=lambda problem: _tier_form(request, found, _as_typed(request, problem), problem.status),
    )


@staff("loyalty.tiers", methods=("POST",))
def remove_tier(request: HttpRequest, code: str) -> HttpResponse:
    """Only when nobody has it."""
    found = _known(code)
    return carry_out(
        request,
        partial(services.remove_tier, code, actor=actor(request)),
        Text(f"已删除「{found.name_zh}」", f"“{say(found.name)}” is deleted"),
        where=TIERS,
        refused=lambda problem: _tier_form(
            request, found, FormState.failed(_initial(found), problem, language.of(request)), problem.status
        ),
    )


def _reason(request: HttpRequest) -> str:
    """Why goods may go below their floor."""
    return request.POST.get("reason", "").strip()[:200]


def _known(code: str) -> TierView:
    found = next((each for each in selectors.tiers() if each.code == code), None)
    if found is None:
        raise NotFound()
    return found


def _as_typed(request: HttpRequest, problem: Problem) -> FormState:
    return typed(request, problem, names={"discount_bp": "discount", "points_bp": "rate"})


def _draft(given: Mapping[str, str]) -> TierDraft:
    """What the form wants. Raises ValidationFailed for what is no amount or number; the rest the service judges."""
    errors: list[FieldError] = []
    currency = mall_settings.get("mall.currency")

    def share(name: str, digits: int, default: str) -> int:
        """A number with up to a few decimals, as basis points."""
        number = scaled(given.get(name, "").strip() or default, digits)
        if number is None or abs(number) > 10**9:
            errors.append(FieldError(name, "number", Text("请填写数字，如 98 或 1.5", "a number such as 98 or 1.5")))
            return 0
        return number

    if not given.get("discount", "100").strip():
        errors.append(FieldError("discount", "required", Text("请填写，不打折填 100", "needed; 100 is nothing off")))
    draft = TierDraft(
        name_zh=given.get("name_zh", "").strip(),
        name_en=given.get("name_en", "").strip(),
        rank=goods.units(given.get("rank", ""), "rank", errors) or 0,
        growth_threshold=goods.amount(given.get("growth_threshold", ""), "growth_threshold", currency, errors),
        entry_amount=goods.amount(given.get("entry_amount", ""), "entry_amount", currency, errors),
        discount_bp=share("discount", 2, "100"),
        points_bp=share("rate", 4, "0"),
        free_shipping=bool(given.get("free_shipping")),
        birthday_points=goods.units(given.get("birthday_points", ""), "birthday_points", errors) or 0,
    )
    if errors:
        raise ValidationFailed(errors=errors)
    return draft


def _initial(found: TierView) -> dict[str, Any]:
    currency = mall_settings.get("mall.currency")

    def money(amount: int | None) -> str:
        return "" if amount is None else format_minor(amount, currency)

    return {
        "code": found.code,
        "name_zh": found.name_zh,
        "name_en": found.name_en,
        "rank": found.rank,
        "growth_threshold": money(found.growth_threshold),
        "entry_amount": money(found.entry_amount),
        "discount": _tenths(found.discount_bp * 100),
        "rate": _tenths(found.points_bp) or "0",
        "free_shipping": "1" if found.free_shipping else "",
        "birthday_points": found.birthday_points or "",
    }


def _tier_form(request: HttpRequest, found: TierView | None, form: FormState, status: int = 200) -> HttpResponse:
    holders = selectors.tier_counts().get(found.code, 0) if found else 0
    return page.render(
        request,
        "backoffice/tier.html",
        status=status,
        form=form,
        found=found,
        base=found is not None and found.code == BASE_TIER,
        holders=holders,
        days=mall_settings.get("members.tier_days"),
    )


# --- one member ----------------------------------------------------------------------------------------------------


@staff("loyalty.view", methods=("GET",))
def member(request: HttpRequest, member_id: int) -> HttpResponse:
    """Tier with its history, points and balance with every move."""
    return _member(request, member_id)


def _member(request: HttpRequest, member_id: int, form: FormState | None = None, status: int = 200) -> HttpResponse:
    row = selectors.member_row(member_id)
    of = request.GET.get("of", "")
    of = of if of in ASSETS else POINTS
    cursor = request.GET.get("cursor", "")[:500]
    if cursor:
        paging.decode(cursor, int)
    found = selectors.postings(member_id, of, cursor=cursor, limit=PAGE)
    names = {each.code: say(each.name) for each in selectors.tiers()}
    here = f"/office/members/{member_id}/loyalty?of={of}"
    return page.render(
        request,
        "backoffice/member_loyalty.html",
        status=status,
        member=row,
        standing=selectors.standing(member_id),
        points=selectors.holding(member_id, POINTS),
        balance=selectors.holding(member_id, BALANCE),
        value=selectors.points_value,
        of=of,
        assets=ASSETS,
        kinds=POSTING_KINDS,
        postings=found.items,
        next=f"{here}&cursor={found.next_cursor}" if found.next_cursor else None,
        first=here if cursor else None,
        history=selectors.tier_history(member_id, limit=20).items,
        names=names,
        causes=CAUSES,
        key=request.POST.get("key", "")[:80] or ids.token(12),
        form=form or FormState.of({}),
    )


def _act(request: HttpRequest, member_id: int, act: Any, done: Text) -> HttpResponse:
    return carry_out(
        request,
        act,
        done,
        where=f"/office/members/{member_id}/loyalty",
        refused=lambda problem: _member(request, member_id, typed(request, problem), problem.status),
    )


@staff("loyalty.tiers", methods=("POST",))
def grant(request: HttpRequest, member_id: int) -> HttpResponse:
    """A tier until a day; none takes the grant back."""
    given = request.POST

    def act() -> None:
        services.grant_tier(
            member_id,
            given.get("tier", ""),
            until=_day(given.get("until", "")),
            reason=given.get("tier_reason", ""),
            actor=actor(request),
        )

    return _act(request, member_id, _renamed(act, {"reason": "tier_reason"}), Text("已授予等级", "Granted"))


@staff("loyalty.view", methods=("POST",))
def adjust(request: HttpRequest, member_id: int) -> HttpResponse:
    """Points or balance by hand, once per form."""
    given = request.POST
    asset = BALANCE if given.get("asset") == BALANCE else POINTS
    need(request, "loyalty.balance" if asset == BALANCE else "loyalty.points")

    def act() -> None:
        errors: list[FieldError] = []
        text, sign = given.get("amount", "").strip(), 1
        if text.startswith(("-", "−")):
            text, sign = text[1:], -1
        if asset == BALANCE:
            amount = goods.amount(text, "amount", mall_settings.get("mall.currency"), errors)
        else:
            amount = goods.units(text, "amount", errors)
        if errors:
            raise ValidationFailed(errors=errors)
        services.adjust(
            member_id,
            sign * (amount or 0),
            reason=given.get("reason", ""),
            key=given.get("key", "")[:80],
            asset=asset,
            actor=actor(request),
        )

    return _act(request, member_id, act, Text("已入账", "Booked"))


@staff("loyalty.employee", methods=("POST",))
def set_employee(request: HttpRequest, member_id: int) -> HttpResponse:
    """Whether the member buys at employees' prices."""
    employee = request.POST.get("employee") == "1"
    reason = request.POST.get("employee_reason", "")

    def act() -> None:
        services.set_employee(member_id, employee, reason=reason, actor=actor(request))

    return _act(request, member_id, _renamed(act, {"reason": "employee_reason"}), Text("已保存", "Saved"))


def _renamed(act: Any, names: Mapping[str, str]) -> Any:
    """The page has several forms, each with its own reason: what is wrong is told at the right one."""

    def run() -> None:
        try:
            act()
        except ValidationFailed as wrong:
            told = [replace(e, loc=names.get(e.loc, e.loc)) for e in wrong.errors]
            raise ValidationFailed(errors=told) from None

    return run


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise ValidationFailed.one("until", "date", "请按 年-月-日 填写", "write it as year-month-day") from None


# --- what the mall owes --------------------------------------------------------------------------------------------


@staff("loyalty.view", methods=("GET",))
def liability(request: HttpRequest) -> HttpResponseBase:
    """Points and balances outstanding by the month they expire in, and what stands on each account."""
    found = selectors.liability()
    currency = mall_settings.get("mall.currency")
    if form := exports.asked(request):
        head = [
            Text("到期月份", "Expires in"),
            Text("积分", "Points"),
            Text("价值", "Worth"),
            Text("会员数", "Members"),
        ]
        name = f"points-liability-{clock.business_date():%Y%m%d}"
        return exports.answer(form, name, head, _exported(found, currency))
    balance = selectors.liability(BALANCE)
    return page.render(
        request,
        "backoffice/liability.html",
        table=[[_month(row.month), quantity(row.points), money(row.value), quantity(row.members)] for row in found],
        points=sum(row.points for row in found),
        value=sum(row.value for row in found),
        balance=sum(row.value for row in balance),
        accounts=selectors.accounts(),
        rate=mall_settings.get("members.points_per_yuan"),
    )


def _month(first: date | None) -> str:
    return f"{first:%Y-%m}" if first else say(Text("长期有效", "No end"))


def _exported(found: Any, currency: str) -> Iterator[list[Any]]:
    for row in found:
        yield [row.month, row.points, Money(row.value, currency), row.members]


urlpatterns = [
    path("tiers", tiers, name="office-tiers"),
    path("tiers/new", new_tier, name="office-tier-new"),
    path("tiers/<slug:code>", tier, name="office-tier"),
    path("tiers/<slug:code>/delete", remove_tier, name="office-tier-delete"),
    path("members/<int:member_id>/loyalty", member, name="office-member-loyalty"),
    path("members/<int:member_id>/tier", grant, name="office-member-tier"),
    path("members/<int:member_id>/ledger", adjust, name="office-member-ledger"),
    path("members/<int:member_id>/employee", set_employee, name="office-member-employee"),
    path("liability", liability, name="office-liability"),
]
