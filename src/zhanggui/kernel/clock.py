"""The only place that reads the time. Instants are aware UTC; a business day is a date in the mall's time zone."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings


def now() -> datetime:
    return datetime.now(UTC)


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
