"""What goes along with a product, from what `services.refresh_together` counted."""

from zhanggui.kernel import db, versions

VERSION = "showcase"
#: Products whose company is kept in memory; where more have some, each is asked for.
MOST_KEPT = 5000
_kept: tuple[int, dict[int, list[int]] | None] = (-1, None)


def bought_together(product_id: int, limit: int) -> list[int]:
    """Ids of what buyers of the product bought as well, most often first. No statement where a mall's company is kept."""
    kept = _all(versions.get(VERSION))
    if kept is not None:
        return kept.get(product_id, [])[:limit]
    (others,) = db.one("select (select others[1:%s] from showcase_together where product_id = %s)", (limit, product_id))
    return others or []


def forget() -> None:
    """Drop what is kept (tests, after a restore)."""
    global _kept
    _kept = (-1, None)


def _all(version: int) -> dict[int, list[int]] | None:
    global _kept
    if _kept[0] != version:
        rows = db.rows("select product_id, others from showcase_together limit %s", (MOST_KEPT + 1,))
        found = {row["product_id"]: row["others"] for row in rows}
        _kept = (version, found if len(found) <= MOST_KEPT else None)
    return _kept[1]
