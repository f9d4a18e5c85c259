"""Competitors' prices: what calls for an answer, what is proposed, what was done, and what never happens by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import procurement as bought
from tests.support.races import run_together
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed, WrongState
from zhanggui.pricing import selectors as pricing
from zhanggui.pricing import services as prices
from zhanggui.pricing.types import FloorRow, PolicyView
from zhanggui.rivals import selectors, services
from zhanggui.rivals.rules import calls, propose
from zhanggui.rivals.types import MATCH, TELL, UNDERCUT, RuleView, Seen

SCOUT = Actor("staff", 1_000_021, "scout", frozenset({"rivals.record", "rivals.rules", "pricing.change"}))


def seen(sku: int, price: int, days_ago: int = 0, **more: Any) -> Seen:
    return Seen(sku, price, clock.business_date() - timedelta(days=days_ago), **more)


def rival(label: str = "隔壁家") -> int:
    return services.save_rival(None, label=label, site="https://rival.example", actor=SYSTEM)


def price_of(sku: int) -> int:
    return pricing.base_prices([sku])[sku].sale_price


@pytest.mark.parametrize(
    ("rule", "ours", "theirs", "floor", "price", "held"),
    [
        (RuleView(0, MATCH), 10_000, 9_000, None, 9_000, ""),
        (RuleView(0, UNDERCUT, undercut=100), 10_000, 9_000, None, 8_900, ""),
        (RuleView(0, MATCH), 10_000, 5_000, None, 8_000, "cut"),
        (RuleView(0, MATCH), 10_000, 9_000, 9_500, 9_500, "floor"),
        (RuleView(0, MATCH), 10_000, 9_000, 10_000, None, "floor"),
        (RuleView(0, TELL), 10_000, 5_000, None, None, ""),
    ],
)
def test_what_a_rule_proposes(rule, ours, theirs, floor, price, held):
    found = propose(rule, ours, theirs, floor)
    assert (found.price, found.held) == (price, held)


@given(
    answer=st.sampled_from([MATCH, UNDERCUT]), ours=st.integers(2, 10**7), theirs=st.integers(1, 10**7),
    floor=st.none() | st.integers(1, 10**7), undercut=st.integers(0, 10**6), most=st.integers(1, 9_999),
)  # fmt: skip
def test_a_proposal_lowers_and_keeps_the_floor(answer, ours, theirs, floor, undercut, most):
    found = propose(RuleView(0, answer, undercut=undercut, most_cut=most), ours, theirs, floor)
    if found.price is not None:
        assert 0 < found.price < ours
        assert floor is None or found.price >= floor
        assert (ours - found.price) * 10_000 <= most * ours


def test_a_little_cheaper_calls_for_nothing():
    assert not calls(RuleView(0, threshold=300), 10_000, 9_701)
    assert calls(RuleView(0, threshold=300), 10_000, 9_700)
    assert not calls(RuleView(0, threshold=0), 10_000, 10_000)


@pytest.mark.django_db
def test_from_a_price_seen_to_an_answer():
    sku = bought.goods(1)[0]
    services.save_rule(RuleView(0, MATCH), actor=SCOUT)
    shop = rival()
    assert services.record_prices(shop, [seen(sku, 9_000, link="https://rival.example/1")], actor=SCOUT) == 1
    found = selectors.findings().items[0]
    assert (found.ours, found.theirs, found.proposed, found.rival) == (10_000, 9_000, 9_000, "隔壁家")
    assert price_of(sku) == 10_000  # nothing happens by itself
    assert services.answer(found.id, price=9_000, actor=SCOUT) is None
    assert price_of(sku) == 9_000
    answered = selectors.findings(state="answered").items[0]
    assert (answered.answered_price, answered.by, answered.reason) == (9_000, "scout", "竞品 隔壁家")
    with pytest.raises(WrongState):
        services.answer(found.id, price=8_000, actor=SCOUT)
    services.judge_all()
    assert selectors.findings().items == []


@pytest.mark.django_db
def test_an_answer_is_an_ordinary_price_change():
    sku = bought.goods(1)[0]
    prices.save_policy(PolicyView(0, max_change=500), reason="x", actor=SYSTEM)
    prices.set_floors([FloorRow(sku, 9_600, None)], reason="x", actor=SYSTEM)
    services.save_rule(RuleView(0, MATCH), actor=SCOUT)
    services.record_prices(rival(), [seen(sku, 8_000)], actor=SCOUT)
    found = selectors.findings().items[0]
    assert (found.proposed, found.held) == (9_600, "floor")
    with pytest.raises(ValidationFailed):
        services.answer(found.id, price=9_550, actor=SCOUT)
    assert selectors.finding(found.id).state == "open"
    request = services.answer(found.id, price=9_000, actor=SCOUT)
    assert request is not None
    assert price_of(sku) == 10_000
    assert selectors.finding(found.id).request_id == request


@pytest.mark.django_db
def test_the_cheapest_fresh_price_counts_and_what_is_overtaken_goes():
    sku = bought.goods(1)[0]
    one, two = rival("一号店"), rival("二号店")
    services.record_prices(one, [seen(sku, 9_000)], actor=SCOUT)
    services.record_prices(two, [seen(sku, 8_500), seen(sku, 5_000, 60)], actor=SCOUT)
    assert [(f.rival, f.theirs) for f in selectors.findings().items] == [("二号店", 8_500)]
    services.record_prices(two, [seen(sku, 9_900)], actor=SCOUT)
    assert [(f.rival, f.theirs) for f in selectors.findings().items] == [("一号店", 9_000)]
    services.record_prices(one, [seen(sku, 12_000)], actor=SCOUT)
    assert selectors.findings().items == []
    assert len(selectors.findings(state="moot").items) == 3


@pytest.mark.django_db
def test_what_was_left_be_is_not_asked_again_until_they_move():
    sku = bought.goods(1)[0]
    shop = rival()
    services.record_prices(shop, [seen(sku, 9_000)], actor=SCOUT)
    found = selectors.findings().items[0]
    assert found.proposed is None  # the shipped rule only tells
    with pytest.raises(ValidationFailed):
        services.ignore(found.id, reason=" ", actor=SCOUT)
    services.ignore(found.id, reason="清仓价，不跟", actor=SCOUT)
    services.judge_all()
    assert selectors.findings().items == []
    services.record_prices(shop, [seen(sku, 8_000)], actor=SCOUT)
    assert selectors.findings().items[0].theirs == 8_000


@pytest.mark.django_db
def test_bad_rows_are_named_and_nothing_is_kept():
    sku = bought.goods(1)[0]
    shop = rival()
    with pytest.raises(ValidationFailed) as told:
        services.record_prices(
            shop, [seen(sku, 9_000), seen(10**9, 9_000), seen(sku, 0), seen(sku, 1, -2), seen(sku, 1, link="javascript:x")],
            actor=SCOUT,
        )  # fmt: skip
    assert {error.loc for error in told.value.errors} == {"rows.1.sku", "rows.2.price", "rows.3.seen_on", "rows.4.link"}
    assert selectors.prices().items == []
    with pytest.raises(NotFound):
        services.record_prices(10**9, [seen(sku, 9_000)], actor=SCOUT)
    with pytest.raises(ValidationFailed):
        services.save_rival(None, label="隔壁家", actor=SCOUT)
    for wrong in (RuleView(10**9), RuleView(0, "shout"), RuleView(0, threshold=-1), RuleView(0, fresh_days=0)):
        with pytest.raises(ValidationFailed):
            services.save_rule(wrong, actor=SCOUT)


@pytest.mark.django_db
def test_only_who_may():
    nobody = Actor("staff", 5, "nobody", frozenset({"rivals.view"}))
    for act in (
        lambda: services.save_rival(None, label="x", actor=nobody),
        lambda: services.record_prices(1, [], actor=nobody),
        lambda: services.save_rule(RuleView(0), actor=nobody),
        lambda: services.answer(1, price=1, actor=nobody),
        lambda: services.ignore(1, reason="x", actor=nobody),
    ):
        with pytest.raises(PermissionDenied):
            act()


@pytest.mark.django_db
def test_many_prices_take_few_statements(django_assert_max_num_queries):
    skus = bought.goods(8)
    shop = rival()
    with django_assert_max_num_queries(16):
        services.record_prices(shop, [seen(sku, 9_000) for sku in skus], actor=SCOUT)
    assert len(selectors.findings().items) == 8


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_are_one():
    sku = bought.goods(1)[0]
    services.record_prices(rival(), [seen(sku, 9_000)], actor=SCOUT)
    found = selectors.findings().items[0]
    outcomes = run_together(
        [
            lambda: services.answer(found.id, price=9_000, actor=SCOUT),
            lambda: services.ignore(found.id, reason="x", actor=SCOUT),
        ]
    )
    assert sorted(type(each.error).__name__ for each in outcomes) == ["NoneType", "WrongState"]
    assert db.one("select count(*) from rivals_finding where state <> 'open'")[0] == 1
