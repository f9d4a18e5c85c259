"""Points pay part of an order: apportioned to the fen, never spent twice, and given back exactly."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checkout.test_budgets import statements
from tests.factories import accounts as make
from tests.factories.aftersales import ask, delivered, grant, money_arrives
from tests.factories.promotions import live
from tests.factories.shop import attempt, buy, goods, wants
from tests.orders.racing import ROUNDS, books_are_right, careless, kinds, loses, settle, submit, unpaid
from tests.support.races import run_together
from zhanggui.checkout import selectors as carts
from zhanggui.checkout import services as checkout
from zhanggui.checkout.errors import PointsNotApplicable
from zhanggui.checkout.types import Purchase, QuoteRequest, WantedLine
from zhanggui.kernel import db, mall_settings
from zhanggui.kernel.actor import GUEST, SYSTEM, Actor
from zhanggui.kernel.problems import NotSignedIn
from zhanggui.members import selectors, services
from zhanggui.members.errors import NotEnough
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.orders.rules import points_due

pytestmark = pytest.mark.django_db


def member(points: int) -> int:
    made = make.member().id
    assert made is not None
    if points:
        services.adjust(made, points, reason="opening", actor=SYSTEM)
    return made


def held(member_id: int) -> int:
    return selectors.holding(member_id).available


def order(number: str) -> dict[str, Any]:
    found = orders.find(number)
    assert found is not None
    return found


def on_lines(number: str) -> list[tuple[int, int]]:
    """(points, amount) of each line."""
    shares = [[d for d in line["discounts"] if d.get("kind") == "points"] for line in order(number)["lines"]]
    return [(share[0]["points"], share[0]["amount"]) if share else (0, 0) for share in shares]


def test_points_are_a_discount_line_after_promotions_and_land_on_the_lines() -> None:
    live()
    buyer, (a, b) = member(5_000), goods(10_000, 3_333)
    number = buy((a, 1), (b, 1), member_id=buyer, points=3_000)
    sold = order(number)
    assert [(e["kind"], e["amount"]) for e in sold["explanation"]][-1] == ("points", 3_000)
    assert sold["explanation"][-1]["label"]["zh"] == "3000 积分抵扣"
    assert (sum(p for p, _ in on_lines(number)), sum(a for _, a in on_lines(number))) == (3_000, 3_000)
    assert sold["total"] == sold["items_total"] - sold["discount_total"] + sold["shipping_total"]
    assert held(buyer) == 2_000
    books_are_right()


def test_a_cancelled_and_an_expired_order_give_all_of_it_back() -> None:
    buyer, (a,) = member(1_000), goods(10_000)
    number = buy((a, 1), member_id=buyer, points=1_000)
    assert held(buyer) == 0
    order_services.cancel(number, actor=SYSTEM)
    assert held(buyer) == 1_000
    number = unpaid((a, 1), member_id=buyer, points=600)
    db.execute("update orders_order set expires_at = kernel_now() - interval '1 second' where number = %s", (number,))
    assert order_services.expire_due() == 1
    assert held(buyer) == 1_000
    settle()
    books_are_right()


def test_points_given_back_live_on_for_the_days_of_grace() -> None:
    buyer, (a,) = member(1_000), goods(10_000)
    number = buy((a, 1), member_id=buyer, points=1_000)
    db.execute("update members_lot set expires_at = kernel_now() - interval '1 day'")
    order_services.cancel(number, actor=SYSTEM)
    assert (held(buyer), len(selectors.holding(buyer).expiring)) == (1_000, 1)


def test_units_taken_out_before_shipping_give_their_points_back() -> None:
    buyer, (a, b) = member(1_000), goods(3_000, 7_000)
    number = buy((a, 3), (b, 1), member_id=buyer, points=1_000)
    (first, _), (second, _) = on_lines(number)
    grant(ask(number, (1, 2), kind="cancel"))
    assert held(buyer) == first * 2 // 3
    grant(ask(number, (2, 1), kind="cancel"))
    money_arrives()
    assert held(buyer) == first * 2 // 3 + second
    books_are_right()


@pytest.mark.parametrize(
    ("points", "holds", "problem", "most"),
    [
        (150, 1_000, PointsNotApplicable, 1_000),
        (5_100, 9_000, PointsNotApplicable, 5_000),
        (500, 400, PointsNotApplicable, 400),
    ],
)
def test_what_cannot_be_spent_is_refused_with_what_can(points: int, holds: int, problem: type, most: int) -> None:
    buyer, (a,) = member(holds), goods(10_000)
    (answer,) = attempt(wants((a, 1), member_id=buyer, points=points))
    assert isinstance(answer, problem)
    assert answer.extra == {"most": most, "step": 100}
    assert held(buyer) == holds


def test_guests_have_none_and_a_mall_may_take_none() -> None:
    (a,) = goods(10_000)
    (answer,) = attempt(wants((a, 1), points=100))
    assert isinstance(answer, PointsNotApplicable)
    mall_settings.put("checkout.points_percent", 0, actor=SYSTEM)
    (answer,) = attempt(wants((a, 1), member_id=member(1_000), points=100))
    assert isinstance(answer, PointsNotApplicable)


def test_a_refused_order_spends_nothing() -> None:
    buyer, (a,) = member(1_000), goods(10_000, stock=1)
    answers = attempt(*(wants((a, 1), member_id=buyer, points=600) for _ in range(2)))
    assert kinds(answers)["Purchase"] == 1
    assert held(buyer) == 400
    books_are_right()


def test_a_batch_serves_first_who_came_first() -> None:
    buyer, (a,) = member(1_000), goods(10_000)
    answers = attempt(*(wants((a, 1), member_id=buyer, points=600) for _ in range(2)))
    assert kinds(answers) == {"Purchase": 1, "NotEnough": 1}
    assert isinstance(answers[1], NotEnough)
    assert answers[1].extra["available"] == 400
    books_are_right()


def test_a_cart_takes_points_and_fewer_when_it_shrinks() -> None:
    buyer, (a, b) = member(9_000), goods(10_000, 2_000)
    actor = Actor("member", buyer, "member")
    cart, _ = checkout.change_cart(checkout.creating(member_id=buyer), actor=actor)
    checkout.change_cart(checkout.adding(cart["id"], [(a, 1), (b, 1)], member_id=buyer), actor=actor)
    _, quote = checkout.change_cart(checkout.using_points(cart["id"], 6_000, member_id=buyer), actor=actor)
    assert (quote.points, quote.points_total, quote.total) == (6_000, 6_000, 12_000 - 6_000 + quote.shipping_total)
    with pytest.raises(PointsNotApplicable):
        checkout.change_cart(checkout.using_points(cart["id"], 6_100, member_id=buyer), actor=actor)
    _, quote = checkout.change_cart(checkout.changing(cart["id"], "1", 0, member_id=buyer), actor=actor)
    assert quote.points == 1_000
    offered = carts.points_offer(quote, buyer)
    assert (offered.available, offered.most, offered.value) == (9_000, 1_000, 1_000)
    guest, _ = checkout.change_cart(checkout.creating(), actor=GUEST)
    with pytest.raises(NotSignedIn):
        checkout.change_cart(checkout.using_points(guest["id"], 100), actor=GUEST)


def test_orders_without_points_pay_nothing_for_them() -> None:
    buyer, (a,) = member(1_000), goods(10_000)
    buy((a, 1), member_id=buyer)
    without = statements(lambda: attempt(wants((a, 1), member_id=buyer)))
    assert not [sql for sql in without if "members_lot" in sql]
    with_points = statements(lambda: attempt(wants((a, 1), member_id=buyer, points=100)))
    assert len(with_points) == len(without) + 1


# --- properties ----------------------------------------------------------------------------------------------------


@given(st.integers(0, 10_000), st.integers(1, 50), st.lists(st.integers(1, 50), max_size=12))
def test_units_in_any_steps_give_back_exactly_what_was_spent(points: int, quantity: int, steps: list[int]) -> None:
    before, back = 0, 0
    for step in [*steps, quantity]:
        after = min(before + step, quantity)
        back += points_due([{"points": points, "quantity": quantity, "before": before, "after": after}])
        assert back == points * after // quantity
        before = after
    assert back == points


@given(
    st.lists(st.tuples(st.integers(1, 20_000), st.integers(1, 4)), min_size=1, max_size=4),
    st.integers(0, 400),
    st.integers(1, 300),
    st.randoms(use_true_random=False),
)
@settings(max_examples=8)
def test_all_refunds_together_give_back_exactly_what_was_spent(
    sold: list[tuple[int, int]], steps: int, per_yuan: int, rng: Any
) -> None:
    with transaction.atomic():
        mall_settings.put("checkout.points_step", 1, actor=SYSTEM)
        mall_settings.put("members.points_per_yuan", per_yuan, actor=SYSTEM)
        buyer, codes = member(10_000_000), goods(*(price for price, _ in sold))
        lines = [(code, quantity) for code, (_, quantity) in zip(codes, sold, strict=True)]
        quote = carts.quote(
            QuoteRequest(tuple(WantedLine(str(i), c, q) for i, (c, q) in enumerate(lines)), member_id=buyer)
        )
        points = carts.points_offer(quote, buyer).most * steps // 400
        if selectors.points_value(points):
            number = delivered(*lines, member_id=buyer, points=points)
            assert held(buyer) == 10_000_000 - points
            assert sum(p for p, _ in on_lines(number)) == points
            units = [(line, 1) for line, (_, quantity) in enumerate(lines, 1) for _ in range(quantity)]
            rng.shuffle(units)
            for unit in units:
                grant(ask(number, unit))
            assert held(buyer) == 10_000_000
            assert order(number)["status"] != "cancelled"
            money_arrives()
            books_are_right()
        transaction.set_rollback(True)
    mall_settings.forget()


# --- races ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
class TestPointsSpentTwice:
    def test_the_same_points_pay_for_one_order(self) -> None:
        (a,) = goods(10_000, stock=1_000)
        for _ in range(ROUNDS):
            buyer = member(1_000)
            answers = submit(*(wants((a, 1), member_id=buyer, points=600) for _ in range(8)))
            assert kinds(answers)["Purchase"] == 1
            assert set(kinds(answers)) <= {"Purchase", "NotEnough", "PointsNotApplicable"}
            assert held(buyer) == 400
        books_are_right()

    def test_careless_points_are_spent_twice(self) -> None:
        def race() -> bool:
            buyer = member(1_000)
            once = careless(
                lambda: held(buyer) >= 600,
                lambda: db.execute("update members_lot set remaining = 400 where member_id = %s", (buyer,)),
            )
            return sum(bool(o.value) for o in run_together([once] * 8)) > 1

        loses(race, "spent the same points twice")

    def test_cancelling_gives_points_back_once_while_they_are_spent_again(self) -> None:
        (a,) = goods(10_000, stock=1_000)
        for _ in range(ROUNDS):
            buyer = member(1_000)
            number = buy((a, 1), member_id=buyer, points=1_000)
            racers: list[Callable[[], Any]] = [partial(order_services.cancel, number, actor=SYSTEM)] * 3
            racers += [partial(attempt, wants((a, 1), member_id=buyer, points=1_000)) for _ in range(3)]
            outcomes = run_together(racers)
            assert sum(o.ok for o in outcomes[:3]) == 1
            again = sum(isinstance(o.value[0], Purchase) for o in outcomes[3:])
            assert again <= 1
            assert held(buyer) == 1_000 - 1_000 * again
        settle()
        books_are_right()
