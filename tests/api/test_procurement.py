"""Purchasing by API: a supplier, an order to its receipt, a return, a payment; and who may not."""

from __future__ import annotations

import pytest

from tests.factories import accounts as make
from tests.factories import procurement as goods
from tests.support.api import Caller, ok, refused
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock

pytestmark = pytest.mark.django_db
HERE = "ops/v1"


def test_from_a_supplier_to_what_is_paid() -> None:
    buyer, keeper, payer = (Caller(make.staff_token(role)) for role in ("purchasing", "warehouse", "finance"))
    (sku,) = goods.goods()
    code, house = catalog.sku_codes([sku])[sku], goods.warehouse()
    body = {
        "code": "TEA",
        "name": "茶厂",
        "mode": "own_factory",
        "currency": "CNY",
        "lead_days": 5,
        "terms": "on_receipt",
        "terms_days": 0,
    }
    made = ok(buyer.post(f"{HERE}/suppliers", body), 201)
    assert made["state"] == "candidate"
    who = f"{HERE}/suppliers/{made['id']}"
    assert ok(buyer.post(f"{who}/state/approve", {"reason": "证件齐全"}))["state"] == "approved"
    assert ok(buyer.put(who, body | {"lead_days": 4}))["draft"]["lead_days"] == 4
    lines = [{"sku": code, "quantity": 10, "price": 300}]
    drafted = ok(buyer.post(f"{HERE}/purchases", {"supplier": made["id"], "warehouse": house, "lines": lines}), 201)
    here = f"{HERE}/purchases/{drafted['number']}"
    ok(buyer.post(f"{here}/approve", {}))
    assert ok(buyer.post(f"{here}/send", {}))["state"] == "sent"
    today = clock.business_date().isoformat()
    confirmed = ok(buyer.post(f"{here}/confirm", {"expected_on": today, "lines": [{"position": 1, "quantity": 8}]}))
    assert confirmed["lines"][0]["confirmed"] == 8
    assert ok(buyer.get(f"{HERE}/purchases/on-order?sku={code}"))["items"][0]["units"] == 8
    receipt = {"key": "k1", "lines": [{"position": 1, "good": 7, "rejected": 1, "reason": "破损"}]}
    first = ok(keeper.post(f"{here}/receipts", receipt), 201)
    assert ok(keeper.post(f"{here}/receipts", receipt), 201) == first
    over = refused(
        keeper.post(f"{here}/receipts", {"key": "k2", "lines": [{"position": 1, "good": 9}]}), 409, "more_than_ordered"
    )
    assert over["errors"][0]["loc"] == "lines.1.good"
    back = {"key": "k3", "lines": [{"position": 1, "quantity": 1}], "reason": "有异味"}
    ok(keeper.post(f"{here}/returns", back), 201)
    assert [row["open"] for row in ok(payer.get(f"{HERE}/payables/ageing"))["items"]] == [1800]
    pay = {"key": "p", "amount": 1801, "paid_on": today}
    assert refused(payer.post(f"{who}/payments", pay), 409, "more_than_owed")["owed"] == 1800
    ok(payer.post(f"{who}/payments", pay | {"amount": 1800}), 201)
    assert ok(payer.get(f"{HERE}/payables"))["items"] == []
    assert len(ok(payer.get(f"{HERE}/payables?which=all"))["items"]) == 2
    assert ok(buyer.get(f"{who}/leads"))["items"][0]["median"] == 0


def test_prices_are_not_everybodys_business() -> None:
    for role in ("service", "editor", "warehouse", "marketing"):
        refused(Caller(make.staff_token(role)).get(f"{HERE}/purchases"), 403, "permission_denied")


def test_sealed_offers_have_no_prices_here_either() -> None:
    (sku,) = goods.goods()
    made = goods.tender([goods.supplier()], [(sku, 5)])
    buyer = Caller(make.staff_token("purchasing"))
    found = ok(buyer.get(f"{HERE}/tenders/{made}"))
    assert (found["stage"], found["invitations"][0]["bids"]) == ("open", {})
    assert ok(buyer.get(f"{HERE}/tenders"))["items"][0]["invited"] == 1
