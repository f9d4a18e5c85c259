"""The demo's goods: complete in both languages, sold at a profit, loaded once and in few statements."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from PIL import Image

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import SearchFilters, StoredPicture
from zhanggui.demo import catalogue
from zhanggui.demo.art import album, printing
from zhanggui.demo.catalogue import shop
from zhanggui.demo.catalogue.model import Goods
from zhanggui.demo.catalogue.stock import GOODS, top_shelf
from zhanggui.demo.catalogue.words import TRAITS, VALUES
from zhanggui.kernel import invariants
from zhanggui.kernel.actor import SYSTEM

HAN = re.compile("[\u4e00-\u9fff]")
every = pytest.mark.parametrize("goods", GOODS, ids=[goods.key for goods in GOODS])


def drawn(kinds: Callable[[Goods], Iterable[str]]) -> album.Albums:
    """Albums without drawing: the loading is tested here, the drawing in test_art."""
    return {
        one.key: {kind: StoredPicture(f"aa/{one.key}-{kind}.webp", f"/media/aa/{one.key}-{kind}.webp", 9, 9)
                  for kind in kinds(one)}
        for one in GOODS
    }  # fmt: skip


def test_a_mall_worth_looking_at() -> None:
    assert len(GOODS) >= 150
    assert len({goods.key for goods in GOODS}) == len(GOODS)
    assert len({goods.title.zh for goods in GOODS}) == len({goods.about.zh for goods in GOODS}) == len(GOODS)
    per_shelf = Counter(top_shelf(goods.shelf).key for goods in GOODS)
    assert len(per_shelf) == 8
    assert min(per_shelf.values()) >= 15
    assert len({goods.motif for goods in GOODS}) >= 40
    assert sum("绿萝" in goods.title.zh for goods in GOODS) >= 3


@every
def test_both_languages_are_complete(goods: Goods) -> None:
    for text in (goods.title, goods.subtitle, goods.about):
        assert HAN.search(text.zh)
        assert text.en
        assert not HAN.search(text.en)
    assert len(re.findall("[。!?]", goods.about.zh)) >= 2
    for english in (*(colour.en for colour in goods.colours), *(size.en for size in goods.sizes)):
        assert not HAN.search(english)


@every
def test_every_value_has_its_english(goods: Goods) -> None:
    kinds = {trait.name: trait.kind for trait in TRAITS}
    for name, value in goods.facts.items():
        if kinds[name] == "number":
            assert value > 0
            continue
        for single in value if isinstance(value, list) else [value]:
            assert not HAN.search(VALUES[name][single])


@every
def test_prices_leave_something(goods: Goods) -> None:
    assert 0 < goods.cost < goods.price * 0.6
    assert goods.was == 0 or goods.price < goods.was <= goods.price * 1.5
    assert goods.weight > 0
    assert goods.size[0] > 0


def test_shelves_makers_and_questions_are_in_pairs() -> None:
    for shelf in shop.SHELVES:
        assert HAN.search(shelf.zh)
        assert not HAN.search(shelf.en)
    for maker in shop.MAKERS:
        assert not HAN.search(maker.en + maker.about_en)
    assert set(shop.QUESTIONS) == {top_shelf(goods.shelf).key for goods in GOODS}
    assert {goods.maker for goods in GOODS} <= {maker.key for maker in shop.MAKERS}


@pytest.mark.django_db
def test_the_load_is_set_based_and_happens_once() -> None:
    from django.db import connection

    faces = drawn(album.faces)
    with CaptureQueriesContext(connection) as seen:
        loaded = catalogue.load(faces, SYSTEM)
    taxonomy = len(shop.SHELVES) + len(shop.MAKERS) + len(TRAITS) + 2
    assert len(seen) < 20 * taxonomy  # a handful for each shelf and maker, none for each product
    with CaptureQueriesContext(connection) as again:
        assert [one.product_id for one in catalogue.load(faces, SYSTEM)] == [one.product_id for one in loaded]
    assert len(again) < 30
    assert len(loaded) == len(GOODS)
    assert catalog.state_counts()["listed"] == len(GOODS)
    assert all(sku.cost < sku.price <= sku.list_price for one in loaded for sku in one.skus)
    catalogue.complete(loaded, drawn(album.kinds), SYSTEM)
    for goods, one in zip(GOODS, loaded, strict=True):
        _gallery_is_complete(goods, catalog.product(one.product_id))
    assert invariants.check() == []
    _one_in_english()


def _gallery_is_complete(goods: Goods, product: Any) -> None:
    own = [media.url.rpartition("-")[2] for media in product.media if media.sku_id is None]
    assert own == [f"{kind}.webp" for kind in album.GALLERY]
    assert [media.sku_id is None for media in product.media][: len(own)] == [True] * len(own)
    for kind in ("scene", "close", "measure"):
        assert f"{goods.key}-{kind}.webp" in product.description_html


def _one_in_english() -> None:
    found = catalog.search(SearchFilters(q="绿萝"))
    assert found.total >= 3
    product = catalog.product_by_slug("zhuni-round-teapot").said_in("en")
    shown = [product.title, product.subtitle, product.description_html, product.brand.name if product.brand else ""]
    shown += [str(attribute.value) for attribute in product.attributes] + [sku.options_text for sku in product.skus]
    assert not HAN.search(re.sub('alt="[^"]*"', "", " ".join(shown)))
    assert [media.sku_id is None for media in product.media][:4] == [True] * 4
    page = catalog.search(SearchFilters(category="teaware"))
    labels = [value.label_en for facet in page.facets.attributes for value in facet.values]
    assert labels
    assert not HAN.search(" ".join(labels))


def test_pictures_are_drawn_once_and_found_again(tmp_path: Path, settings: Any, db: None) -> None:
    settings.MEDIA_ROOT = tmp_path
    few, calls = [GOODS[0]], []
    with printing.hands() as hands:
        album.order(hands, [(one, album.kinds(one)) for one in few]).keep(lambda done, of: calls.append((done, of)))
        first = album.albums(few)
        assert album.order(hands, [(one, album.kinds(one)) for one in few]).size == 0
    assert calls[-1] == (len(album.kinds(GOODS[0])),) * 2
    hero = first[GOODS[0].key]["hero"]
    with Image.open(tmp_path / hero.file) as picture:
        assert picture.format == "WEBP"
        assert picture.size == (hero.width, hero.height)
    assert len({kept.file for kept in first[GOODS[0].key].values()}) >= len(album.GALLERY)
