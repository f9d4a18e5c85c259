"""The editors' pages and what is said of delivery, against what is sold, runs and is charged."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import ListingItem
from zhanggui.content import selectors as content
from zhanggui.content.types import Block, PublishedPage
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound, Problem
from zhanggui.pricing import selectors as pricing
from zhanggui.promotions import selectors as promotions

from . import speakers
from .truth import SOMEWHERE, Truth, truth
from .types import BLOCK, COUPON, FREIGHT, GOODS, LINK, PRICE, SITE, Found

PRODUCT, CATEGORY, BRAND = "/p/", "/c/", "/brands/"
CONTENT = ("/activity/", "/articles/", "/help/")
OFF_SALE = Text("商品未上架，页面上不会出现", "not on sale; the page leaves it out")
NOT_OPEN = Text("优惠券不能领取，页面上不会出现", "cannot be claimed; the page leaves it out")
NOWHERE = Text("打不开：页面不存在或已下架", "leads nowhere: there is no such page, or it was taken down")
NOTHING = Text("", "")


def differences() -> Iterator[Found]:
    """What published pages name that is not so, and what is said of delivery. Some statements for each page."""
    pages = content.all_published()
    linked = catalog.listed_by_slug(sorted({slug for page in pages for slug in _slugs(page)}))
    true = truth(list(linked.values()), clock.now())
    open_now = {view.id for view in promotions.claimable(clock.now(), limit=1000)}
    for page in pages:
        yield from _page(page, linked, true, open_now)
    yield from _site(linked)
    yield from postage()


def _page(page: PublishedPage, linked: Mapping[str, ListingItem], true: Truth, open_now: set[int]) -> Iterator[Found]:
    picked = [one for block in page.blocks for one in _ids(block, "product_ids")]
    sold = {item.id for item in catalog.listed(picked)}
    gone = catalog.titles([one for one in picked if one not in sold])
    coupons = [one for block in page.blocks for one in _ids(block, "promotion_ids") if one not in open_now]
    labels = promotions.labels(coupons)
    for block in page.blocks:
        for one in _ids(block, "product_ids"):
            if one not in sold:
                says = gone.get(one, Text(f"商品 {one}", f"product {one}"))
                yield _found(page, block, GOODS, str(one), says, OFF_SALE, product_id=one)
        for one in _ids(block, "promotion_ids"):
            if one not in open_now:
                says = labels.get(one, Text(f"优惠券 {one}", f"coupon {one}"))
                yield _found(page, block, COUPON, str(one), says, NOT_OPEN, promotion_id=one)
        for link in dict.fromkeys(content.links(block)):
            if not leads_somewhere(link, linked):
                yield _found(page, block, LINK, link, Text(link, link), NOWHERE)
        yield from _amounts(page, block, linked, true)


def _amounts(page: PublishedPage, block: Block, linked: Mapping[str, ListingItem], true: Truth) -> Iterator[Found]:
    """Prices in the fields of advertisements: one piece of the product costs that, before or after promotions."""
    currency = mall_settings.get("mall.currency")
    for place, part in enumerate(_advertisements(block)):
        amount = part.amount(currency)
        item = linked.get(slug_in(part.link)) if amount is not None else None
        line = true.cheapest(item.sku_ids) if item else None
        if item is None or line is None or amount in (line.unit_price, line.payable):
            continue
        found = _found(page, block, PRICE, f"{place}:{item.id}", NOTHING, NOTHING, product_id=item.id)
        yield found._replace(said=amount, true=line.payable)


def _advertisements(block: Any) -> tuple[Any, ...]:
    if block.type == "hero":
        return tuple(block.slides)
    return tuple(block.items) if block.type == "banners" else ()


def _ids(block: Block, name: str) -> tuple[int, ...]:
    found: tuple[int, ...] = getattr(block, name, ())
    return found if getattr(block, "rule", "picked") == "picked" else ()


def _site(linked: Mapping[str, ListingItem]) -> Iterator[Found]:
    """Links of the menus and of the notice on every page."""
    site = content.site()
    links = dict.fromkeys(
        link for part in (site.style, site.main_menu, site.footer_menu) for link in content.links(part)
    )
    missing = catalog.listed_by_slug([slug for link in links if (slug := slug_in(link)) and slug not in linked])
    for link in links:
        if not leads_somewhere(link, {**linked, **missing}):
            title = Text("菜单与全站公告", "Menus and the notice")
            yield Found(f"{SITE}:{LINK}:{link[:200]}", SITE, LINK, title, Text(link, link), NOWHERE, path="/")


def postage() -> Iterator[Found]:
    """The fee said, and the amount from which there is none, against the rules that charge it."""
    for said in speakers.postage():
        fee, free = _fee(0), _fee(said.free_over) if said.free_over is not None else 0
        if said.fee != fee:
            yield _freight(said.place, "fee", said.fee, fee)
        if free:
            yield _freight(said.place, "free", 0, free)


def _fee(goods: int) -> int:
    """What a light parcel of goods of this amount costs where no province has a rule of its own."""
    try:
        return pricing.general_fee(SOMEWHERE.method, "", goods)
    except Problem:
        return 0  # not delivered: nothing is charged, and nothing promised


def _freight(place: str, part: str, said: int, true: int) -> Found:
    title = Text("运费", "Delivery") if part == "fee" else Text("满额包邮", "Free delivery")
    return Found(f"{place}:{FREIGHT}:{part}", place, FREIGHT, title, NOTHING, NOTHING, said, true, path="/")


def leads_somewhere(link: str, linked: Mapping[str, ListingItem]) -> bool:
    """Whether a link within the shop opens a page that is shown."""
    path = unquote(urlsplit(link).path)
    if path.startswith(PRODUCT):
        return slug_in(link) in linked
    if path.startswith(CATEGORY):
        return any(one.slug == path.removeprefix(CATEGORY) for one in catalog.categories())
    if path.startswith(BRAND):
        return any(one.slug == path.removeprefix(BRAND) for one in catalog.brands())
    for start in CONTENT:
        if path.startswith(start):
            try:
                return content.published(path.removeprefix(start)).path == path
            except NotFound:
                return False
    return True


def slug_in(link: str) -> str:
    """The product a link leads to, by the name of its page; "" where it leads elsewhere."""
    path = unquote(urlsplit(link).path)
    return path.removeprefix(PRODUCT).partition("/")[0] if path.startswith(PRODUCT) else ""


def _slugs(page: PublishedPage) -> Iterator[str]:
    for block in page.blocks:
        for link in content.links(block):
            if slug := slug_in(link):
                yield slug


def _found(page: PublishedPage, block: Block, what: str, which: str, says: Text, holds: Text, **about: Any) -> Found:
    title = Text(page.title.text.zh, page.title.text.en)
    key = f"{BLOCK}:{page.id}:{block.id}:{what}:{which}"[:300]
    return Found(key, BLOCK, what, title, says, holds, page_id=page.id, path=page.path, **about)
