"""The collector: what is counted, what is refused, and that nothing personal is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from tests.factories.visits import BROWSER, event, visit
from zhanggui.analytics import services
from zhanggui.analytics.errors import TooManyEvents
from zhanggui.analytics.invariants import INVARIANTS
from zhanggui.analytics.traffic import count_traffic, traffic_of
from zhanggui.analytics.types import Period
from zhanggui.kernel import db, invariants, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import ValidationFailed

pytestmark = pytest.mark.django_db

#: Wednesday noon in Shanghai.
NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
DAY = Period.daily(date(2026, 11, 25))


def _send(*events: dict[str, object], at: datetime = NOON, address: str = "203.0.113.1") -> int:
    return services.collect(list(events), address=address, user_agent=BROWSER, now=at).stored


def test_sending_again_counts_once_and_time_only_grows() -> None:
    _send(event(seconds=5), event(view="two", seconds=3))
    _send(event(seconds=20))
    _send(event(seconds=15), event(seconds=18))
    traffic = count_traffic(DAY)
    assert (traffic.views, traffic.visits, traffic.visitors, traffic.seconds) == (2, 1, 1, 23)


def test_a_page_left_open_counts_half_an_hour_and_stops_growing_after_two() -> None:
    _send(event(seconds=80_000), event(view="two", seconds=10))
    _send(event(view="two", seconds=700), at=NOON + timedelta(hours=2, minutes=1))
    assert count_traffic(DAY).seconds == 1_800 + 10


def test_the_same_ids_of_two_visitors_are_two_visits() -> None:
    _send(event("ann"), event("bob"))
    traffic = count_traffic(DAY)
    assert (traffic.views, traffic.visits, traffic.visitors) == (2, 2, 2)


def test_ips_are_counted_by_day_and_by_week() -> None:
    """Three addresses on Wednesday, two of them and a new one on Thursday: 3 + 3 by day, 4 in the week."""
    for who, address in (
        ("ann", "203.0.113.1"),
        ("bob", "203.0.113.2"),
        ("cyn", "2001:db8::1"),
        ("dan", "2001:db8::2"),
    ):
        visit(who, 1, at=NOON, address=address)
    for who, address in (("ann", "203.0.113.1"), ("bob", "203.0.113.2"), ("eve", "198.51.100.7")):
        visit(who, 1, at=NOON + timedelta(days=1), address=address)
    assert [count_traffic(Period.daily(DAY.first + timedelta(days=n))).addresses for n in (0, 1)] == [3, 3]
    assert count_traffic(Period.weekly(DAY.first)).addresses == 4


def test_a_day_begins_at_midnight_in_the_malls_zone() -> None:
    midnight = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    visit("ann", 1, at=midnight - timedelta(seconds=1))
    visit("bob", 2, at=midnight)
    visit("cyn", 4, at=midnight + timedelta(days=1) - timedelta(seconds=1))
    visit("dan", 8, at=midnight + timedelta(days=1))
    assert count_traffic(DAY).views == 6
    assert [(r["hour"], r["views"]) for r in count_traffic(DAY).hours] == [(0, 2), (23, 4)]


def test_new_and_returning_visitors_of_a_day_and_of_a_week() -> None:
    visit("ann", 1, at=NOON - timedelta(days=8))
    visit("bob", 1, at=NOON - timedelta(days=1))
    for who in ("ann", "bob", "cyn"):
        visit(who, 1, at=NOON)
    day, week = count_traffic(DAY), count_traffic(Period.weekly(DAY.first))
    assert (day.visitors, day.new_visitors) == (3, 1)
    assert (week.visitors, week.new_visitors) == (3, 2)


def test_deep_and_long_visits() -> None:
    visit("ann", 11, at=NOON, seconds=60)
    visit("bob", 10, at=NOON, seconds=120)
    visit("cyn", 1, at=NOON, seconds=1_199)
    traffic = count_traffic(DAY)
    assert (traffic.visits, traffic.deep_visits, traffic.long_visits, traffic.seconds) == (3, 1, 1, 660 + 1_200 + 1_199)


def test_a_visit_keeps_the_source_it_came_by() -> None:
    """Ann comes from a search and walks on; Bob comes by an advertisement and orders."""
    _send(event("ann", referrer="https://www.baidu.com/"))
    _send(event("ann", view="two", referrer="http://127.0.0.1:8000/"), at=NOON + timedelta(minutes=1))
    _send(event("bob", utm_source="spring", utm_medium="cpc", seconds=30))
    _send(
        event("bob", view="two", kind="ordered", referrer="http://127.0.0.1:8000/cart"), at=NOON + timedelta(minutes=2)
    )
    _send(event("cyn"))
    rows = {r["source"]: r for r in count_traffic(DAY).sources}
    assert rows == {
        "search:baidu": {
            "source": "search:baidu", "visits": 1, "visitors": 1, "views": 2, "seconds": 0, "deep_visits": 0, "ordered_visitors": 0,
        },
        "ad:spring": {
            "source": "ad:spring", "visits": 1, "visitors": 1, "views": 2, "seconds": 30, "deep_visits": 0, "ordered_visitors": 1,
        },
        "direct": {
            "source": "direct", "visits": 1, "visitors": 1, "views": 1, "seconds": 0, "deep_visits": 0, "ordered_visitors": 0,
        },
    }  # fmt: skip


def test_pages_say_how_many_of_their_visitors_ordered() -> None:
    visit("ann", 2, at=NOON, kind="home", seconds=4)
    visit("ann", 1, at=NOON + timedelta(minutes=1), kind="product", ref="vase")
    visit("ann", 1, at=NOON + timedelta(minutes=2), kind="ordered")
    visit("bob", 1, at=NOON, kind="home", session="bobs-visit", seconds=8)
    rows = {r["kind"]: r for r in count_traffic(DAY).pages}
    assert rows["home"] == {"kind": "home", "ref": "", "views": 3, "visitors": 2, "seconds": 16, "ordered_visitors": 1}
    assert rows["product"]["ordered_visitors"] == 1
    assert count_traffic(DAY).products == [{"ref": "vase", "views": 1, "visitors": 1}]


@pytest.mark.parametrize("agent", ["", "curl/8.5.0", "Mozilla/5.0 (compatible; Baiduspider/2.0)"])
def test_machines_are_left_out(agent: str) -> None:
    answer = services.collect([event()], address="203.0.113.1", user_agent=agent, now=NOON)
    assert (answer.stored, answer.ignored, answer.reason) == (0, 1, "bot")
    assert traffic_of(DAY) is None


def test_staff_are_left_out() -> None:
    answer = services.collect([event()], address="203.0.113.1", user_agent=BROWSER, now=NOON, actor=Actor("staff", 1))
    assert (answer.stored, answer.reason) == (0, "staff")


def test_a_mall_may_switch_collection_off() -> None:
    mall_settings.put("analytics.collect", False, actor=SYSTEM)
    try:
        assert services.collect([event()], address="203.0.113.1", user_agent=BROWSER, now=NOON).reason == "off"
    finally:
        mall_settings.forget()


def test_a_huge_batch_is_refused_whole() -> None:
    with pytest.raises(TooManyEvents) as refused:
        _send(*(event(view=f"page{n}") for n in range(51)))
    assert refused.value.status == 413
    assert _send(*(event(view=f"page{n}") for n in range(50))) == 50


def test_one_broken_event_refuses_the_batch() -> None:
    with pytest.raises(ValidationFailed) as refused:
        _send(event(), event(kind="?"))
    assert [e.loc for e in refused.value.errors] == ["events.1.kind"]
    assert traffic_of(DAY) is None


@pytest.mark.parametrize("events", ["text", {"visitor": "x"}, None, 7])
def test_what_is_not_a_list_is_refused(events: object) -> None:
    with pytest.raises(ValidationFailed):
        services.collect(events, address="203.0.113.1", user_agent=BROWSER, now=NOON)  # type: ignore[arg-type]


def test_an_odd_address_does_not_stop_the_count() -> None:
    assert _send(event(), address="; drop table") == 1


def _dump() -> str:
    """Every value of every table of this module, as text."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("select table_name from information_schema.tables where table_name like 'analytics\\_%%'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'select t::text from "{table}" t')
            found += [row for (row,) in cursor.fetchall()]
    return "\n".join(found)


def test_nothing_about_a_person_is_stored() -> None:
    """Whatever a careless page sends along, no address, number, mail, id or browser name is in the tables afterwards."""
    secrets = [
        "203.0.113.77",
        "13800138000",
        "ann@example.com",
        "Chrome/156",
        "visitor-ann",
        "session-morning",
        "view-one",
        "token",
    ]
    services.collect(
        [
            event(
                kind="product", ref="vase?mobile=13800138000", referrer="https://blog.example/ann@example.com?token=1"
            ),
            event(
                view="two",
                kind="content",
                ref="ann@example.com",
                utm_source="13800138000",
                utm_medium="ann@example.com",
            ),
            event(view="three", kind="other", ref="account/13800138000"),
        ],
        address="203.0.113.77",
        user_agent=BROWSER,
        now=NOON,
    )
    services.roll_up(now=NOON + timedelta(days=9))
    stored = _dump()
    assert "referral:blog.example" in stored
    assert [secret for secret in secrets if secret in stored] == []


def test_the_same_address_is_another_number_next_week_and_old_salts_go() -> None:
    visit("ann", 1, at=NOON)
    visit("bob", 1, at=NOON + timedelta(days=7))
    hashes = [r["address"] for r in db.rows("select address from analytics_pageview order by day")]
    assert len(set(hashes)) == 2
    assert services.purge(now=NOON + timedelta(days=7))["salts"] == 1
    assert [r["week"] for r in db.rows("select week from analytics_salt")] == [date(2026, 11, 30)]


def test_sums_equal_page_views_and_outlive_them() -> None:
    for day in range(5):
        visit("ann", day + 1, at=NOON + timedelta(days=day), kind="product", ref="vase")
        visit(f"guest{day}", 2, at=NOON + timedelta(days=day), address=f"203.0.113.{day}")
    later = NOON + timedelta(days=200)
    week = Period.weekly(DAY.first)
    counted = {period: count_traffic(period) for period in (DAY, week)}
    made = services.roll_up(now=later)
    assert [(p.name, p.first.isoformat()) for p in made] == [
        ("daily", "2026-11-25"), ("daily", "2026-11-26"), ("daily", "2026-11-27"), ("daily", "2026-11-28"), ("daily", "2026-11-29"),
        ("weekly", "2026-11-23"),
    ]  # fmt: skip
    assert services.roll_up(now=later) == []
    assert invariants.check(INVARIANTS) == []
    assert services.purge(now=later)["views"] == 15 + 10
    for period, traffic in counted.items():
        assert traffic_of(period) == traffic


def test_page_views_without_a_sum_are_kept() -> None:
    visit("ann", 1, at=NOON)
    assert services.purge(now=NOON + timedelta(days=200))["views"] == 0


def test_a_day_is_summed_only_when_its_pages_cannot_grow() -> None:
    visit("ann", 1, at=NOON)
    midnight = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
    assert services.roll_up(now=midnight + timedelta(minutes=119)) == []
    assert [p.name for p in services.roll_up(now=midnight + timedelta(minutes=121))] == ["daily"]


def test_doctor_sees_a_sum_that_is_wrong() -> None:
    visit("ann", 1, at=NOON)
    services.roll_up(now=NOON + timedelta(days=1))
    db.execute("update analytics_rollup set facts = facts || '{\"views\": 2}'")
    assert [v.invariant.name for v in invariants.check(INVARIANTS)] == ["analytics.rollup_equals_events"]


def test_a_visitor_is_new_again_after_a_long_absence() -> None:
    visit("ann", 1, at=NOON)
    services.roll_up(now=NOON + timedelta(days=20))
    assert services.purge(now=NOON + timedelta(days=401))["visitors"] == 1


def test_a_batch_is_two_statements(django_assert_max_num_queries) -> None:
    _send(event())
    with django_assert_max_num_queries(2):
        _send(*(event(view=f"page{n}") for n in range(50)))
