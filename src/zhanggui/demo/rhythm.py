"""When things happen: the curves of a day, a week and a growing mall."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from zhanggui.kernel import clock
from zhanggui.kernel.ids import Chance

#: Visits by the hour; the peaks are at ten in the morning and at nine in the evening.
HOURS = (16, 8, 4, 3, 3, 5, 12, 24, 38, 58, 78, 74, 62, 55, 52, 54, 56, 58, 60, 70, 92, 104, 80, 42)
WEEK = (0.93, 0.91, 0.95, 0.98, 1.06, 1.18, 1.14)  # Monday first
AT_WORK = (time(9, 0), time(18, 0))


def instant(chance: Chance, day: date) -> datetime:
    """A moment of a day, as buyers spread over it."""
    hour = chance.choices(range(24), HOURS)[0]
    return at(day, time(hour, chance.randrange(60), chance.randrange(60), chance.randrange(1_000_000)))


def at(day: date, when: time) -> datetime:
    return datetime.combine(day, when, tzinfo=clock.zone())


def orders_wanted(chance: Chance, day: date, age: int, busy: float) -> int:
    """Purchases begun on a day: 20 to 60, growing with the mall, more at weekends and while something is on."""
    trend = 21 + age * 0.12
    return max(20, min(62, round(trend * WEEK[day.weekday()] * busy * chance.gauss(1, 0.09))))


def at_work(chance: Chance, moment: datetime, *, within: timedelta) -> datetime:
    """When somebody who works by day gets to what came at `moment`: within so long, but never at night."""
    due = moment + within * (0.2 + 0.8 * chance.random())
    local = clock.local(due)
    opens, closes = AT_WORK
    if local.time() < opens:
        return at(local.date(), opens) + timedelta(minutes=chance.randrange(90))
    if local.time() >= closes:
        return at(local.date() + timedelta(days=1), opens) + timedelta(minutes=chance.randrange(120))
    return due
