"""Presales by API: staff make them, members reserve, pay the deposit, and order in the balance's time."""

from __future__ import annotations

import pytest

from tests.factories import accounts as make
from tests.factories.presales import open_balance
from tests.factories.shop import goods, open_shop
from tests.support.api import Caller, ok, refused
from zhanggui.presale import selectors

pytestmark = pytest.mark.django_db(transaction=True)
WHERE = {
    "method": "express",
    "address": {
        "name": "李雷", "mobile": "13800138000", "province": "浙江省", "city": "杭州市", "district": "西湖区", "line": "文三路 1 号",
    },
}  # fmt: skip
TERMS = {
    "label_zh": "新茶预售", "deposit_from": "2026-01-01T00:00:00+08:00", "deposit_until": "2099-01-01T00:00:00+08:00",
    "balance_from": "2099-01-02T00:00:00+08:00", "balance_until": "2099-01-03T00:00:00+08:00", "ships_on": "2099-01-05",
}  # fmt: skip


def cny(amount: int) -> dict[str, object]:
    return {"amount": amount, "currency": "CNY"}


@pytest.fixture(autouse=True)
def _open() -> None:
    open_shop()
    selectors.forget()


def test_from_the_offer_to_a_paid_order() -> None:
    (tea,) = goods(9000)
    desk, shop = Caller(make.staff_token("marketing")), Caller()
    terms = TERMS | {"articles": [{"sku": tea, "price": 8000, "pieces": 5, "deposit": 1000, "counts_for": 2500}]}
    made = ok(desk.post("ops/v1/presales", terms), 201)
    path, page = f"ops/v1/presales/{made['id']}", f"store/v1/presales/{made['id']}"
    refused(shop.get(page), 404, "not_found")
    ok(desk.put(path, terms | {"buyer_limit": 2}))
    ok(desk.post(f"{path}/publish", {}))
    refused(desk.put(path, terms), 409, "wrong_state")
    (offer,) = ok(shop.get("store/v1/presales"))["items"]
    assert offer == ok(shop.get(page))
    assert (offer["stage"], offer["per_buyer"], offer["deposit_kept"]) == ("deposit", 2, ["unpaid", "cancelled"])
    assert offer["articles"] == [
        {
            "sku": tea, "price": cny(8000), "deposit": cny(1000), "counts_for": cny(2500), "balance": cny(5500),
            "comes_to": cny(6500), "available": 5,
        }
    ]  # fmt: skip
    wish = {"sku": tea, "quantity": 2}
    refused(shop.post(f"{page}/reservations", wish, idempotency_key="k"), 401, "not_signed_in")
    buyer, stranger = Caller(make.member_token()), Caller(make.member_token())
    made = ok(buyer.post(f"{page}/reservations", wish, idempotency_key="k"), 201)
    assert ok(buyer.post(f"{page}/reservations", wish, idempotency_key="k"), 201)["number"] == made["number"]
    refused(buyer.post(f"{page}/reservations", wish, idempotency_key="l"), 409, "presale_not_available")
    mine = f"store/v1/presale-reservations/{made['number']}"
    refused(stranger.get(mine), 404, "not_found")
    refused(
        buyer.post(f"{mine}/order", {"delivery": WHERE, "payment_provider": "simulator"}, idempotency_key="o"),
        409,
        "presale_balance_not_payable",
    )
    assert ok(buyer.post(f"{mine}/payments", {"provider": "simulator"}), 201)["amount"] == cny(2000)
    assert (ok(buyer.get(mine))["state"], ok(buyer.get(mine))["balance"]) == ("deposited", cny(11000))
    open_balance(made["number"])
    order = ok(
        buyer.post(f"{mine}/order", {"delivery": WHERE, "payment_provider": "simulator"}, idempotency_key="o"), 201
    )
    assert (order["number"], order["status"], order["totals"]["deposit"]) == (made["number"], "paid", cny(2000))
    assert order["discounts"][0]["kind"] == "presale"
    assert ok(buyer.get("store/v1/presale-reservations"))["items"][0]["state"] == "ordered"
    (seen,) = ok(desk.get(f"{path}/reservations"))["items"]
    assert (seen["number"], seen["state"]) == (made["number"], "ordered")
    ok(desk.post(f"{path}/end", {}))


def test_giving_up_and_calling_off() -> None:
    (tea,) = goods(9000)
    desk, buyer = Caller(make.staff_token("marketing")), Caller(make.member_token())
    terms = TERMS | {"articles": [{"sku": tea, "price": 8000, "pieces": 5, "share": 10}]}
    offer = ok(desk.post("ops/v1/presales", terms), 201)["id"]
    ok(desk.post(f"ops/v1/presales/{offer}/publish", {}))
    numbers = [
        ok(buyer.post(f"store/v1/presales/{offer}/reservations", {"sku": tea}, idempotency_key=key), 201)["number"]
        for key in ("a", "b", "c")
    ]
    for number in numbers:
        ok(buyer.post(f"store/v1/presale-reservations/{number}/payments", {"provider": "simulator"}), 201)
    mine = "store/v1/presale-reservations/{}"
    assert ok(buyer.post(mine.format(numbers[0]) + "/cancel"))["state"] == "forfeited"
    assert ok(desk.post(f"ops/v1/presale-reservations/{numbers[1]}/cancel", {"reason": "x"}))["state"] == "refunded"
    refused(desk.post(f"ops/v1/presales/{offer}/call-off", {}), 422, "validation_error")
    assert ok(desk.post(f"ops/v1/presales/{offer}/call-off", {"reason": "no goods"}))["stage"] == "called_off"
    assert ok(buyer.get(mine.format(numbers[2])))["state"] == "refunded"
    refused(Caller(make.staff_token("analyst")).post(f"ops/v1/presales/{offer}/end", {}), 403, "permission_denied")


def test_what_is_wrong_is_said_at_its_field() -> None:
    (tea,) = goods(9000)
    desk = Caller(make.staff_token("marketing"))
    terms = TERMS | {
        "articles": [{"sku": tea, "price": 8000, "pieces": 5, "deposit": 9000}],
        "balance_from": "2098-01-01T00:00:00+08:00",
    }
    answer = refused(desk.post("ops/v1/presales", terms), 409, "validation_error")
    assert {error["loc"] for error in answer["errors"]} >= {"articles.0.deposit", "balance_from"}
