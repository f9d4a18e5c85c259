"""Sixteen buyers at the same moment, on real connections; the race has a twin without the guards that seats too many."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories.groups import buy_in, command, group_of, offer
from tests.factories.shop import goods
from tests.orders.racing import BUYERS, ROUNDS, TRIES, books_are_right, kinds, settle, submit
from tests.support.races import repeat_together, run_together
from zhanggui.groupbuy import selectors
from zhanggui.kernel import db
from zhanggui.orders import services as orders

pytestmark = pytest.mark.django_db(transaction=True)
_SIT = (
    "insert into groupbuy_seat (group_id, offer_id, number, size, holder, turn, order_number)"
    " values (%s, %s, %s, 2, gen_random_uuid()::text, 1, gen_random_uuid()::text)"
)


def test_the_last_seat_is_taken_once() -> None:
    for _ in range(ROUNDS):
        (tea,) = goods(10000, stock=100)
        offer_id = offer((tea, 7000), size=2)
        token = group_of(buy_in(tea, offer_id)).token
        answers = submit(*(command(tea, offer_id, token, buyer=i) for i in range(1, BUYERS + 1)))
        assert kinds(answers) == {"Purchase": 1, "SeatNotAvailable": BUYERS - 1}
        assert (selectors.group(token).state, len(selectors.group(token).seats)) == ("full", 2)
    settle()
    books_are_right()


@pytest.fixture
def unguarded() -> Iterator[None]:
    """Takes the word of the database away from seats, and gives it back."""
    with connection.cursor() as cursor:
        cursor.execute("select indexdef from pg_indexes where indexname = 'seat_taken_once'")
        (definition,) = cursor.fetchone()
        cursor.execute("drop index seat_taken_once")
    yield
    with connection.cursor() as cursor:
        cursor.execute("truncate groupbuy_seat, groupbuy_group, groupbuy_article, groupbuy_offer cascade")
        cursor.execute(definition)


def test_careless_seats_are_taken_twice(unguarded: None) -> None:
    """Read, decide, write, and no constraint behind it: what the race above would be without its guards."""
    for _ in range(TRIES):
        (tea,) = goods(10000, stock=100)
        offer_id = offer((tea, 7000), size=2)
        group_id = group_of(buy_in(tea, offer_id)).id

        def once(group_id: int = group_id, offer_id: int = offer_id) -> bool:
            with transaction.atomic():
                taken = len(selectors.seated(group_id))
                if taken >= 2:
                    return False
                db.row("select pg_sleep(0.02)")
                db.execute(_SIT, (group_id, offer_id, taken + 1))
            return True

        if sum(bool(o.value) for o in repeat_together(BUYERS, once)) > 1:
            return
    raise AssertionError("the careless twin never seated too many; the race proves nothing")


def test_the_database_refuses_what_a_careless_program_does() -> None:
    (tea,) = goods(10000)
    offer_id = offer((tea, 7000), size=2)
    group_id = group_of(buy_in(tea, offer_id)).id
    for number, constraint in ((1, "seat_taken_once"), (3, "seat_within_group")):
        with pytest.raises(IntegrityError, match=constraint):
            db.execute(_SIT, (group_id, offer_id, number))


def test_the_last_group_of_an_offer_is_opened_once() -> None:
    (tea,) = goods(10000, stock=100)
    offer_id = offer((tea, 7000), group_limit=1)
    answers = submit(*(command(tea, offer_id, buyer=i) for i in range(BUYERS)))
    assert kinds(answers) == {"Purchase": 1, "SeatNotAvailable": BUYERS - 1}
    settle()
    books_are_right()


def test_parallel_sessions_of_one_buyer_stay_within_his_limit() -> None:
    (tea,) = goods(10000, stock=100)
    offer_id = offer((tea, 7000), buyer_limit=2)
    answers = submit(*(command(tea, offer_id, buyer=7) for _ in range(BUYERS)))
    assert kinds(answers) == {"Purchase": 2, "SeatNotAvailable": BUYERS - 2}
    settle()
    books_are_right()


def test_the_last_buyer_and_the_clock_agree_who_won() -> None:
    """One joins while the group's time runs out and several jobs look at it: it is full, or all get their money back."""
    for _ in range(ROUNDS):
        (tea,) = goods(10000, stock=100)
        offer_id = offer((tea, 7000), size=2)
        token = group_of(buy_in(tea, offer_id)).token
        db.execute(
            "update groupbuy_group set expires_at = kernel_now() + interval '20 milliseconds' where token = %s",
            (token,),
        )
        outcomes = run_together([lambda o=offer_id, t=token, s=tea: buy_in(s, o, t, buyer=2), *[orders.end_groups] * 3])
        assert all(outcome.ok for outcome in outcomes[1:])
        db.execute("update groupbuy_group set expires_at = opened_at where token = %s and state = 'open'", (token,))
        orders.end_groups()
        settle()
        group = selectors.group(token)
        numbers = [seat.order_number for seat in group.seats]
        states = {
            row["status"] for row in db.rows("select status from orders_order where number = any(%s)", (numbers,))
        }
        assert (group.state, states) in (("full", {"paid"}), ("failed", {"refunded"}))
    books_are_right()
