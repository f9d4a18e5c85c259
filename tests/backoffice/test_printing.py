"""Printing at the desk: from an order, from a list, and again for a parcel that has left."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.factories import shop
from tests.factories.fulfilment import ship
from tests.support import pdf
from tests.support.pages import at_the_desk
from zhanggui.kernel import audit, mall_settings
from zhanggui.kernel import typesetting as fonts
from zhanggui.kernel.typesetting import NoChineseFont

pytestmark = pytest.mark.django_db


def words(response: Any) -> str:
    return str(response.content.decode())


def shipped(module: str) -> dict[str, str]:
    """The form of a module's settings as they are shipped."""
    found = {}
    for key, setting in mall_settings.declared().items():
        if key.startswith(f"{module}.") and not (setting.kind == "bool" and not setting.default):
            value = setting.default
            found[key] = "1" if value is True else value if isinstance(value, str) else json.dumps(value)
    return found


@pytest.fixture
def sku() -> str:
    try:
        fonts.chinese()
    except NoChineseFont:
        pytest.skip("this machine has no Chinese font")
    shop.open_shop()
    return shop.goods(1000)[0]


@pytest.mark.parametrize("kind", ["labels", "slips"])
def test_the_chosen_orders_are_one_file_to_look_at(sku: str, kind: str) -> None:
    numbers = [shop.buy((sku, 1)) for _ in range(3)]
    unpaid = shop.buy((sku, 1), provider="bank_transfer")
    desk = at_the_desk("warehouse")
    for page in ("orders", "dispatch"):
        assert f'formaction="/office/orders/{kind}"' in words(desk.get(f"/office/{page}"))
    made = desk.post(f"/office/orders/{kind}", {"ids": [*numbers, unpaid]})
    assert made.headers["Content-Type"] == "application/pdf"
    assert made.headers["Content-Disposition"].startswith("inline")
    assert made.headers["Cache-Control"] == "no-store"
    assert pdf.pages(made.content) == 3
    assert unpaid in words(desk.get("/office/dispatch"))
    assert len(audit.history(action=f"fulfilment.print_{kind}")) == 3


def test_a_label_again_for_a_parcel_that_has_left(sku: str) -> None:
    number = shop.buy((sku, 1))
    sent = ship(number, waybill_no="SF0000000042")
    desk = at_the_desk("warehouse", language="en")
    page = words(desk.get(f"/office/orders/{number}"))
    assert "Print its label" in page
    assert "SF Express" in page
    made = desk.post("/office/orders/labels", {"ids": number, "parcel": sent.number})
    assert "SF0000000042" in pdf.words(made.content)


def test_what_cannot_be_printed_says_why(sku: str) -> None:
    desk = at_the_desk("warehouse")
    unpaid = shop.buy((sku, 1), provider="bank_transfer")
    for given in ({}, {"ids": unpaid}, {"ids": "../etc"}):
        response = desk.post("/office/orders/labels", given)
        assert response.status_code == 422
        assert "所选订单没有可以打印的" in words(response) or "请选择" in words(response)


def test_only_with_the_permission(sku: str) -> None:
    number = shop.buy((sku, 1))
    desk = at_the_desk("service")
    assert "/office/orders/labels" not in words(desk.get("/office/orders"))
    assert "/office/orders/labels" not in words(desk.get(f"/office/orders/{number}"))
    assert desk.post("/office/orders/labels", {"ids": number}).status_code == 403


def test_the_sender_is_a_setting_that_may_be_empty(sku: str) -> None:
    number = shop.buy((sku, 1))
    desk = at_the_desk("manager")
    assert "面单上还没有寄件地址" in words(desk.get(f"/office/orders/{number}"))
    fields = shipped("fulfilment") | {
        "fulfilment.sender_name": "",
        "fulfilment.sender_phone": "0571-88886666",
        "fulfilment.sender_address": "杭州市古墩路",
        "fulfilment.label_size": "100x180",
        "fulfilment.slip_size": "a4",
    }
    desk.follow(desk.post("/office/settings/fulfilment", fields))
    page = words(desk.get("/office/settings/fulfilment"))
    assert '<option value="100x180" selected>100×180</option>' in page
    assert "0571-88886666" in pdf.words(desk.post("/office/orders/labels", {"ids": number}).content)
    assert "面单上还没有寄件地址" not in words(desk.get(f"/office/orders/{number}"))
    refused = desk.post("/office/settings/fulfilment", fields | {"fulfilment.label_size": "a3"})
    assert refused.status_code == 422


def test_who_did_what_is_said_in_the_language_of_the_page(sku: str) -> None:
    number = shop.buy((sku, 1))
    page = words(at_the_desk("warehouse").get(f"/office/orders/{number}"))
    assert "访客" in page
    assert "支付渠道" in page
    assert ">guest<" not in page
