"""The addresses of all listed products, in pieces of a size and without holding them all."""

from collections.abc import Iterator
from datetime import datetime

from zhanggui.kernel import db

CHUNK = 2_000


def listed_starts(size: int) -> list[int]:
    """The first product id of each piece of `size` listed products; one statement."""
    rows = db.rows(
        "select product_id from (select product_id, row_number() over (order by product_id) as place from catalog_listing) l"
        " where (place - 1) %% %s = 0 order by product_id",
        (size,),
    )
    return [row["product_id"] for row in rows]


def listed_slugs(start: int, size: int) -> Iterator[tuple[str, datetime]]:
    """Slug and last change of up to `size` listed products from an id on, read as they are taken."""
    left, at = size, start
    while left > 0:
        rows = db.rows(
            "select l.product_id, l.slug, p.updated_at from catalog_listing l join catalog_product p on p.id = l.product_id"
            " where l.product_id >= %s order by l.product_id limit %s",
            (at, min(CHUNK, left)),
        )
        yield from ((row["slug"], row["updated_at"]) for row in rows)
        if len(rows) < min(CHUNK, left):
            return
        left -= len(rows)
        at = rows[-1]["product_id"] + 1
