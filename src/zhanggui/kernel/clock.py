"""The only place that reads the time. Instants are aware UTC; a business day is a date in the mall's time zone.

A past can be lived through the ordinary services: inside `at(instant)` the whole mall, SQL included, takes that instant
for now. Only the demo does so (a test of the house holds it), in a process of its own.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError, connection, models

from . import db

_set: ContextVar[datetime | None] = ContextVar("mall_clock", default=None)


def now() -> datetime:
    return _set.get() or datetime.now(UTC)


class MallNow(models.Func):
    """`now` as a column's default: what SQL calls `kernel_now()`."""

    function = "kernel_now"
    template = "%(function)s()"
    arity = 0
    output_field = models.DateTimeField()


@contextmanager
def at(instant: datetime) -> Iterator[Callable[[datetime], None]]:
    """Inside, the mall's clock stands at `instant`: `now()` in this context, `kernel_now()` on this thread's connection.

    Gives a function that moves it on. Nothing of it is left afterwards, however the block ends.
    """
    before = _set.get()
    token = _set.set(instant.astimezone(UTC))

    def move(to: datetime) -> None:
        _set.set(to.astimezone(UTC))
        _tell_database(to)

    try:
        _tell_database(instant)
        yield move
    finally:
        _set.reset(token)
        try:
            _tell_database(before)
        except DatabaseError:
            # A transaction that failed inside takes the setting back itself, when it is rolled back.
            if not connection.in_atomic_block:
                connection.close()


def _tell_database(instant: datetime | None) -> None:
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    db.one("select set_config('zhanggui.now', %s, false)", (instant.isoformat() if instant else "",))


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def zone() -> ZoneInfo:
    """The mall's time zone (`ZHANGGUI_TIMEZONE`, Asia/Shanghai unless set)."""
    return _zone(settings.TIME_ZONE)


def local(at: datetime) -> datetime:
    return at.astimezone(zone())


def business_date(at: datetime | None = None) -> date:
    """The mall's calendar day of an instant (today when none is given)."""
    return local(at or now()).date()


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Start (inclusive) and end (exclusive) of a business day."""
    start = datetime.combine(day, time.min, tzinfo=zone())
    return start, datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone())
