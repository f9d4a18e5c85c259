"""The desk enters orders, reads sheets of them, reminds of payment and answers buyers who ask, all by forms."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import accounts as make
from tests.factories.shop import buy, goods, open_shop
from tests.support.pages import at_the_desk, statements
from zhanggui.kernel import db
from zhanggui.kernel.actor import GUEST
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services

pytestmark = pytest.mark.django_db
NEW, SHEET = "/office/orders/new", "/office/orders/sheet"
PLACE = {
    "name": "韩梅梅",
    "mobile": "13800138001",
    "province": "浙江",
    "city": "杭州",
    "district": "西湖",
    "line": "文三路 2 号",
}
HEAD = "外部单号,会员,收货人,手机号,省份,城市,区县,详细地址,SKU,数量,内部备注"
AT = "韩梅梅,13800138001,浙江,杭州,西湖,文三路 2 号"


@pytest.fixture(autouse=True)
def _open() -> None:
    open_shop()


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def read(desk: object, *lines: str) -> str:
    """The page that judges a sheet."""
    data = "\n".join([HEAD, *lines]).encode("utf-8-sig")
    return words(desk.post(SHEET, {"file": SimpleUploadedFile("orders.csv", data)}))  # type: ignore[attr-defined]


def test_an_order_for_a_member_is_priced_then_placed_once() -> None:
    (tea,) = goods(1000, title="龙井茶")
    buyer = make.member("13900139000")
    desk = at_the_desk("service")
    form = {"key": "k-1", "who": "13900139000", "q": "龙井"} | PLACE
    found = words(desk.post(NEW, form | {"step": "find"}))
    assert f'value="{buyer.id}"' in found
    assert f'value="{tea}"' in found
    added = words(desk.post(NEW, form | {"add": tea}))
    assert f'name="sku-1" type="text" value="{tea}"' in added or f'value="{tea}"' in added
    form |= {"member": str(buyer.id), "sku-1": tea, "quantity-1": "2", "staff_note": "电话下单"}
    priced = words(desk.post(NEW, form | {"step": "quote"}))
    form |= {"step": "place", "seen": hidden(priced, "seen")}
    made = desk.post(NEW, form)
    assert made.status_code == 303
    assert desk.post(NEW, form)["Location"] == made["Location"]
    order = orders.find(made["Location"].rsplit("/", 1)[1])
    assert order is not None
    assert (order["member_id"], order["status"], str(order["total"])) == (buyer.id, "pending_payment", form["seen"])
    page = words(desk.get(made["Location"]))
    assert f"/pay/{order['number']}?token=" in page
    assert "由买家选择" in page


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays() -> None:
    desk = at_the_desk("service")
    refused = desk.post(
        NEW, {"key": "k", "step": "quote", "sku-1": "X-1", "quantity-1": "0", "name": "韩梅梅", "mobile": "12"}
    )
    assert refused.status_code == 422
    assert "韩梅梅" in words(refused)
    assert "至少 1 件" in words(refused)
    assert "11 位手机号" in words(refused)
    assert at_the_desk("warehouse").get(NEW).status_code == 403


def test_a_sheet_is_judged_by_line_and_the_rest_is_placed_once() -> None:
    tea, cup = goods(1000, 2000)
    desk = at_the_desk("service")
    lines = (
        f"A-1,,{AT},{tea},2,礼盒",
        f"A-1,,{AT},{cup},1,",
        f"A-2,,{AT},NO-SUCH,1,",
        f"A-3,,{AT},{tea},x,",
        f",,{AT},{tea},1,",
    )
    page = read(desk, *lines)
    for told in ("第 4 行", "第 5 行", "第 6 行", "1 单可以下"):
        assert told in page
    sealed = hidden(page, "orders")
    assert desk.post(f"{SHEET}/apply", {"orders": sealed, "some_wrong": "1"}).status_code == 422
    assert "1 单已下" in words(desk.post(f"{SHEET}/apply", {"orders": sealed, "some_wrong": "1", "rest": "1"}))
    assert "以前已下" in words(desk.post(f"{SHEET}/apply", {"orders": sealed, "some_wrong": "1", "rest": "1"}))
    assert "1 单以前已下过" in read(desk, *lines)
    assert db.row("select count(*)::int as n from orders_order") == {"n": 1}
    assert db.row("select count(*)::int as n from orders_orderline") == {"n": 2}


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"", "甲,乙\n1,2".encode()])
def test_what_is_no_sheet_is_said_so(data: bytes) -> None:
    desk = at_the_desk("service")
    for name in ("a.csv", "a.xlsx"):
        assert desk.post(SHEET, {"file": SimpleUploadedFile(name, data)}).status_code == 422
    assert desk.get(f"{SHEET}?export=xlsx").status_code == 200


def test_reminders_and_answers() -> None:
    (tea,) = goods(1000)
    waits, paid = buy((tea, 1), provider="bank_transfer"), buy((tea, 1))
    order_services.urge(paid, "急用", actor=GUEST)
    desk = at_the_desk("service")
    assert waits in words(desk.get("/office/orders/unpaid"))
    assert desk.post(f"/office/orders/{waits}/remind", {}).status_code == 303
    assert "已催 1 次" in words(desk.get("/office/orders/unpaid"))
    assert desk.post(f"/office/orders/{waits}/remind", {}).status_code == 303  # told, not an error page
    assert "急用" in words(desk.get("/office/orders/urged"))
    assert desk.post(f"/office/orders/{paid}/answer", {"answer": " "}).status_code == 422
    assert desk.post(f"/office/orders/{paid}/answer", {"answer": "今晚发出"}).status_code == 303
    assert "没有买家在催单" in words(desk.get("/office/orders/urged"))
    assert "今晚发出" in words(desk.get(f"/office/orders/{paid}"))


@pytest.mark.parametrize("path", ["/office/orders/unpaid", "/office/orders/urged"])
def test_lists_have_the_same_number_of_statements_at_any_size(path: str) -> None:
    (tea,) = goods(1000)
    desk = at_the_desk("service")
    counts = []
    for _ in range(2):
        for _ in range(2):
            buy((tea, 1), provider="bank_transfer")
            order_services.urge(buy((tea, 1)), actor=GUEST)
        counts.append(statements(desk, path))
    assert counts[0] == counts[1] <= 8
