"""Problem items (问题件): the register, one item with its photos and log, its figures; and the daily check of the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.accounts import selectors as accounts
from zhanggui.aftersales import selectors as aftersales
from zhanggui.catalog import selectors as catalog
from zhanggui.fulfilment import selectors as fulfilment
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.redress import selectors as redress
from zhanggui.servicedesk import selectors, services
from zhanggui.servicedesk.types import ProblemDraft, ProblemFigures
from zhanggui.ui import page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say, t

from .. import exports, tables
from ..access import actor, carry_out, id_in, staff, typed
from ..spans import span_of
from ..tables import Column, Filter, Table

HERE = "/office/problems"
PAGE = 50
TONES = {"open": "warn", "waiting": "info", "solved": "good", "given_up": "neutral"}
STEPS: dict[str, Text] = {
    "open": Text("登记", "Recorded"), "waiting": Text("等待", "Waits"), "solved": Text("解决", "Solved"),
    "given_up": Text("放弃", "Given up"), "hand": Text("移交", "Handed over"), "due": Text("改期", "Another day"),
    "photo": Text("添加照片", "Photo added"), "comment": Text("跟进", "Note"),
}  # fmt: skip
TABS = (
    ("pressing", Text("今天到期与逾期", "Due today and overdue")),
    ("mine", Text("我的", "Mine")),
    ("unsolved", Text("全部未解决", "All unsolved")),
    ("ended", Text("已结束", "Ended")),
)
FILTERS = (
    Filter("kind", Text("类型", "Kind"), "choice", tuple(selectors.PROBLEM_KINDS.items())),
    Filter("q", Text("查找", "Find"), "text", placeholder=Text("问题件、订单、售后单号", "Item, order or case")),
)


def tone_of(view: Any, today: date) -> tuple[Text, str]:
    """The day of an unsolved item, or the state of one that ended, as a badge."""
    if view.ended_at is not None:
        return selectors.PROBLEM_STATES[view.state], TONES[view.state]
    days = (view.due_on - today).days
    if days < 0:
        return Text(f"逾期 {-days} 天", f"{-days} d overdue"), "bad"
    if days == 0:
        return Text("今天到期", "Due today"), "warn"
    return Text(f"还有 {days} 天", f"{days} d left"), "neutral"


@staff("problems.view", post="problems.handle")
def problems(request: HttpRequest) -> HttpResponse:
    """The register; the form above records an item by what is scanned."""
    if request.method != "POST":
        return _list(request)
    given = request.POST

    def do() -> Any:
        draft = _draft(given)
        made = services.open_problem(draft, actor=actor(request))
        for each in request.FILES.getlist("photos"):
            services.add_photo(made.number, each.read(), actor=actor(request))
        return made

    def refused(problem: Problem) -> HttpResponse:
        names = {"order_number": "code", "case_number": "code"}
        return _list(request, typed(request, problem, names=names), problem.status)

    return carry_out(
        request, do, lambda made: Text(f"已登记 {made.number}", f"Recorded as {made.number}"), where=HERE, refused=refused,
    )  # fmt: skip


def _draft(given: Any) -> ProblemDraft:
    """What was typed, with what the scanned number is: an order, a case, a waybill or a SKU. Raises ValidationFailed."""
    code, due = given.get("code", "").strip(), given.get("due_on", "").strip()
    found: dict[str, Any] = {}
    errors = []
    if code and (known := resolve(code)) is None:
        text = Text("没有这个订单、售后单、运单或 SKU", "there is no such order, case, waybill or SKU")
        errors.append(FieldError("code", "unknown", text))
    elif code:
        found = known or {}
    day = day_in(due)
    if due and day is None:
        errors.append(FieldError("due_on", "date", Text("请填写日期，如 2026-12-01", "write a day like 2026-12-01")))
    if errors:
        raise ValidationFailed(errors=errors)
    return ProblemDraft(given.get("kind", ""), given.get("words", ""), due_on=day, **found)


def resolve(code: str) -> dict[str, Any] | None:
    """What a scanned number is. At most five statements."""
    if orders.find(code.upper()) is not None:
        return {"order_number": code.upper()}
    if (case := aftersales.case(code.upper())) is not None:
        return {"case_number": case.number, "order_number": case.order_number}
    parcel = fulfilment.parcel(redress.parcel_of(code.upper()) or "")
    if parcel is not None:
        return {"parcel": parcel.number, "order_number": parcel.order_number}
    known = catalog.sellable_by_code([code])
    return {"product_id": known[0].product_id} if known and known[0].product_id else None


def day_in(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1970 <= found.year <= 2199 else None


def _list(request: HttpRequest, form: FormState | None = None, status: int = 200) -> HttpResponse:
    asked = tables.asked(request, FILTERS, keep=("tab",))
    who = actor(request)
    tab = asked.extra.get("tab", "")
    tab = tab if tab in dict(TABS) else ("unsolved" if asked.filtered else "pressing")
    choices: dict[str, dict[str, Any]] = {
        "pressing": {"due": "pressing"}, "mine": {"state": "unsolved", "owner_id": who.id or 0}, "unsolved": {"state": "unsolved"},
        "ended": {},
    }  # fmt: skip
    given: dict[str, Any] = {} if asked["q"] else choices[tab]
    found = selectors.problems(
        **given,
        kind=asked["kind"],
        q=asked["q"],
        cursor=asked.cursor,
        limit=PAGE,
        ended=tab == "ended" and not asked["q"],
    )
    all_of, mine = selectors.problem_counts(), selectors.problem_counts(who.id or 0)
    today = clock.business_date()
    shown = {
        "pressing": all_of["today"] + all_of["overdue"],
        "mine": mine["unsolved"],
        "unsolved": all_of["unsolved"],
        "ended": None,
    }
    table = Table(
        columns=[
            Column("number", Text("问题件", "Item")),
            Column("kind", Text("类型", "Kind"), value=lambda p: selectors.PROBLEM_KINDS[p.kind]),
            Column("words", Text("情况", "What"), value=lambda p: p.words[:60] + ("…" if len(p.words) > 60 else "")),
            Column("about", Text("关于", "About"), value=about, phone=False),
            Column("owner", Text("负责人", "Owner")),
            Column("due", Text("期限", "Due"), kind="badge", value=lambda p: tone_of(p, today)),
            Column("state", Text("状态", "State"), kind="badge", value=lambda p: (selectors.PROBLEM_STATES[p.state], TONES[p.state]),
            phone=False),
            Column("at", Text("登记", "Recorded"), kind="ago", phone=False),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=FILTERS,
        asked=asked,
        key="problems",
        row_key=lambda p: p.number,
        row_href=lambda p: f"{HERE}/{p.number}",
        row_tone=lambda p: "bad" if p.ended_at is None and p.due_on < today else "",
        tabs=[(say(words), f"{HERE}?tab={name}", name == tab and not asked["q"], shown[name]) for name, words in TABS],
        caption=Text("问题件", "Problem items"),
        empty=(
            Text("没有问题件", "No problem items"),
            Text("扫描订单号或写下情况，登记第一件", "Scan an order's number or say what it is, to record one"),
        ),
    )  # fmt: skip
    due = today + timedelta(days=mall_settings.get("problems.due_days"))
    code = request.GET.get("code", "")[:80]
    start = FormState.of(
        {"kind": request.GET.get("kind", "") or "exchange", "due_on": due.isoformat(), "code": code, "words": ""}
    )
    return page.render(
        request, "backoffice/problems.html", status=status, table=table, form=form or start, kinds=selectors.PROBLEM_KINDS, today=today,
        wide_open=bool(form) or bool(code),
    )  # fmt: skip


def about(view: Any) -> str:
    """The numbers an item is about."""
    return " · ".join(each for each in (view.order_number, view.case_number, view.parcel) if each) or "–"


@staff("problems.view", methods=("GET",))
def problem(request: HttpRequest, number: str) -> HttpResponse:
    """One item with everything needed to solve it."""
    return _problem(request, number)


def _problem(request: HttpRequest, number: str, form: FormState | None = None, status: int = 200) -> HttpResponse:
    found = selectors.problem(number)
    if found is None:
        raise NotFound()
    today = clock.business_date()
    return page.render(
        request, "backoffice/problem.html", status=status, item=found, kinds=selectors.PROBLEM_KINDS,
        state=(selectors.PROBLEM_STATES[found.state], TONES[found.state]), day=tone_of(found, today), steps=STEPS,
        entries=selectors.entries(number),
        form=form or FormState.of({"until": (today + timedelta(days=1)).isoformat(), "due_on": found.due_on.isoformat()}),
        colleagues=colleagues(),
        others=[each for each in selectors.problems_of(found.order_number) if each.number != number] if found.order_number else [],
        parcels=fulfilment.parcels_of([found.order_number])[found.order_number] if found.order_number else [], today=today, tone_of=tone_of,
    )  # fmt: skip


def colleagues() -> list[tuple[str, str]]:
    """Who something can be handed to, as options of a form."""
    return [(str(each.id), each.name) for each in accounts.staff_list(limit=200) if each.is_active]


def named(user_id: str) -> tuple[int, str]:
    """A colleague chosen in a form. Raises ValidationFailed."""
    chosen = id_in(user_id)
    name = next((words for value, words in colleagues() if value == user_id), None)
    if chosen is None or name is None:
        raise ValidationFailed.one("owner", "required", "请选择同事", "choose a colleague")
    return chosen, name


@staff("problems.handle", methods=("POST",))
def act(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """A step of an item."""
    given, who = request.POST, actor(request)
    words = given.get("words", "")

    def due(name: str) -> date:
        day = day_in(given.get(name, "").strip())
        if day is None:
            raise ValidationFailed.one(name, "date", "请填写日期", "write a day like 2026-12-01")
        return day

    def photos() -> None:
        files = request.FILES.getlist("photos")
        if not files:
            raise ValidationFailed.one("photos", "required", "请选择照片", "choose a photo")
        for each in files:
            services.add_photo(number, each.read(), actor=who)

    steps: dict[str, tuple[Callable[[], Any], Text]] = {
        "comment": (lambda: services.comment(number, words, actor=who), Text("已记录", "Noted")),
        "wait": (lambda: services.wait(number, words, until=due("until"), actor=who), Text("已转为等待", "It waits")),
        "solve": (lambda: services.solve(number, words, actor=who), Text("已解决", "Solved")),
        "give-up": (lambda: services.give_up(number, words, actor=who), Text("已放弃", "Given up")),
        "reopen": (lambda: services.reopen(number, words, actor=who), Text("已重新处理", "Open again")),
        "due": (lambda: services.set_due(number, due("due_on"), words=words, actor=who), Text("已改期", "The day is changed")),
        "hand": (lambda: services.hand_over(number, *named(given.get("owner", "")), words=words, actor=who), Text("已移交", "Handed over")),
        "photos": (photos, Text("照片已添加", "The photos are there")),
    }  # fmt: skip
    if step not in steps:
        raise NotFound()
    do, done = steps[step]

    def refused(problem: Problem) -> HttpResponse:
        return _problem(request, number, typed(request, problem), problem.status)

    return carry_out(request, do, done, where=f"{HERE}/{number}", refused=refused)


@staff("problems.view", methods=("GET",))
def photo(request: HttpRequest, number: str, name: str) -> HttpResponseBase:
    """A photo of an item; it lies privately."""
    found = selectors.problem(number)
    file = selectors.problem_photo(found, name) if found else None
    if file is None:
        raise NotFound()
    return FileResponse(file.open("rb"), headers={"Cache-Control": "private, max-age=3600"})


@staff("problems.view", methods=("GET",))
def figures(request: HttpRequest) -> HttpResponseBase:
    """Opened, closed, on time: in all, by kind and by person. One statement."""
    first, last = span_of(request)
    found = selectors.problem_figures(first, last)
    if form := exports.asked(request):
        head = [Text("分组", "Group"), Text("项目", "Item"), Text("登记", "Opened"), Text("结束", "Closed"), Text("按期结束", "On time"),
                Text("平均小时", "Mean hours")]  # fmt: skip
        return exports.answer(form, f"problems-{first:%Y%m%d}-{last:%Y%m%d}", head, _exported(found))
    return page.render(
        request, "backoffice/problem_figures.html", first=first, last=last, whole=found[""][0], kinds=found["kind"],
        people=found["person"], words=selectors.PROBLEM_KINDS, counts=selectors.problem_counts(),
    )  # fmt: skip


def _exported(found: dict[str, list[ProblemFigures]]) -> Iterator[list[Any]]:
    groups = {"": t("全部", "All"), "kind": t("类型", "Kind"), "person": t("人员", "Person")}
    for by, rows in found.items():
        for each in rows:
            name = say(selectors.PROBLEM_KINDS[each.key]) if by == "kind" else each.key
            yield [
                groups[by],
                name,
                each.opened,
                each.closed,
                each.in_time,
                round(each.hours, 1) if each.hours is not None else None,
            ]


# --- the daily check --------------------------------------------------------------------------------------------------

#: Where each question of the check is worked on.
PLACES = {
    "recorded": HERE, "exchange": "/office/cases", "photo": f"{HERE}?tab=mine&kind=photo", "due": f"{HERE}?tab=mine",
    "refund": "/office/cases?state=approved", "urge": "/office/orders/urged",
}  # fmt: skip


@staff("problems.view", post="problems.handle")
def day(request: HttpRequest) -> HttpResponse:
    """Today's questions, answered by the mall as far as it can, to be signed off; and the days before."""
    if request.method != "POST":
        return _day(request)
    given = request.POST
    said = {name: given.get(name) == "1" for name in selectors.SAID}
    sign = partial(services.sign_day, said, note=given.get("note", ""), actor=actor(request))

    def refused(problem: Problem) -> HttpResponse:
        return _day(request, typed(request, problem), problem.status)

    return carry_out(
        request,
        sign,
        Text("今天的自查已签字，辛苦了", "Signed off. Thank you"),
        where="/office/daily-check",
        refused=refused,
    )


def _day(request: HttpRequest, form: FormState | None = None, status: int = 200) -> HttpResponse:
    who, today = actor(request), clock.business_date()
    signed = selectors.day_check(who.id or 0, today)
    answers = {each.question: each for each in selectors.day_answers(who.id or 0)} if signed is None else {}
    everybody = request.GET.get("who") == "all"
    past = selectors.day_checks(user_id=None if everybody else who.id or 0, cursor=request.GET.get("cursor", "")[:200])
    return page.render(
        request, "backoffice/daily_check.html", status=status, today=today, signed=signed, answers=answers, questions=selectors.QUESTIONS,
        said=selectors.SAID, places=PLACES, past=past, everybody=everybody, form=form or FormState.of({}),
    )  # fmt: skip


urlpatterns = [
    path("problems", problems, name="office-problems"),
    path("problems/figures", figures, name="office-problem-figures"),
    path("problems/<str:number>", problem, name="office-problem"),
    path("problems/<str:number>/photos/<str:name>", photo, name="office-problem-photo"),
    path("problems/<str:number>/<slug:step>", act, name="office-problem-act"),
    path("daily-check", day, name="office-daily-check"),
]
