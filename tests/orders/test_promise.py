"""By when a paid order leaves."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.factories.shop import goods
from tests.factories.warehouse import paid
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import ValidationFailed
from zhanggui.kernel.workdays import Calendar
from zhanggui.orders import promise, selectors
from zhanggui.orders.promise import Exceptional, Terms, due

SHANGHAI = ZoneInfo("Asia/Shanghai")
FRIDAY = datetime(2026, 11, 27, 15, 0, tzinfo=SHANGHAI)
PLAIN = Terms(24, 48)


def test_a_day_is_promised_and_two_are_the_limit():
    assert due(PLAIN, FRIDAY, SHANGHAI) == (FRIDAY + timedelta(hours=24), FRIDAY + timedelta(hours=48), "")


def test_with_working_days_the_weekend_does_not_count_and_a_day_worked_for_a_holiday_does():
    plain = PLAIN._replace(days=Calendar())
    monday = datetime(2026, 11, 30, 15, 0, tzinfo=SHANGHAI)
    assert due(plain, FRIDAY, SHANGHAI)[:2] == (monday, monday + timedelta(hours=24))
    worked = PLAIN._replace(days=Calendar(worked=frozenset({date(2026, 11, 28)})))
    assert due(worked, FRIDAY, SHANGHAI).due == FRIDAY + timedelta(hours=24)


def test_an_exception_goes_by_the_malls_day_of_payment_and_says_why():
    rush = Exceptional(date(2026, 11, 28), date(2026, 11, 29), 72, 120, "双12")
    terms = PLAIN._replace(exceptions=(rush,))
    midnight = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)  # the 28th has begun in the mall
    assert due(terms, midnight, SHANGHAI) == (midnight + timedelta(hours=72), midnight + timedelta(hours=120), "双12")
    before = midnight - timedelta(seconds=1)
    assert due(terms, before, SHANGHAI).due == before + timedelta(hours=24)


def test_a_later_day_promised_before_stands_and_an_earlier_one_does_not():
    later, earlier = FRIDAY + timedelta(days=9), FRIDAY + timedelta(hours=1)
    assert due(PLAIN, FRIDAY, SHANGHAI, later)[:2] == (later, later)
    assert due(PLAIN, FRIDAY, SHANGHAI, earlier).due == FRIDAY + timedelta(hours=24)


def test_the_limit_is_never_before_the_promise():
    ends = due(Terms(60, 48), FRIDAY, SHANGHAI)
    assert ends.latest == ends.due


@pytest.mark.django_db
def test_orders_are_promised_what_the_settings_say():
    (tea,) = goods(1000)
    with clock.at(FRIDAY):
        mall_settings.put(promise.WORKDAYS, True, actor=SYSTEM)
        first = selectors.find(paid((tea, 1)))
        span = {"from": "2026-11-27", "to": "2026-11-27", "hours": 72, "latest_hours": 96, "reason": "双12"}
        mall_settings.put(promise.EXCEPTIONS, [span], actor=SYSTEM)
        mall_settings.put(promise.WORKDAYS, False, actor=SYSTEM)
        second = selectors.find(paid((tea, 1)))
    assert first["dispatch_due_at"] == datetime(2026, 11, 30, 15, 0, tzinfo=SHANGHAI)
    assert second["dispatch_due_at"] == FRIDAY + timedelta(hours=72)
    assert second["dispatch_latest_at"] == FRIDAY + timedelta(hours=96)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        "x",
        [{"from": "2026-11-27"}],
        [{"from": "2026-11-27", "to": "2026-11-26", "hours": 1, "latest_hours": 2, "reason": "x"}],
    ],
)
def test_exceptions_that_make_no_sense_are_refused_with_how_to_write_them(wrong):
    with pytest.raises(ValidationFailed):
        mall_settings.put(promise.EXCEPTIONS, wrong, actor=SYSTEM)
