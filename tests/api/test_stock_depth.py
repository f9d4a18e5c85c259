"""Stock in depth over the operations API: received to a shelf, moved, damaged, locked, transferred, sampled, looked up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import accounts as make
from tests.factories import shop
from tests.factories.inventory import main_warehouse, make_warehouse, put
from tests.support.api import Caller, ok
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock

pytestmark = pytest.mark.django_db


def staff(*roles: str) -> Caller:
    return Caller(make.staff_token(*roles))


def test_units_go_through_all_their_states() -> None:
    shop.open_shop()
    (code,) = shop.goods(9000)
    near, far = main_warehouse(), make_warehouse("far")
    put({catalog.sellable_by_code([code])[0].sku_id: 0})
    keeper = staff("warehouse")
    shelves = {"rows": [{"code": "A-01", "walk": 1}, {"code": "D-01", "kind": "damaged"}]}
    assert keeper.put("ops/v1/warehouses/main/locations", shelves).status_code == 204
    assert keeper.put(f"ops/v1/stock/tracking/{code}", {"batches": True, "serials": True}).status_code == 204
    day = (clock.business_date() + timedelta(20)).isoformat()
    row = {
        "sku": code,
        "quantity": 4,
        "location": "A-01",
        "batch": "L1",
        "expires_on": day,
        "serials": ["S1", "S2", "S3", "S4"],
    }
    ok(keeper.post("ops/v1/stock/receive", {"rows": [row], "reference": "PO1"}))
    spot = {"sku": code, "warehouse_id": near, "quantity": 1, "location": "A-01", "batch": "L1"}
    ok(keeper.post("ops/v1/stock/move", {"spots": [spot | {"serials": ["S1"]}], "to": "D-01"}))
    ok(keeper.post("ops/v1/stock/locks", {"sku": code, "warehouse_id": near, "quantity": 1, "reason": "双十二"}))
    sample = ok(
        keeper.post("ops/v1/stock/samples", {"spot": spot | {"serials": ["S2"]}, "taker": "小李", "purpose": "拍照"})
    )["items"][0]
    (state,) = ok(keeper.get(f"ops/v1/stock/states?sku={code}"))["items"]
    assert (state["on_hand"], state["damaged"], state["locked"], state["samples"], state["available"]) == (
        3,
        1,
        1,
        1,
        1,
    )
    ok(keeper.post(f"ops/v1/stock/samples/{sample['number']}/return", {"returned": 1, "serials": ["S2"]}))
    rows = [{"sku": code, "quantity": 1, "batch": "L1", "location": "A-01", "serials": ["S3"]}]
    number = ok(keeper.post("ops/v1/stock/transfers", {"source_id": near, "target_id": far, "rows": rows}))["items"][0][
        "number"
    ]
    ok(keeper.post(f"ops/v1/stock/transfers/{number}/send", {}))
    arrivals = {"arrivals": [{"line": 1, "quantity": 1, "serials": ["S3"]}]}
    ok(keeper.post(f"ops/v1/stock/transfers/{number}/receive", arrivals))
    assert ok(keeper.post(f"ops/v1/stock/transfers/{number}/close", {}))["items"][0]["state"] == "closed"
    assert ok(keeper.get("ops/v1/stock/batches"))["items"][0]["code"] == "L1"
    assert ok(keeper.get("ops/v1/stock/serials/S3"))["items"][0]["warehouse_id"] == far
    steps = ok(keeper.get(f"ops/v1/stock/serials/S3/steps?sku={code}"))["items"]
    assert [s["kind"] for s in steps] == ["transfer", "transfer", "receive"]
    (lock,) = ok(keeper.get("ops/v1/stock/locks"))["items"]
    assert ok(keeper.post(f"ops/v1/stock/locks/{lock['id']}/unlock", {"reason": "over"}))["items"] == []
    too_many = keeper.post("ops/v1/stock/scrap", {"spots": [spot | {"serials": ["S9"]}], "reason": "broken"})
    assert (too_many.status_code, too_many.json()["code"]) == (409, "serial_elsewhere")
    assert staff("editor").post("ops/v1/stock/locks", {}).status_code == 403
    assert keeper.get("ops/v1/stock/transfers/DB0").status_code == 404
