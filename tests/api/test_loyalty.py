"""Tiers, points and balances by API: for members, and for staff who may."""

from __future__ import annotations

import pytest

from tests.factories import accounts as make
from tests.factories.promotions import live_coupon
from tests.factories.shop import goods, open_shop
from tests.support.api import Caller, ok, refused
from zhanggui.accounts import services as accounts
from zhanggui.kernel.actor import SYSTEM
from zhanggui.members import services
from zhanggui.promotions.types import CouponDraft

pytestmark = pytest.mark.django_db
HOME = {
    "name": "李雷",
    "mobile": "13800138000",
    "province": "浙江省",
    "city": "杭州市",
    "district": "西湖区",
    "line": "文三路 1 号",
}
GOLD = {"name_zh": "金卡", "name_en": "Gold", "rank": 1, "growth_threshold": 100_000, "points_bp": 15_000}


def member() -> tuple[Caller, int]:
    number = make.mobile()
    made = make.member(number).id
    assert made is not None
    return Caller(accounts.token_for_member(number).token), made


def test_staff_keep_tiers_and_ledgers() -> None:
    boss, (_, buyer) = Caller(make.staff_token("manager")), member()
    assert ok(boss.put("ops/v1/tiers/gold", GOLD))["points_bp"] == 15_000
    assert [tier["code"] for tier in ok(boss.get("ops/v1/tiers"))["items"]] == ["basic", "gold"]
    refused(boss.put("ops/v1/tiers/silver", GOLD), 409, "validation_error")
    path = f"ops/v1/members/{buyer}"
    assert ok(boss.put(f"{path}/tier", {"tier": "gold", "until": "2030-01-01", "reason": "x"})) == {"tier": "gold"}
    refused(boss.delete("ops/v1/tiers/gold"), 409, "tier_in_use")
    assert ok(boss.get(f"{path}/standing"))["tier"]["code"] == "gold"
    assert [step["after"] for step in ok(boss.get(f"{path}/tiers"))["items"]] == ["gold"]
    ok(boss.put(f"{path}/employee", {"employee": True, "reason": "x"}), 204)
    for _ in range(2):
        held = ok(boss.post(f"{path}/points", {"amount": 500, "reason": "x", "key": "k"}), 201)
        assert held["available"] == 500
    refused(boss.post(f"{path}/points", {"amount": -501, "reason": "x"}), 409, "points_not_enough")
    ok(boss.post(f"{path}/balance", {"amount": 1_000, "reason": "x"}), 201)
    assert ok(boss.get(f"{path}/ledger/balance"))["available"] == 1_000
    assert [line["kind"] for line in ok(boss.get(f"{path}/ledger/points/postings"))["items"]] == ["adjust"]
    assert ok(boss.get("ops/v1/liability/points"))["items"][0]["points"] == 500


@pytest.mark.django_db(transaction=True)
def test_members_see_and_spend_their_points() -> None:
    open_shop()
    caller, buyer = member()
    services.adjust(buyer, 1_000, reason="x", actor=SYSTEM)
    seen = ok(caller.get("store/v1/me/standing"))
    assert (seen["tier"]["code"], seen["points"], seen["points_value"]["amount"]) == ("basic", 1_000, 1_000)
    assert ok(caller.get("store/v1/me/ledger/points"))["expiring"][0]["amount"] == 1_000
    (a,) = goods(10_000)
    body = {
        "lines": [{"sku": a, "quantity": 1}],
        "delivery": {"method": "express", "address": HOME},
        "payment_provider": "simulator",
        "points": 600,
    }
    order = ok(caller.post("store/v1/orders", body, **{"Idempotency-Key": "points-1"}), 201)
    assert (order["points"], order["discounts"][-1]["kind"], order["discounts"][-1]["amount"]["amount"]) == (
        600,
        "points",
        600,
    )
    assert [line["amount"] for line in ok(caller.get("store/v1/me/ledger/points/postings"))["items"]] == [-600, 1_000]
    problem = refused(
        caller.post("store/v1/orders", body, **{"Idempotency-Key": "points-2"}), 409, "points_not_applicable"
    )
    assert problem["most"] == 400
    cart = ok(caller.post("store/v1/carts", {}), 201)["id"]
    ok(caller.post(f"store/v1/carts/{cart}/lines", {"sku": a, "quantity": 1}))
    assert ok(caller.put(f"store/v1/carts/{cart}/points", {"points": 400}))["points"] == 400
    refused(caller.put(f"store/v1/carts/{cart}/points", {"points": 500}), 409, "points_not_applicable")
    refused(Caller().get("store/v1/me/standing"), 401, "not_signed_in")


def test_members_get_coupons_for_points() -> None:
    caller, buyer = member()
    services.adjust(buyer, 1_000, reason="x", actor=SYSTEM)
    near = live_coupon(coupon=CouponDraft(points_price=600, issue_limit=9))
    live_coupon(coupon=CouponDraft(points_price=1_120))
    seen = ok(caller.get("store/v1/me/points-mall"))
    assert [(one["points"], one["missing"], one["left"]) for one in seen["items"]] == [(600, 0, 9), (1_120, 120, None)]
    path, key = f"store/v1/me/points-mall/{near}/exchange", {"Idempotency-Key": "mall-1"}
    refused(caller.post(path, {"points": 600}), 422, "validation_error")
    assert refused(caller.post(path, {"points": 500}, **key), 409, "points_price_changed")["points"] == 600
    made = ok(caller.post(path, {"points": 600}, **key), 201)
    assert made["points"] == 400
    assert ok(caller.post(path, {"points": 600}, **key), 201) == made
    again = refused(caller.post(path, {"points": 600}, **{"Idempotency-Key": "mall-2"}), 409, "coupon_not_exchangeable")
    assert again["reason"] == "exchanged_enough"
    refused(Caller().get("store/v1/me/points-mall"), 401, "not_signed_in")


@pytest.mark.django_db(transaction=True)
def test_an_order_is_paid_from_the_balance() -> None:
    open_shop()
    caller, buyer = member()
    services.adjust(buyer, 9_000, asset="balance", reason="x", actor=SYSTEM)
    (a,) = goods(5_000)
    body = {
        "lines": [{"sku": a, "quantity": 1}],
        "delivery": {"method": "express", "address": HOME},
        "payment_provider": "balance",
    }
    order = ok(caller.post("store/v1/orders", body, **{"Idempotency-Key": "balance-1"}), 201)
    assert order["status"] == "pending_payment"
    path = f"store/v1/orders/{order['number']}/payments"
    paid = ok(caller.post(path, {"provider": "balance"}), 201)
    assert (paid["kind"], ok(caller.get(f"store/v1/orders/{order['number']}"))["status"]) == ("paid", "paid")
    refused(caller.post(path, {"provider": "balance"}), 409, "wrong_state")
    short = refused(caller.post("store/v1/orders", body, **{"Idempotency-Key": "balance-2"}), 409, "balance_not_enough")
    assert short["missing"]["amount"] == order["totals"]["total"]["amount"] * 2 - 9_000
    guest = refused(
        Caller().post("store/v1/orders", body, **{"Idempotency-Key": "balance-3"}), 409, "payment_provider_unavailable"
    )
    assert guest["errors"][0]["loc"] == "payment_provider"
    assert Caller().post("payments/balance/notify", {"out_trade_no": order["number"]}).status_code == 400
