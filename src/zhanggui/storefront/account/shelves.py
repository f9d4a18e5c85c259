"""Products by their ids as tiles, for what members keep."""

from __future__ import annotations

from collections.abc import Sequence

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock
from zhanggui.promotions import selectors as promotions
from zhanggui.showcase import selectors as showcase
from zhanggui.showcase.types import Tile


def tiles_of(product_ids: Sequence[int], lang: str) -> dict[int, Tile]:
    """Tiles of the products that are on sale, by id; what is gone is absent."""
    if not product_ids:
        return {}
    rules = promotions.live_rules(clock.now())
    return {item.id: showcase.tile(item, rules, lang) for item in catalog.listed(product_ids)}
