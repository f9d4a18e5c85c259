"""Promotions of every kind by API: their terms, whom they are for, and what buyers' carts say of them."""

from __future__ import annotations

import pytest

from tests.factories import accounts as make
from tests.factories import shop
from tests.factories.pricing import PRICER
from tests.support.api import Caller, ok, refused
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import FloorRow

pytestmark = pytest.mark.django_db


def sku(code: str) -> int:
    return catalog.sellable_by_code([code])[0].sku_id


def terms(kind: str, config: dict[str, object], **more: object) -> dict[str, object]:
    return {"kind": kind, "label_zh": "活动", "config": config, "starts_at": clock.now().isoformat(), **more}


def test_audience_and_apart_are_kept_as_given() -> None:
    marketing = Caller(make.staff_token("marketing"))
    audience = {"new": True, "tags": ["vip"], "regions": ["浙江省"]}
    body = terms(
        "full_reduction", {"steps": [{"threshold": 10_000, "off": 1_000}]}, audience=audience, apart=["item", "coupon"],
        per_holder_limit=1,
    )  # fmt: skip
    made = ok(marketing.post("ops/v1/promotions", body), 201)
    assert (made["draft"]["audience"], made["draft"]["apart"]) == (audience, ["item", "coupon"])
    for change, loc, status in (
        ({"per_holder_limit": None}, "per_holder_limit", 409),
        ({"apart": ["order"]}, "apart", 409),
        ({"apart": ["freight"]}, "apart.0", 422),
        ({"audience": {"who": 1}}, "audience.who", 422),
        ({"audience": {"tags": [""]}}, "audience.tags.0", 422),
    ):
        wrong = refused(marketing.post("ops/v1/promotions", {**body, **change}), status, "validation_error")
        assert loc in {e["loc"] for e in wrong["errors"]}, change


@pytest.mark.django_db(transaction=True)
def test_a_gift_by_api_from_its_terms_to_the_order() -> None:
    shop.open_shop()
    tea, cup, pot = shop.goods(10_000, 3_000, 4_000)
    marketing, guest = Caller(make.staff_token("marketing")), Caller()
    gifts = [{"sku": sku(cup), "value": 3000}, {"sku": sku(pot), "value": 4000}]
    body = terms("full_gift", {"steps": [{"threshold": 10_000, "gifts": gifts, "choose": 1}]})
    made = ok(marketing.post("ops/v1/promotions", body), 201)
    ok(marketing.post(f"ops/v1/promotions/{made['id']}/publish", {}))
    cart = ok(guest.post("store/v1/carts"), 201)["id"]
    found = ok(guest.post(f"store/v1/carts/{cart}/lines", {"sku": tea}))
    assert [(g["sku"], [c["sku"] for c in g["choices"]]) for g in found["gifts"]] == [(cup, [cup, pot])]
    found = ok(guest.put(f"store/v1/carts/{cart}/gifts", {"gifts": [pot]}))
    assert [g["sku"] for g in found["gifts"]] == [pot]
    wrong = refused(guest.put(f"store/v1/carts/{cart}/gifts", {"gifts": [tea]}), 422, "validation_error")
    assert [e["loc"] for e in wrong["errors"]] == ["gifts"]
    where = {"method": "express", "address": {"name": "李雷", "mobile": "13800138000", "province": "浙江省",
             "city": "杭州市", "district": "西湖区", "line": "文三路 1 号"}}  # fmt: skip
    order = ok(
        guest.post(
            "store/v1/orders",
            {
                "lines": [{"sku": tea, "quantity": 1}],
                "delivery": where,
                "payment_provider": "simulator",
                "gifts": [pot],
            },
            idempotency_key="gift-0001",
        ),
        201,
    )
    assert [(line["sku"], line["gift"], line["payable"]["amount"]) for line in order["lines"]] == [
        (tea, False, 10_000), (pot, True, 0),
    ]  # fmt: skip
    assert order["totals"]["total"]["amount"] == 10_000


def test_terms_that_cannot_be_are_refused_by_field() -> None:
    shop.open_shop()
    (tea,) = shop.goods(10_000)
    (gone,) = shop.goods(3_000, stock=0)
    marketing = Caller(make.staff_token("marketing"))
    cases: list[tuple[str, dict[str, object], str]] = [
        ("full_gift", {"steps": [{"threshold": 100, "gifts": [{"sku": sku(gone)}]}]}, "config.steps.0.gifts.0.sku"),
        ("full_gift", {"steps": [{"threshold": 100, "gifts": [{"sku": 10**9}]}]}, "config.steps.0.gifts.0.sku"),
        ("package", {"items": [{"sku": sku(tea)}], "price": 1}, "config.items"),
        ("limited_discount", {"off_basis_points": 10_001}, "config.off_basis_points"),
        ("full_discount", {"steps": [{"threshold": -1, "off_basis_points": 1}]}, "config.steps.0.threshold"),
    ]
    for kind, config, loc in cases:
        wrong = refused(marketing.post("ops/v1/promotions", terms(kind, config)), 409, "validation_error")
        assert loc in {e["loc"] for e in wrong["errors"]}, (kind, wrong)


def test_new_terms_of_a_live_promotion_below_the_floor_need_a_reason() -> None:
    (code,) = shop.goods(10_000)
    pricing.set_floors([FloorRow(sku(code), 8_500, None)], reason="守住", actor=PRICER)
    manager = Caller(make.staff_token("manager"))
    body = terms("limited_discount", {"off_basis_points": 1_000})
    made = ok(manager.post("ops/v1/promotions", body), 201)
    path = f"ops/v1/promotions/{made['id']}"
    ok(manager.post(f"{path}/publish", {}))
    deeper = terms("limited_discount", {"off_basis_points": 2_000})
    wrong = refused(manager.put(path, deeper), 409, "validation_error")
    assert {e["loc"] for e in wrong["errors"]} == {"config", "reason"}
    refused(manager.put(path, {**deeper, "reason": " "}), 409, "validation_error")
    changed = ok(manager.put(path, {**deeper, "reason": "清仓"}))
    assert changed["draft"]["config"] == {"off_basis_points": 2_000}
