"""Kinds of demand, weeks that were empty, how much stock is enough, and what a rule would have done."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.replenishment.core import demand, simulation, stock

MONDAY = date(2026, 3, 2)


def test_weeks_run_from_the_first_sale_to_the_last_whole_week():
    first, weeks = demand.weekly(
        [(date(2026, 3, 4), 2), (date(2026, 3, 8), 1), (date(2026, 3, 20), 5), (date(2026, 3, 30), 9)],
        date(2026, 3, 30),
    )
    assert (first, weeks) == (MONDAY, [3.0, 0.0, 5.0, 0.0])


def test_what_never_sold_has_no_weeks():
    assert demand.weekly([], MONDAY) == (MONDAY, [])


@pytest.mark.parametrize(
    ("weeks", "kind"),
    [
        ([10, 11, 9, 10, 12, 10, 9, 11], demand.SMOOTH),
        ([10, 60, 1, 5, 90, 3, 2, 40], demand.ERRATIC),
        ([5, 0, 0, 5, 0, 6, 0, 0, 5, 0], demand.INTERMITTENT),
        ([1, 0, 0, 50, 0, 2, 0, 0, 9, 0], demand.LUMPY),
        ([5, 5, 5], demand.NEW),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 5], demand.NEW),
    ],
)
def test_kinds_of_demand(weeks, kind):
    assert demand.kind_of(weeks) == kind


def test_an_empty_week_is_no_sign_that_nobody_wanted_it():
    weeks, raised = demand.filled([10, 12, 0, 3, 11], [1, 1, 0, 3 / 7, 1])
    assert weeks == [10, 12, 11, 7, 11]
    assert raised == [2, 3]


def test_what_was_sold_is_never_lowered():
    assert demand.filled([10, 30], [1, 0]) == ([10, 30], [])


def test_shares_of_weeks_with_stock():
    spans = [(MONDAY + timedelta(days=5), MONDAY + timedelta(days=9)), (MONDAY - timedelta(days=9), MONDAY)]
    assert demand.shares(MONDAY, 3, spans) == [pytest.approx(5 / 7), pytest.approx(5 / 7), 1]


def test_classes_by_worth():
    assert demand.classes({1: 700, 2: 150, 3: 100, 4: 50, 5: 0}) == {1: "A", 2: "A", 3: "B", 4: "C", 5: "C"}


def test_a_proposal_fills_up_to_what_the_protection_time_asks_for():
    """Ten a week for certain, two weeks until goods come and one until the next review: thirty, and nothing for safety."""
    need = stock.need(stock.Outlook((10, 10, 10, 10), 0.0), stock.Terms(lead=14, review=7), position=12, service=0.95)
    assert (need.target, need.safety, need.wanted, need.quantity) == (30, 0, 18, 18)
    assert need.until == pytest.approx(8.4)


def test_uncertainty_and_a_fickle_supplier_ask_for_more():
    outlook = stock.Outlook((10, 10, 10, 10), 8.0)
    sure = stock.need(outlook, stock.Terms(lead=14), 0, 0.95)
    fickle = stock.need(outlook, stock.Terms(lead=14, spread=5), 0, 0.95)
    safer = stock.need(outlook, stock.Terms(lead=14), 0, 0.99)
    assert 30 < sure.target < safer.target
    assert sure.target < fickle.target
    assert sure.safety == sure.target - 30


@pytest.mark.parametrize(
    ("wanted", "pack", "least", "quantity"), [(0, 6, 12, 0), (1, 6, 0, 6), (7, 6, 20, 24), (5, 1, 0, 5)]
)
def test_whole_packs_and_not_fewer_than_the_supplier_sends(wanted, pack, least, quantity):
    assert stock.in_packs(wanted, pack, least) == quantity


def test_stock_lasts_as_long_as_the_forecast_says():
    outlook = stock.Outlook((7, 0, 14), 1.0)
    assert stock.lasts(outlook, 0) == 0
    assert stock.lasts(outlook, 7) == 7
    assert stock.lasts(outlook, 14) == pytest.approx(17.5)
    assert stock.lasts(outlook, 28) == pytest.approx(28)
    assert stock.lasts(stock.Outlook((0, 0), 0), 3) is None


def test_a_budget_goes_to_what_is_most_urgent_and_leaves_no_room_unused():
    wishes = [stock.Wish(1, 500, 2.0), stock.Wish(2, 800, 1.5), stock.Wish(3, 300, 1.0), stock.Wish(4, 300, 0.5)]
    assert stock.within(wishes, 1_000) == {1, 3}
    assert stock.within(wishes, None) == {1, 2, 3, 4}
    assert stock.within(wishes, 0) == set()


@given(
    mean=st.floats(0.01, 1e5), share=st.floats(0.01, 3), low=st.floats(0.5, 0.98), more=st.floats(0.001, 0.01),
)  # fmt: skip
def test_a_higher_service_level_never_asks_for_less(mean, share, low, more):
    deviation = mean * share
    assert 0 <= stock.quantile(mean, deviation, low) <= stock.quantile(mean, deviation, low + more)


@given(
    weeks=st.lists(st.floats(0, 500), min_size=1, max_size=8), error=st.floats(0, 800), lead=st.integers(0, 60),
    position=st.integers(-50, 3_000), pack=st.integers(1, 48), least=st.integers(0, 100), service=st.floats(0.5, 0.99),
)  # fmt: skip
def test_what_is_proposed_reaches_the_target_and_not_more_than_a_pack_above(
    weeks, error, lead, position, pack, least, service
):
    need = stock.need(
        stock.Outlook(tuple(weeks), error), stock.Terms(lead=lead, pack=pack, least=least), position, service
    )
    assert need.quantity % pack == 0
    if position >= need.target:
        assert need.quantity == 0
    else:
        assert position + need.quantity >= need.target
        assert need.quantity < max(need.wanted, least) + pack
    assert math.isfinite(need.expected)
    assert need.target >= 0


def test_days_add_up_to_weeks():
    outlook = stock.Outlook((7, 14), 2.0)
    assert outlook.over(7) == 7
    assert outlook.over(10.5) == 14
    assert outlook.over(21) == pytest.approx(7 + 14 + 10.5)
    assert outlook.deviation(14) == pytest.approx(2.0)


def test_a_rule_is_played_day_by_day():
    """Two a day, ordered every seventh day for three days on: what is missing while goods travel is lost."""
    asked = [2] * 14
    enough = simulation.play(asked, lambda day, position: max(0, 20 - position), lead=3, review=7, opening=20)
    assert (enough.served, enough.fill, enough.orders) == (28, 1.0, 1)
    nothing = simulation.play(asked, lambda day, position: 0, lead=3, review=7, opening=10)
    assert (nothing.served, nothing.orders) == (10, 0)
    at_once = simulation.play([5], lambda day, position: 5, lead=0, review=1, opening=0)
    assert at_once.served == 5


@given(
    asked=st.lists(st.integers(0, 30), min_size=1, max_size=60), target=st.integers(0, 200), lead=st.integers(0, 10),
    review=st.integers(1, 9), opening=st.integers(0, 100),
)  # fmt: skip
def test_no_unit_is_served_that_was_not_there(asked, target, lead, review, opening):
    ordered = []

    def rule(day: int, position: int) -> int:
        ordered.append(max(0, target - position))
        return ordered[-1]

    found = simulation.play(asked, rule, lead=lead, review=review, opening=opening)
    assert found.served <= min(found.asked, opening + sum(ordered))
    assert found.stock >= 0
