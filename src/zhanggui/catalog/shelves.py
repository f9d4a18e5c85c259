"""A handful of listed products for a shelf on a page: named ones, or the first by an order. One statement each, no counts."""

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from zhanggui.kernel import db, versions

from .listings import VERSION
from .search import ORDERS, item
from .types import ListingItem

_COLUMNS = """
select l.product_id, l.slug, l.title, l.subtitle, l.image, l.price, l.list_price, l.in_stock, l.sku_ids, l.tags,
    l.brand_id, l.ancestors[cardinality(l.ancestors)] as category_id, l.sales, l.rating, l.rating_count, l.title_en,
    l.subtitle_en
from catalog_listing l
"""
#: Only what is asked for stands in the statement: a condition that may hold or not leaves its index unused.
_WITHIN = {
    "category": "l.ancestors @> array[%(category)s::bigint]",
    "brand": "l.brand_id = %(brand)s::bigint",
    "tag": "l.tags @> array[%(tag)s::text]",
}
#: How long the first of a category are remembered. The catalogue's version moves with what they are called and with how they
#: sell, but not with stock.
SECONDS = 30.0
MOST = 1000
_kept: "OrderedDict[tuple[str, int, int], tuple[int, float, tuple[ListingItem, ...]]]" = OrderedDict()
_lock = threading.Lock()


def listed(
    product_ids: Sequence[int], *, category_id: int | None = None, brand_id: int | None = None, tag: str = ""
) -> list[ListingItem]:
    """Those of the products that are listed (and lie within), in the order given."""
    if not product_ids:
        return []
    where, values = _within(category_id, brand_id, tag)
    rows = db.rows(
        f"{_COLUMNS} join unnest(%(ids)s::bigint[]) with ordinality o(id, place) on o.id = l.product_id"
        f" where {where} order by o.place",
        {**values, "ids": list(product_ids)},
    )
    return [item(row) for row in rows]


def listed_after(product_id: int, limit: int) -> list[ListingItem]:
    """Listed products by id, beyond `product_id`: to walk through all of them. One statement."""
    rows = db.rows(f"{_COLUMNS} where l.product_id > %s order by l.product_id limit %s", (product_id, limit))
    return [item(row) for row in rows]


def descriptions(product_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """The descriptions of products in both languages, as HTML. One statement."""
    rows = db.rows(
        "select id, description_html, description_html_en from catalog_product where id = any(%s::bigint[])",
        (list(product_ids),),
    )
    return {row["id"]: (row["description_html"], row["description_html_en"]) for row in rows}


def listed_by_slug(slugs: Sequence[str]) -> dict[str, ListingItem]:
    """Those of the addresses that lead to a listed product. One statement, none for none."""
    if not slugs:
        return {}
    rows = db.rows(
        f"{_COLUMNS} join catalog_product p on p.id = l.product_id where p.slug = any(%s::text[])", (list(slugs),)
    )
    return {row["slug"]: item(row) for row in rows}


def top(
    sort: str, limit: int, *, category_id: int | None = None, brand_id: int | None = None, tag: str = ""
) -> list[ListingItem]:
    """The first products in stock by `new`, `sales` or `rating`."""
    where, values = _within(category_id, brand_id, tag)
    rows = db.rows(
        f"{_COLUMNS} where l.in_stock and {where} order by {ORDERS[sort]} limit %(limit)s", {**values, "limit": limit}
    )
    return [item(row) for row in rows]


def top_kept(sort: str, limit: int, category_id: int) -> tuple[ListingItem, ...]:
    """`top` of a category from memory; what is in stock may be half a minute old. A statement where it is not kept."""
    version, key, now = versions.get(VERSION), (sort, limit, category_id), time.monotonic()
    found = _kept.get(key)
    if found is None or found[0] != version or found[1] <= now:
        found = (version, now + SECONDS, tuple(top(sort, limit, category_id=category_id)))
        with _lock:
            _kept[key] = found
            _kept.move_to_end(key)
            while len(_kept) > MOST:
                _kept.popitem(last=False)
    return found[2]


def forget() -> None:
    """Drop what is kept (tests, after a restore)."""
    with _lock:
        _kept.clear()


def _within(category_id: int | None, brand_id: int | None, tag: str) -> tuple[str, dict[str, Any]]:
    values = {"category": category_id, "brand": brand_id, "tag": tag or None}
    given = {name: value for name, value in values.items() if value is not None}
    return " and ".join(_WITHIN[name] for name in given) or "true", given
