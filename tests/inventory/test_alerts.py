"""The hourly look finds what is too little, too much, near its date, lost or going fast; it tells each once, and takes it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from tests.factories.inventory import KEEPER, main_warehouse, stocked, wish
from tests.support.pages import at_the_desk, statements
from zhanggui.inventory import selectors, services
from zhanggui.inventory.types import ShipLine, StockRow
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import PermissionDenied

pytestmark = pytest.mark.django_db


def ship(number: str, sku: int, units: int) -> None:
    services.reserve([wish(number, sku, units)], actor=SYSTEM)
    with transaction.atomic():
        services.ship([ShipLine(number, 1, units, "parcel")], actor=KEEPER)


def found() -> dict[tuple[int, str], tuple[int, int | None]]:
    return {(a.sku_id, a.kind): (a.units, a.cover) for a in selectors.alerts().items}


def test_each_kind_is_found_by_its_numbers_and_told_once():
    low, high, lost, fast, calm = stocked(33, 900, 50, 190, 40)
    with clock.at(clock.now() - timedelta(days=20)):
        ship("A1", low, 28)
        ship("A2", high, 28)
        ship("A3", fast, 6)
        ship("A4", calm, 14)
    ship("A5", fast, 20)
    services.write_off([StockRow(lost, 5, main_warehouse())], reason="wet", actor=KEEPER)
    day = clock.business_date() + timedelta(days=10)
    services.receive([StockRow(calm, 4, main_warehouse(), batch="B1", expires_on=day)], actor=KEEPER)
    assert services.look_for_alerts(actor=SYSTEM) == 5
    assert found() == {
        (low, "low"): (5, 5), (high, "high"): (872, 872), (calm, "near"): (4, 10), (lost, "loss"): (5, None),
        (fast, "surge"): (20, 164 * 28 // 26),
    }  # fmt: skip
    assert selectors.alert_counts() == {"low": 1, "high": 1, "near": 1, "loss": 1, "surge": 1}
    assert services.look_for_alerts(actor=SYSTEM) == 0
    told = db.rows("select payload from kernel_outboxevent where name = 'inventory.stock_alert_raised'")
    assert len(told) == 5


def test_what_is_right_again_is_no_alert_any_more():
    (sku,) = stocked(30)
    ship("A1", sku, 28)
    services.look_for_alerts(actor=SYSTEM)
    assert (sku, "low") in found()
    services.receive([StockRow(sku, 40, main_warehouse())], actor=KEEPER)
    services.look_for_alerts(actor=SYSTEM)
    assert found() == {}
    with pytest.raises(PermissionDenied):
        services.look_for_alerts(actor=Actor("staff", 9, "nobody"))


def test_the_page_says_why_in_few_statements():
    (sku,) = stocked(30)
    ship("A1", sku, 28)
    desk = at_the_desk("warehouse")
    assert "没有需要留意的库存" in desk.get("/office/stock/alerts").content.decode()
    services.look_for_alerts(actor=SYSTEM)
    shown = desk.get("/office/stock/alerts?kind=low").content.decode()
    assert "按近四周的速度只够卖 2 天" in shown
    assert statements(desk, "/office/stock/alerts") <= 6
    assert desk.get("/office/stock/alerts?export=csv").status_code == 200
