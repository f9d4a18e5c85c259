"""What goes back, to the fen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.aftersales.rules import NO_BASE, Base, difference, freight_due, paid_for_kept, refund_amount


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


@given(
    st.integers(1, 10**6),
    st.integers(0, 10**6),
    st.integers(1, 20),
    st.lists(st.tuples(st.booleans(), st.integers(0, 10**6)), max_size=12),
)
def test_lowered_prices_and_returns_in_any_order_give_back_at_most_and_at_last_exactly_what_was_paid(
    payable, points, quantity, steps
):
    taken = amount = 0
    base = NO_BASE
    for is_return, number in steps:
        kept = quantity - taken
        if is_return:
            units = min(number % 5 + 1, kept)
            if units:
                before = payable - amount
                part = refund_amount(payable, quantity, taken, amount, units, base)
                assert abs(part * kept - before * units) < kept  # within a fen of their share of what was left
                taken, amount = taken + units, amount + part
        elif kept:
            price = number // quantity
            due = difference(payable, points, quantity, taken, amount, price)
            paid = paid_for_kept(payable, points, quantity, taken, amount)
            assert due <= max(paid - price * kept, 0)
            if due:
                amount += due
                base = Base(taken, amount, price)
                assert payable - amount >= 1  # the order is not over
                assert difference(payable, points, quantity, taken, amount, price) == 0  # and down to it nothing more
        assert 0 <= amount <= payable
    amount += refund_amount(payable, quantity, taken, amount, quantity - taken, base) if taken < quantity else 0
    assert amount == payable


def test_units_kept_by_a_lowered_price_give_back_what_they_cost_by_then():
    # three at 100.00; the price falls to 80.00: 60.00 go back; each unit then gives back 80.00
    assert difference(30000, 0, 3, 0, 0, 8000) == 6000
    base = Base(0, 6000, 8000)
    assert [refund_amount(30000, 3, n, a, 1, base) for n, a in ((0, 6000), (1, 14000), (2, 22000))] == [8000] * 3
    # one came back at its full price first: the two that were kept get 40.00 and give back 80.00 each
    assert difference(30000, 0, 3, 1, 10000, 8000) == 4000
    assert refund_amount(30000, 3, 1, 14000, 2, Base(1, 14000, 8000)) == 16000


def test_points_are_paid_with_too_but_only_money_goes_back():
    assert difference(9000, 1000, 1, 0, 0, 8000) == 2000  # 90.00 and points worth 10.00, now 80.00
    assert difference(500, 9500, 1, 0, 0, 6000) == 499  # of 5.00 in money the last fen stays
