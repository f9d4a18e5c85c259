"""What selling costs in statements: the same for a batch of one and of twenty (docs/order-path.md).

Counted with what is kept in memory being current, as in a mall that runs. Transaction control is not counted: within a
test it is savepoints, in the mall each statement is a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.accounts import member, mobile
from tests.factories.fulfilment import ship
from tests.factories.promotions import live, public_code
from tests.factories.shop import HOME, attempt, buy, goods, wants
from tests.support.api import Caller, ok
from zhanggui.accounts import services as accounts
from zhanggui.checkout import services
from zhanggui.checkout.types import Purchase
from zhanggui.kernel import fresh
from zhanggui.kernel.actor import GUEST, Actor
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services

pytestmark = pytest.mark.django_db
BATCHES = [1, 20]

KEYS, GOODS, PLACE = "kernel_idempotencykey", "checkout_goods(", "orders_place("
COUPONS, ALLOWANCES, CART, WRITE_CART = (
    "promotions_couponcode",
    "per_holder_limit",
    "from checkout_cart",
    "insert into checkout_cart",
)
ORDER, PARCELS = "from orders_order o", "fulfilment_parcel"


def statements(step: Callable[[], Any]) -> list[str]:
    """The statements of a step, without transaction control."""
    with CaptureQueriesContext(connection) as caught:
        step()
    told = [" ".join(query["sql"].split()) for query in caught.captured_queries]
    return [sql for sql in told if not sql.startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]


def costs(step: Callable[[], Any], *expected: str) -> None:
    """Exactly these statements, in this order, each known by a piece of it."""
    found = statements(step)
    assert len(found) == len(expected), found
    for sql, piece in zip(found, expected, strict=True):
        assert piece in sql


@pytest.fixture
def shelf() -> list[str]:
    """Three articles and a live promotion, all that can be kept of them in memory."""
    codes = goods(10000, 500, 300, stock=1000)
    live()
    public_code("FIVE", {"off": 5}, max_uses=1000)
    assert buy((codes[0], 1), coupons=("FIVE",))
    return codes


def purchases(codes: list[str], count: int, **more: Any) -> Callable[[], None]:
    commands = [wants(*((code, 1) for code in codes), **more) for _ in range(count)]

    def run() -> None:
        assert [type(answer) for answer in attempt(*commands)] == [Purchase] * count

    return run


@pytest.mark.parametrize("count", BATCHES)
def test_a_batch_of_purchases_costs_two_statements(shelf: list[str], count: int) -> None:
    costs(purchases(shelf, count), GOODS, PLACE)


@pytest.mark.parametrize("count", BATCHES)
def test_a_batch_that_is_paid_elsewhere_costs_two(shelf: list[str], count: int) -> None:
    costs(purchases(shelf, count, provider="bank_transfer"), GOODS, PLACE)


@pytest.mark.parametrize("count", BATCHES)
def test_coupons_cost_one_more(shelf: list[str], count: int) -> None:
    costs(purchases(shelf, count, coupons=("FIVE",)), GOODS, COUPONS, PLACE)


@pytest.mark.parametrize("count", BATCHES)
def test_budgets_and_limits_of_promotions_cost_one_more(shelf: list[str], count: int) -> None:
    live(budget=10_000_000, use_limit=10_000)
    purchases(shelf, 1)()
    costs(purchases(shelf, count), GOODS, ALLOWANCES, PLACE)


@pytest.mark.parametrize("count", BATCHES)
def test_repeats_cost_what_purchases_cost(shelf: list[str], count: int) -> None:
    commands = [wants((shelf[0], 1)) for _ in range(count)]
    attempt(*commands)
    costs(lambda: attempt(*commands), GOODS, PLACE)


def test_a_refusal_costs_its_reason_and_a_second_look_at_its_key(shelf: list[str]) -> None:
    costs(lambda: attempt(wants((shelf[0], 5000))), GOODS, KEYS)


@pytest.mark.parametrize("count", BATCHES)
def test_calls_on_carts_cost_three_or_four(shelf: list[str], count: int) -> None:
    def do(*commands: services.CartCommand) -> Callable[[], list[str]]:
        def run() -> list[str]:
            answers = services.change_carts(commands, actor=GUEST)
            assert [isinstance(answer, tuple) for answer in answers] == [True] * len(commands)
            return [answer[0]["id"] for answer in answers if isinstance(answer, tuple)]

        return run

    carts = do(*[services.creating()] * count)()
    costs(do(*[services.creating()] * count), "kernel_version", WRITE_CART)
    costs(do(*(services.adding(c, [(code, 1) for code in shelf]) for c in carts)), CART, GOODS, WRITE_CART)
    costs(do(*(services.using_coupon(c, "FIVE") for c in carts)), CART, GOODS, COUPONS, WRITE_CART)
    costs(do(*(services.delivering(c, HOME) for c in carts)), CART, GOODS, COUPONS, WRITE_CART)
    costs(do(*(services.showing(c) for c in carts)), CART, GOODS, COUPONS)


def test_an_order_and_a_list_of_orders_cost_one(shelf: list[str]) -> None:
    person = member()
    numbers = [buy((shelf[0], 1), (shelf[1], 2), member_id=person.id) for _ in range(5)]
    assert person.id is not None
    costs(lambda: orders.find(numbers[0]), ORDER)
    costs(lambda: orders.find_many(numbers), ORDER)
    costs(lambda: orders.of_member(person.id or 0), ORDER)
    costs(orders.listing, ORDER)
    costs(lambda: orders.listing(q=numbers[0], status="paid"), ORDER)
    costs(orders.awaiting_dispatch, ORDER)


@pytest.fixture
def just_refreshed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process has looked at the version counters in this second."""
    monkeypatch.setattr(fresh, "SECONDS", 60)
    yield
    fresh.forget()


@pytest.mark.usefixtures("just_refreshed")
def test_calls_of_the_api_cost_what_they_read(shelf: list[str]) -> None:
    """An order is one statement and its parcels another, with a look whether carriers are called otherwise (once a second); a
    token seen before is not looked up again."""
    phone = mobile()
    person = member(phone)
    buyer, guest = Caller(accounts.token_for_member(phone).token), Caller()
    number = buy((shelf[0], 1), (shelf[1], 2), member_id=person.id)
    ship(number, (1, 1))
    ok(buyer.get(f"store/v1/orders/{number}"))  # warm
    token = orders.access_token(number)
    assert [len(statements(lambda c=c, p=p: ok(c.get(p)))) for c, p in (
        (buyer, f"store/v1/orders/{number}"),
        (guest, f"store/v1/orders/{number}?token={token}"),
        (buyer, "store/v1/orders"),
    )] == [3, 3, 1]  # fmt: skip
    for _ in range(15):
        buy((shelf[2], 1), member_id=person.id)
    assert len(statements(lambda: ok(buyer.get("store/v1/orders")))) == 1


def test_cancelling_costs_the_same_for_one_line_and_for_three(shelf: list[str]) -> None:
    def cancelled(*lines: tuple[str, int]) -> int:
        number = buy(*lines)
        return len(statements(lambda: order_services.cancel(number, actor=Actor("guest", None, "guest"))))

    assert cancelled((shelf[0], 1)) == cancelled(*((code, 2) for code in shelf))
