"""The grid of goods: found, priced and stocked in place, put on sale and taken off many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.catalog import selectors, services
from zhanggui.catalog.types import ProductRow
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money
from zhanggui.kernel.problems import Problem
from zhanggui.ui import language, page
from zhanggui.ui.formatting import quantity
from zhanggui.ui.language import say

from .. import cells, exports, tables
from ..access import actor, ids_in, need, safe_next, see_other, staff
from ..access import refused as refusal_page
from ..goods import STATES, Shelf, facts, shelves
from ..messages import flash
from ..tables import Bulk, Column, Filter, Table

PAGE = 50
EXPORT_MOST = 20_000
BULK_MOST = 200
COUNTED_MOST = 10_000
#: Steps that need more words.
FORMS = {
    "reprice": "/office/products/reprice",
    "move": "/office/products/move",
    "role": "/office/assortment/roles/set",
}


def _filters() -> tuple[Filter, ...]:
    lang = language.current()
    categories = tuple((str(each.id), each.name_in(lang)) for each in selectors.categories())
    brands = tuple((str(each.id), each.said_in(lang).name) for each in selectors.brands()[:500])
    return (
        Filter("q", Text("标题、商品编码、SKU、条码", "Title, code, SKU, bar code")),
        Filter("category", Text("分类", "Category"), "choice", categories),
        Filter("brand", Text("品牌", "Brand"), "choice", brands),
    )


@staff("catalog.view", methods=("GET",))
def products(request: HttpRequest) -> HttpResponseBase:
    """Newest first, with price and stock; the same number of statements at any size."""
    language.use(language.of(request))
    filters = _filters()
    asked = tables.asked(request, filters, keep=("state",))
    state = asked.extra.get("state", "")
    state = state if state in STATES else ""
    if form := exports.asked(request):
        head = [Text("编码", "Code"), Text("标题", "Title"), Text("状态", "State"), Text("SKU 数", "SKUs"),
                Text("最低售价", "Lowest price"), Text("可售库存", "Free stock"), Text("更新时间", "Changed")]  # fmt: skip
        return exports.answer(form, f"products-{clock.business_date():%Y%m%d}", head, _exported(asked, state))
    found = _found(asked, state, asked.cursor, PAGE)
    who = actor(request)
    goods = cells.goods_of(found.items, who)
    counts = selectors.state_counts(COUNTED_MOST)
    tabs = [(say(Text("全部", "All")), request.path, not state, _counted(sum(counts.values())))]
    tabs += [
        (say(words), f"{request.path}?state={name}", name == state, _counted(counts[name]))
        for name, (words, _) in STATES.items()
    ]
    bulk = []
    if who.may("pricing.change"):
        bulk.append(Bulk(Text("改价", "Change prices"), "/office/products/bulk", value="reprice", icon="badge-percent"))
    if who.may("catalog.edit"):
        bulk.append(
            Bulk(Text("移到分类", "Move to a category"), "/office/products/bulk", value="move", icon="folder-input")
        )
        bulk.append(Bulk(Text("提交审核", "Submit for review"), "/office/products/bulk", value="submit", icon="send"))
    if who.may("assortment.manage"):
        bulk.append(Bulk(Text("设置角色", "Set a role"), "/office/products/bulk", value="role", icon="tag"))
    if who.may("catalog.list"):
        bulk += [
            Bulk(Text("上架", "Put on sale"), "/office/products/bulk", value="list", icon="arrow-up-from-line"),
            Bulk(
                Text("下架", "Take off sale"), "/office/products/bulk", value="delist", icon="arrow-down-to-line",
                confirm=Text("下架选中的 {n} 个商品？顾客将立即买不到", "Take {n} off sale? Buyers cannot get them any more"),
            ),
        ]  # fmt: skip
    table = Table(
        columns=[
            Column("image", Text("图", "Picture"), kind="picture", width="56px"),
            Column("title", Text("商品", "Product"), kind="custom"),
            *(Column(name, cells.LABELS[name], kind="custom", align="right") for name in _fields(who)),
            Column("free", Text("可售", "Free"), kind="custom", align="right"),
            Column("sku_count", Text("规格", "Variants"), kind="custom", align="right"),
            Column("state", Text("状态", "State"), kind="badge", value=lambda row: STATES[row.state]),
            Column("updated_at", Text("更新", "Changed"), kind="ago", phone=False),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=filters,
        asked=asked,
        key="products",
        row_href=lambda row: f"/office/products/{row.id}",
        bulk=bulk,
        export=True,
        tabs=tabs,
        caption=Text("商品", "Products"),
        empty=(
            Text("还没有商品", "No products yet"),
            Text("新建一个，或从其他平台的文件导入", "Make one, or import another platform's file"),
        ),
        empty_action=(Text("新建商品", "New product"), "/office/products/new") if who.may("catalog.edit") else None,
    )
    editable = any(who.may(right) for right in cells.RIGHTS.values())
    return page.render(request, "backoffice/products.html", table=table, goods=goods, editable=editable)


def _fields(who: Actor) -> list[str]:
    """The columns of figures that this colleague may see."""
    shown = {"sale": True, "list": who.may("pricing.view"), "stock": who.may("inventory.view")}
    return [name for name, may in shown.items() if may]


def _counted(n: int) -> int | str:
    """A count for people; beyond the most that is counted, that there are more."""
    return n if n <= COUNTED_MOST else f"{quantity(COUNTED_MOST)}+"


def _found(asked: tables.Asked, state: str, cursor: str, limit: int) -> Any:
    return selectors.products(
        state=state,
        category_id=int(asked["category"]) if asked["category"] else None,
        brand_id=int(asked["brand"]) if asked["brand"] else None,
        q=asked["q"],
        cursor=cursor,
        limit=limit,
    )


def _priced(rows: list[ProductRow]) -> dict[int, tuple[tuple[Money, Money] | None, int]]:
    """Of each product the lowest and highest price of its SKUs, and its free units. Three statements."""
    currency = mall_settings.get("mall.currency")
    skus = selectors.skus_of([row.id for row in rows])
    shelf: dict[int, Shelf] = shelves([sku for ids in skus.values() for sku in ids])
    found = {}
    for product_id, ids in skus.items():
        prices = [price for sku in ids if (price := shelf[sku].sale_price) is not None]
        span = (Money(min(prices), currency), Money(max(prices), currency)) if prices else None
        found[product_id] = (span, sum(shelf[sku].free for sku in ids))
    return found


def _exported(asked: tables.Asked, state: str) -> Iterator[list[Any]]:
    cursor, left = "", EXPORT_MOST
    while left > 0:
        found = _found(asked, state, cursor, min(200, left))
        goods = _priced(found.items)
        for row in found.items:
            span, free = goods[row.id]
            yield [
                row.code,
                row.title,
                say(STATES[row.state][0]),
                row.sku_count,
                span[0] if span else None,
                free,
                row.updated_at,
            ]
        if not found.next_cursor:
            return
        cursor, left = found.next_cursor, left - len(found.items)


@staff("catalog.view", methods=("POST",))
def bulk(request: HttpRequest) -> HttpResponse:
    """One step for many; those that cannot take it are named with the reason. What needs more words has its own page."""
    step = request.POST.get("action", "")
    ids = numbers(request.POST.getlist("ids"))
    if step in FORMS and ids:
        return see_other(f"{FORMS[step]}?{urlencode({'ids': ','.join(map(str, ids))})}")
    done: list[int] = []
    refused: list[str] = []
    try:
        if step == "submit":
            need(request, "catalog.edit")
            done, refused = _submit(request, ids)
        elif step in ("list", "delist"):
            need(request, "catalog.list")
            done, refused = (_list if step == "list" else _delist)(request, ids)
    except Problem as problem:
        return refusal_page(request, problem)
    n = len(done)
    words = {
        "submit": Text(f"{n} 个商品已提交审核", f"{n} submitted for review"),
        "list": Text(f"{n} 个商品已上架", f"{n} put on sale"),
        "delist": Text(f"{n} 个商品已下架", f"{n} taken off sale"),
    }.get(step, Text("请选择一个操作", "Choose what to do"))
    if refused:
        few = refused[:3]
        rest = len(refused) - len(few)
        zh = "；".join(few) + (f"；另有 {rest} 个" if rest else "")
        words = Text(f"{words.zh}。未完成：{zh}", f"{words.en}. Not done: {zh}")
    undo = None
    if back := {"list": "delist", "delist": "list"}.get(step if done else ""):
        undo = ("/office/products/bulk", {"action": back, "ids": [str(each) for each in done]})
    return flash(see_other(came_from(request)), words, "warn" if refused else "good", undo=undo)


def numbers(given: Iterable[str], most: int = BULK_MOST) -> list[int]:
    """Ids as an address or a form has them, each once; what is none is left out."""
    return ids_in(given)[:most]


def came_from(request: HttpRequest) -> str:
    """The grid as it was filtered."""
    back = safe_next(request.headers.get("Referer", "").partition(request.get_host())[2])
    return back if back.partition("?")[0] == "/office/products" else "/office/products"


def _submit(request: HttpRequest, ids: list[int]) -> tuple[list[int], list[str]]:
    done: list[int] = []
    refused: list[str] = []
    for product_id in ids:
        try:
            services.submit_review(product_id, actor=actor(request))
            done.append(product_id)
        except Problem as problem:
            refused.append(f"#{product_id} {problem.detail(language.current())}")
    return done, refused


def _list(request: HttpRequest, ids: list[int]) -> tuple[list[int], list[str]]:
    skus = [sku for found in selectors.skus_of(ids).values() for sku in found]
    results = services.list_products(ids, facts=facts(skus), actor=actor(request))
    lang = language.current()
    refused = [f"#{r.product_id} {r.errors[0].as_dict(lang)['message']}" for r in results if not r.listed and r.errors]
    return [r.product_id for r in results if r.listed], refused


def _delist(request: HttpRequest, ids: list[int]) -> tuple[list[int], list[str]]:
    return services.delist_products(ids, reason=say(Text("批量下架", "Taken off in bulk")), actor=actor(request)), []


urlpatterns = [
    path("products", products, name="office-products"),
    path("products/bulk", bulk, name="office-products-bulk"),
]
