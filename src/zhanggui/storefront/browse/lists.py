"""Lists of products: a category, a brand, a search. Every choice is a link, so all of it works without scripts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import SORTS, BrandView, CategoryView, Suggestion
from zhanggui.content import selectors as content
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions.types import RuleSet
from zhanggui.showcase import selectors as showcase
from zhanggui.showcase.selectors import Kept
from zhanggui.showcase.types import Badge, Crumb, Shelf
from zhanggui.ui.formatting import price_parts

from . import addresses, schema
from .addresses import Wanted, wanted
from .cards import Card, Prices, sku_ids_of
from .promises import must_read
from .sheets import Sheet, Shown, Visitor, write

kept: Kept[Sheet] = Kept(16 * 1024 * 1024)
#: What a list of what is in stock holds may be this old; what its tiles say is of the moment.
IN_STOCK_SECONDS = 1.0
ALTERNATIVES = 8
HOME = Text("首页", "Home")
SORT_NAMES = {
    "relevance": Text("综合", "Best match"),
    "sales": Text("销量", "Best selling"),
    "new": Text("新品", "Newest"),
    "price": Text("价格 ↑", "Price ↑"),
    "-price": Text("价格 ↓", "Price ↓"),
    "rating": Text("评分", "Top rated"),
}
#: Without words nothing matches better than anything else: best match is what sells.
HOT_FIRST = Text("热销", "Popular")
FIELD_NAMES = {
    "query": Text("查询条件", "The address"),
    "category": Text("分类", "Category"),
    "brand": Text("品牌", "Brand"),
    "q": Text("搜索词", "Search words"),
    "sort": Text("排序", "Sort"),
    "in_stock": Text("仅看有货", "In stock"),
    "page": Text("页码", "Page"),
    "page_size": Text("每页件数", "Page size"),
    **dict.fromkeys(("min_price", "low"), Text("最低价", "Lowest price")),
    **dict.fromkeys(("max_price", "high"), Text("最高价", "Highest price")),
}

#: What a person is told instead of what a program is.
PLAINER = {
    "sort": Text("没有这种排序方式", "there is no such order"),
    "in_stock": Text("只能选或不选", "it can be on or off"),
}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a facet as a link that takes it, or gives it back."""

    label: str
    href: str
    count: int | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A facet: its name and its choices, the first few of them open."""

    name: str
    label: str
    options: tuple[Option, ...]

    @property
    def chosen(self) -> int:
        return sum(option.chosen for option in self.options)


def category(slug: str, query: str, who: Visitor) -> Shown:
    """`/c/<slug>`."""
    asked = wanted(addresses.category(slug), query, mall_settings.get("mall.currency"), category=slug)
    return _shown(asked, who, lambda rules: _category(slug, asked, who, rules))


def brand(slug: str, query: str, who: Visitor) -> Shown:
    """`/brands/<slug>`."""
    asked = wanted(addresses.brand(slug), query, mall_settings.get("mall.currency"), brand=slug)
    return _shown(asked, who, lambda rules: _brand(slug, asked, who, rules))


def search(query: str, who: Visitor) -> Shown:
    """`/search?q=…`."""
    asked = wanted(addresses.SEARCH, query, mall_settings.get("mall.currency"))
    return _shown(asked, who, lambda rules: _search(asked, who, rules))


def _shown(asked: Wanted, who: Visitor, make: Any) -> Shown:
    key = (asked.path, asked.filters, asked.errors, who)
    return Shown(kept, key, make, IN_STOCK_SECONDS if asked.filters.in_stock else 900.0)


def _category(slug: str, asked: Wanted, who: Visitor, rules: RuleSet) -> Sheet:
    known = {found.slug: found for found in catalog.categories()}
    here = known.get(slug)
    if here is None:
        raise NotFound()
    by_id = {found.id: found for found in known.values()}
    crumbs = [showcase.crumb(by_id[i], who.lang) for i in here.ancestors if i in by_id]
    below = [showcase.crumb(found, who.lang) for found in known.values() if found.parent_id == here.id]
    return _write(
        "storefront/category.html", asked, who, rules, trail=schema.trail(crumbs, HOME.render(who.lang)),
        title=crumbs[-1].name, must_read=must_read(who.lang), crumbs=crumbs, below=below,
        beside=_siblings(here, known.values(), who.lang),
    )  # fmt: skip


def _siblings(here: CategoryView, known: Any, lang: str) -> list[Crumb]:
    return [showcase.crumb(found, lang) for found in known if found.parent_id == here.parent_id]


def _brand(slug: str, asked: Wanted, who: Visitor, rules: RuleSet) -> Sheet:
    here: BrandView | None = next((found for found in catalog.brands() if found.slug == slug), None)
    if here is None:
        raise NotFound()
    here = here.said_in(who.lang)
    trail: list[tuple[str, str | None]] = [(HOME.render(who.lang), "/"), (here.name, None)]
    return _write("storefront/brand.html", asked, who, rules, title=here.name, brand=here, trail=trail)


def _search(asked: Wanted, who: Visitor, rules: RuleSet) -> Sheet:
    return _write("storefront/search.html", asked, who, rules, title=asked.filters.q)


def _write(
    template: str,
    asked: Wanted,
    who: Visitor,
    rules: RuleSet,
    *,
    trail: list[tuple[str, str | None]] | None = None,
    **about: Any,
) -> Sheet:
    """The page of a list with all its choices; `trail` is the way to it."""
    shelf = showcase.shelf(asked.filters, rules, who.lang)
    alternatives = _alternatives(rules, who.lang) if not shelf.total else ()
    prices = Prices.of(sku_ids_of(shelf.tiles, alternatives))
    currency = mall_settings.get("mall.currency")
    cards = prices.cards(shelf.tiles, content.sold_lately([tile.id for tile in shelf.tiles]))
    pages = -(-shelf.total // asked.filters.page_size)
    return write(
        template, who, asked.address, sku_ids=sku_ids_of(shelf.tiles, alternatives), now=prices.now,
        asked=asked, shelf=shelf, cards=cards, currency=currency, pages=pages,
        groups=_groups(asked, shelf, who.lang, currency), active=_active(asked, shelf, who.lang, currency),
        sorts=_sorts(asked, who.lang), activities=_activities(shelf.tiles), messages=_messages(asked, who.lang),
        previous=asked.href(page=asked.filters.page - 1) if 1 < asked.filters.page <= pages + 1 else None,
        following=asked.href(page=asked.filters.page + 1) if asked.filters.page < pages else None,
        hidden=addresses.hidden_fields(asked), low=addresses.major(asked.filters.min_price, currency),
        high=addresses.major(asked.filters.max_price, currency),
        alternatives=prices.cards(alternatives), data=[schema.item_list(cards), *([schema.breadcrumbs(trail)] if trail else [])],
        robots="noindex,follow" if asked.narrowed or asked.filters.q or asked.errors else "",
        canonical=asked.path + (f"?page={asked.filters.page}" if asked.filters.page > 1 else ""), **about,
    )  # fmt: skip


def _alternatives(rules: RuleSet, lang: str) -> tuple[Any, ...]:
    """What sells best, for a list that found nothing."""
    return tuple(showcase.tile(item, rules, lang) for item in catalog.top("sales", ALTERNATIVES))


def _groups(asked: Wanted, shelf: Shelf, lang: str, currency: str) -> list[Group]:
    """The facets in the order people narrow by; one that leaves no choice is left out."""
    filters, choices = asked.filters, shelf.choices
    groups = []
    if not asked.base.category:
        groups.append(Group("category", Text("分类", "Category").render(lang), _category_options(asked, shelf, lang)))
    if not asked.base.brand:
        options = tuple(
            Option(c.label, asked.brand_href(c.value), c.count, c.value in filters.brand) for c in choices.brands
        )
        groups.append(Group("brand", Text("品牌", "Brand").render(lang), options))
    for attribute in choices.attributes:
        taken = asked.attribute(attribute.name)
        options = tuple(
            Option(c.label, asked.attribute_href(attribute.name, c.value), c.count, c.value in taken)
            for c in attribute.values
        )
        groups.append(Group(f"attr.{attribute.name}", attribute.label, options))
    options = tuple(
        Option(
            _range(low, high, currency, lang),
            asked.href(min_price=low, max_price=high)
            if (filters.min_price, filters.max_price) != (low, high)
            else asked.href(min_price=None, max_price=None),
            count,
            (filters.min_price, filters.max_price) == (low, high),
        )
        for low, high, count in choices.prices
    )
    groups.append(Group("price", Text("价格", "Price").render(lang), options))
    return [g for g in groups if len(g.options) > 1 or g.chosen or g.name == "price"]


def _category_options(asked: Wanted, shelf: Shelf, lang: str) -> tuple[Option, ...]:
    """The chosen category, to be given back, and the next level below it."""
    chosen = asked.filters.category
    options = [
        Option(c.label, asked.href(category="" if c.value == chosen else c.value), c.count, c.value == chosen)
        for c in shelf.choices.categories
    ]
    if chosen and not any(option.chosen for option in options):
        names = {c.slug: c.name_in(lang) for c in catalog.categories()}
        options.insert(0, Option(names.get(chosen, chosen), asked.href(category=""), None, True))
    return tuple(options)


def _range(low: int | None, high: int | None, currency: str, lang: str) -> str:
    """A range as people say it, without empty cents."""
    if high is None:
        return Text("{low} 以上", "{low} and up").render(lang, low=_short(low or 0, currency))
    return f"{_short(low or 0, currency)}–{_short(high, currency)}"


def _short(amount: int, currency: str) -> str:
    symbol, whole, rest = price_parts(amount, currency)
    return symbol + whole + (rest if rest.strip(".0") else "")


def _active(asked: Wanted, shelf: Shelf, lang: str, currency: str) -> list[Option]:
    """What the list is narrowed by, each with the link that takes it back."""
    filters, base, choices = asked.filters, asked.base, shelf.choices
    found: list[Option] = []

    def add(label: str, href: str) -> None:
        found.append(Option(label, href, None, True))

    if filters.category and filters.category != base.category:
        names = {c.slug: c.name_in(lang) for c in catalog.categories()}
        add(names.get(filters.category, filters.category), asked.href(category=""))
    if filters.brand != base.brand:
        labels = {b.slug: b.said_in(lang).name for b in catalog.brands()}
        for slug in filters.brand:
            add(labels.get(slug, slug), asked.brand_href(slug))
    for name, values in filters.attributes:
        facet = next((a for a in choices.attributes if a.name == name), None)
        said = {c.value: c.label for c in facet.values} if facet else {}
        for value in values:
            add(f"{facet.label if facet else name}: {said.get(value, value)}", asked.attribute_href(name, value))
    if filters.min_price is not None or filters.max_price is not None:
        add(_range(filters.min_price, filters.max_price, currency, lang), asked.href(min_price=None, max_price=None))
    if filters.in_stock:
        add(Text("仅看有货", "In stock").render(lang), asked.href(in_stock=False))
    return found


def _sorts(asked: Wanted, lang: str) -> list[Option]:
    return [
        Option(
            (HOT_FIRST if name == "relevance" and not asked.filters.q else SORT_NAMES[name]).render(lang),
            asked.href(sort=name), None, asked.filters.sort == name,
        )
        for name in SORTS
        if name != "sales" or asked.filters.q
    ]  # fmt: skip


def _activities(tiles: Sequence[Any]) -> list[Badge]:
    """What runs for the goods of this page, each promotion once."""
    return list({badge.promotion_id: badge for tile in tiles for badge in tile.badges}.values())


def _messages(asked: Wanted, lang: str) -> list[str]:
    """What could not be understood and was left out."""
    said = []
    for error in asked.errors:
        name = FIELD_NAMES.get(error.loc, Text(error.loc, error.loc)).render(lang)
        message = PLAINER.get(error.loc, error.message)
        text = message.render(lang) if isinstance(message, Text) else message
        said.append(Text("{name}:{text}", "{name}: {text}").render(lang, name=name, text=text))
    return said


def suggestions(words: str, lang: str) -> list[tuple[Suggestion, str, str]]:
    """What may be meant while typing: the suggestion, how it is said, where it leads. Two statements."""
    ways = {"product": addresses.product, "category": addresses.category, "brand": addresses.brand}
    return [(found, found.text_in(lang), ways[found.kind](found.slug)) for found in catalog.suggest(words, 8)]


def named(product_ids: Sequence[int], lang: str) -> list[Card]:
    """Listed products by id, in that order, as tiles. Four statements."""
    sound = [product_id for product_id in product_ids if 0 < product_id < 2**63]
    rules = promotions.live_rules(clock.now())
    tiles = [showcase.tile(item, rules, lang) for item in catalog.listed(sound)]
    return Prices.of(sku_ids_of(tiles)).cards(tiles)
