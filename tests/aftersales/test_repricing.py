"""Partial returns of real orders under the mall's rules: frozen when placed, shown before they are asked for, in every book."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.aftersales.test_gifts_and_steps import STEPS, free, gift_rule, given_back, order
from tests.factories.accounts import member
from tests.factories.aftersales import SERVICE, ask, delivered, grant, money_arrives
from tests.factories.pricing import PRICER
from tests.factories.promotions import live, public_code
from tests.factories.shop import buy, goods
from tests.orders.racing import unpaid
from zhanggui.aftersales import selectors, services
from zhanggui.aftersales.errors import AmountMoved
from zhanggui.aftersales.types import Received, Wish
from zhanggui.kernel import db, invariants, mall_settings
from zhanggui.kernel.actor import GUEST, SYSTEM
from zhanggui.members import selectors as members
from zhanggui.members import services as member_services
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.pricing import services as pricing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _books_are_right() -> Any:
    mall_settings.put("orders.partial_return", "reprice", actor=SYSTEM)
    yield
    money_arrives()
    assert invariants.check() == []


def gifts(rule: str) -> None:
    mall_settings.put("orders.gift_return", rule, actor=SYSTEM)


def foreseen(number: str, line: int, units: int, kind: str = "return_refund", reason: str = "no_reason") -> Any:
    return selectors.preview(number, kind=kind, reason=reason, lines=[Wish(line, units)], actor=GUEST)


def test_what_is_kept_is_judged_anew_and_shown_before() -> None:
    """360 less 60 stood on the step of 300; the two kept cost 210 by the step of 200, so that 90 go back and not 100."""
    live(config=STEPS, label_zh="满减")
    (tea,) = goods(12000)
    number = delivered((tea, 3))
    seen = foreseen(number, 1, 1)
    assert (seen.amount, seen.effect.share, seen.effect.policy) == (9000, 10000, "reprice")
    assert [(c.kind, c.label.zh, c.amount) for c in seen.effect.changes] == [("discount", "满减", -1000)]
    case = grant(ask(number, (1, 1), expected=9000))
    assert (case.amount, case.effect) == (9000, seen.effect)
    assert given_back(number, 1, 2) == 21000
    assert order(number)["status"] == "refunded"


def test_an_order_goes_by_the_rule_of_its_day() -> None:
    live(config=STEPS)
    (tea,) = goods(12000)
    mall_settings.put("orders.partial_return", "keep", actor=SYSTEM)
    before = delivered((tea, 3))
    mall_settings.put("orders.partial_return", "reprice", actor=SYSTEM)
    after = delivered((tea, 3))
    mall_settings.put("orders.partial_return", "keep", actor=SYSTEM)
    assert (given_back(before, 1, 1), given_back(after, 1, 1)) == (10000, 9000)
    (case,) = selectors.cases_of([before])[before]
    assert case.effect is not None
    assert (case.effect.policy, case.effect.told) == ("keep", False)


def test_what_the_promotion_became_since_does_not_matter() -> None:
    rule = live(config=STEPS)
    (tea,) = goods(12000)
    number = delivered((tea, 3))
    db.execute("update promotions_promotion set config = %s, state = 'ended' where id = %s", (db.Json({}), rule))
    assert given_back(number, 1, 1) == 9000


def test_an_amount_that_moved_since_it_was_shown_is_asked_again() -> None:
    live(config={"steps": [{"threshold": 30000, "off": 6000}]})
    (tea,) = goods(12000)
    number = delivered((tea, 3))
    shown = foreseen(number, 1, 1).amount
    given_back(number, 1, 1)
    with pytest.raises(AmountMoved) as moved:
        ask(number, (1, 1), expected=shown)
    assert moved.value.extra["amount"] == foreseen(number, 1, 1).amount != shown


def test_units_that_have_not_left_go_by_the_same_rule() -> None:
    live(config=STEPS)
    (tea,) = goods(12000, stock=5)
    number = buy((tea, 3))
    assert given_back(number, 1, 1, "cancel") == 9000
    assert free(tea) == 3
    assert given_back(number, 1, 2, "cancel") == 21000
    assert (order(number)["status"], free(tea)) == ("refunded", 5)


def test_the_malls_fault_breaks_no_step() -> None:
    live(config=STEPS)
    (tea,) = goods(12000)
    number = delivered((tea, 3))
    assert grant(ask(number, (1, 1), reason="quality")).amount == 10000


def test_a_coupon_whose_threshold_is_missed_takes_nothing_and_stays_used() -> None:
    public_code("TWENTY", {"threshold": 20000, "off": 3000})
    tea, cup = goods(12000, 9000)
    number = delivered((tea, 1), (cup, 1), coupons=("TWENTY",))
    assert given_back(number, 2, 1) == 6000  # 180 were paid, the tea alone costs 120
    assert given_back(number, 1, 1) == 12000


def test_points_pay_for_what_is_kept_and_come_back_with_their_units() -> None:
    live(config=STEPS)
    (tea,) = goods(12000)
    buyer = member().id
    assert buyer is not None
    member_services.adjust(buyer, 3000, reason="opening", actor=SYSTEM)
    number = delivered((tea, 3), member_id=buyer, points=3000)  # 300.00, of them 30.00 in points
    assert given_back(number, 1, 1) == 8000  # 10.00 of its share of 100.00 were points; 10.00 go to the lost step
    assert members.available([buyer])[buyer] == 1000
    assert given_back(number, 1, 2) == 19000
    assert members.available([buyer])[buyer] == 3000


def test_what_would_not_have_been_sent_for_nothing_pays_its_way() -> None:
    pricing.save_freight_rule(method="express", fee=1200, free_over=15000, actor=PRICER)
    tea, cup = goods(12000, 9000)
    number = delivered((tea, 1), (cup, 1))
    seen = foreseen(number, 2, 1)
    assert (seen.amount, [(c.kind, c.amount) for c in seen.effect.changes]) == (7800, [("freight", -1200)])
    assert (given_back(number, 2, 1), given_back(number, 1, 1)) == (7800, 13200)


@pytest.mark.parametrize("rule", ["deduct", "return"])
def test_a_gift_that_has_not_left_is_given_up_with_what_brought_it(rule: str) -> None:
    gifts(rule)
    tea, pin, cup = goods(9000, 2000, 3000, stock=5)
    gift_rule(cup)
    number = buy((tea, 1), (pin, 1))
    case = grant(ask(number, (2, 1), kind="cancel"))
    assert [(line.line, line.quantity, line.amount) for line in case.lines] == [(2, 1, 2000), (3, 1, 0)]
    assert (free(cup), case.amount) == (5, 2000)


def test_a_gift_that_stays_is_deducted_and_its_deduction_comes_back_with_it() -> None:
    gifts("deduct")
    tea, pin, cup = goods(9000, 2000, 3000, stock=5)
    gift_rule(cup)
    number = delivered((tea, 1), (pin, 1))
    assert given_back(number, 2, 1) == 500
    assert given_back(number, 1, 1) == 9000
    assert order(number)["status"] == "delivered"  # the gift's 15.00 are still held
    assert given_back(number, 3, 1) == 1500
    assert (order(number)["status"], free(cup)) == ("refunded", 5)


def test_a_gift_has_to_come_back_too_or_is_deducted() -> None:
    gifts("return")
    tea, pin, cup = goods(9000, 2000, 3000, stock=5)
    gift_rule(cup)
    number = delivered((tea, 1), (pin, 1))
    case = ask(number, (2, 1))
    assert [(line.line, line.quantity) for line in case.lines] == [(2, 1), (3, 1)]
    assert case.amount == 2000
    services.approve(case.number, actor=SERVICE)
    came = services.receive_return(case.number, [Received(2, 1), Received(3, 0)], actor=SERVICE)
    assert came.amount == 500
    assert services.refund(case.number, actor=SERVICE).amount == 500


def test_a_price_that_was_changed_by_hand_is_its_own_rule() -> None:
    live(config=STEPS)
    (tea,) = goods(12000)
    number = unpaid((tea, 3))
    assert orders.terms(number) is not None
    order_services.change_price(number, goods=27000, reason="老顾客", actor=SYSTEM)
    assert orders.terms(number) is None


@pytest.mark.parametrize("seed", [1, 2])
def test_any_sequence_of_cases_gives_back_exactly_what_was_paid(seed: int) -> None:
    """Unit by unit or several, faulty or not, over a step, a percentage, a coupon and a gift that is deducted."""
    gifts("deduct")
    chance = random.Random(seed)
    (cup,) = goods(3000)
    live(config=STEPS)
    live("full_discount", {"steps": [{"threshold": 5000, "off_basis_points": 333}]})
    gift_rule(cup)
    number = delivered(
        *((code, chance.randint(1, 3)) for code in goods(*(chance.randint(3333, 12001) for _ in range(3))))
    )
    sold, back = order(number), 0
    left = {line["line"]: line["quantity"] for line in sold["lines"]}
    while left:
        line = chance.choice(list(left))
        units = chance.randint(1, left[line])
        case = grant(ask(number, (line, units), reason=chance.choice(["no_reason", "quality"])))
        money_arrives()
        back += case.amount
        left[line] -= units
        if not left[line]:
            del left[line]
        assert order(number)["refunded_total"] == back <= sold["total"]
    assert (back, order(number)["status"]) == (sold["total"], "refunded")
