"""A handful of listed products for a shelf on a page: named ones, or the first by an order. One statement each, no counts."""

from collections.abc import Sequence

from zhanggui.kernel import db

from .search import ORDERS, item
from .types import ListingItem

_COLUMNS = """
select l.product_id, l.slug, l.title, l.subtitle, l.image, l.price, l.list_price, l.in_stock, l.sku_ids, l.tags,
    l.brand_id, l.ancestors[cardinality(l.ancestors)] as category_id, l.sales, l.rating, l.rating_count, l.title_en,
    l.subtitle_en
from catalog_listing l
"""
_WITHIN = """
(%(category)s::bigint is null or l.ancestors @> array[%(category)s::bigint])
    and (%(brand)s::bigint is null or l.brand_id = %(brand)s::bigint)
    and (%(tag)s::text = '' or l.tags @> array[%(tag)s::text])
"""


def listed(
    product_ids: Sequence[int], *, category_id: int | None = None, brand_id: int | None = None, tag: str = ""
) -> list[ListingItem]:
    """Those of the products that are listed (and lie within), in the order given."""
    if not product_ids:
        return []
    rows = db.rows(
        f"{_COLUMNS} join unnest(%(ids)s::bigint[]) with ordinality o(id, place) on o.id = l.product_id"
        f" where {_WITHIN} order by o.place",
        {"ids": list(product_ids), "category": category_id, "brand": brand_id, "tag": tag},
    )
    return [item(row) for row in rows]


def top(
    sort: str, limit: int, *, category_id: int | None = None, brand_id: int | None = None, tag: str = ""
) -> list[ListingItem]:
    """The first products in stock by `new`, `sales` or `rating`."""
    rows = db.rows(
        f"{_COLUMNS} where l.in_stock and {_WITHIN} order by {ORDERS[sort]} limit %(limit)s",
        {"category": category_id, "brand": brand_id, "tag": tag, "limit": limit},
    )
    return [item(row) for row in rows]
