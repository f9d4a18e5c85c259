"""The change between two periods, split: the parts sum to the whole, and nothing but the factors decides them."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from math import prod

from hypothesis import assume, given
from hypothesis import strategies as st

from zhanggui.analytics.metrics import Facts
from zhanggui.analytics.split import Split, in_whole_units, profit_split, sales_split, shares
from zhanggui.analytics.types import Traffic
from zhanggui.orders.selectors import facts as order_facts

fractions = st.fractions(min_value=0, max_value=10**9, max_denominator=10**6)
factors = st.integers(1, 4).flatmap(lambda n: st.tuples(*[st.tuples(fractions, fractions)] * n))


def facts(visitors: int | None, orders: int, sales: int, cost: int | None = 0) -> Facts:
    traffic = Traffic(visitors, visitors, visitors, visitors, visitors, 0, 0, 0) if visitors else None
    totals = order_facts.OrderTotals("CNY", orders, orders, orders, orders, sales if orders else 0)
    return Facts(traffic=traffic, orders=totals, cost=cost if orders else 0)


periods = st.builds(
    facts,
    st.one_of(st.none(), st.integers(1, 10**7)),
    st.integers(0, 10**6),
    st.integers(0, 10**12),
    st.one_of(st.none(), st.integers(0, 10**12)),
)


@given(factors)
def test_shares_sum_to_the_difference_of_the_products(pairs: tuple[tuple[Fraction, Fraction], ...]) -> None:
    before, after = [b for b, _ in pairs], [a for _, a in pairs]
    assert sum(shares(before, after)) == prod(after) - prod(before)


@given(factors)
def test_a_share_is_the_mean_over_all_orders_of_moving(pairs: tuple[tuple[Fraction, Fraction], ...]) -> None:
    """The definition itself, walked through order by order."""
    before, after = [b for b, _ in pairs], [a for _, a in pairs]
    ways = list(permutations(range(len(pairs))))
    mean = [Fraction(0)] * len(pairs)
    for way in ways:
        now = list(before)
        for place in way:
            was = prod(now, start=Fraction(1))
            now[place] = after[place]
            mean[place] += (prod(now, start=Fraction(1)) - was) / len(ways)
    assert shares(before, after) == mean


@given(factors)
def test_there_and_back_is_nothing_and_what_stays_has_no_share(pairs: tuple[tuple[Fraction, Fraction], ...]) -> None:
    before, after = [b for b, _ in pairs], [a for _, a in pairs]
    assert [x + y for x, y in zip(shares(before, after), shares(after, before), strict=True)] == [0] * len(pairs)
    for share, (old, new) in zip(shares(before, after), pairs, strict=True):
        assert share * (new - old) >= 0
        assert share == 0 or old != new


@given(st.lists(fractions, max_size=6), st.integers(-(10**9), 10**9))
def test_whole_units_keep_the_sum_and_stay_within_one(parts: list[Fraction], whole: int) -> None:
    given_parts = [*parts, whole - sum(parts, Fraction(0))]
    units = in_whole_units(given_parts)
    assert sum(units) == whole
    assert all(abs(unit - part) < 1 for unit, part in zip(units, given_parts, strict=True))


def _adds_up(split: Split) -> None:
    assert sum(part.amount for part in split.parts) == split.change == split.value - split.previous


@given(periods, periods)
def test_sales_and_profit_are_split_to_the_fen(before: Facts, now: Facts) -> None:
    sales = sales_split(before, now)
    assert sales is not None
    _adds_up(sales)
    assert sales == sales_split(before, now)
    known = before.traffic is not None and now.traffic is not None
    names = ["uv", "conversion"] if known else ["valid_orders"]
    assert [part.factor for part in sales.parts] == [*names, "average_order_value"]
    profit = profit_split(before, now)
    if profit is not None:
        _adds_up(profit)
        assert [part.factor for part in profit.parts] == [*names, "average_order_value", "gross_margin_rate"]


@given(periods)
def test_nothing_changed_is_nothing_brought(same: Facts) -> None:
    split = sales_split(same, same)
    assert split is not None
    assert {part.amount for part in split.parts} == {0}


@given(periods, periods)
def test_a_period_without_orders_leaves_the_order_value_without_a_share(before: Facts, now: Facts) -> None:
    assume(before.traffic is not None)
    assert before.traffic is not None
    empty = facts(before.traffic.visitors, 0, 0)
    split = sales_split(empty, now)
    assert split is not None
    assert {p.factor: p.amount for p in split.parts}["average_order_value"] == 0


def test_a_week_worked_out_by_hand() -> None:
    """1000 → 1200 visitors, 2 % → 2.5 %, 100.00 → 90.00: 20 orders and 2000.00 become 30 and 2700.00.

    Visitors bring 200 × (2 × 2 % × 100 + 2 % × 90 + 2.5 % × 100 + 2 × 2.5 % × 90) / 6 = 426.67, conversion 521.67, the order
    value −248.33; the fen that is too much goes where the remainder is smallest.
    """
    split = sales_split(facts(1000, 20, 2000_00), facts(1200, 30, 2700_00))
    assert split is not None
    assert [(p.factor, p.previous, p.value, p.amount) for p in split.parts] == [
        ("uv", 1000, 1200, 426_67),
        ("conversion", 0.02, 0.025, 521_67),
        ("average_order_value", 100_00, 90_00, -248_34),
    ]
    assert split.change == 700_00


def test_goods_given_away_leave_the_profit_unsplit() -> None:
    assert profit_split(facts(10, 1, 0, 50), facts(10, 1, 100, 50)) is None
    assert profit_split(facts(10, 1, 0, 0), facts(10, 1, 100, 50)) is not None
    assert sales_split(Facts(), facts(10, 1, 100)) is None
