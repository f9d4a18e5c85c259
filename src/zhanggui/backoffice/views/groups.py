"""Group offers: their terms, their life, and the groups that run."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.catalog import selectors as catalog
from zhanggui.groupbuy import selectors, services
from zhanggui.groupbuy.types import GroupView, OfferDraft, OfferView
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import format_minor
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.ui import page
from zhanggui.ui.forms import FormState

from .. import articles, goods, offers, tables
from ..access import actor, carry_out, need, see_other, staff, typed
from ..messages import flash
from ..tables import Column, Table

PAGE = 50
ROWS = 5
PARTS = ("sku", "price")
MANAGE = "groupbuy.manage"
GROUP_STATES: dict[str, tuple[Text, str]] = {
    "waiting": (Text("待开团", "Not open yet"), "neutral"),
    "open": (Text("拼团中", "Filling"), "info"),
    "full": (Text("已成团", "Full"), "good"),
    "failed": (Text("未成团", "Failed"), "bad"),
}


@staff("groupbuy.view", methods=("GET",))
def listing(request: HttpRequest) -> HttpResponse:
    """Newest first."""
    asked = tables.asked(request, ())
    found = selectors.offers(cursor=asked.cursor, limit=PAGE)
    table: Table = Table(
        columns=[
            Column("label", Text("名称", "Name"), value=lambda row: row.label),
            Column("size", Text("成团人数", "Buyers"), kind="number", value=lambda row: row.draft.size),
            Column("hours", Text("时限（小时）", "Hours"), kind="number", value=lambda row: row.draft.hours),
            Column("stage", Text("状态", "State"), kind="badge", value=lambda row: offers.STAGES[row.stage]),
            Column("running", Text("拼团中", "Filling"), kind="number"),
            Column("full", Text("已成团", "Full"), kind="number"),
            Column("failed", Text("未成团", "Failed"), kind="number"),
            Column("starts_at", Text("开始", "From"), kind="datetime", value=lambda row: row.draft.starts_at, phone=False),
            Column("ends_at", Text("结束", "Until"), kind="datetime", value=lambda row: row.draft.ends_at, phone=False),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=(),
        asked=asked,
        key="groups",
        row_href=lambda row: f"/office/groups/{row.id}",
        caption=Text("拼团", "Group offers"),
        empty=(
            Text("还没有拼团活动", "No group offers yet"),
            Text("选好商品、拼团价和人数，邀请顾客一起买", "Choose goods, a price and how many buyers"),
        ),
    )  # fmt: skip
    return page.render(request, "backoffice/groups.html", table=table, may_change=actor(request).may(MANAGE))


@staff("groupbuy.view", post=MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """A draft; nobody sees it before it is published."""
    form = FormState.of(
        {"starts_at": clock.local(clock.now()).strftime("%Y-%m-%dT%H:%M"), "size": 2, "hours": 24, "most": 1}
    )
    status = 200
    if request.method == "POST":
        try:
            made = services.create_offer(_draft(request), actor=actor(request))
            return flash(
                see_other(f"/office/groups/{made}"),
                Text("草稿已建立，确认后发布", "The draft is there; look, then publish"),
            )
        except Problem as problem:
            form, status = typed(request, problem, names=_names(request)), problem.status
    return _page(request, "backoffice/group_new.html", form, status)


def _page(request: HttpRequest, template: str, form: FormState, status: int, **more: Any) -> HttpResponse:
    filled = more.get("count", 0)
    rows = range(1, (filled if more.get("editable") is False else max(ROWS, filled)) + 1)
    return page.render(
        request, template, status=status, form=form, rows=rows, currency=mall_settings.get("mall.currency"), **more
    )


@staff("groupbuy.view", methods=("GET",))
def offer(request: HttpRequest, offer_id: int) -> HttpResponse:
    """One offer: its terms, its life, its groups."""
    return _offer(request, offer_id)


def _offer(request: HttpRequest, offer_id: int, form: FormState | None = None, status: int = 200) -> HttpResponse:
    view = selectors.offer(offer_id)
    codes = catalog.sku_codes(sorted(view.draft.prices))
    asked = tables.asked(request, ())
    found = selectors.groups_of(offer_id, cursor=asked.cursor, limit=PAGE)
    return _page(
        request, "backoffice/group.html", form or FormState.of(_values(view, codes)), status, view=view,
        stage=offers.STAGES[view.stage], groups=_groups(found.items, found.next_cursor, asked), count=len(view.draft.prices),
        may_change=actor(request).may(MANAGE), editable=view.state == "draft",
    )  # fmt: skip


def _groups(items: list[GroupView], following: str | None, asked: tables.Asked) -> Table:
    """The groups, newest first, each with its orders."""
    numbers = [seat.order_number for group in items for seat in group.seats]
    found = orders.find_many(numbers) if numbers else {}

    def paid(group: GroupView) -> int:
        return sum(found[s.order_number]["paid_total"] > 0 for s in group.seats if s.order_number in found)

    return Table(
        columns=[
            Column("state", Text("状态", "State"), kind="badge", value=lambda row: GROUP_STATES[row.state]),
            Column("seats", Text("座位", "Seats"), value=lambda row: f"{len(row.seats)} / {row.size}"),
            Column("paid", Text("已付款", "Paid"), kind="number", value=paid),
            Column("orders", Text("订单", "Orders"), kind="custom"),
            Column("opened_at", Text("开团", "Opened"), kind="datetime"),
            Column("expires_at", Text("截止", "Runs out"), kind="datetime"),
        ],
        rows=items,
        next=following,
        filters=(),
        asked=asked,
        key="offer-groups",
        caption=Text("团", "Groups"),
        empty=(
            Text("还没有人开团", "Nobody has opened a group yet"),
            Text("发布后，顾客在商品页和拼团页开团", "Once published, buyers open them on the product's page and under /groups"),
        ),
    )  # fmt: skip


@staff("groupbuy.view", post=MANAGE, methods=("POST",))
def save(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Other terms, while it is a draft."""
    return _act(
        request,
        offer_id,
        lambda: services.update_offer(offer_id, _draft(request), actor=actor(request)),
        Text("已保存", "Saved"),
    )


@staff("groupbuy.view", post=MANAGE, methods=("POST",))
def step(request: HttpRequest, offer_id: int, name: str) -> HttpResponse:
    """publish or end."""
    reason = request.POST.get("reason", "").strip()[:200]
    acts: dict[str, tuple[Callable[[], Any], Text]] = {
        "publish": (partial(services.publish_offer, offer_id, actor=actor(request)), Text("已发布", "Published")),
        "end": (partial(services.end_offer, offer_id, actor=actor(request), reason=reason), Text("已结束", "Ended")),
    }
    if name not in acts:
        raise NotFound()
    return _act(request, offer_id, *acts[name])


def _act(request: HttpRequest, offer_id: int, act: Callable[[], Any], done: Text) -> HttpResponse:
    def do() -> None:
        need(request, MANAGE)
        act()

    def refused(problem: Problem) -> HttpResponse:
        form = typed(request, problem, names=_names(request))
        if "label_zh" not in form.values:  # a step: the terms stand as they are
            view = selectors.offer(offer_id)
            form = FormState(_values(view, catalog.sku_codes(sorted(view.draft.prices))), form.errors)
        return _offer(request, offer_id, form, problem.status)

    return carry_out(request, do, done, where=f"/office/groups/{offer_id}", refused=refused)


def _names(request: HttpRequest) -> dict[str, str]:
    """Where the service and the form differ in name."""
    return articles.names("prices", articles.filled(request.POST, PARTS), PARTS)


def _draft(request: HttpRequest) -> OfferDraft:
    """What the form wants. Raises ValidationFailed for what is no amount, number, time or SKU; the rest the service judges."""
    given, errors = request.POST, list[FieldError]()
    currency = mall_settings.get("mall.currency")
    prices: dict[int, int] = {}
    for row, sku in articles.skus(given, articles.filled(given, PARTS)).items():
        price = goods.amount(given.get(f"price-{row}", ""), f"price-{row}", currency, errors)
        articles.put(prices, row, sku, price or 0, errors)
    starts_at = goods.instant(given.get("starts_at", ""), "starts_at", errors) or clock.now()
    draft = OfferDraft(
        label_zh=given.get("label_zh", ""),
        label_en=given.get("label_en", ""),
        prices=prices,
        size=goods.units(given.get("size", ""), "size", errors) or 0,
        hours=goods.units(given.get("hours", ""), "hours", errors) or 0,
        most=goods.units(given.get("most", ""), "most", errors) or 0,
        group_limit=goods.units(given.get("group_limit", ""), "group_limit", errors),
        buyer_limit=goods.units(given.get("buyer_limit", ""), "buyer_limit", errors),
        starts_at=starts_at,
        ends_at=goods.instant(given.get("ends_at", ""), "ends_at", errors),
    )
    if errors:
        raise ValidationFailed(errors=errors)
    return draft


def _values(view: OfferView, codes: dict[int, str]) -> dict[str, Any]:
    """A stored offer as the form shows it."""
    draft, currency = view.draft, mall_settings.get("mall.currency")
    found: dict[str, Any] = {
        name: getattr(draft, name) or ""
        for name in ("label_zh", "label_en", "size", "hours", "most", "group_limit", "buyer_limit")
    }
    for name in ("starts_at", "ends_at"):
        at = getattr(draft, name)
        found[name] = clock.local(at).strftime("%Y-%m-%dT%H:%M") if at else ""
    for row, (sku, price) in enumerate(draft.prices.items(), 1):
        found |= {f"sku-{row}": codes.get(sku, ""), f"price-{row}": format_minor(price, currency)}
    return found


urlpatterns = [
    path("groups", listing, name="office-groups"),
    path("groups/new", new, name="office-group-new"),
    path("groups/<int:offer_id>", offer, name="office-group"),
    path("groups/<int:offer_id>/save", save, name="office-group-save"),
    path("groups/<int:offer_id>/do/<slug:name>", step, name="office-group-step"),
]
