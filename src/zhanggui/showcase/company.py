"""What goes along with a product: what somebody has chosen, and what `services.refresh_together` counted."""

from zhanggui.assortment import selectors as assortment
from zhanggui.kernel import db, versions
from zhanggui.kernel.i18n import Text

from .types import Companion

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


def goes_with(product_id: int, limit: int) -> list[Companion]:
    """What goes along with it: what was chosen by hand, in its order and with its reason, then what is bought together.

    No statement where a mall's company is kept.
    """
    found = {match.other_id: Companion(match.other_id, match.reason, True) for match in assortment.matches(product_id)}
    for other in bought_together(product_id, limit):
        if other != product_id:
            found.setdefault(other, Companion(other, Text("", ""), False))
    return list(found.values())[:limit]


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
