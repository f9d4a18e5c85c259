"""What machines read: maps, structured data, the installed shop; and that both ways to a page lead to the same one."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.test import Client

from tests.factories import shop
from tests.factories.catalog import make_brand, make_category, make_product
from tests.factories.content import make_page, words
from tests.factories.inventory import put
from tests.factories.pricing import PRICER
from tests.factories.sales import Line, sell
from tests.storefront.reading import forget, read
from zhanggui.catalog import selectors as catalog
from zhanggui.catalog import services as catalog_services
from zhanggui.kernel import clock, db, fresh, mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.lane import Request
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow
from zhanggui.showcase import live
from zhanggui.showcase import selectors as showcase
from zhanggui.showcase import services as showcase_services
from zhanggui.storefront import lane
from zhanggui.storefront.browse import frames, lists, product, reading, seo, sheets
from zhanggui.ui import environment
from zhanggui.ui import language as ui_language

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(fresh, "SECONDS", 3600.0)
    forget()
    yield
    forget()


def test_a_product_as_search_engines_read_it() -> None:
    plants = make_category("植物", name_en="Plants")
    made = make_product("绿萝", skus=2, category=plants, brand=make_brand("自然"), subtitle="好养")
    one, two = (sku.id for sku in made.skus)
    pricing.set_prices([PriceRow(one, 12_900), PriceRow(two, 15_900)], actor=PRICER)
    put({one: 3, two: 0})
    catalog_services.set_rating(made.id, rating=450, count=2, actor=SYSTEM)
    page = read(f"/p/{made.slug}")
    data = page.of_type("Product")
    first, second = data["offers"]
    assert (data["name"], data["brand"]["name"]) == ("绿萝", "自然")
    assert data["aggregateRating"] | {"@type": ""} == {
        "@type": "", "ratingValue": "4.5", "reviewCount": 2, "bestRating": "5", "worstRating": "1",
    }  # fmt: skip
    assert (first["price"], first["priceCurrency"], first["availability"]) == (
        "129.00",
        "CNY",
        "https://schema.org/InStock",
    )
    assert (second["price"], second["availability"]) == ("159.00", "https://schema.org/OutOfStock")
    assert first["hasMerchantReturnPolicy"]["merchantReturnDays"] == 7
    assert first["shippingDetails"]["deliveryTime"]["handlingTime"]["maxValue"] == 2
    assert second["shippingDetails"] == {"@id": first["shippingDetails"]["@id"]}
    crumbs = page.of_type("BreadcrumbList")["itemListElement"]
    assert [c["name"] for c in crumbs] == ["首页", "植物", "绿萝"]
    assert page.meta("og:type") == "product"
    assert page.meta("product:price:amount") == "129"


def test_the_home_page_says_who_we_are_and_how_to_search() -> None:
    page = read("/")
    assert {each["@type"] for each in page.data} == {"Organization", "WebSite"}
    assert "{search_term_string}" in page.of_type("WebSite")["potentialAction"]["target"]


def test_data_cannot_leave_its_script() -> None:
    shop.goods(100, title="</script><script>alert(1)</script>")
    page = read("/search")
    assert page.of_type("ItemList")["itemListElement"][0]["name"] == "</script><script>alert(1)</script>"


def test_languages_point_at_each_other_and_the_address_decides() -> None:
    plants = make_category("植物", name_en="Plants")
    shop.goods(100, category=plants)
    page = read(f"/c/{plants.slug}")
    others = dict(re.findall(r'hreflang="([^"]+)" href="([^"]+)"', page.html))
    assert set(others) == {"zh-Hans", "en", "x-default"}
    english = read(others["en"].partition("/c/")[1] + others["en"].partition("/c/")[2], "zh-Hans")
    assert "Plants" in english.text
    assert "植物" not in english.text


def test_the_map_of_the_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    plants = make_category("植物")
    brand = make_brand("自然")
    for i in range(5):
        make_product(f"绿萝 {i}", category=plants, brand=brand)
    make_product("未上架", listed=False)
    make_page(kind="article", slug="story", published=True)
    make_page(kind="help", slug="delivery", published=True)
    monkeypatch.setattr(seo, "PER_FILE", 2)
    index = read("/sitemap.xml")
    assert index.headers["Content-Type"] == "application/xml"
    files = re.findall(r"<loc>[^<]*?(/sitemap-[^<]+)</loc>", index.html)
    assert len(files) == 4
    pages = read(files[0]).html
    for path in ("/articles/story", "/help/delivery", f"/c/{plants.slug}", f"/brands/{brand.slug}"):
        assert path in pages
    found = [slug for file in files[1:] for slug in re.findall(r"<loc>[^<]*/p/([^<]+)</loc>", read(file).html)]
    assert len(found) == len(set(found)) == 5
    assert 'hreflang="en"' in pages


def test_robots_the_installed_shop_and_its_stand_in() -> None:
    robots = read("/robots.txt")
    assert "Disallow: /checkout" in robots.html
    assert "/sitemap.xml" in robots.html
    manifest = read("/manifest.webmanifest")
    assert manifest.headers["Content-Type"] == "application/manifest+json"
    for size in re.findall(r'"src": "(/icon-\d+\.png)"', manifest.html):
        assert Client().get(size).content.startswith(b"\x89PNG")
    assert "/offline" in read("/sw.js").html
    assert read("/offline").status == 200
    assert read("/icon-7.png").status == 404


class Alone:
    """A group commit that waits for nobody."""

    def __init__(self, work: Callable[[Sequence[Any]], Sequence[Any]]) -> None:
        self._work = work

    async def submit_async(self, item: Any) -> Any:
        return self._work([item])[0]


def by_lane(path: str, language: str = "zh-Hans", **more: str) -> Any:
    """The lane's answer, its work done in this thread."""
    address, _, query = path.partition("?")
    headers = {"accept-language": language} | {name.replace("_", "-"): value for name, value in more.items()}

    async def blocking(function: Any, *arguments: Any) -> Any:
        return function(*arguments)

    run = lane.operation("GET", address)
    assert run is not None
    request = Request(address, query, headers.get, b"", blocking)
    work = lane.serve(run, request)
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waited")


def test_both_ways_lead_to_the_same_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "gate", Alone(live.look_many))
    plants = make_category("植物", name_en="Plants")
    brand = make_brand("自然")
    shop.goods(12_900, title="绿萝", category=plants, brand=brand)
    slug = catalog.top("new", 1)[0].slug
    make_page({"type": "shelf", "rule": "new", "title": words("新品")}, kind="home", slug="home", published=True)
    for path in ("/", f"/c/{plants.slug}?sort=price", f"/brands/{brand.slug}", "/search?q=lvluo", f"/p/{slug}", "/p/nothing",
                 f"/c/{plants.slug}?low=x", "/search?q=%00", "/?hl=en"):  # fmt: skip
        for language in ("zh-Hans", "en"):
            ordinary = read(path, language)
            for _ in range(2):  # written, and kept
                answer = by_lane(path, language)
                assert (answer.status, answer.body.decode()) == (ordinary.status, ordinary.html), path
                assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
                assert answer.headers["Content-Security-Policy"] == ordinary.headers["Content-Security-Policy"]
    packed = by_lane("/", accept_encoding="gzip, br")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body).decode() == read("/").html
    again = by_lane("/", if_none_match=packed.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    dark = by_lane("/", cookie="a=b; zg_theme=dark; zg_lang=en")
    assert b'<html lang="en" data-theme="dark">' in dark.body


def test_the_lane_asks_the_database_in_threads_only_from_the_first_request_on(monkeypatch: pytest.MonkeyPatch) -> None:
    shop.goods(100)
    monkeypatch.setattr(live, "gate", Alone(live.look_many))
    asked, inside = db._run, [0]

    def run(*given: Any) -> Any:
        assert inside[0], "a coroutine asked the database"
        return asked(*given)

    async def blocking(function: Any, *arguments: Any) -> Any:
        inside[0] += 1
        try:
            return function(*arguments)
        finally:
            inside[0] -= 1

    monkeypatch.setattr(db, "_run", run)
    for path in ("/search", "/", "/p/nothing"):
        mall_settings.forget()
        forget()
        request = Request(path, "low=5", lambda _name: None, b"", blocking)
        operation = lane.operation("GET", path)
        assert operation is not None
        with pytest.raises(StopIteration) as done:
            lane.serve(operation, request).send(None)
        assert done.value.value.status in (200, 404)


def test_the_lane_serves_reading_only() -> None:
    for method, path in (
        ("POST", "/"),
        ("HEAD", "/"),
        ("GET", "/cart"),
        ("GET", "/p/a/b"),
        ("GET", "/p/a/reviews"),
        ("GET", "/c/a/b"),
    ):
        assert lane.operation(method, path) is None


def test_what_is_bought_together_stands_together() -> None:
    tea, cup, fan = (make_product(title) for title in ("茶", "杯", "扇"))
    for other in (cup, cup, cup, fan, fan):
        sell(clock.now(), Line(100, product_id=tea.id), Line(100, product_id=other.id))
    sell(clock.now(), Line(100, product_id=cup.id), Line(100, product_id=fan.id))  # once is no habit
    assert showcase_services.refresh_together(actor=SYSTEM) == 3
    assert showcase.bought_together(tea.id, 5) == [cup.id, fan.id]
    assert showcase.bought_together(cup.id, 5) == [tea.id]
    put({tea.skus[0].id: 5, cup.skus[0].id: 5, fan.skus[0].id: 5})
    assert read(f"/p/{tea.slug}").tiles == ["杯", "扇"]


def test_lately_looked_at_is_asked_by_id_and_shows_listed_goods_only() -> None:
    one, gone = make_product("绿萝"), make_product("吊兰", listed=False)
    page = read(f"/seen?ids={gone.id},{one.id},0,abc,99999999999999999999")
    assert page.tiles == ["绿萝"]
    assert read("/seen").status == 200


def test_a_page_put_into_a_kept_frame_is_the_page_of_its_template() -> None:
    plants = make_category("植物", name_en="Plants")
    make_product("绿萝", category=plants)
    for lang in ("zh-Hans", "en"):
        for theme in ("", "dark"):
            for template, path in (
                ("help", "/help"),
                ("product", "/p/绿?sku=A&b=\"'<"),
                ("search", "/search?q=<b>"),
                ("search", "/"),
            ):
                written = _contexts(template, path, sheets.Visitor(lang, theme))
                assert frames.whole(*written) == plainly(*written)


def _contexts(template: str, path: str, who: sheets.Visitor) -> tuple[str, str, dict[str, Any]]:
    """What a real page was written with."""
    caught: list[tuple[str, str, dict[str, Any]]] = []
    written = frames.whole

    def catch(*given: Any) -> str:
        caught.append(given)
        return written(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frames, "whole", catch)
        forget()
        if template == "help":
            reading.help_index(who).sheet()
        elif template == "search":
            lists.search("q=%3Cb%3E", who).sheet()
        else:
            product.page(catalog.products().items[0].slug, "", who).sheet()
    name, _, context = caught[0]
    return name, path, context


def plainly(template: str, path: str, context: dict[str, Any]) -> str:
    ui_language.use(context["lang"])
    return environment.get().get_template(template).render({**context, "path": path})
