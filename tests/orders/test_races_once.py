"""What is asked for twice happens once: keys, carts, refunds, announcements. Each race beside its careless twin."""

from __future__ import annotations

import random

import pytest
from django.db import transaction

from tests.factories.accounts import member
from tests.factories.aftersales import SERVICE, ask
from tests.factories.fulfilment import deliver, ship
from tests.factories.shop import HOME, buy, goods, wants
from tests.orders.racing import (
    ROUNDS,
    books_are_right,
    bought,
    careless,
    count,
    free,
    kinds,
    loses,
    money_back,
    scattered,
    settle,
    status,
    submit,
)
from tests.support.races import run_together
from zhanggui.aftersales import services as aftersales
from zhanggui.checkout import services as checkout
from zhanggui.checkout.errors import CartClosed
from zhanggui.checkout.selectors import cart_digest, carts
from zhanggui.checkout.types import PlaceCommand, QuoteRequest
from zhanggui.kernel import db, outbox
from zhanggui.kernel.actor import GUEST, SYSTEM
from zhanggui.kernel.problems import IdempotencyConflict
from zhanggui.orders import services as orders
from zhanggui.orders.errors import OrderWrongState
from zhanggui.payments import services as payments
from zhanggui.payments.errors import RefundTooLarge

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_key_and_body_is_one_order() -> None:
    (a,) = goods(1000, stock=1000)
    for turn in range(ROUNDS):
        command = wants((a, 1), key=f"double-{turn}")
        answers = submit(*[command] * 8)
        assert len(set(bought(answers))) == 1
        assert len(bought(answers)) == 8
        assert sum(not x.replayed for x in answers) == 1
    assert count("orders_order") == ROUNDS
    assert free(a) == 1000 - ROUNDS
    books_are_right()


def test_the_last_unit_asked_for_twice_with_one_key_is_answered_twice() -> None:
    """The twin that lost the unit to itself must find the order, not a refusal."""
    for turn in range(ROUNDS):
        (a,) = goods(1000, stock=1)
        answers = submit(*[wants((a, 1), key=f"last-{turn}")] * 6)
        assert len(set(bought(answers))) == 1
        assert len(bought(answers)) == 6
    books_are_right()


def test_the_same_key_with_another_body_is_a_conflict() -> None:
    a, b = goods(1000, 2000, stock=1000)
    for turn in range(ROUNDS):
        key = f"mixed-{turn}"
        answers = submit(*(wants((sku, 1), key=key) for sku in (a, b) for _ in range(4)))
        assert kinds(answers) == {"Purchase": 4, "IdempotencyConflict": 4}
        assert len(set(bought(answers))) == 1
        assert len({isinstance(x, IdempotencyConflict) for x in answers[:4]}) == 1
    assert count("orders_order") == ROUNDS
    books_are_right()


def test_careless_double_submit_is_two_orders() -> None:
    (a,) = goods(1000, stock=1000)

    def race() -> bool:
        person = member()
        seen = "orders_order where member_id = %s"
        once = careless(lambda: count(seen, person.id) == 0, lambda: buy((a, 1), member_id=person.id, key=None))
        run_together([once] * 4)
        return count(seen, person.id) > 1

    loses(race, "bought twice")


def test_a_cart_bought_with_two_keys_is_bought_once() -> None:
    """docs/adr/0004: the same key answers the same order, another finds the cart bought."""
    (a,) = goods(1000, stock=1000)
    for _ in range(ROUNDS):
        answers = submit(*_checkouts(a, ["first"] * 4 + ["second"] * 4))
        assert kinds(answers) == {"Purchase": 4, "CartClosed": 4}
        (number,) = set(bought(answers))
        assert {x.extra["order"] for x in answers if isinstance(x, CartClosed)} == {number}
        assert len({type(x) for x in answers[:4]}) == 1
    assert count("orders_order") == ROUNDS
    books_are_right()


def test_careless_cart_is_bought_twice() -> None:
    """A flag on the cart instead of its key."""
    (a,) = goods(1000, stock=1000)

    def race() -> bool:
        cart = checkout.change_cart(checkout.creating(), actor=GUEST)[0]["id"]
        mark = "update checkout_cart set order_number = %s where id = %s"
        once = careless(
            lambda: carts([cart])[cart]["order_number"] == "", lambda: db.execute(mark, (buy((a, 1)), cart))
        )
        return sum(bool(o.value) for o in run_together([once] * 2)) > 1

    loses(race, "bought one cart twice")


def test_cancelled_twice_is_refunded_once() -> None:
    (a,) = goods(1000, stock=1000)
    for _ in range(ROUNDS):
        number = buy((a, 3))
        outcomes = scattered([lambda n=number: orders.cancel(n, actor=GUEST)] * 6)
        assert sum(o.ok for o in outcomes) == 1
        assert all(isinstance(o.error, OrderWrongState) for o in outcomes if o.error)
        settle()
        assert (status(number), money_back(number), free(a)) == ("refunded", 3000, 1000)
    books_are_right()


def test_two_refunds_of_all_the_money_are_one() -> None:
    (a,) = goods(1000, stock=1000)
    for _ in range(ROUNDS):
        number = buy((a, 1))

        def once(number: str = number) -> None:
            with transaction.atomic():
                payments.request_refund(number, 1000, reason="twice", actor=SYSTEM)

        outcomes = scattered([once] * 6)
        assert sum(o.ok for o in outcomes) == 1
        assert all(isinstance(o.error, RefundTooLarge) for o in outcomes if o.error)
        assert [o.error for o in scattered([lambda: payments.process_refunds(limit=100)] * 3) if o.error] == []
        outbox.drain()
        assert money_back(number) == 1000


def test_careless_refund_goes_back_twice() -> None:
    (a,) = goods(1000, stock=1000)

    def race() -> bool:
        number = buy((a, 1))
        sent = "update payments_intent set refund_claimed = 1000, refunded = 1000 where reference = %s"
        once = careless(lambda: money_back(number) == 0, lambda: db.execute(sent, (number,)))
        return sum(bool(o.value) for o in run_together([once] * 3)) > 1

    loses(race, "sent the money back twice")


def test_a_case_refunded_by_two_clerks_is_refunded_once() -> None:
    (a,) = goods(1000, stock=1000)
    for _ in range(ROUNDS):
        number = buy((a, 2))
        deliver([ship(number)])
        case = ask(number, (1, 1), kind="refund_only", reason="quality")
        aftersales.approve(case.number, actor=SERVICE)
        outcomes = scattered([lambda c=case: aftersales.refund(c.number, actor=SERVICE)] * 4)
        assert sum(o.ok for o in outcomes) == 1
        settle()
        assert money_back(number) == 1000
    books_are_right()


def test_two_relays_deliver_each_announcement_once() -> None:
    a, b = goods(1000, 2000, stock=1000)
    outbox.drain()
    sold = dict.fromkeys((a, b), 0)
    for _ in range(ROUNDS):
        for _ in range(12):
            sku = random.choice((a, b))
            buy((sku, 2))
            sold[sku] += 2
        outcomes = scattered([outbox.drain] * 3)
        assert [o.error for o in outcomes if o.error] == []
        outbox.drain()
    assert count("kernel_outboxevent where delivered_at is null") == 0
    counted = "select t.sales from catalog_productstats t join catalog_sku s using (product_id) where s.code = %s"
    assert {sku: db.rows(counted, (sku,)) for sku in sold} == {sku: [{"sales": n}] for sku, n in sold.items()}


def test_careless_relays_deliver_twice() -> None:
    def race() -> bool:
        heard: list[int] = []
        buy((goods(1000)[0], 1))
        waiting = "select id from kernel_outboxevent where delivered_at is null order by id limit 5"

        def relay() -> None:
            events: list[int] = []
            once = careless(
                lambda: bool(events.extend(r["id"] for r in db.rows(waiting)) or events),
                lambda: heard.extend(events),
            )
            once()
            db.execute("update kernel_outboxevent set delivered_at = now() where id = any(%s)", (events,))

        run_together([relay] * 3)
        return len(heard) > len(set(heard))

    loses(race, "delivered an announcement twice")


def _checkouts(code: str, keys: list[str]) -> list[PlaceCommand]:
    """The checkouts of one cart with these keys, as the API commands them."""
    cart = checkout.change_cart(checkout.creating(), actor=GUEST)[0]["id"]
    checkout.change_cart(checkout.adding(cart, [(code, 1)]), actor=GUEST)
    checkout.change_cart(checkout.delivering(cart, HOME), actor=GUEST)
    request = QuoteRequest(())  # read from the cart with the batch
    body = {"payment_provider": "simulator"}
    return [
        PlaceCommand(request, "simulator", GUEST, "cart", cart, cart_digest(key, body), cart_id=cart) for key in keys
    ]
