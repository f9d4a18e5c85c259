"""Rows put aside by key, on disk where they are many: grouping and joining in flat memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

import orjson

MEMORY = 32 << 20  # bytes of rows kept before any goes to disk
Cells = list[Any]  # cells of a row, or values read from them that JSON can hold


class Spool:
    """Rows under a key within a shelf; an own temporary SQLite file that disappears with it."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("pragma journal_mode = off")
        self._db.execute("pragma synchronous = off")
        self._db.execute("pragma cache_size = -32768")
        self._db.execute("create table rows (shelf text, key text, line integer, cells blob)")
        self._db.execute(
            "create table heads (shelf text, key text, line integer, primary key (shelf, key)) without rowid"
        )
        self._indexed = False
        self._written = False  # whether any row left memory
        self._size = 0
        self._waiting: list[tuple[str, str, int, bytes]] = []
        self._db.execute("begin")

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def put(self, shelf: str, key: str, line: int, cells: Cells) -> None:
        row = (shelf, key, line, orjson.dumps(cells))
        self._waiting.append(row)
        self._size += 100 + len(row[3])
        if self._size > MEMORY or (self._written and len(self._waiting) >= 500):
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._db.executemany("insert into rows values (?, ?, ?, ?)", self._waiting)
            self._waiting.clear()
            self._written = True

    def _index(self) -> None:
        self._flush()
        if not self._indexed:
            self._db.execute("create index rows_key on rows (shelf, key)")
            self._indexed = True

    def get(self, shelf: str, key: str) -> list[tuple[int, Cells]]:
        """The rows under a key, in the order of the file."""
        self._index()
        found = self._db.execute(
            "select line, cells from rows where shelf = ? and key = ? order by rowid", (shelf, key)
        )
        return [(line, orjson.loads(cells)) for line, cells in found]

    def take(self, shelf: str, key: str) -> list[tuple[int, Cells]]:
        found = self.get(shelf, key)
        if found:
            self._db.execute("delete from rows where shelf = ? and key = ?", (shelf, key))
        return found

    def has(self, shelf: str, key: str) -> bool:
        self._index()
        return self._db.execute("select 1 from rows where shelf = ? and key = ?", (shelf, key)).fetchone() is not None

    def rest(self, shelf: str) -> Iterator[tuple[str, int, Cells]]:
        """What is still on a shelf, in the order of the file."""
        self._flush()
        found = self._db.execute("select key, line, cells from rows where shelf = ? order by rowid", (shelf,))
        return ((key, line, orjson.loads(cells)) for key, line, cells in found)

    def groups(self, shelf: str) -> Iterator[tuple[str, list[tuple[int, Cells]]]]:
        """Everything on a shelf by key, keys in the order in which they first appear."""
        if not self._written:
            yield from self._groups_in_memory(shelf)
            return
        self._flush()
        self._db.execute(
            "insert into heads select shelf, key, min(line) from rows where shelf = ? group by 2", (shelf,)
        )
        found = self._db.execute(
            "select r.key, r.line, r.cells from rows r join heads h using (shelf, key) where shelf = ? order by h.line, r.line",
            (shelf,),
        )
        current: str | None = None
        members: list[tuple[int, Cells]] = []
        for key, line, cells in found:
            if key != current:
                if current is not None:
                    yield current, members
                current, members = key, []
            members.append((line, orjson.loads(cells)))
        if current is not None:
            yield current, members

    def _groups_in_memory(self, shelf: str) -> Iterator[tuple[str, list[tuple[int, Cells]]]]:
        found: dict[str, list[tuple[int, bytes]]] = {}
        for where, key, line, cells in self._waiting:
            if where == shelf:
                found.setdefault(key, []).append((line, cells))
        for rows in found.values():
            rows.sort(key=itemgetter(0))
        for key, rows in sorted(found.items(), key=lambda group: group[1][0][0]):
            yield key, [(line, orjson.loads(cells)) for line, cells in rows]
