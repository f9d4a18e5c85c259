"""Whatever arrives in whatever order, the counts are those of a plain model, and the sums equal the counts."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.visits import BROWSER, event
from tests.support.races import run_together
from zhanggui.analytics import services
from zhanggui.analytics.invariants import INVARIANTS
from zhanggui.analytics.traffic import count_traffic, traffic_of
from zhanggui.analytics.types import Period
from zhanggui.kernel import clock, db, invariants

START = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)  # Sunday 23:00 in Shanghai

views = st.tuples(
    st.sampled_from(["ann", "bob", "cyn"]),
    st.sampled_from(["early", "later"]),
    st.sampled_from(["one", "two", "three"]),
    st.integers(0, 86_400),
)
batches = st.lists(
    st.tuples(
        st.integers(0, 300), st.sampled_from(["203.0.113.1", "203.0.113.2", "2001:db8::1"]), st.lists(views, max_size=5)
    ),
    max_size=12,
)


def _empty() -> None:
    for table in ("pageview", "visitor", "rollup", "salt"):
        db.execute(f"delete from analytics_{table}")


@pytest.mark.django_db
@given(batches)
def test_counts_follow_the_plain_model(sent: list[tuple[int, str, list[tuple[str, str, str, int]]]]) -> None:
    """Minutes after Sunday 23:00: some batches fall on Sunday of one week, some on Monday of the next."""
    _empty()
    pages: dict[tuple[str, str, str], tuple[datetime, str]] = {}
    stays: dict[tuple[str, str, str], int] = defaultdict(int)
    for minutes, address, batch in sorted(sent, key=lambda one: one[0]):
        at = START + timedelta(minutes=minutes)
        services.collect(
            [event(who, visit, page, seconds=seconds) for who, visit, page, seconds in batch],
            address=address,
            user_agent=BROWSER,
            now=at,
        )
        for who, visit, page, seconds in batch:
            key = (who, visit, page)
            pages.setdefault(key, (at, address))
            if at - pages[key][0] < timedelta(hours=2):
                stays[key] = max(stays[key], min(seconds, 1_800))
    later = START + timedelta(days=10)
    for period in (Period.daily(clock.business_date(START + timedelta(hours=h))) for h in (0, 2)):
        here = {key for key, (at, _address) in pages.items() if clock.business_date(at) == period.first}
        counted = count_traffic(period)
        assert counted.views == len(here)
        assert counted.visitors == len({who for who, _, _ in here})
        assert counted.visits == len({(who, visit) for who, visit, _ in here})
        assert counted.addresses == len({pages[key][1] for key in here})
        assert counted.seconds == sum(stays[key] for key in here)
        services.roll_up(now=later)
        assert traffic_of(period) == (counted if here else None)
    assert invariants.check(INVARIANTS) == []


@pytest.mark.django_db(transaction=True)
def test_many_workers_may_take_the_same_visitors_at_once() -> None:
    """Eight workers send the same pages in opposite orders: no deadlock, each page once, one salt."""

    def send(order: int):
        def work() -> int:
            events = [event(f"guest{n}", view=f"page{m}", seconds=n) for n in range(5) for m in range(5)]
            for _ in range(5):
                services.collect(
                    events[:: 1 if order % 2 else -1], address="203.0.113.1", user_agent=BROWSER, now=START
                )
            return 1

        return work

    assert [one.error for one in run_together([send(n) for n in range(8)])] == [None] * 8
    counted = count_traffic(Period.daily(clock.business_date(START)))
    assert (counted.views, counted.visitors, counted.addresses, counted.seconds) == (25, 5, 1, 5 * (0 + 1 + 2 + 3 + 4))
    assert db.rows("select count(*) as n from analytics_salt") == [{"n": 1}]
