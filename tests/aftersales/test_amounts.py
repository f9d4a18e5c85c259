"""What goes back, to the fen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.aftersales.rules import freight_due, refund_amount


@given(st.integers(0, 10**9), st.lists(st.integers(1, 50), min_size=1, max_size=12))
def test_any_split_of_a_line_gives_back_exactly_what_was_paid(payable, cases):
    quantity = sum(cases)
    taken = amount = 0
    for units in cases:
        part = refund_amount(payable, quantity, taken, amount, units)
        assert part >= 0
        assert abs(part * quantity - payable * units) < quantity
        taken, amount = taken + units, amount + part
    assert amount == payable


def test_fen_that_do_not_divide_are_never_lost():
    assert [refund_amount(1000, 3, n, a, 1) for n, a in ((0, 0), (1, 333), (2, 666))] == [333, 333, 334]


def test_what_was_given_back_too_much_is_never_asked_for():
    assert refund_amount(1000, 3, 1, 900, 1) == 0


@pytest.mark.parametrize(
    ("whole", "nothing_left", "seller", "amount"),
    [
        (True, True, False, 700),
        (True, False, True, 700),
        (True, False, False, 0),
        (False, True, True, 0),
    ],
)
def test_freight_goes_back_with_the_last_units_when_nothing_left_or_the_seller_is_at_fault(
    whole, nothing_left, seller, amount
):
    assert freight_due(1000, 300, whole=whole, nothing_left=nothing_left, seller=seller) == amount
