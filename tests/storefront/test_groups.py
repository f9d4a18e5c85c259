"""Buying in a group at the pages, without scripts: open, invite, join, wait, and what becomes of it."""

from __future__ import annotations

import re

import pytest

from tests.factories.groups import buy_in, group_of, offer
from tests.factories.promotions import public_code
from tests.factories.shop import goods, open_shop
from tests.orders.racing import settle
from tests.storefront.buying import ADDRESS, form_at, number_in, put_in, text
from tests.support.pages import Browser
from zhanggui.groupbuy import selectors
from zhanggui.kernel import db
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(db: None) -> None:
    open_shop()
    selectors.forget()


@pytest.fixture
def tea() -> str:
    return goods(10000, title="龙井", stock=10)[0]


def buy_at(browser: Browser, page: str, **over: str) -> str:
    """From the offer's page or an invitation to a paid order; its address."""
    chosen = browser.post(page, form_at(browser.get(page), page))
    assert chosen.status_code == 303, text(chosen)
    checkout = browser.get(chosen.headers["Location"])
    form = form_at(checkout, "/checkout") | ADDRESS | {"provider": "simulator", "do": "place"} | over
    answer = browser.post("/checkout", form)
    if answer.status_code == 409:
        answer = browser.post("/checkout", form_at(answer, "/checkout") | {"do": "place"})
    assert answer.status_code == 303, text(answer)
    return str(answer.headers["Location"])


def test_opening_inviting_and_joining(tea: str) -> None:
    offer_id = offer((tea, 7000), size=2)
    first, friend = Browser(), Browser()
    assert "龙井" in text(first.get("/groups"))
    paid = first.get(buy_at(first, f"/groups/offers/{offer_id}"))
    assert "还差 1 人成团" in text(paid)
    link = re.search(r"/groups/([A-Za-z0-9_-]{6,})", text(paid))
    assert link is not None
    invitation = friend.get(link[0])
    assert "韩**" in text(invitation)
    assert "韩梅梅" not in text(invitation)
    assert "参加这个团" in text(invitation)
    buy_at(friend, link[0], mobile="13900139001", name="李雷")
    full = text(first.get(link[0]))
    assert "拼团成功" in full
    assert "李**" in full
    group = selectors.group(link[1])
    assert group.state == "full"


def test_a_group_purchase_leaves_the_cart_alone(tea: str) -> None:
    (other,) = goods(500, title="茶杯")
    browser = Browser()
    put_in(browser, other)
    held = browser.cookies["zg_cart"].value
    public_code("TEN", {"off": 1000})
    offer_id = offer((tea, 7000), size=2)
    page = f"/groups/offers/{offer_id}"
    chosen = browser.post(page, form_at(browser.get(page), page))
    checkout = browser.get(chosen.headers["Location"])
    assert "龙井" in text(checkout)
    assert "茶杯" not in text(checkout)
    refused = browser.post("/checkout", form_at(checkout, "/checkout") | {"do": "coupon", "code": "TEN"})
    assert refused.status_code == 409
    number = number_in(buy_at(browser, page))
    order = orders.find(number)
    assert order is not None
    assert order["hold"] == "group"
    assert browser.cookies["zg_cart"].value == held
    assert "茶杯" in text(browser.get("/cart"))


def test_the_order_says_that_it_waits_and_what_became_of_its_group(tea: str) -> None:
    browser = Browser()
    address = buy_at(browser, f"/groups/offers/{offer((tea, 7000))}").replace("/pay/", "/orders/")
    page = text(browser.get(address))
    assert "已付款，等待成团" in page
    assert "还差 2 人成团" in page
    db.execute("update groupbuy_group set expires_at = opened_at")
    order_services.end_groups()
    settle()
    page = text(browser.get(address))
    assert "拼团未成，款项原路退回" in page
    assert "没有拼成" in page


def test_the_product_page_leads_to_its_offer(tea: str) -> None:
    row = db.row(
        "select p.slug from catalog_sku s join catalog_product p on p.id = s.product_id where s.code = %s", (tea,)
    )
    assert row is not None
    browser = Browser()
    assert "/groups/offers/" not in text(browser.get(f"/p/{row['slug']}"))
    offer_id = offer((tea, 7000))
    page = text(browser.get(f"/p/{row['slug']}"))
    assert f"/groups/offers/{offer_id}" in page
    assert "3 人团" in page


def test_what_cannot_be_is_said_at_the_form(tea: str) -> None:
    offer_id = offer((tea, 7000), size=2)
    token = group_of(buy_in(tea, offer_id, buyer=1)).token
    browser = Browser()
    assert browser.post(f"/groups/offers/{offer_id}", {"sku": "nothing", "quantity": "1"}).status_code in (
        404,
        409,
        422,
    )
    assert browser.post(f"/groups/{token}", {"sku": tea, "quantity": "0"}).status_code == 422
    assert browser.post(f"/groups/{token}", {"sku": tea, "quantity": "9"}).status_code == 409
    assert browser.get("/groups/none").status_code == 404
    assert browser.get("/groups/offers/999999").status_code == 404
    buy_in(tea, offer_id, token, buyer=2)
    page = text(browser.get(f"/groups/{token}"))
    assert "参加这个团" not in page
    assert "自己开一个团" in page
