"""The home page and the pages of activities: the editors' blocks with the goods, coupons and articles of this moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.content import selectors as content
from zhanggui.content.types import BLOCKS, ArticleRow, Block, PublishedPage
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import EN
from zhanggui.kernel.problems import NotFound
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions.types import PromotionView, RuleSet, words
from zhanggui.showcase import selectors as showcase
from zhanggui.showcase.selectors import Kept
from zhanggui.showcase.types import Tile

from . import addresses, flash, schema
from .cards import Card, Prices, sku_ids_of
from .sheets import Sheet, Shown, Visitor, write

kept: Kept[Sheet] = Kept(6 * 1024 * 1024)
#: Articles and coupons come and go without the catalogue's notice.
SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class CategoryLink:
    label: str
    href: str
    image: Any


@dataclass(frozen=True, slots=True)
class CouponCard:
    """A coupon that can be claimed: what it gives, as it is said, and until when."""

    id: int
    label: str
    text: str
    ends_at: Any


@dataclass(slots=True)
class Filled:
    """A block with what it shows."""

    block: Block
    tiles: tuple[Tile, ...] = ()
    sold: Mapping[int, int] = field(default_factory=dict)
    cards: list[Card] = field(default_factory=list)
    links: list[Any] = field(default_factory=list)
    sponsored: bool = False

    @property
    def empty(self) -> bool:
        """A shelf without goods or a list without entries is not shown."""
        return self.block.type in FILLERS and not (self.tiles or self.links)


def home(who: Visitor) -> Shown:
    """`/`."""
    return Shown(kept, ("home", flash.minute(), who), lambda rules: _home(who, rules), SECONDS)


def activity(slug: str, who: Visitor) -> Shown:
    """`/activity/<slug>`."""
    return Shown(kept, ("activity", slug, who), lambda rules: _activity(slug, who, rules), SECONDS)


def _home(who: Visitor, rules: RuleSet) -> Sheet:
    found = content.home()
    blocks = found.blocks if found else _usual()
    style = content.site().style
    return blocks_page(
        "storefront/home.html", "/", blocks, who, rules, page=found, style=style,
        data=[schema.organization(who.lang), schema.website(who.lang)], hall=flash.read(who.lang, clock.now()),
    )  # fmt: skip


def _activity(slug: str, who: Visitor, rules: RuleSet) -> Sheet:
    found = content.published(slug)
    if found.kind != "activity":
        raise NotFound()
    return activity_page(found, who, rules)


def activity_page(found: PublishedPage, who: Visitor, rules: RuleSet, *, preview: bool = False) -> Sheet:
    """A page of blocks under its own title; also a draft's preview."""
    title = found.title.render(who.lang)
    return blocks_page(
        "storefront/activity.html", found.path, found.blocks, who, rules, page=found, preview=preview,
        robots="noindex" if preview else "",
        data=[schema.breadcrumbs([("Home" if who.lang == EN else "首页", "/"), (title, None)])],
    )  # fmt: skip


def blocks_page(
    template: str, path: str, blocks: Sequence[Block], who: Visitor, rules: RuleSet, hall: flash.Hall | None = None,
    **about: Any,
) -> Sheet:  # fmt: skip
    """A page of blocks, each filled; those that would be empty are left out. With a `hall` its next slot as a strip."""
    filled = [made for block in blocks if not (made := fill(block, rules, who.lang)).empty]
    sku_ids = list(dict.fromkeys([*sku_ids_of(*(one.tiles for one in filled)), *(hall.sku_ids if hall else ())]))
    prices = Prices.of(sku_ids)
    spots = showcase.sponsored_spots()
    for one in filled:
        one.sponsored = f"{path}#{one.block.id}" in spots
        one.cards = prices.cards(one.tiles, one.sold)
    return write(
        template, who, path, sku_ids=sku_ids, now=prices.now, blocks=filled, canonical=path,
        flash=flash.strip(hall, prices, who.lang) if hall else None,
        currency=mall_settings.get("mall.currency"), sold_days=mall_settings.get("content.hot_days"), **about,
    )  # fmt: skip


def _usual() -> list[Block]:
    """What a mall shows before its editors have published a home page."""
    made: list[tuple[str, dict[str, Any]]] = [
        ("categories", {}),
        ("shelf", {"rule": "hot", "title": {"zh": "近期热销", "en": "Popular now"}}),
        ("shelf", {"rule": "new", "limit": 12, "title": {"zh": "新品上架", "en": "New arrivals"}}),
        ("brands", {}),
    ]
    return [
        BLOCKS[name].model_validate({"type": name, "id": f"usual-{place}", **data})
        for place, (name, data) in enumerate(made)
    ]


# --- filling ------------------------------------------------------------------------------------------------------


def fill(block: Any, rules: RuleSet, lang: str) -> Filled:
    """A block with its goods, links or articles; at most one statement each."""
    made = Filled(block)
    filler = FILLERS.get(block.type)
    if filler:
        filler(made, block, rules, lang)
    return made


def _shelf(made: Filled, block: Any, rules: RuleSet, lang: str) -> None:
    found = content.shelf(block)
    made.tiles = tuple(showcase.tile(shelved.item, rules, lang) for shelved in found)
    made.sold = {shelved.item.id: shelved.sold for shelved in found if shelved.sold}


def _categories(made: Filled, block: Any, rules: RuleSet, lang: str) -> None:
    known = {found.id: found for found in catalog.categories()}
    if block.items:
        chosen = [(item, known[item.category_id]) for item in block.items if item.category_id in known]
        made.links = [
            CategoryLink(item.label.render(lang) or found.name_in(lang), addresses.category(found.slug), item.image)
            for item, found in chosen
        ]
    else:
        roots = [found for found in known.values() if found.parent_id is None]
        if len(roots) == 1:  # a tree with one trunk: what branches off it is what people look for
            roots = [found for found in known.values() if found.parent_id == roots[0].id] or roots
        made.links = [CategoryLink(found.name_in(lang), addresses.category(found.slug), None) for found in roots]


def _brands(made: Filled, block: Any, rules: RuleSet, lang: str) -> None:
    known = {found.id: found for found in catalog.brands()}
    ids = [i for i in block.brand_ids if i in known] or list(known)
    made.links = [known[i].said_in(lang) for i in ids[: block.limit]]


def _articles(made: Filled, block: Any, rules: RuleSet, lang: str) -> None:
    rows: list[ArticleRow] = content.articles(topic=block.topic, limit=block.limit).items
    made.links = list(rows)


def _coupons(made: Filled, block: Any, rules: RuleSet, lang: str) -> None:
    open_now = {view.id: view for view in promotions.claimable(clock.now())}
    made.links = [coupon_card(open_now[i], lang) for i in block.promotion_ids if i in open_now]


def coupon_card(view: PromotionView, lang: str) -> CouponCard:
    currency = mall_settings.get("mall.currency")
    label = (view.draft.label_en if lang == EN else view.draft.label_zh) or view.draft.label_zh
    return CouponCard(
        view.id, label, view.badge.render(lang, **words(view.badge_params, lang, currency)), view.draft.ends_at
    )


FILLERS = {
    "shelf": _shelf,
    "categories": _categories,
    "brands": _brands,
    "articles": _articles,
    "coupons": _coupons,
}
