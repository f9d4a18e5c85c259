"""What an editor may choose from: categories, brands, coupons, and goods found by what was typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock
from zhanggui.kernel.i18n import Text
from zhanggui.promotions import selectors as promotions

from ..access import number_in

MOST_TYPED = 60


def categories() -> list[tuple[str, str]]:
    """The tree, each with its depth shown."""
    return [(str(one.id), "　" * (len(one.ancestors) - 1) + one.name_zh) for one in catalog.categories()]


def brands() -> list[tuple[str, str]]:
    return [(str(one.id), one.name) for one in catalog.brands()]


def coupons() -> list[tuple[str, Text]]:
    """Coupons that can be claimed now."""
    return [
        (str(view.id), Text(view.draft.label_zh, view.draft.label_en or view.draft.label_zh))
        for view in promotions.claimable(clock.now(), limit=60)
    ]


def products(blocks: Sequence[dict[str, Any]]) -> dict[int, tuple[str, str]]:
    """(title, picture) of the goods picked by hand, by id; those off sale without a picture."""
    wanted = [one for block in blocks for one in block.get("product_ids", ()) if isinstance(one, int)]
    listed = {item.id: (item.title, item.image) for item in catalog.listed(wanted)}
    gone = [one for one in wanted if one not in listed]
    slugs = catalog.slugs(gone) if gone else {}
    return listed | {one: (f"{slug}（未上架）", "") for one, slug in slugs.items()}


def resolve(key: str, typed: str) -> list[int]:
    """Goods by what was typed: ids, codes, SKUs or bar codes, divided by spaces or commas. What is not found stays out."""
    if key != "product_ids":
        return []
    found = []
    for word in re.split(r"[\s,,、;;]+", typed)[:MOST_TYPED]:
        if not word:
            continue
        rows = catalog.products(q=word, limit=5).items
        exact = [row.id for row in rows if word in (row.code, row.slug)] or [row.id for row in rows[:1]]
        if (number := number_in(word, 11)) is not None and catalog.slugs([number]):
            exact = [number]
        found += exact[:1]
    return found
