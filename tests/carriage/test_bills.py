"""A carrier's bill is held against the mall's own waybills: too heavy, too dear, not ours, twice; judged, and settled once."""

from __future__ import annotations

import io

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from tests.support.pages import at_the_desk, statements
from zhanggui.carriage import selectors, services
from zhanggui.carriage.types import Billed, Lane
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import PermissionDenied, ValidationFailed, WrongState

pytestmark = pytest.mark.django_db
BOOKS = Actor("staff", 41, "books", frozenset({"carriage.bills"}))


def sent(*parcels: tuple[str, int]) -> None:
    """Parcels of a weight that left for Zhejiang: 6.00 for a kilogram, 2.00 for each further one."""
    services.save_lanes("ZTO", [Lane("ZTO", "", first_fee=600, step_fee=200)], actor=SYSTEM)
    with transaction.atomic():
        for number, grams in parcels:
            services.use(
                "ZTO", number, reference=number, documents=[number], province="浙江省", weight_g=grams, actor=SYSTEM
            )


def found(bill: int) -> dict[int, tuple[str, int]]:
    return {line.row: (line.found, line.accepted) for line in selectors.bill_lines(bill).items}


def test_what_differs_is_told_and_only_what_is_ours_is_accepted() -> None:
    sent(("ZT00000001", 900), ("ZT00000002", 900), ("ZT00000003", 900), ("ZT00000004", 2_500))
    lines = [
        Billed(2, "zt00000001", 1_000, 600), Billed(3, "ZT00000002", 1_400, 800), Billed(4, "ZT00000003", 900, 750),
        Billed(5, "NOT-OURS-1", 500, 600), Billed(6, "ZT00000001", 1_000, 600), Billed(7, "ZT00000004", 2_500, 900),
    ]  # fmt: skip
    bill = services.add_bill("ZTO", "十一月", lines, actor=BOOKS)
    assert found(bill) == {  # 100 g more are let pass; 2 500 g should cost 10.00, so 9.00 is fine
        2: ("ok", 600), 3: ("heavy", 600), 4: ("dear", 600), 5: ("unknown", 0), 6: ("twice", 0), 7: ("ok", 900),
    }  # fmt: skip
    view = selectors.bill(bill)
    assert (view.lines, view.differ, view.amount, view.expected, view.accepted) == (6, 4, 4_250, 600 * 3 + 1_000, 2_700)
    again = services.add_bill(
        "ZTO", "十二月", [Billed(2, "ZT00000002", 900, 600), Billed(3, "NOT-OURS-1", 1, 1)], actor=BOOKS
    )
    assert found(again) == {2: ("twice", 0), 3: ("unknown", 0)}

    heavy = selectors.bill_lines(bill, found="heavy").items[0].id
    assert services.accept_lines(bill, [heavy], whole=True, reason="复称属实", actor=BOOKS) == 1
    assert services.settle_bill(bill, note="已付", actor=BOOKS) == 2_900
    for late in (
        lambda: services.settle_bill(bill, actor=BOOKS),
        lambda: services.accept_lines(bill, [heavy], whole=False, reason="?", actor=BOOKS),
    ):
        with pytest.raises(WrongState):
            late()
    for wrong in ([], [Billed(2, "", 1, 1)], [Billed(2, "A", -1, 1)]):
        with pytest.raises(ValidationFailed):
            services.add_bill("ZTO", "x", wrong, actor=BOOKS)
    with pytest.raises(PermissionDenied):
        services.add_bill("ZTO", "x", lines, actor=Actor("staff", 42, "nobody"))


def test_a_workbook_is_taken_in_whole_or_not_at_all_and_settled_at_the_desk() -> None:
    sent(("ZT00000011", 900), ("ZT00000012", 900))

    def sheet(*rows: list[object]) -> SimpleUploadedFile:
        book = io.BytesIO()
        with xlsxwriter.Workbook(book) as made:
            page = made.add_worksheet()
            for y, row in enumerate([["运单号", "重量", "金额"], *rows]):
                page.write_row(y, 0, row)
        return SimpleUploadedFile("bill.xlsx", book.getvalue())

    desk, here = at_the_desk("finance"), "/office/carriers/bills"
    assert "还没有账单" in desk.get(here).content.decode()
    form = {"carrier": "ZTO", "name": "十一月"}
    wrong = desk.post(here, {**form, "file": sheet(["ZT00000011", 0.9, 6], ["ZT00000012", "schwer", 6])})
    assert wrong.status_code == 422
    assert "第 3 行" in wrong.content.decode()
    assert selectors.bills().items == []
    assert (
        desk.post(here, {**form, "file": sheet(["ZT00000011", 0.9, 6], ["ZT00000012", 2.2, "10.00"])}).status_code
        == 303
    )
    (bill,) = selectors.bills().items
    there = f"{here}/{bill.id}"
    shown = desk.get(f"{there}?found=differ").content.decode()
    assert "重量偏大" in shown
    assert "ZT00000011" not in shown
    (line,) = selectors.bill_lines(bill.id, found="differ").items
    assert desk.post(there, {"ids": [line.id], "action": "whole"}).status_code == 422  # says why first
    assert desk.post(there, {"ids": [line.id], "action": "none", "reason": "重量不符，退回"}).status_code == 303
    assert statements(desk, there) <= 8
    assert desk.get(f"{there}?export=xlsx").status_code == 200
    assert desk.post(there, {"do": "settle", "note": ""}).status_code == 303
    assert selectors.bill(bill.id).accepted == 600
    assert at_the_desk("analyst").post(here, form).status_code == 403
