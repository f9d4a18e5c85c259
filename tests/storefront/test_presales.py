"""Presales at the pages, without scripts: reserve, pay the deposit, find it again, pay the balance, give it up."""

from __future__ import annotations

import pytest

from tests.factories import accounts
from tests.factories.presales import article, close_balance, offer, open_balance, order, view
from tests.factories.shop import goods, open_shop
from tests.orders.racing import settle
from tests.storefront.buying import ADDRESS, form_at, text
from tests.support.pages import Browser
from zhanggui.kernel import db, mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.presale import selectors, services

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(db: None) -> None:
    open_shop()
    selectors.forget()


@pytest.fixture
def tea() -> str:
    return goods(9000, title="龙井", stock=10)[0]


def signed_in() -> Browser:
    number = accounts.mobile()
    accounts.member(number)
    browser = Browser()
    answer = browser.post("/sign-in", {"mobile": number, "password": accounts.PASSWORD})
    assert answer.status_code == 303, text(answer)
    return browser


def reserved(browser: Browser, offer_id: int) -> str:
    """From the offer's page to a reservation that waits for its deposit; its number."""
    page = f"/presales/{offer_id}"
    answer = browser.post(page, form_at(browser.get(page), page) | {"agreed": "1"})
    assert answer.status_code == 303, text(answer)
    return str(answer.headers["Location"]).rsplit("/", 1)[1]


def deposited(browser: Browser, offer_id: int) -> str:
    number = reserved(browser, offer_id)
    answer = browser.post(f"/presales/mine/{number}", {"provider": "simulator"})
    assert answer.status_code == 303
    return number


def test_from_the_product_page_to_the_order(tea: str) -> None:
    offer_id = offer({tea: article()})
    row = db.row(
        "select p.slug from catalog_sku s join catalog_product p on p.id = s.product_id where s.code = %s", (tea,)
    )
    assert row is not None
    browser = signed_in()
    page = text(browser.get(f"/p/{row['slug']}"))
    for words in ("付定金", "付尾款", "发货", f"/presales/{offer_id}", "抵"):
        assert words in page
    assert "龙井" in text(browser.get("/presales"))
    number = deposited(browser, offer_id)
    assert "已付定金" in text(browser.get(f"/presales/mine/{number}"))
    assert "距尾款开始" in text(browser.get("/account/presales"))
    open_balance(number)
    assert "1 笔预售尾款待付" in text(browser.get("/account"))
    assert "待付尾款" in text(browser.get("/account/presales"))
    to_pay = browser.post(f"/presales/mine/{number}/balance", {})
    assert to_pay.status_code == 303
    checkout = browser.get(to_pay.headers["Location"])
    for words in ("预售尾款", "定金膨胀", "已付定金", "应付尾款"):
        assert words in text(checkout)
    form = form_at(checkout, "/checkout") | ADDRESS | {"provider": "simulator", "do": "place"}
    answer = browser.post("/checkout", form)
    if answer.status_code == 409:
        answer = browser.post("/checkout", form_at(answer, "/checkout") | {"do": "place"})
    assert answer.status_code == 303, text(answer)
    found = orders.find(number)
    assert found is not None
    assert (found["status"], found["deposit"]) == ("paid", 1000)
    assert "其中定金" in text(browser.get(f"/orders/{number}"))
    assert f"/orders/{number}" in text(browser.get("/account/presales"))


def test_a_guest_signs_in_first_and_nobody_sees_anothers(tea: str) -> None:
    offer_id = offer({tea: article()})
    page = f"/presales/{offer_id}"
    guest = Browser()
    assert "/sign-in" in text(guest.post(page, form_at(guest.get(page), page) | {"agreed": "1"}))
    number = reserved(signed_in(), offer_id)
    other = signed_in()
    for path in (f"/presales/mine/{number}", f"/presales/mine/{number}/state"):
        assert other.get(path).status_code == 404
    for path in (f"/presales/mine/{number}/balance", f"/presales/mine/{number}/cancel", f"/presales/mine/{number}"):
        assert other.post(path, {"provider": "simulator"}).status_code == 404
    assert "还没有预订" in text(other.get("/account/presales"))


def test_what_cannot_be_is_said_at_the_form(tea: str) -> None:
    offer_id = offer({tea: article(pieces=1)}, buyer_limit=2)
    page, browser = f"/presales/{offer_id}", signed_in()
    form = form_at(browser.get(page), page)
    assert "同意定金规则" in text(browser.post(page, form))
    assert browser.post(page, form | {"agreed": "1", "sku": "nothing"}).status_code == 422
    assert browser.post(page, form | {"agreed": "1", "quantity": "0"}).status_code == 422
    refused = browser.post(page, form | {"agreed": "1", "quantity": "2"})
    assert refused.status_code == 409
    assert "名额不足" in text(refused)
    number = reserved(browser, offer_id)
    early = browser.post(f"/presales/mine/{number}/balance", {})
    assert early.status_code == 409
    assert "定金还没有付" in text(early)
    assert browser.get("/presales/999999").status_code == 404
    assert browser.get("/presales/mine/none").status_code == 404


@pytest.mark.parametrize("keeps", [True, False])
def test_giving_up_says_what_becomes_of_the_deposit(tea: str, keeps: bool) -> None:
    mall_settings.put("presale.keeps_cancelled", keeps, actor=SYSTEM)
    browser, offer_id = signed_in(), offer({tea: article()})
    number = deposited(browser, offer_id)
    page = text(browser.get(f"/presales/mine/{number}"))
    assert ("¥10.00 不退" if keeps else "¥10.00 原路退回") in page
    assert browser.post(f"/presales/mine/{number}/cancel", {}).status_code == 303
    assert view(number).state == ("forfeited" if keeps else "refunded")
    assert ("定金不退" if keeps else "定金原路退回") in text(browser.get(f"/presales/mine/{number}"))


def test_an_unpaid_balance_on_the_orders_page(tea: str) -> None:
    """Ordered and not paid: the page asks for the balance alone, warns before cancelling, and says that the deposit is kept."""
    browser, offer_id = signed_in(), offer({tea: article()})
    number = deposited(browser, offer_id)
    open_balance(number)
    order(number, tea, later=True)
    due = orders.find(number)["total"] - 1000
    paying = text(browser.get(f"/pay/{number}"))
    assert f"{due / 100:.2f}" in paying
    assert "尾款；定金" in paying
    assert "定金 ¥10.00 不退" in text(browser.get(f"/orders/{number}"))
    assert browser.post(f"/presales/mine/{number}/balance", {}).headers["Location"] == f"/pay/{number}"
    close_balance(number)
    order_services.expire_due()
    settle()
    assert "定金 ¥10.00 不退" in text(browser.get(f"/orders/{number}"))
    assert "逾期未付尾款" in text(browser.get(f"/presales/mine/{number}"))


def test_a_presale_called_off_says_so(tea: str) -> None:
    browser, offer_id = signed_in(), offer({tea: article()})
    number = deposited(browser, offer_id)
    services.call_off_offer(offer_id, actor=SYSTEM, reason="x")
    settle()
    assert "商家取消" in text(browser.get(f"/presales/mine/{number}"))
    assert "这次预售已取消" in text(browser.get(f"/presales/{offer_id}"))
