"""The cart as buyers tell it: what lies in it, what it costs, and what has changed meanwhile."""

from __future__ import annotations

import pytest

from tests.factories.inventory import put
from tests.factories.pricing import PRICER
from tests.factories.promotions import live, public_code
from tests.factories.shop import goods, open_shop
from tests.storefront.buying import form_at, put_in, signed_in, text
from tests.support.pages import Browser
from zhanggui.catalog import selectors as catalog
from zhanggui.members import selectors as members
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(db: None) -> None:
    open_shop()


def reprice(code: str, price: int) -> None:
    sku = catalog.sellable_by_code([code])[0].sku_id
    pricing.set_prices([PriceRow(sku, list_price=price, sale_price=price)], reason="test", actor=PRICER)


def restock(code: str, units: int) -> None:
    put({catalog.sellable_by_code([code])[0].sku_id: units})


def test_an_empty_cart_says_so_and_leads_on() -> None:
    page = Browser().get("/cart")
    assert page.status_code == 200
    assert "购物车是空的" in text(page)
    assert "Your cart is empty" in text(Browser("en").get("/cart"))


def test_goods_go_in_and_the_header_knows_how_many() -> None:
    (code,) = goods(12900, title="绿萝")
    browser = Browser()
    page = browser.follow(put_in(browser, code, 2))
    assert "绿萝" in text(page)
    assert "¥258.00" in text(page)
    assert browser.cookies["zg_count"].value == "2"
    assert browser.cookies["zg_cart"]["httponly"]


def test_a_script_gets_the_drawer_alone() -> None:
    (code,) = goods(12900)
    browser = Browser()
    answer = browser.post("/cart/add", {"sku": code, "quantity": 1}, x_part="added")
    assert answer.status_code == 200
    assert 'id="added"' in text(answer)
    assert "<html" not in text(answer)


def test_buying_at_once_leads_to_the_checkout() -> None:
    (code,) = goods(12900)
    browser = Browser()
    assert browser.post("/cart/add", {"sku": code, "next": "checkout"}).headers["Location"] == "/checkout"


def test_more_than_there_is_is_refused_in_words_and_leaves_the_cart() -> None:
    (code,) = goods(12900, stock=3)
    browser = Browser()
    put_in(browser, code, 2)
    answer = put_in(browser, code, 5)
    assert answer.status_code == 409
    assert "只剩 3 件" in text(answer)
    assert browser.cookies["zg_count"].value == "2"


@pytest.mark.parametrize("quantity", ["-1", "x", "", "99999999999", "1.5"])
def test_nonsense_for_a_quantity_is_told(quantity: str) -> None:
    (code,) = goods(12900)
    browser = Browser()
    put_in(browser, code)
    answer = browser.post("/cart/lines/1", {"quantity": quantity})
    assert answer.status_code == 422
    assert "数量应在 1 到" in text(answer)


def test_a_quantity_is_changed_and_a_line_removed_with_a_way_back() -> None:
    first, second = goods(12900, 500)
    browser = Browser()
    put_in(browser, first)
    put_in(browser, second)
    assert "¥387.00" in text(browser.follow(browser.post("/cart/lines/1", {"quantity": 3})))
    page = browser.get("/cart")
    gone = browser.post("/cart/lines/1", form_at(page, "/cart/lines/1") | {"do": "remove", "sku": first, "units": 3})
    page = browser.follow(gone)
    assert "撤销" in text(page)
    assert "¥5.00" in text(page)
    page = browser.follow(browser.post("/cart/add", form_at(page, "/cart/add")))
    assert "¥392.00" in text(page)


def test_a_line_waits_for_later_and_comes_back() -> None:
    first, second = goods(12900, 500)
    browser = Browser()
    put_in(browser, first)
    put_in(browser, second)
    page = browser.follow(browser.post("/cart/lines/1", {"do": "later"}))
    assert "稍后再买" in text(page)
    assert browser.cookies["zg_count"].value == "1"
    assert "¥134.00" in text(browser.follow(browser.post("/cart/lines/1", {"do": "back"})))


def test_promotions_say_what_they_did_and_what_is_missing() -> None:
    (code,) = goods(7700, title="茶")
    live(config={"steps": [{"threshold": 10000, "off": 2000}]})
    browser = Browser()
    page = browser.follow(put_in(browser, code))
    assert "再买 23.00 元可减 20 元" in text(page)
    page = browser.follow(browser.post("/cart/lines/1", {"quantity": 2}))
    assert "−¥20.00" in text(page)
    assert "Add ¥23.00 more to take ¥20 off" in text(_english(browser, code))


def _english(browser: Browser, code: str) -> object:
    other = Browser("en")
    return other.follow(put_in(other, code))


def test_a_coupon_is_used_refused_with_its_reason_and_taken_off() -> None:
    (code,) = goods(7700)
    public_code("FIVE", {"off": 500})
    browser = Browser()
    put_in(browser, code)
    wrong = browser.post("/cart/coupons", {"code": "NOPE"})
    assert wrong.status_code == 409
    assert "没有这个优惠码" in text(wrong)
    assert 'value="NOPE"' in text(wrong)
    page = browser.follow(browser.post("/cart/coupons", {"code": "five"}))
    assert "−¥5.00" in text(page)
    assert "−¥5.00" not in text(browser.follow(browser.post("/cart/coupons", {"code": "FIVE", "do": "drop"})))


def test_a_dearer_article_is_shown_with_both_prices_until_the_buyer_agrees() -> None:
    (code,) = goods(1000)
    browser = Browser()
    put_in(browser, code)
    reprice(code, 1250)
    page = browser.get("/cart")
    assert "放入时 ¥10.00，现在 ¥12.50" in text(page)
    assert "放入时" not in text(browser.follow(browser.post("/cart/prices")))


def test_what_sold_out_meanwhile_is_marked_with_ways_out() -> None:
    (code,) = goods(1000, stock=5)
    browser = Browser()
    put_in(browser, code, 5)
    restock(code, 2)
    page = browser.get("/cart")
    assert "库存只剩 2 件" in text(page)
    assert "改为 2 件" in text(page)
    assert "请先处理缺货商品" in text(page)
    page = browser.follow(browser.post("/cart/lines/1", {"quantity": 2}))
    assert "去结算" in text(page)


def test_a_member_keeps_a_line_as_a_favourite() -> None:
    (code,) = goods(1000)
    browser, member_id = signed_in()
    put_in(browser, code)
    page = browser.get("/cart")
    assert "移入收藏" in text(page)
    product = catalog.sellable_by_code([code])[0].product_id
    browser.post("/cart/lines/1", {"do": "keep", "product": product, "price": 1000})
    assert members.favourites_among(member_id, [product]) == {product}
    assert "购物车是空的" in text(browser.get("/cart"))


def test_a_guests_cart_comes_along_when_he_signs_in() -> None:
    from tests.factories.accounts import PASSWORD, mobile
    from zhanggui.kernel.actor import SYSTEM
    from zhanggui.members import services

    first, second = goods(1000, 300, title="瓷杯")
    number = mobile()
    services.register(number, PASSWORD, actor=SYSTEM)
    home, office = Browser(), Browser()
    for browser, code in ((home, first), (office, second)):
        put_in(browser, code)
        assert browser.post("/sign-in", {"mobile": number, "password": PASSWORD}).status_code == 303
    assert office.cookies["zg_count"].value == "2"
    assert "¥13.00" in text(office.get("/cart"))
    assert "¥13.00" in text(home.get("/cart"))


def test_nobody_uses_another_members_cart() -> None:
    (code,) = goods(1000)
    browser, _ = signed_in()
    put_in(browser, code)
    stranger = Browser()
    stranger.client.cookies["zg_cart"] = browser.cookies["zg_cart"].value
    assert "购物车是空的" in text(stranger.get("/cart"))


@pytest.mark.parametrize("cookie", ["", "x", "../../etc/passwd", "a" * 200])
def test_a_bent_cookie_is_no_cart(cookie: str) -> None:
    browser = Browser()
    browser.client.cookies["zg_cart"] = cookie
    assert browser.get("/cart").status_code == 200
