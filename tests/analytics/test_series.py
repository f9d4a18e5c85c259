"""Lines and heat maps say what the reports say, whether counted or read from sums, at a constant number of statements."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.factories.sales import Line, sell
from tests.factories.visits import visit
from zhanggui.analytics import selectors, services
from zhanggui.analytics.metrics import METRICS
from zhanggui.kernel import db
from zhanggui.kernel.problems import NotFound, ValidationFailed

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC) - timedelta(hours=8)


@pytest.fixture(autouse=True)
def _sold(time_machine: Any) -> None:
    """From the 12th on; the 15th had neither orders nor visits, the 16th a line without cost."""
    time_machine.move_to(datetime(2026, 11, 24, 8, tzinfo=UTC), tick=True)
    for day in (12, 13, 14, 16, 17, 18, 19, 20, 21, 22, 23, 24):
        for hour in range(day % 4 + 1):
            sell(at(day, 9 + hour), Line(30_00, day % 3 + 1, cost=None if day == 16 else 12_00))
        sell(at(day, 21), Line(9_00), status="pending_payment")
        sell(at(day, 22), Line(9_00), currency="EUR")
        visit(f"v{day}", day % 5 + 1, at=at(day, 9), seconds=day * 30)
        visit("ann", 2, at=at(day, 20), address="203.0.113.9")


def _agrees() -> None:
    for metric in (m for m in METRICS if m.daily):
        line = selectors.series(metric.name, TODAY, points=14)
        assert [p.first for p in line.points] == [date(2026, 11, 11) + timedelta(days=n) for n in range(14)]
        said = {
            p.first: next(m.value for m in selectors.figures("daily", p.first) if m.name == metric.name)
            for p in line.points
        }
        assert {p.first: p.value for p in line.points} == said, metric.name


def test_each_day_of_a_line_is_that_days_report() -> None:
    _agrees()


def test_and_so_it_is_from_sums() -> None:
    services.roll_up()
    services.sum_orders()
    _agrees()


def test_each_week_of_a_line_is_that_weeks_report() -> None:
    for name in ("sales", "member_purchase_rate", "pages_per_visit"):
        line = selectors.series(name, TODAY, points=3, period="weekly")
        assert [p.first for p in line.points] == [date(2026, 11, 9), date(2026, 11, 16), date(2026, 11, 23)]
        said = [next(m.value for m in selectors.figures("weekly", p.first) if m.name == name) for p in line.points]
        assert [p.value for p in line.points] == said


@pytest.mark.parametrize("kept", [False, True])
def test_a_line_takes_the_same_statements_at_any_length(kept: bool, django_assert_max_num_queries: Any) -> None:
    if kept:
        services.roll_up()
        services.sum_orders()
    for points in (3, 90, 400):
        with django_assert_max_num_queries(8):
            selectors.series("gross_profit", TODAY, points=points)
        with django_assert_max_num_queries(8):
            selectors.heat(TODAY, weeks=points // 7 + 1)


def test_lines_that_cannot_be_drawn() -> None:
    for name in ("", "conversion", "sales; drop table"):
        with pytest.raises(NotFound):
            selectors.series(name, TODAY)
    with pytest.raises(ValidationFailed):
        selectors.series("loyalty_rate", TODAY, period="daily")
    assert selectors.series("sales", date(2027, 1, 1), points=1).points[0].first == TODAY


@pytest.mark.parametrize("kept", [False, True])
def test_the_hours_of_the_week_add_up_to_the_days(kept: bool) -> None:
    if kept:
        services.roll_up()
        services.sum_orders()
    heat = selectors.heat(TODAY, weeks=3)
    assert (heat.first, heat.last) == (date(2026, 11, 9), date(2026, 11, 29))
    assert len(heat.cells) == 168
    for name, metric in (("orders", "orders"), ("valid_orders", "valid_orders"), ("sales", "sales"), ("views", "pv")):
        line = selectors.series(metric, TODAY, points=13)
        for weekday in range(1, 8):
            days = sum((p.value or 0) for p in line.points if p.first.isoweekday() == weekday)
            assert sum(getattr(c, name) for c in heat.cells if c.weekday == weekday) == days, (name, weekday)
    assert [(c.weekday, c.hour, c.days, c.orders) for c in heat.peaks(2)] == [(1, 9, 2, 2), (1, 21, 2, 2)]


def test_an_empty_mall_has_no_peak(time_machine: Any) -> None:
    for table in ("orders_orderline", "orders_order", "analytics_pageview", "analytics_visitor"):
        db.execute(f"delete from {table}")
    heat = selectors.heat(TODAY)
    assert (len(heat.cells), heat.peaks()) == (168, [])
