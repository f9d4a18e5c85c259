"""Words and deeds: where the mall shows what checkout would not charge, and who looks a promotion over before it starts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.accounts import selectors as accounts
from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import ListingItem
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money
from zhanggui.kernel.problems import Problem
from zhanggui.pledges import selectors, services
from zhanggui.pledges.types import LINK, PLACES, POINTS, WHATS, DifferenceView
from zhanggui.pricing import selectors as pricing
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions.types import PromotionView, words
from zhanggui.ui import language, page
from zhanggui.ui.formatting import money
from zhanggui.ui.forms import EMPTY, FormState
from zhanggui.ui.language import say

from .. import exports, tables
from ..access import actor, carry_out, id_in, staff, typed
from ..tables import Column, Filter, Table

PAGE = 50
HERE = "/office/pledges"
AHEAD = timedelta(days=14)
STATES = {"open": Text("现有差异", "Now"), "gone": Text("已消除", "Gone"), "": Text("全部", "All")}
FILTERS = (
    Filter("place", Text("位置", "Place"), "choice", tuple(PLACES.items())),
    Filter("what", Text("内容", "What"), "choice", tuple(WHATS.items())),
)
RUNS = {
    "waiting": (Text("排队中", "Waiting"), "neutral"),
    "running": (Text("检查中", "Looking"), "info"),
    "finished": (Text("已完成", "Finished"), "good"),
    "failed": (Text("失败", "Failed"), "bad"),
}


def told(row: DifferenceView, side: str) -> str:
    """What is said, or what is true: an amount or words."""
    amount, said = (row.said, row.says) if side == "says" else (row.true, row.holds)
    if amount is not None:
        return money(amount, mall_settings.get("mall.currency"))
    return said.render(language.current()) or "—"


def mend(row: DifferenceView) -> tuple[Text, str]:
    """What to do about it, and where."""
    if row.page_id is not None:
        return Text("改页面", "Change the page"), f"/office/content/{row.page_id}"
    if row.promotion_id is not None:
        return Text("改促销", "Change the promotion"), f"/office/promotions/{row.promotion_id}"
    if row.what == LINK:
        return Text("改菜单与公告", "Change menus and notice"), "/office/site"
    if row.product_id is not None:
        return Text("看价格", "See the prices"), f"/office/products/{row.product_id}/prices"
    return Text("改设置", "Change settings"), "/office/settings"


@staff("pledges.view", methods=("GET",))
def differences(request: HttpRequest) -> HttpResponseBase:
    """What differs now, the newest first, under the state of the last check."""
    language.use(language.of(request))
    asked = tables.asked(request, FILTERS, keep=("state",))
    state = request.GET.get("state", "open")
    state = state if state in STATES else "open"
    wanted: dict[str, Any] = {"state": state, "place": asked["place"], "what": asked["what"]}
    if form := exports.asked(request):
        return exports.answer(form, "said-and-true", HEAD, _rows(wanted))
    found = selectors.differences(**wanted, cursor=asked.cursor, limit=PAGE)
    counts = selectors.open_counts()
    total = sum(counts.values())
    table = Table(
        columns=[
            Column("place", Text("位置", "Place"), kind="custom"),
            Column("title", Text("在哪里", "Of what"), kind="custom"),
            Column("says", Text("写的是", "It says"), value=lambda row: told(row, "says")),
            Column("holds", Text("实际是", "True is"), value=lambda row: told(row, "holds")),
            Column("first_seen", Text("首次发现", "First seen"), kind="ago"),
            Column("last_seen", Text("最近发现", "Last seen"), kind="ago", phone=False),
            Column("mend", Text("去修正", "Mend it"), kind="custom"),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=FILTERS,
        asked=asked,
        export=True,
        tabs=[
            (say(label), f"{HERE}?state={name}", name == state, total if name == "open" else None)
            for name, label in STATES.items()
        ],
        empty=(
            Text("说到做到", "Word and deed agree"),
            Text("页面、标签、接口所写的，与结算一致", "What pages, badges and the API say is what checkout charges"),
        ),
    )
    return page.render(
        request, "backoffice/pledges.html", table=table, check=selectors.last_check(), runs=RUNS, places=PLACES,
        whats=WHATS, counts=sorted(counts.items(), key=lambda each: -each[1]), mend=mend, upcoming=_upcoming(),
        left=_left,
    )  # fmt: skip


HEAD = (
    Text("位置", "Place"), Text("内容", "What"), Text("在哪里", "Of what"), Text("SKU", "SKU"), Text("写的是", "It says"),
    Text("实际是", "True is"), Text("页面", "Page"), Text("首次发现", "First seen"), Text("最近发现", "Last seen"),
    Text("消除时间", "Gone"), Text("去修正", "Mend it at"),
)  # fmt: skip


def _rows(wanted: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """All of them, page by page."""
    cursor, currency = "", mall_settings.get("mall.currency")
    while True:
        found = selectors.differences(**wanted, cursor=cursor, limit=500)
        for row in found.items:
            sides = (
                told(row, side) if amount is None else Money(amount, currency)
                for side, amount in (("says", row.said), ("holds", row.true))
            )
            yield (
                PLACES[row.place], WHATS[row.what], row.title, row.sku_code, *sides, row.path, row.first_seen,
                row.last_seen, row.gone_at, mend(row)[1],
            )  # fmt: skip
        if not found.next_cursor:
            return
        cursor = found.next_cursor


@staff("pledges.check", methods=("POST",))
def check(request: HttpRequest) -> HttpResponse:
    """Look the whole mall over now."""
    return carry_out(
        request,
        partial(services.start_check, actor=actor(request)),
        Text("已开始检查，完成后这里会显示结果", "It has begun; the result will stand here"),
        where=HERE,
        refused=lambda problem: page.render(request, "backoffice/refused.html", status=problem.status, problem=problem),
    )


def _upcoming() -> list[tuple[PromotionView, Any]]:
    """Promotions about to start with who looks them over, the next first."""
    now = clock.now()
    found = [
        view
        for view in promotions.between(now, now + AHEAD, limit=100)
        if view.state in ("draft", "live") and view.draft.starts_at > now
    ]
    overs = selectors.look_overs([view.id for view in found])
    return [(view, overs.get(view.id)) for view in found]


def _left(over: Any) -> int:
    return len(over.left) if over else len(POINTS)


# --- one promotion ------------------------------------------------------------------------------------------------


@staff("pledges.view", methods=("GET",))
def promotion(request: HttpRequest, promotion_id: int) -> HttpResponse:
    """What is to be looked at before it starts, beside the facts to look at."""
    return _promotion(request, promotion_id)


def _promotion(
    request: HttpRequest, promotion_id: int, form: FormState | None = None, point: str = "", status: int = 200
) -> HttpResponse:
    language.use(language.of(request))
    view = promotions.promotion(promotion_id)
    over = selectors.look_overs([promotion_id]).get(promotion_id)
    goods = _goods(view)
    starts = max(view.draft.starts_at, clock.now())
    prices = pricing.effective_prices([sku for item in goods for sku in item.sku_ids], starts)
    lang, currency = language.current(), mall_settings.get("mall.currency")
    return page.render(
        request, "backoffice/pledges_promotion.html", status=status, promotion=view, over=over, points=POINTS,
        ticks={tick.point: tick for tick in over.ticks} if over else {}, form_of=lambda name: form if form and name == point else EMPTY,
        badge=view.badge.render(lang, **words(view.badge_params, lang, currency)), starts=starts,
        goods=[(item, _range(item, prices)) for item in goods], currency=currency,
        colleagues=[(one.id, one.name) for one in accounts.staff_list(limit=200) if one.is_active],
        differences=selectors.differences(promotion_id=promotion_id, limit=20).items, told=told, check=selectors.last_check(),
        freight=next((rule for rule in pricing.freight_rules() if rule.method == "express" and not rule.province), None),
        may_tick=bool(over and over.checker_id == actor(request).id),
    )  # fmt: skip


def _goods(view: PromotionView) -> list[ListingItem]:
    """Some of the goods in its scope: the named ones, else what sells best of its categories or brands."""
    scope = view.draft.scope or {}
    named = [*scope.get("products", ()), *(one for one, _ in catalog.products_of(scope.get("skus", ())).values())]
    if named:
        return catalog.listed(list(dict.fromkeys(named))[:12])
    for category in scope.get("categories", ())[:1]:
        return catalog.top("sales", 12, category_id=category)
    for brand in scope.get("brands", ())[:1]:
        return catalog.top("sales", 12, brand_id=brand)
    return catalog.top("sales", 12)


def _range(item: ListingItem, prices: Any) -> tuple[int, int] | None:
    found = [prices[sku].sale_price for sku in item.sku_ids if sku in prices]
    return (min(found), max(found)) if found else None


def _back(request: HttpRequest, promotion_id: int, act: Any, done: Text, point: str = "") -> HttpResponse:
    def refused(problem: Problem) -> HttpResponse:
        return _promotion(request, promotion_id, typed(request, problem), point, problem.status)

    return carry_out(request, act, done, where=f"{HERE}/promotions/{promotion_id}", refused=refused)


@staff("pledges.sign", methods=("POST",))
def name_checker(request: HttpRequest, promotion_id: int) -> HttpResponse:
    """Who looks it over."""
    act = partial(
        services.name_checker, promotion_id, id_in(request.POST.get("checker", "")) or 0, actor=actor(request)
    )
    return _back(request, promotion_id, act, Text("已指定核对人", "They look it over"), "checker")


@staff("pledges.sign", methods=("POST",))
def tick(request: HttpRequest, promotion_id: int, point: str) -> HttpResponse:
    """What was found of one point."""
    act = partial(
        services.tick, promotion_id, point, right=request.POST.get("right") == "1", note=request.POST.get("note", ""),
        actor=actor(request),
    )  # fmt: skip
    return _back(request, promotion_id, act, Text("已记录", "It is on record"), point)


urlpatterns = [
    path("pledges", differences, name="office-pledges"),
    path("pledges/check", check, name="office-pledges-check"),
    path("pledges/promotions/<int:promotion_id>", promotion, name="office-pledges-promotion"),
    path("pledges/promotions/<int:promotion_id>/checker", name_checker, name="office-pledges-checker"),
    path("pledges/promotions/<int:promotion_id>/<slug:point>", tick, name="office-pledges-tick"),
]
