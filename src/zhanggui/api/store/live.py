"""What changes from moment to moment (price, stock), asked in one statement together with the version of all the rest.

The hot pages keep what the catalogue says, already encoded, for as long as its version stands; prices and stock are
read for every request. Sales and ratings do not move the version, so a kept page is at most `MAX_AGE` old.
"""

import time
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

from zhanggui.kernel import db

from .. import fresh

MAX_AGE = 30.0
ENTRY_BYTES = 600  # what an entry costs beside its content

#: Through the doors of pricing and inventory; functions of theirs that are inlined into one plan.
_LIVE = """
select v.catalog, v.taxonomy, coalesce(p.sku_id, f.sku_id) as sku_id, p.list_price, p.sale_price, coalesce(f.free, 0) as free
from (select coalesce(max(value) filter (where name = 'catalog'), 0) as catalog,
        coalesce(max(value) filter (where name = 'catalog.taxonomy'), 0) as taxonomy
    from kernel_version where name in ('catalog', 'catalog.taxonomy')) v
left join (pricing_effective(%s::bigint[], %s) p full join inventory_free(%s::bigint[]) f on f.sku_id = p.sku_id) on true
"""


class Version(NamedTuple):
    """Which state of the catalogue something was made from."""

    catalog: int
    taxonomy: int


def live(sku_ids: list[int], at: datetime) -> tuple[Version, dict[int, dict[str, Any]]]:
    """The catalogue's version, and by SKU `list_price`, `sale_price` (None without a price) and `free`."""
    array = "{" + ",".join(map(str, sku_ids)) + "}"  # far cheaper than having a list adapted, twice
    rows = db.rows(_LIVE, (array, at, array))
    return Version(rows[0]["catalog"], rows[0]["taxonomy"]), {row["sku_id"]: row for row in rows}


def looked_up() -> Version:
    """The version as of this process's last look, at most a second ago."""
    return Version(fresh.version("catalog"), fresh.version("catalog.taxonomy"))


def cheapest(sku_ids: Sequence[int], found: dict[int, dict[str, Any]]) -> dict[str, Any] | None:
    """The row of the SKU with the lowest price."""
    best = None
    for sku_id in sku_ids:
        row = found.get(sku_id)
        if (
            row is not None
            and row["sale_price"] is not None
            and (best is None or row["sale_price"] < best["sale_price"])
        ):
            best = row
    return best


def money(amount: int | None, currency: bytes) -> bytes:
    """`{"amount":…,"currency":"…"}` or `null`, encoded."""
    return b"null" if amount is None else b'{"amount":%d,"currency":"%s"}' % (amount, currency)


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Entry(Generic[T]):
    version: Version
    until: float
    value: T


class Kept(Generic[T]):
    """Values made from the catalogue, by what was asked; forgotten all at once when they are `most` bytes together."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._size = 0
        self._entries: dict[Hashable, _Entry[T]] = {}

    def get(self, key: Hashable) -> _Entry[T] | None:
        entry = self._entries.get(key)
        return entry if entry is not None and entry.until > time.monotonic() else None

    def put(self, key: Hashable, version: Version, value: T, size: int) -> None:
        """Keep `value`, about `size` bytes large."""
        if self._size + size > self.most:
            self.forget()
        self._size += size + ENTRY_BYTES
        self._entries[key] = _Entry(version, time.monotonic() + MAX_AGE, value)

    def forget(self) -> None:
        self._entries.clear()
        self._size = 0
