"""Two people decide about the same units at the same moment."""

import sys
import threading
import time

import pytest

from tests.factories.aftersales import SERVICE, ask, delivered, grant, money_arrives
from tests.factories.fulfilment import ship
from tests.factories.shop import buy, goods
from tests.support.races import repeat_together, run_together
from zhanggui.aftersales import locks, selectors, services
from zhanggui.aftersales.types import Received, Spoken, Wish
from zhanggui.kernel import db, invariants
from zhanggui.kernel.actor import GUEST
from zhanggui.kernel.problems import Problem
from zhanggui.orders import selectors as orders
from zhanggui.payments import selectors as payments

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _books_are_right():
    yield
    money_arrives()
    assert invariants.check() == []


def winners(outcomes) -> int:
    assert [o.error for o in outcomes if o.error and not isinstance(o.error, Problem)] == []
    return sum(o.ok for o in outcomes)


def test_the_same_units_are_asked_for_once():
    (tea,) = goods(1000)
    number = delivered((tea, 3))
    assert winners(repeat_together(8, lambda: ask(number, (1, 2)))) == 1


def test_of_many_decisions_one_is_made():
    (tea,) = goods(1000)
    for _ in range(4):
        case = ask(delivered((tea, 1)), kind="refund_only", reason="quality").number
        outcomes = run_together(
            [
                *[lambda c=case: services.approve(c, actor=SERVICE)] * 3,
                lambda c=case: services.reject(c, reason="no", actor=SERVICE),
                lambda c=case: services.withdraw(c, actor=GUEST),
            ]
        )
        assert winners(outcomes) == 1


def test_money_is_sent_once():
    (tea,) = goods(1000)
    number = delivered((tea, 1))
    case = ask(number, kind="refund_only", reason="quality").number
    services.approve(case, actor=SERVICE)
    assert winners(repeat_together(6, lambda: services.refund(case, actor=SERVICE))) == 1
    assert [view.amount for view in payments.refunds_of(number)] == [1000]


def test_a_return_is_booked_once():
    (tea,) = goods(1000)
    case = ask(delivered((tea, 2))).number
    services.approve(case, actor=SERVICE)
    outcomes = repeat_together(6, lambda: services.receive_return(case, [Received(1, 2)], actor=SERVICE))
    assert winners(outcomes) == 1


def test_two_cases_of_one_line_together_give_back_exactly_what_was_paid():
    (tea,) = goods(333)
    for _ in range(3):
        number = delivered((tea, 3))
        cases = [ask(number, (1, 1), kind="refund_only", reason="quality") for _ in range(3)]
        assert winners(run_together([lambda c=c: grant(c) for c in cases])) == 3
        assert sum(view.amount for view in selectors.cases_of([number])[number]) == 999


def test_of_the_mall_and_its_clock_one_decides():
    """At the very end of the time to answer somebody refuses: it is granted by itself, or refused, once."""
    (tea,) = goods(1000)
    for _ in range(3):
        case = ask(delivered((tea, 1)), kind="refund_only", reason="quality").number
        db.execute("update aftersales_case set due_at = kernel_now() where number = %s", (case,))
        outcomes = run_together(
            [*[lambda: services.lapse_due()] * 2, lambda c=case: services.reject(c, reason="no", actor=SERVICE)]
        )
        assert [o.error for o in outcomes[:2]] == [None, None]
        granted = sum(o.value for o in outcomes[:2])
        assert granted + outcomes[2].ok == 1
        assert len(payments.refunds_of(selectors.case(case).order_number)) == granted


def test_what_came_back_is_replaced_once():
    """Two scan the same return: one replacement goes out."""
    (tea,) = goods(1000, stock=9)
    for _ in range(2):
        case = services.approve(
            services.request(
                delivered((tea, 1)), kind="exchange", reason="quality", lines=[Wish(1, 1)], actor=GUEST
            ).number,
            actor=SERVICE,
        ).number
        assert (
            winners(repeat_together(4, lambda c=case: services.receive_return(c, [Received(1, 1)], actor=SERVICE))) == 1
        )


def test_of_shipping_and_cancelling_the_last_units_one_wins():
    (tea,) = goods(1000)
    for _ in range(6):
        number = buy((tea, 1))
        case = ask(number, kind="cancel", reason="ordered_wrong").number
        outcomes = run_together([lambda n=number: ship(n), lambda c=case: services.approve(c, actor=SERVICE)])
        assert winners(outcomes) == 1
        if outcomes[1].ok:
            services.refund(case, actor=SERVICE)
            money_arrives()
            assert orders.find(number)["status"] == "refunded"
        else:
            assert orders.find(number)["status"] == "shipped"


def test_a_difference_is_paid_once():
    (tea,) = goods(10000)
    for _ in range(2):
        number = delivered((tea, 1))
        falls = [lambda n=number, p=price: pay(n, p) for price in (8000, 8000, 8000, 7900)]
        assert 1 <= winners(run_together(falls)) <= 2  # the deeper one may come after
        assert sum(view.amount for view in selectors.cases_of([number])[number]) in (2000, 2100)


def test_a_difference_and_a_return_together_give_back_no_more_than_was_paid():
    (tea,) = goods(10000)
    for _ in range(2):
        number = delivered((tea, 2))
        case = ask(number, (1, 1), kind="refund_only", reason="quality")
        outcomes = run_together([lambda c=case: grant(c), lambda n=number: pay(n, 8000)])
        assert outcomes[0].ok
        grant(ask(number, kind="refund_only", reason="quality"))
        assert sum(view.amount for view in selectors.cases_of([number])[number]) == 20000


def pay(number: str, price: int):
    return services.pay_differences(number, {1: price}, actor=GUEST)


def test_without_the_lock_a_difference_is_paid_twice(monkeypatch):
    """The naive twin: look what was paid, think, then pay what is between."""
    (tea,) = goods(10000)
    number = delivered((tea, 1))
    thinks: dict[int, float] = {}

    def slow(order_number: str) -> Spoken:
        spoken = selectors.spoken_for(order_number)
        time.sleep(thinks[threading.get_ident()])
        return spoken

    def racer(price: int, seconds: float):
        thinks[threading.get_ident()] = seconds
        return pay(number, price)

    monkeypatch.setattr(locks, "order", lambda order_number: None)
    monkeypatch.setattr(sys.modules["zhanggui.aftersales.services.reserve"], "spoken_for", slow)
    assert winners(run_together([lambda: racer(8000, 0.2), lambda: racer(7900, 0.6)])) == 2
    assert sum(view.amount for view in selectors.cases_of([number])[number]) == 2000 + 2100


def test_without_the_lock_the_same_units_are_asked_for_twice(monkeypatch):
    """The naive twin: look what is open, think, then write."""
    (tea,) = goods(1000)
    number = delivered((tea, 3))

    def slow(order_number: str) -> Spoken:
        spoken = selectors.spoken_for(order_number)
        time.sleep(0.2)
        return spoken

    monkeypatch.setattr(locks, "order", lambda order_number: None)
    monkeypatch.setattr(sys.modules["zhanggui.aftersales.asking"], "spoken_for", slow)
    assert winners(repeat_together(4, lambda: ask(number, (1, 2)))) > 1
