"""Stock and money at the desk: booked with a reason, retried, settled in words; by those who may."""

from __future__ import annotations

import pytest

from tests.factories import shop
from tests.support.pages import at_the_desk
from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors as inventory

pytestmark = pytest.mark.django_db


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def free(sku: str) -> int:
    sku_id = catalog.sellable_by_code([sku])[0].sku_id
    return inventory.available([sku_id])[sku_id]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_goods_are_booked_with_a_reason(language: str) -> None:
    sku = shop.goods(1000, stock=3)[0]
    desk = at_the_desk("warehouse", language=language)
    entry = {"sku": sku, "kind": "receive", "units": "7", "reason": ""}
    refused = desk.post("/office/stock/change", entry)
    assert refused.status_code == 422
    assert f'value="{sku}"' in words(refused)
    desk.follow(desk.post("/office/stock/change", {**entry, "reason": "<b>到货</b>"}))
    assert free(sku) == 10
    desk.follow(desk.post("/office/stock/change", {**entry, "kind": "set", "units": "4", "reason": "盘点"}))
    desk.follow(desk.post("/office/stock/change", {**entry, "kind": "sample", "units": "1", "reason": "拍照"}))
    assert free(sku) == 3
    page = words(desk.get(f"/office/stock/movements?sku={sku}"))
    assert "&lt;b&gt;到货&lt;/b&gt;" in page
    assert desk.post("/office/stock/change", {**entry, "units": "-1", "reason": "x"}).status_code == 422
    assert desk.post("/office/stock/change", {**entry, "sku": "nothing", "reason": "x"}).status_code == 422
    assert desk.post("/office/stock/change", {**entry, "warehouse": "999", "reason": "x"}).status_code in (404, 422)
    assert sku in words(desk.get("/office/stock?level=low"))
    assert at_the_desk("analyst").post("/office/stock/change", entry).status_code == 403


def test_money_pages_open_for_finance_in_both_languages() -> None:
    for language in ("zh-CN", "en"):
        desk = at_the_desk("finance", language=language)
        for path in ("refunds", "transfers", "reconciliation", "reconciliation/1", "notices", "notices?all=1"):
            assert desk.get(f"/office/{path}").status_code == 200, path


def test_a_transfer_of_the_wrong_amount_is_not_booked() -> None:
    shop.open_shop()
    number = shop.buy((shop.goods(1000)[0], 1), provider="bank_transfer")
    desk = at_the_desk("finance")
    entry = {"reference": number, "amount": "一百", "bank_reference": "B1"}
    told = desk.post("/office/transfers", entry)
    assert told.status_code == 422
    assert "一百" in words(told)
    assert desk.post("/office/transfers", {**entry, "amount": "9.99"}).status_code in (409, 422)
    desk.follow(desk.post("/office/transfers", {**entry, "amount": "10.00"}))
    assert "已付款" in words(at_the_desk("service").get(f"/office/orders/{number}")) or "付款成功" in words(
        at_the_desk("service").get(f"/office/orders/{number}")
    )


def test_settling_needs_words() -> None:
    desk = at_the_desk("finance")
    assert desk.post("/office/notices/1/settle", {"resolution": " "}).status_code == 422
    assert desk.post("/office/notices/999999/settle", {"resolution": "已联系银行"}).status_code == 404
    assert desk.post("/office/reconciliation/run", {"day": "昨天"}).status_code == 422
