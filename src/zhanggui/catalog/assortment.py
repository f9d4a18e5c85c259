"""What the assortment looks like beside its sales: reads for those who decide what stays."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from heapq import nsmallest
from itertools import islice
from typing import Any

from zhanggui.kernel import db
from zhanggui.kernel.i18n import Text

from . import rules
from .types import GoodsCard

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


def cards(product_ids: Collection[int]) -> dict[int, GoodsCard]:
    """What pages about goods call them, in any state. One statement, none for none."""
    if not product_ids:
        return {}
    rows = db.rows(
        "select p.id, p.code, p.slug, p.title, p.title_en, p.image, p.state, p.category_id, p.listed_at,"
        " (select coalesce(jsonb_agg(jsonb_build_array(s.id, s.weight_g) order by s.position, s.id), '[]') from catalog_sku s"
        "     where s.product_id = p.id and s.active) as skus"
        " from catalog_product p where p.id = any(%s::bigint[])",
        (list(product_ids),),
    )
    return {
        row["id"]: GoodsCard(
            row["id"], row["code"], row["slug"], Text(row["title"], row["title_en"] or row["title"]),
            rules.media_url(row["image"]), row["state"], row["category_id"], row["listed_at"],
            tuple(sku for sku, _ in row["skus"]), max((weight for _, weight in row["skus"]), default=0),
        )
        for row in rows
    }  # fmt: skip


def coverage(bounds: Mapping[int, Sequence[int]]) -> dict[int, dict[int | None, tuple[int, int]]]:
    """Of each category asked for (0: all), with everything below it: products and SKUs in the shop by price band.

    `bounds` are where its bands begin, ascending; a band is the place of its bound, counted from 1 (0: below the first one, None:
    without a price). A category with nothing in the shop is empty. One statement, none for none.
    """
    found: dict[int, dict[int | None, tuple[int, int]]] = {category: {} for category in bounds}
    if not bounds:
        return found
    rows = db.rows(
        "select a.id, width_bucket(l.price, a.bounds) as band, count(*)::int as products,"
        " sum(cardinality(l.sku_ids))::int as skus"
        " from catalog_listing l cross join lateral unnest(array_append(l.ancestors, 0::bigint)) as c(id)"
        " join (select (r ->> 0)::bigint as id, array(select jsonb_array_elements_text(r -> 1)::bigint) as bounds"
        "     from jsonb_array_elements(%s) r) a on a.id = c.id group by 1, 2",
        (db.Json([[category, list(edges)] for category, edges in bounds.items()]),),
    )
    for row in rows:
        found[row["id"]][row["band"]] = (row["products"], row["skus"])
    return found


def listed_skus(category_id: int) -> list[int]:
    """The SKUs of a category (0: of everything) and all below it that are in the shop. One statement."""
    (found,) = db.one(
        "select string_agg(array_to_string(sku_ids, ' '), ' ') from catalog_listing where %s = 0 or ancestors @> array[%s::bigint]",
        (category_id, category_id),
    )
    return list(map(int, found.split())) if found else []


def sku_homes(after: int, limit: int) -> list[tuple[int, int, int | None]]:
    """(SKU, product, category) of all SKUs in the order of their ids, after one of them. One statement."""
    rows = db.rows(
        "select s.id, s.product_id, p.category_id from catalog_sku s join catalog_product p on p.id = s.product_id"
        " where s.id > %s order by s.id limit %s",
        (after, limit),
    )
    return [(row["id"], row["product_id"], row["category_id"]) for row in rows]


def newest(since: datetime, limit: int) -> list[tuple[int, datetime]]:
    """Products in the shop that were listed since then, with when, the newest first. One statement."""
    rows = db.rows(
        "select product_id, listed_at from catalog_listing where listed_at >= %s order by listed_at desc, product_id desc limit %s",
        (since, limit),
    )
    return [(row["product_id"], row["listed_at"]) for row in rows]


def _ids(which: str = "", *values: Any) -> list[int]:
    """Products in the shop. As one text: as many rows would cost ten times as much, and as many ids sent along to be joined
    twenty times."""
    (found,) = db.one(
        f"select string_agg(product_id::text, ' ') from (select product_id from catalog_listing {which}) l", values
    )
    return list(map(int, found.split())) if found else []


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "image": rules.media_url(row["image"])}
