"""Counters behind in-process caches: bump in the changing transaction, compare before using what is kept."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from . import db

_seen: ContextVar[tuple[dict[str, int], frozenset[str] | None] | None] = ContextVar("versions_seen", default=None)


@contextmanager
def seen_once() -> Iterator[None]:
    """Within the block all versions are those of one read at its beginning: one statement for a request or a batch."""
    with seen(all_of_them()):
        yield


def all_of_them() -> dict[str, int]:
    """Every counter as it is now. One statement."""
    return {r["name"]: r["value"] for r in db.rows("select name, value from kernel_version")}


@contextmanager
def seen(values: dict[str, int], names: frozenset[str] | None = None) -> Iterator[None]:
    """Within the block all versions are these, which another statement has read on the way; with `names` only theirs."""
    mark = _seen.set((values, names))
    try:
        yield
    finally:
        _seen.reset(mark)


@db.needs_transaction
def bump(name: str) -> None:
    """Everybody who keeps `name` in memory will read it anew once this transaction commits.

    Values come from the transaction's id, so that one that was rolled back is never met again with other content.
    """
    db.send(
        "insert into kernel_version (name, value) values (%s, pg_current_xact_id()::text::bigint * 1024)"
        " on conflict (name) do update set value = greatest(kernel_version.value + 1, excluded.value)",
        (name,),
    )


def get_many(names: Iterable[str]) -> dict[str, int]:
    """Current values; a name never bumped is 0."""
    wanted = list(names)
    seen = _seen.get()
    if seen is not None and (seen[1] is None or seen[1].issuperset(wanted)):
        return {name: seen[0].get(name, 0) for name in wanted}
    found = {
        r["name"]: r["value"] for r in db.rows("select name, value from kernel_version where name = any(%s)", (wanted,))
    }
    return {name: found.get(name, 0) for name in wanted}


def get(name: str) -> int:
    return get_many([name])[name]


def pinned(name: str) -> int | None:
    """The value a block of `seen` has for it; None outside of one, and where the block does not know it. No statement."""
    seen = _seen.get()
    if seen is None or (seen[1] is not None and name not in seen[1]):
        return None
    return seen[0].get(name, 0)
