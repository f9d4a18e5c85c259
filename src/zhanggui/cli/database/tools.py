"""What PostgreSQL's client programs do for us: dump, restore, and a few questions to the server."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import LiteralString

import psycopg

from ..errors import CommandFailed
from .binaries import find_tools

OBJECTS = """select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_' and c.relkind in ('r', 'p', 'v', 'S')"""


def _ask(url: str, sql: LiteralString) -> int:
    try:
        with psycopg.connect(url, connect_timeout=10, autocommit=True) as connection:
            found = connection.execute(sql).fetchone()
    except psycopg.Error as error:
        raise CommandFailed(f"cannot reach the database: {error}") from None
    return int(found[0]) if found else 0


def server_major(url: str) -> int:
    return _ask(url, "select current_setting('server_version_num')::int / 10000")


def is_empty(url: str) -> bool:
    """Whether the database holds no table, view or sequence."""
    return _ask(url, OBJECTS) == 0


def dump(url: str, target: Path) -> None:
    """A consistent snapshot in pg_dump's custom format; the mall may go on selling."""
    programs = find_tools(server_major(url))
    _run(
        [programs.program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--file={target}", url],
        "pg_dump",
    )


def load(url: str, source: Path) -> None:
    """Restore a dump into an empty database: all of it or nothing."""
    programs = find_tools(server_major(url))
    command = [programs.program("pg_restore"), "--no-owner", "--no-privileges", "--exit-on-error"]
    _run([*command, "--single-transaction", f"--dbname={url}", str(source)], "pg_restore")


def _run(command: list[str], what: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", env=environment)
    except OSError as error:
        raise CommandFailed(f"{what} cannot run: {error.strerror}") from None
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "error" in line.lower()] or done.stderr.splitlines()
        raise CommandFailed(f"{what} failed: {(lines or ['no message'])[0]}")
