"""Free trials: their terms, their life, who applied and gets a piece, and the reports that are owed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import format_minor
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.members import selectors as members
from zhanggui.pricing import selectors as pricing
from zhanggui.trials import selectors, services
from zhanggui.trials.types import AUDIENCES, DRAW, SELECTIONS, ApplicationView, TrialDraft, TrialView
from zhanggui.ui import page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say

from .. import goods, offers, tables
from ..access import actor, carry_out, need, see_other, sees_costs, staff, typed
from ..messages import flash
from ..tables import Column, Filter, Table

HERE = "/office/trials"
PAGE = 50
QUESTIONS = 3
MANAGE = "trials.manage"
STAGES = {
    **offers.STAGES,
    "open": (Text("申请中", "Open"), "good"),
    "closing": (Text("正在抽签", "Being drawn"), "info"),
    "choosing": (Text("待挑选", "To be chosen"), "warn"),
    "decided": (Text("已公布", "Decided"), "neutral"),
    "called_off": (Text("已取消", "Called off"), "neutral"),
}
OUTCOMES = {
    "applied": (Text("待定", "Waiting"), "info"),
    "won": (Text("中选", "Won"), "good"),
    "lost": (Text("未中选", "Not chosen"), "neutral"),
    "lapsed": (Text("订单取消", "Order cancelled"), "neutral"),
}
ONLY = Filter(
    "only",
    Text("申请", "Applications"),
    "choice",
    (
        ("applied", Text("待定", "Waiting")),
        ("won", Text("中选", "Won")),
        ("lost", Text("未中选", "Not chosen")),
        ("owed", Text("欠报告", "Report owed")),
        ("overdue", Text("报告逾期", "Report overdue")),
        ("reported", Text("已写报告", "Reported")),
    ),
)


@staff("trials.view", methods=("GET",))
def listing(request: HttpRequest) -> HttpResponse:
    """Newest first."""
    asked = tables.asked(request, ())
    found = selectors.trials(cursor=asked.cursor, limit=PAGE)
    stats = selectors.reports([view.id for view in found.items])
    table: Table = Table(
        columns=[
            Column("label", Text("名称", "Name"), value=lambda row: row.label),
            Column("stage", Text("状态", "State"), kind="badge", value=lambda row: STAGES[row.stage]),
            Column("selection", Text("方式", "By"), value=lambda row: SELECTIONS[row.selection]),
            Column("pieces", Text("份数", "Pieces"), kind="number"),
            Column("applied", Text("申请", "Applied"), kind="number"),
            Column("given", Text("已给出", "Given"), kind="number"),
            Column("reports", Text("报告", "Reports"), kind="number", value=lambda row: stats[row.id].given),
            Column("overdue", Text("逾期", "Overdue"), kind="number", value=lambda row: stats[row.id].overdue),
            Column("starts_at", Text("开始", "From"), kind="datetime", phone=False),
            Column("ends_at", Text("截止", "Until"), kind="datetime", phone=False),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=(),
        asked=asked,
        key="trials",
        row_href=lambda row: f"{HERE}/{row.id}",
        caption=Text("试用", "Trials"),
        empty=(
            Text("还没有试用活动", "No trials yet"),
            Text("拿出几件新品，换来真实的试用报告", "Give a few pieces away for honest reports"),
        ),
    )  # fmt: skip
    return page.render(
        request,
        "backoffice/trials.html",
        table=table,
        may_change=actor(request).may(MANAGE),
        overdue=selectors.overdue_count(),
    )


def _place(view: TrialView) -> tuple[str, str]:
    return say(view.label), f"{HERE}/{view.id}"


@staff("trials.view", methods=("GET",))
def reports(request: HttpRequest) -> HttpResponse:
    """The reports that are overdue, of all trials."""
    asked = tables.asked(request, ())
    found = selectors.applications(only="overdue", cursor=asked.cursor, limit=PAGE)
    trials = selectors.many({each.trial_id for each in found.items})
    names = members.masked_mobiles(each.member_id for each in found.items)
    table: Table = Table(
        columns=[
            Column("trial", Text("试用", "Trial"), kind="link", value=lambda row: _place(trials[row.trial_id])),
            Column("member", Text("会员", "Member"), value=lambda row: names.get(row.member_id)),
            Column("order_number", Text("订单", "Order")),
            Column("delivered_at", Text("签收", "Delivered"), kind="datetime"),
            Column("report_due", Text("应交", "Due"), kind="datetime"),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=(),
        asked=asked,
        key="trial-reports",
        caption=Text("逾期报告", "Overdue reports"),
        empty=(Text("没有逾期的报告", "No report is overdue"), Text("会员都按时写了试用报告", "Everybody has reported in time")),
    )  # fmt: skip
    return page.render(request, "backoffice/trial_reports.html", table=table)


@staff("trials.view", post=MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """A draft; nobody sees it before it is published."""
    now = clock.local(clock.now()).strftime("%Y-%m-%dT%H:%M")
    form = FormState.of(
        {"starts_at": now, "pieces": 10, "report_days": 14, "freight": "0", "min_points": 0, "selection": DRAW}
    )
    status = 200
    if request.method == "POST":
        try:
            made = services.create_trial(_draft(request), actor=actor(request))
            done = Text("草稿已建立，核对后发布", "The draft is there; look, then publish")
            return flash(see_other(f"{HERE}/{made}"), done)
        except Problem as problem:
            form, status = typed(request, problem, names=_NAMES), problem.status
    return _page(request, "backoffice/trial_new.html", form, status)


def _page(request: HttpRequest, template: str, form: FormState, status: int, **more: Any) -> HttpResponse:
    return page.render(
        request, template, status=status, form=form, selections=[(name, say(words)) for name, words in SELECTIONS.items()],
        audiences=[(name, say(words)) for name, words in AUDIENCES.items()], questions=range(1, QUESTIONS + 1),
        tiers=[(tier.code, say(tier.name)) for tier in members.tiers()], currency=mall_settings.get("mall.currency"), **more,
    )  # fmt: skip


@staff("trials.view", methods=("GET",))
def trial(request: HttpRequest, trial_id: int) -> HttpResponse:
    """One trial: its terms, its life, who applied."""
    return _trial(request, trial_id)


def _trial(request: HttpRequest, trial_id: int, form: FormState | None = None, status: int = 200) -> HttpResponse:
    view, terms = selectors.trial(trial_id), selectors.terms(trial_id)
    asked = tables.asked(request, (ONLY,))
    found = selectors.applications(trial_id, only=str(asked["only"] or ""), cursor=asked.cursor, limit=PAGE)
    names = members.masked_mobiles(each.member_id for each in found.items)
    may = actor(request).may
    price = pricing.effective_prices([view.sku_id], clock.now()).get(view.sku_id)
    table: Table = Table(
        columns=[
            Column("number", Text("序号", "No."), kind="number"),
            Column("member", Text("会员", "Member"), value=lambda row: names.get(row.member_id)),
            Column("reason", Text("理由与回答", "Reason and answers"), kind="custom"),
            Column("state", Text("结果", "Outcome"), kind="badge", value=lambda row: OUTCOMES[row.state]),
            Column("report", Text("报告", "Report"), kind="badge", value=_report),
            Column("act", Text("操作", "Action"), kind="custom"),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=(ONLY,),
        asked=asked,
        key="trial-applications",
        caption=Text("申请", "Applications"),
        empty=(Text("还没有申请", "No applications yet"), Text("发布并开始后，会员在试用中心申请", "Once it runs, members apply")),
    )  # fmt: skip
    return _page(
        request, "backoffice/trial.html", form or FormState.of(_values(terms)), status, view=view, stage=STAGES[view.stage],
        applications=table, may_change=may(MANAGE), editable=view.state == "draft", audited=may("audit.view"), price=price,
        costs=sees_costs(request), stats=selectors.reports([trial_id])[trial_id],
    )  # fmt: skip


def _report(row: ApplicationView) -> tuple[Text, str] | None:
    if row.reported_at is not None:
        return Text(f"{row.rating} 星", f"{row.rating} stars"), "good"
    if row.waived_at is not None:
        return Text("已免写", "Let off"), "neutral"
    if row.owes:
        late = row.report_due is not None and row.report_due < clock.now()
        return (Text("逾期", "Overdue"), "bad") if late else (Text("待写", "Owed"), "warn")
    return None


@staff("trials.view", post=MANAGE, methods=("POST",))
def save(request: HttpRequest, trial_id: int) -> HttpResponse:
    """Other terms, while it is a draft."""
    return _act(
        request,
        trial_id,
        lambda: services.update_trial(trial_id, _draft(request), actor=actor(request)),
        Text("已保存", "Saved"),
    )


@staff("trials.view", post=MANAGE, methods=("POST",))
def step(request: HttpRequest, trial_id: int, name: str) -> HttpResponse:
    """publish, discard, finish or call_off."""
    who, reason = actor(request), request.POST.get("reason", "")
    here = f"{HERE}/{trial_id}"
    acts: dict[str, tuple[Callable[[], Any], Text, str]] = {
        "publish": (
            partial(services.publish_trial, trial_id, actor=who),
            Text("已发布：试用品已预留，规则不再修改", "Published: its pieces are put aside, its terms are fixed"),
            here,
        ),
        "discard": (
            partial(services.discard_trial, trial_id, actor=who),
            Text("草稿已删除", "The draft is gone"),
            HERE,
        ),
        "finish": (partial(services.finish, trial_id, actor=who), Text("名单已确定", "It is decided"), here),
        "call_off": (
            partial(services.call_off, trial_id, reason=reason, actor=who),
            Text("试用已取消", "It is called off"),
            here,
        ),
    }
    if name not in acts:
        raise NotFound()
    return _act(request, trial_id, *acts[name])


@staff("trials.view", post=MANAGE, methods=("POST",))
def one(request: HttpRequest, trial_id: int, application_id: int, name: str) -> HttpResponse:
    """choose or waive, for one application."""
    who, reason = actor(request), request.POST.get("reason", "")
    if selectors.application(application_id).trial_id != trial_id:
        raise NotFound()
    acts: dict[str, tuple[Callable[[], Any], Text]] = {
        "choose": (partial(services.choose, application_id, reason=reason, actor=who), Text("已选中，订单已生成", "Chosen")),
        "waive": (partial(services.waive_report, application_id, reason=reason, actor=who), Text("已免写报告", "The report is let off")),
    }  # fmt: skip
    if name not in acts:
        raise NotFound()
    return _act(request, trial_id, *acts[name])


def _act(
    request: HttpRequest, trial_id: int, act: Callable[[], Any], done: Text, where: str | None = None
) -> HttpResponse:
    def do() -> None:
        need(request, MANAGE)
        act()

    def refused(problem: Problem) -> HttpResponse:
        form = typed(request, problem, names=_NAMES)
        if "label_zh" not in form.values:  # a step: the terms stand as they are
            given = {"reason": request.POST.get("reason", "")}
            form = FormState(_values(selectors.terms(trial_id)) | given, form.errors)
        return _trial(request, trial_id, form, problem.status)

    return carry_out(request, do, done, where=where or f"{HERE}/{trial_id}", refused=refused)


# --- the form ------------------------------------------------------------------------------------------------------

_NAMES = {
    "sku_id": "sku",
    "questions": "question-1",
    **{f"questions.{i}": f"question-{i + 1}" for i in range(QUESTIONS)},
}


def _draft(request: HttpRequest) -> TrialDraft:
    """What the form wants. Raises ValidationFailed for what is no amount, number or time; the rest the service judges."""
    given, errors = request.POST, list[FieldError]()
    currency = mall_settings.get("mall.currency")
    times = {name: goods.instant(given.get(name, ""), name, errors) for name in ("starts_at", "ends_at")}
    for name, at in times.items():
        if at is None and not given.get(name, "").strip():
            errors.append(FieldError(name, "required", Text("请填写此项", "this field is required")))
    code = given.get("sku", "").strip()
    (sku,) = catalog.sellable_by_code([code])
    if not sku.sku_id:
        errors.append(FieldError("sku", "unknown", Text("没有这个 SKU 编码", "there is no SKU with this code")))
    numbers = {
        name: goods.units(given.get(name, ""), name, errors) or 0 for name in ("pieces", "min_points", "report_days")
    }
    freight = goods.amount(given.get("freight", ""), "freight", currency, errors) or 0
    if errors:
        raise ValidationFailed(errors=errors)
    return TrialDraft(
        slug=given.get("slug", "").strip(), label_zh=given.get("label_zh", ""), label_en=given.get("label_en", ""), sku_id=sku.sku_id,
        starts_at=times["starts_at"] or clock.now(), ends_at=times["ends_at"] or clock.now(), freight=freight,
        selection=given.get("selection", DRAW), audience=given.get("audience", ""), tiers=tuple(given.getlist("tiers")),
        questions=tuple(text for i in range(1, QUESTIONS + 1) if (text := given.get(f"question-{i}", "").strip())),
        notes_zh=given.get("notes_zh", ""), notes_en=given.get("notes_en", ""), **numbers,
    )  # fmt: skip


def _values(terms: TrialDraft) -> dict[str, Any]:
    """Stored terms as the form shows them."""
    plain = (
        "slug",
        "label_zh",
        "label_en",
        "notes_zh",
        "notes_en",
        "pieces",
        "selection",
        "audience",
        "min_points",
        "report_days",
    )
    found: dict[str, Any] = {name: getattr(terms, name) for name in plain}
    found |= {"tiers": list(terms.tiers), "sku": catalog.sku_codes([terms.sku_id]).get(terms.sku_id, "")}
    found["freight"] = format_minor(terms.freight, mall_settings.get("mall.currency"))
    for name in ("starts_at", "ends_at"):
        found[name] = clock.local(getattr(terms, name)).strftime("%Y-%m-%dT%H:%M")
    return found | {f"question-{i}": question for i, question in enumerate(terms.questions, 1)}


urlpatterns = [
    path("trials", listing, name="office-trials"),
    path("trials/new", new, name="office-trial-new"),
    path("trials/reports", reports, name="office-trial-reports"),
    path("trials/<int:trial_id>", trial, name="office-trial"),
    path("trials/<int:trial_id>/save", save, name="office-trial-save"),
    path("trials/<int:trial_id>/do/<slug:name>", step, name="office-trial-step"),
    path("trials/<int:trial_id>/applications/<int:application_id>/<slug:name>", one, name="office-trial-application"),
]
