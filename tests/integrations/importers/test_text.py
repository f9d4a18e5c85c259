"""Rows out of any file: right line numbers, bad rows told apart, neighbours unharmed, memory flat."""

from __future__ import annotations

import csv
import gzip
import io
import re
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.integrations.importers.reading import rows_of, table_of
from zhanggui.integrations.errors import UnreadableFile
from zhanggui.integrations.importers import text as text_module
from zhanggui.integrations.importers.sources import Source, from_bytes, from_paths
from zhanggui.integrations.importers.text import Row, Table


def test_a_row_is_named_by_the_line_where_it_begins() -> None:
    assert rows_of('a,b\n1,"x\ny"\n\n2,z\n') == [(2, ["1", "x\ny"]), (5, ["2", "z"])]


def test_blank_rows_are_passed_over() -> None:
    assert rows_of("a,b\n" + ",\n" * 500 + "\n1,2") == [(503, ["1", "2"])]


def test_a_row_of_the_wrong_width_is_refused_and_its_neighbours_stand() -> None:
    data = "a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12,,\n"
    assert rows_of(data) == [
        (2, ["1", "2", "3"]),
        (3, "too_few_cells"),
        (4, "too_many_cells"),
        (5, ["10", "11", "12"]),
    ]


def test_a_last_row_that_breaks_off_is_named_so() -> None:
    assert rows_of("a,b,c\n1,2,3\n4,5") == [(2, ["1", "2", "3"]), (3, "row_truncated")]
    assert rows_of('a,b,c\n1,2,3\n4,"5') == [(2, ["1", "2", "3"]), (3, "quote_unbalanced")]


def test_an_open_quote_does_not_swallow_the_rows_after_it() -> None:
    rest = "".join(f"{i},x,y\n" for i in range(100))
    read = rows_of(f'a,b,c\n1,"open,3\n{rest}')
    assert read[0] == (2, "quote_unbalanced")
    assert read[1:] == [(3 + i, [str(i), "x", "y"]) for i in range(100)]


def test_an_open_quote_closed_by_a_later_row_costs_only_its_own() -> None:
    read = rows_of('a,b,c\n1,"open,3\n4,5,6\n7,"closes",9\n10,11,12\n')
    assert read == [
        (2, "quote_unbalanced"),
        (3, ["4", "5", "6"]),
        (4, ["7", "closes", "9"]),
        (5, ["10", "11", "12"]),
    ]


def test_a_quote_inside_a_plain_cell_is_just_a_sign() -> None:
    assert rows_of('a,b\n12" ruler,5\n') == [(2, ['12" ruler', "5"])]


def test_an_endless_line_is_refused_without_being_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_module, "RECORD_LIMIT", 1000)
    assert rows_of("a,b\n" + "x" * 5000 + ",1\n2,3\n") == [(2, "row_too_long"), (3, ["2", "3"])]


def test_an_endless_quoted_cell_is_given_up_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_module, "RECORD_LIMIT", 1000)
    read = rows_of('a,b\n1,"' + "words\n" * 1000 + "2,3\n")
    assert read[0] == (2, "quote_unbalanced")
    assert read[-1] == (1002, ["2", "3"])


def test_zero_bytes_and_foreign_bytes_cost_one_row() -> None:
    lines = ["名称,价"] + [f"绿萝{i},{i}" for i in range(50)]
    data = "\n".join(lines).encode().replace("绿萝7".encode(), b"\xff\xfe7").replace("绿萝9".encode(), b"a\x009")
    read = rows_of(data)
    assert [row for row in read if isinstance(row[1], str)] == [(9, "bad_encoding"), (11, "nul_character")]
    assert len(read) == 50


def test_a_foreign_byte_in_a_short_file_does_not_garble_its_neighbours() -> None:
    data = "名称,价\n绿萝,1\n吊兰,2\n".encode() + b"\xff\xfe,3\n"
    assert rows_of(data) == [(2, ["绿萝", "1"]), (3, ["吊兰", "2"]), (4, "bad_encoding")]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
    ],
)
def test_chinese_is_read_in_every_usual_encoding(encoding: str, found: str) -> None:
    body = "编号\t名称\t价格\n" + "".join(f"A{i}\t绿萝盆栽 第{i}款\t{i}.50\n" for i in range(200))
    table = table_of(body.encode(encoding))
    assert (table.survey.encoding, table.delimiter, table.header) == (found, "\t", ["编号", "名称", "价格"])
    assert [row.cells for row in table.rows() if isinstance(row, Row)][199] == ["A199", "绿萝盆栽 第199款", "199.50"]


def test_western_letters_are_not_taken_for_chinese() -> None:
    words = "Größe;Überzug;Äpfel;été;école;naïve;Señor;Coração;garçon;São Paulo"
    table = table_of(f"{words}\n{words}\n".encode("cp1252"))
    assert table.survey.encoding == "cp1252"
    assert [row.cells for row in table.rows() if isinstance(row, Row)] == [words.split(";")]


def test_letters_far_into_a_file_still_decide_its_encoding() -> None:
    data = b"a,b\n" + b"plain,1\n" * 200_000 + "绿萝,2\n".encode("gbk") * 20
    table = table_of(data)
    assert table.survey.encoding == "gb18030"
    assert [row.cells for row in table.rows() if isinstance(row, Row)][-1] == ["绿萝", "2"]


def test_marks_and_hints_before_the_header_are_passed_over() -> None:
    assert rows_of("\ufeffsep=;\r\n\r\na;b\r\n1;2\r\n\ufeff3;4\r\n") == [(4, ["1", "2"]), (5, ["3", "4"])]
    assert rows_of("a,b\r1,2\r3,4") == [(2, ["1", "2"]), (3, ["3", "4"])]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n....", "PNG"),
        (b"<!DOCTYPE html><html></html>", "HTML"),
        (b'{"products": [1]}', "JSON"),
        (b"\xd0\xcf\x11\xe0....", "Excel"),
        (b'"never closed,a,b\n1,2,3\n', "header"),
    ],
)
def test_what_is_no_table_is_refused_in_words(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        table_of(data)
    assert reason in refused.value.detail("en")


def test_only_a_header_is_an_empty_table() -> None:
    assert rows_of("a,b,c\n") == []
    assert rows_of("a,b,c") == []


def test_two_hundred_columns_are_no_problem() -> None:
    header = ",".join(f"c{i}" for i in range(200))
    assert rows_of(f"{header}\n{header}\n") == [(2, header.split(","))]


def test_gzip_and_zip_are_opened_and_a_cut_gzip_says_so(tmp_path: Path) -> None:
    data = ("a,b\n" + "".join(f"{i},{i * 7919 % 1000}\n" for i in range(20_000))).encode()
    (tmp_path / "whole.csv.gz").write_bytes(gzip.compress(data))
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress(data)[:-4000])
    with zipfile.ZipFile(tmp_path / "both.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/one.csv", data)
        archive.writestr("data/two.csv", b"a,b\n1,2\n")
        archive.writestr("__MACOSX/._one.csv", b"junk")
    whole, cut, one, two = (
        Table(source) for source in from_paths([tmp_path / f for f in ("whole.csv.gz", "cut.csv.gz", "both.zip")])
    )
    assert sum(1 for _ in whole.rows()) == sum(1 for _ in one.rows()) == 20_000
    assert (one.name, two.name) == ("both.zip/one.csv", "both.zip/two.csv")
    assert whole.digest == one.digest
    *_, last = cut.rows()
    assert not isinstance(last, Row)
    assert last.code == "file_truncated"


def test_a_workbook_and_a_broken_zip_are_refused_in_words(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04" + b"x" * 100)
    for name, reason in (("book.xlsx", "CSV"), ("broken.zip", "zip"), ("missing.csv", "missing.csv")):
        with pytest.raises(UnreadableFile) as refused:
            from_paths([tmp_path / name])
        assert reason in refused.value.detail("en")


class _Dripping(io.RawIOBase):
    """A file that gives a few bytes at a time."""

    def __init__(self, data: bytes, step: int) -> None:
        self._data, self._step, self._at = data, step, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        part = self._data[self._at : self._at + min(self._step, len(buffer))]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)


_CELL = st.text(st.characters(exclude_characters="\x00\ufeff\ufffd", exclude_categories=["Cs"]), max_size=12)
_ROWS = st.lists(st.lists(_CELL, min_size=3, max_size=3), max_size=8)


@given(rows=_ROWS, encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]), step=st.integers(1, 9))
def test_any_table_comes_back_whatever_the_size_of_the_chunks(rows: list[list[str]], encoding: str, step: int) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["编号", "名称", "第三列"])
    lines = []
    for row in rows:
        lines.append(1 + len(re.findall(r"\r\n|\r|\n", out.getvalue())))
        writer.writerow(row)
    data = out.getvalue().encode(encoding)
    source = Source("x.csv", lambda: io.BufferedReader(_Dripping(data, step), 16))
    table = Table(source)
    if table.survey.encoding == encoding.removesuffix("-sig").replace("utf-16", "utf-16-le"):
        expected = [(line, row) for line, row in zip(lines, rows, strict=True) if any(row)]
        assert [(r.line, r.cells) if isinstance(r, Row) else r for r in table.rows()] == expected


@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_a_clear_refusal(data: bytes) -> None:
    try:
        lines = [row.line for row in Table(from_bytes("x.csv", data)).rows()]
    except UnreadableFile:
        return
    assert lines == sorted(lines)


class _Endless(io.RawIOBase):
    """A large table that is made while it is read."""

    def __init__(self, rows: int) -> None:
        self._left, self._rest = rows, b"sku,name,text\n"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._rest and self._left:
            self._left -= 100
            self._rest = b'A1,Name,"some text\nover two lines, and more of it"\n' * 100
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def test_memory_stays_flat_however_large_the_file() -> None:
    source = Source("big.csv", lambda: io.BufferedReader(_Endless(60_000)))
    tracemalloc.start()
    try:
        assert sum(1 for row in Table(source).rows() if isinstance(row, Row)) == 60_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 6 << 20
