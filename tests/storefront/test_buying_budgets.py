"""What the pages of buying cost in statements: the same for one article and for twenty, for one order and for thirty."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.aftersales import ask, delivered
from tests.factories.promotions import public_code
from tests.factories.shop import buy, goods, open_shop
from tests.storefront.buying import ADDRESS, put_in, signed_in
from tests.support.pages import Browser
from zhanggui.kernel import mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.selectors import access_token

pytestmark = pytest.mark.django_db
FEW_AND_MANY = pytest.mark.parametrize("count", [1, 20])


@pytest.fixture(autouse=True)
def _open(db: None) -> None:
    open_shop()


#: Once a second, or once in three, whatever is asked for: the versions of what is kept in memory, and who a token is.
NOW_AND_THEN = ("kernel_version", "accounts_accesstoken")


def cost(browser: Browser, path: str) -> int:
    """Statements of a page whose frame and rules are in memory, as in a mall that runs."""
    assert browser.get(path).status_code == 200
    with CaptureQueriesContext(connection) as caught:
        browser.get(path)
    told = [" ".join(query["sql"].split()) for query in caught.captured_queries]
    mine = [
        sql
        for sql in told
        if not sql.startswith(("SAVEPOINT", "RELEASE"))
        and ("checkout_goods" in sql or not any(piece in sql for piece in NOW_AND_THEN))
    ]
    return len(mine)


def filled(count: int) -> Any:
    browser, member_id = signed_in()
    for code in goods(*[1000] * count):
        put_in(browser, code)
    return browser, member_id


@FEW_AND_MANY
def test_the_cart(count: int) -> None:
    browser, _ = filled(count)
    assert cost(browser, "/cart") == 2  # the cart, its goods
    public_code("FIVE", {"off": 5})
    browser.post("/cart/coupons", {"code": "FIVE"})
    assert cost(browser, "/cart") == 3


@FEW_AND_MANY
def test_the_checkout(count: int) -> None:
    browser, _ = filled(count)
    for _ in range(count):
        browser.post("/account/addresses/new", ADDRESS)
    assert cost(browser, "/checkout") == 7  # the cart twice, addresses, goods, wallet, points, balance


@FEW_AND_MANY
def test_an_order_and_its_payment(count: int) -> None:
    lines = [(code, 1) for code in goods(*[1000] * count)]
    number = delivered(*lines)
    ask(number, (1, 1))
    query = f"?token={access_token(number)}"
    assert cost(Browser(), f"/orders/{number}{query}") == 5  # the order, cases, what may be asked, parcels, reviews
    mall_settings.put("pledges.guarantee", True, actor=SYSTEM)
    assert cost(Browser(), f"/orders/{number}{query}") == 6  # and what its goods cost now
    assert cost(Browser(), f"/orders/{number}/guarantee/elsewhere{query}") == 3
    # what the order was sold under; of what may be asked for: variants, prices, codes, articles to exchange for
    assert cost(Browser(), f"/orders/{number}/return{query}") == (3 if count == 1 else 7)
    assert cost(Browser(), f"/pay/{number}{query}") == 1


@FEW_AND_MANY
def test_the_members_rooms(count: int) -> None:
    browser, member_id = signed_in()
    (code,) = goods(100, stock=1000)
    for _ in range(count):
        buy((code, 1), member_id=member_id)
    browser.post("/account/addresses/new", ADDRESS)
    budgets = {"": 9, "/orders": 2, "/returns": 1, "/coupons": 2, "/favourites": 1, "/addresses": 1, "/settings": 1}
    assert {room: most for room, most in budgets.items() if cost(browser, f"/account{room}") > most} == {}
