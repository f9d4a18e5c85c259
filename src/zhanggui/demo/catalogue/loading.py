"""Putting the goods on sale, through the services: shelves, makers, attributes, pictures, products, prices, stock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog import services
from zhanggui.catalog.types import ListingFacts, PictureRow, ProductDraft, SkuDraft, StoredPicture
from zhanggui.inventory import services as inventory
from zhanggui.inventory.types import StockRow
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import EN, ZH
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow

from ..art import album
from . import details
from .model import Colour, Goods, Size
from .shop import MAKERS, SHELVES
from .stock import GOODS, top_shelf
from .words import TRAITS, VALUES

SOURCE = "demo"
COLOUR = "颜色"
OPENING_STOCK = 12
Pictures = Mapping[str, StoredPicture]


@dataclass(frozen=True, slots=True)
class LoadedSku:
    """Amounts are minor units."""

    id: int
    code: str
    price: int
    list_price: int
    cost: int


@dataclass(frozen=True, slots=True)
class LoadedGoods:
    """`shelf` is the slug of its first-level category, `liking` how popular it is among the others."""

    key: str
    product_id: int
    shelf: str
    liking: int
    skus: tuple[LoadedSku, ...]


def load(albums: Mapping[str, Pictures], actor: Actor) -> list[LoadedGoods]:
    """Put the goods on sale that are not there yet, with the pictures there are; all of them, in a fixed order.

    Opens a transaction.
    """
    with transaction.atomic():
        make_shelves(actor)
        make_makers(actor)
        make_traits(actor)
        return _put_on_sale(albums, actor)


def complete(loaded: Sequence[LoadedGoods], albums: Mapping[str, Pictures], actor: Actor) -> None:
    """Show the pictures that were drawn since: in the galleries, each in its place, and on the detail pages.

    Opens a transaction.
    """
    with transaction.atomic():
        services.import_products([draft(goods, albums[goods.key]) for goods in GOODS], actor=actor)
        ids = {one.key: one.product_id for one in loaded}
        rows = []
        for goods in GOODS:
            shown = {media.url for media in catalog.product(ids[goods.key]).media}
            gallery = _gallery(goods, ids[goods.key], albums[goods.key])
            rows += [row for row in gallery if row.picture.url not in shown]
        services.add_kept_pictures(rows, actor=actor)
        for goods in GOODS:
            if goods.colours:  # their pictures were there before the gallery's others
                media = catalog.product(ids[goods.key]).media
                in_order = sorted(media, key=lambda one: one.sku_id is not None)
                services.order_pictures(ids[goods.key], [one.id for one in in_order], actor=actor)


def make_shelves(actor: Actor) -> None:
    """The category tree, with codes; what is there stays."""
    known = {category.slug: category.id for category in catalog.categories()}
    for position, shelf in enumerate(SHELVES):
        if shelf.key not in known:
            made = services.create_category(
                name_zh=shelf.zh, name_en=shelf.en, slug=shelf.key, code=shelf.code, position=position,
                parent_id=known[shelf.parent] if shelf.parent else None, actor=actor,
            )  # fmt: skip
            known[shelf.key] = made.id


def make_makers(actor: Actor) -> None:
    """The brands; what is there stays."""
    known = {brand.slug for brand in catalog.brands()}
    for position, maker in enumerate(MAKERS):
        if maker.key not in known:
            services.create_brand(
                name=maker.zh, name_en=maker.en, slug=maker.key, description=maker.about_zh,
                description_en=maker.about_en, position=position, actor=actor,
            )  # fmt: skip


def make_traits(actor: Actor) -> None:
    """The attributes and the axes of variants, with their English words; what is there stays."""
    known = {(definition.name, definition.category_id) for definition in catalog.attribute_definitions()}
    ids = {category.slug: category.id for category in catalog.categories()}
    for position, trait in enumerate(TRAITS):
        category = ids[trait.shelf] if trait.shelf else None
        if (trait.name, category) not in known:
            words = VALUES.get(trait.name, {})
            services.define_attribute(
                name=trait.name, label_zh=trait.name, label_en=trait.en, kind=trait.kind, unit=trait.unit,
                choices=tuple(words), choices_en=words, filterable=trait.filterable, position=position,
                category_id=category, actor=actor,
            )  # fmt: skip
    for position, (name, label) in enumerate(((COLOUR, "Colour"), ("规格", "Size"))):
        if (name, None) not in known:
            services.define_attribute(
                name=name, label_zh=name, label_en=label, kind="text", variant_axis=True, choices_en=_axis_words(name),
                position=len(TRAITS) + position, actor=actor,
            )  # fmt: skip


def _axis_words(name: str) -> dict[str, str]:
    if name == COLOUR:
        return {colour.zh: colour.en for goods in GOODS for colour in goods.colours}
    return {size.zh: size.en for goods in GOODS for size in goods.sizes if size.zh != size.en}


def variants(goods: Goods) -> list[tuple[Colour | None, Size | None]]:
    """Every colour in every size, in order."""
    return [(colour, size) for colour in goods.colours or (None,) for size in goods.sizes or (None,)]


def draft(goods: Goods, pictures: Pictures) -> ProductDraft:
    """A product as the import takes it."""
    top = top_shelf(goods.shelf)
    shelf = next(shelf for shelf in SHELVES if shelf.key == goods.shelf)
    maker = next(maker for maker in MAKERS if maker.key == goods.maker)
    skus = tuple(
        SkuDraft(options=_options(goods, colour, size), weight_g=size.weight if size else goods.weight)
        for colour, size in variants(goods)
    )
    return ProductDraft(
        SOURCE, goods.key, goods.title.zh, skus,
        subtitle=goods.subtitle.zh, description_html=details.page(goods, maker, top.key, pictures, ZH),
        category_path=(top.zh, shelf.zh), brand=maker.zh,
        attributes={**goods.facts, "尺寸": goods.measures}, tags=goods.tags, slug=goods.key,
        title_en=goods.title.en, subtitle_en=goods.subtitle.en,
        description_html_en=details.page(goods, maker, top.key, pictures, EN),
    )  # fmt: skip


def _options(goods: Goods, colour: Colour | None, size: Size | None) -> dict[str, str]:
    options = {COLOUR: colour.zh} if colour else {}
    return options | ({goods.axis: size.zh} if size else {})


def _put_on_sale(albums: Mapping[str, Pictures], actor: Actor) -> list[LoadedGoods]:
    results = services.import_products([draft(goods, albums[goods.key]) for goods in GOODS], actor=actor)
    loaded, new = [], []
    prices: list[PriceRow] = []
    pictures: list[PictureRow] = []
    for goods, result in zip(GOODS, results, strict=True):
        if result.product_id is None:
            raise ValueError(f"{goods.key}: {result.errors}")
        rows = [_price(goods, size, sku) for (_, size), sku in zip(variants(goods), result.sku_ids, strict=True)]
        skus = [
            LoadedSku(row.sku_id, code, row.sale_price or row.list_price, row.list_price, row.cost or 0)
            for row, code in zip(rows, result.skus, strict=True)
        ]
        loaded.append(LoadedGoods(goods.key, result.product_id, top_shelf(goods.shelf).key, goods.liking, tuple(skus)))
        if result.outcome == "created":
            new.append(result.product_id)
            prices += rows
            pictures += _pictures(goods, result.product_id, result.sku_ids, albums[goods.key])
    if new:
        _open(new, prices, pictures, actor)
    return loaded


def _price(goods: Goods, size: Size | None, sku_id: int) -> PriceRow:
    """The list price and the cost of a size keep the proportions of the product's."""
    sale = size.price if size else goods.price
    factor = sale / goods.price
    listed = round(goods.was * factor) if goods.was else sale
    return PriceRow(sku_id, round(listed * 100), round(sale * 100), round(goods.cost * factor * 100))


def _pictures(goods: Goods, product_id: int, sku_ids: Sequence[int], pictures: Pictures) -> list[PictureRow]:
    """The gallery; and for each variant that has a colour of its own, the picture in it."""
    rows = _gallery(goods, product_id, pictures)
    for (colour, _), sku_id in zip(variants(goods), sku_ids, strict=True):
        if colour:
            alt = f"{goods.title.zh} {colour.zh}"
            rows.append(PictureRow(product_id, pictures[album.in_colour(colour.ink)], alt, sku_id))
    return rows


def _gallery(goods: Goods, product_id: int, pictures: Pictures) -> list[PictureRow]:
    return [PictureRow(product_id, pictures[kind], goods.title.zh) for kind in album.GALLERY if kind in pictures]


def _open(new: list[int], prices: list[PriceRow], pictures: list[PictureRow], actor: Actor) -> None:
    sku_ids = [row.sku_id for row in prices]
    pricing.set_prices(prices, actor=actor, reason="开业定价")
    inventory.set_on_hand([StockRow(sku_id, OPENING_STOCK) for sku_id in sku_ids], actor=actor, reason="开业盘点")
    services.add_kept_pictures(pictures, actor=actor)
    facts = ListingFacts(frozenset(sku_ids), frozenset(sku_ids))
    for result in services.list_products(new, facts=facts, actor=actor):
        if not result.listed:
            raise ValueError(f"{result.product_id}: {result.errors}")
