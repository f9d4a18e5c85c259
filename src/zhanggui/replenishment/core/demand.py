"""Demand of one SKU week by week: its length, its kind.

Kinds follow Syntetos, Boylan and Croston, "On the categorization of demand patterns" (Journal of the Operational Research
Society 56, 2005): by the mean number of weeks from one sale to the next (ADI) and the squared coefficient of variation of
the sizes of the weeks that sold (CV²).
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

#: Above this many weeks between sales demand is intermittent.
ADI_MOST = 1.32
#: Above this squared coefficient of variation the sizes are erratic.
CV2_MOST = 0.49
SMOOTH, ERRATIC, INTERMITTENT, LUMPY, NEW = "smooth", "erratic", "intermittent", "lumpy", "new"
KINDS = (SMOOTH, ERRATIC, INTERMITTENT, LUMPY, NEW)
#: With fewer weeks since the first sale nothing can be tried on the past.
WEEKS_LEAST = 8


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def weekly(sold: Sequence[tuple[date, float]], until: date) -> tuple[date, list[float]]:
    """Units per week (Monday to Sunday) from the week of the first sale to the last whole one before `until`.

    `until` is a Monday; what was sold on it or later is left out. Answers the first Monday with the weeks; no sale: none.
    """
    sold = [(monday_of(day), units) for day, units in sold if day < until]
    if not sold:
        return until, []
    first = min(day for day, _ in sold)
    weeks = [0.0] * ((until - first).days // 7)
    for day, units in sold:
        weeks[(day - first).days // 7] += units
    return first, weeks


def kind_of(weeks: Sequence[float]) -> str:
    """Which kind of demand weeks (from the first sale on) show."""
    sold = [units for units in weeks if units > 0]
    if len(weeks) < WEEKS_LEAST or len(sold) < 2:
        return NEW
    mean = sum(sold) / len(sold)
    variation = sum((units - mean) ** 2 for units in sold) / len(sold) / mean**2
    if len(weeks) / len(sold) < ADI_MOST:
        return SMOOTH if variation < CV2_MOST else ERRATIC
    return INTERMITTENT if variation < CV2_MOST else LUMPY


#: With less than this share of a week in stock its sales say nothing about demand.
SHARE_LEAST = 2 / 7
#: Weeks before an empty one whose mean takes its place.
NEIGHBOURS = 8


def filled(weeks: Sequence[float], there: Sequence[float]) -> tuple[list[float], list[int]]:
    """Demand as it would have shown had the goods been there: weeks, and the places of those that were raised.

    `there[i]` is the share of week i in which there was stock. A week that was partly empty is scaled to a whole one, one
    that was empty throughout takes the mean of the weeks before it; never below what was really sold.
    """
    found: list[float] = []
    raised: list[int] = []
    for place, (units, share) in enumerate(zip(weeks, there, strict=True)):
        if share >= 1:
            found.append(units)
            continue
        before = found[-NEIGHBOURS:]
        guess = units / share if share >= SHARE_LEAST else (sum(before) / len(before) if before else units)
        found.append(max(units, guess))
        if guess > units:
            raised.append(place)
    return found, raised


def shares(first: date, count: int, empty: Sequence[tuple[date, date]]) -> list[float]:
    """Which share of each of `count` weeks from `first` there was stock; `empty` are spans of days, the end not included."""
    missing = [0] * count
    for start, end in empty:
        day = max(start, first)
        last = min(end, first + timedelta(days=7 * count))
        while day < last:
            missing[(day - first).days // 7] += 1
            day += timedelta(days=1)
    return [1 - min(7, days) / 7 for days in missing]


def classes(worth: Mapping[int, float], first: float = 0.8, second: float = 0.95) -> dict[int, str]:
    """ABC classes by sales: A makes the first 80 % of them, B the next 15, C the rest (Pareto; the shares are customary)."""
    total, so_far, found = sum(worth.values()), 0.0, {}
    for key, value in sorted(worth.items(), key=lambda item: (-item[1], item[0])):
        share = so_far / total if total else 1.0
        found[key] = "A" if share < first else "B" if share < second else "C"
        so_far += value
    return found
