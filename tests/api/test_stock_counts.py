"""A stock-take over the operations API, from its beginning into the book."""

from __future__ import annotations

import pytest

from tests.factories import accounts as make
from tests.factories import shop
from tests.factories.inventory import main_warehouse, put
from tests.support.api import Caller, ok, refused
from zhanggui.catalog import selectors as catalog

pytestmark = pytest.mark.django_db


def staff(*roles: str) -> Caller:
    return Caller(make.staff_token(*roles))


def test_a_stock_take_is_begun_counted_handed_in_and_posted() -> None:
    shop.open_shop()
    (code,) = shop.goods(9000)
    put({catalog.sellable_by_code([code])[0].sku_id: 8})
    keeper, reader = staff("warehouse"), staff("editor")
    (begun,) = ok(keeper.post("ops/v1/stock/counts", {"warehouse_id": main_warehouse(), "skus": [code]}))["items"]
    here = f"ops/v1/stock/counts/{begun['number']}"
    assert begun["state"] == "counting"
    refused(reader.post(f"{here}/rows", {"rows": [{"sku": code, "quantity": 7}]}), 403, "permission_denied")
    (after,) = ok(keeper.post(f"{here}/rows", {"rows": [{"sku": code, "quantity": 7}]}))["items"]
    assert (after["counted"], after["down"]) == (1, 1)
    refused(keeper.post(f"{here}/rows", {"rows": [{"sku": code, "quantity": 7}]}), 409, "counted_already")
    refused(keeper.post(f"{here}/post"), 409, "wrong_state")
    ok(keeper.post(f"{here}/submit", {"reason": "lost"}))
    (line,) = ok(reader.get(f"{here}/lines?only=different"))["items"]
    assert (line["book"], line["counted"], line["difference"], line["reason"]) == (8, 7, -1, "lost")
    assert ok(keeper.post(f"{here}/post"))["items"] == [{"lines": 1, "up": 0, "down": 1, "held": 0}]
    assert [row["state"] for row in ok(reader.get("ops/v1/stock/counts"))["items"]] == ["posted"]
    (other,) = ok(keeper.post("ops/v1/stock/counts", {"warehouse_id": main_warehouse()}))["items"]
    (gone,) = ok(keeper.post(f"ops/v1/stock/counts/{other['number']}/cancel", {"reason": "holiday"}))["items"]
    assert gone["state"] == "cancelled"
