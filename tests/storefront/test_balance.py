"""The balance as a way to pay at the pages: who sees it, what it says, and that a press pays."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.shop import buy, goods, open_shop
from tests.storefront.buying import form_at, number_in, place, put_in, signed_in, text
from tests.support.pages import Browser
from zhanggui.kernel import mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.members import selectors, services
from zhanggui.orders import selectors as orders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(db: None) -> None:
    open_shop()


def buyer(balance: int) -> tuple[Browser, int]:
    browser, member_id = signed_in()
    if balance:
        services.adjust(member_id, balance, asset="balance", reason="充值", actor=SYSTEM)
    return browser, member_id


def balance_of(member_id: int) -> int:
    return selectors.available([member_id], "balance").get(member_id, 0)


def offered(page: Any) -> bool:
    return 'value="balance"' in text(page)


def test_the_checkout_pays_from_the_balance_in_one_press() -> None:
    browser, member_id = buyer(5_000)
    put_in(browser, goods(3_000)[0])
    assert "可用 ¥50.00" in text(browser.get("/checkout"))
    assert "¥50.00 available" in text(browser.get("/checkout", **{"Accept-Language": "en"}))
    number = number_in(place(browser, provider="balance").headers["Location"])
    sold = orders.find(number)
    assert sold is not None
    assert (sold["status"], sold["payment_provider"]) == ("paid", "balance")
    assert balance_of(member_id) == 5_000 - sold["total"]
    seen = text(browser.get(f"/pay/{number}"))
    assert "付款成功" in seen
    assert "余额" in text(browser.get(f"/orders/{number}"))
    assert number in text(browser.get("/account/points?of=balance"))


def test_a_balance_that_does_not_reach_is_shown_and_refused() -> None:
    browser, member_id = buyer(1_000)
    put_in(browser, goods(30_000)[0])
    page = text(browser.get("/checkout"))
    assert "可用 ¥10.00，还差" in page
    assert 'value="balance" disabled' in page
    refused = place(browser, provider="balance")
    assert refused.status_code == 422
    assert "余额不足：可用 ¥10.00，还差" in text(refused)
    assert balance_of(member_id) == 1_000


def test_only_members_who_have_a_balance_see_it() -> None:
    guest, (empty, _), (rich, _) = Browser(), buyer(0), buyer(100)
    for browser, seen in ((guest, False), (empty, False), (rich, True)):
        put_in(browser, goods(1_000)[0])
        assert offered(browser.get("/checkout")) is seen
    assert place(guest, provider="balance").status_code == 422
    mall_settings.put("payments.providers", ["alipay"], actor=SYSTEM)
    assert not offered(rich.get("/checkout"))


def test_an_order_that_waits_is_paid_from_the_balance() -> None:
    browser, member_id = buyer(5_000)
    number = buy((goods(2_000)[0], 1), member_id=member_id, provider="alipay")
    page = browser.get(f"/pay/{number}")
    assert "可用 ¥50.00" in text(page)
    answer = browser.post(f"/pay/{number}", form_at(page, f"/pay/{number}") | {"provider": "balance"})
    assert answer.status_code == 303
    assert "付款成功" in text(browser.get(f"/pay/{number}"))
    again = browser.post(f"/pay/{number}", {"provider": "balance"})  # pressed twice
    assert (again.status_code, balance_of(member_id)) == (303, 3_000)
    poor, poor_id = buyer(100)
    dear = buy((goods(2_000)[0], 1), member_id=poor_id, provider="alipay")
    refused = poor.post(f"/pay/{dear}", {"provider": "balance"})
    assert (refused.status_code, balance_of(poor_id)) == (422, 100)


def test_the_balance_costs_its_pages_one_statement() -> None:
    browser, member_id = buyer(5_000)
    number = buy((goods(2_000)[0], 1), member_id=member_id, provider="alipay")
    browser.get(f"/pay/{number}")
    with CaptureQueriesContext(connection) as caught:
        browser.get(f"/pay/{number}")
    asked = [query["sql"] for query in caught.captured_queries if "members_lot" in query["sql"]]
    assert len(asked) == 1
    mall_settings.put("payments.providers", ["alipay"], actor=SYSTEM)
    with CaptureQueriesContext(connection) as caught:
        browser.get(f"/pay/{number}")
    assert not [query for query in caught.captured_queries if "members_lot" in query["sql"]]
