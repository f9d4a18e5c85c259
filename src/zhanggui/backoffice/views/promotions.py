"""Promotions and coupons: their sentence as buyers read it, their life, their codes and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound, Problem, ValidationFailed
from zhanggui.members import selectors as members
from zhanggui.promotions import selectors, services
from zhanggui.promotions.types import KINDS, PromotionView, words
from zhanggui.promotions.types import say as sentence_of
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say

from .. import exports, goods, offers, tables, terms, trial
from ..access import actor, carry_out, need, see_other, staff, typed
from ..messages import flash
from ..tables import Column, Filter, Table

PAGE = 50
CODES_MOST = 200_000
FILTERS = (
    Filter(
        "stage", Text("状态", "State"), "choice", tuple((name, words) for name, (words, _) in offers.STAGES.items())
    ),
    Filter("kind", Text("类型", "Kind"), "choice", tuple(offers.KINDS.items())),
)


def _sentence(view: PromotionView) -> str:
    """What a buyer reads on the tile."""
    lang = language.current()
    return view.badge.render(lang, **words(view.badge_params, lang, mall_settings.get("mall.currency")))


def _uses(view: PromotionView) -> int | None:
    """How often it was used; None where nothing limits it, because then nobody counts."""
    draft = view.draft
    limits = (draft.use_limit, draft.per_holder_limit, draft.budget)
    return view.used if any(limit is not None for limit in limits) else None


@staff("promotions.view", methods=("GET",))
def promotions(request: HttpRequest) -> HttpResponse:
    """Newest first."""
    language.use(language.of(request))
    asked = tables.asked(request, FILTERS)
    found = selectors.promotion_page(stage=asked["stage"], kind=asked["kind"], cursor=asked.cursor, limit=PAGE)
    table: Table = Table(
        columns=[
            Column("label", Text("名称", "Name"), value=lambda row: Text(row.draft.label_zh, row.draft.label_en or row.draft.label_zh)),
            Column("kind", Text("类型", "Kind"), value=lambda row: offers.KINDS.get(row.draft.kind, row.draft.kind)),
            Column("sentence", Text("顾客看到", "As buyers read it"), value=_sentence),
            Column("stage", Text("状态", "State"), kind="badge", value=lambda row: offers.STAGES[row.stage]),
            Column("used", Text("已用次数", "Uses"), kind="number", value=_uses),
            Column("budget", Text("预算用量", "Budget used"), kind="custom", phone=False),
            Column("starts_at", Text("开始", "From"), kind="datetime", value=lambda row: row.draft.starts_at),
            Column("ends_at", Text("结束", "Until"), kind="datetime", value=lambda row: row.draft.ends_at),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=FILTERS,
        asked=asked,
        key="promotions",
        row_href=lambda row: f"/office/promotions/{row.id}",
        caption=Text("促销", "Promotions"),
        empty=(Text("还没有促销", "No promotions yet"), Text("新建满减、限时折扣或优惠券", "Spend and save, a discount, a coupon")),
    )  # fmt: skip
    may = actor(request).may
    kinds = [(say(each), f"/office/promotions/new/{name}") for name, each in offers.KINDS.items() if may(_right(name))]
    return page.render(
        request, "backoffice/promotions.html", table=table, kinds=kinds, currency=mall_settings.get("mall.currency")
    )


def _right(kind: str) -> str:
    return "coupons.manage" if kind in offers.BY_CODE else "promotions.manage"


@staff("promotions.view", methods=("GET", "POST"))
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """A draft; nobody sees it before it is published."""
    language.use(language.of(request))
    if kind not in offers.KINDS:
        raise NotFound()
    form = FormState.of(
        {"starts_at": clock.local(clock.now()).strftime("%Y-%m-%dT%H:%M"), "scope": "all", "per_member_limit": 1}
    )
    status = 200
    try:
        need(request, _right(kind))
        if request.method == "POST":
            draft = offers.draft_of(request.POST, kind, mall_settings.get("mall.currency"))
            made = services.create_promotion(draft, actor=actor(request))
            response = see_other(f"/office/promotions/{made}")
            return flash(response, Text("草稿已建立，确认后发布", "The draft is there; look, then publish"))
    except Problem as problem:
        if problem.extra.get("permission"):
            raise
        form, status = typed(request, problem, names=offers.names(kind, request.POST)), problem.status
    return _form(request, "backoffice/promotion_new.html", kind, form, status)


def _form(request: HttpRequest, template: str, kind: str, form: FormState, status: int, **more: Any) -> HttpResponse:
    lang = language.current()
    categories = [(str(each.id), each.name_in(lang)) for each in catalog.categories()]
    return page.render(
        request, template, status=status, kind=kind, kind_words=offers.KINDS.get(kind, Text(kind, kind)), form=form,
        categories=categories, asks=terms.FORMS.get(kind, ()), audience=_audience(), by_code=kind in offers.BY_CODE,
        closed=_closed(kind), lanes=_lanes(kind), currency=mall_settings.get("mall.currency"), **more,
    )  # fmt: skip


def _closed(kind: str) -> bool:
    """Whether the kind names its goods itself."""
    return kind in KINDS and KINDS[kind].closed


def _lanes(kind: str) -> list[tuple[str, str]]:
    """The lanes a kind's goods may be kept from."""
    if kind not in KINDS or KINDS[kind].lane.name == "FREIGHT" or KINDS[kind].gives:
        return []
    return [(name, say(words)) for name, words in offers.LANES.items() if name != KINDS[kind].lane.name.lower()]


def _audience() -> dict[str, list[tuple[str, str]]]:
    """Whom an offer can be for: tiers and provinces, as checkboxes have them."""
    return {
        "tiers": [(tier.code, say(tier.name)) for tier in members.tiers()],
        "regions": [(name, name) for name in members.provinces()],
    }


@staff("promotions.view", methods=("POST",))
def preview(request: HttpRequest, kind: str) -> HttpResponse:
    """The form as it stands, tried on three carts; a part of a page."""
    language.use(language.of(request))
    if kind not in offers.KINDS:
        raise NotFound()
    lang, currency = language.current(), mall_settings.get("mall.currency")
    found: list[trial.Trial] = []
    wrong = badge = ""
    try:
        draft = offers.draft_of(request.POST, kind, currency)
        found = trial.trials(draft)
        shown = KINDS[kind].badge(KINDS[kind].parse(draft.config))
        badge = shown.text.render(lang, **words(shown.params, lang, currency))
    except ValidationFailed as refused:
        wrong = str(refused.errors[0].as_dict(lang)["message"])
    return page.render(
        request, "backoffice/parts/promotion_trial.html", trials=found, wrong=wrong, badge=badge, applies=trial.applies(found),
        currency=currency, freight=trial.FREIGHT, sentence=lambda told: sentence_of(told, lang, currency),
    )  # fmt: skip


@staff("promotions.view", methods=("GET",))
def find_goods(request: HttpRequest) -> HttpResponse:
    """SKUs by code or title, as the suggestions of a field."""
    q = next((value for value in request.GET.values() if isinstance(value, str)), "").strip()[:100]
    found = catalog.products(q=q, limit=8).items if q else []
    skus = catalog.skus_of([row.id for row in found])
    codes = catalog.sku_codes([sku for each in skus.values() for sku in each[:10]])
    titles = {sku: row.title for row in found for sku in skus[row.id]}
    named = [(codes[sku], titles[sku]) for sku in codes]
    return page.render(request, "backoffice/parts/promotion_goods.html", named=named[:40])


@staff("promotions.view", methods=("GET",))
def promotion(request: HttpRequest, promotion_id: int) -> HttpResponse:
    """One promotion: its terms, its life, its codes."""
    return _promotion(request, promotion_id)


def _promotion(
    request: HttpRequest, promotion_id: int, form: FormState | None = None, status: int = 200
) -> HttpResponse:
    language.use(language.of(request))
    view = selectors.promotion(promotion_id)
    currency = mall_settings.get("mall.currency")
    initial = offers.values_of(view.draft, currency)
    if form is None:
        form = FormState.of(initial)
    elif not form.values.get("label_zh"):
        form = FormState({**initial, **dict(form.values.items())}, form.errors)
    is_coupon = view.draft.coupon is not None
    return _form(
        request,
        "backoffice/promotion.html",
        view.draft.kind,
        form,
        status,
        view=view,
        stage=offers.STAGES[view.stage],
        sentence=_sentence(view),
        may_change=actor(request).may(_right(view.draft.kind)),
        quotas=selectors.quotas(promotion_id),
        editable=offers.editable(view.draft) and view.state != "ended",
        funnel=selectors.funnel(promotion_id) if is_coupon else None,
        codes=selectors.codes(promotion_id, limit=20) if is_coupon and actor(request).may("coupons.manage") else [],
    )


def _act(request: HttpRequest, promotion_id: int, act: Callable[[], Any], done: Text) -> HttpResponse:
    def refused(problem: Problem) -> HttpResponse:
        kind = selectors.promotion(promotion_id).draft.kind
        names = offers.names(kind, request.POST)
        return _promotion(request, promotion_id, typed(request, problem, names=names), problem.status)

    return carry_out(request, act, done, where=f"/office/promotions/{promotion_id}", refused=refused)


@staff("promotions.view", methods=("POST",))
def save(request: HttpRequest, promotion_id: int) -> HttpResponse:
    """Other terms. What may still change once it is live, the service decides."""
    view = selectors.promotion(promotion_id)

    def do() -> None:
        need(request, _right(view.draft.kind))
        draft = offers.draft_of(request.POST, view.draft.kind, mall_settings.get("mall.currency"))
        reason = request.POST.get("reason", "").strip()[:200]
        services.update_promotion(promotion_id, draft, actor=actor(request), reason=reason)

    return _act(request, promotion_id, do, Text("已保存", "Saved"))


@staff("promotions.view", methods=("POST",))
def step(request: HttpRequest, promotion_id: int, name: str) -> HttpResponse:
    """publish, pause, resume or end."""
    view = selectors.promotion(promotion_id)
    reason = request.POST.get("reason", "").strip()[:200]
    acts: dict[str, tuple[Callable[[], Any], Text]] = {
        "publish": (
            partial(services.publish, promotion_id, actor=actor(request), reason=reason),
            Text("已发布", "Published"),
        ),
        "pause": (partial(services.pause, promotion_id, actor=actor(request), reason=reason), Text("已暂停", "Paused")),
        "resume": (
            partial(services.resume, promotion_id, actor=actor(request), reason=reason),
            Text("已恢复", "Live again"),
        ),
        "end": (partial(services.end, promotion_id, actor=actor(request), reason=reason), Text("已结束", "Ended")),
    }
    if name not in acts:
        raise NotFound()

    def do() -> None:
        need(request, _right(view.draft.kind))
        acts[name][0]()

    return _act(request, promotion_id, do, acts[name][1])


@staff("coupons.manage", methods=("POST",))
def make_codes(request: HttpRequest, promotion_id: int) -> HttpResponse:
    """A code for everybody, or so many that are used once."""
    given, errors = request.POST, []  # type: ignore[var-annotated]
    code, count = given.get("code", "").strip(), goods.units(given.get("count", ""), "count", errors)

    def do() -> None:
        if errors:
            raise ValidationFailed(errors=errors)
        if code:
            services.add_code(promotion_id, code, actor=actor(request))
        elif count:
            services.generate_codes(promotion_id, count, actor=actor(request))
        else:
            raise ValidationFailed.one(
                "code", "required", "请填写券码，或一次性券码的数量", "enter a code, or how many single-use ones"
            )

    return _act(request, promotion_id, do, Text("券码已生成", "The codes are made"))


@staff("coupons.manage", methods=("GET",))
def codes(request: HttpRequest, promotion_id: int) -> HttpResponseBase:
    """All codes as a file."""
    head = [Text("券码", "Code"), Text("批次", "Batch"), Text("已用", "Used"), Text("可用次数", "Uses allowed"),
            Text("会员", "Member"), Text("生成时间", "Made")]  # fmt: skip
    return exports.answer(exports.asked(request) or "csv", f"codes-{promotion_id}", head, _codes(promotion_id))


def _codes(promotion_id: int) -> Iterator[list[Any]]:
    after, left = 0, CODES_MOST
    while left > 0:
        rows = selectors.codes(promotion_id, after_id=after, limit=1000)
        for row in rows:
            yield [row["code"], row["batch"], row["used"], row["max_uses"], row["member_id"], row["created_at"]]
        if len(rows) < 1000:
            return
        after, left = rows[-1]["id"], left - 1000


urlpatterns = [
    path("promotions", promotions, name="office-promotions"),
    path("promotions/goods", find_goods, name="office-promotion-goods"),
    path("promotions/preview/<slug:kind>", preview, name="office-promotion-preview"),
    path("promotions/new/<slug:kind>", new, name="office-promotion-new"),
    path("promotions/<int:promotion_id>", promotion, name="office-promotion"),
    path("promotions/<int:promotion_id>/save", save, name="office-promotion-save"),
    path("promotions/<int:promotion_id>/codes", make_codes, name="office-promotion-codes"),
    path("promotions/<int:promotion_id>/codes/file", codes, name="office-promotion-codes-file"),
    path("promotions/<int:promotion_id>/do/<slug:name>", step, name="office-promotion-step"),
]
