"""The workshop against the same moment: two makers, a cancellation, the last place at the bench."""

from __future__ import annotations

import pytest

from tests.factories.bespoke import ANNA, MAKER, OTHER, command, cup, order
from tests.factories.shop import attempt, open_shop
from tests.support.races import run_together
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import invariants
from zhanggui.kernel.actor import GUEST
from zhanggui.kernel.problems import Problem
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.orders.errors import OutOfStock
from zhanggui.workshop import selectors, services

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_two_say_is_made_is_received_once_and_a_cancelled_order_is_not_made():
    open_shop()
    sku = cup(places=9)
    for _ in range(2):
        number = order((sku, 2, ANNA))
        outcomes = run_together([lambda n=number, who=who: services.finish(n, 1, actor=who) for who in (MAKER, OTHER)])
        assert sorted(outcome.ok for outcome in outcomes) == [False, True]
        assert all(isinstance(outcome.error, Problem) for outcome in outcomes if outcome.error)
        assert [(piece.units, piece.kind) for piece in inventory.promised([number])] == [(2, "own")]
        gone = order((sku, 1, ANNA))
        run_together(
            [lambda n=gone: services.finish(n, 1, actor=MAKER), lambda n=gone: order_services.cancel(n, actor=GUEST)]
        )
        assert orders.find(gone)["status"] == "cancelled"
        assert inventory.promised([gone]) == []
    assert selectors.waiting() == []
    assert invariants.check() == []


def test_of_two_buyers_one_gets_the_last_place():
    open_shop()
    sku = cup(places=1)
    outcomes = run_together([lambda: attempt(command((sku, 1, ANNA)))[0] for _ in range(2)])
    assert sorted(isinstance(outcome.value, OutOfStock) for outcome in outcomes) == [False, True]
    assert len(selectors.waiting()) == 1
    assert invariants.check() == []
