"""The price formula: from costs to a price, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.pricing.formula import Costing, Outcome, on_step, outcome, price_for_profit


@pytest.mark.parametrize(
    ("costing", "margin", "price"),
    [
        (Costing(5_000, spend=0), 0, 5_000),
        (Costing(5_000, spend=0), 5_000, 10_000),
        (Costing(5_000), 2_000, 7_144),  # 10 % promotion, 20 % profit: 50 / 0.7, and the fen that rounding took
        (Costing(4_000, 500, 500, 1_000, 500, 1_500), 2_000, 10_000),
        (Costing(0, spend=0), 3_000, 0),
        (Costing(1, spend=1_500), 0, 2),  # a fen of promotion is a whole fen
        (Costing(5_000, spend=6_000, platform=3_000), 1_000, None),
        (Costing(5_000, spend=6_000, platform=5_000), 0, None),
    ],
)
def test_the_price_carries_all_it_has_to(costing, margin, price) -> None:
    assert price_for_profit(costing, margin) == price


def test_a_price_is_taken_apart_to_the_fen() -> None:
    costing = Costing(4_000, 500, 500, 1_000, 500, 1_500)
    assert outcome(costing, 10_000) == Outcome(10_000, 5_000, 1_000, 500, 1_500, 2_000)
    assert outcome(costing, 10_000).margin == 2_000
    assert outcome(costing, 7_000).profit == -100
    assert outcome(costing, 0).margin is None


costings = st.builds(
    Costing,
    st.integers(0, 10**7),
    st.integers(0, 10**5),
    st.integers(0, 10**5),
    st.integers(0, 2_500),
    st.integers(0, 1_500),
    st.integers(0, 2_000),
)


@given(costings, st.integers(0, 3_500))
def test_the_formula_and_its_reverse_agree(costing, margin) -> None:
    price = price_for_profit(costing, margin)
    assert price is not None
    found = outcome(costing, price)
    assert found.fixed + found.spend + found.platform + found.overhead + found.profit == price
    assert found.profit * 10_000 >= margin * price
    # nothing noticeably cheaper would do
    least = price - 60
    if least > 0:
        assert outcome(costing, least).profit * 10_000 < margin * least


@given(costings, st.integers(0, 10**7))
def test_a_higher_price_never_leaves_less(costing, price) -> None:
    assert outcome(costing, price + 10).profit >= outcome(costing, price).profit


def test_a_price_stands_on_the_next_price_point() -> None:
    assert on_step(5_100, [9_900, 5_900, 4_900]) == 5_900
    assert on_step(5_900, [4_900, 5_900]) == 5_900
    assert on_step(10_000, [9_900]) is None
    assert on_step(1, []) is None
