"""By API: an order entered for a buyer, reminders, answers; the review, a wave and the packing table; and who may not."""

from __future__ import annotations

import pytest

from tests.factories import accounts as make
from tests.factories.shop import goods, open_shop
from tests.factories.warehouse import paid, warehouse
from tests.support.api import Caller, ok, refused
from zhanggui.fulfilment import services
from zhanggui.kernel.actor import GUEST
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services

pytestmark = pytest.mark.django_db
HERE = "ops/v1"
RECEIVER = {
    "name": "韩梅梅",
    "mobile": "13800138001",
    "province": "浙江",
    "city": "杭州",
    "district": "西湖",
    "line": "文三路 2 号",
}


@pytest.fixture(autouse=True)
def _open() -> None:
    open_shop()


def test_an_order_for_a_buyer_from_its_price_to_his_reminder() -> None:
    (tea,) = goods(1000)
    desk = Caller(make.staff_token("service"))
    body = {"lines": [{"sku": tea, "quantity": 2}], "receiver": RECEIVER, "staff_note": "电话下单"}
    quote = ok(desk.post(f"{HERE}/orders/entries/quote", body))
    assert (quote["items_total"], quote["problem"]) == (2000, "")
    body |= {"expected_total": quote["total"]}
    refused(desk.post(f"{HERE}/orders/entries", body), 409, "validation_error")
    made = ok(desk.post(f"{HERE}/orders/entries", body, idempotency_key="e-1"), 201)
    assert (made["status"], made["total"], made["province"]) == ("pending_payment", quote["total"], "浙江省")
    again = ok(desk.post(f"{HERE}/orders/entries", body, idempotency_key="e-1"), 201)
    assert again["number"] == made["number"]
    assert ok(desk.get(f"{HERE}/orders/{made['number']}/pay-link"))["path"].startswith(f"/pay/{made['number']}?token=")
    [row] = ok(desk.get(f"{HERE}/orders/unpaid"))["items"]
    assert (row["number"], row["reminders"], row["contact_name"]) == (made["number"], 0, "韩**")
    ok(desk.post(f"{HERE}/orders/{made['number']}/remind", {}), 204)
    refused(desk.post(f"{HERE}/orders/{made['number']}/remind", {}), 409, "too_soon")
    wrong = refused(
        desk.post(f"{HERE}/orders/entries", body | {"receiver": RECEIVER | {"mobile": "12"}}, idempotency_key="e-2"),
        409,
        "validation_error",
    )
    assert wrong["errors"][0]["loc"] == "receiver.mobile"


def test_a_buyer_who_asks_is_answered() -> None:
    (tea,) = goods(1000)
    number = paid((tea, 1))
    order_services.urge(number, "急用", actor=GUEST)
    desk = Caller(make.staff_token("service"))
    [row] = ok(desk.get(f"{HERE}/orders/urged"))["items"]
    assert (row["number"], row["urge_text"]) == (number, "急用")
    ok(desk.post(f"{HERE}/orders/{number}/urge/answer", {"answer": "今晚发出"}), 204)
    assert ok(desk.get(f"{HERE}/orders/urged"))["items"] == []
    refused(Caller(make.staff_token("warehouse")).get(f"{HERE}/orders/urged"), 403, "permission_denied")


def test_a_day_in_the_warehouse() -> None:
    tea, cup = goods(1000, 2000)
    first, second = paid((tea, 1), (cup, 1)), paid((tea, 1))
    services.review([first, second])
    clerk, packer = Caller(make.staff_token("service")), Caller(make.staff_token("warehouse"))
    assert ok(clerk.post(f"{HERE}/review/hold", {"numbers": [second], "reason": "等回电"}))["numbers"] == [second]
    assert [row["order_number"] for row in ok(clerk.get(f"{HERE}/review"))["items"]] == [second]
    assert ok(clerk.post(f"{HERE}/review/pass", {"numbers": [second]}))["numbers"] == [second]
    assert ok(clerk.get(f"{HERE}/review/{second}"))["state"] == "passed"
    refused(clerk.post(f"{HERE}/waves", {"warehouse": warehouse()}), 403, "permission_denied")
    wave = ok(packer.post(f"{HERE}/waves", {"warehouse": warehouse()}), 201)
    assert (wave["orders"], wave["units"]) == (2, 3)
    here = f"{HERE}/waves/{wave['number']}"
    assert {line["sku_code"]: line["units"] for line in ok(packer.get(f"{here}/picks"))["items"]} == {tea: 2, cup: 1}
    assert {task["order_number"] for task in ok(packer.get(f"{here}/tasks"))["items"]} == {first, second}
    box = ok(packer.post(f"{HERE}/packing", {"code": first}), 201)
    at = f"{HERE}/packing/{box['tasks'][0]['id']}"
    stopped = refused(packer.post(f"{at}/scan", {"code": "NOT-IN-IT"}), 409, "packing_stopped")
    assert stopped["stop"] == "wrong_item"
    refused(packer.post(f"{at}/close", {"carrier": "SF", "waybill_no": "SF0000000001"}), 409, "packing_stopped")
    assert ok(packer.post(f"{at}/scan", {"code": tea}))["complete"] is False
    assert ok(packer.post(f"{at}/scan", {"code": cup}))["complete"] is True
    assert len(ok(packer.post(f"{at}/close", {"carrier": "SF", "waybill_no": "SF0000000001"}))["parcels"]) == 1
    sent = orders.find(first)
    assert sent is not None
    assert sent["status"] == "shipped"
    assert ok(packer.post(f"{here}/short", {"sku": tea, "missing": 1}))["numbers"] == [second]
