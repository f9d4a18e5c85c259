"""By when a paid order leaves (SHP-01): the mall's hours, the days that count, and spans in which other hours are promised. Pure but
for `hours_from`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.workdays import Calendar, add_working_hours, calendar

HOURS, LATEST_HOURS = "orders.dispatch_hours", "orders.dispatch_latest_hours"
WORKDAYS, EXCEPTIONS = "orders.dispatch_workdays", "orders.dispatch_exceptions"
MOST_EXCEPTIONS, MOST_HOURS = 50, 2_400


class Exceptional(NamedTuple):
    """Orders paid from one business day to another are promised these hours instead, because of `reason`."""

    first: date
    last: date
    hours: int
    latest_hours: int
    reason: str


class Terms(NamedTuple):
    """What the mall promises. With a `days` calendar only hours of working days count."""

    hours: int
    latest_hours: int
    days: Calendar | None = None
    exceptions: tuple[Exceptional, ...] = ()


class Deadlines(NamedTuple):
    """`due` is the promise, `latest` the limit; never the limit before the promise. `reason`: of the exception that applied."""

    due: datetime
    latest: datetime
    reason: str = ""


def spans(hours: Iterable[int | None]) -> tuple[int | None, int | None]:
    """Of lines with these hours of their own (None: as the mall promises) those of the one due first, and of the one due last."""
    all_of_them = list(hours)
    own = [each for each in all_of_them if each is not None]
    return (min(own) if own and len(own) == len(all_of_them) else None), max(own, default=None)


def due(
    terms: Terms, paid_at: datetime, zone: tzinfo, promised: datetime | None = None, own: int | None = None
) -> Deadlines:
    """By when an order paid at that instant leaves. A later instant `promised` before it was bought (a presale's day) stands.

    Goods with hours of their `own` (dropshipped ones) leave within these hours of the clock, and never sooner than others. Their
    limit is as long after the promise as others'. The statements of the hot path reckon the same (sql/pay.sql, locks.let_go).
    """
    day = paid_at.astimezone(zone).date()
    other = next((each for each in terms.exceptions if each.first <= day <= each.last), None)
    hours, latest = (other.hours, other.latest_hours) if other else (terms.hours, terms.latest_hours)
    ends = [_after(terms, paid_at, zone, span) for span in (hours, max(hours, latest))]
    if own is not None:
        gap, alone = ends[1] - ends[0], paid_at + timedelta(hours=own)
        ends = [max(ends[0], alone), max(ends[1], alone + gap)]
    if promised is not None:
        ends = [max(end, promised) for end in ends]
    return Deadlines(ends[0], ends[1], other.reason if other else "")


def _after(terms: Terms, start: datetime, zone: tzinfo, hours: int) -> datetime:
    if terms.days is None:
        return start + timedelta(hours=hours)
    return add_working_hours(terms.days, start, hours, zone)


def terms() -> Terms:
    """As the mall's settings say. No statement."""
    get = mall_settings.get
    spans = tuple(
        Exceptional(
            date.fromisoformat(each["from"]),
            date.fromisoformat(each["to"]),
            each["hours"],
            each["latest_hours"],
            each["reason"],
        )
        for each in get(EXCEPTIONS)
    )
    return Terms(get(HOURS), get(LATEST_HOURS), calendar() if get(WORKDAYS) else None, spans)


def hours_from(paid_at: datetime, promised: datetime | None = None, own: int | None = None) -> Deadlines:
    """By when an order paid at that instant leaves in this mall. No statement."""
    return due(terms(), paid_at, clock.zone(), promised, own)


def seconds_from(paid_at: datetime) -> tuple[int, int]:
    """The same as whole seconds from that instant, for the statements of the hot path. No statement."""
    found = hours_from(paid_at)
    return round((found.due - paid_at).total_seconds()), round((found.latest - paid_at).total_seconds())


def fault(value: Any) -> Text | None:
    """What is wrong with a list of exceptions as it is kept; None for nothing."""
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > MOST_EXCEPTIONS:
        return Text(f"应为列表，最多 {MOST_EXCEPTIONS} 条", f"must be a list of at most {MOST_EXCEPTIONS}")
    for n, each in enumerate(value, 1):
        try:
            assert isinstance(each, Mapping)
            first, last = date.fromisoformat(each["from"]), date.fromisoformat(each["to"])
            hours, latest = each["hours"], each["latest_hours"]
            right = first <= last and all(type(one) is int and 0 < one <= MOST_HOURS for one in (hours, latest))
            named = isinstance(each["reason"], str) and 0 < len(each["reason"].strip()) <= 100
        except (AssertionError, KeyError, TypeError, ValueError):
            right = named = False
        if not right or hours > latest or not named:
            return Text(
                f"第 {n} 条应有 from、to（日期，先后有序）、hours、latest_hours（小时，前者不大于后者）与 reason（原因）",
                f"entry {n} needs from and to (dates in order), hours and latest_hours (not fewer), and a reason",
            )
    return None
