"""The list and the page of products: live to the unit and the fen, in a fixed number of statements."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import promotions as promos
from tests.factories import shop
from tests.factories.catalog import make_brand, make_category, make_product
from tests.factories.inventory import put
from tests.factories.pricing import PRICER
from tests.support.api import Caller, ok, refused
from zhanggui.api.errors import InvalidCharacters
from zhanggui.api.store import listing, product
from zhanggui.catalog import search
from zhanggui.catalog import selectors as catalog
from zhanggui.catalog import services as catalog_services
from zhanggui.catalog.types import ProductFields, ProductSales, SkuStock
from zhanggui.inventory import services as inventory
from zhanggui.inventory.types import StockRow
from zhanggui.kernel import clock, fresh, mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import NotFound, ValidationFailed
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow
from zhanggui.promotions import selectors as promotion_selectors
from zhanggui.promotions import services as promotion_services
from zhanggui.showcase import live

pytestmark = pytest.mark.django_db
LIST = "store/v1/products"
LANGUAGES = ("zh-Hans", "en")


@pytest.fixture(autouse=True)
def _fresh_lists(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing kept, and one look at the counters in an hour: what shows sooner was seen by the page itself."""
    monkeypatch.setattr(fresh, "SECONDS", 3600.0)
    forget()
    yield
    forget()


def forget() -> None:
    search.forget()
    fresh.forget()
    promotion_selectors.forget()
    listing.kept.forget()
    product.kept.forget()


def cny(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "CNY"}


def test_the_list_shows_price_and_stock_of_this_moment() -> None:
    [sku] = shop.goods(12_900, title="绿萝 大盆", stock=1)
    [item] = ok(Caller().get(LIST))["items"]
    assert (item["title"], item["price"], item["list_price"], item["in_stock"]) == (
        "绿萝 大盆",
        cny(12_900),
        cny(12_900),
        True,
    )
    sku_id = catalog.sellable_by_code([sku])[0].sku_id
    at = clock.now() - timedelta(seconds=1)
    pricing.schedule_price(sku_id, sale_price=9_900, starts_at=at, ends_at=None, reason="促销", actor=PRICER)
    inventory.write_off([StockRow(sku_id, 1)], reason="破损", actor=SYSTEM)
    page = ok(Caller().get(LIST))
    [item] = page["items"]
    assert (item["price"], item["list_price"], item["in_stock"]) == (cny(9_900), cny(12_900), False)
    assert (page["total"], page["page"], page["page_size"]) == (1, 1, 24)


def test_a_product_shows_its_cheapest_variant() -> None:
    made = make_product(skus=3)
    one, two, three = (sku.id for sku in made.skus)
    pricing.set_prices([PriceRow(one, 300, 250), PriceRow(two, 400, 200), PriceRow(three, 500)], actor=PRICER)
    put({two: 4, three: 0})
    [item] = ok(Caller().get(LIST))["items"]
    assert (item["price"], item["list_price"]) == (cny(200), cny(400))
    seen = ok(Caller().get(f"{LIST}/{made.slug}"))
    assert [(v["price"], v["list_price"], v["member_price"], v["available"]) for v in seen["variants"]] == [
        (cny(250), cny(300), None, 0), (cny(200), cny(400), None, 4), (cny(500), cny(500), None, 0),
    ]  # fmt: skip
    assert (seen["price"], seen["list_price"], seen["in_stock"]) == (cny(200), cny(400), True)


def test_a_product_without_price_is_shown_without() -> None:
    made = make_product()
    [item] = ok(Caller().get(LIST))["items"]
    assert (item["price"], item["in_stock"]) == (None, False)
    [variant] = ok(Caller().get(f"{LIST}/{made.slug}"))["variants"]
    assert (variant["price"], variant["list_price"], variant["available"]) == (None, None, 0)


def test_the_page_of_a_product() -> None:
    plants = make_category("植物", name_en="Plants")
    indoor = make_category("室内", parent=plants)
    made = make_product(
        "绿萝",
        category=indoor,
        brand=make_brand("自然"),
        description_html="<p>好养<script>alert(1)</script></p>",
        tags=("新品",),
    )
    seen = ok(Caller().get(f"{LIST}/{made.slug}"))
    assert seen["description"] == "<p>好养</p>"
    assert [c["name"] for c in seen["breadcrumbs"]] == ["Plants", "室内"]
    assert seen["brand"]["name"] == "自然"
    assert seen["tags"] == ["新品"]
    assert (seen["rating"], seen["sales"], seen["media"], seen["promotions"]) == (None, 0, [], [])


def test_what_is_not_listed_does_not_exist() -> None:
    made = make_product(listed=False)
    refused(Caller().get(f"{LIST}/{made.slug}"), 404, "not_found")
    refused(Caller().get(f"{LIST}/{quote('没有')}"), 404, "not_found")
    assert ok(Caller().get(LIST))["items"] == []


def test_search_filters_sorting_and_pages() -> None:
    plants, tools = make_category("植物"), make_category("工具")
    shop.goods(100, title="绿萝 小盆", category=plants)
    shop.goods(300, title="绿萝 大盆", category=plants)
    shop.goods(200, title="浇水壶", category=tools)

    def titles(query: str) -> list[str]:
        return [item["title"] for item in ok(Caller().get(f"{LIST}?{query}"))["items"]]

    assert titles("sort=price") == ["绿萝 小盆", "浇水壶", "绿萝 大盆"]
    assert titles("sort=-price") == ["绿萝 大盆", "浇水壶", "绿萝 小盆"]
    assert sorted(titles("q=" + quote("绿萝"))) == ["绿萝 大盆", "绿萝 小盆"]
    assert sorted(titles("q=lvluo")) == ["绿萝 大盆", "绿萝 小盆"]
    assert titles("min_price=150&max_price=250") == ["浇水壶"]
    assert titles(f"category={tools.slug}") == ["浇水壶"]
    assert titles("sort=price&page=2&page_size=2") == ["绿萝 大盆"]
    assert titles("page=999") == []
    facets = ok(Caller().get(LIST))["facets"]
    assert {(c["label"], c["count"]) for c in facets["categories"]} == {("植物", 2), ("工具", 1)}
    assert sum(p["count"] for p in facets["prices"]) == 3


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("page=0", {"page"}),
        ("page=abc&page_size=101", {"page", "page_size"}),
        ("sort=best", {"sort"}),
        ("min_price=-1&max_price=1.5", {"min_price", "max_price"}),
        ("in_stock=maybe", {"in_stock"}),
        ("page=99999999999999999999", {"page"}),
        ("q=" + "x" * 5000, {"query"}),
        ("&".join(["a=1"] * 101), {"query"}),
    ],
)
def test_wrong_parameters_are_named(query: str, fields: set[str]) -> None:
    problem = refused(Caller().get(f"{LIST}?{query}"), 422, "validation_error")
    assert {e["loc"] for e in problem["errors"]} == fields


def test_a_live_promotion_is_a_badge_on_tile_and_page_said_in_yuan() -> None:
    shop.goods(10_000, title="绿萝")
    promotion = promos.live()
    [item] = ok(Caller(language="zh").get(LIST))["items"]
    said = {"promotion_id": promotion, "kind": "full_reduction", "label": "活动", "text": "满100减10"}
    assert item["badges"] == [said]
    assert ok(Caller(language="zh").get(f"{LIST}/{item['slug']}"))["promotions"] == [said]


def test_another_currency_shows_at_once_in_prices_and_badges() -> None:
    shop.goods(10_000, title="绿萝")
    promos.live()
    assert ok(Caller(language="zh").get(LIST))["items"][0]["price"] == cny(10_000)
    mall_settings.put("mall.currency", "JPY", actor=SYSTEM)
    [item] = ok(Caller(language="zh").get(LIST))["items"]
    assert item["price"] == {"amount": 10_000, "currency": "JPY"}
    assert item["badges"][0]["text"] == "满10000减1000"


def test_list_and_page_cost_one_statement_while_the_catalogue_stands_still(
    django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = time.monotonic()
    monkeypatch.setattr(live.time, "monotonic", lambda: begin)
    made = make_product(skus=2)
    for _ in range(6):
        shop.goods(100)
    ok(Caller().get(LIST))
    ok(Caller().get(f"{LIST}?in_stock=1"))
    with django_assert_num_queries(1):
        assert len(ok(Caller().get(LIST))["items"]) == 7
    with django_assert_num_queries(1):
        assert len(ok(Caller().get(f"{LIST}?in_stock=1"))["items"]) == 7
    with django_assert_num_queries(3):
        ok(Caller().get(f"{LIST}/{made.slug}"))
    with django_assert_num_queries(1):
        ok(Caller().get(f"{LIST}/{made.slug}"))


def test_prices_and_stock_of_kept_pages_are_of_this_moment(django_assert_num_queries: Any) -> None:
    [sku] = shop.goods(12_900, stock=2)
    sku_id = catalog.sellable_by_code([sku])[0].sku_id
    [item] = ok(Caller().get(LIST))["items"]
    path = f"{LIST}/{item['slug']}"
    ok(Caller().get(path))
    inventory.write_off([StockRow(sku_id, 2)], reason="破损", actor=SYSTEM)
    with django_assert_num_queries(2):
        assert [i["in_stock"] for i in ok(Caller().get(LIST))["items"]] == [False]
        seen = ok(Caller().get(path))
    assert (seen["in_stock"], [v["available"] for v in seen["variants"]]) == (False, [0])
    pricing.set_prices([PriceRow(sku_id, 9_900, 8_800)], actor=PRICER)
    assert ok(Caller().get(LIST))["items"][0]["price"] == cny(8_800)
    seen = ok(Caller().get(path))
    assert (seen["price"], seen["list_price"]) == (cny(8_800), cny(9_900))


def test_a_scheduled_price_begins_and_ends_on_kept_pages_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """No job has run at either edge: the price is that of the instant all the same."""
    [sku] = shop.goods(10_000)
    sku_id = catalog.sellable_by_code([sku])[0].sku_id
    start = clock.now() + timedelta(hours=1)
    end = start + timedelta(hours=1)
    pricing.schedule_price(sku_id, sale_price=7_000, starts_at=start, ends_at=end, reason="促销", actor=PRICER)
    for at, price in ((start, 7_000), (end - timedelta(seconds=1), 7_000), (end, 10_000), (clock.now(), 10_000)):
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        [item] = ok(Caller().get(LIST))["items"]
        assert item["price"] == ok(Caller().get(f"{LIST}/{item['slug']}"))["price"] == cny(price)


def test_lists_by_price_follow_a_price_at_once() -> None:
    codes = shop.goods(100, 200)
    first = catalog.sellable_by_code(codes[:1])[0].sku_id
    before = [i["price"]["amount"] for i in ok(Caller().get(f"{LIST}?sort=price"))["items"]]
    pricing.set_prices([PriceRow(first, 300)], actor=PRICER)
    after = [i["price"]["amount"] for i in ok(Caller().get(f"{LIST}?sort=price"))["items"]]
    assert (before, after) == ([100, 200], [200, 300])
    assert ok(Caller().get(f"{LIST}?max_price=150"))["total"] == 0


def test_lists_by_sales_follow_when_sales_are_counted() -> None:
    one, two = make_product("一"), make_product("二")

    def titles() -> list[str]:
        return [i["title"] for i in ok(Caller().get(f"{LIST}?sort=sales"))["items"]]

    assert titles() == ["二", "一"]
    catalog_services.add_sales([ProductSales(one.id, 3)], actor=SYSTEM)
    catalog_services.refresh_sales(actor=SYSTEM)
    assert titles() == ["一", "二"]
    assert ok(Caller().get(f"{LIST}/{two.slug}"))["sales"] == 0
    catalog_services.set_rating(two.id, rating=450, count=2, actor=SYSTEM)
    assert ok(Caller().get(f"{LIST}/{two.slug}"))["rating"] == {"average": 4.5, "count": 2}


def test_a_list_of_what_is_in_stock_is_at_most_a_second_old(monkeypatch: pytest.MonkeyPatch) -> None:
    [sku] = shop.goods(100)
    sku_id = catalog.sellable_by_code([sku])[0].sku_id
    begin = time.monotonic()
    monkeypatch.setattr(live.time, "monotonic", lambda: begin)
    assert len(ok(Caller().get(f"{LIST}?in_stock=1"))["items"]) == 1
    catalog_services.set_listing_stock([SkuStock(sku_id, False)], actor=SYSTEM)
    monkeypatch.setattr(live.time, "monotonic", lambda: begin + 1.01)
    assert ok(Caller().get(f"{LIST}?in_stock=1"))["items"] == []


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    slugs = [make_product().slug for _ in range(4)]
    for kept, ask in (
        (
            listing.kept,
            lambda i: listing.page_bytes(f"page_size=4&page={i // 2 + 1}&q=&sort=new", LANGUAGES[i % 2]),
        ),
        (product.kept, lambda i: product.detail_bytes(slugs[i // 2], LANGUAGES[i % 2])),
    ):
        ask(0)
        ask(0)  # the first look of a process finds all counters moved
        monkeypatch.setattr(kept, "most", kept.size * 3 + 10)
        first = [ask(i) for i in range(8)]
        assert 0 < len(kept) < 8
        assert kept.size <= kept.most
        assert [ask(i) for i in range(8)] == first


def test_what_changed_while_a_page_was_made_is_not_kept() -> None:
    made = make_product("绿萝")
    product.detail_bytes(made.slug, "en")
    product.kept.forget()
    asked = catalog.product_by_slug
    titles = iter(["吊兰", "文竹"])

    def changed_meanwhile(slug: str) -> Any:
        seen = asked(slug)
        if title := next(titles, ""):
            fields = ProductFields(title=title, slug=seen.slug)
            catalog_services.update_product(seen.id, fields, expected_version=seen.version, actor=SYSTEM)
        return seen

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalog, "product_by_slug", changed_meanwhile)
        assert orjson.loads(product.detail_bytes(made.slug, "en"))["title"] == "文竹"
    assert orjson.loads(product.detail_bytes(made.slug, "en"))["title"] == "文竹"


@given(st.text(max_size=60) | st.lists(st.sampled_from(
    ["q=", "page=", "&", "attr.", "=", "%00", "%", "%ff", "\0", ";", "brand=", ",", "sort=", "price", "category=", "1", "9" * 30, "绿"]
), max_size=40).map("".join))  # fmt: skip
def test_no_query_breaks_a_list(query: str) -> None:
    try:
        answer = orjson.loads(listing.page_bytes(query, "zh-Hans"))
    except (ValidationFailed, InvalidCharacters):
        return
    assert set(answer) == {"items", "total", "page", "page_size", "facets"}


@pytest.mark.parametrize("slug", ["", "\0", "x" * 5000, "../../etc", "%", "'; drop table x", "\ud800"])
def test_no_slug_breaks_a_page(slug: str) -> None:
    with pytest.raises(NotFound):
        product.detail_bytes(slug, "en")


def test_a_change_of_the_catalogue_shows_at_once() -> None:
    shop.goods(100, title="绿萝")
    [item] = ok(Caller().get(LIST))["items"]
    path = f"{LIST}/{item['slug']}"
    assert ok(Caller().get(path))["title"] == "绿萝"
    seen = catalog.product(item["id"])
    fields = ProductFields(title="吊兰", slug=seen.slug)
    catalog_services.update_product(seen.id, fields, expected_version=seen.version, actor=SYSTEM)
    assert [i["title"] for i in ok(Caller().get(LIST))["items"]] == ["吊兰"]
    assert ok(Caller().get(path))["title"] == "吊兰"
    shop.goods(100, title="另一个")
    assert len(ok(Caller().get(LIST))["items"]) == 2
    catalog_services.delist_product(seen.id, reason="过季", actor=SYSTEM)
    refused(Caller().get(path), 404, "not_found")
    assert [i["title"] for i in ok(Caller().get(LIST))["items"]] == ["另一个"]


def test_a_promotion_that_begins_or_ends_shows_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    shop.goods(100, title="绿萝")

    def badges() -> list[list[str]]:
        [item] = ok(Caller(language="zh").get(LIST))["items"]
        seen = ok(Caller(language="zh").get(f"{LIST}/{item['slug']}"))
        return [[b["text"] for b in shown] for shown in (item["badges"], seen["promotions"])]

    assert badges() == [[], []]
    end = clock.now() + timedelta(hours=1)
    promotion = promos.live(ends_at=end)
    assert badges() == [["满100减10"]] * 2
    promotion_services.pause(promotion, actor=SYSTEM)
    assert badges() == [[], []]
    promotion_services.resume(promotion, actor=SYSTEM)
    assert badges() == [["满100减10"]] * 2
    monkeypatch.setattr(clock, "now", lambda: end)
    assert badges() == [[], []]


def test_each_language_has_its_own_page() -> None:
    make_category("植物", name_en="Plants")
    shop.goods(100)
    promos.live()
    for language, label in (("zh", "活动"), ("en", "offer"), ("zh", "活动")):
        assert ok(Caller(language=language).get(LIST))["items"][0]["badges"][0]["label"] == label


def test_categories_brands_and_suggestions() -> None:
    plants = make_category("植物", name_en="Plants")
    make_category("室内", parent=plants)
    make_brand("自然")
    make_product("绿萝 大盆", category=plants)
    names = [(c["name"], c["parent_id"]) for c in ok(Caller().get("store/v1/categories"))["items"]]
    assert names == [("Plants", None), ("室内", plants.id)]
    assert [b["name"] for b in ok(Caller().get("store/v1/brands"))["items"]] == ["自然"]
    found = ok(Caller().get("store/v1/suggestions?q=lvluo"))["items"]
    assert [(s["kind"], s["text"]) for s in found] == [("product", "绿萝 大盆")]
    assert ok(Caller().get("store/v1/suggestions"))["items"] == []
