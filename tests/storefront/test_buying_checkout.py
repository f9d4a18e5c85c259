"""From the cart to the order: one page, safe to press twice, honest about every change."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.accounts import PASSWORD, mobile
from tests.factories.inventory import put
from tests.factories.pricing import PRICER
from tests.factories.promotions import live_coupon, public_code
from tests.factories.shop import goods, open_shop
from tests.storefront.buying import ADDRESS, form_at, number_in, order_form, place, put_in, signed_in, text
from tests.support.pages import Browser
from zhanggui.accounts import services as accounts
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.members import selectors as members
from zhanggui.members import services as member_services
from zhanggui.members.types import AddressInput
from zhanggui.orders import selectors as orders
from zhanggui.pickup import services as pickup
from zhanggui.pickup.types import PointDraft
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow
from zhanggui.promotions import services as promotions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(db: None) -> None:
    open_shop()


@pytest.fixture
def guest() -> Browser:
    """A guest with one article in the cart."""
    (code,) = goods(12900, title="绿萝", stock=10)
    browser = Browser()
    put_in(browser, code)
    return browser


def sku_of(browser: Browser) -> str:
    row = db.row("select lines from checkout_cart where id = %s", (browser.cookies["zg_cart"].value,))
    assert row is not None
    return str(row["lines"][0]["sku"])


def order_count() -> int:
    row = db.row("select count(*)::int as n from orders_order")
    return row["n"] if row else 0


def reprice(code: str, price: int) -> None:
    sku = catalog.sellable_by_code([code])[0].sku_id
    pricing.set_prices([PriceRow(sku, list_price=price, sale_price=price)], reason="test", actor=PRICER)


def test_a_guest_buys_and_follows_the_order_by_its_link(guest: Browser) -> None:
    answer = place(guest)
    assert answer.status_code == 303
    address = answer.headers["Location"]
    assert "token=" in address
    page = guest.get(address)
    assert "付款成功" in text(page)
    order = orders.find(number_in(address))
    assert order is not None
    assert (order["status"], order["contact_name"], order["city"], order["total"]) == (
        "paid",
        "韩梅梅",
        "杭州市",
        12900,
    )
    assert "购物车是空的" in text(guest.get("/cart"))
    assert Browser().get(address.replace("token=", "token=x")).status_code == 404


def test_an_empty_cart_has_no_checkout() -> None:
    assert Browser().get("/checkout").headers["Location"] == "/cart"


def test_a_double_click_is_one_order(guest: Browser) -> None:
    form = order_form(guest)
    first, second = guest.post("/checkout", form), None
    guest.client.cookies["zg_cart"] = form["cart"]
    second = guest.post("/checkout", form)
    assert number_in(first.headers["Location"]) == number_in(second.headers["Location"])
    assert order_count() == 1


def test_two_windows_buy_once(guest: Browser) -> None:
    first, second = order_form(guest), order_form(guest)
    assert first["key"] != second["key"]
    one = guest.post("/checkout", first)
    other = guest.post("/checkout", second)
    assert number_in(one.headers["Location"]) == number_in(other.headers["Location"])
    assert "said=bought" in other.headers["Location"]
    assert order_count() == 1


def test_pressed_again_the_button_never_buys_another_open_cart() -> None:
    first, second = goods(1000, 500)
    browser, _ = signed_in()
    put_in(browser, first)
    form = order_form(browser)
    browser.post("/checkout", form)
    put_in(browser, second)
    again = browser.post("/checkout", form)
    assert "said=bought" in again.headers["Location"]
    assert order_count() == 1


def test_every_wrong_field_is_told_at_once_and_nothing_typed_is_lost(guest: Browser) -> None:
    wrong = {"name": "", "mobile": "123", "province": "", "line": "", "note": "请用<b>纸箱</b>"}
    answer = guest.post("/checkout", order_form(guest, **wrong))
    page = text(answer)
    assert answer.status_code == 422
    for field in ("name", "mobile", "province", "line"):
        assert f'id="f-{field}-error"' in page
    assert 'value="123"' in page
    assert "请用&lt;b&gt;纸箱&lt;/b&gt;" in page
    assert order_count() == 0


def test_short_names_of_regions_are_understood_and_wrong_ones_offered_a_list(guest: Browser) -> None:
    answer = guest.post("/checkout", order_form(guest, province="浙江", city="深圳", district=""))
    assert answer.status_code == 422
    assert "没有“深圳”" in text(answer)
    answer = place(guest, province="浙江省", city="杭州", district="西湖")
    order = orders.find(number_in(answer.headers["Location"]))
    assert order is not None
    assert (order["province"], order["city"], order["district"]) == ("浙江省", "杭州市", "西湖区")


def test_a_region_typed_short_is_still_there_when_the_list_comes(guest: Browser) -> None:
    form = order_form(guest, city="杭州", district="西湖", do="update")
    shown = form_at(guest.post("/checkout", form), "/checkout")
    assert (shown["province"], shown["city"], shown["district"]) == ("浙江省", "杭州市", "西湖区")


def test_freight_is_shown_before_anything_is_bought(guest: Browser) -> None:
    pricing.save_freight_rule(method="express", fee=1000, actor=PRICER)
    answer = guest.post("/checkout", order_form(guest))
    assert answer.status_code == 409
    assert "应付金额有变化" in text(answer)
    assert "¥129.00" in text(answer)
    assert "¥139.00" in text(answer)
    assert order_count() == 0
    answer = guest.post("/checkout", form_at(answer, "/checkout") | {"do": "place"})
    assert answer.status_code == 303


def test_the_total_follows_the_address(guest: Browser) -> None:
    pricing.save_freight_rule(method="express", fee=1000, actor=PRICER)
    answer = guest.post("/checkout", order_form(guest, do="update"))
    assert "¥139.00" in text(answer)
    assert guest.post("/checkout", form_at(answer, "/checkout") | {"do": "place"}).status_code == 303


def test_where_nothing_is_delivered_the_page_says_so(guest: Browser) -> None:
    pricing.save_freight_rule(method="express", province="西藏", deliverable=False, actor=PRICER)
    answer = guest.post("/checkout", order_form(guest, province="西藏自治区", city="拉萨市", district="城关区"))
    assert answer.status_code == 409
    assert "暂不支持快递" in text(answer)
    assert "韩梅梅" in text(answer)


def test_a_dearer_article_is_a_question_with_both_totals(guest: Browser) -> None:
    form = order_form(guest)
    reprice(sku_of(guest), 13900)
    answer = guest.post("/checkout", form)
    assert answer.status_code == 409
    page = text(answer)
    assert "应付金额有变化" in page
    assert "<s>¥129.00</s>" in page
    assert "<b>¥139.00</b>" in page
    assert order_count() == 0
    assert guest.post("/checkout", form_at(answer, "/checkout") | {"do": "place"}).status_code == 303


def test_what_sold_out_is_settled_on_the_page_with_the_form_kept() -> None:
    first, second = goods(1000, 300, stock=5)
    browser = Browser()
    put_in(browser, first, 4)
    put_in(browser, second)
    form = order_form(browser)
    put({catalog.sellable_by_code([first])[0].sku_id: 2})
    answer = browser.post("/checkout", form)
    assert answer.status_code == 409
    assert "库存只剩 2 件" in text(answer)
    answer = browser.post("/checkout", form_at(answer, "/checkout") | {"do": "line:1:fit:2"})
    assert "韩梅梅" in text(answer)
    assert "¥23.00" in text(answer)
    answer = browser.post("/checkout", form_at(answer, "/checkout") | {"do": "place"})
    assert answer.status_code == 303


def test_a_coupon_that_died_is_told_and_can_be_left_out(guest: Browser) -> None:
    coupon = public_code("FIVE", {"off": 500})
    answer = guest.post("/checkout", order_form(guest, do="coupon", code="FIVE"))
    assert "−¥5.00" in text(answer)
    form = form_at(answer, "/checkout") | {"do": "place"}
    promotions.end(coupon, actor=SYSTEM)
    answer = guest.post("/checkout", form)
    assert answer.status_code == 409
    assert "已失效" in text(answer)
    assert order_count() == 0
    answer = guest.post("/checkout", form_at(answer, "/checkout") | {"do": "drop:FIVE"})
    assert "¥129.00" in text(answer)
    assert guest.post("/checkout", form_at(answer, "/checkout") | {"do": "place"}).status_code == 303


def test_a_wrong_coupon_code_is_told_at_its_field(guest: Browser) -> None:
    answer = guest.post("/checkout", order_form(guest, do="coupon", code="NOPE"))
    assert answer.status_code == 409
    assert "没有这个优惠码" in text(answer)
    assert 'id="f-code-error"' in text(answer)
    assert "韩梅梅" in text(answer)


def test_members_use_an_address_of_their_book_and_a_coupon_of_their_wallet() -> None:
    (code,) = goods(12900)
    browser, member_id = signed_in()
    home = AddressInput("李雷", "13800138000", "广东省", "东莞市", "", "莞城路 2 号")
    member_services.add_address(member_id, home, actor=SYSTEM)
    coupon = live_coupon({"off": 900})
    promotions.grant(coupon, [member_id], actor=SYSTEM)
    put_in(browser, code)
    page = browser.get("/checkout")
    assert "莞城路 2 号" in text(page)
    assert "1 张可用" in text(page)
    held = text(page).split('name="held" value="')[1].split('"')[0]
    page = browser.post("/checkout", form_at(page, "/checkout") | {"do": "coupon", "held": held})
    assert "−¥9.00" in text(page)
    answer = browser.post("/checkout", form_at(page, "/checkout") | {"provider": "simulator", "do": "place"})
    order = orders.find(number_in(answer.headers["Location"]))
    assert order is not None
    assert (order["member_id"], order["city"], order["total"]) == (member_id, "东莞市", 12000)
    assert "token" not in answer.headers["Location"]


def test_a_new_address_goes_into_the_book_if_wanted() -> None:
    (code,) = goods(12900)
    browser, member_id = signed_in()
    for wanted in ("", "1"):
        put_in(browser, code)
        assert place(browser, remember=wanted).status_code == 303
        assert len(members.addresses(member_id)) == bool(wanted)


def test_goods_can_be_fetched_where_the_mall_says(guest: Browser) -> None:
    pricing.save_freight_rule(method="express", fee=1000, actor=PRICER)
    assert "自提" not in text(guest.get("/checkout"))
    pickup.save_point("HB", PointDraft("湖滨店", "浙江省", "杭州市", "延安路 1 号"), actor=SYSTEM)
    contact = {"name": "韩梅梅", "mobile": "13900139000", "method": "pickup", "point": "HB", "provider": "simulator"}
    form = form_at(guest.get("/checkout"), "/checkout") | contact | {"do": "place"}
    answer = guest.post("/checkout", form)
    order = orders.find(number_in(answer.headers["Location"]))
    assert order is not None
    assert (order["delivery_method"], order["address_line"], order["total"]) == ("pickup", "湖滨店 延安路 1 号", 12900)


def test_an_expired_session_keeps_what_was_typed_and_goes_on_after_signing_in() -> None:
    (code,) = goods(12900)
    number = mobile()
    member_services.register(number, PASSWORD, actor=SYSTEM)
    browser = Browser()
    browser.post("/sign-in", {"mobile": number, "password": PASSWORD})
    put_in(browser, code)
    form = order_form(browser, note="放门口")
    accounts.sign_out(browser.cookies["zg_member"].value)
    answer = browser.post("/checkout", form)
    assert answer.status_code == 401
    assert "您填写的内容已为您保留" in text(answer)
    answer = browser.post("/sign-in", form_at(answer, "/sign-in") | {"mobile": number, "password": PASSWORD})
    assert "继续刚才的操作" in text(answer)
    answer = browser.post("/checkout", form_at(answer, "/checkout") | {"do": "place"})
    order = orders.find(number_in(answer.headers["Location"]))
    assert order is not None
    assert (order["buyer_note"], order["contact_name"]) == ("放门口", "韩梅梅")


def test_what_was_laid_aside_is_there_after_buying(guest: Browser) -> None:
    (other,) = goods(500, title="陶盆")
    put_in(guest, other)
    guest.post("/cart/lines/2", {"do": "later"})
    assert place(guest).status_code == 303
    assert "陶盆" in text(guest.get("/cart"))


@pytest.mark.parametrize(
    "bad",
    [
        {"provider": "gold"}, {"provider": ""}, {"method": "teleport"}, {"address": "999"}, {"total": "x"},
        {"total": "-1"}, {"note": "长" * 501}, {"name": "名" * 81}, {"mobile": "😀"}, {"do": "nonsense"},
        {"do": "line:x:fit:x"}, {"do": "drop:"}, {"province": "<script>"}, {"line": "\x00"},
    ],
    ids=str,
)  # fmt: skip
def test_bent_forms_are_answered_and_buy_nothing(guest: Browser, bad: dict[str, Any]) -> None:
    answer = guest.post("/checkout", order_form(guest, **bad))
    assert answer.status_code in (200, 400, 409, 422, 303)
    if "address" not in bad:
        assert order_count() == 0
    assert "<script>" not in text(answer).replace('<script type="module"', "")


def test_a_form_of_another_site_is_not_done(guest: Browser) -> None:
    form = order_form(guest)
    guest.headers["sec-fetch-site"] = "cross-site"
    assert guest.post("/checkout", form).status_code == 403
    assert order_count() == 0


def test_the_address_form_speaks_english() -> None:
    (code,) = goods(100)
    browser = Browser("en")
    put_in(browser, code)
    answer = browser.post(
        "/checkout", form_at(browser.get("/checkout"), "/checkout") | {"do": "place", "provider": "simulator"}
    )
    assert "this field is required" in text(answer)
    assert "choose a province" in text(answer)
    assert ADDRESS["name"] not in text(answer)
