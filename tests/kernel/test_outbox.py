"""An announcement is delivered once in effect, in the order of its aggregate, and a failing reaction stops nobody."""

from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.db import transaction

from zhanggui.kernel import db, outbox
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.outbox import Delivered, Event


@dataclass(frozen=True)
class Happened(Event):
    name: ClassVar[str] = "test.happened"
    about: str
    number: int

    @property
    def aggregate(self) -> str:
        return self.about


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What the reaction `good` heard; other subscriptions are out of the way."""
    monkeypatch.setattr(outbox, "_subscriptions", outbox.defaultdict(dict))
    found: list[tuple[str, int]] = []
    outbox.subscribe(Happened, "good", lambda e: found.append((e.aggregate, e.payload["number"])))
    return found


def announce(*events: Event) -> None:
    with transaction.atomic():
        outbox.record(*events)


@pytest.mark.django_db(transaction=True)
def test_announcing_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        outbox.record(Happened("a", 1))


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_never_announced(heard: list[tuple[str, int]]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.record(Happened("a", 1))
        raise ZeroDivisionError
    assert outbox.drain() == 0
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_order_is_kept_within_an_aggregate(heard: list[tuple[str, int]]) -> None:
    announce(Happened("a", 1), Happened("b", 1), Happened("a", 2), Happened("a", 3))
    assert outbox.drain() == 4
    assert [number for about, number in heard if about == "a"] == [1, 2, 3]


@pytest.mark.django_db(transaction=True)
def test_a_failing_reaction_stops_neither_the_others_nor_other_aggregates(heard: list[tuple[str, int]]) -> None:
    broken = [True]

    def bad(event: Delivered) -> None:
        if broken and event.aggregate == "a":
            raise ValueError("not today")

    outbox.subscribe(Happened, "bad", bad)
    announce(Happened("a", 1), Happened("b", 1), Happened("a", 2))
    outbox.drain()
    assert sorted(heard) == [("a", 1), ("b", 1)]  # a's second waits behind its first
    stuck = db.row("select attempts, error from kernel_outboxevent where delivered_at is null order by id limit 1")
    assert stuck == {"attempts": 1, "error": "bad: ValueError: not today"}

    broken.clear()
    db.execute("update kernel_outboxevent set next_attempt_at = now() where delivered_at is null")
    outbox.drain()
    assert sorted(heard) == [("a", 1), ("a", 2), ("b", 1)]  # `good` did not hear a's first twice


@pytest.mark.django_db(transaction=True)
def test_after_many_failures_an_event_is_parked_and_can_be_tried_again(heard: list[tuple[str, int]]) -> None:
    def bad(event: Delivered) -> None:
        raise ValueError("never")

    outbox.subscribe(Happened, "bad", bad)
    announce(Happened("a", 1))
    for _ in range(outbox.MAX_ATTEMPTS):
        db.execute("update kernel_outboxevent set next_attempt_at = now()")
        outbox.relay_once()
    parked = db.row("select id, parked_at is not null as parked from kernel_outboxevent")
    assert parked is not None
    assert parked["parked"]
    assert outbox.relay_once() == 0
    assert outbox.retry_parked([parked["id"]], actor=SYSTEM) == 1
    assert outbox.relay_once() == 1
