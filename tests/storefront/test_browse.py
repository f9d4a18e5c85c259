"""The reading pages: they say what the API says, follow every change at once, and need no scripts."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from tests.factories import promotions as promos
from tests.factories import shop
from tests.factories.catalog import make_brand, make_category, make_product
from tests.factories.content import banners, hero, make_page, words
from tests.factories.inventory import put
from tests.factories.pricing import PRICER
from tests.storefront.reading import forget, read
from tests.support.api import Caller, ok
from zhanggui.catalog import selectors as catalog
from zhanggui.catalog import services as catalog_services
from zhanggui.catalog.types import SkuDraft
from zhanggui.content import selectors as content
from zhanggui.content import services as content_services
from zhanggui.content.types import Change
from zhanggui.inventory import services as inventory
from zhanggui.inventory.types import StockRow
from zhanggui.kernel import clock, fresh, mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow
from zhanggui.ui.formatting import money

pytestmark = pytest.mark.django_db
LIST = "store/v1/products"


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(fresh, "SECONDS", 3600.0)
    forget()
    yield
    forget()


def test_a_list_says_what_the_api_says() -> None:
    plants = make_category("植物", name_en="Plants")
    for price, stock in ((12_900, 3), (9_900, 0), (45_050, 90)):
        shop.goods(price, title=f"绿萝 {price}", category=plants, stock=stock)
    for path, query in (
        (f"/c/{plants.slug}?sort=price", f"category={plants.slug}&sort=price"),
        (f"/search?q={quote('绿萝')}", f"q={quote('绿萝')}"),
    ):
        items = ok(Caller().get(f"{LIST}?{query}"))["items"]
        page = read(path)
        assert page.tiles == [item["title"] for item in items]
        for item in items:
            short = money(item["price"]["amount"]).removesuffix(".00").replace("¥", "")
            assert short in page.flat
        assert page.text.count("暂时售罄") == sum(not item["in_stock"] for item in items)


def test_a_product_page_says_what_the_api_says() -> None:
    plants = make_category("植物")
    made = make_product(
        "绿萝", skus=2, category=plants, brand=make_brand("自然"), subtitle="好养", attributes={"产地": "云南"}
    )
    one, two = (sku.id for sku in made.skus)
    pricing.set_prices([PriceRow(one, 12_900), PriceRow(two, 15_900)], actor=PRICER)
    put({one: 3, two: 0})
    seen = ok(Caller().get(f"{LIST}/{made.slug}"))
    page = read(f"/p/{made.slug}")
    assert "129" in page.text
    assert "仅剩 3 件" in page.text
    assert "云南" in page.text
    assert "24 小时内发出" in page.text
    assert [v["available"] for v in seen["variants"]] == [3, 0]
    other = read(f"/p/{made.slug}?sku={made.skus[1].code}")
    assert "159" in other.text
    assert "暂时售罄" in other.text
    assert page.canonical == other.canonical
    assert page.canonical.endswith(f"/p/{made.slug}")


def test_what_changes_shows_at_once() -> None:
    [sku] = shop.goods(12_900, title="绿萝", stock=2)
    sku_id = catalog.sellable_by_code([sku])[0].sku_id
    slug = ok(Caller().get(LIST))["items"][0]["slug"]
    make_page({"type": "shelf", "rule": "new", "title": words("新品")}, kind="home", slug="home", published=True)
    for path in ("/", "/search", f"/p/{slug}"):
        assert "129" in read(path).text
    pricing.set_prices([PriceRow(sku_id, 20_000, 9_950)], actor=PRICER)
    for path in ("/", "/search", f"/p/{slug}"):
        page = read(path)
        assert "99.50" in page.flat
        assert "暂时售罄" not in page.text
    inventory.write_off([StockRow(sku_id, 2)], reason="破损", actor=SYSTEM)
    for path in ("/search", f"/p/{slug}"):
        assert "暂时售罄" in read(path).text
    catalog_services.delist_product(catalog.product_by_slug(slug).id, reason="过季", actor=SYSTEM)
    assert read(f"/p/{slug}").status == 404
    assert read("/search").tiles == []


def test_a_struck_price_only_where_the_law_allows_it() -> None:
    [sku] = shop.goods(10_000, title="绿萝")
    sku_id = catalog.sellable_by_code([sku])[0].sku_id
    slug = ok(Caller().get(LIST))["items"][0]["slug"]
    # The list price is a wish nobody was ever asked: never struck.
    pricing.set_prices([PriceRow(sku_id, 30_000, 10_000)], actor=PRICER)
    for path in ("/search", f"/p/{slug}"):
        assert "price-was" not in read(path).html
        assert "300" not in read(path).text
    now = clock.now()
    pricing.schedule_price(
        sku_id, sale_price=8_000, starts_at=now, ends_at=now + timedelta(days=1), reason="促销", actor=PRICER
    )
    for path in ("/search", f"/p/{slug}"):
        page = read(path)
        assert "¥100</s>" in page.html
        assert "80" in page.text
    mall_settings.put("pricing.struck_shown_days", 0, actor=SYSTEM)
    forget()
    assert "price-was" not in read(f"/p/{slug}").html


def test_pages_cost_one_statement_while_nothing_changes(django_assert_num_queries: Any) -> None:
    plants = make_category("植物")
    make_page({"type": "shelf", "rule": "new", "title": words("新品")}, kind="home", slug="home", published=True)
    for _ in range(5):
        shop.goods(100, category=plants)
    slug = ok(Caller().get(LIST))["items"][0]["slug"]
    paths = ("/", f"/c/{plants.slug}", "/search?sort=price", f"/p/{slug}")
    for path in paths:
        read(path)
    for path in paths:
        read(path)
        with django_assert_num_queries(1):
            assert read(path).status == 200


def test_a_page_is_written_in_the_same_number_of_statements_at_any_size(django_assert_max_num_queries: Any) -> None:
    plants = make_category("植物")

    def statements(path: str) -> int:
        forget()
        read("/help")
        with django_assert_max_num_queries(60) as counted:
            assert read(path).status == 200
        return len(counted)

    shop.goods(100, category=plants)
    slug = ok(Caller().get(LIST))["items"][0]["slug"]
    paths = (f"/c/{plants.slug}", "/", "/search", f"/p/{slug}")
    few = [statements(path) for path in paths]
    for _ in range(23):
        shop.goods(100, category=plants, brand=make_brand())
    many = [statements(path) for path in paths]
    assert few == many
    assert max(many) <= 25


def test_another_product_of_a_category_costs_only_what_is_its_own(django_assert_num_queries: Any) -> None:
    plants = make_category("植物")
    for _ in range(9):
        shop.goods(100, category=plants)
    first, second = (item["slug"] for item in ok(Caller().get(LIST))["items"][:2])
    assert read(f"/p/{first}").status == 200
    with django_assert_num_queries(2):  # itself; prices and stock
        page = read(f"/p/{second}")
    assert page.html.count('class="tile-link"') == 6
    assert f'href="/p/{second}"' not in page.html.partition("搭配与相似")[2].partition("data-seen-list")[0]


def test_facets_are_links_that_work_without_scripts() -> None:
    plants = make_category("植物")
    tall, small = make_brand("高个子"), make_brand("小个子")
    shop.goods(5_000, title="绿萝", category=plants, brand=tall, skus=[SkuDraft("G-1", {"颜色": "绿"})])
    shop.goods(9_000, title="吊兰", category=plants, brand=small, skus=[SkuDraft("W-1", {"颜色": "白"})])
    page = read(f"/c/{plants.slug}")
    by_brand = next(href for href in page.links("brand=") if tall.slug in href)
    narrowed = read(by_brand)
    assert narrowed.tiles == ["绿萝"]
    assert narrowed.meta("robots") == "noindex,follow"
    assert narrowed.canonical.endswith(f"/c/{plants.slug}")
    white = next(href for href in page.links("attr.") if quote("白") in href)
    assert read(white).tiles == ["吊兰"]
    both = next(href for href in read(by_brand).links("brand=") if small.slug in href and tall.slug in href)
    assert sorted(read(both).tiles) == ["吊兰", "绿萝"]
    back = next(href for href in narrowed.links(f"/c/{plants.slug}") if "brand" not in href and "sort" not in href)
    assert len(read(back).tiles) == 2
    assert read(f"/c/{plants.slug}?low=60&high=95.5").tiles == ["吊兰"]
    assert read(f"/c/{plants.slug}?low=95.5&high=60").tiles == ["吊兰"]
    assert read(f"/c/{plants.slug}?sort=price").tiles == ["绿萝", "吊兰"]
    assert page.meta("robots") is None


@pytest.mark.parametrize(
    "query",
    [
        "low=abc&high=-1&sort=zz&page=0&in_stock=maybe",
        "min_price=99999999999999999999",
        "page=10001",
        "q=" + "x" * 5000,
        "&".join(["a=1"] * 300),
        "attr.=&attr.%FF=%FF",
        "brand=,,,,&brand=<script>",
        "low=９９&high=1e9",
        "sort=price&page=9999",
        "%F0%28%8C%28=%F0%28%8C%28",
    ],
)
def test_absurd_filters_give_a_clean_page(query: str) -> None:
    plants = make_category("植物")
    shop.goods(100, category=plants)
    for path in (f"/c/{plants.slug}", "/search"):
        page = read(f"{path}?{query}")
        assert page.status == 200
        assert page.well_formed() == []
        assert "<script>" not in page.html.replace('<script type="module"', "")


def test_a_filter_that_makes_no_sense_is_named() -> None:
    plants = make_category("植物")
    shop.goods(100, title="绿萝", category=plants)
    page = read(f"/c/{plants.slug}?low=abc&sort=zz")
    assert "最低价" in page.text
    assert "排序" in page.text
    assert page.tiles == ["绿萝"]
    english = read(f"/c/{plants.slug}?low=abc&sort=zz", "en")
    assert "Lowest price" in english.text


def test_a_nul_is_refused_with_a_page() -> None:
    assert read("/search?q=%00").status == 400


def test_search_knows_pinyin_and_helps_where_nothing_is_found() -> None:
    shop.goods(100, title="绿萝 大盆")
    assert read("/search?q=lvluo").tiles == ["绿萝 大盆"]
    nothing = read("/search?q=zzzz")
    assert "没有找到“zzzz”" in nothing.text
    assert nothing.tiles == ["绿萝 大盆"]  # what others buy
    suggested = read("/search/suggest?q=lvl")
    assert "绿萝 大盆" in suggested.text
    assert suggested.links("/p/")
    assert read("/search/suggest").html.strip() == ""


def test_variants_are_chosen_by_links() -> None:
    made = make_product(
        "马克杯",
        skus=[
            SkuDraft(f"M-{colour}-{size}", {"颜色": colour, "容量": size}, weight_g=100)
            for colour in ("红", "白")
            for size in ("小", "大")
            if (colour, size) != ("白", "大")
        ],
    )
    pricing.set_prices([PriceRow(sku.id, 1_000 + i) for i, sku in enumerate(made.skus)], actor=PRICER)
    put({sku.id: 5 for sku in made.skus})
    page = read(f"/p/{made.slug}?sku={quote('M-红-大')}")
    ways = page.links("sku=")
    # The other colour has no large one: the way leads to its small one.
    assert f"/p/{made.slug}?sku={quote('M-白-小')}" in ways
    assert f"/p/{made.slug}?sku={quote('M-红-小')}" in ways
    assert 'name="sku" value="M-红-大"' in page.html
    assert 'action="/cart/add"' in page.html
    assert "10.01" in page.flat
    assert read(f"/p/{made.slug}?sku=gone").status == 200


def test_scripts_in_every_field_are_escaped() -> None:
    evil = '<script>alert("x")</script>'
    plants = make_category(f"植物{evil}", name_en=evil)
    made = make_product(
        f"绿萝{evil}", category=plants, brand=make_brand(f"品牌{evil}"), subtitle=evil, description_html=f"<p>好</p>{evil}",
        attributes={"产地": evil}, tags=(evil,),
        skus=[SkuDraft("E-1", {"颜色": evil}, weight_g=1), SkuDraft("E-2", {"颜色": "白"}, weight_g=1)],
    )  # fmt: skip
    pricing.set_prices([PriceRow(sku.id, 100) for sku in made.skus], actor=PRICER)
    put({sku.id: 5 for sku in made.skus})
    promos.live(label_zh=evil, label_en=evil)
    make_page(
        {"type": "shelf", "rule": "new", "title": words(evil, evil)},
        hero(),
        banners(1),
        kind="home",
        slug="home",
        published=True,
    )
    paths = ("/", f"/c/{plants.slug}", f"/p/{made.slug}", f"/search?q={quote(evil)}", f"/c/{plants.slug}?attr.x={quote(evil)}",
             f"/search/suggest?q={quote('绿萝')}", f"/brands/{made.brand.slug}", f"/{quote(evil)}")  # fmt: skip
    for path in paths:
        for language in ("zh-Hans", "en"):
            assert "<script>alert" not in read(path, language).html, path


def test_every_page_is_well_formed_in_both_languages() -> None:
    plants = make_category("植物", name_en="Plants")
    indoor = make_category("室内", parent=plants)
    made = make_product(
        "绿萝",
        category=indoor,
        brand=make_brand("自然"),
        description_html="<p>好养</p><table><tr><td>a</td></tr></table>",
    )
    pricing.set_prices([PriceRow(made.skus[0].id, 100)], actor=PRICER)
    article = make_page(kind="article", slug="story", published=True, topic="养护")
    make_page(kind="help", slug="delivery", published=True, topic="配送")
    blocks: list[dict[str, Any]] = [
        {"type": "shelf", "rule": "new", "title": words("新品")}, hero(), banners(2), {"type": "categories"},
        {"type": "brands"}, {"type": "articles"}, {"type": "promises", "items": [{"title": words("快")}]},
        {"type": "notice", "text": words("注意")},
        {"type": "faq", "items": [{"question": words("问"), "answer": words("答")}]},
    ]  # fmt: skip
    make_page(*blocks, kind="home", slug="home", published=True)
    make_page({"type": "shelf", "rule": "new", "title": words("新品")}, kind="activity", slug="spring", published=True)
    assert article.slug == "story"
    paths = [
        "/", f"/c/{plants.slug}", f"/c/{indoor.slug}?in_stock=1", "/search?q=x", "/search", f"/p/{made.slug}",
        f"/p/{made.slug}/reviews", f"/brands/{made.brand.slug}", "/articles", "/articles/story", "/help",
        "/help/delivery", "/activity/spring", "/offline",
    ]  # fmt: skip
    for path in paths:
        for language in ("zh-Hans", "en"):
            page = read(path, language)
            assert (page.status, page.well_formed()) == (200, []), path
            assert f'<html lang="{language}"' in page.html
            assert page.html.count("<h1") == 1 or path in ("/offline",), path


def test_what_does_not_exist_says_so_and_helps() -> None:
    shop.goods(100, title="绿萝")
    for path in (
        "/nowhere",
        "/p/nothing",
        "/c/nothing",
        "/brands/nothing",
        "/articles/nothing",
        "/help/nothing",
        "/activity/x",
    ):
        page = read(path)
        assert page.status == 404
        assert 'action="/search"' in page.html
        assert "没有找到" in page.text
        assert page.tiles == ["绿萝"]
        assert page.meta("robots") == "noindex"


def test_an_article_is_no_help_page_and_the_other_way() -> None:
    make_page(kind="article", slug="story", published=True)
    make_page(kind="help", slug="delivery", published=True)
    assert read("/help/story").status == 404
    assert read("/articles/delivery").status == 404


def test_a_browser_that_has_the_page_is_not_sent_it_again() -> None:
    shop.goods(100)
    page = read("/search")
    again = read("/search", if_none_match=page.headers["ETag"])
    assert (again.status, again.html) == (304, "")
    shop.goods(100)
    assert read("/search", if_none_match=page.headers["ETag"]).status == 200


def test_a_page_is_small() -> None:
    """With its style sheet and script below 100 kB; this is the page alone, packed as browsers get it."""
    plants = make_category("植物")
    for _ in range(30):
        shop.goods(12_900, category=plants, brand=make_brand(), attributes={"颜色": "绿"}, subtitle="带盆土，含养护卡")
    make_page(
        {"type": "shelf", "rule": "new", "title": words("新品"), "limit": 24}, kind="home", slug="home", published=True
    )
    slug = ok(Caller().get(LIST))["items"][0]["slug"]
    for path in ("/", f"/c/{plants.slug}", f"/p/{slug}"):
        assert len(gzip.compress(read(path).html.encode())) < 25_000


def test_previews_show_drafts_to_whoever_holds_the_word() -> None:
    made = make_page(kind="article", slug="story", published=True, title="旧题")
    view = content.page(made.id)
    data = view.content.data() | {"title": words("新题", "New")}
    content_services.save_draft(made.id, Change(content=data), expected_version=view.version, actor=SYSTEM)
    token = content.preview_token(made.id, actor=SYSTEM)
    page = read(f"/preview?token={token}")
    assert "新题" in page.text
    assert page.meta("robots") == "noindex"
    assert "新题" not in read("/articles/story").text
    assert read("/preview?token=wrong").status in (403, 404, 410)


@pytest.mark.parametrize("path", ["/", "/search", "/help"])
def test_pages_are_only_read(path: str) -> None:
    assert Client().post(path, headers={"sec-fetch-site": "same-origin"}).status_code == 405
