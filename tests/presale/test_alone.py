"""While a presale takes deposits it is the only way to buy its articles, unless it says otherwise: carts, pages and programs say so."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.factories import groups, presales, promotions
from tests.factories.shop import attempt, buy, goods, wants
from tests.support.pages import Browser
from zhanggui.catalog import selectors as catalog
from zhanggui.checkout import selectors as checkout
from zhanggui.checkout.types import GroupWish
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.presale import selectors, services
from zhanggui.presale.errors import PresaleOnly
from zhanggui.presale.services.telling import turn_pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea() -> str:
    return goods(9000)[0]


def refused(sku: str) -> PresaleOnly | None:
    (answer,) = attempt(wants((sku, 1)))
    assert isinstance(answer, PresaleOnly) or not isinstance(answer, BaseException)
    return answer if isinstance(answer, PresaleOnly) else None


def page_of(sku: str) -> str:
    found = catalog.sellable_by_code([sku])[0]
    return Browser().get(f"/p/{found.slug}").content.decode()


def amount_of(page: str) -> str:
    """The price the page gives for its large one."""
    (found,) = re.findall(r'property="product:price:amount" content="([^"]+)"', page)
    return str(found)


def test_it_is_refused_with_its_offer_and_the_presale_sells_it(tea: str) -> None:
    offer_id = presales.offer({tea: presales.article()})
    no = refused(tea)
    assert no is not None
    assert (no.code, no.status, no.extra) == ("presale_only", 409, {"sku": tea, "offer": offer_id})
    quote = checkout.quotes([wants((tea, 1)).request])[0]
    assert (quote.lines[0].problem, quote.lines[0].unit_price) == ("presale_only", 9000)
    number = presales.deposited(offer_id, tea)
    presales.open_balance(number)
    assert presales.order(number, tea) == number


def test_beside_it_where_the_offer_says_so(tea: str) -> None:
    presales.offer({tea: presales.article()}, closes_sale=False)
    assert buy((tea, 1))
    assert 'action="/cart/add"' in page_of(tea)


@pytest.mark.parametrize(
    ("moved", "alone"), [(-timedelta(days=5), False), (timedelta(hours=2), False), (timedelta(0), True)]
)
def test_only_while_deposits_are_taken(tea: str, moved: timedelta, alone: bool) -> None:
    start = clock.now() - timedelta(hours=1)
    offer_id = presales.offer(
        {tea: presales.article()}, deposit_from=start + timedelta(hours=3) if moved > timedelta(0) else start
    )
    later: datetime = clock.now() - moved if moved < timedelta(0) else clock.now()
    assert set(selectors.sold_alone(later)) == ({presales.sku_id(tea)} if alone else set())
    if alone:
        services.end_offer(offer_id, actor=SYSTEM)
        assert not selectors.sold_alone(clock.now())
        assert refused(tea) is None


def test_groups_go_on(tea: str) -> None:
    offer = groups.offer((tea, 7000))
    presales.offer({tea: presales.article()})
    request = replace(wants((tea, 1)).request, group=GroupWish(offer))
    (quote,) = checkout.quotes([request])
    assert (quote.problems, quote.total - quote.shipping_total) == ((), 7000)


def test_the_page_leads_to_the_deposit_and_lists_mark_it(tea: str) -> None:
    offer_id = presales.offer({tea: presales.article()})
    shown = page_of(tea)
    assert "预售中，付定金购买" in shown
    assert f'href="/presales/{offer_id}?sku={tea}"' in shown
    assert "加入购物车" not in shown
    assert "售罄" not in shown
    services.end_offer(offer_id, actor=SYSTEM)
    assert "加入购物车" in page_of(tea)


def test_the_presale_s_price_is_the_large_one_and_other_offers_are_not_told(tea: str) -> None:
    promotions.live()
    before = page_of(tea)
    assert ('<ul class="offers"' in before, amount_of(before)) == (True, "90")
    presales.offer({tea: presales.article()})
    shown = page_of(tea)
    assert ('<ul class="offers"' in shown, amount_of(shown)) == (False, "65"), "8000, and 1000 that count for 2500"
    assert "预售到手价" in shown


def test_a_cart_that_was_filled_before_says_why(tea: str) -> None:
    browser = Browser()
    assert browser.post("/cart/add", {"sku": tea, "quantity": 1}).status_code in (200, 303)
    offer_id = presales.offer({tea: presales.article()})
    shown = browser.get("/cart").content.decode()
    assert "正在预售，请付定金购买" in shown
    again = browser.post("/cart/add", {"sku": tea, "quantity": 1})
    assert again.status_code == 409
    assert "正在预售" in again.content.decode()
    services.end_offer(offer_id, actor=SYSTEM)
    assert "正在预售" not in browser.get("/cart").content.decode()


def test_a_quote_costs_no_statement_more(tea: str, django_assert_max_num_queries: Any) -> None:
    (cup,) = goods(5000)
    presales.offer({tea: presales.article()})
    asked = [wants((cup, 1)).request]
    checkout.quotes(asked)
    with django_assert_max_num_queries(1):
        checkout.quotes(asked)


def test_the_clock_turns_pages_at_the_edges(tea: str) -> None:
    offer_id = presales.offer({tea: presales.article()})
    assert not turn_pages()
    db.execute("update presale_offer set deposit_from = kernel_now() - interval '5 seconds' where id = %s", (offer_id,))
    assert turn_pages()
