"""Of all that a buyer may lawfully combine he gets what saves most: held against trying every combination."""

from __future__ import annotations

from itertools import chain, combinations

from hypothesis import given, settings

from zhanggui.promotions.engine import (
    Audience,
    CartLine,
    CartSnapshot,
    HeldCoupon,
    Rule,
    RuleSet,
    compile_rules,
    evaluate,
    get_kind,
)
from zhanggui.promotions.engine.run import Run, carry_out

from .test_properties import carts, rule_sets, snapshot
from .worked import ZONE, judge, line, rule


def bound(rules: list[Rule]) -> tuple[RuleSet, list[HeldCoupon]]:
    by_code = [r for r in rules if get_kind(r.kind).by_code]
    held = [HeldCoupon(c, f"CODE{c.rule.id}", c.rule.id) for c in compile_rules(by_code, ZONE).rules]
    return compile_rules([r for r in rules if not get_kind(r.kind).by_code], ZONE), held


def every_combination(rules: list[Rule], cart: CartSnapshot) -> int:
    """What the best of them saves."""
    compiled, held = bound(rules)
    optional = [r.id for r in rules if r.priority <= 0]
    subsets = chain.from_iterable(combinations(optional, n) for n in range(len(optional) + 1))
    saved = 0
    for skip in subsets:
        run = Run(cart, 0, {}, frozenset(skip))
        saved = max(saved, carry_out(run, compiled, compiled.matches(run.lines), held).saved)
    return saved


@settings(max_examples=120, deadline=None)
@given(rule_sets(most=8, priorities=(-1, 1)), carts)
def test_no_combination_saves_more(rules: list[Rule], lines: list[CartLine]) -> None:
    cart = snapshot(lines)
    compiled, held = bound(rules)
    verdict = evaluate(compiled, cart, held)
    assert verdict.exact
    assert verdict.discount_total + verdict.worth == every_combination(rules, cart)


def test_an_item_offer_is_given_up_for_the_step_it_would_cost() -> None:
    rules = [
        rule(1, "limited_discount", {"off_basis_points": 100}),
        rule(2, "full_reduction", {"steps": [{"threshold": 20000, "off": 5000}]}),
    ]
    verdict = judge(rules, [line("tea", 1, 20000, 1)])
    assert verdict.discount_total == 5000
    assert {e.promotion_id: e.code for e in verdict.explanation} == {1: "given_up", 2: "applied"}


def test_what_the_mall_puts_first_is_never_given_up() -> None:
    rules = [
        rule(1, "limited_discount", {"off_basis_points": 100}, priority=1),
        rule(2, "full_reduction", {"steps": [{"threshold": 20000, "off": 5000}]}),
    ]
    verdict = judge(rules, [line("tea", 1, 20000, 1)])
    assert [applied.promotion_id for applied in verdict.applied] == [1]


@settings(max_examples=80, deadline=None)
@given(rule_sets(most=7, priorities=(-1, 0)), carts)
def test_one_more_promotion_or_coupon_never_makes_it_dearer(rules: list[Rule], lines: list[CartLine]) -> None:
    cart = snapshot(lines)
    paid = [
        verdict.discount_total + verdict.worth
        for n in range(len(rules) + 1)
        for compiled, held in [bound(rules[:n])]
        for verdict in [evaluate(compiled, cart, held)]
    ]
    assert paid == sorted(paid)


@settings(max_examples=60, deadline=None)
@given(rule_sets(most=6, priorities=(-1, 1)), rule_sets(most=4, priorities=(-1, 1)), carts)
def test_rules_that_do_not_run_for_a_cart_change_nothing_of_what_it_pays(
    rules: list[Rule], others: list[Rule], lines: list[CartLine]
) -> None:
    cart = snapshot(lines)
    idle = [r._replace(id=r.id + 100, audience=Audience(employees=True)) for r in others]
    compiled, held = bound(rules)
    more, more_held = bound([*rules, *idle])
    assert evaluate(more, cart, more_held).lines == evaluate(compiled, cart, held).lines
