"""Another price at the desk: typed in yuan, told to the buyer with its reason, refused in words."""

from __future__ import annotations

import pytest

from tests.factories import accounts as make
from tests.factories import shop
from tests.support.api import Caller, ok, refused
from tests.support.pages import Browser, at_the_desk
from zhanggui.orders import selectors

pytestmark = pytest.mark.django_db


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


@pytest.fixture
def number() -> str:
    shop.open_shop()
    a, b = shop.goods(10_000, 5_000)
    return shop.buy((a, 1), (b, 2), provider="bank_transfer")


def form(number: str, **changes: str) -> dict[str, str]:
    """The form as the page shows it, with what is typed into it."""
    order = selectors.find(number)
    assert order is not None
    shown = {f"line-{line['line']}": f"{line['payable'] / 100:.2f}" for line in order["lines"]}
    return {**shown, "shipping": f"{order['shipping_total'] / 100:.2f}", "seen": str(order["total"]), **changes}


@pytest.mark.parametrize(("language", "told"), [("zh-CN", "商家改价"), ("en", "Price changed for you")])
def test_a_clerk_makes_an_order_cheaper_and_the_buyer_reads_why(number: str, language: str, told: str) -> None:
    desk = at_the_desk("service", language=language)
    assert 'name="line-2"' in words(desk.get(f"/office/orders/{number}"))
    fields = form(number, **{"line-1": "88.8", "shipping": "0", "price_reason": "老客户优惠"})
    page = words(desk.follow(desk.post(f"/office/orders/{number}/price", fields)))
    order = selectors.find(number)
    assert order is not None
    assert (order["total"], order["shipping_total"]) == (18_880, 0)
    assert "¥188.80" in page
    assert told in page
    assert "老客户优惠" in page
    buyer = Browser(language)
    for path in ("orders", "pay"):
        seen = words(buyer.get(f"/{path}/{number}?token={selectors.access_token(number)}"))
        assert "¥188.80" in seen
        assert "老客户优惠" in seen
    answer = ok(Caller().get(f"store/v1/orders/{number}?token={selectors.access_token(number)}"))
    assert answer["totals"]["total"]["amount"] == 18_880
    assert "price_changed" in [entry["kind"] for entry in answer["timeline"]]


def test_one_sum_for_all_goods(number: str) -> None:
    desk = at_the_desk("service")
    desk.follow(
        desk.post(f"/office/orders/{number}/price", form(number, goods="150.01", shipping="0", price_reason="打包价"))
    )
    order = selectors.find(number)
    assert order is not None
    assert sorted(line["payable"] for line in order["lines"]) == [7500, 7501]


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"line-1": "九十"}, 422, "请填写金额"),
        ({"line-1": "90.001"}, 422, "请填写金额"),
        ({"line-1": "90", "price_reason": ""}, 422, "请写明改价原因"),
        ({"line-1": "90", "goods": "150"}, 422, "只填"),
        ({"line-1": "1"}, 403, "突破价格底线"),
        ({"line-1": "90", "seen": "1"}, 409, "请核对后再改"),
        ({}, 422, "金额没有变化"),
    ],
)
def test_what_is_refused_says_why_and_keeps_what_was_typed(
    number: str, changes: dict[str, str], status: int, said: str
) -> None:
    before = selectors.find(number)
    response = at_the_desk("service").post(
        f"/office/orders/{number}/price", form(number, **{"price_reason": "议价", **changes})
    )
    assert response.status_code == status
    assert said in words(response)
    assert f'value="{changes.get("line-1", "100.00")}"' in words(response)
    after = selectors.find(number)
    assert after is not None
    assert before is not None
    assert after["total"] == before["total"]


def test_who_may_not_sees_no_form_and_is_refused(number: str) -> None:
    desk = at_the_desk("warehouse")
    assert 'name="line-1"' not in words(desk.get(f"/office/orders/{number}"))
    assert desk.post(f"/office/orders/{number}/price", form(number, price_reason="x")).status_code == 403


def test_the_same_for_programs(number: str) -> None:
    service = Caller(make.staff_token("service"))
    body = {"lines": [{"line": 1, "payable": 9_000}], "reason": "议价"}
    order = ok(service.post(f"ops/v1/orders/{number}/price", body))
    assert order["lines"][0]["payable"] == 9_000
    low = {"goods": 10, "reason": "议价"}
    refused(service.post(f"ops/v1/orders/{number}/price", low), 403, "order_price_too_low")
    refused(Caller(make.staff_token("warehouse")).post(f"ops/v1/orders/{number}/price", body), 403, "permission_denied")


def test_a_paid_order_keeps_its_price() -> None:
    shop.open_shop()
    [sku] = shop.goods(1000)
    number = shop.buy((sku, 1))
    desk = at_the_desk("manager")
    assert 'name="price_reason"' not in words(desk.get(f"/office/orders/{number}"))
    assert desk.post(f"/office/orders/{number}/price", form(number, shipping="1", price_reason="x")).status_code == 409
