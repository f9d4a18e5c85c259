"""A stock-take at the desk and with a scanner, without scripts: begun, counted, explained, approved by somebody else, posted."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.inventory import KEEPER, main_warehouse, make_locations, put
from tests.factories.shop import goods, open_shop
from tests.support.pages import Browser, at_the_desk, statements
from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors, services
from zhanggui.inventory.services.count_files import take_count_files
from zhanggui.inventory.types import Spot

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea() -> tuple[int, str]:
    """Thirty units, ten of them on A-01."""
    open_shop()
    (code,) = goods(9000, title="龙井")
    sku = catalog.sellable_by_code([code])[0].sku_id
    house = main_warehouse()
    put({sku: 30})
    make_locations(house, A_01="pick", B_01="bulk")
    services.move([Spot(sku, house, 10)], to="A-01", actor=KEEPER)
    return sku, code


def words(response: object) -> str:
    content = b"".join(response.streaming_content) if getattr(response, "streaming", False) else response.content  # type: ignore[attr-defined]
    return content.decode()


def begin(desk: Browser, **form: str) -> str:
    made = desk.post("/office/stock/counts/new", {"warehouse_id": main_warehouse(), "blind": "1", **form})
    assert made.status_code == 303, words(made)
    return re.search(r"/counts/(\w+)/count", made.headers["Location"]).group(1)


def test_shelf_article_units_enter_and_the_scanner_is_back_at_the_shelf(tea: tuple[int, str]) -> None:
    _, code = tea
    desk = at_the_desk("warehouse")
    here = f"/office/stock/counts/{begin(desk)}/count"
    shelf = desk.get(f"{here}?code=a-01")
    assert shelf.headers["Location"] == f"{here}?shelf=A-01"
    asked = words(desk.get(f"{here}?shelf=A-01&code={code}"))
    assert 'name="units"' in asked
    assert "账面" not in asked  # blind
    done = desk.post(here, {"shelf": "A-01", "code": code, "units": "9"})
    assert done.headers["Location"] == f"{here}?shelf=A-01"
    assert f"已记：A-01 · {code} · 9 件" in words(desk.follow(done))
    again = desk.post(here, {"shelf": "A-01", "code": code, "units": "8"})
    assert again.status_code == 409
    assert "重盘" in words(again)
    assert desk.post(here, {"shelf": "A-01", "code": code, "units": "8", "replace": "1"}).status_code == 303


@pytest.mark.parametrize(("units", "said"), [("", "请填写件数"), ("-1", "请填写件数"), ("6901234567890", "这像是条码")])
def test_units_that_are_none_are_refused_beside_the_field(tea: tuple[int, str], units: str, said: str) -> None:
    desk = at_the_desk("warehouse")
    here = f"/office/stock/counts/{begin(desk)}/count"
    answer = desk.post(here, {"shelf": "A-01", "code": tea[1], "units": units})
    assert answer.status_code == 422
    assert said in words(answer)


def test_an_unknown_article_and_a_zone_that_is_none_are_told(tea: tuple[int, str]) -> None:
    desk = at_the_desk("warehouse")
    here = f"/office/stock/counts/{begin(desk)}/count"
    answer = desk.get(f"{here}?code=6900000000000")
    assert answer.status_code == 422
    assert "没有这个商品条码" in words(answer)
    refused = desk.post("/office/stock/counts/new", {"warehouse_id": main_warehouse(), "zones": "Q"})
    assert refused.status_code == 422
    assert "没有库区“Q”" in words(refused)
    refused = desk.post("/office/stock/counts/new", {"warehouse_id": main_warehouse(), "skus": "nix"})
    assert "nix：没有这个 SKU 编码或条码" in words(refused)


def test_a_large_difference_goes_through_a_second_count_and_approval_into_the_book(tea: tuple[int, str]) -> None:
    sku, code = tea
    ann, bob, chief = (at_the_desk("warehouse") for _ in range(3))
    number = begin(ann)
    page, here = f"/office/stock/counts/{number}", f"/office/stock/counts/{number}/count"
    assert ann.post(here, {"code": code, "units": "0"}).status_code == 303
    assert "盘盈 / 盘亏" not in words(ann.get(page))  # blind, until it is handed in
    assert "须由另一人复盘" in words(ann.post(f"{page}/submit", {"reason": "lost"}))
    assert bob.post(here, {"code": code, "units": "0"}).status_code == 303
    assert bob.post(f"{page}/submit", {"reason": "漏水"}).status_code == 303
    assert "待审批" in words(bob.get(page))
    assert bob.post(f"{page}/approve").status_code == 403
    assert chief.post(f"{page}/approve").status_code == 303
    posted = ann.post(f"{page}/post")
    assert "盘亏 20 件" in words(ann.follow(posted))
    assert sum(level.on_hand for level in selectors.levels([sku])) == 10
    assert "漏水" in words(chief.get(f"{page}?export=csv"))


def test_a_file_of_counted_units_is_taken_and_its_faults_are_told_by_row(tea: tuple[int, str]) -> None:
    _, code = tea
    desk = at_the_desk("warehouse")
    page = f"/office/stock/counts/{begin(desk)}"
    text = f"SKU,库位,批次,实盘件数\n{code},A-01,,10\nnix,,,1\n"
    file = SimpleUploadedFile("counted.csv", text.encode())
    assert desk.post(f"{page}/file", {"file": file}).status_code == 303
    assert "已处理的行" in words(desk.get(page))
    take_count_files()
    shown = words(desk.get(page))
    assert "共 2 行，计入 1 行，未计入 1 行" in shown
    assert "第 3 行：没有 SKU 编码或条码“nix”" in shown
    for wrong in (b"\x00\xff", b"only,titles\n"):
        answer = desk.post(f"{page}/file", {"file": SimpleUploadedFile("x.csv", wrong)})
        assert answer.status_code == 422


def test_who_may_only_look_cannot_count_and_pages_cost_few_statements(tea: tuple[int, str]) -> None:
    desk, editor = at_the_desk("warehouse"), at_the_desk("editor")
    number = begin(desk)
    page = f"/office/stock/counts/{number}"
    assert editor.get(page).status_code == 200
    assert editor.post(f"{page}/count", {"code": tea[1], "units": "1"}).status_code == 403
    assert editor.post(f"{page}/post").status_code == 403
    assert desk.get("/office/stock/counts/nix").status_code == 404
    assert desk.post(f"{page}/nix").status_code == 404
    assert statements(desk, "/office/stock/counts") <= 6
    assert statements(desk, page) <= 10
    assert statements(desk, f"{page}/count") <= 8
