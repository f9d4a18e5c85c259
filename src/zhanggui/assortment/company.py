"""What goes along with a product by hand, kept in memory by a version."""

from zhanggui.kernel import db, versions

from .types import Match

VERSION = "assortment"
#: Rows that are kept in memory; a mall with more of them asks for each product.
MOST_KEPT = 20_000
_ROWS = "select product_id, other_id, reason_zh, reason_en, script from assortment_match"
_kept: tuple[int, dict[int, tuple[Match, ...]] | None] = (-1, None)


def matches(product_id: int) -> tuple[Match, ...]:
    """In their order. No statement where a mall's matches are kept."""
    kept = _all(versions.get(VERSION))
    if kept is not None:
        return kept.get(product_id, ())
    return _grouped(f"{_ROWS} where product_id = %s order by place, id", (product_id,)).get(product_id, ())


def _all(version: int) -> dict[int, tuple[Match, ...]] | None:
    global _kept
    if _kept[0] != version:
        found = _grouped(f"{_ROWS} order by product_id, place, id limit %s", (MOST_KEPT + 1,))
        _kept = (version, found if sum(map(len, found.values())) <= MOST_KEPT else None)
    return _kept[1]


def _grouped(sql: str, values: tuple[int, ...]) -> dict[int, tuple[Match, ...]]:
    found: dict[int, tuple[Match, ...]] = {}
    for row in db.rows(sql, values):
        match = Match(row["other_id"], row["reason_zh"], row["reason_en"], row["script"])
        found[row["product_id"]] = (*found.get(row["product_id"], ()), match)
    return found
