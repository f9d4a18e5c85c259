"""The report of an import: one line for each row that was not taken, or about which something should be known."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import orjson

from .errors import ReportNotWritable
from .importers.drafts import Remark

COLUMNS = ("file", "line", "external_id", "field", "code", "outcome", "message", "message_en")


class Report:
    """Counts remarks, and writes them where a file is wanted: CSV (for spreadsheets, with BOM) by its ending, else JSON lines."""

    def __init__(self, stream: IO[str] | None, as_csv: bool) -> None:
        self._stream = stream
        self._csv = csv.writer(stream) if stream and as_csv else None
        self.rejected = 0
        self.skipped = 0
        if self._csv:
            self._csv.writerow(COLUMNS)

    def add(self, remark: Remark) -> None:
        self.rejected += remark.outcome == "rejected"
        self.skipped += remark.outcome == "skipped"
        if self._stream is None:
            return
        held = remark.as_dict()
        if self._csv:
            self._csv.writerow([_harmless(str(held[name])) for name in COLUMNS])
        else:
            self._stream.write(orjson.dumps({name: _sound(held[name]) for name in COLUMNS}).decode() + "\n")


def _sound(value: object) -> object:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _harmless(text: str) -> str:
    """A cell that a spreadsheet will not run as a formula."""
    text = str(_sound(text))
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


@contextmanager
def report_to(path: str | Path | Report | None) -> Iterator[Report]:
    """A report that exists already is used as it is. Raises ReportNotWritable."""
    if isinstance(path, Report):
        yield path
        return
    if path is None:
        yield Report(None, as_csv=False)
        return
    as_csv = Path(path).suffix.lower() == ".csv"
    try:
        stream = open(path, "w", encoding="utf-8-sig" if as_csv else "utf-8", newline="")  # noqa: SIM115
    except OSError as error:
        raise ReportNotWritable(file=str(path), reason=error.strerror or "error") from None
    with stream:
        yield Report(stream, as_csv)
