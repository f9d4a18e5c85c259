"""The board of what is to leave, what is told when it does not, and how promises were kept."""

from datetime import timedelta
from typing import Any

import pytest

from tests.factories.fulfilment import age, ship
from tests.factories.promises import DESK, tell
from tests.factories.shop import goods
from tests.factories.warehouse import FOREMAN, pack, reviewed, warehouse, wave
from zhanggui.fulfilment import services as fulfilment
from zhanggui.kernel import clock, db
from zhanggui.promises import rules, selectors, services

pytestmark = pytest.mark.django_db


def numbers(**asked: Any) -> list[str]:
    return [row.order["number"] for row in selectors.board(**asked).items]


def told() -> list[tuple[str, str]]:
    rows = db.rows("select order_number, stage from promises_escalation order by order_number, stage")
    return [(row["order_number"], row["stage"]) for row in rows]


def test_urgency_goes_by_promise_limit_four_hours_and_the_day():
    now = clock.now()
    night = now + timedelta(hours=9)

    def of(due: float, latest: float = 99) -> str:
        return rules.urgency(now + timedelta(hours=due), now + timedelta(hours=latest), now, night)

    assert [of(-30, -1), of(-1), of(0), of(4), of(5), of(9)] == ["overdue", "late", "late", "soon", "today", "later"]


def test_the_most_urgent_stand_first_and_are_counted_as_they_are_listed(django_assert_num_queries):
    (tea,) = goods(1000)
    fresh, soon, late, over = [reviewed((tea, 1)) for _ in range(4)]
    for number, hours in ((soon, 21), (late, 25), (over, 49)):
        age(number, hours)
    sent = reviewed((tea, 1))
    ship(sent)
    with django_assert_num_queries(2):
        rows = selectors.board().items
        counts = selectors.counts()
    assert [row.order["number"] for row in rows] == [over, late, soon, fresh]
    assert [row.urgency for row in rows][:3] == ["overdue", "late", "soon"]
    assert (counts["overdue"], counts["late"], counts["soon"]) == (1, 1, 1)
    assert sum(counts.values()) == 4
    for row in rows:
        assert row.order["number"] in numbers(urgency=row.urgency)
    assert [numbers(urgency=name) for name in ("overdue", "late", "soon")] == [[over], [late], [soon]]


def test_pages_of_the_board_join_without_a_gap():
    (tea,) = goods(1000)
    made = [reviewed((tea, 1)) for _ in range(3)]
    first = selectors.board(limit=2)
    second = selectors.board(limit=2, cursor=first.next_cursor or "")
    assert [row.order["number"] for row in (*first.items, *second.items)] == made


def test_orders_are_found_by_where_they_stand_and_by_warehouse():
    (tea,) = goods(1000)
    held, passed, picked, missing, asked = [reviewed((tea, 1)) for _ in range(5)]
    fulfilment.hold_orders([held], reason="call first", actor=FOREMAN)
    db.execute(
        "update fulfilment_review set due_at = due_at + interval '1 day' where order_number = any(%s)",
        ([passed, asked],),
    )
    name = wave(limit=2)
    fulfilment.report_short(name, tea, 1, actor=FOREMAN)
    tell(asked)
    states = {state: set(numbers(state=state)) for state in selectors.STATES}
    assert states["held"] == {held}
    assert states["passed"] == {passed, asked}
    assert states["wave"] | states["short"] == {picked, missing}
    assert len(states["short"]) == 1
    assert states["asked"] == {asked}
    here = warehouse()
    assert len(numbers(warehouse_id=here)) == 5
    assert numbers(warehouse_id=here + 1000) == []


def test_each_deadline_that_passed_is_told_once_and_one_that_moved_is_told_anew():
    (tea,) = goods(1000)
    late, over = reviewed((tea, 1)), reviewed((tea, 1))
    age(late, 25)
    age(over, 49)
    assert (services.escalate(), services.escalate()) == (3, 0)
    assert told() == sorted([(late, "warned"), (over, "warned"), (over, "overdue")])
    services.answer(tell(over, days=2).number, "wait", note="by phone", actor=DESK)
    assert services.escalate() == 0
    with clock.at(clock.now() + timedelta(days=4)):
        assert services.escalate() == 3  # both of the moved one, and the limit of the other


def test_how_promises_were_kept_is_counted_by_day_warehouse_carrier_person_and_reason(django_assert_num_queries):
    (tea,) = goods(1000)
    today = clock.business_date()
    kept, late, open_one = [reviewed((tea, 1)) for _ in range(3)]
    tell(open_one)
    ship(kept)
    ship(late, carrier="ZTO")
    db.execute("update orders_order set paid_at = paid_at - interval '30 hours' where number = %s", (late,))
    with django_assert_num_queries(1):
        report = selectors.kept(today - timedelta(days=6), today)
    whole = report.whole
    assert (whole.orders, whole.due, whole.in_time, whole.ended, whole.within_limit, whole.open, whole.asked) == (
        3,
        2,
        1,
        2,
        2,
        1,
        1,
    )
    assert sum(each.orders for each in report.by["day"]) == 3
    assert {each.key: each.in_time for each in report.by["carrier"]} == {"顺丰速运": 1, "中通快递": 0, "": 0}
    assert [each.key for each in report.by["warehouse"]] == [str(warehouse())]
    assert {each.key: each.orders for each in report.by["reason"]} == {"": 2, "out_of_stock": 1}


def test_who_packed_is_who_kept_it():
    (tea,) = goods(1000)
    pack(reviewed((tea, 1)))
    today = clock.business_date()
    assert [(each.key, each.in_time) for each in selectors.kept(today, today).by["person"]] == [("Ann", 1)]


def test_a_mall_without_orders_has_a_report_all_the_same():
    today = clock.business_date()
    assert selectors.kept(today, today).whole.orders == 0
