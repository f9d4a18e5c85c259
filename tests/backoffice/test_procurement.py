"""Purchasing at the desk, and the pages of suppliers: every step by its form, what is wrong where it stands, and no price for the gate."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import procurement as make
from tests.factories import shop
from tests.support.pages import Browser, at_the_desk, statements
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.procurement import selectors, services

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open() -> None:
    shop.open_shop()


@pytest.fixture
def desk() -> Browser:
    return at_the_desk("purchasing")


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def code(sku: int) -> str:
    return catalog.sku_codes([sku])[sku]


def day(ahead: int = 0) -> str:
    return (clock.business_date() + timedelta(days=ahead)).isoformat()


def test_a_suppliers_file_from_a_candidate_to_papers_goods_and_prices(desk: Browser) -> None:
    (tea,) = make.goods()
    form = {"code": "TEA", "name": "龙井茶厂", "mode": "own_factory", "currency": "CNY", "terms": "net", "terms_days": "30",
            "lead_days": "7", "minimum_order": "200", "contact_name-1": "张三", "contact_phone-1": "13800000000"}  # fmt: skip
    wrong = desk.post("/office/suppliers/new", form | {"lead_days": "很快"})
    assert wrong.status_code == 422
    assert "龙井茶厂" in text(wrong)
    page = desk.post("/office/suppliers/new", form).headers["Location"]
    assert desk.post(f"{page}/state/approve", {}).status_code == 303
    paper = {"kind": "food_licence", "number": "JY1", "expires_on": day(-1), "mandatory": "1",
             "file": SimpleUploadedFile("a.pdf", b"%PDF-1.4 x", "application/pdf")}  # fmt: skip
    assert desk.post(f"{page}/papers/add", paper).status_code == 303
    assert (
        desk.post(f"{page}/goods/put", {"sku": code(tea), "pack_size": "12", "minimum_quantity": "24"}).status_code
        == 303
    )
    price = {
        "sku": code(tea),
        "starts_on": day(),
        "quantity-1": "1",
        "price-1": "40",
        "quantity-2": "48",
        "price-2": "36.5",
    }
    assert desk.post(f"{page}/prices/agree", price).status_code == 303
    again = desk.post(f"{page}/prices/agree", price)
    assert again.status_code == 409
    assert "已有协议价" in text(again)
    shown = text(desk.get(page))
    for part in ("龙井茶厂", "合作中", "已过期", "更新前不能向他发出采购单", code(tea), "¥36.50", "张三", "登记协议价"):
        assert part in shown
    paper_id = selectors.papers(int(page.rpartition("/")[2]))[0].id
    assert desk.get(f"{page}/papers/{paper_id}").headers["Content-Disposition"].startswith("attachment")
    assert "潮" not in text(desk.get("/office/suppliers"))
    assert desk.get("/office/suppliers?export=xlsx").status_code == 200
    assert "自有工厂" in text(desk.get("/office/suppliers/modes"))


def test_an_order_from_the_draft_to_the_shelf(desk: Browser) -> None:
    who, (tea,) = make.supplier(), make.goods()
    form = {
        "supplier": str(who),
        "warehouse": str(make.warehouse()),
        "sku-1": code(tea),
        "quantity-1": "10",
        "price-1": "40",
    }
    wrong = desk.post("/office/purchases/new", form | {"sku-2": "NOPE", "quantity-2": "x"})
    assert wrong.status_code == 422
    assert "没有这个 SKU" in text(wrong)
    page = desk.post("/office/purchases/new", form).headers["Location"]
    number = page.rpartition("/")[2]
    for step in ("approve", "send"):
        assert desk.post(f"{page}/do/{step}", {}).status_code == 303
    shown = text(desk.get(page))
    assert make.secret(number) in shown
    assert desk.post(f"{page}/do/confirm", {"expected_on": day(3), "confirmed-1": "11"}).status_code == 422
    assert desk.post(f"{page}/do/confirm", {"expected_on": day(3), "confirmed-1": "9"}).status_code == 303
    gate = at_the_desk("warehouse")
    here = f"/office/receiving/{number}"
    opened = text(gate.get(here))
    assert "¥" not in opened.partition("<main")[2]
    assert number in text(gate.get("/office/receiving"))
    over = gate.post(here, {"key": "k", "good-1": "11"})
    assert over.status_code == 409
    assert "最多还能收 10 件" in text(over)
    for _ in range(2):
        assert gate.post(here, {"key": "k", "good-1": "9", "note": "送货单 7"}).status_code == 303
    assert make.on_hand(tea) == 9
    assert gate.post(here, {"key": "b", "back": "1", "back-1": "2", "why": "有异味"}).status_code == 303
    assert make.on_hand(tea) == 7
    assert gate.get(page).status_code == 403
    assert desk.get(f"{page}?print=1").content[:5] == b"%PDF-"
    assert desk.post(f"{page}/do/close", {}).status_code == 303
    assert "已关闭" in text(desk.get(page))
    book = zipfile.ZipFile(io.BytesIO(b"".join(desk.get("/office/purchases?export=xlsx").streaming_content)))
    assert number in book.read("xl/worksheets/sheet1.xml").decode()


def test_the_supplier_does_his_part_without_signing_in() -> None:
    number, _, _ = make.sent(units=10)
    guest = Browser()
    page = selectors.order_link(make.view(number))
    shown = guest.get(page)
    assert "待您确认" in text(shown)
    assert (shown.headers["Cache-Control"], shown.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    assert guest.post(page, {"do": "confirm", "expected_on": day(2), "confirmed-1": "12"}).status_code == 422
    for form in (
        {"do": "confirm", "expected_on": day(2), "confirmed-1": "8"},
        {"do": "ship", "carrier": "顺丰", "waybill": "SF1", "arrives_on": day(2)},
        {"do": "say", "text": "<b>明天到</b>"},
    ):
        assert guest.post(page, form).status_code == 303
    after = text(guest.get(page))
    assert "&lt;b&gt;明天到" in after
    assert "SF1" in after
    assert guest.get(f"{page}/pdf").content[:5] == b"%PDF-"
    assert guest.get(page[:-1] + ("0" if page[-1] != "0" else "1")).status_code == 404
    services.cancel_order(make.sent()[0], reason="x", actor=SYSTEM)


def test_a_tender_from_the_request_to_the_award(desk: Browser) -> None:
    skus, firms = make.goods(2), [make.supplier(), make.supplier()]
    deadline = clock.local(clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    form = {"title": "春茶", "deadline": deadline, "suppliers": [str(firm) for firm in firms],
            "sku-1": code(skus[0]), "quantity-1": "10", "sku-2": code(skus[1]), "quantity-2": "20"}  # fmt: skip
    assert desk.post("/office/tenders/new", form | {"deadline": ""}).status_code == 422
    page = desk.post("/office/tenders/new", form).headers["Location"]
    assert desk.post(f"{page}/do/publish", {}).status_code == 303
    made = int(page.rpartition("/")[2])
    a, b = selectors.tender(made).invitations
    guest = Browser()
    assert (
        guest.post(selectors.bid_link(a), {"do": "offer", "price-1": "4.87", "days-1": "5", "price-2": "x"}).status_code
        == 422
    )
    assert (
        guest.post(selectors.bid_link(a), {"do": "offer", "price-1": "4.87", "days-1": "5", "price-2": "3"}).status_code
        == 303
    )
    assert guest.post(selectors.bid_link(b), {"do": "offer", "price-1": "5.12", "days-1": "3"}).status_code == 303
    assert "4.87" in text(guest.get(selectors.bid_link(a)))
    sealed = text(desk.get(page))
    assert "4.87" not in sealed
    assert "5.12" not in text(guest.get(selectors.bid_link(a)))
    make.close_bids(made)
    opened = text(desk.get(page))
    for part in ("¥4.87", "¥5.12", "不完整", "¥108.70"):
        assert part in opened
    assert desk.get(f"{page}?export=xlsx").status_code == 200
    assert desk.post(f"{page}/do/award", {f"award-{1}": str(b.id), "award-2": str(a.id)}).status_code == 422
    award = {"award-1": str(b.id), "award-2": str(a.id), "reason": "交期更短", "warehouse": str(make.warehouse())}
    assert desk.post(f"{page}/do/award", award).status_code == 303
    assert len(selectors.orders(state="draft").items) == 2
    assert "已定标" in text(desk.get(page))


def test_payables_are_paid_and_invoiced_by_finance_alone(desk: Browser) -> None:
    number, who, _ = make.sent(units=10, price=4000)
    make.receive(number, (1, 10))
    payer = at_the_desk("finance")
    form = {"key": "k", "payee": str(who), "amount": "400.01", "paid_on": day()}
    over = payer.post("/office/payables/pay", form)
    assert over.status_code == 409
    assert "¥400.00" in text(over)
    assert desk.post("/office/payables/pay", form).status_code == 403
    for _ in range(2):
        assert payer.post("/office/payables/pay", form | {"amount": "150"}).status_code == 303
    entry = selectors.payables().items[0]
    assert entry.open == 25_000
    assert (
        payer.post(f"/office/payables/{entry.id}/invoice", {"invoice": "FP-9", "due_on": day(-40)}).status_code == 303
    )
    shown = text(payer.get("/office/payables"))
    for part in ("¥250.00", "FP-9", "40 天"):
        assert part in shown
    assert "逾期未付的供应商账款" in text(payer.get("/office"))
    here = f"/office/suppliers/{who}/statement"
    assert payer.get(here).content[:5] == b"%PDF-"
    assert payer.get(f"{here}?export=xlsx").status_code == 200
    assert payer.get("/office/payables?export=xlsx").status_code == 200


def test_what_is_late_is_told_on_the_dashboard(desk: Browser) -> None:
    number, _, _ = make.sent()
    make.sent_ago(number, 9, expected_in=-1)
    services.watch_late()
    assert "采购迟到" in text(desk.get("/office"))
    assert number in text(desk.get("/office/purchases?late=late"))
    assert number not in text(desk.get("/office/purchases?late=likely"))


def test_pages_read_as_much_for_many_as_for_one(desk: Browser) -> None:
    who, skus = make.supplier(), make.goods(3)
    number = make.order(who, [(skus[0], 5, 100)])
    make.receive(number, (1, 2))
    made = make.tender([who], [(skus[0], 5)])
    pages = ["/office/purchases", f"/office/purchases/{number}", f"/office/suppliers/{who}", "/office/suppliers", "/office/tenders",
             f"/office/tenders/{made}", "/office/payables"]  # fmt: skip
    few = [statements(desk, page) for page in pages]
    for sku in skus[1:]:
        make.agree(who, sku)
        more = make.order(who, [(each, 5, 100) for each in skus])
        make.receive(more, (1, 2), (2, 1))
        make.tender([who, make.supplier()], [(each, 5) for each in skus])
    assert [statements(desk, page) for page in pages] <= [
        count + 3 for count in few
    ]  # names are read where there are any
    assert max(few) <= 24
