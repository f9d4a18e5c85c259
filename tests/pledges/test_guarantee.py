"""The price guarantee: whose price is guaranteed, how long, against which prices, and that the mall pays by itself if it says so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import accounts as make
from tests.factories.aftersales import delivered, money_arrives
from tests.factories.catalog import make_category
from tests.factories.fulfilment import ship
from tests.factories.pricing import PRICER
from tests.factories.promotions import live
from tests.factories.shop import buy, goods, open_shop
from zhanggui.aftersales import selectors as cases
from zhanggui.aftersales.errors import NoDifference
from zhanggui.catalog import selectors as catalog
from zhanggui.catalog import services as catalog_services
from zhanggui.kernel import clock, invariants, mall_settings
from zhanggui.kernel.actor import GUEST, SYSTEM
from zhanggui.kernel.problems import ValidationFailed
from zhanggui.members import services as members
from zhanggui.members.types import TierDraft
from zhanggui.orders import selectors as orders
from zhanggui.pledges import selectors, services
from zhanggui.pledges.errors import NotGuaranteed
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow, SpecialRow

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop() -> Any:
    open_shop()
    say("guarantee", True)
    yield
    money_arrives()
    assert [v for v in invariants.check() if v.invariant.name.startswith(("aftersales.", "orders."))] == []


def say(name: str, value: Any) -> None:
    mall_settings.put(f"pledges.{name}", value, actor=SYSTEM)


def sku_id(code: str) -> int:
    return catalog.sellable_by_code([code])[0].sku_id


def fall(code: str, price: int, listed: int = 10000) -> None:
    row = PriceRow(sku_id(code), list_price=listed, sale_price=price)
    pricing.set_prices([row], reason="sale", actor=PRICER)


def due(number: str) -> int | None:
    """What is due to the buyer of an order; None where no price of it is guaranteed."""
    order = orders.find(number)
    assert order is not None
    found = selectors.guarantee_of(order, cases.spoken_for(number))
    return found.amount if found else None


def claim(number: str, expected: int | None = None) -> int:
    return services.claim_difference(number, expected=expected, actor=GUEST).amount


# --- which prices count ---------------------------------------------------------------------------------------------


def test_our_own_later_price_counts_once() -> None:
    tea, cup = goods(10000, 5000)
    number = delivered((tea, 2), (cup, 1))
    assert due(number) == 0
    with pytest.raises(NoDifference):
        claim(number)
    fall(tea, 8000)
    fall(cup, 4900)
    assert due(number) == 4100
    assert claim(number, expected=4100) == 4100
    assert due(number) == 0
    fall(tea, 9000)  # up again, and down: nothing new
    fall(tea, 8000)
    assert due(number) == 0
    fall(tea, 7500)
    assert claim(number) == 1000


def test_a_planned_price_counts_while_it_lasts() -> None:
    (tea,) = goods(10000)
    number = delivered((tea, 1))
    now = clock.now()
    pricing.schedule_price(
        sku_id(tea),
        sale_price=9000,
        starts_at=now - timedelta(minutes=1),
        ends_at=now + timedelta(hours=1),
        reason="plan",
        actor=PRICER,
    )
    assert due(number) == 1000
    with clock.at(now + timedelta(hours=2)):
        assert due(number) == 0


def test_each_buyer_has_his_own_price() -> None:
    (tea,) = goods(10000)
    members.save_tier("gold", TierDraft("金卡", 1), actor=SYSTEM)
    member = make.member().id
    assert member is not None
    his, other = delivered((tea, 1), member_id=member), delivered((tea, 1))
    members.grant_tier(member, "gold", until=clock.business_date(), reason="x", actor=SYSTEM)
    pricing.set_specials([SpecialRow(sku_id(tea), "tier", "gold", 1, 7000)], reason="x", actor=PRICER)
    assert (due(his), due(other)) == (3000, 0)


def test_prices_by_quantity_count_for_as_many_as_he_has() -> None:
    (tea,) = goods(10000)
    one, three = delivered((tea, 1)), delivered((tea, 3))
    pricing.set_specials([SpecialRow(sku_id(tea), "quantity", "", 3, 9000)], reason="x", actor=PRICER)
    assert (due(one), due(three)) == (0, 3000)


def test_offers_on_the_item_count_and_what_a_cart_brings_does_not() -> None:
    (tea,) = goods(10000)
    number = delivered((tea, 1))
    live("full_reduction", {"steps": [{"threshold": 5000, "off": 3000}]})
    assert due(number) == 0
    live("limited_discount", {"off_basis_points": 1000})
    assert due(number) == 1000
    say("guarantee_promotions", False)
    assert due(number) == 0


def test_what_was_taken_off_the_order_was_not_paid() -> None:
    (tea,) = goods(10000)
    live("full_reduction", {"steps": [{"threshold": 5000, "off": 3000}]})
    number = delivered((tea, 1))  # paid 70.00
    fall(tea, 8000)
    assert due(number) == 0
    fall(tea, 6000)
    assert due(number) == 1000


def test_flash_sales_count_only_where_the_mall_says_so() -> None:
    tea, cup = goods(10000, 10000)
    before = delivered((tea, 1), (cup, 1))
    live("flash_sale", {"goods": [{"sku": sku_id(tea), "price": 6000, "stock": 5}], "per_buyer": 2})
    bought = delivered((tea, 1))
    assert (due(before), due(bought)) == (0, None)
    say("guarantee_flash_sales", True)
    assert (due(before), due(bought)) == (4000, 0)


def test_what_is_not_sold_any_more_has_no_price() -> None:
    (tea,) = goods(10000)
    number = delivered((tea, 1))
    fall(tea, 8000)
    product = catalog.sellable_by_code([tea])[0].product_id
    catalog_services.delist_product(product, reason="x", actor=SYSTEM)
    assert due(number) == 0


# --- whose, and how long --------------------------------------------------------------------------------------------


def test_switched_off_nothing_is_guaranteed() -> None:
    (tea,) = goods(10000)
    number = delivered((tea, 1))
    fall(tea, 8000)
    say("guarantee", False)
    assert due(number) is None
    with pytest.raises(NotGuaranteed):
        claim(number)


def test_it_begins_with_dispatch_and_ends_days_after_arrival() -> None:
    (tea,) = goods(10000)
    number = buy((tea, 1))
    fall(tea, 8000)
    assert due(number) is None  # it can be cancelled still
    ship(number)
    assert due(number) == 2000
    whole = delivered((tea, 1))
    fall(tea, 7000)
    arrived = clock.now()
    with clock.at(arrived + timedelta(days=7, minutes=-1)):
        assert due(whole) == 1000
    with clock.at(arrived + timedelta(days=7, minutes=1)):
        assert due(whole) is None
    say("guarantee_days", 8)
    with clock.at(arrived + timedelta(days=7, minutes=1)):
        assert due(whole) == 1000


def test_categories_can_be_left_out_with_all_below_them() -> None:
    food = make_category()
    (tea,) = goods(10000, category=make_category(parent=food))
    path = catalog.sellable_by_code([tea])[0].category_ids
    number = delivered((tea, 1))
    fall(tea, 8000)
    assert due(number) == 2000
    assert selectors.promised_days(path) == 7
    say("guarantee_excluded", f"{food.code.lower()}，")
    assert due(number) is None
    assert selectors.promised_days(path) == 0
    with pytest.raises(ValidationFailed) as caught:
        say("guarantee_excluded", "NOSUCH1, NOSUCH2")
    assert "NOSUCH1, NOSUCH2" in str(caught.value.errors[0].message)


def test_a_flash_price_is_promised_only_where_it_is_guaranteed() -> None:
    assert selectors.promised_days((1,), in_flash_sale=True) == 0
    say("guarantee_flash_sales", True)
    assert selectors.promised_days((1,), in_flash_sale=True) == 7


# --- seen elsewhere -------------------------------------------------------------------------------------------------


def test_a_price_elsewhere_is_claimed_in_time_where_the_mall_takes_claims() -> None:
    (tea,) = goods(10000)
    number = delivered((tea, 1))
    seen: dict[str, Any] = {"line": 1, "price": 9000, "place": "某店", "link": "https://a.example", "actor": GUEST}
    say("guarantee_elsewhere", False)
    with pytest.raises(NotGuaranteed):
        services.claim_elsewhere(number, **seen)
    say("guarantee_elsewhere", True)
    with clock.at(clock.now() + timedelta(days=8)), pytest.raises(NotGuaranteed):
        services.claim_elsewhere(number, **seen)
    assert services.claim_elsewhere(number, **seen).amount == 1000


# --- by itself ------------------------------------------------------------------------------------------------------


def test_the_mall_pays_by_itself_where_it_says_so() -> None:
    tea, cup = goods(10000, 10000)
    first, second, none = delivered((tea, 1)), delivered((tea, 2)), delivered((cup, 1))
    fall(tea, 9000)
    assert services.settle_differences(actor=SYSTEM) == 0
    say("guarantee_automatic", True)
    assert services.settle_differences(actor=SYSTEM) == 2
    assert services.settle_differences(actor=SYSTEM) == 0
    found = cases.cases_of([first, second, none])
    assert [[case.amount for case in found[n]] for n in (first, second, none)] == [[1000], [2000], []]
    assert found[first][0].requested_by == "system"


@pytest.mark.parametrize("count", [1, 12])
def test_looking_through_orders_costs_the_same_for_one_and_for_many(count: int) -> None:
    codes = goods(*[10000] * count)
    for code in codes:
        delivered((code, 1))
    say("guarantee_automatic", True)
    services.settle_differences(actor=SYSTEM)
    with CaptureQueriesContext(connection) as caught:
        services.settle_differences(actor=SYSTEM)
    told = [q["sql"] for q in caught.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(told) <= 4, told  # the orders, their goods, the end of them; now and then the versions
    number = delivered((codes[0], 1))
    order = orders.find(number)
    assert order is not None
    with CaptureQueriesContext(connection) as caught:
        selectors.guarantee_of(order, cases.spoken_for(number))
    assert len(caught.captured_queries) == 2  # what is spoken for, the goods
