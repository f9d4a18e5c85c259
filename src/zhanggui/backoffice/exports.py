"""Lists as files: a workbook or a text file, row by row, without a formula a cell's words could become."""

from __future__ import annotations

import csv as _csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import orjson
import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from zhanggui.kernel import clock
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money, format_minor
from zhanggui.ui.language import say

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A cell that begins so would be run as a formula by the programs that open text files.
FORMULA = ("=", "+", "-", "@", "\t", "\r")

Rows = Iterable[Sequence[Any]]


def xlsx(filename: str, head: Sequence[Text | str], rows: Rows) -> HttpResponseBase:
    """A workbook with one sheet; money as numbers, times in the mall's zone."""
    return workbook(filename, [("", head, rows)])


def workbook(filename: str, sheets: Iterable[tuple[Text | str, Sequence[Text | str], Rows]]) -> HttpResponseBase:
    """The same with several sheets: (name, "" for none; titles; rows)."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for name, head, rows in sheets:
            sheet = book.add_worksheet(say(name) if isinstance(name, Text) else name)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, max(len(head) - 1, 0), 16)
            for x, title in enumerate(head):
                sheet.write_string(0, x, say(title), bold)
            for y, row in enumerate(rows, 1):
                for x, value in enumerate(row):
                    _write(sheet, y, x, value, day, moment)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{filename}.xlsx", content_type=XLSX)


def _write(sheet: Any, y: int, x: int, value: Any, day: Any, moment: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, Money):
        value = Decimal(format_minor(value.amount, value.currency))
    if isinstance(value, bool):
        sheet.write_boolean(y, x, value)
    elif isinstance(value, int | float | Decimal):
        # beyond 15 digits a workbook rounds: such a number is a name
        number = not isinstance(value, int) or abs(value) < 10**15
        sheet.write_number(y, x, value) if number else sheet.write_string(y, x, str(value))
    elif isinstance(value, datetime):
        sheet.write_datetime(y, x, clock.local(value).replace(tzinfo=None), moment)
    elif isinstance(value, date):
        sheet.write_datetime(y, x, value, day)
    else:
        sheet.write_string(y, x, str(say(value) if isinstance(value, Text) else value)[:32_000])


def csv(filename: str, head: Sequence[Text | str], rows: Rows) -> HttpResponseBase:
    """UTF-8 with a mark that makes the usual programs read it as such."""
    titles = [say(title) for title in head]
    response = StreamingHttpResponse(_lines(titles, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename*=utf-8''{quote(filename)}.csv"
    return response


def _lines(head: Sequence[str], rows: Rows) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = _csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([plain(title) for title in head])
    for row in rows:
        writer.writerow([plain(value) for value in row])
        if buffer.tell() > 60_000:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def plain(value: Any) -> str:
    """A value as a cell of a text file."""
    if value is None:
        return ""
    if isinstance(value, Money):
        return format_minor(value.amount, value.currency)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return clock.local(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, int | float | Decimal | date):
        return str(value)
    text = say(value) if isinstance(value, Text) else str(value)
    return "'" + text if text.startswith(FORMULA) else text


def as_json(value: Any) -> str:
    """A structured value as text; "" for nothing."""
    return "" if value is None else orjson.dumps(value, default=str).decode()


def asked(request: Any) -> str:
    """`xlsx` or `csv` where the address asks for a file, else ""."""
    wanted = request.GET.get("export", "")
    return wanted if wanted in ("xlsx", "csv") else ""


def answer(form: str, filename: str, head: Sequence[Text | str], rows: Rows) -> HttpResponseBase:
    """The file in the form that was asked for."""
    return xlsx(filename, head, rows) if form == "xlsx" else csv(filename, head, rows)
