"""Counters behind in-process caches: bump in the changing transaction, compare before using what is kept."""

from collections.abc import Iterable

from . import db


@db.needs_transaction
def bump(name: str) -> None:
    """Everybody who keeps `name` in memory will read it anew once this transaction commits."""
    db.execute(
        "insert into kernel_version (name, value) values (%s, 1)"
        " on conflict (name) do update set value = kernel_version.value + 1",
        (name,),
    )


def get_many(names: Iterable[str]) -> dict[str, int]:
    """Current values; a name never bumped is 0."""
    wanted = list(names)
    found = {r["name"]: r["value"] for r in db.rows("select name, value from kernel_version where name = any(%s)", (wanted,))}
    return {name: found.get(name, 0) for name in wanted}


def get(name: str) -> int:
    return get_many([name])[name]
