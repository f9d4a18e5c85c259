"""What comes off the freight: one rule or coupon, never more than the freight, and nothing of the goods."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from zhanggui.kernel.i18n import Text
from zhanggui.promotions.engine import (
    Audience,
    BuyerFacts,
    CartLine,
    CartSnapshot,
    HeldCoupon,
    Lane,
    Rule,
    compile_rules,
    evaluate,
    get_kind,
    relieve,
    waive,
)

from .test_properties import amounts, carts, configs, few, rule_sets
from .worked import AT, ZONE, line, rule

freights = st.one_of(
    st.builds(lambda t, cap: {"threshold": t, "cap": cap}, amounts, st.none() | amounts),
    st.builds(lambda n, off: {"pieces": n, "off": off}, few, amounts),
    st.builds(lambda off: {"off": off}, amounts),
)
reliefs = st.lists(st.tuples(st.sampled_from(["free_shipping", "freight_coupon"]), freights), max_size=4)


def made(found: list[tuple[str, dict[str, object]]]) -> list[Rule]:
    return [rule(100 + n, kind, config) for n, (kind, config) in enumerate(found)]


def split(rules: list[Rule]) -> tuple[list[Rule], list[HeldCoupon]]:
    by_code = [r for r in rules if get_kind(r.kind).by_code]
    held = [HeldCoupon(c, f"CODE{c.rule.id}", c.rule.id) for c in compile_rules(by_code, ZONE).rules]
    return [r for r in rules if not get_kind(r.kind).by_code], held


@given(rule_sets(most=4), reliefs, carts, st.integers(0, 5000))
def test_one_relief_within_the_freight_and_the_goods_untouched(
    rules: list[Rule], found: list[tuple[str, dict[str, object]]], lines: list[CartLine], freight: int
) -> None:
    own, held = split([*rules, *made(found)])
    compiled, cart = compile_rules(own, ZONE), CartSnapshot(tuple(lines), AT)
    verdict = evaluate(compiled, cart, held)
    assert not any(get_kind(a.kind).lane == Lane.FREIGHT for a in verdict.applied)
    relief = relieve(compiled, cart, verdict, freight, held)
    assert 0 <= relief.amount <= freight
    assert len(relief.applied) == (1 if relief.amount else 0)
    assert sorted(e.promotion_id for e in relief.explanation) == [100 + n for n in range(len(found))]
    assert sum(e.amount for e in relief.explanation) == relief.amount
    alone = [_alone(each, cart, freight) for each in made(found)]
    if not any(r.exclusive_group for r in rules):
        assert relief.amount <= max(alone, default=0)


def _alone(each: Rule, cart: CartSnapshot, freight: int) -> int:
    """What the rule would take off the freight with no other in the mall."""
    own, held = split([each])
    compiled = compile_rules(own, ZONE)
    return relieve(compiled, cart, evaluate(compiled, cart), freight, held).amount


@given(configs, carts)
def test_without_relief_nothing_is_said_of_the_freight(
    config: tuple[str, dict[str, object]], lines: list[CartLine]
) -> None:
    own, held = split([rule(1, *config)])
    compiled, cart = compile_rules(own, ZONE), CartSnapshot(tuple(lines), AT)
    assert relieve(compiled, cart, evaluate(compiled, cart, held), 1200, held).explanation == ()


def test_where_the_freight_is_not_known_it_is_said_what_is_missing() -> None:
    rules = compile_rules(
        [
            rule(1, "free_shipping", {"threshold": 9900}),
            rule(2, "free_shipping", {"pieces": 3}),
            rule(3, "free_shipping", {"threshold": 100}),
            rule(4, "free_shipping", {"threshold": 100}, audience=Audience(regions=frozenset(["浙江省"]))),
        ],
        ZONE,
    )
    cart = CartSnapshot((line("tea", 1, 5000, 1),), AT)
    relief = relieve(rules, cart, evaluate(rules, cart), None)
    assert {e.promotion_id: e.code for e in relief.explanation} == {
        1: "threshold_short", 2: "pieces_short", 3: "freight_later", 4: "region_later",
    }  # fmt: skip
    there = cart._replace(buyer=BuyerFacts(region="广东省"))
    told = relieve(rules, there, evaluate(rules, there), 1200)
    assert {e.promotion_id: e.code for e in told.explanation}[4] == "other_region"


def test_higher_priority_goes_before_the_larger_amount() -> None:
    rules = compile_rules([rule(1, "free_shipping", {"off": 300}, priority=1), rule(2, "free_shipping", {})], ZONE)
    cart = CartSnapshot((line("tea", 1, 5000, 1),), AT)
    relief = relieve(rules, cart, evaluate(rules, cart), 1200)
    assert (relief.amount, [a.promotion_id for a in relief.applied]) == (300, [1])


@given(reliefs, st.none() | st.integers(0, 5000))
def test_who_ships_free_anyway_uses_up_no_rule_and_no_coupon(
    found: list[tuple[str, dict[str, object]]], freight: int | None
) -> None:
    own, held = split(made(found))
    relief = waive(compile_rules(own, ZONE), Text("金卡包邮", "Free delivery for Gold"), freight, held)
    assert relief is not None
    assert relief.amount == (freight or 0)
    assert [(a.promotion_id, a.amount, a.lane, a.counted) for a in relief.applied] == (
        [(0, freight, Lane.FREIGHT, False)] if freight else []
    )
    assert sorted(e.promotion_id for e in relief.explanation) == [100 + n for n in range(len(found))]
    assert {e.code for e in relief.explanation} <= {"freight_free"}
    assert waive(compile_rules(own, ZONE), None, freight, held) is None
