"""Sixteen buyers at the same moment, on real connections; the race has a twin without the guards that gives too much away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection

from tests.factories import accounts
from tests.factories.presales import (
    article,
    close_balance,
    command,
    deposited,
    offer,
    open_balance,
    order,
    pay_deposit,
    reserve,
    run_out,
    sku_id,
    view,
)
from tests.factories.shop import attempt, goods
from tests.orders.racing import BUYERS, ROUNDS, TRIES, books_are_right, careless, free, money_back, scattered, settle
from tests.support.races import repeat_together, run_together
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import Problem
from zhanggui.orders import services as orders
from zhanggui.presale import selectors, services
from zhanggui.presale.errors import NoReservation

pytestmark = pytest.mark.django_db(transaction=True)


def outcomes(functions: list[Callable[[], Any]]) -> list[str]:
    """What each became: `ok`, or why not. Nothing but a refusal may be raised."""
    found = []
    for outcome in scattered(functions):
        error = outcome.error
        assert error is None or isinstance(error, NoReservation), error
        found.append("ok" if error is None else error.extra["reason"])
    return found


def members(count: int) -> list[Actor]:
    return [accounts.member() for _ in range(count)]


def test_the_last_piece_is_reserved_once() -> None:
    buyers = members(BUYERS)
    for _ in range(ROUNDS - 1):
        (tea,) = goods(9000, stock=100)
        offer_id = offer({tea: article(pieces=1)})
        answers = outcomes([lambda b=b, o=offer_id, s=tea: reserve(o, s, buyer=b) for b in buyers])
        assert sorted(answers) == ["no_more_pieces"] * (BUYERS - 1) + ["ok"]
        assert (selectors.offer(offer_id).taken[sku_id(tea)], free(tea)) == (1, 99)
    settle()
    books_are_right()


def test_the_last_unit_of_stock_is_reserved_once() -> None:
    (tea,) = goods(9000, stock=1)
    offer_id = offer({tea: article(pieces=100)})
    answers = outcomes([lambda b=b: reserve(offer_id, tea, buyer=b) for b in members(BUYERS)])
    assert sorted(answers) == ["ok"] + ["out_of_stock"] * (BUYERS - 1)
    assert selectors.offer(offer_id).taken[sku_id(tea)] == 1
    settle()
    books_are_right()


def test_parallel_sessions_of_one_buyer_stay_within_his_limit() -> None:
    (tea,) = goods(9000, stock=100)
    offer_id = offer({tea: article(pieces=100)}, buyer_limit=2)
    buyer = accounts.member()
    answers = outcomes([lambda: reserve(offer_id, tea, buyer=buyer) for _ in range(BUYERS)])
    assert sorted(answers) == ["buyer_limit"] * (BUYERS - 2) + ["ok"] * 2
    settle()
    books_are_right()


@pytest.fixture
def unguarded() -> Iterator[None]:
    """Takes the word of the database away from pieces, and gives it back."""
    with connection.cursor() as cursor:
        cursor.execute("alter table presale_article drop constraint presale_taken_within")
    yield
    with connection.cursor() as cursor:
        cursor.execute("truncate presale_reservation, presale_holding, presale_article, presale_offer cascade")
        cursor.execute(
            "alter table presale_article add constraint presale_taken_within check (taken >= 0 and taken <= pieces)"
        )


def test_careless_pieces_are_taken_twice(unguarded: None) -> None:
    """Read, decide, write, and no constraint behind it: what the race above would be without its guards."""
    (tea,) = goods(9000, stock=100)
    for _ in range(TRIES):
        offer_id = offer({tea: article(pieces=1)})

        def left(offer_id: int = offer_id) -> bool:
            return selectors.offer(offer_id).left(sku_id(tea)) > 0

        def take(offer_id: int = offer_id) -> None:
            db.execute("update presale_article set taken = taken + 1 where offer_id = %s", (offer_id,))

        if sum(bool(o.value) for o in repeat_together(BUYERS, careless(left, take))) > 1:
            return
    raise AssertionError("the careless twin never gave too much away; the race proves nothing")


def test_the_database_refuses_what_a_careless_program_does() -> None:
    (tea,) = goods(9000)
    number = deposited(offer({tea: article(pieces=1)}), tea)
    for statement, constraint in (
        ("update presale_article set taken = 2", "presale_taken_within"),
        ("update presale_reservation set paid = 1", "presale_paid_is_the_deposit"),
        ("update presale_reservation set refunded = 1001", "presale_refunded_within"),
        ("update presale_reservation set state = 'ordered'", "presale_ordered_has_its_time"),
    ):
        with pytest.raises(IntegrityError, match=constraint):
            db.execute(statement)
    assert view(number).state == "deposited"


def test_a_reservation_becomes_one_order_however_often_the_button_is_pressed() -> None:
    (tea,) = goods(9000)
    number = deposited(offer({tea: article()}), tea)
    open_balance(number)
    commands = [command(number, tea) for _ in range(8)]
    answers = [outcome.value for outcome in scattered([lambda c=c: attempt(c)[0] for c in commands])]
    bought = [answer for answer in answers if not isinstance(answer, BaseException)]
    assert len(bought) == 1
    assert {answer.extra["reason"] for answer in answers if isinstance(answer, Problem)} == {"ordered"}
    settle()
    books_are_right()


def test_the_order_and_the_clock_agree_who_won() -> None:
    """The buyer orders while the balance's time runs out and several jobs look: an order, or the deposit kept; never both."""
    for _ in range(ROUNDS - 1):
        (tea,) = goods(9000)
        number = deposited(offer({tea: article()}), tea)
        open_balance(number)
        db.execute(
            "update presale_reservation set balance_until = kernel_now() + interval '20 milliseconds' where number = %s",
            (number,),
        )
        run_together([lambda n=number, s=tea: attempt(command(n, s))[0], *[services.end_unpaid] * 3])
        db.execute("select pg_sleep(0.03)")
        services.end_unpaid()
        settle()
        found = db.row("select status from orders_order where number = %s", (number,))
        assert (view(number).state, found and found["status"]) in (("ordered", "paid"), ("forfeited", None))
    books_are_right()


def test_money_and_the_clock_agree_about_a_deposit() -> None:
    for _ in range(ROUNDS - 1):
        (tea,) = goods(9000)
        number = reserve(offer({tea: article()}), tea)
        outcomes_ = run_together([lambda n=number: pay_deposit(n), *[lambda n=number: _late(n)] * 2])
        assert outcomes_[0].ok or view(number).state == "released"
        settle()
        paid = view(number).state == "deposited"
        assert (view(number).paid, free(tea)) == ((1000, 99) if paid else (0, 100))
        captured = db.row(
            "select coalesce(sum(captured - refunded), 0)::int as n from payments_intent where reference = %s",
            (number,),
        )
        assert captured is not None
        assert captured["n"] == view(number).paid
    books_are_right()


def _late(number: str) -> None:
    run_out(number)
    services.release_unpaid()


def test_cancelling_an_order_and_its_money_agree() -> None:
    """The balance arrives while the buyer cancels: an order in full, or all of the balance back and the deposit by its rule."""
    for _ in range(ROUNDS - 1):
        (tea,) = goods(9000)
        buyer = accounts.member()
        number = deposited(offer({tea: article()}), tea, buyer=buyer)
        open_balance(number)
        order(number, tea, later=True)
        run_together(
            [
                lambda n=number, b=buyer: orders.start_payment(n, "simulator", actor=b),
                lambda n=number, b=buyer: orders.cancel(n, actor=b),
            ]
        )
        settle()
        total = db.row("select total, status, paid_at from orders_order where number = %s", (number,))
        assert total is not None
        kept = 1000 if view(number).state == "forfeited" else 0
        paid = db.row("select sum(captured)::bigint as n from payments_intent where reference = %s", (number,))
        assert paid is not None
        assert money_back(number) == paid["n"] - kept or total["status"] == "paid"
    books_are_right()
    close_balance(number)
