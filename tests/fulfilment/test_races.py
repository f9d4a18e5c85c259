"""Shipping against everything that may happen at the same moment."""

import time

import pytest
from django.db import transaction

from tests.factories.fulfilment import PACKER, deliver, ship
from tests.factories.shop import buy, goods
from tests.support.races import run_together
from zhanggui.fulfilment import locks, selectors, services
from zhanggui.kernel import db, invariants
from zhanggui.kernel.problems import Problem
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _books_are_right():
    yield
    assert invariants.check() == []


def status(number: str) -> str:
    return orders.find(number)["status"]


def unexpected(outcomes) -> list:
    return [o.error for o in outcomes if o.error and not isinstance(o.error, Problem)]


def test_two_packers_with_one_waybill_make_one_parcel():
    (tea,) = goods(1000)
    number = buy((tea, 2))
    outcomes = run_together([lambda: ship(number, waybill_no="SF00001")] * 6)
    assert [o.error for o in outcomes if o.error] == []
    assert len({o.value.number for o in outcomes}) == 1
    assert len(selectors.parcels_of([number])[number]) == 1


def test_two_packers_with_two_waybills_do_not_ship_twice():
    (tea,) = goods(1000)
    number = buy((tea, 2))
    outcomes = run_together([lambda: ship(number, (1, 2)) for _ in range(4)])
    assert sum(o.ok for o in outcomes) == 1
    assert unexpected(outcomes) == []
    assert len(selectors.parcels_of([number])[number]) == 1


def test_of_shipping_and_cancelling_one_wins():
    (tea,) = goods(1000)
    seen = set()
    for _ in range(8):
        number = buy((tea, 1))
        outcomes = run_together([lambda n=number: ship(n), lambda n=number: order_services.cancel(n, actor=PACKER)])
        assert sum(o.ok for o in outcomes) == 1
        assert unexpected(outcomes) == []
        seen.add(status(number))
    assert seen <= {"shipped", "cancelled"}


def test_the_last_of_two_parcels_arriving_together_delivers_the_order():
    (tea,) = goods(1000)
    for _ in range(5):
        number = buy((tea, 2))
        one, two = ship(number, (1, 1)), ship(number, (1, 1))
        outcomes = run_together([lambda p=one: deliver([p]), lambda p=two: deliver([p]), lambda p=one: deliver([p])])
        assert [o.error for o in outcomes if o.error] == []
        assert status(number) == "delivered"


def test_opposite_orders_of_news_do_not_deadlock():
    (tea,) = goods(1000)
    parcels = [ship(buy((tea, 1))) for _ in range(12)]
    outcomes = run_together([lambda: deliver(parcels), lambda: deliver(parcels[::-1])] * 2)
    assert [o.error for o in outcomes if o.error] == []
    assert {selectors.parcel(parcel.number).state for parcel in parcels} == {"delivered"}


def test_without_the_lock_nobody_sees_that_his_parcel_was_the_last(monkeypatch):
    """The naive twin: each looks at the other's parcel before the other has said that it arrived."""
    (tea,) = goods(1000)
    number = buy((tea, 2))
    one, two = ship(number, (1, 1)), ship(number, (1, 1))

    def unlocked(order_numbers: list[str]) -> list[dict]:
        rows = db.rows(
            "select id, number, order_number, state, lead_id from fulfilment_parcel where order_number = any(%s)",
            (order_numbers,),
        )
        time.sleep(0.3)
        return rows

    with monkeypatch.context() as patch:
        patch.setattr(locks, "parcels_of_orders", unlocked)
        run_together([lambda: deliver([one]), lambda: deliver([two])])
    assert {selectors.parcel(parcel.number).state for parcel in (one, two)} == {"delivered"}
    assert status(number) == "shipped"
    with transaction.atomic():
        services.settle_delivery(number, actor=PACKER)
    assert status(number) == "delivered"
