"""Many wait, one writes: everybody gets his own answer, nobody harms his neighbour, nobody is left waiting."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import errors

from tests.factories.shop import attempt, goods, wants
from tests.orders.racing import books_are_right, free
from tests.support.races import Outcome, run_together
from zhanggui.checkout.services import place_orders
from zhanggui.checkout.types import PlaceCommand, Purchase
from zhanggui.kernel import db, group_commit
from zhanggui.kernel.group_commit import MAX_BATCH, GroupCommit
from zhanggui.kernel.problems import Unavailable

AWAY, DEADLOCK, STALE = errors.ConnectionFailure, errors.DeadlockDetected, errors.SerializationFailure


def operational(kind: type[psycopg.Error]) -> OperationalError:
    """The driver's error as Django raises it."""
    error = OperationalError(kind.sqlstate)
    error.__cause__ = kind()
    return error


class Desk:
    """A group commit whose work is written down: `batches`. The first batch waits until `open` is set."""

    def __init__(self, answer: Callable[[Any], Any], *, opened: bool = True) -> None:
        self.batches: list[list[Any]] = []
        self.open = threading.Event()
        if opened:
            self.open.set()
        self.answer = answer
        self.gate: GroupCommit[Any, Any] = GroupCommit(self.work, "test")

    def work(self, items: Sequence[Any]) -> list[Any]:
        self.batches.append(list(items))
        assert self.open.wait(10)
        return [item if item == "first" else self.answer(item) for item in items]

    def behind_a_closed_door(self, items: Sequence[Any]) -> list[Outcome]:
        """Submit all while a first item keeps the desk busy, so that they wait together."""
        self.open.clear()

        def release() -> str:
            deadline = time.monotonic() + 10
            while self.gate._waiting.qsize() < len(items) and time.monotonic() < deadline:
                time.sleep(0.001)
            self.open.set()
            return "released"

        first = threading.Thread(target=lambda: self.gate.submit("first"), daemon=True)
        first.start()
        while not self.batches:
            time.sleep(0.001)
        outcomes = _threads([*(lambda i=i: self.gate.submit(i) for i in items), release])
        first.join(10)
        return outcomes[:-1]


def _threads(functions: Sequence[Callable[[], Any]]) -> list[Outcome]:
    """Like `run_together`, without a database."""
    outcomes = [Outcome() for _ in functions]

    def run(position: int) -> None:
        try:
            outcomes[position].value = functions[position]()
        except BaseException as error:
            outcomes[position].error = error

    threads = [threading.Thread(target=run, args=(i,), daemon=True) for i in range(len(functions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads), "somebody was left waiting"
    return outcomes


def values(outcomes: Sequence[Outcome]) -> list[Any]:
    return [outcome.error or outcome.value for outcome in outcomes]


def test_everybody_gets_his_own_answer() -> None:
    desk = Desk(lambda item: item * 10)

    def many(start: int) -> list[int]:
        return [desk.gate.submit(item) for item in range(start, start + 50)]

    outcomes = _threads([lambda s=s: many(s) for s in range(0, 3200, 50)])
    assert values(outcomes) == [[item * 10 for item in range(s, s + 50)] for s in range(0, 3200, 50)]
    assert Counter(item for batch in desk.batches for item in batch) == Counter(range(3200))
    assert max(map(len, desk.batches)) <= MAX_BATCH


def test_who_waits_together_is_written_together() -> None:
    desk = Desk(lambda item: item)
    outcomes = desk.behind_a_closed_door(range(MAX_BATCH + 6))
    assert values(outcomes) == list(range(MAX_BATCH + 6))
    assert [len(batch) for batch in desk.batches] == [1, MAX_BATCH, 6]


@pytest.mark.parametrize(
    "poison", [ValueError("poison"), IntegrityError("poison"), KeyError("poison"), AssertionError("poison")]
)
def test_a_poisonous_item_harms_no_neighbour(poison: Exception) -> None:
    def answer(item: Any) -> Any:
        if item == 3:
            raise poison
        return item

    desk = Desk(answer)
    outcomes = desk.behind_a_closed_door(range(6))
    assert values(outcomes) == [0, 1, 2, poison, 4, 5]
    assert [outcome.value for outcome in _threads([lambda: desk.gate.submit("next")])] == ["next"]


def test_a_refusal_of_one_is_not_an_error_of_the_batch() -> None:
    no = ValueError("refused")
    desk = Desk(lambda item: no if item == 1 else item)
    assert values(desk.behind_a_closed_door(range(3))) == [0, no, 2]
    assert [sorted(map(str, batch)) for batch in desk.batches] == [["first"], ["0", "1", "2"]]


def test_a_single_item_the_database_refuses_is_tried_once_more() -> None:
    """An order number may have been taken."""
    tries = iter([IntegrityError("taken")])

    def answer(item: Any) -> Any:
        for refusal in tries:
            raise refusal
        return item

    assert Desk(answer).gate.submit("x") == "x"


@pytest.mark.parametrize(("kind", "expected"), [(DEADLOCK, "done"), (STALE, "done"), (AWAY, Unavailable)])
def test_deadlocks_are_tried_again_and_a_database_that_is_away_is_said(kind: Any, expected: Any) -> None:
    tries = iter([operational(kind)])

    def answer(_item: Any) -> Any:
        for trouble in tries:
            raise trouble
        return "done"

    desk = Desk(answer)
    found = values(_threads([lambda: desk.gate.submit(1)]))
    assert found == ["done"] if expected == "done" else [type(f) for f in found] == [expected]
    assert desk.gate.submit(2) == "done"


def test_a_database_that_stays_away_is_said_to_everybody() -> None:
    def answer(_item: Any) -> Any:
        raise operational(AWAY)

    desk = Desk(answer)
    outcomes = desk.behind_a_closed_door(range(20))
    assert {type(outcome.error) for outcome in outcomes} == {Unavailable}
    assert all(outcome.error.retry_after for outcome in outcomes if isinstance(outcome.error, Unavailable))
    assert len(desk.batches) == 2  # nobody tried twenty times


def test_whatever_happens_nobody_is_left_waiting() -> None:
    def answer(item: Any) -> Any:
        raise KeyboardInterrupt if item == "bad" else ValueError(item)

    desk = Desk(answer)
    assert [type(o.error) for o in _threads([lambda: desk.gate.submit("bad")] * 4)] == [KeyboardInterrupt] * 4
    with pytest.raises(ValueError, match="fine"):
        desk.gate.submit("fine")


def test_patience_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A frozen database: who waits is told so, in a thread and in a coroutine, and the desk goes on when it thaws."""
    monkeypatch.setattr(group_commit, "PATIENCE_SECONDS", 0.1)
    desk = Desk(lambda item: item, opened=False)
    assert [type(o.error) for o in _threads([lambda: desk.gate.submit(1)] * 3)] == [Unavailable] * 3
    with pytest.raises(Unavailable):
        asyncio.run(desk.gate.submit_async(2))
    desk.open.set()
    monkeypatch.setattr(group_commit, "PATIENCE_SECONDS", 10)
    assert desk.gate.submit(3) == 3


def test_coroutines_wait_without_a_thread() -> None:
    desk = Desk(lambda item: ValueError(item) if item % 7 == 0 else item)

    async def all_of_them() -> list[Any]:
        waiting = [asyncio.ensure_future(desk.gate.submit_async(i)) for i in range(1, 200)]
        waiting[4].cancel()  # one goes away: number 5
        return await asyncio.gather(*waiting, return_exceptions=True)

    found = asyncio.run(all_of_them())
    assert isinstance(found[4], asyncio.CancelledError)
    expected = [f"no {i}" if i % 7 == 0 else i for i in range(1, 200) if i != 5]
    assert [f"no {x.args[0]}" if isinstance(x, ValueError) else x for x in found if x is not found[4]] == expected


def test_a_loop_that_ended_does_not_stop_the_desk() -> None:
    desk = Desk(lambda item: item, opened=False)

    async def leave() -> None:
        asyncio.ensure_future(desk.gate.submit_async("left")).add_done_callback(lambda task: task.exception)
        await asyncio.sleep(0.05)

    loop = asyncio.new_event_loop()
    loop.run_until_complete(leave())
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    desk.open.set()
    assert desk.gate.submit("stayed") == "stayed"


@settings(max_examples=30)
@given(st.lists(st.sampled_from(["ok", "refused", "poison", "database"]), min_size=1, max_size=40))
def test_any_mixture_is_answered_one_by_one(fates: list[str]) -> None:
    def answer(item: Any) -> Any:
        fate = item[1] if isinstance(item, tuple) else "ok"
        if fate == "poison":
            raise ValueError(item[0])
        if fate == "database":
            raise IntegrityError(item[0])
        return LookupError(item[0]) if fate == "refused" else item

    outcomes = Desk(answer).behind_a_closed_door(list(enumerate(fates)))
    kinds = {"poison": ValueError, "database": IntegrityError, "refused": LookupError}
    for position, (fate, outcome) in enumerate(zip(fates, outcomes, strict=True)):
        if fate == "ok":
            assert outcome.value == (position, "ok")
        else:
            assert (type(outcome.error), outcome.error.args) == (kinds[fate], (position,))


# With a real database.


@pytest.fixture
def till() -> Iterator[GroupCommit[PlaceCommand, Purchase]]:
    """A desk that sells; its connection is closed when the test ends."""

    def work(commands: Sequence[Any]) -> Any:
        if commands == [None]:
            connection.close()
            return [None]
        return place_orders(commands)

    gate: GroupCommit[Any, Any] = GroupCommit(work, "till")
    yield gate
    gate.submit(None)


@pytest.mark.django_db(transaction=True)
def test_buyers_at_one_till_share_batches_and_the_last_units(till: GroupCommit[PlaceCommand, Purchase]) -> None:
    a, b = goods(1000, 500, stock=20)
    commands = [wants((a, 1), (b, 1)) for _ in range(48)]
    outcomes = run_together([lambda c=c: till.submit(c) for c in commands])
    assert Counter(type(o.value or o.error).__name__ for o in outcomes) == {"Purchase": 20, "OutOfStock": 28}
    assert (free(a), free(b)) == (0, 0)
    books_are_right()


@pytest.mark.django_db(transaction=True)
def test_a_purchase_nobody_can_write_harms_no_neighbour(till: GroupCommit[PlaceCommand, Purchase]) -> None:
    (a,) = goods(1000)
    poison = replace(wants((a, 1)), request=None)  # type: ignore[arg-type]
    outcomes = run_together([lambda c=c: till.submit(c) for c in [*(wants((a, 1)) for _ in range(8)), poison]])
    assert [type(o.value or o.error) for o in outcomes] == [Purchase] * 8 + [AttributeError]
    assert free(a) == 92
    books_are_right()


@pytest.mark.django_db(transaction=True)
def test_purchases_survive_the_loss_of_the_tills_connection(till: GroupCommit[PlaceCommand, Purchase]) -> None:
    """Its backend is killed again and again: a buyer who was told so asks again with his key, and has bought once."""
    (a,) = goods(1000, stock=1000)
    commands = [wants((a, 1), key=f"again-{n}") for n in range(60)]
    over = threading.Event()

    def killer() -> int:
        kills = 0
        while not over.is_set():
            time.sleep(random.uniform(0.01, 0.06))
            kills += len(
                db.rows(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
                    " and pid <> pg_backend_pid() and query like '%%orders_place%%'"
                )
            )
        return kills

    def buyer(mine: list[PlaceCommand]) -> list[str]:
        numbers = []
        for command in mine:
            for _ in range(200):
                try:
                    numbers.append(till.submit(command).number)
                    break
                except Unavailable:
                    time.sleep(0.01)
        return numbers

    def buyers() -> list[Outcome]:
        try:
            return run_together([lambda n=n: buyer(commands[n::6]) for n in range(6)])
        finally:
            over.set()

    bought, killed = run_together([buyers, killer], timeout=60)
    assert (bought.error, killed.error) == (None, None)
    numbers = [number for o in bought.value for number in o.value]
    assert len(set(numbers)) == 60
    assert killed.value > 0
    assert free(a) == 940
    again = attempt(*commands)
    assert {a.number for a in again if isinstance(a, Purchase) and a.replayed} == set(numbers)
    books_are_right()
