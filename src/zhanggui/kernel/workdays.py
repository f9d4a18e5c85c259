"""The mall's working days: Monday to Friday, less the days off, plus the days worked in their place (调休). Pure but for `calendar`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, NamedTuple

from . import mall_settings
from .i18n import Text

OFF, WORKED = "mall.days_off", "mall.days_worked"
#: So many entries, each of so many days, are the most a list takes.
MOST_ENTRIES, MOST_DAYS = 400, 60
_LINE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*(?:\.\.|~|至|–|—)\s*(\d{4}-\d{2}-\d{2}))?(?:\s+(\S.*))?")


class Calendar(NamedTuple):
    """Days off in the week, and weekend days that are worked."""

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        """Whether it is a working day. A day that is in both lists is worked."""
        return day in self.worked or (day.weekday() < 5 and day not in self.off)


def calendar() -> Calendar:
    """The mall's own, as its settings say it. No statement."""
    return Calendar(*(frozenset(days_in(mall_settings.get(key))) for key in (OFF, WORKED)))


def working_days_between(calendar: Calendar, first: date, last: date) -> int:
    """How many working days there are from `first` on and before `last`; minus those from `last` on where it comes first."""
    if last < first:
        return -working_days_between(calendar, last, first)
    return sum(calendar.works(first + timedelta(days=n)) for n in range((last - first).days))


def add_working_days(calendar: Calendar, day: date, count: int) -> date:
    """The `count`-th working day after `day`, or before it where `count` is negative; `day` itself for 0."""
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= calendar.works(day)
    return day


def add_working_hours(
    calendar: Calendar, start: datetime, hours: float, zone: tzinfo, *, opens: int = 0, closes: int = 24 * 60
) -> datetime:
    """When so many hours of working days are over, counted from `start` (aware); in UTC.

    Only the time between `opens` and `closes` (minutes after local midnight, the whole day unless told otherwise) counts. An
    hour is a real hour, also where the clock is put forward or back. `start` itself for no hours. Raises ValueError for hours
    that are negative or a window that is empty.
    """
    if hours < 0 or not 0 <= opens < closes <= 24 * 60:
        raise ValueError("hours must not be negative, nor the day's window empty")
    at, left = start.astimezone(UTC), timedelta(hours=hours)
    day = start.astimezone(zone).date()
    while left:
        if calendar.works(day):
            since, until = (_moment(day, minute, zone) for minute in (opens, closes))
            since = max(since, at)
            if since < until:
                if left <= until - since:
                    return since + left
                left -= until - since
        day += timedelta(days=1)
    return at


def _moment(day: date, minute: int, zone: tzinfo) -> datetime:
    if minute == 24 * 60:
        day, minute = day + timedelta(days=1), 0
    return datetime.combine(day, time(minute // 60, minute % 60), zone).astimezone(UTC)


# --- as it is kept and typed ------------------------------------------------------------------------------------------


def days_in(entries: Sequence[Mapping[str, Any]]) -> Iterable[date]:
    """The days of a kept list: entries of `from`, `to` and `name`."""
    for entry in entries:
        first = date.fromisoformat(entry["from"])
        for n in range((date.fromisoformat(entry["to"]) - first).days + 1):
            yield first + timedelta(days=n)


def fault(value: Any) -> Text | None:
    """What is wrong with a list as it is kept; None for nothing."""
    if not isinstance(value, list) or len(value) > MOST_ENTRIES:
        return Text(f"最多 {MOST_ENTRIES} 条", f"at most {MOST_ENTRIES} entries")
    for n, entry in enumerate(value, 1):
        try:
            first, last = date.fromisoformat(entry["from"]), date.fromisoformat(entry["to"])
            named = isinstance(entry.get("name", ""), str) and len(entry.get("name", "")) <= 40
        except (KeyError, TypeError, ValueError, AttributeError):
            return Text(f"第 {n} 条应有 from、to 两个日期", f"entry {n} needs two dates, from and to")
        if not named:
            return Text(f"第 {n} 条的名称最多 40 个字", f"the name of entry {n} has at most 40 characters")
        if not 0 <= (last - first).days < MOST_DAYS:
            return Text(
                f"第 {n} 条的结束不能早于开始，也不能超过 {MOST_DAYS} 天",
                f"entry {n} must not end before it begins, nor span more than {MOST_DAYS} days",
            )
    return None


def read(text: str) -> tuple[list[dict[str, str]], list[tuple[int, Text]]]:
    """A typed list, a day or a span with its name on each line; and what is wrong with which line."""
    entries, faults = [], []
    for n, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line.strip())
        entry = {"from": found[1], "to": found[2] or found[1], "name": (found[3] or "").strip()} if found else None
        if entry is None or fault([entry]) is not None:
            words = Text(
                f"第 {n} 行看不懂，应写作 2026-10-01 至 2026-10-07 国庆节",
                f"line {n} should read like 2026-10-01..2026-10-07 National Day",
            )
            faults.append((n, words))
        else:
            entries.append(entry)
    return sorted(entries, key=lambda entry: entry["from"]), faults


def typed(entries: Sequence[Mapping[str, Any]]) -> str:
    """A kept list as it is typed."""
    lines = []
    for entry in entries:
        span = entry["from"] if entry["from"] == entry["to"] else f"{entry['from']} 至 {entry['to']}"
        lines.append(f"{span} {entry.get('name', '')}".strip())
    return "\n".join(lines)
