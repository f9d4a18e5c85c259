"""The analysis of stock at the desk: figures, a way to clear taken by one click, a season planned and followed; files of all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import procurement as bought
from tests.factories.catalog import make_category
from tests.factories.inventory import KEEPER
from tests.factories.sales import Line, sell
from tests.factories.shop import goods
from tests.support.pages import at_the_desk, statements
from zhanggui.clearance import selectors
from zhanggui.inventory import services as inventory
from zhanggui.inventory.types import StockRow
from zhanggui.kernel import clock
from zhanggui.promotions import selectors as promotions

pytestmark = pytest.mark.django_db
HERE = "/office/stock/analysis"


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def test_from_the_figures_to_a_draft_and_its_result_and_a_season_to_its_end() -> None:
    desk = at_the_desk("manager")
    assert "还没有算过" in words(desk.get(HERE))
    with clock.at(clock.now() - timedelta(days=100)):
        (code,) = goods(20_000, stock=0, cost=12_000, title="冬被", category=make_category("家纺"))
        sku = bought.sku_id(code)
        inventory.receive([StockRow(sku, 20)], actor=KEEPER)
        bought.received(bought.supplier(), sku, 5, price=11_000)
    sell(clock.now() - timedelta(days=80), Line(20_000, 2, cost=12_000, sku_id=sku))
    assert desk.post(f"{HERE}/refresh").status_code == 303
    shown = words(desk.get(HERE))
    assert "¥3,000.00" in shown  # 25 pieces at 120.00
    assert "清仓或按单采购" in shown
    assert "家纺" in shown
    assert statements(desk, HERE) <= 12
    assert "冬被" in words(desk.get(f"{HERE}/skus?view=slow&cell=AZ"))
    assert statements(desk, f"{HERE}/skus") <= 14
    one = words(desk.get(f"{HERE}/skus/{sku}"))
    assert "限时折扣 −20%" in one
    assert "90–179 天" in one
    assert desk.post(f"{HERE}/skus/{sku}", {"kind": "keep", "step": "0"}).status_code == 422
    taken = desk.post(f"{HERE}/skus/{sku}", {"kind": "markdown", "step": "2000"})
    assert "已生成促销草稿" in words(desk.follow(taken))
    (decided,) = selectors.decisions().items
    assert promotions.promotion(int(decided.reference.partition(":")[2])).state == "draft"
    assert "限时折扣 −20%" in words(desk.get(f"{HERE}/decisions"))
    assert "20.0%" not in words(desk.get(f"{HERE}/bought"))  # nothing of it is gone: it came last

    ends = (clock.business_date() + timedelta(days=28)).isoformat()
    wrong = desk.post(f"{HERE}/seasons", {"title": "冬季", "ends_on": ends, "targets": f"{code} 5\nNO-SUCH 1"})
    assert wrong.status_code == 422
    assert "第 2 行" in words(wrong)
    assert desk.post(f"{HERE}/seasons", {"title": "冬季", "ends_on": ends, "targets": f"{code}, 5"}).status_code == 303
    (plan,) = selectors.plans()
    there = f"{HERE}/seasons/{plan.id}"
    step = {"do": "step", "week": clock.business_date().isoformat(), "what": "第二件半价", "owner": "王芳"}
    assert desk.post(there, step).status_code == 303
    (made,) = selectors.plan(plan.id).steps
    assert desk.post(there, {"do": "done", "step": made.id, "outcome": "好"}).status_code == 303
    assert "第二件半价" in words(desk.get(there))
    assert desk.post(there, {"do": "close", "result": ""}).status_code == 422
    assert desk.post(there, {"do": "close", "result": "转年货"}).status_code == 303
    assert "转年货" in words(desk.get(there))
    for address in (HERE, f"{HERE}/skus", f"{HERE}/bought", f"{HERE}/decisions", there):
        assert desk.get(f"{address}?export=xlsx").status_code == 200, address


def test_without_the_right_to_costs_nothing_of_them_is_shown() -> None:
    (code,) = goods(20_000, stock=7, cost=12_345)
    at_the_desk("manager").post(f"{HERE}/refresh")
    warehouse = at_the_desk("warehouse")
    sku = bought.sku_id(code)
    for address in (HERE, f"{HERE}/skus", f"{HERE}/skus/{sku}", f"{HERE}/bought"):
        page = words(warehouse.get(address))
        assert "864.15" not in page  # 7 × 123.45
        assert "123.45" not in page
    assert warehouse.post(f"{HERE}/refresh").status_code == 403
    assert at_the_desk("editor").get(HERE).status_code == 403
