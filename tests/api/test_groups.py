"""Group offers by API: staff make them, buyers open and join groups in one call."""

from __future__ import annotations

import pytest

from tests.factories import accounts as make
from tests.factories.shop import goods, open_shop
from tests.support.api import Caller, ok, refused
from zhanggui.groupbuy import selectors

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = {"province": "浙江省", "city": "杭州市", "district": "西湖区", "line": "文三路 1 号"}


def purchase(sku: str, group: dict[str, object], buyer: int, **more: object) -> dict[str, object]:
    return {
        "lines": [{"sku": sku, "quantity": 1}], "group": group, "payment_provider": "simulator",
        "delivery": {"method": "express", "address": {"name": "李雷", "mobile": f"1380013800{buyer}", **ADDRESS}}, **more,
    }  # fmt: skip


def test_from_the_offer_to_a_full_group() -> None:
    open_shop()
    selectors.forget()
    (tea,) = goods(10000)
    desk, shop = Caller(make.staff_token("marketing")), Caller()
    terms = {
        "label_zh": "双人团", "articles": [{"sku": tea, "price": 7000}], "size": 2, "hours": 24,
        "starts_at": "2026-01-01T00:00:00+08:00",
    }  # fmt: skip
    made = ok(desk.post("ops/v1/group-offers", terms), 201)
    path = f"ops/v1/group-offers/{made['id']}"
    refused(shop.get(f"store/v1/group-offers/{made['id']}"), 404, "not_found")
    assert ok(desk.put(path, terms | {"size": 3}))["draft"]["size"] == 3
    ok(desk.put(path, terms))
    ok(desk.post(f"{path}/publish"))
    refused(desk.put(path, terms), 409, "wrong_state")
    (offer,) = ok(shop.get("store/v1/group-offers"))["items"]
    assert offer["articles"] == [{"sku": tea, "price": {"amount": 7000, "currency": "CNY"}}]

    def buy(group: dict[str, object], buyer: int, **more: object) -> object:
        return shop.post("store/v1/orders", purchase(tea, group, buyer, **more), idempotency_key=f"k{buyer}")

    order = ok(buy({"offer": offer["id"]}, 1), 201)
    assert (order["hold"], order["discounts"][0]["kind"]) == ("group", "group")
    (group,) = ok(shop.get(f"store/v1/group-offers/{offer['id']}"))["groups"]
    assert (group["state"], group["taken"]) == ("open", 1)
    joined = {"offer": offer["id"], "token": group["token"]}
    refused(buy(joined, 3, coupons=["X"]), 409, "group_goes_alone")
    ok(buy(joined, 2), 201)
    assert ok(shop.get(f"store/v1/groups/{group['token']}"))["state"] == "full"
    refused(buy(joined, 4), 409, "group_seat_not_available")
    (seen,) = ok(desk.get(f"{path}/groups"))["items"]
    assert len(seen["seats"]) == 2
    ok(desk.post(f"{path}/end", {}))
    refused(buy({"offer": offer["id"]}, 5), 409, "group_seat_not_available")
