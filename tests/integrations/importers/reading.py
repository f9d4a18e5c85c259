"""Short ways to run a reader over bytes and shared files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

from zhanggui.integrations.importers import Item, format_named, read
from zhanggui.integrations.importers.drafts import Remark
from zhanggui.integrations.importers.history import Sale
from zhanggui.integrations.importers.products import Product
from zhanggui.integrations.importers.sources import Source, from_bytes, from_paths
from zhanggui.integrations.importers.text import Row, Table

ZONE = ZoneInfo("Asia/Shanghai")


def table_of(data: bytes | str, name: str = "file.csv") -> Table:
    return Table(from_bytes(name, data.encode() if isinstance(data, str) else data))


def rows_of(data: bytes | str) -> list[tuple[int, list[str]] | tuple[int, str]]:
    """(line, cells) of a good row, (line, code) of a bad one."""
    return [(row.line, row.cells) if isinstance(row, Row) else (row.line, row.code) for row in table_of(data).rows()]


def read_sources(form: str, sources: list[Source], currency: str = "CNY") -> list[Item]:
    kind = format_named(form)
    loose = getattr(kind.module, "LOOSE", False)
    tables = [Table(source, skip_to=kind.module.recognises, loose=loose) for source in sources]
    return [item for _file, item in read(kind, tables, ZONE, currency)]


def read_text(form: str, data: bytes | str, currency: str = "CNY") -> list[Item]:
    return read_sources(form, [from_bytes("file.csv", data.encode() if isinstance(data, str) else data)], currency)


def read_files(form: str, *paths: Path, currency: str = "CNY") -> list[Item]:
    return read_sources(form, from_paths(paths), currency)


def products(items: list[Item]) -> list[Product]:
    return [item for item in items if isinstance(item, Product)]


def sales(items: list[Item]) -> list[Sale]:
    return [item for item in items if isinstance(item, Sale)]


def remarks(items: list[Item]) -> list[tuple[int, str, str]]:
    """(line, code, outcome)"""
    return [(item.line, item.code, item.outcome) for item in items if isinstance(item, Remark)]


def codes(items: list[Item]) -> Counter[str]:
    return Counter(item.code for item in items if isinstance(item, Remark))
