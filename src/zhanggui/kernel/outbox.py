"""Announcements: recorded with the change, delivered soon, at least once, each reaction exactly once in effect.

`record` refuses to run outside a transaction, and there is no other way to announce (ADR 0002). The relay keeps order
within an aggregate only: an event waits while an earlier one of the same aggregate is undelivered.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

import structlog
from django.db import transaction

from . import db
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
        return dataclasses.asdict(self)  # type: ignore[call-overload, no-any-return]


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
_reactions: dict[str, dict[str, Reaction]] = defaultdict(dict)
ANY = "*"


def subscribe(event: type[Event] | str, reaction_name: str, reaction: Reaction) -> None:
    """Bind a reaction (only `config/wiring.py` calls this). `"*"` hears every event."""
    name = event if isinstance(event, str) else event.name
    _reactions[name][reaction_name] = reaction


@db.needs_transaction
def record(*events: Event) -> None:
    """Store announcements in the current transaction."""
    if events:
        db.execute(
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
where delivered_at is null and parked_at is null and next_attempt_at <= now()
  and not exists (select 1 from kernel_outboxevent p where p.aggregate = e.aggregate and p.id < e.id and p.delivered_at is null)
order by id for update skip locked limit %s
"""


def relay_once(limit: int = 100) -> int:
    """Deliver up to `limit` waiting events; the number taken (0: nothing to do now)."""
    with transaction.atomic():
        taken = db.rows(_TAKE, (limit,))
        if not taken:
            return 0
        done, failed = [], []
        for row in taken:
            error = _deliver(row)
            if error is None:
                done.append(row["id"])
            else:
                failed.append({"id": row["id"], "attempts": row["attempts"] + 1, "error": error[:2000]})
        if done:
            db.execute("update kernel_outboxevent set delivered_at = now() where id = any(%s)", (done,))
        if failed:
            _postpone(failed)
    return len(taken)


def _deliver(row: dict[str, Any]) -> str | None:
    """Run all reactions of one event, each in its own savepoint; the first failure's text, or None."""
    event = Delivered(row["id"], row["name"], row["version"], row["aggregate"], row["payload"], row["created_at"])
    error = None
    for name, reaction in [*_reactions.get(event.name, {}).items(), *_reactions.get(ANY, {}).items()]:
        try:
            with transaction.atomic():
                fresh = db.execute(
                    "insert into kernel_outboxdelivery (event_id, reaction) values (%s, %s) on conflict do nothing",
                    (event.id, name),
                )
                if fresh:
                    reaction(event)
        except Exception as failure:  # a reaction may fail for any reason; it must not stop the others
            log.warning("reaction_failed", reaction=name, event_name=event.name, event_id=event.id, exc_info=True)
            error = error or f"{name}: {type(failure).__name__}: {failure}"
    return error


def _postpone(failed: list[dict[str, Any]]) -> None:
    db.execute(
        "update kernel_outboxevent e set attempts = f.attempts, error = f.error,"
        " next_attempt_at = now() + least(power(2, f.attempts), 3600) * interval '1 second',"
        " parked_at = case when f.attempts >= %s then now() end"
        " from jsonb_to_recordset(%s) as f(id bigint, attempts int, error text) where e.id = f.id",
        (MAX_ATTEMPTS, db.Json(failed)),
    )


def drain(limit: int = 100_000) -> int:
    """Deliver everything that can be delivered now (tests, shut-down, restore)."""
    total = 0
    while total < limit and (taken := relay_once()):
        total += taken
    return total


def retry_parked(ids: list[int]) -> int:
    """Give parked events another round."""
    return db.execute(
        "update kernel_outboxevent set parked_at = null, attempts = 0, next_attempt_at = now()"
        " where id = any(%s) and parked_at is not null",
        (ids,),
    )


def forget_delivered(days: int) -> int:
    """Delete delivered events older than `days`."""
    return db.execute("delete from kernel_outboxevent where delivered_at < %s - %s * interval '1 day'", (now(), days))
