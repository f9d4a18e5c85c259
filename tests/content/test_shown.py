"""What visitors get: from memory, true at once, with the same number of statements however much there is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import shop
from tests.factories.catalog import make_brand, make_category, make_product
from tests.factories.content import hero, make_page, rich_text, words
from zhanggui.catalog import services as catalog
from zhanggui.catalog.types import ProductSales
from zhanggui.content import rules, selectors, services
from zhanggui.kernel import db, mall_settings, versions
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db


def shelf(**fields: Any) -> list[int]:
    block = rules.content({"title": words("货架"), "blocks": [{"type": "shelf", **fields}]}).blocks[0]
    return [shelved.item.id for shelved in selectors.shelf(block)]  # type: ignore[arg-type]


def test_a_page_comes_from_memory(django_assert_num_queries: Any) -> None:
    make_page(slug="spring", published=True)
    selectors.published("spring")
    with django_assert_num_queries(1):
        selectors.published("spring")
    with versions.seen_once(), django_assert_num_queries(0):
        selectors.published("spring")
        selectors.site()
        selectors.home()


def test_hidden_blocks_are_not_shown() -> None:
    page = make_page(hero(), rich_text() | {"hidden": True}, published=True)
    assert [block.type for block in selectors.published(page.slug).blocks] == ["hero"]


def test_shelves_by_rule() -> None:
    category, brand = make_category(), make_brand()
    old = make_product(category=category, price=100)
    new = make_product(brand=brand, tags=("春茶",), price=100)
    gone = make_product(category=category, in_stock=False, price=100)
    catalog.add_sales([ProductSales(old.id, 9)], actor=SYSTEM)
    catalog.refresh_sales(actor=SYSTEM)
    catalog.set_rating(new.id, rating=480, count=3, actor=SYSTEM)
    assert shelf(rule="new") == [new.id, old.id]
    assert shelf(rule="best")[0] == old.id
    assert shelf(rule="rating", limit=1) == [new.id]
    assert shelf(rule="new", category_id=category.id) == [old.id]
    assert shelf(rule="new", brand_id=brand.id) == shelf(rule="new", tag="春茶") == [new.id]
    assert shelf(rule="picked", product_ids=[gone.id, new.id]) == [gone.id, new.id]


def test_hot_sale_shows_what_really_sold() -> None:
    shop.open_shop()
    [tea, cup] = shop.goods(1000, 2000)
    shop.buy((tea, 2))
    shop.buy((cup, 5))
    assert services.refresh_hot_sales(actor=SYSTEM) == 2
    block = rules.content({"title": words("热销"), "blocks": [{"type": "shelf", "rule": "hot"}]}).blocks[0]
    shelved = selectors.shelf(block)  # type: ignore[arg-type]
    assert [(one.item.sku_ids != [], one.sold) for one in shelved] == [(True, 5), (True, 2)]
    before = versions.get("content")
    services.refresh_hot_sales(actor=SYSTEM)
    assert versions.get("content") == before
    assert selectors.sold_lately([shelved[0].item.id, 10**9]) == {shelved[0].item.id: 5}


def test_lists_have_the_same_number_of_statements_at_any_size(django_assert_num_queries: Any) -> None:
    for _ in range(3):
        make_page(topic="新品", published=True)
        make_page(kind="help", topic="购物", published=True)
    selectors.site()
    mall_settings.refresh()
    for number in (1, 3):
        with django_assert_num_queries(1):
            assert len(selectors.articles(limit=number).items) == number
        with django_assert_num_queries(1):
            assert len(selectors.pages(limit=number).items) == number
    with django_assert_num_queries(1):
        assert len(selectors.help_pages()) == 3
    one = selectors.pages().items[0].id
    with django_assert_num_queries(1):
        selectors.page(one)
    with django_assert_num_queries(1):
        selectors.topics()


def test_articles_page_through_without_gaps() -> None:
    made = [make_page(topic="新品", published=True).id for _ in range(5)]
    seen, cursor = [], ""
    while True:
        page = selectors.articles(topic="新品", cursor=cursor, limit=2)
        seen += [row.id for row in page.items]
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert seen == made[::-1]
    assert selectors.articles(topic="别的").items == []


def test_another_worker_hears_of_a_publication_at_once() -> None:
    page = make_page(slug="spring", published=True)
    assert selectors.published("spring").revision == 1
    # what another process would do: the row and the version move, this one's memory does not
    db.execute(
        "update content_revision set content = jsonb_set(content, '{title,zh}', '\"别处\"') where page_id = %s",
        (page.id,),
    )
    assert selectors.published("spring").title.zh == "页面"
    versions.bump("content")
    assert selectors.published("spring").title.zh == "别处"
