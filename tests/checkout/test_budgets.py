"""What a batch of purchases or carts may cost: the statements of docs/order-path.md, whatever the batch's size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.promotions import live, public_code
from tests.factories.shop import attempt, goods, wants
from zhanggui.checkout import services as checkout
from zhanggui.checkout.types import Purchase
from zhanggui.kernel.actor import GUEST

pytestmark = pytest.mark.django_db(transaction=True)
#: Repeats, goods, place, notifications stored, notifications applied; the last within `begin` and `commit`.
PURCHASE, TRANSACTION_CONTROL = 5, 2


def statements(work: Callable[[], Any]) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        work()
    return [query["sql"] for query in seen.captured_queries]


def bought(answers: list[Any]) -> bool:
    return all(isinstance(answer, Purchase) for answer in answers)


@pytest.mark.parametrize("size", [1, 7, 64])
def test_a_batch_of_purchases_costs_the_same_whatever_its_size(size: int) -> None:
    a, b = goods(1000, 2500, stock=1000)
    assert bought(attempt(wants((a, 1))))  # what is kept in memory is there now
    commands = [wants((a, 1), (b, 2)) for _ in range(size)]
    cost = statements(lambda: bought(attempt(*commands)))
    assert len(cost) == PURCHASE + TRANSACTION_CONTROL, cost


def test_coupons_and_counted_promotions_cost_a_statement_each() -> None:
    (a,) = goods(20000, stock=1000)
    public_code("SAVE5", {"off": 500})
    live(use_limit=1000)
    assert bought(attempt(wants((a, 1), coupons=("SAVE5",))))
    commands = [wants((a, 1), coupons=("SAVE5",)) for _ in range(9)]
    cost = statements(lambda: bought(attempt(*commands)))
    assert len(cost) == PURCHASE + TRANSACTION_CONTROL + 2, cost


def test_a_repeat_is_answered_by_one_statement() -> None:
    (a,) = goods(1000)
    command = wants((a, 1), key="again")
    assert bought(attempt(command))
    assert len(statements(lambda: attempt(*[command] * 5))) == 1


@pytest.mark.parametrize("size", [1, 20])
def test_a_batch_of_cart_changes_costs_three_statements(size: int) -> None:
    (a,) = goods(1000)
    carts = [checkout.change_cart(checkout.creating(), actor=GUEST)[0] for _ in range(size)]
    commands = [checkout.adding(cart["id"], [(a, 1)]) for cart in carts]
    cost = statements(lambda: checkout.change_carts(commands, actor=GUEST))
    assert len(cost) == 3, cost
