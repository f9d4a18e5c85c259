"""A struck price is what was really asked before the price fell, or it is not shown."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.factories.catalog import make_sku
from tests.factories.pricing import PRICER
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.pricing import selectors, services
from zhanggui.pricing.types import PriceRow

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def start() -> datetime:
    return clock.now() - 60 * DAY


def set_at(at: datetime, sku: int, sale: int, listed: int = 20_000) -> None:
    with clock.at(at):
        services.set_prices([PriceRow(sku, listed, sale)], actor=PRICER)


def plan(sku: int, sale: int, starts_at: datetime, ends_at: datetime | None, told: datetime) -> int:
    with clock.at(told):
        return services.schedule_price(
            sku, sale_price=sale, starts_at=starts_at, ends_at=ends_at, reason="促销", actor=PRICER
        )


def struck(sku: int, at: datetime) -> int | None:
    return selectors.struck_prices([sku], at).get(sku)


def test_a_list_price_nobody_was_asked_is_never_struck(start: datetime) -> None:
    sku = make_sku()
    set_at(start, sku, 9_900)
    assert struck(sku, start + DAY) is None
    assert struck(sku, start + 50 * DAY) is None


def test_a_fallen_price_stands_beside_the_lowest_of_the_seven_days_before(start: datetime) -> None:
    sku = make_sku()
    set_at(start, sku, 9_900)
    set_at(start + 10 * DAY, sku, 8_900)
    assert struck(sku, start + 10 * DAY) == 9_900
    set_at(start + 13 * DAY, sku, 12_900)  # dearer for a while, so that the next step looks larger
    assert struck(sku, start + 14 * DAY) is None  # it rose
    set_at(start + 15 * DAY, sku, 7_900)
    assert struck(sku, start + 16 * DAY) == 8_900
    set_at(start + 40 * DAY, sku, 7_000)
    assert struck(sku, start + 41 * DAY) == 7_900


def test_a_price_that_has_stood_for_long_is_no_reduction(start: datetime) -> None:
    sku = make_sku()
    set_at(start, sku, 9_900)
    set_at(start + 10 * DAY, sku, 7_900)
    assert struck(sku, start + 39 * DAY) == 9_900
    assert struck(sku, start + 41 * DAY) is None
    mall_settings.put("pricing.struck_shown_days", 0, actor=SYSTEM)
    assert struck(sku, start + 11 * DAY) is None


def test_thirty_days_where_that_is_the_law(start: datetime) -> None:
    sku = make_sku()
    set_at(start, sku, 8_000)
    set_at(start + 10 * DAY, sku, 9_900)
    set_at(start + 30 * DAY, sku, 7_900)
    assert struck(sku, start + 31 * DAY) == 9_900
    mall_settings.put("pricing.struck_days", 30, actor=SYSTEM)
    assert struck(sku, start + 31 * DAY) == 8_000


def test_a_window_is_a_reduction_and_its_end_is_none(start: datetime) -> None:
    sku = make_sku()
    set_at(start, sku, 9_900)
    plan(sku, 7_900, start + 10 * DAY, start + 12 * DAY, start + DAY)
    assert struck(sku, start + 9 * DAY) is None
    assert struck(sku, start + 11 * DAY) == 9_900
    assert struck(sku, start + 13 * DAY) is None
    # The next reduction within seven days is measured against the window's price, not the one between.
    plan(sku, 6_900, start + 15 * DAY, None, start + 14 * DAY)
    assert struck(sku, start + 16 * DAY) == 7_900


def test_a_cancelled_window_ended_when_it_was_cancelled(start: datetime) -> None:
    sku = make_sku()
    set_at(start, sku, 9_900)
    window = plan(sku, 5_900, start + 10 * DAY, start + 40 * DAY, start + DAY)
    assert struck(sku, start + 10.5 * DAY) == 9_900
    with clock.at(start + 11 * DAY):
        services.cancel_schedule(window, reason="错了", actor=PRICER)
    assert struck(sku, start + 12 * DAY) is None
    set_at(start + 25 * DAY, sku, 8_900)
    assert struck(sku, start + 26 * DAY) == 9_900


def test_the_list_price_bounds_it_and_many_cost_one_statement(
    start: datetime, django_assert_num_queries: object
) -> None:
    skus = [make_sku() for _ in range(3)]
    for sku in skus:
        set_at(start, sku, 9_900)
        set_at(start + 10 * DAY, sku, 7_900, listed=8_900)
    mall_settings.get("pricing.struck_days")
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert selectors.struck_prices(skus, start + 11 * DAY) == dict.fromkeys(skus, 8_900)
