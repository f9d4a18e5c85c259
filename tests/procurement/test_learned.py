"""Learned from receipts: lead times, scores, and who will be late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import procurement as make
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.procurement import selectors, services
from zhanggui.procurement.types import SentBack

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)


def delivered(who: int, sku: int, days: int, *, expected_in: int = 0, units: int = 10, price: int = 100) -> str:
    number = make.order(who, [(sku, units, price)])
    make.sent_ago(number, days, expected_in=expected_in)
    make.receive(number, (1, units))
    return number


def test_lead_times_are_the_median_and_the_ninetieth_percentile_of_receipts() -> None:
    who, (tea,) = make.supplier(), make.goods()
    for days in (3, 4, 5, 6, 20):
        delivered(who, tea, days)
    (lead,) = selectors.leads(who)
    assert (lead.receipts, lead.median, lead.p90) == (5, 5, 20)
    assert selectors.sku_leads([tea]) == [lead]


def test_the_scorecard_says_what_its_definition_says() -> None:
    who, (tea,) = make.supplier(), make.goods()
    make.agree(who, tea, (1, 100))
    delivered(who, tea, 5, expected_in=0, price=110)
    late = delivered(who, tea, 9, expected_in=-2, price=100)
    overdue = make.order(who, [(tea, 10, 100)])
    make.sent_ago(overdue, 9, expected_in=-1)
    make.receive(overdue, (1, 4, 6))
    make.order(who, [(tea, 10, 100)])  # nothing can be said of it yet
    services.return_goods(late, [SentBack(1, 3)], key="k", reason="破损", actor=make.KEEPER)
    (card,) = selectors.scorecards([who], since=clock.now() - YEAR).values()
    assert (card.receipts, card.units) == (3, 30)
    assert card.on_time == 3333
    assert card.quality == 7000
    assert card.price == 417  # 100 too much of 2400 agreed
    assert selectors.scorecards([make.supplier()], since=clock.now() - YEAR).popitem()[1].on_time is None


def test_an_order_past_its_day_is_late_and_told_once() -> None:
    number, _, _ = make.sent()
    make.sent_ago(number, 9, expected_in=-1)
    assert (services.watch_late(), services.watch_late()) == (1, 0)
    assert [row.number for row in selectors.late_orders()] == [number]
    told = db.rows("select payload from kernel_outboxevent where name = 'procurement.late'")
    assert [row["payload"]["late"] for row in told] == ["late"]
    assert selectors.attention()["late"] == 1
    make.receive(number, (1, 10))
    assert selectors.late_orders() == []


def test_what_a_slow_supplier_promises_is_likely_late_once_enough_is_known() -> None:
    who, (tea,) = make.supplier(lead_days=3), make.goods()
    for _ in range(2):
        delivered(who, tea, 10)
    number = make.order(who, [(tea, 1, 100)])
    services.watch_late()
    assert make.view(number).late == ""
    delivered(who, tea, 10)
    services.watch_late()
    assert make.view(number).late == "likely"
    services.confirm_order(number, expected_on=clock.business_date() + timedelta(days=12), actor=SYSTEM)
    services.watch_late()
    assert make.view(number).late == ""


def test_modes_of_supply_stand_side_by_side() -> None:
    (tea,) = make.goods()
    own, agent = make.supplier(mode="own_factory"), make.supplier(mode="dropship")
    delivered(own, tea, 2)
    delivered(agent, tea, 8, expected_in=-3)
    found = {row["mode"]: row for row in selectors.modes(since=clock.now() - YEAR)}
    assert (found["own_factory"]["on_time"], found["dropship"]["on_time"]) == (10_000, 0)
    assert (
        found["own_factory"]["lead"],
        found["dropship"]["lead"],
        found["stock"]["orders"] if "stock" in found else 0,
    ) == (2, 8, 0)


def test_reads_cost_the_same_however_much_there_is() -> None:
    who, skus = make.supplier(), make.goods(4)

    def counted() -> list[int]:
        counts = []
        for read in (
            lambda: selectors.supplier_page(),
            lambda: selectors.orders(),
            lambda: selectors.late_orders(),
            lambda: selectors.order(selectors.orders().items[0].number),
            lambda: selectors.scorecards([who], since=clock.now() - YEAR),
            lambda: selectors.payables(),
            lambda: selectors.ageing(),
            lambda: selectors.on_order(skus),
        ):
            with CaptureQueriesContext(connection) as seen:
                read()
            counts.append(len(seen))
        return counts

    delivered(who, skus[0], 3)
    few = counted()
    for sku in skus:
        number = make.order(make.supplier(), [(each, 5, 100) for each in skus])
        make.receive(number, (1, 2), (2, 3))
        delivered(who, sku, 4)
    assert counted() == few == [1, 1, 1, 5, 2, 1, 1, 1]
