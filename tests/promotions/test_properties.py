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
    Lane,
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
    st.builds(lambda bp: {"off_basis_points": bp}, st.integers(1, 10_000)),
    st.builds(lambda p: {"price": p}, amounts),
    st.builds(lambda off: {"off": off}, amounts),
)
coupons = st.one_of(
    st.builds(lambda off: {"off": off}, amounts),
    st.builds(lambda off, more: {"off": off, "threshold": off + more}, amounts, amounts),
    st.builds(lambda bp, cap: {"off_basis_points": bp, "cap": cap}, st.integers(1, 10_000), st.none() | amounts),
)
percents = st.integers(1, 10_000)
few = st.integers(1, 6)
ids = st.integers(1, 4)


@st.composite
def rising(draw: st.DrawFn, reach: str, low: st.SearchStrategy[int], most: int = 3) -> dict[str, object]:
    """Steps of `off_basis_points` by what has to be reached."""
    reached = sorted(draw(st.sets(low, min_size=1, max_size=most)))
    offs = sorted(draw(st.sets(percents, min_size=len(reached), max_size=len(reached))))
    return {"steps": [{reach: r, "off_basis_points": o} for r, o in zip(reached, offs, strict=True)]}


@st.composite
def nth(draw: st.DrawFn) -> dict[str, object]:
    form = draw(st.builds(lambda bp: {"off_basis_points": bp}, percents) | st.builds(lambda p: {"price": p}, amounts))
    return {"nth": draw(st.integers(2, 4)), "same": draw(st.booleans()), "times": draw(st.none() | few), **form}


@st.composite
def gifts(draw: st.DrawFn) -> dict[str, object]:
    found = []
    for threshold in sorted(draw(st.sets(amounts, min_size=1, max_size=2))):
        skus = sorted(draw(st.sets(ids, min_size=1, max_size=3)))
        presents = [{"sku": sku, "quantity": draw(few), "value": draw(st.integers(0, 9000))} for sku in skus]
        found.append({"threshold": threshold, "gifts": presents, "choose": draw(st.none() | st.integers(1, len(skus)))})
    return {"steps": found}


def goods(**fields: st.SearchStrategy[int]) -> st.SearchStrategy[list[dict[str, int]]]:
    """A list of different SKUs with these fields."""
    items = st.fixed_dictionaries({"sku": ids, **fields})
    return st.lists(items, min_size=1, max_size=3, unique_by=lambda item: item["sku"])


def config(**fields: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries(fields)


#: Every kind that takes from goods; the freight has properties of its own (test_freight.py).
configs = st.one_of(
    st.tuples(st.just("full_reduction"), steps() | every()),
    st.tuples(st.just("limited_discount"), discounts),
    st.tuples(st.just("coupon"), coupons),
    st.tuples(st.just("multi_discount"), rising("pieces", few)),
    st.tuples(st.just("full_discount"), rising("threshold", amounts)),
    st.tuples(st.just("nth_discount"), nth()),
    st.tuples(st.just("any_n_for"), config(pieces=st.integers(2, 5), price=amounts, times=st.none() | few)),
    st.tuples(
        st.just("package"),
        config(items=goods(quantity=st.integers(2, 3)), price=amounts, times=st.none() | few),
    ),
    st.tuples(st.just("add_on"), config(threshold=amounts, goods=goods(price=st.integers(0, 9000)), pieces=few)),
    st.tuples(st.just("full_gift"), gifts()),
    st.tuples(st.just("exchange_coupon"), config(price=st.integers(0, 9000))),
    st.tuples(
        st.just("flash_sale"),
        config(goods=goods(price=st.integers(0, 9000), stock=st.integers(1, 9)), per_buyer=st.none() | few),
    ),
)
#: Those whose goods are named by their scope alone.
scoped = configs.filter(lambda found: get_kind(found[0]).names is None)
some_ids = st.frozensets(st.integers(1, 4), max_size=2)
selections = st.builds(Selection, product_ids=some_ids, category_ids=some_ids, brand_ids=some_ids, sku_ids=some_ids)
scopes = st.builds(Scope, st.none() | selections, st.just(Selection()) | selections)


aparts: st.SearchStrategy[list[Lane]] = st.just([]) | st.lists(
    st.sampled_from([Lane.ITEM, Lane.SET, Lane.ORDER, Lane.COUPON]), max_size=2
)


@st.composite
def rule_sets(draw: st.DrawFn, most: int = 6, priorities: tuple[int, int] = (0, 2)) -> list[Rule]:
    return [
        Rule(
            number, kind, get_kind(kind).parse(config), Text(f"规则{number}", f"rule {number}"), START,
            scope=draw(scopes), priority=draw(st.integers(*priorities)), exclusive_group=draw(st.sampled_from(["", "", "a", "b"])),
            counted=draw(st.booleans()), apart=frozenset(draw(aparts)) - {get_kind(kind).lane},
        )
        for number, (kind, config) in enumerate(draw(st.lists(configs, max_size=most)), start=1)
    ]  # fmt: skip


lines = st.builds(
    lambda sku, product, category, brand, quantity, price, more: CartLine(
        "", sku, product, (category, 9), brand, quantity, price, price + more
    ),
    ids, ids, ids, st.none() | ids, st.integers(1, 9), st.integers(0, 30_000), st.integers(0, 500),
)  # fmt: skip
carts = st.lists(lines, min_size=1, max_size=6).map(lambda ls: [ln._replace(key=str(n)) for n, ln in enumerate(ls)])
pieces = st.none() | st.dictionaries(ids, st.integers(0, 9))
budgets = st.dictionaries(st.integers(1, 6), st.builds(Allowance, st.just(""), st.none() | amounts, pieces), max_size=2)
#: What there is to give away, in the carts of these tests.
STOCK = {1: 3, 2: 1, 3: 40}


def snapshot(cart: list[CartLine]) -> CartSnapshot:
    return CartSnapshot(tuple(cart), AT, chosen=frozenset([2]), stock=STOCK)


def run(rules: list[Rule], cart: list[CartLine], allowances: dict[int, Allowance]) -> Verdict:
    by_code = [r for r in rules if get_kind(r.kind).by_code]
    held = [HeldCoupon(c, f"CODE{c.rule.id}", c.rule.id) for c in compile_rules(by_code, ZONE).rules]
    free = compile_rules([r for r in rules if not get_kind(r.kind).by_code], ZONE)
    return evaluate(free, snapshot(cart), held, allowances)


def ids_given(verdict: Verdict) -> set[int]:
    return {gift.sku_id for gift in verdict.gifts}


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
    assert {applied.promotion_id: applied.amount for applied in verdict.applied if applied.amount} == taken
    given = {gift.promotion_id for gift in verdict.gifts}
    assert {applied.promotion_id for applied in verdict.applied} == taken.keys() | given
    for sku in ids_given(verdict):
        assert sum(gift.quantity for gift in verdict.gifts if gift.sku_id == sku) <= STOCK.get(sku, 0)


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


@given(rule_sets(), carts, budgets, scoped, st.integers(0, 2), st.sampled_from(["", "a"]))
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
    lanes = {r.id: get_kind(r.kind).lane for r in rules}
    for line in run(rules, cart, {}).lines:
        taken = [lanes[share.promotion_id] for share in line.shares]
        assert taken.count(Lane.ITEM) <= 1
        assert taken.count(Lane.SET) <= 1


@given(rule_sets(), carts)
def test_goods_of_a_rule_that_goes_alone_have_no_other_from_those_lanes(
    rules: list[Rule], cart: list[CartLine]
) -> None:
    known = {r.id: r for r in rules}
    for line in run(rules, cart, {}).lines:
        taken = [known[share.promotion_id] for share in line.shares]
        for one in taken:
            assert not any(get_kind(other.kind).lane in one.apart for other in taken if other is not one)


@given(rule_sets(), carts, budgets)
def test_pieces_of_a_limited_number_stay_within_it(
    rules: list[Rule], cart: list[CartLine], allowances: dict[int, Allowance]
) -> None:
    known = {r.id: r for r in rules}
    for applied in run(rules, cart, allowances).applied:
        rule = known[applied.promotion_id]
        left = allowances.get(rule.id, Allowance()).pieces if rule.counted else None
        for sku, count in applied.pieces:
            stock = rule.terms.goods[sku].stock if left is None else left.get(sku, 0)  # type: ignore[attr-defined]
            assert 0 < count <= min(stock, rule.terms.per_buyer or count)  # type: ignore[attr-defined]
