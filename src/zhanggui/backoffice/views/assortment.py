"""商品结构: roles of goods, hits, the plan of shelves, slow sellers and their review, what goes along with a product."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.assortment import selectors, services
from zhanggui.assortment.types import CRITERIA, DECISIONS, DELIST, MAIN, PROMOTE, ROLES, HitRow, Shelf, SlowSeller
from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import GoodsCard
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.ui import page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say

from .. import assorting, exports, goods, tables
from ..access import actor, carry_out, id_in, ids_in, need, see_other, sees_costs, staff, typed
from ..assorting import HERE
from ..messages import flash
from ..tables import Bulk, Column, Table

VIEW, MANAGE, DECIDE = "assortment.view", "assortment.manage", "assortment.decide"
PAGE, MOST = 50, 200


# Roles


@staff(VIEW, methods=("GET",))
def roles(request: HttpRequest) -> HttpResponseBase:
    """Products with a role, and whether there are as many main pushes as there should be."""
    asked = tables.asked(request, keep=("role",))
    role = asked.extra.get("role", "") if asked.extra.get("role", "") in ROLES else ""
    if form := exports.asked(request):
        head = [Text("编码", "Code"), Text("商品", "Product"), Text("角色", "Roles"), Text("自", "Since"), Text("设置人", "By"),
                Text("原因", "Reason")]  # fmt: skip
        return exports.answer(form, f"roles-{clock.business_date():%Y%m%d}", head, _exported(role))
    found = selectors.roles(role=role, cursor=asked.cursor, limit=PAGE)
    cards = catalog.assortment.cards([row.product_id for row in found.items])
    counts, (least, most) = selectors.role_counts(), selectors.main_limits()
    may = actor(request).may(MANAGE)
    bulk = [Bulk(Text("设置角色", "Set a role"), f"{HERE}/roles/choose", value="role", icon="tag")] if may else []
    table: Table = Table(
        columns=[
            Column("image", Text("图", "Picture"), kind="picture", width="56px", value=_image(cards), phone=False),
            Column("title", Text("商品", "Product"), kind="link", value=_title(cards)),
            Column("roles", Text("角色", "Roles"), kind="custom"),
            Column("since", Text("自", "Since"), kind="date"),
            Column("by", Text("设置人", "By"), phone=False),
            Column("reason", Text("原因", "Reason")),
        ],
        rows=[row for row in found.items if row.product_id in cards],
        next=found.next_cursor,
        asked=asked,
        row_key=lambda row: row.product_id,
        row_href=lambda row: f"{HERE}/products/{row.product_id}",
        bulk=bulk,
        export=True,
        tabs=[
            (say(Text("全部", "All")), HERE, not role),
            *((say(words), f"{HERE}?role={name}", role == name, counts[name]) for name, words in ROLES.items()),
        ],
        caption=Text("商品角色", "Roles of goods"),
        empty=(
            Text("还没有商品有这个角色" if role else "还没有设置商品角色", "No product has it yet" if role else "No roles yet"),
            Text(
                "先定 3–5 个主推款，再分引流款、基本款和形象款；在商品列表里勾选后设置",
                "Main pushes first, then traffic, basic, image: choose products in the list of goods",
            ),
        ),
        empty_action=(Text("去选商品", "Choose products"), "/office/products") if may else None,
    )  # fmt: skip
    return page.render(
        request, "backoffice/assortment.html", table=table, pages=assorting.pages(HERE), role_words=ROLES, tones=assorting.TONES,
        main=counts[MAIN], least=least, most=most, may_change=may,
    )  # fmt: skip


def _image(cards: dict[int, GoodsCard]) -> Callable[[Any], Any]:
    return lambda row: cards[row.product_id].image


def _title(cards: dict[int, GoodsCard]) -> Callable[[Any], Any]:
    return lambda row: (cards[row.product_id].title, f"{HERE}/products/{row.product_id}")


def _exported(role: str) -> Iterator[list[Any]]:
    cursor = ""
    while True:
        found = selectors.roles(role=role, cursor=cursor, limit=500)
        cards = catalog.assortment.cards([row.product_id for row in found.items])
        for row in found.items:
            if card := cards.get(row.product_id):
                words = say(Text("、", ", ")).join(say(ROLES[each]) for each in row.roles)
                yield [card.code, say(card.title), words, row.since, row.by, row.reason]
        if not found.next_cursor:
            return
        cursor = found.next_cursor


@staff(VIEW, post=MANAGE, methods=("POST",))
def choose_roles(request: HttpRequest) -> HttpResponse:
    """From the rows that were chosen to the form."""
    ids = ids_in(request.POST.getlist("ids"))[:MOST]
    if not ids:
        return flash(see_other(HERE), Text("请先勾选商品", "Choose products first"), "warn")
    return see_other(f"{HERE}/roles/set?{urlencode({'ids': ','.join(map(str, ids))})}")


@staff(MANAGE)
def set_role(request: HttpRequest) -> HttpResponse:
    """One role for many products: given or taken away, for a reason."""
    given = request.POST if request.method == "POST" else request.GET
    ids = ids_in(given.get("ids", "").split(","))[:MOST]

    def do() -> list[int]:
        return services.set_role(
            ids,
            given.get("role", ""),
            given=given.get("step") != "take",
            reason=given.get("reason", ""),
            actor=actor(request),
        )

    def show(problem: Problem | None = None) -> HttpResponse:
        cards, known = catalog.assortment.cards(ids), selectors.roles_of(ids)
        return page.render(
            request, "backoffice/assortment_set.html", status=problem.status if problem else 200, ids=",".join(map(str, ids)),
            rows=[(cards[i], known[i].roles if i in known else ()) for i in ids if i in cards],
            form=typed(request, problem) if problem else FormState.of({"role": given.get("role", "traffic"), "step": "give"}),
            roles=_said(ROLES), role_words=ROLES, tones=assorting.TONES,
            steps=[("give", say(Text("设为", "Give it"))), ("take", say(Text("取消", "Take it away")))],
        )  # fmt: skip

    if request.method != "POST":
        return show()
    done = lambda changed: Text(f"{len(changed)} 个商品已更新", f"{len(changed)} products changed")  # noqa: E731
    return carry_out(request, do, done, where=HERE, refused=show)


def _said(words: Any) -> list[tuple[str, str]]:
    return [(name, say(text)) for name, text in words.items()]


# Hits


@staff(VIEW, methods=("GET",))
def hits(request: HttpRequest) -> HttpResponseBase:
    """Goods in the role that no longer fit, who could be one, and who lacks one criterion."""
    board, costs = selectors.hit_board(), sees_costs(request)
    lists = {"hits": board.hits, "candidates": board.candidates, "near": board.near}
    which = request.GET.get("list", "")
    which = which if which in lists else "hits" if board.hits else "candidates"
    every = [row.product_id for rows in lists.values() for row in rows]
    cards = catalog.assortment.cards(every)
    if exports.asked(request):
        sheets = [
            (words, _hit_head(), [_hit_line(row, cards, costs) for row in lists[name]])
            for name, words in _lists().items()
        ]
        return exports.workbook(f"hits-{clock.business_date():%Y%m%d}", sheets)
    may = actor(request).may(MANAGE)
    verdicts = [
        Column(name, words, kind="custom", align="right") for name, words in CRITERIA.items()
    ]  # fmt: skip
    table: Table = Table(
        columns=[
            Column("image", Text("图", "Picture"), kind="picture", width="56px", value=_image(cards), phone=False),
            Column("title", Text("商品", "Product"), kind="link", value=_title(cards)),
            Column("state", Text("判断", "Verdict"), kind="badge", value=_fit),
            *verdicts,
            Column("rank", Text("销量名次", "Rank"), kind="number"),
            Column("free", Text("可售", "Free"), kind="number"),
        ],
        rows=lists[which],
        asked=tables.asked(request, keep=("list",)),
        row_key=lambda row: row.product_id,
        row_href=lambda row: f"{HERE}/products/{row.product_id}",
        row_tone=lambda row: "warn" if row.hit and not row.fits else "",
        bulk=[Bulk(Text("设置角色", "Set a role"), f"{HERE}/roles/choose", value="role", icon="tag")] if may else [],
        export=f"{HERE}/hits",
        tabs=[(say(words), f"{HERE}/hits?list={name}", name == which, len(lists[name])) for name, words in _lists().items()],
        caption=Text("爆款", "Hits"),
        empty=(
            Text("这里没有商品", "No products here"),
            Text("爆款要物流可配送、畅销，并且微利或保本", "A hit is delivered with ease, sells well and earns little or nothing"),
        ),
    )  # fmt: skip
    return page.render(
        request, "backoffice/assortment_hits.html", table=table, pages=assorting.pages(f"{HERE}/hits"), board=board, costs=costs,
        said=assorting.verdict, unfit=assorting.unfit(board.hits),
    )  # fmt: skip


def _lists() -> dict[str, Text]:
    return {
        "hits": Text("现有爆款", "Hits"),
        "candidates": Text("候选", "Candidates"),
        "near": Text("差一条", "Lack one"),
    }


def _fit(row: HitRow) -> tuple[Text, str]:
    if not row.listed:
        return Text("已不在售", "Not on sale"), "bad"
    if row.fits:
        return Text("符合", "Fits"), "good"
    return Text(f"符合 {row.met}/{len(row.verdicts)}", f"{row.met} of {len(row.verdicts)}"), "warn"


def _hit_head() -> list[Text]:
    return [Text("编码", "Code"), Text("商品", "Product"), Text("判断", "Verdict"), *CRITERIA.values(), Text("销量名次", "Rank"),
            Text("可售", "Free")]  # fmt: skip


def _hit_line(row: HitRow, cards: dict[int, GoodsCard], costs: bool) -> list[Any]:
    card = cards[row.product_id]
    words = [assorting.verdict(each, costs) for each in row.verdicts]
    return [card.code, say(card.title), say(_fit(row)[0]), *words, row.rank, row.free]


# Shelves


@staff(VIEW, methods=("GET",))
def shelves(request: HttpRequest) -> HttpResponseBase:
    """Every category beside its plan."""
    found, names, currency = selectors.shelves(), assorting.categories(), mall_settings.get("mall.currency")
    if exports.asked(request):
        return _shelves_file(found, names, currency)
    table: Table = Table(
        columns=[
            Column("name", Text("分类", "Category"), value=lambda row: names[row.category_id]),
            Column("products", Text("商品数", "Products"), kind="number"),
            Column("breadth", Text("计划宽度", "Planned"), kind="number", value=_planned("breadth")),
            Column("missing", Text("宽度差", "Difference"), kind="badge", align="right", value=_breadth),
            Column("depth", Text("每款 SKU", "SKUs each"), align="right", value=_tenths),
            Column("planned_depth", Text("计划深度", "Planned"), kind="number", value=_planned("depth")),
            Column("gap", Text("价格带最大偏差", "Furthest band"), kind="badge", align="right", value=_gap),
        ],
        rows=[row for row in found if row.products or row.plan],
        row_href=lambda row: f"{HERE}/shelves/{row.category_id}",
        row_key=lambda row: row.category_id,
        export=f"{HERE}/shelves",
        caption=Text("结构计划", "The plan of shelves"),
        empty=(
            Text("还没有在售商品", "Nothing is on sale yet"),
            Text("商品上架后在这里看结构", "Once goods are on sale, their shelves stand here"),
        ),
    )  # fmt: skip
    return page.render(
        request, "backoffice/assortment_shelves.html", table=table, pages=assorting.pages(f"{HERE}/shelves"),
        planned=sum(1 for row in found if row.plan), may_change=actor(request).may(MANAGE),
    )  # fmt: skip


def _planned(name: str) -> Callable[[Shelf], int | None]:
    return lambda row: getattr(row.plan, name) if row.plan else None


def _tenths(row: Shelf) -> str | None:
    return None if row.depth is None else f"{row.depth / 10:g}"


def _breadth(row: Shelf) -> tuple[Text, str] | None:
    if row.plan is None or row.plan.breadth is None:
        return None
    off = row.products - row.plan.breadth
    if not off:
        return Text("一致", "As planned"), "good"
    return Text(f"{off:+d}", f"{off:+d}"), "warn" if off < 0 else "info"


def _gap(row: Shelf) -> tuple[Text, str] | None:
    off = assorting.gap(row)
    if off is None:
        return None
    words = f"{off / 100:+.1f}"
    return Text(f"{words} 个百分点", f"{words} points"), "warn" if abs(off) > assorting.FAR else "good"


def _shelves_file(found: Sequence[Shelf], names: dict[int, str], currency: str) -> HttpResponseBase:
    head = [Text("分类", "Category"), Text("商品数", "Products"), Text("计划宽度", "Planned products"), Text("SKU 数", "SKUs"),
            Text("每款 SKU", "SKUs each"), Text("计划深度", "Planned SKUs each"), Text("计划每 SKU 库存", "Planned units per SKU"),
            Text("说明", "Note")]  # fmt: skip
    rows = [
        [names[s.category_id], s.products, s.plan and s.plan.breadth, s.skus, s.depth and s.depth / 10, s.plan and s.plan.depth,
         s.plan and s.plan.stock, s.plan.note if s.plan else ""]
        for s in found if s.products or s.plan
    ]  # fmt: skip
    band_head = [Text("分类", "Category"), Text("价格从", "From"), Text("到", "Below"), Text("计划占比", "Planned share"),
                 Text("实际占比", "Share"), Text("商品数", "Products")]  # fmt: skip
    bands = [
        [names[s.category_id], Money(b.low, currency), None if b.high is None else Money(b.high, currency),
         None if b.planned is None else b.planned / 10_000, b.share / 10_000, b.products]
        for s in found for b in s.bands
    ]  # fmt: skip
    return exports.workbook(
        f"shelves-{clock.business_date():%Y%m%d}",
        [(Text("结构", "Shelves"), head, rows), (Text("价格带", "Bands"), band_head, bands)],
    )


@staff(VIEW, post=MANAGE)
def shelf(request: HttpRequest, category_id: int) -> HttpResponse:
    """One category's shelf with its stock and price bands, and the form of its plan."""
    currency = mall_settings.get("mall.currency")

    def do() -> None:
        if request.POST.get("delete") == "1":
            services.drop_plan(category_id, actor=actor(request))
        else:
            services.save_plan(assorting.plan_of(category_id, request.POST, currency), actor=actor(request))

    def show(problem: Problem | None = None) -> HttpResponse:
        found = selectors.shelf(category_id)
        form = FormState.of(assorting.plan_values(found, currency))
        if problem is not None:
            form = typed(request, problem, names=assorting.plan_names())
        return page.render(
            request, "backoffice/assortment_shelf.html", status=problem.status if problem else 200, shelf=found, form=form,
            name=assorting.categories()[category_id], chart=assorting.bands_chart(found.bands, currency), currency=currency,
            may_change=actor(request).may(MANAGE), places=range(assorting.BANDS), used=max(4, len(found.bands) + 1),
        )  # fmt: skip

    if request.method != "POST":
        return show()
    return carry_out(
        request, do, Text("计划已保存", "The plan is saved"), where=f"{HERE}/shelves/{category_id}", refused=show
    )


# Renewal


@staff(VIEW, methods=("GET",))
def renewal(request: HttpRequest) -> HttpResponseBase:
    """Slow sellers with what is proposed and decided, the new items beside them, and when they are looked at again."""
    return _renewal(request)


def _renewal(request: HttpRequest, problem: Problem | None = None) -> HttpResponseBase:
    found = selectors.renewal()
    lists = {"open": [row for row in found.slow if row.open], "decided": [row for row in found.slow if not row.open]}
    which = "decided" if request.GET.get("list") == "decided" else "open"
    cards = catalog.assortment.cards([row.product_id for row in found.slow] + [row.product_id for row in found.new])
    if problem is None and exports.asked(request):
        return exports.xlsx(
            f"slow-{clock.business_date():%Y%m%d}", _slow_head(), (_slow_line(row, cards) for row in found.slow)
        )
    who = actor(request)
    may = who.may(DECIDE)
    kinds = [kind for kind in DECISIONS if kind != DELIST or who.may("catalog.list")]
    icons = {PROMOTE: "badge-percent", DELIST: "arrow-down-to-line"}
    table: Table = Table(
        columns=[
            Column("image", Text("图", "Picture"), kind="picture", width="56px", value=_image(cards), phone=False),
            Column("title", Text("商品", "Product"), kind="link", value=_title(cards)),
            Column("units", Text("售出", "Sold"), kind="number"),
            Column("on_hand", Text("在库", "On hand"), kind="number"),
            Column("sell_through", Text("售罄率", "Sell-through"), kind="percent", value=lambda row: row.sell_through / 10_000),
            Column("last_sold", Text("最近售出", "Last sold"), kind="date"),
            Column("listed_at", Text("上架", "Listed"), kind="date", phone=False),
            Column("word", Text("建议", "Proposal") if which == "open" else Text("决定", "Decision"), kind="custom"),
        ],
        rows=lists[which],
        asked=tables.asked(request, keep=("list",)),
        row_key=lambda row: row.product_id,
        row_href=lambda row: f"{HERE}/products/{row.product_id}",
        bulk=[
            Bulk(DECISIONS[kind], f"{HERE}/renewal/choose", value=kind, icon=icons.get(kind, "clock"), danger=kind == DELIST)
            for kind in kinds
        ] if may else [],
        export=f"{HERE}/renewal",
        tabs=[
            (say(Text("待决定", "To decide")), f"{HERE}/renewal", which == "open", len(lists["open"])),
            (say(Text("已决定", "Decided")), f"{HERE}/renewal?list=decided", which == "decided", len(lists["decided"])),
        ],
        caption=Text("滞销商品", "Slow sellers"),
        empty=(
            Text("没有待决定的滞销商品", "Nothing to decide") if which == "open" else Text("还没有决定", "No decisions yet"),
            Text("卖不动的商品会自己出现在这里", "What does not sell turns up here by itself"),
        ),
    )  # fmt: skip
    form = FormState.of({}) if problem is None else typed(request, problem)
    return page.render(
        request, "backoffice/assortment_renewal.html", status=problem.status if problem else 200, table=table, found=found,
        pages=assorting.pages(f"{HERE}/renewal"), cards=cards, decisions=DECISIONS, form=form, may_change=may, today=clock.business_date(),
        days=mall_settings.get("assortment.slow_days"), share=mall_settings.get("assortment.slow_sell_through"),
        grace=mall_settings.get("assortment.slow_grace_days"), reviews=selectors.reviews(6),
    )  # fmt: skip


def _slow_head() -> list[Text]:
    return [Text("编码", "Code"), Text("商品", "Product"), Text("售出", "Sold"), Text("在库", "On hand"), Text("售罄率", "Sell-through"),
            Text("最近售出", "Last sold"), Text("上架", "Listed"), Text("建议", "Proposal"), Text("依据", "Because"),
            Text("决定", "Decision"), Text("到", "Until"), Text("原因", "Reason"), Text("决定人", "By")]  # fmt: skip


def _slow_line(row: SlowSeller, cards: dict[int, GoodsCard]) -> list[Any]:
    card, told = cards[row.product_id], row.decision
    line = [card.code, card.title, row.units, row.on_hand, row.sell_through / 10_000, row.last_sold, row.listed_at,
            DECISIONS[row.proposal.kind], row.proposal.reason]  # fmt: skip
    return [*line, DECISIONS[told.kind], told.until, told.reason, told.actor] if told else line


@staff(VIEW, post=DECIDE, methods=("POST",))
def choose_slow(request: HttpRequest) -> HttpResponse:
    """From the rows that were chosen to the form."""
    ids, kind = ids_in(request.POST.getlist("ids"))[:MOST], request.POST.get("action", "")
    if not ids or kind not in DECISIONS:
        return flash(see_other(f"{HERE}/renewal"), Text("请先勾选商品", "Choose products first"), "warn")
    return see_other(f"{HERE}/renewal/decide?{urlencode({'ids': ','.join(map(str, ids)), 'kind': kind})}")


@staff(DECIDE)
def decide(request: HttpRequest) -> HttpResponse:
    """One decision for many products, for a reason."""
    given = request.POST if request.method == "POST" else request.GET
    ids, kind = ids_in(given.get("ids", "").split(","))[:MOST], given.get("kind", "")
    if kind not in DECISIONS:
        raise NotFound()

    def do() -> list[int]:
        if kind == DELIST:
            need(request, "catalog.list")
        errors: list[FieldError] = []
        until = assorting.day_in(given.get("until", ""), errors)
        if errors:
            raise ValidationFailed(errors=errors)
        return services.decide(ids, kind, until=until, reason=given.get("reason", ""), actor=actor(request))

    def show(problem: Problem | None = None) -> HttpResponse:
        cards = catalog.assortment.cards(ids)
        later = clock.business_date() + timedelta(days=mall_settings.get("assortment.review_days"))
        return page.render(
            request, "backoffice/assortment_decide.html", status=problem.status if problem else 200, kind=kind, words=DECISIONS[kind],
            ids=",".join(map(str, ids)), rows=[cards[i] for i in ids if i in cards],
            form=typed(request, problem) if problem else FormState.of({"until": later.isoformat()}),
        )  # fmt: skip

    if request.method != "POST":
        return show()
    done = lambda made: Text(f"{len(made)} 个商品已决定", f"{len(made)} products decided")  # noqa: E731
    return carry_out(request, do, done, where=f"{HERE}/renewal", refused=show)


@staff(VIEW, post=DECIDE, methods=("POST",))
def finish_review(request: HttpRequest) -> HttpResponse:
    """The slow sellers have been looked through."""

    def do() -> None:
        services.finish_review(note=request.POST.get("note", ""), actor=actor(request))

    def refused(problem: Problem) -> HttpResponse:
        return _renewal(request, problem)  # type: ignore[return-value]

    return carry_out(
        request, do, Text("复盘已完成", "The review is finished"), where=f"{HERE}/renewal", refused=refused
    )


# One product


@staff(VIEW, methods=("GET",))
def product(request: HttpRequest, product_id: int) -> HttpResponse:
    """Its roles with their history, what goes along with it, and what was decided about it."""
    return _product(request, product_id)


def _product(request: HttpRequest, product_id: int, problem: Problem | None = None) -> HttpResponse:
    matches, changing = selectors.matches(product_id), id_in(request.GET.get("match", ""))
    beside = assorting.Beside([product_id], actor(request))
    cards = catalog.assortment.cards([product_id, *(each.other_id for each in matches)])
    if product_id not in cards:
        raise NotFound()
    one = next((each for each in matches if each.other_id == changing), None)
    initial = (
        {}
        if one is None
        else {"other": one.other_id, "reason_zh": one.reason_zh, "reason_en": one.reason_en, "script": one.script}
    )
    has = selectors.roles_of([product_id]).get(product_id)
    return page.render(
        request, "backoffice/assortment_product.html", status=problem.status if problem else 200, card=cards[product_id], cards=cards,
        state=goods.STATES[cards[product_id].state], has=has, changes=selectors.changes(product_id), role_words=ROLES,
        tones=assorting.TONES, matches=[each for each in matches if each.other_id in cards], changing=one,
        together=[(card, words) for card, words, _, chosen in beside.of(product_id) if not chosen],
        decided=selectors.decisions(product_id), decisions=DECISIONS, may_change=actor(request).may(MANAGE),
        form=FormState.of(initial) if problem is None else typed(request, problem, names={"other": "sku"}),
    )  # fmt: skip


@staff(VIEW, post=MANAGE, methods=("POST",))
def match(request: HttpRequest, product_id: int, name: str) -> HttpResponse:
    """put, drop, up or down."""
    given, who = request.POST, actor(request)
    other = id_in(given.get("other", "")) or 0
    order = [each.other_id for each in selectors.matches(product_id)]
    place = order.index(other) if other in order else 0
    acts: dict[str, tuple[Callable[[], Any], Text]] = {
        "put": (
            lambda: services.put_match(product_id, assorting.match_of(given), actor=who),
            Text("已设置关联销售", "It goes along with it"),
        ),
        "drop": (lambda: services.drop_match(product_id, other, actor=who), Text("已取消", "Taken off")),
        "up": (lambda: services.move_match(product_id, other, place - 1, actor=who), Text("已上移", "Moved up")),
        "down": (lambda: services.move_match(product_id, other, place + 1, actor=who), Text("已下移", "Moved down")),
    }
    if name not in acts:
        raise NotFound()
    act, done = acts[name]
    where = f"{HERE}/products/{product_id}#matches"
    return carry_out(request, act, done, where=where, refused=lambda problem: _product(request, product_id, problem))


urlpatterns = [
    path("assortment", roles, name="office-assortment"),
    path("assortment/roles/choose", choose_roles, name="office-assortment-choose"),
    path("assortment/roles/set", set_role, name="office-assortment-set"),
    path("assortment/hits", hits, name="office-assortment-hits"),
    path("assortment/shelves", shelves, name="office-assortment-shelves"),
    path("assortment/shelves/<int:category_id>", shelf, name="office-assortment-shelf"),
    path("assortment/renewal", renewal, name="office-assortment-renewal"),
    path("assortment/renewal/choose", choose_slow, name="office-assortment-slow"),
    path("assortment/renewal/decide", decide, name="office-assortment-decide"),
    path("assortment/renewal/finish", finish_review, name="office-assortment-finish"),
    path("assortment/products/<int:product_id>", product, name="office-assortment-product"),
    path("assortment/products/<int:product_id>/matches/<slug:name>", match, name="office-assortment-match"),
]
