"""One report in four forms: the same figures everywhere, and nothing a cell could do to its reader."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.factories.sales import Line, sell
from tests.factories.visits import visit
from zhanggui.analytics import selectors, services, words
from zhanggui.analytics.errors import UnknownReport
from zhanggui.analytics.render import text
from zhanggui.analytics.types import Report

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 17)
NOON = datetime(2026, 11, 17, 4, tzinfo=UTC)
NASTY = '=HYPERLINK("http://x","绿萝")<script>alert(1)</script>\n\x1b[31m'


@pytest.fixture(autouse=True)
def _history(time_machine) -> None:
    time_machine.move_to(datetime(2026, 11, 30, 4, tzinfo=UTC), tick=True)
    sell(NOON, Line(1_234_567_89, cost=33_33, title=NASTY), Line(10, 3, sku="<b>", cost=5), province="<i>浙江省")
    sell(NOON, Line(99_99, cost=1), status="pending_payment")
    visit("ann", 3, at=NOON, kind="product", ref="vase", seconds=7)


class _Cells(HTMLParser):
    """Texts of the metric table's cells, and every tag of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.metrics: dict[str, list[str]] = {}
        self.row: list[str] | None = None
        self.open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "tr":
            name = dict(attrs).get("data-metric")
            self.row = self.metrics.setdefault(name, []) if name else None
        if tag == "td" and self.row is not None:
            self.row.append("")
            self.open = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            self.open = False

    def handle_data(self, data: str) -> None:
        if self.open and self.row is not None:
            self.row[-1] += data


def _json(period: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(services.report(period, DAY, "json"))
    return found


@pytest.mark.parametrize("period", ["daily", "weekly"])
def test_json_has_the_shape_of_the_contract(period: str) -> None:
    found = _json(period)
    assert list(found) == ["report", "from", "to", "timezone", "currency", "metrics", "rows"]
    assert (found["report"], found["timezone"], found["currency"]) == (period, "Asia/Shanghai", "CNY")
    assert (found["from"], found["to"]) == (
        ("2026-11-17", "2026-11-17") if period == "daily" else ("2026-11-16", "2026-11-22")
    )
    assert {tuple(metric) for metric in found["metrics"].values()} == {("value", "previous", "definition")}
    assert found["metrics"]["sales"]["value"] == 1_234_567_89 + 30
    assert type(found["metrics"]["sales"]["value"]) is int
    assert found == selectors.report(period, DAY).as_dict("zh-Hans")


def test_definitions_come_in_the_language_asked_for() -> None:
    in_english = json.loads(services.report("daily", DAY, "json", "en"))["metrics"]["orders"]["definition"]
    assert in_english == "Orders placed in the period, whatever became of them."
    assert _json("daily")["metrics"]["orders"]["definition"].startswith("期内下单")


@pytest.mark.parametrize("period", ["daily", "weekly"])
def test_html_says_what_json_says(period: str) -> None:
    page = services.report(period, DAY, "html")
    assert isinstance(page, str)
    cells = _Cells()
    cells.feed(page)
    report = selectors.report(period, DAY)
    assert list(cells.metrics) == [m.name for m in report.metrics]
    for m in report.metrics:
        title, value, previous, _change = cells.metrics[m.name]
        assert title == m.title.zh + m.definition.zh
        assert value == words.figure(m.value, m.kind, report.currency, "zh-Hans")
        assert previous == words.figure(m.previous, m.kind, report.currency, "zh-Hans")
    assert not {"script", "i", "b", "img", "link"} & set(cells.tags)


@pytest.mark.parametrize("period", ["daily", "weekly"])
def test_xlsx_says_what_json_says(period: str) -> None:
    book = services.report(period, DAY, "xlsx")
    assert isinstance(book, bytes)
    sheets = CalamineWorkbook.from_filelike(BytesIO(book))
    rows = sheets.get_sheet_by_name("指标").to_python()[4:]
    report = selectors.report(period, DAY)
    assert [row[0] for row in rows] == [m.name for m in report.metrics]
    for row, m in zip(rows, report.metrics, strict=True):
        for cell, value in zip(row[2:4], (m.value, m.previous), strict=True):
            shown = "" if value is None else value / 100 if m.kind == "money" else value
            assert cell == shown, m.name
    products = sheets.get_sheet_by_name("商品").to_python()
    assert str(products[1][products[0].index("名称")]).startswith("=HYPERLINK")
    assert set(sheets.sheet_names) == {"指标"} | {words.TABLES[n].zh for n, found in report.rows.items() if found}


def test_text_is_aligned_for_wide_characters() -> None:
    shown = services.report("daily", DAY, "text")
    assert isinstance(shown, str)
    lines = shown.splitlines()
    head = next(line for line in lines if line.startswith("指标"))
    ends = {text._width(line.rstrip()) for line in lines if line.startswith(("IP 数", "总订单", "总销售额"))}
    assert "1,234,568.19" in shown
    assert len(ends) == 1
    assert "—" in shown
    assert "\x1b" not in shown
    assert text._width(head) > 20


def test_a_product_name_cannot_break_the_table() -> None:
    lines = text.table([["a", "b"], ["x\ny", "1"]], [False, True])
    assert lines == ["a    b", "──────", "x y  1"]


@pytest.mark.parametrize(("period", "form"), [("monthly", "json"), ("daily", "pdf"), ("", ""), ("DAILY", "json")])
def test_an_unknown_report_is_refused(period: str, form: str) -> None:
    with pytest.raises(UnknownReport):
        services.report(period, DAY, form)


@pytest.mark.parametrize(
    ("value", "kind", "currency", "shown"),
    [
        (None, "money", "CNY", "—"),
        (0, "money", "CNY", "0.00"),
        (-5, "money", "CNY", "-0.05"),
        (-123_456_78, "money", "CNY", "-123,456.78"),
        (1_234, "money", "JPY", "1,234"),
        (0.0312, "rate", "CNY", "3.12%"),
        (1_234, "count", "CNY", "1,234"),
        (75.5, "seconds", "CNY", "75.5 秒"),
        (4.25, "number", "CNY", "4.25"),
    ],
)
def test_figures_read_as_people_write_them(value: Any, kind: Any, currency: str, shown: str) -> None:
    assert words.figure(value, kind, currency, "zh-Hans") == shown


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("source", "search:baidu", "搜索 baidu"),
        ("source", "direct", "直接访问"),
        ("source", "wechat-mini", "wechat-mini"),
        ("source", "", "未注明"),
        ("region", "", "未注明"),
        ("region", "浙江省", "浙江省"),
        ("metric", "gross_profit", "毛利润"),
        ("metric", "*", "全部"),
        ("kind", "home", "首页"),
        ("hour", 0, "0"),
        ("visitors", None, "—"),
    ],
)
def test_cells_read_as_people_write_them(column: str, value: Any, shown: str) -> None:
    assert words.cell(column, {column: value}, "CNY", "zh-Hans") == shown


def test_every_column_and_note_has_words() -> None:
    report: Report = selectors.report("weekly", DAY)
    for rows in report.rows.values():
        assert set(words.columns_of(rows)) <= set(words.COLUMNS)
    assert {row["note"] for row in report.rows["notes"]} <= set(words.NOTES)
