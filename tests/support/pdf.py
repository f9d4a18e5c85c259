"""Reads back what our papers say: the pages of a PDF, and the words on them."""

from __future__ import annotations

import re
import zlib

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)
_STRING = rb"(?:<[0-9A-Fa-f]+>|\((?:\\.|[^\\)])*\))"
_SHOWN = re.compile(rb"((?:\[(?:" + _STRING + rb"|[-\d.\s])*\]\s*TJ)|(?:" + _STRING + rb"\s*Tj))", re.S)
_PIECE = re.compile(rb"<([0-9A-Fa-f]+)>|\((?:\\.|[^\\)])*\)", re.S)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages(pdf: bytes) -> int:
    """How many pages there are."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf + b"".join(_streams(pdf))))


def words(pdf: bytes) -> str:
    """All text without its spaces, read with each font's table in turn: good for looking whether words are there."""
    streams = _streams(pdf)
    fonts = [_table(stream) for stream in streams if b"beginbfchar" in stream or b"beginbfrange" in stream]
    drawn = [_codes(stream) for stream in streams if b" Tf" in stream and b"beginbf" not in stream]
    return "\n".join(
        "".join(table.get(code, "") for code in codes).replace(" ", "") for codes in drawn for table in fonts
    )


def _streams(pdf: bytes) -> list[bytes]:
    found = []
    for raw in _STREAM.findall(pdf):
        try:
            found.append(zlib.decompress(raw))
        except zlib.error:
            found.append(raw)
    return found


def _table(cmap: bytes) -> dict[int, str]:
    def text(digits: bytes) -> str:
        return bytes.fromhex(digits.decode()).decode("utf-16-be")

    found: dict[int, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.S):
        found |= {int(code, 16): text(to) for code, to in re.findall(rb"<(\w+)>\s*<(\w+)>", block)}
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.S):
        for low, high, to in re.findall(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            first = ord(text(to))
            found |= {code: chr(first + code - int(low, 16)) for code in range(int(low, 16), int(high, 16) + 1)}
    return found


def _codes(content: bytes) -> list[int]:
    """The two-byte codes of everything shown, in order."""
    codes = []
    for operator in _SHOWN.findall(content):
        shown = b"".join(
            bytes.fromhex(piece[1].decode()) if piece[1] else _plain(piece[0][1:-1])
            for piece in _PIECE.finditer(operator)
        )
        codes += [int.from_bytes(shown[i : i + 2]) for i in range(0, len(shown) - 1, 2)]
    return codes


def _plain(literal: bytes) -> bytes:
    def one(match: re.Match[bytes]) -> bytes:
        if match[1]:
            return bytes([int(match[1], 8)])
        return _ESCAPES.get(match[2], match[2])

    return re.sub(rb"\\(?:([0-7]{1,3})|(.))", one, literal, flags=re.S)
