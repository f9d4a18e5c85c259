"""Orders at the desk: found by anything, masked, noted, picked, shipped and cancelled by those who may."""

from __future__ import annotations

import pytest

from tests.factories import shop
from tests.support.pages import at_the_desk, statements
from zhanggui.kernel import audit
from zhanggui.orders import selectors

pytestmark = pytest.mark.django_db
MOBILE = "13800138000"


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


@pytest.fixture
def sku() -> str:
    shop.open_shop()
    return shop.goods(1000)[0]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_orders_are_found_by_number_mobile_and_sku(sku: str, language: str) -> None:
    number = shop.buy((sku, 1))
    desk = at_the_desk("warehouse", language=language)
    for q in (number, MOBILE, sku):
        assert f"/office/orders/{number}" in words(desk.get(f"/office/orders?q={q}")), q
    assert number not in words(desk.get("/office/orders?status=cancelled"))
    assert desk.get("/office/orders?status=nonsense&from=yesterday&cursor=x").status_code == 404


@pytest.mark.parametrize("path", ["/office/orders", "/office/dispatch"])
def test_lists_have_the_same_number_of_statements_at_any_size(sku: str, path: str) -> None:
    desk = at_the_desk("manager")
    counts = []
    for _ in range(2):
        for _ in range(4):
            shop.buy((sku, 1))
        counts.append(statements(desk, path))
    assert counts[0] == counts[1]


def test_whom_a_parcel_goes_to_is_masked_and_each_look_recorded(sku: str) -> None:
    number = shop.buy((sku, 1))
    desk = at_the_desk("service")
    for path in ("/office/orders", f"/office/orders/{number}"):
        assert MOBILE not in words(desk.get(path))
    shown = desk.post(f"/office/orders/{number}/personal")
    assert MOBILE in words(shown)
    assert shown.headers["Cache-Control"] == "no-store"
    assert len(audit.history(action="orders.view_personal")) == 1
    assert MOBILE in words(at_the_desk("warehouse").get(f"/office/orders/{number}"))


def test_the_warehouse_picks_and_ships_what_is_left(sku: str) -> None:
    number = shop.buy((sku, 3))
    desk = at_the_desk("warehouse")
    assert number in words(desk.get("/office/dispatch"))
    assert "1 单开始配货" in words(desk.follow(desk.post("/office/orders/pick", {"ids": number})))
    refused = desk.post(f"/office/orders/{number}/ship", {"carrier": "SF", "waybill_no": "!", "units-1": "2"})
    assert refused.status_code == 422
    assert "运单号应为" in words(refused)
    assert 'value="2"' in words(refused)
    desk.follow(desk.post(f"/office/orders/{number}/ship", {"carrier": "SF", "waybill_no": "SF123456", "units-1": "2"}))
    assert selectors.find(number)["status"] == "fulfilling"
    page = desk.follow(desk.post(f"/office/orders/{number}/ship", {"carrier": "SF", "waybill_no": "SF123457"}))
    assert selectors.find(number)["status"] == "shipped"
    assert "SF123457" in words(page)
    again = desk.post(f"/office/orders/{number}/ship", {"carrier": "SF", "waybill_no": "SF123458"})
    assert again.status_code == 422


def test_a_note_and_a_cancellation_with_its_reason(sku: str) -> None:
    number = shop.buy((sku, 1))
    desk = at_the_desk("service")
    page = desk.follow(desk.post(f"/office/orders/{number}/notes", {"text": "<script>要礼盒</script>"}))
    assert "&lt;script&gt;要礼盒" in words(page)
    assert desk.post(f"/office/orders/{number}/cancel", {"reason": " "}).status_code == 422
    desk.follow(desk.post(f"/office/orders/{number}/cancel", {"reason": "买家改了主意"}))
    assert selectors.find(number)["status"] in ("cancelled", "refunded")
    assert desk.post(f"/office/orders/{number}/cancel", {"reason": "再次"}).status_code == 409


def test_an_order_that_is_not_there(sku: str) -> None:
    assert at_the_desk("service").get("/office/orders/2611").status_code == 404


def test_the_list_as_a_workbook(sku: str) -> None:
    number = shop.buy((sku, 1))
    text = b"".join(at_the_desk("service").get("/office/orders?export=csv").streaming_content).decode()
    assert number in text
    assert MOBILE not in text
