"""The mall's database: a server given by `DATABASE_URL`, else PostgreSQL started by us inside the data directory.

`open_database(data)` is the door. Whoever holds the embedded server open keeps it running; when the last one is gone,
even by `kill -9`, its keeper process stops it (see `keeper.py`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ..data_dir import DataDir
from .binaries import Binaries, find_tools
from .cluster import Cluster


@dataclass(frozen=True)
class Database:
    """An address that answers, and whether the server is ours."""

    url: str
    embedded: bool

    def tools(self, server_major: int) -> Binaries:
        """Client programs (`pg_dump`, `pg_restore`) that can speak to a server of that version."""
        return find_tools(server_major)


def is_external() -> bool:
    """Whether `DATABASE_URL` names the database."""
    return bool(os.environ.get("DATABASE_URL"))


@contextmanager
def open_database(data: DataDir, *, durable: bool = True) -> Iterator[Database]:
    """The database of this data directory for as long as the block lasts; the embedded one is made when missing.

    Raises CommandFailed with the reason when there is none. `durable=False` (throwaway test databases only) trades
    safety against power cuts for speed.
    """
    external = os.environ.get("DATABASE_URL")
    if external:
        yield Database(external, embedded=False)
        return
    with embedded_cluster(data, durable=durable).held() as url:
        yield Database(url, embedded=True)


def embedded_cluster(data: DataDir, *, durable: bool = True) -> Cluster:
    """The cluster inside a data directory, running or not, there or not."""
    return Cluster(data.postgres, data.run, data.logs / "postgres.log", durable=durable)
