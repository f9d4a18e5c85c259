"""Returns of orders that gifts came with, or that stood on a step: everybody keeps his share, and it adds up to the fen."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.factories.aftersales import ask, delivered, grant, money_arrives
from tests.factories.promotions import live
from tests.factories.shop import buy, goods
from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import invariants, mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders import selectors as orders
from zhanggui.promotions import selectors as promotions

pytestmark = pytest.mark.django_db
POLICY = "promotions.coupons_back_after_refund"
#: 满 200 减 30, 满 300 减 60.
STEPS = {"steps": [{"threshold": 20000, "off": 3000}, {"threshold": 30000, "off": 6000}]}


@pytest.fixture(autouse=True)
def _books_are_right() -> Any:
    yield
    money_arrives()
    assert invariants.check() == []


def order(number: str) -> dict[str, Any]:
    found = orders.find(number)
    assert found is not None
    return found


def free(code: str) -> int:
    """Pieces that can be sold."""
    (sku,) = catalog.sellable_by_code([code])
    (level,) = inventory.levels([sku.sku_id])
    return level.on_hand - level.reserved


def gift_rule(code: str, **more: Any) -> int:
    (sku,) = catalog.sellable_by_code([code])
    step = {"threshold": 10000, "gifts": [{"sku": sku.sku_id, "value": 1500}]}
    return live("full_gift", {"steps": [step]}, **more)


def given_back(number: str, line: int, units: int, kind: str = "return_refund") -> int:
    """What a case about these units paid."""
    amount = grant(ask(number, (line, units), kind=kind)).amount
    money_arrives()
    return amount


@pytest.mark.parametrize("back", [True, False])
def test_before_it_leaves_the_gift_is_free_again_with_all_the_goods(back: bool) -> None:
    mall_settings.put(POLICY, back, actor=SYSTEM)
    tea, cup = goods(10000, 3000, stock=5)
    rule = gift_rule(cup, budget=10000)
    number = buy((tea, 1))
    assert (free(tea), free(cup), promotions.promotion(rule).budget_used) == (4, 4, 1500)
    assert given_back(number, 1, 1, "cancel") == 10000
    assert order(number)["status"] == "refunded"
    assert (free(tea), free(cup)) == (5, 5)
    assert promotions.promotion(rule).budget_used == 0  # nothing had left, whatever the policy


@pytest.mark.parametrize(("back", "spent"), [(True, 0), (False, 1500)])
def test_a_gift_that_arrived_stays_and_counts_against_the_budget_as_the_mall_says(back: bool, spent: int) -> None:
    mall_settings.put(POLICY, back, actor=SYSTEM)
    tea, cup = goods(10000, 3000, stock=5)
    rule = gift_rule(cup, budget=10000)
    number = delivered((tea, 1))
    assert given_back(number, 1, 1) == 10000
    assert order(number)["status"] == "refunded"
    assert (free(tea), free(cup)) == (5, 4)  # nobody asked for the gift
    assert promotions.promotion(rule).budget_used == spent


def test_a_gift_that_comes_back_with_the_goods_is_worth_nothing_and_goes_on_the_shelf() -> None:
    tea, cup = goods(10000, 3000, stock=5)
    gift_rule(cup)
    number = delivered((tea, 1))
    case = grant(ask(number))  # all of it
    assert [(line.line, line.quantity, line.amount) for line in case.lines] == [(1, 1, 10000), (2, 1, 0)]
    money_arrives()
    assert (order(number)["status"], free(tea), free(cup)) == ("refunded", 5, 5)


def test_a_defective_gift_alone_gives_nothing_back_and_leaves_the_order_alive() -> None:
    tea, cup = goods(10000, 3000, stock=5)
    gift_rule(cup)
    number = delivered((tea, 1))
    case = grant(ask(number, (2, 1), reason="quality"))
    assert (case.amount, case.state) == (0, "closed")
    assert order(number)["status"] == "delivered"
    assert given_back(number, 1, 1) == 10000


def test_who_falls_below_the_step_keeps_the_rest_at_the_price_he_paid() -> None:
    """360 less 60 stood on the step of 300; what is left is worth 240, or 210 by the step of 200, but was bought for 200."""
    live(config=STEPS)
    (tea,) = goods(12000)
    number = delivered((tea, 3))
    assert order(number)["total"] == 30000
    assert given_back(number, 1, 1) == 10000
    assert (order(number)["refunded_total"], order(number)["total"]) == (10000, 30000)
    assert given_back(number, 1, 2) == 20000
    assert order(number)["status"] == "refunded"


def test_goods_that_left_the_gifts_threshold_give_back_their_price_and_the_gift_stays() -> None:
    tea, pin, cup = goods(9000, 1000, 3000, stock=5)
    gift_rule(cup)
    number = delivered((tea, 1), (pin, 1))
    assert given_back(number, 1, 1) == 9000  # what is left would have brought no gift
    assert order(number)["refunded_total"] == 9000
    assert free(cup) == 4


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_sequence_of_partial_refunds_gives_back_exactly_what_was_paid(seed: int) -> None:
    """Under a step, a percentage that does not divide and a gift: unit by unit or several, in any order."""
    chance = random.Random(seed)
    (cup,) = goods(3000)
    live(config=STEPS)
    live("full_discount", {"steps": [{"threshold": 5000, "off_basis_points": 333}]})
    gift_rule(cup)
    number = delivered(
        *((code, chance.randint(1, 3)) for code in goods(*(chance.randint(3333, 12001) for _ in range(3))))
    )
    sold, back = order(number), 0
    left = {line["line"]: line["quantity"] for line in sold["lines"] if not orders.is_gift(line["discounts"])}
    while left:
        line = chance.choice(list(left))
        units = chance.randint(1, left[line])
        back += given_back(number, line, units)
        left[line] -= units
        if not left[line]:
            del left[line]
        assert order(number)["refunded_total"] == back <= sold["total"]
    assert (back, order(number)["status"]) == (sold["total"], "refunded")
