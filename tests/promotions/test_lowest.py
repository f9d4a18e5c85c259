"""The lowest reachable price: no lawful cart goes below the bound, and the engine says the same of every cart that is shown."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import chain, combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import allocate
from zhanggui.pricing import types as pricing
from zhanggui.pricing.rules import price_for
from zhanggui.promotions.engine import (
    KINDS as KINDS_OF_ENGINE,
)
from zhanggui.promotions.engine import (
    Audience,
    BuyerFacts,
    CartLine,
    CartSnapshot,
    DailyWindow,
    HeldCoupon,
    Lane,
    Rule,
    Scope,
    Selection,
    compile_rules,
    evaluate,
    get_kind,
)
from zhanggui.promotions.engine.depth import Reach
from zhanggui.promotions.engine.kind import Goods
from zhanggui.promotions.engine.lowest import (
    Answer,
    Lowest,
    Mall,
    Special,
    Ware,
    Window,
    Witness,
    in_scope,
    narrowed,
    price_of,
)
from zhanggui.promotions.engine.lowest.chain import Course, run_of, runs

from .worked import AT, START, ZONE, rule

DAY = timedelta(days=1)


def ware(sku: int, price: int, category: int = 1, **more: object) -> Ware:
    return Ware(sku, sku, (category, 9), None, price, price, **more)  # type: ignore[arg-type]


Tiers = dict[str, int]


def lowest(wares: list[Ware], rules: list[Rule], now: datetime = AT, tiers: Tiers | None = None) -> dict[int, Answer]:
    return {a.sku_id: a for a in Lowest(Mall(wares, rules, now, ZONE), tiers or {}).answers()}


def asked(ware: Ware, tiers: Tiers, buyer: BuyerFacts, quantity: int, at: datetime, channel: str = "") -> int:
    """What pricing asks of a buyer for each of so many pieces."""
    ordinary = next((w.price for w in ware.windows if w.span[0] <= at < (w.span[1] or at + DAY)), ware.sale_price)
    specials = tuple(
        pricing.Special(
            "tier" if s.tier else "channel" if s.channel else "employee" if s.employee else "quantity",
            s.tier or s.channel, s.quantity, s.price,
        )
        for s in ware.specials
    )  # fmt: skip
    whose = pricing.Buyer(buyer.tier, channel, buyer.employee, quantity, tiers.get(buyer.tier, 10_000))
    return price_for(pricing.Price(ordinary, ordinary, None, specials=specials), whose).price


def charged(wares: list[Ware], rules: list[Rule], witness: Witness, sku: int, tiers: Tiers | None = None) -> int:
    """What the engine, under all the rules, asks for the cheapest piece of the SKU in the witness."""
    own = compile_rules([r for r in rules if not get_kind(r.kind).by_code], ZONE)
    held = [
        HeldCoupon(c, f"C{c.rule.id}", c.rule.id)
        for c in compile_rules([r for r in rules if r.id in witness.coupons], ZONE).rules
    ]
    known = {w.sku_id: w for w in wares}
    lines = []
    for number, quantity, price in witness.lines:
        w = known[number]
        assert price == asked(w, tiers or {}, witness.buyer, quantity, witness.at, witness.channel)
        lines.append(
            CartLine(str(number), number, w.product_id, w.category_ids, w.brand_id, quantity, price, w.list_price)
        )
    cart = CartSnapshot(tuple(lines), witness.at, buyer=witness.buyer, channel=witness.channel)
    verdict = evaluate(own, cart, held)
    mine = next(v for v in verdict.lines if v.key == str(sku))
    return (mine.amount - mine.discount) // next(q for s, q, _ in witness.lines if s == sku)


# ---- any mall ------------------------------------------------------------------------------------------------------------

small = st.integers(1, 400)


@st.composite
def configs(draw: st.DrawFn, kinds: st.SearchStrategy[str] | None = None) -> tuple[str, dict[str, object]]:
    amount = st.sampled_from([1, 5, 20, 30, 50, 100, 150, 200, 333])
    kind = draw(st.sampled_from(KINDS) if kinds is None else kinds)
    off = draw(amount)
    if kind == "limited_discount":
        return kind, draw(st.sampled_from([{"price": off}, {"off_basis_points": 3333}, {"off_basis_points": 5000}]))
    if kind == "coupon":
        threshold = draw(st.sampled_from([0, off, off + 50]))
        return kind, draw(
            st.sampled_from(
                [
                    {"off": off, "threshold": threshold},
                    {"off_basis_points": 1500, "threshold": threshold, "cap": draw(st.none() | amount)},
                ]
            )
        )
    if kind == "full_reduction" and draw(st.booleans()):
        return kind, {"every": {"threshold": off + 50, "off": off, "cap": draw(st.none() | st.just(off * 2))}}
    if kind == "full_reduction":
        return kind, {"steps": [{"threshold": off + 20, "off": off}, {"threshold": off + 220, "off": off + 90}]}
    if kind == "full_discount":
        return kind, {
            "steps": [{"threshold": off, "off_basis_points": 1000}, {"threshold": off + 150, "off_basis_points": 2500}]
        }
    if kind == "multi_discount":
        return kind, {"steps": [{"pieces": 2, "off_basis_points": 1000}, {"pieces": 3, "off_basis_points": 3000}]}
    if kind == "nth_discount":
        return kind, draw(
            st.sampled_from(
                [{"nth": 2, "off_basis_points": 5000}, {"nth": 2, "price": 1}, {"nth": 3, "off_basis_points": 3333}]
            )
        )
    if kind == "any_n_for":
        return kind, {"pieces": 2, "price": off}
    if kind == "package":
        return kind, {"items": [{"sku": 1, "quantity": 1}, {"sku": 2, "quantity": 1}], "price": off}
    if kind == "add_on":
        return kind, {"threshold": off, "goods": [{"sku": 1, "price": 10}]}
    if kind == "flash_sale":
        return kind, {"goods": [{"sku": 1, "price": off, "stock": 2}], "per_buyer": 1}
    return kind, {"price": draw(st.sampled_from([1, 20]))}


KINDS = [
    "limited_discount", "coupon", "full_reduction", "full_discount", "multi_discount", "nth_discount", "any_n_for", "package",
    "add_on", "flash_sale", "exchange_coupon", "coupon", "full_reduction",
]  # fmt: skip
scopes = st.sampled_from(
    [
        Scope(), Scope(), Scope(Selection(category_ids=frozenset([1]))), Scope(Selection(category_ids=frozenset([2]))),
        Scope(Selection(sku_ids=frozenset([1, 3]))), Scope(None, Selection(sku_ids=frozenset([2]))),
    ]
)  # fmt: skip
aparts = st.sampled_from([frozenset(), frozenset(), frozenset([Lane.COUPON]), frozenset([Lane.ORDER])])
audiences = st.sampled_from(
    [None, None, None, Audience(tiers=frozenset(["gold"])), Audience(new=True), Audience(new=False)]
)


tierings = st.sampled_from([{}, {}, {"gold": 9_800}, {"gold": 5_050}, {"gold": 9_000, "vip": 9_700}])


@st.composite
def malls(draw: st.DrawFn) -> tuple[list[Ware], list[Rule]]:
    prices = draw(st.lists(st.sampled_from([7, 30, 50, 99, 100, 180, 250, 331]), min_size=3, max_size=3))
    wares = [ware(n, price, 1 if n < 3 else 2) for n, price in enumerate(prices, start=1)]
    if draw(st.booleans()):
        wares[0] = wares[0]._replace(
            specials=(Special(max(1, prices[0] - 9), tier="gold"), Special(max(1, prices[0] - 20), quantity=2))
        )
    rules = []
    for number, (kind, config) in enumerate(draw(st.lists(configs(), min_size=1, max_size=4)), start=1):
        starts = draw(st.sampled_from([START, START, AT + DAY]))
        rules.append(
            Rule(
                number, kind, get_kind(kind).parse(config), Text("规则", "rule"), starts,
                draw(st.sampled_from([None, None, AT + DAY])) if starts == START else None, draw(scopes),
                priority=draw(st.integers(-1, 1)), exclusive_group=draw(st.sampled_from(["", "", "a"])),
                audience=draw(audiences), apart=draw(aparts),
            )
        )  # fmt: skip
    return wares, rules


BUYERS = [BuyerFacts(1, new, tier) for new in (True, False) for tier in ("", "gold")]


def every_price(wares: list[Ware], rules: list[Rule], tiers: Tiers) -> dict[int, int]:
    """The lowest price of a piece of each SKU over all carts of few pieces, buyers, coupons and instants."""
    own = compile_rules([r for r in rules if not get_kind(r.kind).by_code], ZONE)
    coupons = compile_rules([r for r in rules if get_kind(r.kind).by_code], ZONE).rules
    sets = list(chain.from_iterable(combinations(coupons, n) for n in range(len(coupons) + 1)))
    found = {w.sku_id: w.sale_price for w in wares}
    for quantities in product(range(4), repeat=len(wares)):
        for buyer in BUYERS if any(r.audience for r in rules) or wares[0].specials or tiers else BUYERS[:1]:
            for at in (AT, AT + DAY):
                lines = tuple(
                    CartLine(
                        str(w.sku_id),
                        w.sku_id,
                        w.product_id,
                        w.category_ids,
                        None,
                        q,
                        asked(w, tiers, buyer, q, at),
                        w.list_price,
                    )
                    for w, q in zip(wares, quantities, strict=True)
                    if q
                )
                for held in sets:
                    cart = CartSnapshot(lines, at, buyer=buyer)
                    verdict = evaluate(own, cart, [HeldCoupon(c, f"C{c.rule.id}", c.rule.id) for c in held])
                    for line, v in zip(lines, verdict.lines, strict=True):
                        found[line.sku_id] = min(found[line.sku_id], (v.amount - v.discount) // line.quantity)
    return found


@settings(max_examples=60, deadline=None)
@given(malls(), tierings)
def test_no_small_cart_is_cheaper_and_every_witness_costs_what_is_said(
    mall: tuple[list[Ware], list[Rule]], tiers: Tiers
) -> None:
    wares, rules = mall
    answers = lowest(wares, rules, tiers=tiers)
    seen = every_price(wares, rules, tiers)
    for sku, answer in answers.items():
        assert answer.bound <= seen[sku]
        assert answer.bound <= answer.price
        assert charged(wares, rules, answer.witness, sku, tiers) == answer.price
        if answer.exact:
            assert answer.price <= seen[sku]


@st.composite
def rows_of_rules(draw: st.DrawFn) -> tuple[list[Ware], list[Rule]]:
    """Rules that look at the same goods one after another, some with a rule of items or sets before them, few SKUs."""
    wares = [ware(n, draw(st.sampled_from([7, 30, 45, 99, 100, 180, 250])), 1 if n < 3 else 2) for n in (1, 2, 3)]
    kinds = st.sampled_from(["coupon", "coupon", "full_reduction", "full_discount"])
    found = draw(st.lists(configs(kinds), min_size=2, max_size=5))
    scope = draw(st.sampled_from([Scope(), Scope(), Scope(Selection(category_ids=frozenset([1])))]))
    rules = [
        rule(
            n,
            kind,
            config,
            scope=scope,
            group=draw(st.sampled_from(["", "", "", "a"])),
            priority=draw(st.integers(0, 1)),
        )
        for n, (kind, config) in enumerate(found, start=1)
    ]
    if draw(st.booleans()):
        kind, config = draw(
            configs(st.sampled_from(["limited_discount", "multi_discount", "nth_discount", "any_n_for"]))
        )
        rules.append(rule(9, kind, config, scope=draw(scopes)))
    return wares, rules


@settings(max_examples=12, deadline=None)
@given(rows_of_rules())
def test_rules_one_after_another_are_bounded_by_what_any_small_cart_finds(mall: tuple[list[Ware], list[Rule]]) -> None:
    wares, rules = mall
    answers = lowest(wares, rules)
    seen = every_price(wares, rules, {})
    for sku, answer in answers.items():
        assert answer.bound <= min(seen[sku], answer.price)
        assert charged(wares, rules, answer.witness, sku) == answer.price


@settings(max_examples=30, deadline=None)
@given(rows_of_rules(), st.integers(1, 250), st.integers(1, 3))
def test_no_amount_of_goods_leaves_less_than_a_run_of_rules_says(
    mall: tuple[list[Ware], list[Rule]], left: int, quantity: int
) -> None:
    """Every amount up to a thousand, every selection of the rules, every fen rounded against the seller that can be."""
    whole = Mall(mall[0], mall[1], AT, ZONE)
    for positions in runs(whole, [k for k in range(len(whole.rules)) if whole.rules[k].orderly]):
        run = run_of(whole, positions)
        if run is None:
            continue
        found = run.lowest(left, quantity)
        says = left if found is None else found[0]
        for total, chosen, pieces in product(range(0, 1000, run.grain), run.selections, (quantity, quantity + 1)):
            line, goods = left * pieces, total
            if line > total:
                continue
            lines = 1 + (total - line) // run.smallest
            for k in chosen:
                taken = whole.rules[k].compiled.offer(Goods([], [], goods)).amount
                line -= (line * taken * lines + goods * (lines - 1)) // (goods * lines) if goods else 0
                goods -= taken
            assert says <= line // pieces


@given(st.lists(st.integers(1, 500), min_size=1, max_size=9), st.integers(0, 500))
def test_a_fen_more_than_its_part_is_taken_of_a_line_only_where_it_has_its_share_of_it(
    lines: list[int], off: int
) -> None:
    total = sum(lines)
    taken = min(off, total)
    course = Course(0.0, total, (0,), (Reach(taken, total, total, taken),))
    for line, share in zip(lines, allocate(taken, lines), strict=True):
        assert line - share >= course.line(line, len(lines)) >= course.line(line, 0) == course.price(line)


@settings(max_examples=150, deadline=None)
@given(malls(), tierings, st.integers(1, 3), st.lists(st.integers(0, 11), min_size=1, max_size=3))
def test_a_part_of_a_mall_decides_as_the_whole_does(
    mall: tuple[list[Ware], list[Rule]], tiers: Tiers, copies: int, some: list[int]
) -> None:
    """Whatever is published, and whichever goods are asked about: the same goods in scope, the same bounds, before and after."""
    few, rules = mall
    goods = few + [one._replace(sku_id=one.sku_id + 10 * n) for n in range(1, copies + 1) for one in few]
    whole = Lowest(Mall(goods, rules, AT, ZONE), tiers)
    for published in rules:
        scope = in_scope(goods, published)
        assert whole.in_scope(published.id) in ([], scope)
        for about in (set(scope), {goods[n % len(goods)].sku_id for n in some}):
            part = narrowed(goods, rules, about)
            for running in (rules, [other for other in rules if other is not published]):
                in_part, in_all = (Lowest(Mall(wares, running, AT, ZONE), tiers) for wares in (part, goods))
                assert {sku: in_part.bound(sku) for sku in about} == {sku: in_all.bound(sku) for sku in about}


def test_of_goods_that_are_alike_one_decides_for_all() -> None:
    goods = [ware(n, 100 + n % 3, 1 + n % 2) for n in range(1, 61)]
    everything = rule(1, "full_reduction", {"steps": [{"threshold": 1000, "off": 100}]})
    some = rule(2, "limited_discount", {"off_basis_points": 1000}, scope=Scope(Selection(sku_ids=frozenset([1, 2]))))
    assert len(narrowed(goods, [everything, some], {1, 2})) == 2 + 3


# ---- worked by hand ------------------------------------------------------------------------------------------------------


def test_a_companion_brings_the_goods_exactly_to_the_threshold() -> None:
    """满 200 减 20 gives most of each fen at 200: 59 beside 141 of other goods pays 53.10."""
    rules = [rule(1, "full_reduction", {"steps": [{"threshold": 20000, "off": 2000}]})]
    answer = lowest([ware(1, 5900), ware(2, 4700)], rules)[1]
    assert (answer.price, answer.exact) == (5310, True)
    assert {sku: pieces for sku, pieces, _ in answer.witness.lines} == {1: 1, 2: 3}


def test_where_no_companion_fits_the_nearest_cart_is_shown_and_the_rest_is_a_bound() -> None:
    rules = [rule(1, "full_reduction", {"steps": [{"threshold": 20000, "off": 2000}]})]
    answer = lowest([ware(1, 5900)], rules)[1]
    assert [(sku, pieces) for sku, pieces, _ in answer.witness.lines] == [(1, 4)]
    assert (answer.price, answer.bound, answer.exact) == (5400, 5310, False)


def test_a_coupon_without_threshold_brings_cheap_goods_to_nothing() -> None:
    answer = lowest([ware(1, 900)], [rule(1, "coupon", {"off": 1000})])[1]
    assert (answer.price, answer.exact, answer.witness.coupons) == (0, True, (1,))


def test_whole_percentages_of_whole_prices_are_exact() -> None:
    rules = [
        rule(1, "limited_discount", {"off_basis_points": 2000}),
        rule(2, "coupon", {"off_basis_points": 1000, "threshold": 5000}),
    ]
    answer = lowest([ware(1, 10000), ware(2, 5000)], rules)[1]
    assert (answer.price, answer.exact) == (7200, True)


def test_rules_that_never_meet_do_not_add_up() -> None:
    """Of one group, of different tiers, of different hours, kept apart: each alone, never both."""
    first, second = {"off_basis_points": 1000}, {"off_basis_points": 2000}
    pairs: list[tuple[dict[str, object], dict[str, object]]] = [
        ({"group": "a"}, {"group": "a"}),
        ({"audience": Audience(tiers=frozenset(["gold"]))}, {"audience": Audience(tiers=frozenset(["silver"]))}),
        ({"audience": Audience(new=True)}, {"audience": Audience(new=False)}),
        ({"daily": (DailyWindow(600, 720),)}, {"daily": (DailyWindow(720, 800),)}),
        ({"starts_at": START, "ends_at": AT + DAY}, {"starts_at": AT + DAY}),
    ]
    for a, b in pairs:
        rules = [rule(1, "coupon", first, **a), rule(2, "coupon", second, **b)]  # type: ignore[arg-type]
        answer = lowest([ware(1, 10000)], rules)[1]
        assert (answer.price, answer.exact) == (8000, True)
    both = [rule(1, "coupon", first), rule(2, "coupon", second)]
    assert lowest([ware(1, 10000)], both)[1].price == 7200


def test_a_rule_and_what_it_keeps_its_goods_from() -> None:
    rules = [
        rule(1, "full_reduction", {"steps": [{"threshold": 10000, "off": 2000}]}, apart=frozenset([Lane.COUPON])),
        rule(2, "coupon", {"off_basis_points": 1000}),
    ]
    assert lowest([ware(1, 10000)], rules)[1].price == 8000


def test_a_planned_price_and_a_tier_price_are_among_the_prices() -> None:
    goods = ware(1, 10000, windows=(Window(8000, (AT + DAY, AT + 2 * DAY)),), specials=(Special(8500, tier="gold"),))
    answer = lowest([goods], [rule(1, "coupon", {"off": 1000}, ends_at=AT + DAY)])[1]
    assert (answer.price, answer.witness.buyer.tier, answer.exact) == (7500, "gold", True)
    answer = lowest([goods], [rule(1, "coupon", {"off": 1000})])[1]
    assert (answer.price, answer.witness.at, answer.exact) == (7000, AT + DAY, True)


def test_members_of_a_tier_pay_their_share_of_everything_and_the_answer_stays_exact() -> None:
    """Of 100 gold pays 98; a coupon of 10 takes it to 88. Where gold has a price of its own below its share, that one counts
    and is not made less again."""
    rules = [rule(1, "coupon", {"off": 1000, "threshold": 9000})]
    goods = [ware(1, 10000), ware(2, 10000, specials=(Special(9500, tier="gold"),))]
    answers = lowest(goods, rules, tiers={"gold": 9_800})
    assert [(answers[n].price, answers[n].exact, answers[n].witness.buyer.tier) for n in (1, 2)] == [
        (8800, True, "gold"), (8500, True, "gold"),
    ]  # fmt: skip
    planned = ware(1, 10000, windows=(Window(8001, (AT + DAY, None)),))
    answer = lowest([planned], [], tiers={"gold": 9_800})[1]
    assert (answer.price, answer.exact, answer.witness.at) == (7841, True, AT + DAY)


def test_what_one_tier_pays_blurs_no_other_buyers_answer() -> None:
    """Gold's 99.90 gives fifteen per cent that have to be rounded; silver, who alone has the coupon, never meets them."""
    rules = [rule(1, "coupon", {"off_basis_points": 1500}, audience=Audience(tiers=frozenset(["silver"])))]
    answer = lowest([ware(1, 10000)], rules, tiers={"gold": 9_990})[1]
    assert (answer.witness.buyer.tier, answer.price, answer.exact) == ("silver", 8500, True)


def test_a_rule_for_a_tier_alone_meets_that_tiers_share() -> None:
    rules = [rule(1, "coupon", {"off_basis_points": 1000}, audience=Audience(tiers=frozenset(["gold"])))]
    found = Lowest(Mall([ware(1, 10000)], rules, AT, ZONE), {"gold": 9_800})
    assert (found.answer(1).price, found.answer(1).exact) == (8820, True)
    assert (found.in_scope(1), found.is_less(1)) == ([1], True)
    silver = [rule(1, "coupon", {"off_basis_points": 1000}, audience=Audience(tiers=frozenset(["gold", "silver"])))]
    answer = lowest([ware(1, 10000)], silver, tiers={"gold": 9_999})[1]
    assert (answer.price, answer.witness.buyer.tier) == (8999, "gold")


def test_prices_of_buyers_are_those_of_pricing() -> None:
    specials = [
        Special(90, tier="gold"),
        Special(80, employee=True),
        Special(85, quantity=3),
        Special(70, channel="app", quantity=2),
    ]
    theirs = [
        pricing.Special("tier", "gold", 1, 90), pricing.Special("employee", "", 1, 80), pricing.Special("quantity", "", 3, 85),
        pricing.Special("channel", "app", 2, 70),
    ]  # fmt: skip
    for tier, channel, employee, quantity in product(("", "gold"), ("", "app"), (False, True), (1, 2, 3)):
        ours = price_of(
            ware(1, 100, specials=tuple(specials)), BuyerFacts(1, tier=tier, employee=employee), channel, quantity, AT
        )
        buyer = pricing.Buyer(tier, channel, employee, quantity)
        assert ours == price_for(pricing.Price(100, 100, None, specials=tuple(theirs)), buyer).price


def test_every_kind_that_takes_from_goods_says_how_deep_it_cuts() -> None:
    assert [kind.name for kind in KINDS_OF_ENGINE.values() if kind.lane != Lane.FREIGHT and kind.deepest is None] == []
