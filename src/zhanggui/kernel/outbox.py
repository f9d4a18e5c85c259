"""Announcements: recorded with the change, delivered soon, at least once, each reaction exactly once in effect.

`record` refuses to run outside a transaction, and there is no other way to announce (ADR 0002). The relay keeps order
within an aggregate only: an event waits while an earlier one of the same aggregate is undelivered.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar

import structlog
from django.db import transaction

from . import audit, db
from .actor import Actor
from .clock import now

log = structlog.get_logger(__name__)
MAX_ATTEMPTS = 12
CHANNEL = "zhanggui_outbox"


class Event:
    """Base of a module's events: a frozen dataclass of primitives. `name` and `version` are its public identity."""

    name: ClassVar[str]
    version: ClassVar[int] = 1

    @property
    def aggregate(self) -> str:
        """What the event is about, e.g. `order:2611…`; order is kept within it."""
        raise NotImplementedError

    def payload(self) -> dict[str, Any]:
        # not asdict: it copies deeply, which costs more than the rest of announcing a thousand products
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}  # type: ignore[arg-type]


@dataclasses.dataclass(frozen=True, slots=True)
class Delivered:
    """What a reaction gets: the stored event as primitives."""

    id: int
    name: str
    version: int
    aggregate: str
    payload: dict[str, Any]
    at: datetime


Reaction = Callable[[Delivered], None]
BatchReaction = Callable[[list[Delivered]], None]
ANY = "*"


@dataclasses.dataclass(frozen=True, slots=True)
class _Subscription:
    name: str
    react: BatchReaction


_subscriptions: dict[str, dict[str, _Subscription]] = defaultdict(dict)


def subscribe(event: type[Event] | str, reaction_name: str, reaction: Reaction) -> None:
    """Bind a reaction to one event at a time (only `config/wiring.py` calls this). `"*"` hears every event."""

    def one_by_one(events: list[Delivered]) -> None:
        for delivered in events:
            reaction(delivered)

    subscribe_batch(event, reaction_name, one_by_one)


def subscribe_batch(event: type[Event] | str, reaction_name: str, reaction: BatchReaction) -> None:
    """Bind a reaction that takes all events of a relay's round at once: for what follows every sale."""
    name = event if isinstance(event, str) else event.name
    _subscriptions[name][reaction_name] = _Subscription(reaction_name, reaction)


@db.needs_transaction
def record(*events: Event) -> None:
    """Store announcements in the current transaction."""
    if events:
        db.send(
            "insert into kernel_outboxevent (name, version, aggregate, payload)"
            " select e.name, e.version, e.aggregate, e.payload"
            " from jsonb_to_recordset(%s) as e(name text, version smallint, aggregate text, payload jsonb)",
            (
                db.Json(
                    [
                        {"name": e.name, "version": e.version, "aggregate": e.aggregate, "payload": e.payload()}
                        for e in events
                    ]
                ),
            ),
        )


_TAKE = """
select id, name, version, aggregate, payload, created_at, attempts from kernel_outboxevent e
where id > %s and delivered_at is null and parked_at is null and next_attempt_at <= statement_timestamp()
  and id = (select min(p.id) from kernel_outboxevent p where p.aggregate = e.aggregate and p.delivered_at is null)
order by id for update skip locked limit %s
"""


def relay_once(limit: int = 500, after_id: int = 0) -> int:
    """Deliver up to `limit` waiting events; the number taken (0: nothing to do now).

    Whoever knows that nothing waits up to `after_id` may say so: in one long transaction, what was delivered in it is
    still in the way.

    Events and effects are one transaction, so what is delivered is delivered once. Only where a reaction fails while
    others succeed is each success noted, so that the next try leaves it out.
    """
    with transaction.atomic():
        taken = db.rows(_TAKE, (after_id, limit))
        if not taken:
            return 0
        heard = _by_reaction(taken, _noted([row["id"] for row in taken if row["attempts"]]))
        failures: dict[int, str] = {}
        successes: list[tuple[int, str]] = []
        for subscription, events in heard:
            failed = _deliver(subscription, events)
            failures |= failed
            successes += [(event.id, subscription.name) for event in events if event.id not in failed]
        done = [row["id"] for row in taken if row["id"] not in failures]
        if done:
            db.execute("update kernel_outboxevent set delivered_at = kernel_now() where id = any(%s)", (done,))
        if failures:
            _postpone(taken, failures, [pair for pair in successes if pair[0] in failures])
    return len(taken)


def _noted(ids: list[int]) -> set[tuple[int, str]]:
    """Which reactions have taken which of these events in an earlier try."""
    if not ids:
        return set()
    found = db.rows("select event_id, reaction from kernel_outboxdelivery where event_id = any(%s)", (ids,))
    return {(row["event_id"], row["reaction"]) for row in found}


def _by_reaction(
    taken: list[dict[str, Any]], noted: set[tuple[int, str]]
) -> list[tuple[_Subscription, list[Delivered]]]:
    """Which reaction hears which of the taken events. Within an aggregate only the first waiting event is ever taken."""
    heard: dict[str, tuple[_Subscription, list[Delivered]]] = {}
    for row in taken:
        event = Delivered(row["id"], row["name"], row["version"], row["aggregate"], row["payload"], row["created_at"])
        for key in (event.name, ANY):
            for name, subscription in _subscriptions.get(key, {}).items():
                if (event.id, name) not in noted:
                    heard.setdefault(name, (subscription, []))[1].append(event)
    return list(heard.values())


def _deliver(subscription: _Subscription, events: list[Delivered]) -> dict[int, str]:
    """Run one reaction in a savepoint, for all events together, or one by one if that fails; the failures by event id."""
    try:
        with transaction.atomic():
            subscription.react(events)
    except Exception as failure:  # a reaction may fail for any reason; it must not stop the others
        if len(events) > 1:
            return {i: error for event in events for i, error in _deliver(subscription, [event]).items()}
        log.warning("reaction_failed", reaction=subscription.name, event_name=events[0].name, exc_info=True)
        return {events[0].id: f"{subscription.name}: {type(failure).__name__}: {failure}"[:2000]}
    return {}


def _postpone(taken: list[dict[str, Any]], failures: dict[int, str], successes: list[tuple[int, str]]) -> None:
    again = [
        {"id": row["id"], "attempts": row["attempts"] + 1, "error": failures[row["id"]]}
        for row in taken
        if row["id"] in failures
    ]
    if successes:
        db.execute(
            "insert into kernel_outboxdelivery (event_id, reaction) select * from unnest(%s::bigint[], %s::text[])"
            " on conflict do nothing",
            ([event for event, _ in successes], [name for _, name in successes]),
        )
    db.execute(
        "update kernel_outboxevent e set attempts = f.attempts, error = f.error,"
        " next_attempt_at = kernel_now() + least(power(2, f.attempts), 3600) * interval '1 second',"
        " parked_at = case when f.attempts >= %s then kernel_now() end"
        " from jsonb_to_recordset(%s) as f(id bigint, attempts int, error text) where e.id = f.id",
        (MAX_ATTEMPTS, db.Json(again)),
    )


def drain(limit: int = 100_000, after_id: int = 0) -> int:
    """Deliver everything that can be delivered now (tests, shut-down, restore)."""
    total = 0
    while total < limit and (taken := relay_once(after_id=after_id)):
        total += taken
    return total


def waiting(names: Sequence[str], *, limit: int) -> list[Delivered]:
    """Events of these names that were not delivered yet (parked ones too), oldest first, for whoever reads what they change."""
    found = db.rows(
        "select id, name, version, aggregate, payload, created_at as at from kernel_outboxevent"
        " where delivered_at is null and name = any(%s) order by id limit %s",
        (list(names), limit),
    )
    return [Delivered(**row) for row in found]


def latest_id() -> int:
    """The id of the newest event; 0 where there is none."""
    row = db.row("select coalesce(max(id), 0) as id from kernel_outboxevent")
    return int(row["id"]) if row else 0


def parked(*, before_id: int | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """Events no longer tried, newest first; page on with `before_id`."""
    return db.rows(
        "select id, name, aggregate, attempts, error, created_at, parked_at from kernel_outboxevent"
        " where parked_at is not null and (%s::bigint is null or id < %s) order by id desc limit %s",
        (before_id, before_id, limit),
    )


def parked_count(most: int = 1000) -> int:
    """How many events are no longer tried, counted up to `most`."""
    found = db.row(
        "select count(*)::int as n from (select 1 from kernel_outboxevent"
        " where delivered_at is null and parked_at is not null limit %s) p",
        (most,),
    )
    return int(found["n"]) if found else 0


def retry_parked(ids: list[int], *, actor: Actor) -> int:
    """Give parked events another round; how many. Opens its own transaction."""
    with transaction.atomic():
        retried = db.rows(
            "update kernel_outboxevent set parked_at = null, attempts = 0, next_attempt_at = statement_timestamp()"
            " where id = any(%s) and parked_at is not null returning id",
            (ids,),
        )
        audit.record_many(
            audit.row(actor=actor, action="outbox.retry", target_type="outbox_event", target_id=row["id"])
            for row in retried
        )
    return len(retried)


def forget_delivered(days: int) -> int:
    """Delete delivered events older than `days`."""
    return db.execute("delete from kernel_outboxevent where delivered_at < %s - %s * interval '1 day'", (now(), days))
