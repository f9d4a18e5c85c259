"""Stock in depth at the desk: shelves made and labelled, goods put away, damaged, locked, sampled and moved between warehouses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.inventory import KEEPER, lying, main_warehouse, make_locations, make_warehouse, put, track
from tests.factories.shop import goods, open_shop
from tests.support import pdf
from tests.support.pages import at_the_desk, statements
from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors, services
from zhanggui.inventory.types import Spot, StockRow
from zhanggui.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(db: None) -> None:
    open_shop()


def words(response: object) -> str:
    content = b"".join(response.streaming_content) if getattr(response, "streaming", False) else response.content  # type: ignore[attr-defined]
    return content.decode()


def article(**more: object) -> int:
    (code,) = goods(9000, title="龙井", **more)  # type: ignore[arg-type]
    return catalog.sellable_by_code([code])[0].sku_id


def test_a_scan_leads_to_the_stock_of_a_sku_and_an_unknown_one_says_so() -> None:
    sku = article()
    desk = at_the_desk("warehouse")
    code = catalog.sku_codes([sku])[sku]
    assert desk.get(f"/office/stock/find?code={code}").headers["Location"] == f"/office/stock/sku/{sku}"
    answer = desk.get("/office/stock/find?code=6900000000000")
    assert answer.status_code == 422
    assert "没有这个 SKU 编码或条码" in words(answer)
    assert desk.get("/office/stock/sku/999999").status_code == 404


def test_shelves_are_made_by_a_pattern_imported_exported_and_labelled() -> None:
    house = main_warehouse()
    desk = at_the_desk("warehouse")
    made = desk.post(
        "/office/stock/locations/save", {"warehouse": house, "code": "A-{01..03}-{1..2}", "kind": "pick", "walk": "5"}
    )
    assert made.status_code == 303, words(made)
    assert [v.walk for v in selectors.locations(house).items] == [5, 15, 25, 35, 45, 55]
    exported = desk.get(f"/office/stock/locations?warehouse={house}&export=xlsx")
    file = SimpleUploadedFile("shelves.xlsx", b"".join(exported.streaming_content))
    again = desk.post("/office/stock/locations/save", {"warehouse": house, "file": file})
    assert again.status_code == 303, words(again)
    text = "库位,类型,动线顺序,启用\nB-01,存储,70,1\nB-02,cellar,x,1\n"
    wrong = desk.post(
        "/office/stock/locations/save", {"warehouse": house, "file": SimpleUploadedFile("s.csv", text.encode())}
    )
    assert wrong.status_code == 422
    assert "第 3 行" in words(wrong)
    for junk in (
        SimpleUploadedFile("s.xlsx", b"PK nothing"),
        SimpleUploadedFile("s.csv", b"\xff\xfe\x00"),
        SimpleUploadedFile("s.csv", b""),
    ):
        assert desk.post("/office/stock/locations/save", {"warehouse": house, "file": junk}).status_code == 422
    for code in ("A-{03..01}", "A-{1..9999}", "库位", ""):
        assert (
            desk.post("/office/stock/locations/save", {"warehouse": house, "code": code, "kind": "pick"}).status_code
            == 422
        )
    printed = desk.get(f"/office/stock/locations/{house}/labels?zone=A")
    assert printed.headers["Content-Type"] == "application/pdf"
    assert "A-03-2" in pdf.words(printed.content)
    assert desk.get(f"/office/stock/locations/{house}/A-03-2").status_code == 200


def test_goods_are_put_away_damaged_locked_and_sampled_at_the_desk() -> None:
    sku, house = article(), main_warehouse()
    put({sku: 0})
    make_locations(house, A_01="pick", B_01="bulk")
    desk, page = at_the_desk("warehouse"), f"/office/stock/sku/{sku}"
    day = (clock.business_date() + timedelta(90)).isoformat()
    came = {
        "units": "12",
        "warehouse_id": house,
        "location": "b-01",
        "batch": "L1",
        "expires_on": day,
        "reference": "PO9",
    }
    assert desk.post(f"{page}/receive", came).status_code == 303
    moved = {"verb": "move", "spot": f"{house}|B-01|L1|good", "units": "8", "to": "A-01"}
    assert desk.post(f"{page}/keep", moved).status_code == 303
    broken = {"verb": "damage", "spot": f"{house}|A-01|L1|good", "units": "2", "reason": "压坏"}
    assert desk.post(f"{page}/keep", broken).status_code == 303
    assert desk.post(f"{page}/lock", {"warehouse_id": house, "units": "3", "reason": "双十二"}).status_code == 303
    out = {"spot": f"{house}|A-01|L1|good", "units": "1", "taker": "小李", "purpose": "拍照", "due_on": day}
    assert desk.post(f"{page}/sample", out).status_code == 303
    assert lying(sku) == {("A-01", "L1", "good"): 5, ("B-01", "L1", "good"): 4, ("A-01", "L1", "damaged"): 2}
    seen = words(desk.get(page))
    for word in ("L1", "B-01", "双十二", "压坏", "残损"):
        assert word in seen
    (sample,) = selectors.samples().items
    assert desk.post(f"/office/stock/samples/{sample.number}", {"returned": "1", "location": "A-01"}).status_code == 303
    assert sample.number in words(desk.get("/office/stock/samples?all=1"))
    (lock,) = selectors.stock_locks(sku_id=sku).items
    assert desk.post(f"{page}/lock/{lock.id}/unlock", {"reason": "手动解锁"}).status_code == 303
    assert "L1" in words(desk.get("/office/stock/batches?days=100"))
    assert "L1" in words(desk.get("/office/stock/batches?days=100&export=csv"))
    for form, field in (
        (moved | {"units": "99"}, "这里只有 4 件"),
        (moved | {"to": "Z-9"}, "没有启用的库位"),
        (moved | {"spot": "nothing"}, "请选择从哪里取"),
        (broken | {"reason": ""}, "请填写原因"),
        (moved | {"units": "x"}, "件数"),
    ):
        answer = desk.post(f"{page}/keep", form)
        assert answer.status_code in (409, 422), form
        assert field in words(answer)


def test_a_transfer_goes_its_way_at_the_desk() -> None:
    sku, near = article(), main_warehouse()
    far = make_warehouse("far")
    put({sku: 10})
    make_locations(far, F_01="pick")
    desk, code = at_the_desk("warehouse"), catalog.sku_codes([sku])[sku]
    form = {"source_id": near, "target_id": far, "sku-1": code, "units-1": "4", "note": "补货"}
    wrong = desk.post("/office/stock/transfers/new", form | {"units-1": "0", "sku-2": "nothing", "units-2": "1"})
    assert wrong.status_code == 422
    assert "没有这个 SKU 编码或条码" in words(wrong)
    made = desk.post("/office/stock/transfers/new", form)
    page = made.headers["Location"]
    assert desk.post(f"{page}/send").status_code == 303
    assert "在途" in words(desk.get("/office/stock/transfers"))
    assert desk.post(f"{page}/receive", {"units-1": "5"}).status_code == 422
    assert desk.post(f"{page}/receive", {"units-1": "3", "location-1": "F-01"}).status_code == 303
    assert desk.post(f"{page}/close", {"reason": ""}).status_code == 422
    assert desk.post(f"{page}/close", {"reason": "少一件"}).status_code == 303
    assert "短少 1 件" in words(desk.get(page))
    assert desk.post(f"{page}/send").status_code == 409
    assert desk.post(f"{page}/dance").status_code == 404
    assert lying(sku) == {("", "", "good"): 6, ("F-01", "", "good"): 3}


def test_a_serial_number_is_looked_up_with_all_it_went_through() -> None:
    sku, house = article(), main_warehouse()
    put({sku: 0})
    desk, page = at_the_desk("warehouse"), f"/office/stock/sku/{sku}"
    assert desk.post(f"{page}/track", {"serials_asked": "1", "unsold_days": ""}).status_code == 303
    assert desk.post(f"{page}/receive", {"units": "2", "warehouse_id": house, "serials": "SN-1"}).status_code == 422
    assert (
        desk.post(f"{page}/receive", {"units": "2", "warehouse_id": house, "serials": "SN-1\nSN-2"}).status_code == 303
    )
    services.damage([Spot(sku, house, 1, serials=("SN-2",))], reason="wet", actor=KEEPER)
    seen = words(desk.get("/office/stock/serials?number=SN-2"))
    assert "残损" in seen
    assert "入库" in seen
    assert "没有这个序列号" in words(desk.get("/office/stock/serials?number=SN-9"))


def test_who_only_looks_cannot_change_and_pages_ask_few_questions() -> None:
    sku, house = article(), main_warehouse()
    shelves = make_locations(house, A_01="pick")
    assert shelves
    services.receive([StockRow(sku, 3, house, location="A-01")], actor=KEEPER)
    looker, desk = at_the_desk("editor"), at_the_desk("warehouse")
    page = f"/office/stock/sku/{sku}"
    assert looker.get(page).status_code == 200
    for where in (f"{page}/receive", f"{page}/keep", f"{page}/lock", f"{page}/track", "/office/stock/transfers/new"):
        assert looker.post(where, {}).status_code == 403
    assert looker.get(f"/office/stock/locations/{house}/labels").status_code == 403
    most = {
        page: 16,
        "/office/stock/locations": 8,
        f"/office/stock/locations/{house}/A-01": 10,
        "/office/stock/samples": 8,
    }
    for address, number in most.items():
        desk.get(address)
        assert statements(desk, address) <= number, (address, statements(desk, address))
    few = statements(desk, page)
    for i in range(5):
        services.receive([StockRow(sku, 1, house, location="A-01", batch=f"B{i}")], actor=KEEPER)
        track(sku)
    assert statements(desk, page) == few
    english = at_the_desk("warehouse", language="en")
    for address in (page, *most):
        assert english.get(address).status_code == 200
