"""活动策划: campaigns, their goods with roles, their offers and placements, what is in their way, and their life."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.campaigns import selectors, services
from zhanggui.campaigns.types import PLACEMENTS, ROLES, CampaignDraft, CampaignView, ResourceView, SponsorshipSum
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money
from zhanggui.kernel.problems import NotFound, Problem
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say

from .. import campaigning, exports, tables
from ..access import actor, carry_out, id_in, need, see_other, staff, typed
from ..campaigning import HERE, STATES, Named
from ..messages import flash
from ..tables import Column, Filter, Table

PAGE = 50
NOTHING = SponsorshipSum(None, Text("", ""), 0, 0, 0)
VIEW, MANAGE = "campaigns.view", "campaigns.manage"
FILTERS = (
    Filter("state", Text("状态", "State"), "choice", tuple((name, words) for name, (words, _) in STATES.items())),
)


@staff(VIEW, methods=("GET",))
def listing(request: HttpRequest) -> HttpResponse:
    """Newest first."""
    asked = tables.asked(request, FILTERS)
    found = selectors.campaigns(state=asked["state"], cursor=asked.cursor, limit=PAGE)
    may, currency = actor(request).may(MANAGE), mall_settings.get("mall.currency")
    table: Table = Table(
        columns=[
            Column("theme", Text("主题", "Theme")),
            Column("state", Text("状态", "State"), kind="badge", value=lambda row: STATES[row.state]),
            Column("starts_at", Text("开始", "From"), kind="datetime", value=lambda row: row.head.starts_at),
            Column("ends_at", Text("结束", "Until"), kind="datetime", value=lambda row: row.head.ends_at),
            Column("form", Text("形式", "Form"), value=lambda row: campaigning.FORMS.get(row.head.form), phone=False),
            Column("goods", Text("商品", "SKUs"), kind="number"),
            Column("resources", Text("推广资源", "Placements"), kind="number"),
            Column("budget", Text("资源预算", "Budget"), kind="money", value=lambda row: Money(row.budget, currency)),
            Column("overdue", Text("逾期未提交", "Reviews overdue"), kind="number", value=lambda row: row.overdue or None),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=FILTERS,
        asked=asked,
        key="campaigns",
        row_href=lambda row: f"{HERE}/{row.id}",
        caption=Text("活动", "Campaigns"),
        empty=(
            Text("还没有活动", "No campaigns yet"),
            Text("定好主题与时间，选好引流款、基本款和形象款", "A theme, dates, and goods: traffic, basic, image"),
        ),
        empty_action=(Text("策划活动", "Plan one"), f"{HERE}/new") if may else None,
    )  # fmt: skip
    return page.render(request, "backoffice/campaigns.html", table=table, may_change=may)


@staff(VIEW, post=MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """A draft; it can be changed in every way until it is announced."""
    form, status = FormState.of({}), 200
    if request.method == "POST":
        try:
            draft = CampaignDraft(campaigning.head_of(request.POST))
            made = services.create_campaign(draft, actor=actor(request))
            return flash(see_other(f"{HERE}/{made}"), Text("活动已建立，请加入商品", "It is there; now add goods"))
        except Problem as problem:
            form, status = typed(request, problem), problem.status
    return page.render(request, "backoffice/campaign_new.html", status=status, form=form, forms=_forms())


def _forms() -> list[tuple[str, str]]:
    return [("", say(Text("未定", "Open"))), *((name, say(words)) for name, words in campaigning.FORMS.items())]


@staff(VIEW, methods=("GET",))
def campaign(request: HttpRequest, campaign_id: int) -> HttpResponseBase:
    """One campaign, or as a workbook its goods and placements."""
    if exports.asked(request):
        return _file(selectors.campaign(campaign_id))
    return _campaign(request, campaign_id)


def _campaign(
    request: HttpRequest, campaign_id: int, problem: Problem | None = None, names: dict[str, str] | None = None
) -> HttpResponse:
    language.use(language.of(request))
    view, currency = selectors.campaign(campaign_id), mall_settings.get("mall.currency")
    found = campaigning.conflicts_of(view)
    skus = sorted({good.sku_id for good in view.goods} | {sku for each in found for sku in each.sku_ids})
    named = Named.of(skus)
    free = inventory.available([good.sku_id for good in view.goods]) if view.goods else {}
    changing = {name: id_in(request.GET.get(name, "")) for name in ("good", "resource")}
    if problem is not None:
        changing["resource"] = id_in(request.POST.get("resource", ""))
    initial = campaigning.values(view, named, currency, **changing)
    form = FormState.of(initial) if problem is None else typed(request, problem, names=names, initial=initial)
    may = actor(request).may(MANAGE) and view.state != "ended"
    return page.render(
        request, "backoffice/campaign.html", status=problem.status if problem else 200, view=view, state=STATES[view.state],
        form=form, forms=_forms(), named=named, free=free, clashes=campaigning.clashes(found, named), roles=_said(ROLES),
        placements=_said(PLACEMENTS), reviews=campaigning.REVIEWS, warnings=selectors.warnings(view, free) if may else [],
        offers=[(each, label, campaigning.offer_href(each)) for each, label in selectors.offer_labels(view.offers).items()],
        choices=campaigning.choices(view) if may else [], may_change=may, currency=currency, changing=changing,
        meets=problem is not None and problem.code == "campaigns_meet", form_words=campaigning.FORMS.get(view.head.form),
        role_words=ROLES, placement_words=PLACEMENTS, sponsors=selectors.sponsorships(campaign_id=campaign_id, limit=20).items,
        sponsored=next(iter(selectors.sponsorship_sums(campaign_id=campaign_id)), NOTHING), sponsor_states=campaigning.SPONSORED,
    )  # fmt: skip


def _said(words: Any) -> list[tuple[str, str]]:
    return [(name, say(text)) for name, text in words.items()]


def _file(view: CampaignView) -> HttpResponseBase:
    currency = mall_settings.get("mall.currency")
    named = Named.of([good.sku_id for good in view.goods])
    goods_head = [
        Text("SKU", "SKU"), Text("商品", "Product"), Text("角色", "Role"), Text("计划价", "Planned price"),
        Text("计划库存", "Planned pieces"),
    ]  # fmt: skip
    goods_rows = [
        [named.code(good.sku_id), named.title(good.sku_id), ROLES[good.role], Money(good.price, currency), good.stock]
        for good in view.goods
    ]
    placed_head = [
        Text("形式", "Form"), Text("位置", "Position"), Text("数量", "Quantity"), Text("预算", "Budget"),
        Text("开始", "From"), Text("结束", "Until"), Text("审核", "Review"), Text("最晚提交", "Hand in by"),
        Text("提交时间", "Handed in"),
    ]  # fmt: skip
    sheets = [
        (Text("商品", "Goods"), goods_head, goods_rows),
        (Text("推广资源", "Placements"), placed_head, _placed(view.resources, currency)),
    ]
    return exports.workbook(f"campaign-{view.id}-{clock.business_date():%Y%m%d}", sheets)


def _placed(resources: tuple[ResourceView, ...], currency: str) -> Iterator[list[Any]]:
    for each in resources:
        plan = each.plan
        yield [
            PLACEMENTS[plan.form], plan.position, plan.quantity, Money(plan.budget, currency), plan.starts_at, plan.ends_at,
            campaigning.REVIEWS[each.review][0], each.due, each.submitted_at,
        ]  # fmt: skip


@staff(VIEW, post=MANAGE, methods=("POST",))
def save(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Other words or dates."""

    def do() -> None:
        services.change_campaign(campaign_id, campaigning.head_of(request.POST), actor=actor(request))

    return _act(request, campaign_id, do, Text("已保存", "Saved"))


@staff(VIEW, post=MANAGE, methods=("POST",))
def plan(request: HttpRequest, campaign_id: int, what: str, name: str) -> HttpResponse:
    """Goods, offers and placements: put, drop, and handing a placement in."""
    given, who, currency = request.POST, actor(request), mall_settings.get("mall.currency")
    resource_id = id_in(given.get("resource", ""))
    acts: dict[tuple[str, str], tuple[Callable[[], Any], Text]] = {
        ("goods", "put"): (
            lambda: services.put_good(campaign_id, campaigning.good_of(given, currency), actor=who),
            Text("商品已安排", "The goods are planned"),
        ),
        ("goods", "drop"): (
            lambda: services.drop_good(campaign_id, id_in(given.get("good", "")) or 0, actor=who),
            Text("已移出活动", "Out of the campaign"),
        ),
        ("offers", "put"): (
            lambda: services.add_offer(campaign_id, campaigning.offer_in(given.get("id", "")), actor=who),
            Text("已加入活动", "It belongs to the campaign"),
        ),
        ("offers", "drop"): (
            lambda: services.drop_offer(campaign_id, campaigning.offer_in(given.get("id", "")), actor=who),
            Text("已移出活动", "Out of the campaign"),
        ),
        ("resources", "put"): (
            lambda: services.put_resource(
                campaign_id, campaigning.resource_of(given, currency), resource_id=resource_id, actor=who
            ),
            Text("推广资源已安排", "The placement is planned"),
        ),
        ("resources", "drop"): (
            lambda: services.drop_resource(campaign_id, resource_id or 0, actor=who),
            Text("已取消", "Taken off"),
        ),
        ("resources", "submit"): (
            lambda: services.submit_resource(campaign_id, resource_id or 0, actor=who),
            Text("已登记提交", "Handed in"),
        ),
    }
    if (what, name) not in acts:
        raise NotFound()
    names = campaigning.RESOURCE if what == "resources" else campaigning.GOOD
    return _act(request, campaign_id, *acts[what, name], names=names, anchor=f"#{what}")


@staff(VIEW, post=MANAGE, methods=("POST",))
def step(request: HttpRequest, campaign_id: int, name: str) -> HttpResponse:
    """announce or end."""
    reason = request.POST.get("reason", "").strip()[:200]
    acts = {
        "announce": (services.announce, Text("活动已公布，时间不再变动", "It is announced; its dates stand")),
        "end": (services.end, Text("活动已结束", "It has ended")),
    }
    if name not in acts:
        raise NotFound()
    act, done = acts[name]
    return _act(request, campaign_id, partial(act, campaign_id, actor=actor(request), reason=reason), done)


def _act(
    request: HttpRequest,
    campaign_id: int,
    act: Callable[[], Any],
    done: Text,
    *,
    names: dict[str, str] | None = None,
    anchor: str = "",
) -> HttpResponse:
    def do() -> None:
        need(request, MANAGE)
        act()

    def refused(problem: Problem) -> HttpResponse:
        return _campaign(request, campaign_id, problem, names)

    return carry_out(request, do, done, where=f"{HERE}/{campaign_id}{anchor}", refused=refused)


urlpatterns = [
    path("campaigns", listing, name="office-campaigns"),
    path("campaigns/new", new, name="office-campaign-new"),
    path("campaigns/<int:campaign_id>", campaign, name="office-campaign"),
    path("campaigns/<int:campaign_id>/save", save, name="office-campaign-save"),
    path("campaigns/<int:campaign_id>/do/<slug:name>", step, name="office-campaign-step"),
    path("campaigns/<int:campaign_id>/<slug:what>/<slug:name>", plan, name="office-campaign-plan"),
]
