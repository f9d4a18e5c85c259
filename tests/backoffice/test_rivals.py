"""Competitors' prices at the desk: recorded by line and by workbook, answered, left be; faults by line, nothing lost."""

from __future__ import annotations

import io
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import procurement as bought
from tests.factories import shop
from tests.support.pages import Browser, at_the_desk, statements
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.pricing import selectors as pricing
from zhanggui.rivals import selectors, services
from zhanggui.rivals.types import MATCH, RuleView, Seen

pytestmark = pytest.mark.django_db
HERE = "/office/rivals"


def words(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def desk() -> Browser:
    return at_the_desk("marketing")


@pytest.fixture
def code() -> str:
    return shop.goods(10_000)[0]


def rival() -> int:
    return services.save_rival(None, label="隔壁家", actor=SYSTEM)


def given(code: str, price: str, **more: Any) -> dict[str, Any]:
    return {
        "rival": str(selectors.rivals()[0].id),
        "seen_on": clock.business_date().isoformat(),
        "sku-1": code,
        "price-1": price,
    } | more


def sheet(*rows: tuple[Any, ...]) -> SimpleUploadedFile:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        for y, row in enumerate((("SKU", "价格", "链接"), *rows)):
            page.write_row(y, 0, row)
    return SimpleUploadedFile("prices.xlsx", file.getvalue())


def test_from_the_shop_to_the_changed_price(desk: Browser, code: str) -> None:
    assert "先登记一家竞品店铺" in words(desk.get(f"{HERE}/seen"))
    assert desk.post(f"{HERE}/shops", {"label": "隔壁家", "active": "1"}).status_code == 303
    rule = {"category_id": "0", "answer": MATCH, "threshold": "3", "undercut": "", "most_cut": "20", "fresh_days": "14"}
    assert desk.post(f"{HERE}/rules", rule).status_code == 303
    assert "跟到同价" in words(desk.get(f"{HERE}/rules"))
    assert desk.post(f"{HERE}/seen", given(code, "90.00", **{"link-1": "https://rival.example/9"})).status_code == 303
    page = words(desk.get(HERE))
    assert "隔壁家" in page
    assert 'value="90.00"' in page
    found = selectors.findings().items[0]
    assert desk.post(f"{HERE}/{found.id}", {"do": "answer", "price": "90.00"}).status_code == 303
    assert pricing.base_prices([found.sku_id])[found.sku_id].sale_price == 9_000
    assert "隔壁家" in words(desk.get(f"{HERE}?state=answered"))
    assert desk.get(f"{HERE}?state=answered&export=xlsx").status_code == 200
    assert desk.get(f"{HERE}/shops?id={selectors.rivals()[0].id}").status_code == 200


def test_a_workbook_is_taken_whole_or_named_by_its_lines(desk: Browser, code: str) -> None:
    rival()
    assert desk.post(f"{HERE}/seen", given("", "", file=sheet((code, 88.5), (code, 87)))).status_code == 303
    assert [row.price for row in selectors.prices().items] == [8_700, 8_850]
    answer = desk.post(f"{HERE}/seen", given("", "", file=sheet((code, 80), ("NONE", 5), (code, "viel"))))
    assert answer.status_code == 422
    page = words(answer)
    assert "第 3 行：没有 SKU「NONE」" in page
    assert "第 4 行：" in page
    assert len(selectors.prices().items) == 2
    nonsense = SimpleUploadedFile("x.xlsx", b"nonsense")
    assert desk.post(f"{HERE}/seen", given("", "", file=nonsense)).status_code == 422


def test_faults_keep_what_was_typed(desk: Browser, code: str) -> None:
    rival()
    for wrong in (
        given(code, "-1"),
        given("NONE", "5"),
        given(code, "5", seen_on="x"),
        given("", ""),
        given(code, "5", rival=""),
    ):
        answer = desk.post(f"{HERE}/seen", wrong)
        assert answer.status_code == 422, wrong
    assert 'value="NONE"' in words(desk.post(f"{HERE}/seen", given("NONE", "5")))
    services.save_rule(RuleView(0, MATCH), actor=SYSTEM)
    desk.post(f"{HERE}/seen", given(code, "90"))
    found = selectors.findings().items[0]
    for what in ({"do": "answer", "price": ""}, {"do": "answer", "price": "abc"}, {"do": "ignore", "reason": ""}):
        assert desk.post(f"{HERE}/{found.id}", what).status_code == 422
    assert selectors.finding(found.id).state == "open"
    assert desk.post(f"{HERE}/{found.id}", {"do": "ignore", "reason": "不跟"}).status_code == 303
    assert desk.post(f"{HERE}/999999", {"do": "ignore", "reason": "x"}).status_code == 404
    assert desk.post(f"{HERE}/shops", {"label": ""}).status_code == 422
    assert desk.post(f"{HERE}/rules", {"category_id": "0", "answer": "shout"}).status_code == 422


def test_only_who_may(code: str) -> None:
    rival()
    reader = at_the_desk("analyst")
    assert reader.get(HERE).status_code == 200
    assert reader.post(f"{HERE}/seen", given(code, "90")).status_code == 403
    assert reader.post(f"{HERE}/rules", {}).status_code == 403
    assert at_the_desk("warehouse").get(HERE).status_code == 403


def test_as_many_statements_for_many_as_for_one(desk: Browser) -> None:
    number = rival()
    skus = bought.goods(6)
    services.record_prices(number, [Seen(skus[0], 9_000, clock.business_date())], actor=SYSTEM)
    one = statements(desk, HERE)
    services.record_prices(number, [Seen(sku, 9_000, clock.business_date()) for sku in skus], actor=SYSTEM)
    assert statements(desk, HERE) <= one
