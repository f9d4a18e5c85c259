"""What the races need: racers a few milliseconds apart, orders that wait for their money, and the careless twin.

The twin reads, decides and writes, as shops with overselling reports do (the ACIDRain paper, doi:10.1145/3035918.3064037).
A race whose twin never loses proves nothing, so each race has one, and it must lose within `TRIES`.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Sequence
from typing import Any

from tests.factories.accounts import mobile
from tests.factories.shop import HOME, attempt, buy, wants
from tests.support.races import Outcome, run_together
from zhanggui.checkout.types import Delivery, PlaceCommand, Purchase
from zhanggui.inventory import selectors as stock
from zhanggui.kernel import db, invariants, outbox
from zhanggui.orders import services as orders
from zhanggui.payments import services as payments

BUYERS = 16
#: How often each race is run, with other delays each time.
ROUNDS = int(os.environ.get("ZHANGGUI_RACE_ROUNDS", "4"))
TRIES = 20
SPREAD_SECONDS = 0.004
_rng = random.Random()


def scattered(functions: Sequence[Callable[[], Any]], spread: float = SPREAD_SECONDS) -> list[Outcome]:
    """Run all at almost the same moment: each waits a random part of `spread` first."""

    def late(function: Callable[[], Any], seconds: float) -> Callable[[], Any]:
        def run() -> Any:
            time.sleep(seconds)
            return function()

        return run

    return run_together([late(function, _rng.uniform(0, spread)) for function in functions])


def submit(*commands: PlaceCommand) -> list[Any]:
    """Each command in a batch of its own, all together; what each became. Nothing but a refusal may be raised."""
    outcomes = scattered([lambda c=c: attempt(c)[0] for c in commands])
    assert [o.error for o in outcomes if o.error] == []
    return [o.value for o in outcomes]


def kinds(answers: Sequence[Any]) -> dict[str, int]:
    """How many of which kind."""
    found: dict[str, int] = {}
    for answer in answers:
        name = type(answer).__name__
        found[name] = found.get(name, 0) + 1
    return found


def bought(answers: Sequence[Any]) -> list[str]:
    return [answer.number for answer in answers if isinstance(answer, Purchase)]


def waiting(*lines: tuple[str, int], **more: Any) -> str:
    """An order that waits for its payment; its number."""
    return buy(*lines, provider="bank_transfer", **more)


def unpaid(*lines: tuple[str, int], **more: Any) -> str:
    """An order whose simulator has not paid yet: `pay` does it."""
    from zhanggui.checkout.services import place_order

    at_once, place_order.AT_ONCE = place_order.AT_ONCE, "nobody"
    try:
        return buy(*lines, **more)
    finally:
        place_order.AT_ONCE = at_once


def pay(number: str) -> str:
    """The simulator's signed notification arrives and is applied; what became of it."""
    order = db.row("select total, currency from orders_order where number = %s", (number,))
    assert order is not None
    (received,) = payments.receive(payments.simulate([(number, order["total"], order["currency"])]))
    if received.id is None:
        return "applied before"
    return orders.apply_payments([received.id])[0].outcome


def status(number: str) -> str:
    row = db.row("select status from orders_order where number = %s", (number,))
    assert row is not None
    return str(row["status"])


def settle() -> None:
    """Everything that follows by itself: announcements, refunds, announcements of refunds."""
    outbox.drain()
    while payments.process_refunds(limit=1000):
        outbox.drain()
    outbox.drain()


def books_are_right() -> None:
    broken = [(v.invariant.name, v.samples) for v in invariants.check()]
    assert broken == [], broken


def money_back(number: str) -> int:
    """What has gone back of an order's money, over all attempts to pay it."""
    row = db.row("select coalesce(sum(refunded), 0)::bigint as n from payments_intent where reference = %s", (number,))
    assert row is not None
    return int(row["n"])


def wait_for_a_lock(seconds: float = 10) -> None:
    """Until somebody else waits for a lock (which this transaction holds)."""
    deadline = time.monotonic() + seconds
    while not db.rows("select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"):
        assert time.monotonic() < deadline, "nobody waits for a lock"
        db.row("select pg_stat_clear_snapshot()")
        time.sleep(0.005)


def sku_id(code: str) -> int:
    row = db.row("select id from catalog_sku where code = %s", (code,))
    assert row is not None
    return int(row["id"])


def free(code: str) -> int:
    return stock.available([sku_id(code)])[sku_id(code)]


def count(sql: str, *params: Any) -> int:
    row = db.row(f"select count(*)::int as n from {sql}", params)
    assert row is not None
    return int(row["n"])


def stranger(*lines: tuple[str, int], **more: Any) -> PlaceCommand:
    """A purchase by a guest nobody has seen before."""
    where = Delivery(HOME.method, HOME.name, mobile(), HOME.province, HOME.city, HOME.district, HOME.line)
    return wants(*lines, delivery=where, **more)


def careless(read: Callable[[], bool], write: Callable[[], Any]) -> Callable[[], bool]:
    """The twin without a guard: looks, thinks for a moment, and writes what it has thought of. True if it went ahead."""

    def attempt_it() -> bool:
        if not read():
            return False
        time.sleep(0.02)
        write()
        return True

    return attempt_it


def loses(race: Callable[[], bool], why: str) -> None:
    """The careless way must fail within a bounded number of tries: otherwise the race beside it tests nothing."""
    assert any(race() for _ in range(TRIES)), f"{TRIES} careless tries and never {why}"
