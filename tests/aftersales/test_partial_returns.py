"""What a partial return gives back under each rule of the mall, to the fen, whatever the sequence (docs/pricing.md)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.aftersales.reckoned import COLUMNS, Bought, Case, bought, cases, order_of, rule, said, units_of
from tests.promotions.worked import FREIGHT, fen, line
from zhanggui.aftersales.rules import Base, difference

CASES = cases()


@pytest.mark.parametrize(
    ("case", "column"),
    [
        pytest.param(case, name, id=f"{case.title}: {name}")
        for case in CASES
        for name in COLUMNS
        if name in case.steps[0]
    ],
)
def test_the_examples_of_the_page(case: Case, column: str) -> None:
    order = order_of(case, column)
    last = [name for name in case.steps[0] if name in COLUMNS][-1]
    for step in case.steps:
        amount, changes = order.give_back(units_of(order, step["goes back"]), fault="defective" in step["goes back"])
        assert amount == fen(step[column]), step["goes back"]
        if column == last:
            assert said(changes) == step["why"]


def test_the_page_has_examples() -> None:
    assert len(CASES) >= 5


# --- any order, any sequence ------------------------------------------------------------------------------------------

KINDS: list[tuple[str, dict[str, Any]]] = [
    ("full_reduction", {"steps": [{"threshold": 10000, "off": 1500}, {"threshold": 20000, "off": 4500}]}),
    ("full_reduction", {"every": {"threshold": 7000, "off": 999}}),
    ("full_discount", {"steps": [{"threshold": 5000, "off_basis_points": 333}]}),
    ("multi_discount", {"steps": [{"pieces": 2, "off_basis_points": 1000}, {"pieces": 4, "off_basis_points": 2500}]}),
    ("nth_discount", {"nth": 2, "off_basis_points": 5000}),
    ("any_n_for", {"pieces": 3, "price": 9900}),
    ("package", {"items": [{"sku": 1, "quantity": 1}, {"sku": 2, "quantity": 1}], "price": 5555}),
    ("limited_discount", {"off_basis_points": 1234}),
    ("coupon", {"threshold": 12000, "off": 2000}),
    ("coupon", {"off_basis_points": 777}),
    ("full_gift", {"steps": [{"threshold": 9000, "gifts": [{"sku": 9, "value": 1500}]}]}),
    ("free_shipping", {"threshold": 9900}),
]
goods = st.lists(st.tuples(st.integers(1, 12000), st.integers(1, 4)), min_size=1, max_size=4)
steps = st.lists(
    st.tuples(st.sampled_from(["back", "fault", "lowered"]), st.integers(0, 10**6), st.integers(0, 10**6)), max_size=14
)


def an_order(rules: list[int], wanted: list[tuple[int, int]], policy: str, gift: str, points: int) -> Bought:
    made = [rule(n, *KINDS[n]) for n in sorted(set(rules))]
    lines = [line(f"l{n}", n, price, pieces) for n, (price, pieces) in enumerate(wanted, 1)]
    freight = {"fee": FREIGHT, "included_g": 1000, "fee_per_kg": 300, "free_over": 15000}
    return bought(made, lines, policy=policy, gift=gift, points=points, freight=freight)


@settings(max_examples=250, deadline=None)
@given(
    st.lists(st.integers(0, len(KINDS) - 1), max_size=5), goods, st.sampled_from(["keep", "reprice"]),
    st.sampled_from(["leave", "deduct", "return"]), st.integers(0, 3000), steps,
)  # fmt: skip
def test_any_sequence_ends_at_exactly_what_was_paid(
    rules: list[int], wanted: list[tuple[int, int]], policy: str, gift: str, points: int, moves: Any
) -> None:
    """Returns of either kind and lowered prices in any order: nothing negative, nothing above the share, all of it at last."""
    order = an_order(rules, wanted, policy, gift, points)
    assert order.books.told
    for kind, pick, number in moves:
        left = [each for each in order.lines if order.taken.get(each.line, 0) < each.quantity]
        if not left:
            break
        one = left[pick % len(left)]
        there = one.quantity - order.taken.get(one.line, 0)
        if kind == "lowered":
            if not one.gift:
                _lower(order, one.line, number)
        else:
            order.give_back({one.line: number % there + 1}, fault=kind == "fault")
        assert order.back <= order.paid
    rest = {each.line: each.quantity - order.taken.get(each.line, 0) for each in order.lines}
    order.give_back({n: pieces for n, pieces in rest.items() if pieces})
    assert order.back == order.paid
    assert all(order.given.get(each.line, 0) == each.payable for each in order.lines)


def _lower(order: Bought, n: int, number: int) -> None:
    """A price guarantee on a line, as `aftersales` books it."""
    one = order.books.lines[n]
    taken, amount = order.taken.get(n, 0), order.given.get(n, 0)
    price = number % (one.unit_price + 1)
    due = difference(one.payable, one.points, one.quantity, taken, amount, price)
    before = order.bases.get(n)
    if due and (before is None or before.price is None or price < before.price):
        order.given[n] = amount + due
        order.bases[n] = Base(taken, amount + due, price)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.integers(0, len(KINDS) - 1), max_size=5), goods, st.randoms(use_true_random=False))
def test_what_the_buyer_keeps_costs_him_what_it_would_have_cost(
    rules: list[int], wanted: list[tuple[int, int]], chance: Any
) -> None:
    """Whatever came back before: never more than if he had bought it alone, and never less than its share."""
    order = an_order(rules, wanted, "reprice", "leave", 0)
    whole = order.books.standing({})
    assert (whole.due, dict(whole.causes)) == (0, {})
    given = 0
    while left := [each for each in order.lines if order.taken.get(each.line, 0) < each.quantity and not each.gift]:
        order.give_back({chance.choice(left).line: 1})
        now = order.books.standing(order.taken)
        share = sum(now.worth.values())
        assert now.due == min(max(share - sum(now.causes.values()), 0), share)
        given = max(given, now.due)
        assert order.back == given  # the sequence leaves no trace but that nothing is ever asked back


@given(st.lists(st.integers(0, len(KINDS) - 1), max_size=4), goods, st.data())
@settings(max_examples=80, deadline=None)
def test_goods_that_come_back_through_the_malls_fault_break_nothing(
    rules: list[int], wanted: list[tuple[int, int]], data: Any
) -> None:
    order = an_order(rules, wanted, "reprice", "deduct", 500)
    one = data.draw(st.sampled_from([each for each in order.lines if not each.gift]))
    units = data.draw(st.integers(1, one.quantity))
    amount, changes = order.give_back({one.line: units}, fault=True)
    assert (amount, changes) == (one.payable * units // one.quantity, [])


def test_terms_that_do_not_bring_forth_the_order_are_not_gone_by() -> None:
    """Somebody changed a price by hand, say: each unit gives back its share, and it is said."""
    order = an_order([0], [(10000, 2)], "reprice", "deduct", 0)
    assert order.terms is not None
    order.terms["rules"][0]["config"]["steps"][0]["off"] = 1
    order.terms["rules"][0]["config"]["steps"][1]["off"] = 2
    assert (order.books.told, order.books.policy, order.books.gift) == (False, "keep", "leave")
    assert order.give_back({1: 1}) == (order.paid // 2, [])
