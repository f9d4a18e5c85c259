"""Bare SKUs for the modules that only need something to count."""

from __future__ import annotations

from zhanggui.kernel import db, ids


def make_sku_ids(count: int) -> list[int]:
    tag = ids.token(6)
    product = db.row(
        "insert into catalog_product (code, slug, title, attributes) values (%s, %s, 'thing', '{}') returning id",
        (tag, tag),
    )
    assert product is not None
    return [
        r["id"]
        for r in db.rows(
            "insert into catalog_sku (code, product_id, options) select %s || n, %s, '{}' from generate_series(1, %s) n order by n returning id",
            (tag, product["id"], count),
        )
    ]
