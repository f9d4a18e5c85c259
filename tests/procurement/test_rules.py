"""When money is due, how much may come, and whose a link is."""

from __future__ import annotations

from datetime import date

import pytest

from zhanggui.procurement.rules import ceiling, due_on, link_fits, link_secret
from zhanggui.procurement.states import ORDER, ORDER_STATES
from zhanggui.procurement.types import Break, Terms


@pytest.mark.parametrize(
    ("terms", "days", "received", "due"),
    [
        ("on_receipt", 0, date(2026, 2, 3), date(2026, 2, 3)),
        ("net", 30, date(2026, 1, 31), date(2026, 3, 2)),
        ("month_end", 15, date(2026, 2, 3), date(2026, 3, 15)),
        ("month_end", 0, date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_the_day_money_is_due(terms: str, days: int, received: date, due: date) -> None:
    assert due_on(terms, days, received) == due


def test_tolerance_is_rounded_down_so_that_small_orders_have_none() -> None:
    assert (ceiling(10, 5), ceiling(100, 5), ceiling(19, 5), ceiling(100, 0)) == (10, 105, 19, 100)


def test_a_link_is_good_for_one_thing_and_one_edition() -> None:
    secret = link_secret("order", "CG1", 1)
    assert link_fits("order", "CG1", 1, secret)
    assert not link_fits("order", "CG2", 1, secret)
    assert not link_fits("bid", "CG1", 1, secret)
    assert not link_fits("order", "CG1", 2, secret)
    assert not link_fits("order", "CG1", 1, "不是")


def test_the_price_is_that_of_the_highest_break_reached() -> None:
    terms = Terms(1, "", 1, 1, 7, (Break(1, 500), Break(10, 450), Break(100, 400)), None)
    assert [terms.price(units) for units in (1, 9, 10, 99, 100, 1000)] == [500, 500, 450, 450, 400, 400]


def test_every_state_of_an_order_is_reached_and_what_came_cannot_be_called_off() -> None:
    assert set(ORDER.table.values()) | {"draft"} == set(ORDER_STATES)
    assert set(ORDER.sources("cancel")) == {"draft", "approved", "sent", "confirmed"}
