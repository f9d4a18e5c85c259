"""Plain SQL for hot paths: prepared statements of psycopg 3 on Django's own connection, rows as dicts."""

import select
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from itertools import count
from typing import Any, ParamSpec, TypeVar

import orjson
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from psycopg import Cursor, Pipeline
from psycopg.adapt import Loader
from psycopg.rows import dict_row, tuple_row
from psycopg.types.json import Jsonb

PREPARED_MAX = 400  # statements kept prepared per connection; lists with filters have many forms

P = ParamSpec("P")
R = TypeVar("R")
Params = Sequence[Any] | Mapping[str, Any]
_pipelines: ContextVar[Pipeline | None] = ContextVar("statements_ahead", default=None)
_names = count(1)


def Json(value: Any) -> Jsonb:
    """A jsonb parameter."""
    return Jsonb(value, dumps=orjson.dumps)


class _JsonLoader(Loader):
    """jsonb as Python values (Django's own connection setting keeps it as text for its JSONField)."""

    def load(self, data: Any) -> Any:
        return orjson.loads(bytes(data))


def _raw(wrapper: Any) -> Any:
    """psycopg's connection behind Django's, open and ready to prepare."""
    wrapper.ensure_connection()
    raw = wrapper.connection
    if raw.prepare_threshold is None:
        # Django forbids psycopg to prepare anything; where this stays None even `prepare=True` prepares nothing.
        raw.prepare_threshold = 0
        raw.prepared_max = PREPARED_MAX
    return raw


def _run(sql: str, params: Params) -> Any:
    """Execute on Django's connection, with Django's translated errors and, in tests, its query log."""
    wrapper = connections[DEFAULT_DB_ALIAS]
    raw = _raw(wrapper)
    with wrapper.wrap_database_errors:
        # psycopg's own cursor: Django's binds on the client, which would leave nothing to prepare.
        cursor = Cursor(raw, row_factory=dict_row)
        cursor.adapters.register_loader("jsonb", _JsonLoader)
        if wrapper.queries_logged:
            wrapper.queries_log.append({"sql": sql, "time": "0"})
        cursor.execute(sql, params, prepare=True)
        if pipeline := _pipelines.get():
            pipeline.sync()
        return cursor


@contextmanager
def ahead() -> Iterator[None]:
    """Inside, statements given to `send` do not wait for one another, nor Python for them: what it makes ready between
    two of them costs no time. What fails is raised by the next statement that has an answer, or at the end of the
    outermost block, which waits for all.
    """
    if _pipelines.get():
        yield
        return
    wrapper = connections[DEFAULT_DB_ALIAS]
    with wrapper.wrap_database_errors, _raw(wrapper).pipeline() as pipeline:
        token = _pipelines.set(pipeline)
        try:
            yield
        finally:
            _pipelines.reset(token)


def send(sql: str, params: Params = ()) -> None:
    """Run a prepared statement whose answer nobody needs; inside `ahead` without waiting for it."""
    wrapper = connections[DEFAULT_DB_ALIAS]
    if not _pipelines.get():
        _run(sql, params).close()
        return
    with wrapper.wrap_database_errors:
        if wrapper.queries_logged:
            wrapper.queries_log.append({"sql": sql, "time": "0"})
        Cursor(_raw(wrapper)).execute(sql, params, prepare=True)


def one(sql: str, params: Params = ()) -> tuple[Any, ...]:
    """The only row of a prepared query, its values without names; jsonb stays text. A third of the cost of `row`.

    For the hottest reads: the cursor is kept with its connection, and with it the last (small) result.
    """
    wrapper = connections[DEFAULT_DB_ALIAS]
    raw = _raw(wrapper)
    with wrapper.wrap_database_errors:
        cursor: Any = getattr(raw, "zhanggui_cursor", None)
        if cursor is None:
            cursor = raw.zhanggui_cursor = Cursor(raw, row_factory=tuple_row)
        if wrapper.queries_logged:
            wrapper.queries_log.append({"sql": sql, "time": "0"})
        found: tuple[Any, ...] = cursor.execute(sql, params, prepare=True).fetchone()
        return found


def rows(sql: str, params: Params = ()) -> list[dict[str, Any]]:
    """All rows of a prepared query."""
    with _run(sql, params) as cursor:
        return cursor.fetchall()  # type: ignore[no-any-return]


def row(sql: str, params: Params = ()) -> dict[str, Any] | None:
    """The first row of a prepared query, or None."""
    with _run(sql, params) as cursor:
        return cursor.fetchone()  # type: ignore[no-any-return]


def batches(sql: str, params: Params = (), *, size: int) -> Iterator[list[dict[str, Any]]]:
    """The rows of a query that is run once and read `size` at a time: a cursor at the server, so that nothing grows here.

    It outlives commits; between two batches other statements may run and transactions end.
    """
    wrapper = connections[DEFAULT_DB_ALIAS]
    raw = _raw(wrapper)
    with wrapper.wrap_database_errors:
        if wrapper.queries_logged:
            wrapper.queries_log.append({"sql": sql, "time": "0"})
        with raw.cursor(name=f"batches_{next(_names)}", withhold=True, row_factory=dict_row) as cursor:
            cursor.adapters.register_loader("jsonb", _JsonLoader)
            cursor.execute(sql, params)
            while found := cursor.fetchmany(size):
                yield found


def execute(sql: str, params: Params = ()) -> int:
    """Run a prepared statement; the number of rows it touched."""
    with _run(sql, params) as cursor:
        return int(cursor.rowcount)


def prefer_indexes() -> None:
    """For a thread that runs nothing but hot statements: on its new connection, no table is read whole.

    Plans are made once and kept, also those behind foreign keys, and a young mall's tables are so small that reading
    them whole looks cheap. It would not stay so (docs/adr/0007).
    """
    if connection.connection is None:
        with connection.cursor() as cursor:
            cursor.execute("set enable_seqscan = off")


def plan_anew() -> None:
    """Forget this thread's kept plans: tables have grown since they were made (docs/adr/0007)."""
    if connection.connection is not None:
        with connection.cursor() as cursor:
            cursor.execute("discard plans")


def plan_each_time() -> None:
    """For a thread that runs few statements over tables of any size: on its new connection, no plan is kept."""
    if connection.connection is None:
        with connection.cursor() as cursor:
            cursor.execute("set plan_cache_mode = force_custom_plan")


def look_anew() -> None:
    """Rough statistics of the mall's tables, so that plans are made anew: for who fills a database in one transaction.

    The server makes better ones by itself after the commit.
    """
    found = rows("select quote_ident(tablename) as name from pg_tables where schemaname = current_schema()")
    with connection.cursor() as cursor:
        cursor.execute("set local default_statistics_target = 10")
        cursor.execute("analyze " + ", ".join(row["name"] for row in found))
        cursor.execute("set local default_statistics_target to default")


def drop_dead_connection() -> None:
    """Close this thread's connection if the server has hung up while it was idle, so that the next use opens a new one.

    An idle connection has nothing to read; when it has, it is the server's farewell. One system call, no round trip.
    """
    raw = connection.connection
    if raw is None or connection.in_atomic_block:
        return
    if raw.closed or _readable(raw.fileno()):
        connection.close()


def _readable(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))


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
