"""What changes from moment to moment (price, stock), asked in one statement together with the versions of all the rest.

The hot pages are kept, already encoded but for price and stock, for as long as the versions they were made from stand.
That is looked at by every request, in the statement that reads its prices and stock: a change shows in the next answer.
"""

import threading
import time
from collections.abc import Callable, Hashable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Generic, NamedTuple, Protocol, TypeVar

from zhanggui.kernel import clock, db, fresh, versions
from zhanggui.kernel.group_commit import GroupCommit
from zhanggui.presale import selectors as presale
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions.types import RuleSet

ENTRY_BYTES = 600  # what an entry costs beside its content
_TRIES = 3
#: What pages are made from, besides prices and stock. Whoever makes one may ask for these versions without a statement.
VERSIONS = frozenset(
    {
        "assortment",
        "bespoke",
        "campaigns.sponsored",
        "catalog",
        "catalog.taxonomy",
        "content",
        "groupbuy",
        "presale",
        "pricing.freight",
        "pricing.specials",
        "promotions",
        "settings",
        "showcase",
        "tiers",
    }
)

#: Through the doors of pricing and inventory. One row of three texts: columns of many rows cost half as much again.
_LIVE = f"""
select
    (select string_agg(name || ' ' || value, ' ' order by name) from kernel_version
        where name in ({", ".join(f"'{name}'" for name in sorted(VERSIONS))})),
    (select string_agg(sku_id || ' ' || sale_price || ' ' || list_price, ' ') from pricing_effective(%s::bigint[], %s)),
    (select string_agg(sku_id || ' ' || free, ' ') from inventory_free(%s::bigint[]))
"""


Price = tuple[int, int]  # what is paid, and the list price it stands against


class Live(NamedTuple):
    """`versions` as the database had them; a SKU without a price or without stock anywhere is absent.

    `alone` are sold in a presale only for now; the ordinary way there is nothing `free` of them.
    """

    versions: str
    prices: dict[int, Price]
    free: dict[int, int]
    alone: frozenset[int] = frozenset()


def live(sku_ids: list[int], at: datetime) -> Live:
    """Prices at `at`, stock, and the versions of what pages are made from. One statement (and one where presales have moved)."""
    array = "{" + ",".join(map(str, sku_ids)) + "}"  # far cheaper than having a list adapted, twice
    stand, prices, free = db.one(_LIVE, (array, at, array))
    p = list(map(int, prices.split())) if prices else []
    f = list(map(int, free.split())) if free else []
    now = Live(
        stand or "",
        dict(zip(p[::3], zip(p[1::3], p[2::3], strict=True), strict=True)),
        dict(zip(f[::2], f[1::2], strict=True)),
    )
    if stand:
        alone = presale.sold_alone(at, version=_learn(stand).found.get(presale.VERSION, 0))
        if alone and not alone.keys().isdisjoint(sku_ids):
            for sku_id in alone:
                now.free.pop(sku_id, None)
            now = now._replace(alone=frozenset(alone) & frozenset(sku_ids))
    _looked.set((sku_ids, now))
    return now


#: The last look of who makes a page: where it was for all its SKUs, it serves as the look after it.
_looked: ContextVar[tuple[list[int], Live] | None] = ContextVar("looked", default=None)


@dataclass(frozen=True, slots=True)
class _News:
    """What one shared look brought: what is live, and what is in force."""

    live: Live
    versions: str
    rules: RuleSet


def look_many(asked: Sequence[list[int]]) -> list[_News]:
    """One statement for the pages of all who wait; each finds its own SKUs in the answer."""
    together = asked[0] if len(asked) == 1 else list({sku_id for sku_ids in asked for sku_id in sku_ids})
    at = clock.now()
    now = live(together, at)
    seen = _learn(now.versions)
    return [_News(now, seen.versions, _rules(seen, at))] * len(asked)


gate: GroupCommit[list[int], _News] = GroupCommit(look_many, "live", linger=0.001)


def cheapest(sku_ids: Sequence[int], prices: dict[int, Price]) -> Price | None:
    """The lowest price; of equal ones the first SKU's."""
    if len(sku_ids) == 1:
        return prices.get(sku_ids[0])
    best = None
    for sku_id in sku_ids:
        price = prices.get(sku_id)
        if price is not None and (best is None or price[0] < best[0]):
            best = price
    return best


class Page(Protocol):
    """Something kept: the SKUs whose price and stock it waits for, and about how many bytes it is."""

    @property
    def sku_ids(self) -> list[int]: ...

    @property
    def size(self) -> int: ...


T = TypeVar("T", bound=Page)


@dataclass(frozen=True, slots=True)
class _Entry(Generic[T]):
    versions: str
    rules: RuleSet
    until: float
    size: int
    page: T


class Kept(Generic[T]):
    """Pages by what was asked; together at most `most` bytes, the oldest go first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = 0
        self._entries: dict[Hashable, _Entry[T]] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def show(
        self, key: Hashable, at: datetime, make: Callable[[RuleSet], T], *, seconds: float = inf
    ) -> tuple[T, Live]:
        """The page and what is live: one statement if it is kept and nothing changed, else `make` is asked.

        `make` gets the promotions that run at `at`; the versions a look knows (`VERSIONS`) cost it nothing. A page is kept
        for `seconds`, and only if nothing it is made from changed until it looked at its prices. Raises what `make` raises.
        """
        entry = self._entries.get(key)
        if entry is not None:
            if entry.until > time.monotonic():
                now = live(entry.page.sku_ids, at)
                seen = _learn(now.versions)
                if seen.versions == entry.versions and _rules(seen, at) is entry.rules:
                    return entry.page, now
            self.drop(key)
        if not _seen.versions:  # the first page of a process
            _learn(live([], at).versions)
        for _ in range(_TRIES):
            before = _seen
            rules = _rules(before, at)
            _looked.set(None)
            with versions.seen(before.found, VERSIONS):
                page = make(rules)
            looked = _looked.get()
            now = looked[1] if looked and looked[0] == page.sku_ids else live(page.sku_ids, at)
            if _learn(now.versions).versions == before.versions:
                self._put(key, _Entry(now.versions, rules, time.monotonic() + seconds, page.size + ENTRY_BYTES, page))
                break
        return page, now

    async def look(self, key: Hashable) -> tuple[T, Live] | None:
        """`show` for the express lane, its statement shared with all who wait in this process; None where the page is
        not kept (any more) and must be made by `show`, in a thread."""
        entry = self._entries.get(key)
        if entry is None or entry.until <= time.monotonic():
            return None
        news = await gate.submit_async(entry.page.sku_ids)
        if news.versions != entry.versions or news.rules is not entry.rules:
            return None
        return entry.page, news.live

    def forget(self) -> None:
        """Drop all of it (tests, after a restore)."""
        with self._lock:
            self._entries.clear()
            self.size = 0

    def drop(self, key: Hashable) -> None:
        """Forget one page."""
        with self._lock:
            entry = self._entries.pop(key, None)
            self.size -= entry.size if entry else 0

    def _put(self, key: Hashable, entry: _Entry[T]) -> None:
        self.drop(key)
        with self._lock:
            self._entries[key] = entry
            self.size += entry.size
            while self.size > self.most:
                self.size -= self._entries.pop(next(iter(self._entries))).size


class _Seen(NamedTuple):
    versions: str
    found: dict[str, int]

    @property
    def promotions(self) -> int:
        return self.found.get("promotions", 0)


_seen = _Seen("", {})


def _learn(versions: str) -> _Seen:
    """What a page just read is news for all that is kept in this process."""
    global _seen
    seen = _seen
    if seen.versions != versions:
        words = versions.split()
        found = dict(zip(words[::2], map(int, words[1::2]), strict=True))
        fresh.saw(found)
        seen = _seen = _Seen(versions, found)
    return seen


def _rules(seen: _Seen, at: datetime) -> RuleSet:
    return promotions.live_rules(at, version=seen.promotions)
