"""What the assortment looks like beside its sales: reads for those who decide what stays."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from zhanggui.kernel import db

from . import rules

_COLUMNS = "l.product_id, l.slug, l.title, l.image, l.sku_ids, l.price, l.listed_at, l.in_stock"


def listed(product_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Listings of those of the products that are in the shop. One statement."""
    found = db.rows(
        f"select {_COLUMNS} from catalog_listing l where l.product_id = any(%s::bigint[])", (list(product_ids),)
    )
    return {row["product_id"]: _shown(row) for row in found}


def slowest(units: Mapping[int, int], *, listed_before: datetime, limit: int = 50) -> list[dict[str, Any]]:
    """Listings in stock by units sold, fewest first and among equals the longest listed first. One statement.

    `units` by product is what the caller counted; `listed_before` leaves out what had too little time to sell.
    """
    found = db.rows(
        f"""select {_COLUMNS}, coalesce(s.units, 0) as units
        from catalog_listing l left join unnest(%s::bigint[], %s::bigint[]) as s(product_id, units) using (product_id)
        where l.in_stock and l.listed_at < %s order by coalesce(s.units, 0), l.listed_at, l.product_id limit %s""",
        (list(units), list(units.values()), listed_before, limit),
    )
    return [_shown(row) for row in found]


def moving(product_ids: Sequence[int]) -> tuple[int, int]:
    """How many products are in the shop, and how many of them are among the given (动销率). One statement."""
    found = db.rows(
        "select count(*) as listed, count(s.product_id) as sold"
        " from catalog_listing l left join unnest(%s::bigint[]) as s(product_id) using (product_id)",
        (list(product_ids),),
    )[0]
    return found["listed"], found["sold"]


def titles(slugs: Sequence[str]) -> dict[str, str]:
    """Titles of products by slug, in any state. One statement."""
    found = db.rows("select slug, title from catalog_product where slug = any(%s)", (list(slugs),))
    return {row["slug"]: row["title"] for row in found}


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "image": rules.media_url(row["image"])}
