"""Working days of the mall: weekends off, holidays off, and the weekend days that are worked in their place."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhanggui.kernel import mall_settings, workdays
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import ValidationFailed
from zhanggui.kernel.workdays import Calendar, add_working_days, add_working_hours, working_days_between

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
days = st.dates(date(2025, 12, 1), date(2027, 1, 31))
calendars = st.builds(Calendar, st.frozensets(days, max_size=30), st.frozensets(days, max_size=15))
instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
hours = st.integers(1, 200)
windows = st.sampled_from([(0, 1440), (540, 1080), (480, 1439)])


def test_the_year_as_it_is_shipped() -> None:
    """2026 as ordered: 33 days off at the holidays, six weekend days worked for them."""
    shipped = mall_settings.declared()
    year = Calendar(*(frozenset(workdays.days_in(shipped[key].default)) for key in (workdays.OFF, workdays.WORKED)))
    assert (len(year.off), len(year.worked)) == (33, 6)
    assert all(day.weekday() >= 5 for day in year.worked)
    assert not year.off & year.worked
    assert working_days_between(year, date(2026, 1, 1), date(2027, 1, 1)) == 248
    worked = {"2026-02-14": True, "2026-02-16": False, "2026-10-08": True, "2026-10-10": True, "2026-10-11": False}
    assert {day: year.works(date.fromisoformat(day)) for day in worked} == worked


@pytest.mark.parametrize(
    ("start", "count", "found"),
    [("2026-09-30", 1, "2026-10-08"), ("2026-10-09", 1, "2026-10-10"), ("2026-10-08", -1, "2026-09-30"), ("2026-10-03", 0, "2026-10-03")],
)  # fmt: skip
def test_days_are_counted_over_a_holiday(start: str, count: int, found: str) -> None:
    shipped = mall_settings.declared()
    year = Calendar(*(frozenset(workdays.days_in(shipped[key].default)) for key in (workdays.OFF, workdays.WORKED)))
    assert add_working_days(year, date.fromisoformat(start), count) == date.fromisoformat(found)


@settings(max_examples=150, deadline=None)
@given(calendars, days, days, days)
def test_spans_add_up_and_turn_round(calendar: Calendar, a: date, b: date, c: date) -> None:
    whole = working_days_between(calendar, a, c)
    assert whole == working_days_between(calendar, a, b) + working_days_between(calendar, b, c)
    assert whole == -working_days_between(calendar, c, a)


@settings(max_examples=150, deadline=None)
@given(calendars, days, st.integers(1, 40))
def test_adding_days_is_counting_them(calendar: Calendar, day: date, count: int) -> None:
    later, before = add_working_days(calendar, day, count), add_working_days(calendar, day, -count)
    assert calendar.works(later)
    assert calendar.works(before)
    assert working_days_between(calendar, day + timedelta(days=1), later + timedelta(days=1)) == count
    assert working_days_between(calendar, before, day) == count


@settings(max_examples=150, deadline=None)
@given(calendars, instants, hours, hours, windows, st.sampled_from([SHANGHAI, BERLIN]))
def test_hours_add_up_in_any_parts(
    calendar: Calendar, start: datetime, first: int, then: int, window: tuple[int, int], zone: ZoneInfo
) -> None:
    def after(at: datetime, count: int) -> datetime:
        return add_working_hours(calendar, at, count, zone, opens=window[0], closes=window[1])

    assert after(after(start, first), then) == after(start, first + then)
    assert start + timedelta(hours=first) <= after(start, first) < after(start, first + 1)
    end = (after(start, first) - timedelta(microseconds=1)).astimezone(zone)
    assert calendar.works(end.date())
    assert window[0] <= end.hour * 60 + end.minute < window[1]


def test_a_promise_over_the_holiday() -> None:
    shipped = mall_settings.declared()
    year = Calendar(*(frozenset(workdays.days_in(shipped[key].default)) for key in (workdays.OFF, workdays.WORKED)))
    paid = datetime(2026, 9, 30, 18, 0, tzinfo=SHANGHAI)
    assert add_working_hours(year, paid, 24, SHANGHAI) == datetime(2026, 10, 8, 18, 0, tzinfo=SHANGHAI)
    assert add_working_hours(year, paid, 2, SHANGHAI, opens=540, closes=1140) == datetime(2026, 10, 8, 10, 0, tzinfo=SHANGHAI)  # fmt: skip
    assert add_working_hours(year, paid, 0, SHANGHAI) == paid
    for wrong in ({"hours": -1}, {"hours": 1, "opens": 600, "closes": 600}):
        with pytest.raises(ValueError, match="must not"):
            add_working_hours(year, paid, zone=SHANGHAI, **wrong)


def test_what_is_typed_is_what_is_kept() -> None:
    text = "2026-10-01 至 2026-10-07 国庆节\n2026-01-01..2026-01-03 元旦\n\n2026-12-25"
    entries, faults = workdays.read(text)
    assert faults == []
    assert workdays.typed(entries) == "2026-01-01 至 2026-01-03 元旦\n2026-10-01 至 2026-10-07 国庆节\n2026-12-25"
    assert workdays.read(workdays.typed(entries))[0] == entries
    wrong = "明天\n2026-02-30\n2026-10-07 至 2026-10-01\n2026-01-01 至 2026-12-31\n2026-01-01 " + "长" * 41
    assert [line for line, _ in workdays.read(wrong)[1]] == [1, 2, 3, 4, 5]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "value",
    [
        {}, [{}], ["x"], [{"from": "2026-01-01"}], [{"from": 1, "to": 2}], [{"from": "2026-01-02", "to": "2026-01-01"}],
        [{"from": "2026-01-01", "to": "2026-01-01", "name": 1}],
    ],
    ids=str,
)  # fmt: skip
def test_a_list_that_says_nothing_is_refused(value: object) -> None:
    with pytest.raises(ValidationFailed):
        mall_settings.put(workdays.OFF, value, actor=SYSTEM)


@pytest.mark.django_db
def test_the_mall_has_its_own() -> None:
    assert not workdays.calendar().works(date(2026, 10, 1))
    mall_settings.put(workdays.OFF, [], actor=SYSTEM)
    assert workdays.calendar().works(date(2026, 10, 1))
