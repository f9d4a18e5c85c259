"""What is made to order, bought without scripts: asked on its page, refused with what was typed, told on cart and order."""

from __future__ import annotations

import pytest

from tests.factories.bespoke import cup
from tests.factories.shop import open_shop
from tests.storefront.buying import order_form, text
from tests.support.pages import Browser
from zhanggui.catalog import selectors as catalog
from zhanggui.orders import selectors as orders

pytestmark = pytest.mark.django_db


def test_a_cup_is_engraved_from_its_page_to_the_order() -> None:
    open_shop()
    code = cup(daily=1)
    slug = catalog.sellable_by_code([code])[0].slug
    browser = Browser()
    page = text(browser.get(f"/p/{slug}"))
    assert all(word in page for word in ('name="p-name"', 'value="金色"', "¥12.00", "无理由", "每天制作 1 件"))
    wrong = browser.post(
        "/cart/add", {"sku": code, "quantity": 2, "p-name": "名字太长了写不下去了", "p-height": "9", "p-colour": "金色"}
    )
    assert wrong.status_code == 422
    again = text(wrong)
    assert all(word in again for word in ("最多 8 个字", 'value="9"', 'value="金色" checked'))
    drawer = text(browser.post("/cart/add", {"sku": code, "quantity": 1}, x_part="added"))
    assert "请填写「刻字」" in drawer
    assert (
        browser.post("/cart/add", {"sku": code, "quantity": 2, "p-name": "安娜", "p-colour": "金色"}).status_code == 303
    )
    shown = text(browser.get("/cart"))
    assert all(word in shown for word in ("安娜", "金色", "¥140.00", "/cart/lines/1/made"))
    assert 'value="安娜"' in text(browser.get("/cart/lines/1/made"))
    assert browser.post("/cart/lines/1/made", {"p-name": ""}).status_code == 422
    assert browser.post("/cart/lines/1/made", {"p-name": "包柏"}).status_code == 303
    placed = browser.post("/checkout", order_form(browser))
    assert placed.status_code == 303
    number = placed["Location"].split("/")[2].split("?")[0]
    told = text(browser.get(f"/orders/{number}?{placed['Location'].partition('?')[2]}"))
    assert all(word in told for word in ("包柏", "制作中", "¥62.00"))
    [line] = orders.find(number)["lines"]
    assert (line["surcharge"], line["promise_hours"]) == (1200, 168 + 24)  # two pieces, one a day
