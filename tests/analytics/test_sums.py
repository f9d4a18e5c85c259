"""Kept sums of orders: the same figures, dropped when an order changes, never used once a change is on its way."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from tests.factories.sales import Line, sell
from tests.factories.visits import visit
from zhanggui.analytics import selectors, services
from zhanggui.analytics.invariants import INVARIANTS
from zhanggui.analytics.services import sums
from zhanggui.analytics.sums import orders_of
from zhanggui.analytics.types import Period
from zhanggui.config import wiring  # noqa: F401  (reactions are bound)
from zhanggui.kernel import db, invariants, mall_settings, outbox
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.events import OrderRefunded, OrdersImported

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 17)


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC) - timedelta(hours=8)


@pytest.fixture
def sold(time_machine: Any) -> str:
    """Two weeks of orders; the number of one of the 17th."""
    time_machine.move_to(datetime(2026, 11, 24, 3, tzinfo=UTC), tick=True)
    for day in range(9, 24):
        for hour in range(day % 4 + 1):
            sell(at(day, 9 + hour), Line(30_00, day % 3 + 1, cost=12_00), province="浙江省", source="direct")
        visit(f"v{day}", day % 5 + 1, at=at(day), kind="product", ref="vase")
    sell(at(18), Line(9_00, cost=None), currency="EUR")
    return sell(at(17, 20), Line(50_00, cost=20_00), holder="guest")


def _refund(number: str) -> None:
    """As the orders module would: the row and its announcement in one transaction."""
    with transaction.atomic():
        db.execute("update orders_order set status = 'refunded' where number = %s", (number,))
        outbox.record(OrderRefunded(number=number, amount=50_00, all_of_it=True))


def test_a_report_is_the_same_from_sums(sold: str) -> None:
    spans = [("daily", DAY), ("daily", date(2026, 11, 18)), ("weekly", DAY), ("weekly", date(2026, 11, 10))]
    counted = [selectors.report(*span).as_dict("zh-Hans") for span in spans]
    made = services.sum_orders()
    assert [p.first for p in made if p.name == "daily"] == [date(2026, 11, 23) - timedelta(days=n) for n in range(15)]
    assert [p.first for p in made if p.name == "weekly"] == [date(2026, 11, 16), date(2026, 11, 9)]
    assert orders_of(Period.weekly(DAY)).kept is not None
    assert [selectors.report(*span).as_dict("zh-Hans") for span in spans] == counted
    assert services.sum_orders() == []
    assert invariants.check(INVARIANTS) == []


def test_today_is_never_kept(sold: str) -> None:
    services.sum_orders()
    assert orders_of(Period.daily(date(2026, 11, 24))).kept is None
    assert orders_of(Period.weekly(date(2026, 11, 24))).kept is None


def test_a_change_is_seen_at_once_and_its_sums_are_made_again(sold: str) -> None:
    services.sum_orders()
    before = {m.name: m.value or 0 for m in selectors.report("daily", DAY).metrics}
    _refund(sold)
    waiting = {m.name: m.value for m in selectors.report("daily", DAY).metrics}
    assert waiting["sales"] == before["sales"] - 50_00
    assert orders_of(Period.daily(DAY)).kept is None
    assert orders_of(Period.daily(date(2026, 11, 18))).kept is not None
    assert orders_of(Period.weekly(date(2026, 11, 10))).kept is not None
    assert outbox.drain() == 1
    assert {m.name: m.value for m in selectors.report("daily", DAY).metrics} == waiting
    assert [(p.name, p.first) for p in services.sum_orders()] == [("daily", DAY), ("weekly", date(2026, 11, 16))]
    assert {m.name: m.value for m in selectors.report("daily", DAY).metrics} == waiting
    assert invariants.check(INVARIANTS) == []


def test_a_change_while_the_sum_is_made_is_not_lost(sold: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order is refunded, and the news delivered, after its day was counted and before the sum is written."""
    count = sums.count_orders

    class Counted:
        def __init__(self, period: Period) -> None:
            self.period, self.sums = period, count(period)

        def to_keep(self) -> dict[str, Any]:
            kept = self.sums.to_keep()
            if self.period == Period.daily(DAY):
                _refund(sold)
                outbox.drain()
            return kept

    monkeypatch.setattr(sums, "count_orders", Counted)
    services.sum_orders()
    assert orders_of(Period.daily(DAY)).kept is None


def test_imported_history_drops_the_days_it_covers(sold: str) -> None:
    services.sum_orders()
    with transaction.atomic():
        outbox.record(OrdersImported("olist", 2, at(12).isoformat(), at(13).isoformat()))
    assert [day for day in range(9, 24) if orders_of(Period.daily(date(2026, 11, day))).kept is None] == [12, 13]
    outbox.drain()
    assert [p.first.day for p in services.sum_orders() if p.name == "daily"] == [13, 12]


def test_another_threshold_makes_other_sums(sold: str) -> None:
    services.sum_orders()
    mall_settings.put("analytics.loyal_orders", 2, actor=SYSTEM)
    assert orders_of(Period.weekly(DAY)).kept is None
    assert len(services.sum_orders()) == 17
    assert orders_of(Period.weekly(DAY)).kept is not None


def test_a_wrong_sum_is_found(sold: str) -> None:
    services.sum_orders()
    db.execute("update orders_order set status = 'refunded' where number = %s", (sold,))
    assert [found.invariant.name for found in invariants.check(INVARIANTS)] == ["analytics.order_sums_equal_orders"]
