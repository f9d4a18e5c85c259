"""Plain SQL for hot paths: prepared statements of psycopg 3 on Django's own connection, rows as dicts."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import orjson
from django.db import connection, transaction
from psycopg import Cursor
from psycopg.adapt import Loader
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

PREPARED_MAX = 400  # statements kept prepared per connection; lists with filters have many forms

P = ParamSpec("P")
R = TypeVar("R")
Params = Sequence[Any] | Mapping[str, Any]


def Json(value: Any) -> Jsonb:
    """A jsonb parameter."""
    return Jsonb(value, dumps=orjson.dumps)


class _JsonLoader(Loader):
    """jsonb as Python values (Django's own connection setting keeps it as text for its JSONField)."""

    def load(self, data: Any) -> Any:
        return orjson.loads(bytes(data))


def _run(sql: str, params: Params) -> Any:
    """Execute on Django's connection, with Django's translated errors and, in tests, its query log."""
    connection.ensure_connection()
    raw = connection.connection
    if raw.prepare_threshold is None:
        # Django forbids psycopg to prepare anything; where this stays None even `prepare=True` prepares nothing.
        raw.prepare_threshold = 0
        raw.prepared_max = PREPARED_MAX
    with connection.wrap_database_errors:
        # psycopg's own cursor: Django's binds on the client, which would leave nothing to prepare.
        cursor = Cursor(raw, row_factory=dict_row)
        cursor.adapters.register_loader("jsonb", _JsonLoader)
        if connection.queries_logged:
            connection.queries_log.append({"sql": sql, "time": "0"})
        return cursor.execute(sql, params, prepare=True)


def rows(sql: str, params: Params = ()) -> list[dict[str, Any]]:
    """All rows of a prepared query."""
    with _run(sql, params) as cursor:
        return cursor.fetchall()  # type: ignore[no-any-return]


def row(sql: str, params: Params = ()) -> dict[str, Any] | None:
    """The first row of a prepared query, or None."""
    with _run(sql, params) as cursor:
        return cursor.fetchone()  # type: ignore[no-any-return]


def execute(sql: str, params: Params = ()) -> int:
    """Run a prepared statement; the number of rows it touched."""
    with _run(sql, params) as cursor:
        return int(cursor.rowcount)


def in_transaction() -> bool:
    return bool(connection.in_atomic_block)


def needs_transaction(function: Callable[P, R]) -> Callable[P, R]:
    """The caller owns the transaction; calling outside one is a programming error."""

    @wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not connection.in_atomic_block:
            raise transaction.TransactionManagementError(f"{function.__qualname__} needs a transaction around it")
        return function(*args, **kwargs)

    return guarded


def sql_file(path: str | Path) -> Callable[[Any, Any], None]:
    """For `migrations.RunPython`: load a file of `create or replace function` statements."""

    def load(_apps: Any, schema_editor: Any) -> None:
        schema_editor.execute(Path(path).read_text(encoding="utf-8"), params=None)

    return load
