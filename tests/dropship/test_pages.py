"""The desk's pages and the supplier's own, by forms alone; what they cost, and what a buyer reads."""

import io

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import procurement as buying
from tests.factories.dropship import RETURNS, lying, ordered, partner, sends, view
from tests.support.pages import Browser, at_the_desk, statements
from zhanggui.catalog import selectors as catalog
from zhanggui.dropship import selectors
from zhanggui.orders import selectors as orders

pytestmark = pytest.mark.django_db


def test_a_supplier_works_off_his_orders_by_his_link_alone():
    who = partner()
    (tea,) = sends(who, 10_000, stock=9)
    number, told = ordered((tea, 2))
    _, second = ordered((tea, 1))
    found = selectors.partner(who)
    assert found is not None
    link = selectors.desk_link(found)
    shop = Browser()
    desk = shop.get(link).content.decode()
    assert told.number in desk
    assert second.number in desk
    own = f"{link}/orders/{told.number}"
    page = shop.get(own).content.decode()
    order = orders.find(number)
    assert order["address_line"] in page
    assert str(order["total"] / 100) not in page  # what the buyer paid is none of his business
    assert shop.post(own, {"do": "confirm"}).status_code == 303
    refused = shop.post(own, {"do": "ship", "carrier": "SF", "waybill_no": "?"})
    assert (refused.status_code, "运单号应为" in refused.content.decode()) == (422, True)
    assert (
        shop.post(own, {"do": "ship", "carrier": "SF", "waybill_no": "SF7000000001", "ship-1": "2"}).status_code == 303
    )
    assert view(told.number).state == "shipped"
    other = f"{link}/orders/{second.number}"
    assert shop.post(other, {"do": "refuse", "refusal": "other"}).status_code == 422  # without words
    assert shop.post(other, {"do": "refuse", "refusal": "out_of_stock"}).status_code == 303
    sku = buying.sku_id(tea)
    assert shop.post(f"{link}/stock", {f"units-{sku}": "x"}).status_code == 422
    assert shop.post(f"{link}/stock", {f"units-{sku}": "5"}).status_code == 303
    assert lying(tea) == (5, 1)
    for wrong in (link[:-1] + ("0" if link[-1] != "0" else "1"), link.replace(f"/{who}/", f"/{who + 1}/")):
        assert shop.get(wrong).status_code == 404
        assert shop.get(f"{wrong}/orders/{told.number}").status_code == 404


def test_the_desk_sets_goods_up_follows_orders_and_pays_no_more_statements_for_more_of_them():
    who = buying.supplier(mode="dropship")
    desk, reader = at_the_desk("manager"), at_the_desk("analyst")
    begun = {
        "supplier": who,
        "return_name": RETURNS.name,
        "return_phone": RETURNS.phone,
        "return_address": RETURNS.address,
    }
    assert desk.post("/office/dropship/suppliers/begin", begun).status_code == 303
    (tea,) = sends(who, 10_000, stock=9)
    product = catalog.products_by_code([tea])[tea]
    again = {"codes": tea, "mode": "dropshipped", "promise_hours": "96"}
    assert desk.post("/office/dropship/goods/set", again).status_code == 303
    assert "4 天内发货" in Browser().get(f"/p/{catalog.product(product).slug}").content.decode()
    assert desk.post("/office/dropship/goods/set", {"codes": "NOPE", "mode": "dropshipped"}).status_code == 422
    assert reader.post("/office/dropship/goods/set", again).status_code == 403
    number, told = ordered((tea, 1))
    paths = [
        "/office/dropship", f"/office/dropship/{told.number}", "/office/dropship/suppliers", f"/office/dropship/suppliers/{who}",
        "/office/dropship/goods", f"/office/orders/{number}", f"/office/products/{product}", "/office/suppliers/modes",
    ]  # fmt: skip
    assert [desk.get(path).status_code for path in paths] == [200] * len(paths)
    before = statements(desk, "/office/dropship")
    for _ in range(3):
        ordered((tea, 1))
    assert statements(desk, "/office/dropship") == before <= 12
    assert "等供应商发货" in at_the_desk("service").get("/office/promises?state=supplier").content.decode()
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        for y, row in enumerate((("SKU", "现有库存"), (tea, 7))):
            sheet.write_row(y, 0, row)
    base = f"/office/dropship/suppliers/{who}"
    assert desk.post(f"{base}/sheet", {"file": SimpleUploadedFile("stock.xlsx", made.getvalue())}).status_code == 303
    assert lying(tea) == (7, 4)
    assert desk.get(f"{base}?export=csv").status_code == 200
    assert desk.post(f"/office/dropship/{told.number}/do/confirm", {"ready_on": ""}).status_code == 303
    assert (
        desk.post(
            f"/office/dropship/{told.number}/do/ship", {"carrier": "SF", "waybill_no": "SF7000000009"}
        ).status_code
        == 303
    )
    assert (
        desk.post(
            f"/office/dropship/{told.number}/do/back", {"line": "1", "quantity": "1", "reason": "退货"}
        ).status_code
        == 303
    )
    assert (
        desk.post(
            f"/office/dropship/{told.number}/do/back", {"line": "1", "quantity": "1", "reason": "退货"}
        ).status_code
        == 409
    )
    assert desk.get("/office/dropship?export=csv").status_code == 200
