"""What is made to order by forms alone: a product's form, the workshop's scans, the dates of a batch; and what the list costs."""

from __future__ import annotations

import pytest

from tests.factories.bespoke import ANNA, cup, order
from tests.factories.catalog import make_product
from tests.factories.inventory import KEEPER, main_warehouse, track
from tests.factories.shop import open_shop
from tests.support.pages import at_the_desk, statements
from zhanggui.bespoke import selectors as bespoke
from zhanggui.inventory import selectors as inventory
from zhanggui.inventory import services as stock
from zhanggui.inventory.types import StockRow
from zhanggui.orders import selectors as orders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open() -> None:
    open_shop()


def test_an_editor_says_what_is_asked_and_sees_it_as_the_buyer_will():
    product = make_product()
    at = f"/office/products/{product.id}/made"
    desk = at_the_desk("editor")
    assert "还没有定制项" in desk.get(at).content.decode()
    one = {
        "f-0-kind": "text",
        "f-0-zh": "刻字",
        "f-0-most": "8",
        "f-0-allowed": "names",
        "f-0-surcharge": "12",
        "f-0-required": "1",
    }
    more = desk.post(f"{at}/save", {**one, "do": "add", "version": "0"})
    assert (more.status_code, more.content.decode().count("made-edit")) == (200, 2)
    two = {"f-1-kind": "choice", "f-1-zh": "颜色", "f-1-choices": "原色\n金色 | Gold | 8.5"}
    wrong = desk.post(f"{at}/save", {**one, "f-0-most": "9999", **two, "version": "0", "do": "save"})
    assert wrong.status_code == 422
    assert "字数应为" in wrong.content.decode()
    saved = desk.post(f"{at}/save", {**one, **two, "daily": "5", "bench": "20", "version": "0", "do": "save"})
    assert saved.status_code == 303
    form = bespoke.form(product.id)
    assert [(field.key, field.zh, field.surcharge, len(field.choices)) for field in form.fields] == [
        ("p1", "刻字", 1200, 0),
        ("p2", "颜色", 0, 2),
    ]
    assert form.fields[1].choices[1][:4] == ("金色", "金色", "Gold", 850)
    assert inventory.bench([product.skus[0].id]) == {product.skus[0].id: (20, 0)}
    shown = desk.get(at).content.decode()
    assert 'name="p-p2" value="金色"' in shown
    stale = desk.post(f"{at}/save", {**one, "version": "0", "do": "save"})
    assert stale.status_code == 409
    assert at_the_desk("warehouse").post(f"{at}/save", {**one, "version": "1", "do": "save"}).status_code == 403


def test_two_scans_make_a_line_and_a_wrong_one_stops():
    number = order((cup(), 2, ANNA))
    desk = at_the_desk("warehouse")
    page = desk.get("/office/workshop").content.decode()
    assert all(word in page for word in (f"{number}-1", "安娜", "12 cm", "×2"))
    stopped = desk.post("/office/workshop/do", {"code": "NOPE-1"})
    assert stopped.status_code == 409
    assert "不在待制作里" in stopped.content.decode()
    assert desk.post("/office/workshop/do", {"code": f"{number}-1".lower()}).status_code == 303
    assert "制作中" in desk.get("/office/workshop?state=making").content.decode()
    other = at_the_desk("manager").post("/office/workshop/do", {"code": number})
    assert other.status_code == 409
    assert "由我接手" in other.content.decode()
    assert desk.get("/office/workshop/sheets").headers["Content-Type"] == "application/pdf"
    assert desk.post("/office/workshop/do", {"code": number}).status_code == 303
    assert orders.find(number)["hold"] == ""
    assert "已做好" in desk.get("/office/workshop?state=made").content.decode()
    assert desk.get("/office/workshop/sheets").status_code == 303  # there is none to print
    assert "刻字" in desk.get(f"/office/orders/{number}").content.decode()
    assert at_the_desk("marketing").get("/office/workshop").status_code == 403


def test_the_list_costs_the_same_at_any_length():
    desk, sku = at_the_desk("warehouse"), cup()
    order((sku, 1, ANNA))
    few = statements(desk, "/office/workshop")
    for _ in range(3):
        order((sku, 1, ANNA))
    assert statements(desk, "/office/workshop") == few <= 8


def test_a_batch_without_a_date_gets_one():
    sku = make_product().skus[0].id
    track(sku, batches=True)
    stock.receive([StockRow(sku, 5, main_warehouse(), batch="B1")], actor=KEEPER)
    desk = at_the_desk("warehouse")
    [batch] = inventory.batches_without_date().items
    assert "B1" in desk.get("/office/stock/batches?undated=1").content.decode()
    at = f"/office/stock/batches/{batch.id}"
    assert desk.post(at, {"expires_on": "soon", "reason": "漏填"}).status_code == 422
    assert desk.post(at, {"expires_on": "2031-01-01"}).status_code == 422  # no reason
    assert desk.post(at, {"expires_on": "2020-01-01", "reason": "按包装补填"}).status_code == 303
    assert (inventory.batch(batch.id).good, inventory.batch(batch.id).withheld) == (0, 5)
    assert inventory.batches_without_date().items == []
