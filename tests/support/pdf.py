"""Reads back what our papers say: the pages of a PDF, and the words on them."""

from __future__ import annotations

import io

from pypdf import PdfReader


def pages(pdf: bytes) -> int:
    """How many pages there are."""
    return len(_reader(pdf).pages)


def words(pdf: bytes) -> str:
    """All text of all pages, one line each, without its spaces: good for looking whether words are there."""
    return "\n".join("".join(line.split()) for page in _reader(pdf).pages for line in page.extract_text().splitlines())


def size(pdf: bytes) -> tuple[int, int]:
    """Width and height of the first page in millimetres."""
    box = _reader(pdf).pages[0].mediabox
    return round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)


def _reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))
