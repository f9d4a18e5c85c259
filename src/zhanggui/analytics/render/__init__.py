"""One report, four forms: text for a terminal, JSON for programs, HTML to print, XLSX to work on."""

from collections.abc import Callable
from datetime import date

import orjson

from zhanggui.kernel.i18n import ZH

from .. import selectors
from ..errors import UnknownReport
from ..types import Report
from .page import as_html
from .sheet import as_xlsx
from .text import as_text


def as_json(report: Report, lang: str) -> str:
    return orjson.dumps(report.as_dict(lang), option=orjson.OPT_INDENT_2).decode()


FORMS: dict[str, Callable[[Report, str], str | bytes]] = {
    "text": as_text,
    "json": as_json,
    "html": as_html,
    "xlsx": as_xlsx,
}


def report(period: str, day: date, fmt: str = "text", lang: str = ZH, *, costs: bool = True) -> str | bytes:
    """The operations report of `daily` or `weekly` for a date: text, json and html as str, xlsx as bytes.

    A week runs from Monday to Sunday and is the one that holds the date. Without `costs` gross profit is empty and a note
    says why. Raises UnknownReport.
    """
    if fmt not in FORMS:
        raise UnknownReport(asked=fmt, known=", ".join(FORMS))
    return FORMS[fmt](selectors.report(period, day, costs=costs), lang)
