"""The report as an Excel workbook: figures are numbers, texts are texts (never formulas)."""

from decimal import Decimal
from io import BytesIO
from typing import Any

from zhanggui.kernel.money import minor_digits

from .. import words
from ..types import MetricKind, Report

_FORMATS: dict[MetricKind, str] = {"count": "#,##0", "rate": "0.00%", "seconds": "#,##0.0", "number": "#,##0.00"}


class _Book:
    """Writes figures in the number format of their kind."""

    def __init__(self, stream: BytesIO, currency: str) -> None:
        import xlsxwriter  # not at the top: only a report as a workbook needs its memory

        self.book = xlsxwriter.Workbook(
            stream,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        self.currency = currency
        self.head = self.book.add_format({"bold": True, "bottom": 2})
        self.wrap = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.kinds = {kind: self.book.add_format({"num_format": f, "valign": "top"}) for kind, f in _FORMATS.items()}
        self.money: dict[int, Any] = {}

    def figure(self, sheet: Any, row: int, column: int, value: Any, kind: MetricKind, currency: str = "") -> None:
        """Unknown stays an empty cell."""
        if value is None:
            sheet.write_blank(row, column, None)
        elif kind == "money":
            digits = minor_digits(currency or self.currency)
            if digits not in self.money:
                places = "." + "0" * digits if digits else ""
                self.money[digits] = self.book.add_format({"num_format": f"#,##0{places}", "valign": "top"})
            sheet.write_number(row, column, Decimal(value).scaleb(-digits), self.money[digits])
        else:
            sheet.write_number(row, column, value, self.kinds[kind])

    def heads(self, sheet: Any, row: int, titles: list[str]) -> None:
        for column, title in enumerate(titles):
            sheet.write_string(row, column, title, self.head)


def as_xlsx(report: Report, lang: str) -> bytes:
    stream = BytesIO()
    book = _Book(stream, report.currency)
    _metrics(book, report, lang)
    for name, rows in report.rows.items():
        if rows:
            _table(book, words.TABLES[name].render(lang), rows, report.currency, lang)
    book.book.close()
    return stream.getvalue()


def _metrics(book: _Book, report: Report, lang: str) -> None:
    sheet = book.book.add_worksheet(words.METRIC.render(lang))
    sheet.write_string(0, 0, words.title(report).render(lang), book.head)
    sheet.write_string(1, 0, f"{words.span(report)} · {report.timezone} · {report.currency}")
    titles = (words.METRIC, words.VALUE, words.PREVIOUS[report.period.name], words.CHANGE, words.DEFINITION)
    book.heads(sheet, 3, ["name", *(title.render(lang) for title in titles)])
    for row, m in enumerate(report.metrics, start=4):
        sheet.write_string(row, 0, m.name, book.wrap)
        sheet.write_string(row, 1, m.title.render(lang), book.wrap)
        book.figure(sheet, row, 2, m.value, m.kind)
        book.figure(sheet, row, 3, m.previous, m.kind)
        sheet.write_string(row, 4, words.change(m.value, m.previous), book.wrap)
        sheet.write_string(row, 5, m.definition.render(lang), book.wrap)
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 4, 14)
    sheet.set_column(5, 5, 80)
    sheet.freeze_panes(4, 2)


def _table(book: _Book, title: str, rows: list[dict[str, Any]], currency: str, lang: str) -> None:
    sheet = book.book.add_worksheet(title)
    columns = words.columns_of(rows)
    book.heads(sheet, 0, [words.heading(column, lang) for column in columns])
    for number, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            kind = words.kind_of(column, row)
            if kind is None:
                sheet.write_string(number, place, words.cell(column, row, currency, lang))
            else:
                book.figure(sheet, number, place, row.get(column), kind, row.get("currency", ""))
    sheet.set_column(0, len(columns) - 1, 16)
    sheet.freeze_panes(1, 0)
