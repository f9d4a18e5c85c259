"""Lists: filters, order, facets, pages; what a page costs; what strange input does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.catalog.books import assert_in_order
from tests.factories.catalog import make_brand, make_category, make_product
from zhanggui.catalog import search, selectors, services
from zhanggui.catalog.types import ListingPage, ProductFields, ProductSales, SearchFilters, SkuDraft, SkuPrice, SkuStock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import NotFound

pytestmark = pytest.mark.django_db


def find(**filters: object) -> ListingPage:
    return selectors.search(SearchFilters(**filters))  # type: ignore[arg-type]


def titles(**filters: object) -> list[str]:
    return [item.title for item in find(**filters).items]


def test_only_what_is_listed_is_found() -> None:
    make_product("在售绿萝")
    make_product("草稿绿萝", listed=False)
    gone = make_product("下架绿萝")
    services.delist_product(gone.id, reason="换季", actor=SYSTEM)
    assert titles(q="绿萝") == ["在售绿萝"]
    assert titles() == ["在售绿萝"]


def test_a_category_holds_what_is_below_it() -> None:
    plants = make_category("植物")
    green = make_category("绿植", plants)
    other = make_category("器皿")
    make_product("绿萝", category=green)
    make_product("花盆", category=other)
    assert titles(category=plants.slug) == ["绿萝"]
    assert titles(category=str(green.id)) == ["绿萝"]
    assert titles(category=other.slug) == ["花盆"]
    assert titles(category="no-such-category") == []


def test_filters_narrow_together() -> None:
    brand, other = make_brand("花匠"), make_brand("园丁")
    services.define_attribute(
        name="光照", label_zh="光照", kind="choice", choices=["喜阴", "喜阳"], filterable=True, actor=SYSTEM
    )
    make_product("甲", brand=brand, price=1000, attributes={"光照": "喜阴"})
    make_product("乙", brand=brand, price=3000, attributes={"光照": "喜阳"})
    make_product("丙", brand=other, price=2000, attributes={"光照": "喜阴"}, in_stock=False)
    assert set(titles(brand=(brand.slug, str(other.id)))) == {"甲", "乙", "丙"}
    assert titles(brand=(brand.slug,), max_price=1000) == ["甲"]
    assert titles(min_price=1001, max_price=2999) == ["丙"]
    assert set(titles(attributes=(("光照", ("喜阴",)),))) == {"甲", "丙"}
    assert titles(attributes=(("光照", ("喜阴",)),), in_stock=True) == ["甲"]
    assert set(titles(attributes=(("光照", ("喜阴", "喜阳")),))) == {"甲", "乙", "丙"}
    assert titles(attributes=(("没有", ("x",)),)) == []


def test_each_order_is_kept() -> None:
    first = make_product("一", price=300)
    second = make_product("二", price=100)
    third = make_product("三")
    services.add_sales(
        [ProductSales(second.id, 7), ProductSales(first.id, 2), ProductSales(second.id, -1)], actor=SYSTEM
    )
    assert services.refresh_sales(actor=SYSTEM) == 2
    services.set_rating(first.id, rating=480, count=5, actor=SYSTEM)
    assert titles(sort="new") == ["三", "二", "一"]
    assert titles(sort="sales") == ["二", "一", "三"]
    assert titles(sort="price") == ["二", "一", "三"]
    assert titles(sort="-price") == ["一", "二", "三"]
    assert titles(sort="rating") == ["一", "三", "二"]
    assert [item.sales for item in find(sort="sales").items] == [6, 2, 0]
    assert third.id == find(sort="new").items[0].id
    assert_in_order()


def test_a_word_in_the_title_ranks_before_letters_across_words_and_other_fields() -> None:
    brand = make_brand("手表世家")
    make_product("皮带", brand=brand)
    make_product("一手表演票")
    make_product("智能手表")
    assert titles(q="手表") == ["智能手表", "一手表演票", "皮带"]


def test_pages_do_not_overlap_and_end() -> None:
    for _ in range(5):
        make_product()
    seen = [item.id for page in (1, 2, 3) for item in find(sort="new", page=page, page_size=2).items]
    assert len(seen) == len(set(seen)) == 5
    assert find(page=4, page_size=2).items == []
    assert find(page=4, page_size=2).total == 5
    assert find(page=10**18, page_size=10**9).page_size == 100


def test_facets_count_what_the_filters_leave() -> None:
    plants, green, pots = (make_category(name) for name in ("植物", "绿植甲", "花盆类"))
    leaf = make_category("藤本", plants)
    brand, other = make_brand("花匠"), make_brand("园丁")
    skus = [SkuDraft("S-1", {"颜色": "红"}), SkuDraft("S-2", {"颜色": "蓝"})]
    make_product("甲", category=leaf, brand=brand, skus=skus, price=1000)
    make_product("乙", category=leaf, brand=other, price=2000)
    make_product("丙", category=pots, brand=brand, price=9000)
    everything = find().facets
    assert {(f.label_zh, f.count) for f in everything.categories} == {("植物", 2), ("花盆类", 1)}
    assert [(f.label_zh, f.count) for f in everything.brands] == [("花匠", 2), ("园丁", 1)]
    assert [(f.name, [(v.value, v.count) for v in f.values]) for f in everything.attributes] == [
        ("颜色", [("红", 1), ("蓝", 1)])
    ]
    assert [(b.low, b.high, b.count) for b in everything.prices] == [(1000, 1999, 1), (2000, 8999, 1), (9000, None, 1)]
    narrowed = find(category=plants.slug, brand=(brand.slug,))
    assert narrowed.total == 1
    assert [(f.label_zh, f.count) for f in narrowed.facets.categories] == [("藤本", 1)]
    # the brand facet is counted without its own filter, so that another brand can be chosen
    assert {(f.label_zh, f.count) for f in narrowed.facets.brands} == {("花匠", 1), ("园丁", 1)}
    assert green.id


def test_an_attribute_facet_keeps_its_other_values() -> None:
    make_product("甲", skus=[SkuDraft("A", {"颜色": "红"})])
    make_product("乙", skus=[SkuDraft("B", {"颜色": "蓝"})])
    found = find(attributes=(("颜色", ("红",)),))
    assert found.total == 1
    assert {(v.value, v.count) for v in found.facets.attributes[0].values} == {("红", 1), ("蓝", 1)}


def test_a_page_costs_one_statement_and_its_counts_are_kept(django_assert_num_queries) -> None:
    make_product("绿萝", price=100)
    find(q="绿萝")
    with django_assert_num_queries(1):
        find(q="绿萝", page=2)
    with django_assert_num_queries(1):
        find(q="绿萝", sort="price")


def test_counts_are_made_anew_when_the_catalogue_changes_and_not_when_something_is_sold(
    django_assert_num_queries,
) -> None:
    product = make_product("绿萝", price=100)
    assert find(q="绿萝").total == 1
    services.add_sales([ProductSales(product.id, 3)], actor=SYSTEM)
    services.set_listing_stock([SkuStock(product.skus[0].id, False)], actor=SYSTEM)
    with django_assert_num_queries(1):
        assert find(q="绿萝").items[0].in_stock is False
    make_product("绿萝吊兰")
    assert find(q="绿萝").total == 2
    services.set_listing_prices([SkuPrice(product.skus[0].id, 50, 100)], actor=SYSTEM)
    assert find(q="绿萝", max_price=60).total == 1


def test_a_renamed_brand_and_category_are_found_by_their_new_names() -> None:
    category, brand = make_category("绿植"), make_brand("花匠")
    make_product("绿萝", category=category, brand=brand)
    services.update_category(category.id, name_zh="观叶", parent_id=None, actor=SYSTEM)
    services.update_brand(brand.id, name="园丁", actor=SYSTEM)
    assert titles(q="花匠") == titles(q="绿植") == []
    assert titles(q="园丁") == titles(q="guanye") == titles(q="yuanding") == ["绿萝"]


def test_making_an_attribute_filterable_reaches_what_is_listed() -> None:
    made = services.define_attribute(name="光照", label_zh="光照", kind="text", actor=SYSTEM)
    make_product("绿萝", attributes={"光照": "喜阴"})
    assert find(attributes=(("光照", ("喜阴",)),)).total == 0
    services.update_attribute(made.id, label_zh="光照", filterable=True, actor=SYSTEM)
    assert find(attributes=(("光照", ("喜阴",)),)).total == 1


def test_codes_and_options_are_searched() -> None:
    make_product("衬衫", skus=[SkuDraft("MH01-XS-Black", {"颜色": "墨黑"}, barcode="6901234567892")])
    for typed in ("mh01", "MH01-XS", "墨黑", "6901234567892"):
        assert titles(q=typed) == ["衬衫"], typed


def test_suggestions_name_categories_brands_and_products() -> None:
    category = make_category("绿植")
    make_brand("绿野")
    make_product("绿萝", category=category)
    assert [(s.kind, s.text) for s in selectors.suggest("lv")] == [
        ("category", "绿植"), ("brand", "绿野"), ("product", "绿萝"),
    ]  # fmt: skip
    assert selectors.suggest("'") == []
    assert len(selectors.suggest("绿", limit=1)) <= 1


ANY = st.text(st.characters(), max_size=40)


@given(
    q=ANY,
    category=ANY,
    brand=ANY,
    name=ANY,
    value=ANY,
    low=st.integers(),
    high=st.integers(),
    page=st.integers(),
    sort=ANY,
)
def test_no_filter_is_an_error(
    q: str, category: str, brand: str, name: str, value: str, low: int, high: int, page: int, sort: str
) -> None:
    find(q=q)
    find(category=category, page=page, page_size=page)
    find(brand=(brand,), sort=sort)
    find(attributes=((name, (value,)),))
    find(min_price=low, max_price=high)
    selectors.suggest(q)
    assert selectors.products(q=q, state=sort).items == []


def test_a_detail_is_one_statement(django_assert_num_queries) -> None:
    category = make_category("绿植", make_category("植物"))
    product = make_product("绿萝", category=category, brand=make_brand("花匠"), skus=3)
    selectors.product_by_slug(product.slug)
    with django_assert_num_queries(1):
        found = selectors.product_by_slug(product.slug)
    assert [c.name_zh for c in found.breadcrumbs] == ["植物", "绿植"]
    assert found.brand is not None
    assert found.brand.name == "花匠"
    assert [sku.code for sku in found.skus] == [sku.code for sku in product.skus]


@pytest.mark.parametrize("slug", ["", "nope", "\0", "\ud800", "x" * 10_000])
def test_an_unknown_slug_is_not_found(slug: str) -> None:
    with pytest.raises(NotFound):
        selectors.product_by_slug(slug)


def test_what_is_not_listed_has_no_page() -> None:
    product = make_product(listed=False)
    with pytest.raises(NotFound):
        selectors.product_by_slug(product.slug)
    assert selectors.product(product.id).state == "draft"


def test_inactive_skus_are_not_shown() -> None:
    product = make_product(skus=["A-1", "A-2"])
    drafts = [SkuDraft("A-1", {"规格": "1"})]
    services.update_product(product.id, ProductFields("改名"), expected_version=1, skus=drafts, actor=SYSTEM)
    assert [sku.code for sku in selectors.product_by_slug(product.slug).skus] == ["A-1"]
    assert [(sku.code, sku.active) for sku in selectors.product(product.id).skus] == [("A-1", True), ("A-2", False)]


def test_sellable_says_why_not_in_one_statement(django_assert_num_queries) -> None:
    category = make_category("绿植", make_category("植物"))
    product = make_product(
        "绿萝", category=category, brand=make_brand(), skus=[SkuDraft("OK", {"盆": "大"}, weight_g=350)]
    )
    make_product(skus=["DRAFT"], listed=False)
    half = make_product(skus=["KEPT", "DROPPED"])
    services.update_product(
        half.id, ProductFields("半"), expected_version=1, skus=[SkuDraft("KEPT", {"规格": "1"})], actor=SYSTEM
    )
    with django_assert_num_queries(1):
        found = selectors.sellable_by_code(["DROPPED", "OK", "NOPE", "DRAFT", "OK", "\0", "\ud800"])
    assert [(sku.code, sku.reason) for sku in found] == [
        ("DROPPED", "inactive"), ("OK", ""), ("NOPE", "unknown"), ("DRAFT", "not_listed"), ("\0", "unknown"), ("\ud800", "unknown"),
    ]  # fmt: skip
    sku = found[1]
    assert (sku.sellable, sku.title, sku.options, sku.weight_g) == (True, "绿萝", "大", 350)
    assert (sku.product_id, sku.product_code, sku.brand_id) == (
        product.id,
        product.code,
        product.brand.id if product.brand else 0,
    )
    assert sku.category_ids == category.ancestors


def test_staff_lists_page_by_key() -> None:
    made = [make_product(f"货 {n}", listed=n % 2 == 0) for n in range(5)]
    first = selectors.products(limit=2)
    second = selectors.products(limit=2, cursor=first.next_cursor or "")
    third = selectors.products(limit=2, cursor=second.next_cursor or "")
    assert [row.id for page in (first, second, third) for row in page.items] == [p.id for p in reversed(made)]
    assert third.next_cursor is None
    assert [row.title for row in selectors.products(state="draft").items] == ["货 3", "货 1"]
    assert [row.title for row in selectors.products(q="货 4").items] == ["货 4"]
    assert [row.id for row in selectors.products(q=made[1].skus[0].code).items] == [made[1].id]
    assert selectors.products(q="100%_\\").items == []
    assert selectors.state_counts() == {"draft": 2, "in_review": 0, "approved": 0, "listed": 3, "delisted": 0}
    assert selectors.state_counts(most=2) == {"draft": 2, "in_review": 0, "approved": 0, "listed": 3, "delisted": 0}
    assert selectors.state_counts(most=1)["listed"] == 2, "one more says that there are more"


def test_staff_find_any_part_of_a_title(django_assert_num_queries: Any) -> None:
    made = {title: make_product(title).id for title in ("大叶绿萝", "绿萝 大叶", "Green Ivy", "萝绿", "100%棉", "a_b")}

    def found(q: str, **more: Any) -> set[str]:
        with django_assert_num_queries(1):
            ids = {row.id for row in selectors.products(q=q, **more).items}
        return {title for title, product_id in made.items() if product_id in ids}

    assert found("绿萝") == {"大叶绿萝", "绿萝 大叶"}
    assert found("叶绿") == {"大叶绿萝"}
    assert found("绿") == {"大叶绿萝", "绿萝 大叶", "萝绿"}
    assert found("绿萝萝") == found("绿叶") == set()
    assert found("gREEN") == found("n i") == {"Green Ivy"}
    assert found("0%") == {"100%棉"}
    assert found("a_b") == {"a_b"} == found("_B")
    newest = selectors.products(q="绿萝", limit=1)
    assert [row.id for row in newest.items] == [made["绿萝 大叶"]]
    assert found("绿萝", cursor=newest.next_cursor) == {"大叶绿萝"}
    assert found("绿萝", state="draft") == set()
    assert found("绿萝", category_id=10**12) == set()


def test_kept_counts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MAX_KEPT", 3)
    make_product("绿萝")
    for low in range(1, 8):
        find(min_price=low)
    assert len(search._kept) == 3
