"""Lists and product pages as data in one language, from the catalogue and the promotions that run."""

from zhanggui.campaigns import selectors as campaigns
from zhanggui.campaigns.types import Sponsored
from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import (
    CategoryView,
    Facets,
    FacetValue,
    ListingItem,
    ListingPage,
    ProductDetail,
    SearchFilters,
    ShownAttribute,
    said,
)
from zhanggui.kernel import mall_settings
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions.types import GoodsFacts, ProductBadge, RuleSet, words

from .types import AttributeChoices, Badge, Choice, Choices, Crumb, Exhibit, PriceRange, Property, Shelf, Tile

MOST_SELLERS = 1000
_sellers: dict[tuple[int, int, str], tuple[tuple[ListingItem, ...], RuleSet, Sponsored, tuple[Tile, ...]]] = {}


def shelf(filters: SearchFilters, rules: RuleSet, lang: str) -> Shelf:
    """A page of the list the filters ask for."""
    return as_shelf(catalog.search(filters), rules, lang)


def as_shelf(found: ListingPage, rules: RuleSet, lang: str) -> Shelf:
    """What a search found, to be shown."""
    tiles = tuple(tile(item, rules, lang) for item in found.items)
    return Shelf(tiles, found.total, found.page, found.page_size, _choices(found.facets, lang))


def tile(item: ListingItem, rules: RuleSet, lang: str) -> Tile:
    """One product of a list with what runs for it."""
    item = item.said_in(lang)
    goods = GoodsFacts(item.id, catalog.category_path(item.category_id), item.brand_id, tuple(item.sku_ids))
    return Tile(
        item.id, item.slug, item.title, item.subtitle, item.image, _badges(rules, goods, lang), item.rating,
        item.rating_count, item.sales, not campaigns.sponsored().skus.isdisjoint(item.sku_ids), item.tags, item.sku_ids,
    )  # fmt: skip


def bestsellers(category_id: int, limit: int, rules: RuleSet, lang: str) -> tuple[Tile, ...]:
    """What sells best in a category, in stock half a minute ago. From memory while nothing changed."""
    items = catalog.top_kept("sales", limit, category_id)
    key, marks = (category_id, limit, lang), campaigns.sponsored()
    found = _sellers.get(key)
    if found is None or found[0] is not items or found[1] is not rules or found[2] is not marks:
        if len(_sellers) >= MOST_SELLERS:
            _sellers.clear()
        found = _sellers[key] = (items, rules, marks, tuple(tile(item, rules, lang) for item in items))
    return found[3]


def exhibit(slug: str, rules: RuleSet, lang: str) -> Exhibit:
    """The page of a listed product. Raises NotFound."""
    return as_exhibit(catalog.product_by_slug(slug), rules, lang)


def as_exhibit(product: ProductDetail, rules: RuleSet, lang: str) -> Exhibit:
    """A product, to be shown; its state does not matter (a preview is one, too)."""
    product = product.said_in(lang)
    brand = product.brand.id if product.brand else None
    path = tuple(category.id for category in product.breadcrumbs)
    goods = GoodsFacts(product.id, path, brand, tuple(sku.id for sku in product.skus))
    return Exhibit(
        product,
        tuple(crumb(category, lang) for category in product.breadcrumbs),
        tuple(_property(shown, lang) for shown in product.attributes),
        _badges(rules, goods, lang),
        not campaigns.sponsored().skus.isdisjoint(goods.sku_ids),
    )


def sponsored_spots() -> frozenset[str]:
    """The blocks that somebody pays for now, each by its page and its name: /#hero."""
    return campaigns.sponsored().spots


def crumb(category: CategoryView, lang: str) -> Crumb:
    """A category by its name in the reader's language."""
    return Crumb(category.id, category.slug, category.name_in(lang))


def _badges(rules: RuleSet, goods: GoodsFacts, lang: str) -> tuple[Badge, ...]:
    shown = promotions.badges_of(rules, goods)
    if not shown:
        return ()
    currency = mall_settings.get("mall.currency")
    return tuple(_badge(one, lang, currency) for one in shown)


def _badge(shown: ProductBadge, lang: str, currency: str) -> Badge:
    text = shown.text.render(lang, **words(shown.params, lang, currency))
    return Badge(shown.promotion_id, shown.kind, shown.label.render(lang), text)


def _property(shown: ShownAttribute, lang: str) -> Property:
    return Property(shown.name, shown.label_in(lang), shown.value, shown.unit)


def _choices(facets: Facets, lang: str) -> Choices:
    return Choices(
        tuple(_choice(value, lang) for value in facets.categories),
        tuple(_choice(value, lang) for value in facets.brands),
        tuple(PriceRange(bucket.low, bucket.high, bucket.count) for bucket in facets.prices),
        tuple(
            AttributeChoices(
                attribute.name,
                said(attribute.label_zh, attribute.label_en, lang) or attribute.name,
                tuple(_choice(value, lang) for value in attribute.values),
            )
            for attribute in facets.attributes
        ),
    )


def _choice(value: FacetValue, lang: str) -> Choice:
    return Choice(value.value, value.label_in(lang), value.count)
