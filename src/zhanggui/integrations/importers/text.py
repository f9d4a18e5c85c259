"""Delimited text as rows with exact line numbers, in flat memory, and never stopped by a bad row.

A record may span lines inside quotes. When quotes do not pair up, a plain CSV reader swallows the rows that follow; here
the row where it began is given up and reading goes on at the next line that has the shape of a row.
"""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from zhanggui.integrations.errors import UnreadableFile

from .drafts import Remark
from .sources import BROKEN_STREAM, Source, Survey, survey

RECORD_LIMIT = 2_000_000  # characters of one record; a description with pictures inside may be long
RECORD_LINES = 50_000
DELIMITERS = ",;\t|"
csv.field_size_limit(RECORD_LIMIT)

_DIRTY = re.compile("[\x00\udc80-\udcff\ufffd]")


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one record; `line` is where it begins."""

    line: int
    cells: list[str]


class _OverLong(Exception):
    pass


class _Lines:
    """Physical lines, counted; lines already read can be given back."""

    def __init__(self, stream: io.TextIOBase, replaced: bool) -> None:
        self._readline = stream.readline
        self._back: deque[str] = deque()
        self._replaced = replaced  # whether undecodable bytes became U+FFFD (UTF-16) rather than surrogates
        self.number = 0
        self.taken: list[str] = []
        self._size = 0
        self.dirty = ""
        self.too_long = False
        self.broken = False

    def begin(self) -> None:
        self.taken, self._size, self.dirty, self.too_long = [], 0, "", False

    def give_back(self, lines: Sequence[str]) -> None:
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self.too_long or self._size > RECORD_LIMIT or len(self.taken) >= RECORD_LINES:
            raise _OverLong
        line = self._back.popleft() if self._back else self._read()
        if not line:
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        self._size += len(line)
        if not line.isascii() or "\x00" in line:
            self._inspect(line)
            line = line.removeprefix("\ufeff")
        return line

    def _read(self) -> str:
        try:
            line = self._readline(RECORD_LIMIT + 1)
            if len(line) > RECORD_LIMIT and not line.endswith(("\n", "\r")):
                while (more := self._readline(RECORD_LIMIT)) and not more.endswith(("\n", "\r")):
                    pass
                line, self.too_long = line[:200], True
            return line
        except BROKEN_STREAM:
            self.broken = True
            return ""

    def _inspect(self, line: str) -> None:
        found = _DIRTY.search(line)
        if found and found.group() == "\x00":
            self.dirty = "nul_character"
        elif found and (self._replaced or found.group() != "\ufffd"):
            self.dirty = "bad_encoding"


class Table:
    """A file with a header row. `rows()` may be called again and again; each call reads the file from its beginning."""

    def __init__(
        self,
        source: Source,
        *,
        known: Survey | None = None,
        skip_to: Callable[[list[str]], bool] | None = None,
        loose: bool = False,
    ) -> None:
        """`skip_to` recognises the header where other lines may stand before it.

        `loose`: cells may hold quotes that are not doubled (Taobao Assistant), so a line that splits at its tabs into the
        right number of cells is taken as it stands. Raises UnreadableFile.
        """
        self.source = source
        self.loose = loose
        self.name = source.name
        self.survey = known or survey(source)
        self.delimiter, self.header, self.header_line = self._find_header(skip_to)

    @property
    def digest(self) -> str:
        return self.survey.digest

    def _open(self) -> _Lines:
        wide = self.survey.encoding.startswith("utf-16")
        stream = io.TextIOWrapper(
            self.source.open(),
            encoding=self.survey.encoding,
            errors="replace" if wide else "surrogateescape",
            newline="",
        )
        return _Lines(stream, wide)

    def _find_header(self, skip_to: Callable[[list[str]], bool] | None) -> tuple[str, list[str], int]:
        lines = self._open()
        for _attempt in range(10):
            lines.begin()
            first = next(lines, "")
            while first and not first.strip():
                first = next(lines, "")
            if re.fullmatch(r"\s*sep=.\s*", first):
                continue
            start = lines.number
            delimiter = _delimiter(first)
            lines.give_back([first])
            lines.begin()
            try:
                cells = [cell.strip() for cell in next(csv.reader(lines, delimiter=delimiter, strict=True), [])]
            except (csv.Error, _OverLong):
                if skip_to is not None and _attempt:
                    break
                raise UnreadableFile(file=self.name, reason=f"header / 表头, line {start}") from None
            if lines.dirty:
                raise UnreadableFile(file=self.name, reason="binary / 不是文本文件")
            while cells and not cells[-1]:
                cells.pop()
            if cells and (skip_to is None or skip_to(cells)):
                return delimiter, cells, lines.number
            if not first:
                break
        if skip_to is not None:
            return self._find_header(None)
        raise UnreadableFile(file=self.name, reason="no header / 没有表头")

    def rows(self) -> Iterator[Row | Remark]:
        """Every record after the header, or a remark in place of one that cannot be read. Blank rows are passed over."""
        lines = self._open()
        while lines.number < self.header_line:
            lines.begin()
            next(lines)
        width = len(self.header)
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        while True:
            lines.begin()
            start = lines.number + 1
            try:
                cells = (self._split(lines, width) if self.loose else None) or next(reader)
            except StopIteration:
                break
            except (csv.Error, _OverLong):
                yield self._recover(lines, start, width)
                reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
                continue
            if len(cells) != width:
                cells = _trim(cells, width)
                if len(lines.taken) > 1 and len(cells) != width and self._resume(lines, width) is not None:
                    yield self._recover(lines, start, width)
                    continue
            if not any(cells):
                continue
            if lines.too_long:
                yield self._remark(start, "row_too_long", limit=RECORD_LIMIT)
            elif lines.dirty:
                yield self._remark(start, lines.dirty, encoding=self.survey.encoding)
            elif len(cells) != width:
                yield self._ragged(lines, start, len(cells), width)
            else:
                yield Row(start, cells)
        if lines.broken or self.survey.truncated:
            yield self._remark(lines.number + 1, "file_truncated")

    def _split(self, lines: _Lines, width: int) -> list[str] | None:
        """The next line cut at its tabs, if that gives a whole row; else the line is handed back."""
        line = next(lines)
        parts = line.rstrip("\r\n").split(self.delimiter)
        if len(parts) == width:
            return [_unquote(part) for part in parts]
        lines.give_back([line])
        lines.begin()
        return None

    def _remark(self, line: int, code: str, **params: object) -> Remark:
        return Remark(self.name, line, code, params=params)

    def _ragged(self, lines: _Lines, start: int, found: int, width: int) -> Remark:
        last = found < width and not self.survey.ends_with_newline and not lines.taken[-1].endswith(("\n", "\r"))
        code = "row_truncated" if last else "too_few_cells" if found < width else "too_many_cells"
        return self._remark(start, code, expected=width, found=found)

    def _recover(self, lines: _Lines, start: int, width: int) -> Remark:
        """Give up the record that began at `start`; hand back the lines after it that look like rows again."""
        if lines.too_long:
            return self._remark(start, "row_too_long", limit=RECORD_LIMIT)
        resume = self._resume(lines, width)
        if resume is not None:
            lines.give_back(lines.taken[resume:])
        return self._remark(start, "quote_unbalanced", first=start, last=lines.number)

    def _resume(self, lines: _Lines, width: int) -> int | None:
        """The first later line of the record that is, alone, a row of full width; for tables of two columns or more."""
        if width < 2:
            return None
        for index, line in enumerate(lines.taken[1:], 1):
            if line.count(self.delimiter) < width - 1:
                continue
            try:
                if len(next(csv.reader([line], delimiter=self.delimiter, strict=True), [])) == width:
                    return index
            except csv.Error:
                continue
        return None


def _trim(cells: list[str], width: int) -> list[str]:
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    return cells


def _delimiter(line: str) -> str:
    """The separator that splits the header into most parts, quoted parts left aside; comma when there is none."""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(DELIMITERS, key=lambda mark: (bare.count(mark), -DELIMITERS.index(mark)))


def _unquote(cell: str) -> str:
    return cell[1:-1].replace('""', '"') if len(cell) > 1 and cell[0] == '"' == cell[-1] else cell
