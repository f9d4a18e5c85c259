"""After-sales at the desk: decided, inspected, refunded, each by who may; what was typed stays when it is refused."""

from __future__ import annotations

import pytest

from tests.factories import aftersales as make
from tests.factories import shop
from tests.factories.catalog import make_category
from tests.support.pages import Browser, at_the_desk, statements
from zhanggui.aftersales import selectors, services
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel.actor import GUEST

pytestmark = pytest.mark.django_db


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


@pytest.fixture
def number() -> str:
    shop.open_shop()
    return make.ask(make.delivered((shop.goods(1000)[0], 2)), note="<b>壶盖</b>有缺口").number


def test_a_return_is_approved_inspected_and_refunded(number: str) -> None:
    service, warehouse, finance = (at_the_desk(role) for role in ("service", "warehouse", "finance"))
    address = f"/office/cases/{number}"
    page = service.get(address)
    assert "&lt;b&gt;壶盖&lt;/b&gt;" in words(page)
    assert warehouse.post(f"{address}/approve").status_code == 403
    service.follow(service.post(f"{address}/approve", {"note": "请寄回"}))
    refused = warehouse.post(f"{address}/receive", {"good-1": "一", "note": "外盒破损"})
    assert refused.status_code == 422
    assert "外盒破损" in words(refused)
    warehouse.follow(warehouse.post(f"{address}/receive", {"good-1": "1", "damaged-1": "1"}))
    page = finance.follow(finance.post(f"{address}/refund"))
    assert "20.00" in words(page)
    make.money_arrives()
    assert selectors.case(number).state == "closed"
    assert finance.post(f"{address}/refund").status_code == 409


def test_english_pages_name_goods_in_english() -> None:
    shop.open_shop()
    sku = shop.goods(1000, title="青瓷茶壶", title_en="Celadon teapot")[0]
    number = make.ask(make.delivered((sku, 2))).number
    order = selectors.case(number).order_number
    paths = ("/office/cases", f"/office/cases/{number}", "/office/orders", f"/office/orders/{order}")
    english, chinese = at_the_desk("service", language="en"), at_the_desk("service")
    for path in paths:
        assert "Celadon teapot" in words(english.get(path)), path
        assert "青瓷茶壶" not in words(english.get(path)), path
        assert "青瓷茶壶" in words(chinese.get(path)), path


def test_a_price_seen_elsewhere_is_judged_by_who_may() -> None:
    shop.open_shop()
    order = make.delivered((shop.goods(10000)[0], 2))
    number = services.claim_elsewhere(
        order, line=1, price=7000, place="街角的店", link="https://a.example/tea", actor=GUEST
    ).number
    address = f"/office/cases/{number}"
    service, finance = at_the_desk("service"), at_the_desk("finance")
    shown = words(service.get(address))
    assert "街角的店" in shown
    assert "100.00" in shown  # what each had cost
    assert "价保退差价" in words(service.get("/office/cases?kind=price_guarantee"))
    assert service.post(f"{address}/approve", {"price": ""}).status_code == 422
    assert service.post(f"{address}/approve", {"price": "101"}).status_code == 422
    page = service.follow(service.post(f"{address}/approve", {"price": "80.00", "note": "对方含运费"}))
    assert "40.00" in words(page)
    finance.follow(finance.post(f"{address}/refund"))
    make.money_arrives()
    closed = selectors.case(number)
    assert closed is not None
    assert (closed.state, closed.refunded_amount) == ("closed", 4000)
    assert "100.00" in words(service.get(address))


def test_a_refusal_needs_words(number: str) -> None:
    desk = at_the_desk("service")
    assert desk.post(f"/office/cases/{number}/reject", {"reason": ""}).status_code == 422
    assert "已超过无理由期" in words(
        desk.follow(desk.post(f"/office/cases/{number}/reject", {"reason": "已超过无理由期"}))
    )


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_list_costs_the_same_at_any_size(number: str, language: str) -> None:
    desk = at_the_desk("service", language=language)
    counts = []
    for _ in range(2):
        for _ in range(3):
            make.ask(make.delivered((shop.goods(1000)[0], 1)))
        assert number in words(desk.get("/office/cases?state=requested"))
        counts.append(statements(desk, "/office/cases?state=requested"))
    assert counts[0] == counts[1]


def test_photos_are_of_the_case_only(number: str) -> None:
    assert at_the_desk("service").get(f"/office/cases/{number}/photos/secret.webp").status_code == 404


def test_a_return_is_scanned_and_its_units_sorted(number: str) -> None:
    service, warehouse = at_the_desk("service"), at_the_desk("warehouse")
    services.approve(number, actor=make.SERVICE)
    services.send_back(number, carrier="SF", waybill_no="SF1234567", actor=GUEST)
    found = warehouse.get("/office/returns?code=sf1234567")
    assert (found.status_code, found["Location"]) == (302, f"/office/cases/{number}#receive")
    nothing = warehouse.get("/office/returns?code=nobody")
    assert nothing.status_code == 404
    assert "nobody" in words(nothing)
    address = f"/office/cases/{number}"
    assert (
        warehouse.post(f"{address}/receive", {"good-1": "2", "kept-1": "1"}).status_code == 422
    )  # more than asked for
    page = warehouse.follow(
        warehouse.post(f"{address}/receive", {"good-1": "1", "supplier-1": "1", "note": "釉面开裂"})
    )
    assert "退供应商 1" in words(page)
    assert "釉面开裂" in words(service.get(address))
    service.follow(service.post(f"{address}/write", {"text": "已收到，马上退款"}))
    assert [each.text for each in selectors.thread(number, internal=False)] == ["已收到，马上退款"]
    assert statements(service, address) <= 14


def test_an_exchange_becomes_a_refund_and_goods_go_back_in_words() -> None:
    shop.open_shop()
    order = make.delivered((shop.goods(1000)[0], 2))
    one, two = (make.ask(order, (1, 1), kind=kind, reason="quality").number for kind in ("exchange", "repair"))
    service, warehouse = at_the_desk("service"), at_the_desk("warehouse")
    page = service.follow(service.post(f"/office/cases/{one}/instead", {"note": "电话约定"}))
    assert "退货退款" in words(page)
    service.post(f"/office/cases/{two}/approve", {})
    address = f"/office/cases/{two}/send-on"
    assert warehouse.post(address, {"carrier": "SF", "waybill_no": "SF765432", "words": ""}).status_code == 422
    page = warehouse.follow(
        warehouse.post(address, {"carrier": "SF", "waybill_no": "SF765432", "words": "不是本店商品"})
    )
    assert "寄回买家中" in words(page)


def test_rules_of_a_category_are_read_by_buyers() -> None:
    shop.open_shop()
    food = make_category("生鲜")
    (code,) = shop.goods(1000, category=food)
    desk = at_the_desk("service")
    given = {
        "category": str(food.id),
        "no_reason_days": "0",
        "zh": "生鲜易腐",
        "own_kinds": "1",
        "kinds": ["refund_only"],
    }
    assert desk.post("/office/returns/policies", given | {"zh": ""}).status_code == 422
    desk.follow(desk.post("/office/returns/policies", given))
    assert "生鲜易腐" in words(desk.get(f"/office/returns/policies?category={food.id}"))
    assert at_the_desk("warehouse").post("/office/returns/policies", given).status_code == 403
    [sku] = catalog.sellable_by_code([code])
    buyer = Browser()
    assert "不支持无理由退货" in words(buyer.get(f"/p/{sku.slug}"))
    table = words(buyer.get("/after-sales"))
    assert "生鲜易腐" in table
