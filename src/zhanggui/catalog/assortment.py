"""What the assortment looks like beside its sales: reads for those who decide what stays."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from heapq import nsmallest
from itertools import islice
from typing import Any

from zhanggui.kernel import db

from . import rules

AT_FIRST = 40
_COLUMNS = "l.product_id, l.slug, l.title, l.image, l.sku_ids, l.price, l.listed_at, l.in_stock"


def listed(product_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Listings of those of the products that are in the shop. One statement."""
    found = db.rows(
        f"select {_COLUMNS} from catalog_listing l where l.product_id = any(%s::bigint[])", (list(product_ids),)
    )
    return {row["product_id"]: _shown(row) for row in found}


def slowest(units: Mapping[int, int], *, listed_before: datetime, limit: int = 50) -> list[dict[str, Any]]:
    """Listings in stock by units sold, fewest first and among equals the longest listed first. Two statements, or three.

    `units` by product is what the caller counted; `listed_before` leaves out what had too little time to sell.
    """
    where = "where in_stock and listed_at < %s order by listed_at, product_id limit %s"
    for most in (AT_FIRST * limit, None):  # those that sold nothing are seldom far from each other
        ids = _ids(where, listed_before, most)
        chosen = list(islice((product for product in ids if product not in units), limit))
        if len(chosen) == limit or len(ids) != most:
            break
    if len(chosen) < limit:
        sold = ((units[product], place, product) for place, product in enumerate(ids) if product in units)
        chosen += [product for _, _, product in nsmallest(limit - len(chosen), sold)]
    found = listed(chosen)
    return [{**found[product], "units": units.get(product, 0)} for product in chosen if product in found]


def moving(product_ids: Collection[int]) -> tuple[int, int]:
    """How many products are in the shop, and how many of them are among the given (动销率). One statement."""
    ids = _ids()
    return len(ids), len(set(product_ids).intersection(ids))


def titles(slugs: Sequence[str]) -> dict[str, str]:
    """Titles of products by slug, in any state. One statement."""
    found = db.rows("select slug, title from catalog_product where slug = any(%s)", (list(slugs),))
    return {row["slug"]: row["title"] for row in found}


def _ids(which: str = "", *values: Any) -> list[int]:
    """Products in the shop. As one text: as many rows would cost ten times as much, and as many ids sent along to be joined
    twenty times."""
    (found,) = db.one(
        f"select string_agg(product_id::text, ' ') from (select product_id from catalog_listing {which}) l", values
    )
    return list(map(int, found.split())) if found else []


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "image": rules.media_url(row["image"])}
