"""The hourly look finds what is too little, too much, near its date, lost or going fast; it tells each once, and takes it back."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from tests.factories.catalog import make_category, make_product
from tests.factories.inventory import KEEPER, main_warehouse, put, stocked, wish
from tests.support.pages import at_the_desk, statements
from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors, services
from zhanggui.inventory.types import AlertLimit, ShipLine, StockRow
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import PermissionDenied, ValidationFailed

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


def test_a_skus_own_limits_go_before_its_categorys_and_those_before_the_malls():
    above = make_category("茶")
    under = make_category("绿茶", above)
    top, below = above.id, under.id
    plain, units, days, shelf = [make_product(category=under).skus[0].id for _ in range(4)]
    put(dict.fromkeys((plain, units, days, shelf), 48))
    for n, sku in enumerate((plain, units, days, shelf)):
        ship(f"L{n}", sku, 28)  # 20 are left, which lasts 20 days
    keep = Actor("staff", 5, "buyer", frozenset({"inventory.limits"}))
    services.set_alert_limits(
        [AlertLimit(None, top, low_days=10, high_days=15), AlertLimit(None, below, low_days=3)], actor=keep
    )
    services.set_alert_limits(
        [AlertLimit(units, None, 25, 50, 0, 1), AlertLimit(days, None, low_days=30, high_days=60)], actor=keep
    )
    services.look_for_alerts(actor=SYSTEM)
    seen = {(a.sku_id, a.kind): a.bound for a in selectors.alerts().items}
    # the nearest category says 3 days, the one above it 15; units say low though a day would be enough; 20 of 30 days are low
    assert seen == {(plain, "high"): None, (shelf, "high"): None, (units, "low"): 25, (days, "low"): None}
    assert services.set_alert_limits([AlertLimit(units), AlertLimit(days, low_days=30, high_days=60)], actor=keep) == 1
    services.look_for_alerts(actor=SYSTEM)
    assert (units, "high") in found()
    for wrong in (
        AlertLimit(units, None, 5, 4),
        AlertLimit(10**9, None, 1),
        AlertLimit(None, top, 5),
        AlertLimit(units, None, -1),
    ):
        with pytest.raises(ValidationFailed):
            services.set_alert_limits([wrong], actor=keep)
    with pytest.raises(PermissionDenied):
        services.set_alert_limits([AlertLimit(units, None, 5)], actor=KEEPER)


def test_limits_are_set_in_the_grid_and_from_a_workbook_all_or_none():
    one, two = stocked(30, 40)
    codes = catalog.sku_codes([one, two])
    desk = at_the_desk("purchasing")
    here = "/office/stock/limits"
    assert "还没有 SKU 单独设置" in desk.get(here).content.decode()
    assert f'name="low_units-{one}"' in desk.get(f"{here}?code={codes[one]}").content.decode()
    assert desk.post(here, {"do": "grid", "sku": [one], f"low_units-{one}": "12"}).status_code == 303
    refused = desk.post(here, {"do": "grid", "sku": [one], f"low_units-{one}": "viel", f"high_units-{one}": "3"})
    assert refused.status_code == 422
    assert codes[one] in refused.content.decode()
    assert 'value="viel"' in refused.content.decode()

    def sheet(*rows: list[object]) -> SimpleUploadedFile:
        book = io.BytesIO()
        with xlsxwriter.Workbook(book) as made:
            page = made.add_worksheet()
            for y, row in enumerate([["SKU", "a", "b", "c", "d"], *rows]):
                page.write_row(y, 0, row)
        return SimpleUploadedFile("limits.xlsx", book.getvalue())

    wrong = desk.post(here, {"do": "file", "file": sheet([codes[two], 5, 50], ["NO-SUCH", 1])})
    assert wrong.status_code == 422
    assert "第 3 行" in wrong.content.decode()
    assert selectors.limits_of([two]) == {}
    assert desk.post(here, {"do": "file", "file": sheet([codes[two], 5, 50, "", 90], [codes[one]])}).status_code == 303
    assert selectors.limits_of([one, two]) == {two: AlertLimit(two, None, 5, 50, None, 90)}
    assert statements(desk, here) <= 12
    assert desk.get(f"{here}?export=xlsx").status_code == 200
    assert at_the_desk("editor").post(here, {"do": "grid", "sku": [one]}).status_code == 403


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
