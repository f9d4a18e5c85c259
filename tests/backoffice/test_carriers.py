"""Carriers at the desk: lanes typed and by workbook, accounts, rules with a trial, waybills; the packing table asks for numbers."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import shop
from tests.factories.carriage import CLERK, lanes
from tests.factories.warehouse import reviewed
from tests.support.pages import Browser, at_the_desk, statements
from zhanggui.carriage import selectors, services
from zhanggui.kernel import mall_settings
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db
HERE = "/office/carriers"


def words(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def desk() -> Browser:
    return at_the_desk("warehouse")


def typed_lane(n: int, province: str, **more: str) -> dict[str, str]:
    lane = {
        "province": province, "served": "1", "days_min": "1", "days_max": "3", "remote": "", "first_g": "1000", "first_fee": "8.50",
        "step_g": "1000", "step_fee": "2", "surcharge": "",
    } | more  # fmt: skip
    return {f"{name}-{n}": value for name, value in lane.items() if value != "" or name == "province"}


def test_lanes_are_typed_filled_in_and_read_from_a_workbook(desk: Browser) -> None:
    assert "填入常用值" in words(desk.get(HERE))
    desk.post(f"{HERE}/usual")
    assert len(selectors.lanes_of("SF")) > 20
    assert "填入常用值" not in words(desk.get(HERE))
    services.save_lanes("ZTO", [], actor=CLERK)
    blank = typed_lane(1, "-") | {"new-1": "1"}
    assert desk.post(f"{HERE}/ZTO", {"do": "lanes", **typed_lane(0, ""), **blank}).status_code == 303
    [lane] = selectors.lanes_of("ZTO")
    assert (lane.first_fee, lane.step_fee, lane.days_max) == (850, 200, 3)

    wrong = desk.post(
        f"{HERE}/ZTO", {"do": "lanes", **typed_lane(0, "", first_fee="abc"), **typed_lane(3, "火星", days_max="0")}
    )
    assert wrong.status_code == 422
    assert 'value="abc"' in words(wrong)
    wrong = desk.post(f"{HERE}/ZTO", {"do": "lanes", **typed_lane(0, ""), **typed_lane(3, "火星", days_max="0")})
    assert "没有这个省份" in words(wrong)
    assert "不能小于最快天数" in words(wrong)
    assert len(selectors.lanes_of("ZTO")) == 1

    sheet = b"".join(desk.get(f"{HERE}/SF?export=xlsx").streaming_content)
    read = desk.post(f"{HERE}/ZTO", {"do": "sheet", "file": SimpleUploadedFile("lanes.xlsx", sheet)})
    assert read.status_code == 303
    assert [(lane.province, lane.first_fee, lane.served) for lane in selectors.lanes_of("ZTO")] == [
        (lane.province, lane.first_fee, lane.served) for lane in selectors.lanes_of("SF")
    ]
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["省份", "送达"])
        page.write_row(1, 0, ["浙江", "是", 1, 2, "否", 1000, "很贵", 1000, 1, 0])
        page.write_row(3, 0, ["江苏", "也许", 1, "x", "否", 1000, 5, 1000, 1, 0])
    said = words(desk.post(f"{HERE}/ZTO", {"do": "sheet", "file": SimpleUploadedFile("x.xlsx", file.getvalue())}))
    assert "第 2 行「首重费」" in said
    assert "第 4 行「送达」" in said
    assert "第 4 行「最慢天数」" in said
    assert (
        desk.post(f"{HERE}/ZTO", {"do": "sheet", "file": SimpleUploadedFile("x.xlsx", b"nonsense")}).status_code == 422
    )
    assert len(selectors.lanes_of("ZTO")) > 20
    assert desk.get(f"{HERE}/NOBODY").status_code == 404
    assert desk.post(f"{HERE}/ZTO", {"do": "bend"}).status_code == 404


def test_rules_are_tried_before_they_are_trusted(desk: Browser) -> None:
    lanes("SF", "ZTO")
    tried = words(desk.get(f"{HERE}/rules?try_province=西藏&try_weight=2300"))
    assert "西藏为偏远地区" in tried
    assert "60.00" in tried
    assert desk.get(f"{HERE}/rules?try_province=西藏&try_weight=heavy&try_amount=x").status_code == 200
    wrong = desk.post(f"{HERE}/rules", {"label": "", "carrier": "ZTO", "position": "x", "provinces": "火星"})
    assert wrong.status_code == 422
    made = {
        "label": "重货",
        "carrier": "ZTO",
        "position": "5",
        "provinces": "浙江，江苏",
        "min_g": "3000",
        "min_amount": "99",
        "active": "1",
    }
    assert desk.post(f"{HERE}/rules", made).status_code == 303
    rule = selectors.rules_of_choice()[0]
    assert (rule.provinces, rule.min_g, rule.min_amount) == (("江苏", "浙江"), 3000, 9900)
    assert 'value="99.00"' in words(desk.get(f"{HERE}/rules?id={rule.id}"))
    assert desk.post(f"{HERE}/rules", {"id": str(rule.id), "do": "delete"}).status_code == 303
    assert rule.id not in {each.id for each in selectors.rules_of_choice()}
    other = desk.post(f"{HERE}", {"code": "ANE", "name": "安能", "active": "1"})
    assert other.status_code == 303
    assert desk.post(f"{HERE}", {"code": "ANE", "name": "安能"}).status_code == 422
    numbers = {"do": "numbers", "first": "AN0000001", "last": "AN0000009"}
    assert desk.post(f"{HERE}/ANE", {"do": "account", "service": "numbers", "account_active": "1"}).status_code == 303
    assert desk.post(f"{HERE}/ANE", numbers).status_code == 303
    assert desk.post(f"{HERE}/ANE", numbers).status_code == 422
    assert "余 9 个" in words(desk.get(f"{HERE}/ANE"))


@pytest.mark.django_db(transaction=True)
def test_a_complete_box_has_its_number_and_leaves_with_it(desk: Browser, tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR, settings.KEYS_DIR, settings.GATEWAY_URL = tmp_path, tmp_path / "keys", "http://127.0.0.1:9"
    shop.open_shop()
    lanes("SF", "ZTO")
    services.save_account(carrier="ZTO", service="kuaidi100", actor=CLERK)
    (tea,) = shop.goods(1000)
    with services.practise(anew=True) as practice:
        number = reviewed((tea, 1))
        box = str(desk.post("/office/packing", {"code": number}).headers["Location"])
        assert "中通快递：送" in words(desk.get(box))
        scanned = desk.follow(desk.post(box, {"code": tea, "article": "1"}))
        assert "请先在设置里填写面单寄件地址" in words(scanned)
        mall_settings.put("fulfilment.sender_address", "杭州市", actor=SYSTEM)
        practice.simulator.books.order_fault("timeout")
        slow = desk.post(f"{box}/carrier", {"do": "ask"})
        assert slow.status_code == 503
        assert "不会重复出单" in words(slow)
        assert desk.post(f"{box}/carrier", {"do": "ask"}).status_code == 303
        [waybill] = selectors.waybills().items
        page = words(desk.get(box))
        assert waybill.number in page
        assert desk.get(f"{box}/label").headers["Content-Type"] == "application/pdf"
        other = desk.post(box, {"code": "SF0000000000001", "carrier": "SF"})
        assert other.status_code == 422
        assert "换承运商的原因" in words(other)
        assert desk.post(box, {"code": waybill.number, "carrier": "ZTO"}).status_code == 303
        assert selectors.waybill(waybill.id).used_at is not None
    assert waybill.number in words(desk.get("/office/waybills"))
    assert statements(desk, "/office/waybills") <= 20
    assert desk.get("/office/waybills?state=quiet&q=x&since=2026-01-01&province=浙江").status_code == 200
    assert desk.get(f"/office/waybills/{waybill.id}").status_code == 200
    assert desk.post(f"/office/waybills/{waybill.id}", {"do": "cancel", "reason": "x"}).status_code == 409
    assert waybill.number in b"".join(desk.get("/office/waybills?export=csv").streaming_content).decode()
