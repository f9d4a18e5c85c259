"""What holds for every cart and every set of rules."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from zhanggui.kernel.i18n import Text
from zhanggui.promotions.engine import (
    Allowance,
    CartLine,
    CartSnapshot,
    HeldCoupon,
    Rule,
    Scope,
    Selection,
    Verdict,
    compile_rules,
    evaluate,
    get_kind,
)

from .worked import AT, START, ZONE

amounts = st.integers(1, 60_000)


@st.composite
def steps(draw: st.DrawFn) -> dict[str, object]:
    thresholds = sorted(draw(st.sets(amounts, min_size=1, max_size=3)))
    offs = sorted(draw(st.sets(st.integers(1, thresholds[0]), min_size=1, max_size=len(thresholds))))
    return {"steps": [{"threshold": t, "off": o} for t, o in zip(thresholds, offs, strict=False)]}


@st.composite
def every(draw: st.DrawFn) -> dict[str, object]:
    threshold = draw(amounts)
    off = draw(st.integers(1, threshold))
    cap = draw(st.none() | st.integers(off, off * 4))
    return {"every": {"threshold": threshold, "off": off, "cap": cap}}


discounts = st.one_of(
    st.builds(lambda bp: {"off_basis_points": bp}, st.integers(1, 10_000)), st.builds(lambda p: {"price": p}, amounts)
)
coupons = st.one_of(
    st.builds(lambda off: {"off": off}, amounts),
    st.builds(lambda off, more: {"off": off, "threshold": off + more}, amounts, amounts),
    st.builds(lambda bp, cap: {"off_basis_points": bp, "cap": cap}, st.integers(1, 10_000), st.none() | amounts),
)
configs = st.one_of(
    st.tuples(st.just("full_reduction"), steps() | every()),
    st.tuples(st.just("limited_discount"), discounts),
    st.tuples(st.just("coupon"), coupons),
)
some_ids = st.frozensets(st.integers(1, 4), max_size=2)
selections = st.builds(Selection, product_ids=some_ids, category_ids=some_ids, brand_ids=some_ids, sku_ids=some_ids)
scopes = st.builds(Scope, st.none() | selections, st.just(Selection()) | selections)


@st.composite
def rule_sets(draw: st.DrawFn, most: int = 6, priorities: tuple[int, int] = (0, 2)) -> list[Rule]:
    return [
        Rule(
            number, kind, get_kind(kind).parse(config), Text(f"规则{number}", f"rule {number}"), START,
            scope=draw(scopes), priority=draw(st.integers(*priorities)), exclusive_group=draw(st.sampled_from(["", "", "a", "b"])),
            counted=draw(st.booleans()),
        )
        for number, (kind, config) in enumerate(draw(st.lists(configs, max_size=most)), start=1)
    ]  # fmt: skip


ids = st.integers(1, 4)
lines = st.builds(
    lambda sku, product, category, brand, quantity, price, more: CartLine(
        "", sku, product, (category, 9), brand, quantity, price, price + more
    ),
    ids, ids, ids, st.none() | ids, st.integers(1, 9), st.integers(0, 30_000), st.integers(0, 500),
)  # fmt: skip
carts = st.lists(lines, min_size=1, max_size=6).map(lambda ls: [ln._replace(key=str(n)) for n, ln in enumerate(ls)])
budgets = st.dictionaries(st.integers(1, 6), st.builds(Allowance, st.just(""), st.none() | amounts), max_size=2)


def run(rules: list[Rule], cart: list[CartLine], allowances: dict[int, Allowance]) -> Verdict:
    by_code = [r for r in rules if get_kind(r.kind).by_code]
    held = [HeldCoupon(c, f"CODE{c.rule.id}", c.rule.id) for c in compile_rules(by_code, ZONE).rules]
    free = compile_rules([r for r in rules if not get_kind(r.kind).by_code], ZONE)
    return evaluate(free, CartSnapshot(tuple(cart), AT), held, allowances)


@given(rule_sets(), carts, budgets)
def test_totals_and_shares_are_exact(rules: list[Rule], cart: list[CartLine], allowances: dict[int, Allowance]) -> None:
    verdict = run(rules, cart, allowances)
    taken: dict[int, int] = {}
    for line, judged in zip(cart, verdict.lines, strict=True):
        assert judged.key == line.key
        assert judged.amount == line.quantity * line.unit_price
        assert 0 <= judged.discount <= judged.amount <= line.quantity * line.list_price
        assert sum(share.amount for share in judged.shares) == judged.discount
        assert all(share.amount > 0 for share in judged.shares)
        for share in judged.shares:
            taken[share.promotion_id] = taken.get(share.promotion_id, 0) + share.amount
    assert sum(taken.values()) == verdict.discount_total
    assert {applied.promotion_id: applied.amount for applied in verdict.applied} == taken


@given(rule_sets(), carts, budgets)
def test_every_rule_has_one_explanation(
    rules: list[Rule], cart: list[CartLine], allowances: dict[int, Allowance]
) -> None:
    verdict = run(rules, cart, allowances)
    assert sorted(e.promotion_id for e in verdict.explanation) == [r.id for r in rules]
    applied = {e.promotion_id: e.amount for e in verdict.explanation if e.applied}
    assert applied == {a.promotion_id: a.amount for a in verdict.applied}
    assert all(e.amount == 0 for e in verdict.explanation if not e.applied)


@given(rule_sets(), carts, budgets, st.randoms(use_true_random=False))
def test_order_of_lines_and_rules_does_not_matter(
    rules: list[Rule], cart: list[CartLine], allowances: dict[int, Allowance], random: Random
) -> None:
    first = run(rules, cart, allowances)
    shuffled, mixed = list(cart), list(rules)
    random.shuffle(shuffled)
    random.shuffle(mixed)
    second = run(mixed, shuffled, allowances)
    assert {line.key: line for line in second.lines} == {line.key: line for line in first.lines}
    assert second.applied == first.applied
    assert second.explanation == first.explanation


@given(rule_sets(), carts, budgets, configs, st.integers(0, 2), st.sampled_from(["", "a"]))
def test_a_rule_for_other_goods_changes_nothing(
    rules: list[Rule], cart: list[CartLine], allowances: dict[int, Allowance],
    config: tuple[str, dict[str, object]], priority: int, group: str,
) -> None:  # fmt: skip
    kind, terms = config
    stranger = Rule(
        99, kind, get_kind(kind).parse(terms), Text("别的", "other"), START,
        scope=Scope(Selection(product_ids=frozenset([77]))), priority=priority, exclusive_group=group,
    )  # fmt: skip
    without, with_it = run(rules, cart, allowances), run([*rules, stranger], cart, allowances)
    assert with_it.lines == without.lines
    assert with_it.applied == without.applied
    assert [e for e in with_it.explanation if e.promotion_id != 99] == list(without.explanation)
    assert [e.code for e in with_it.explanation if e.promotion_id == 99] == ["no_matching_goods"]


@given(rule_sets(), carts, budgets)
def test_the_same_question_has_the_same_answer(
    rules: list[Rule], cart: list[CartLine], allowances: dict[int, Allowance]
) -> None:
    assert run(rules, cart, allowances) == run(rules, cart, allowances)


@given(rule_sets(), carts)
def test_of_an_exclusive_group_at_most_one_applies(rules: list[Rule], cart: list[CartLine]) -> None:
    groups = {r.id: r.exclusive_group for r in rules}
    used = [groups[a.promotion_id] for a in run(rules, cart, {}).applied if groups[a.promotion_id]]
    assert len(used) == len(set(used))


@given(rule_sets(), carts, budgets)
def test_no_discount_is_above_its_budget(
    rules: list[Rule], cart: list[CartLine], allowances: dict[int, Allowance]
) -> None:
    counted = {r.id for r in rules if r.counted and not get_kind(r.kind).by_code}
    for applied in run(rules, cart, allowances).applied:
        left = allowances.get(applied.promotion_id, Allowance()).budget_left
        assert applied.promotion_id not in counted or left is None or applied.amount <= left


@given(rule_sets(), carts)
def test_at_most_one_item_offer_per_line(rules: list[Rule], cart: list[CartLine]) -> None:
    kinds = {r.id: r.kind for r in rules}
    for line in run(rules, cart, {}).lines:
        assert sum(kinds[share.promotion_id] == "limited_discount" for share in line.shares) <= 1
