"""The projection behind list pages and search, rebuilt in the transaction that changes a product.

Whoever calls `project` or `refresh_facts` holds the product rows (by changing them, or `locks.hold_products`), so two
writers of one row follow each other and the later sees what the earlier wrote.
"""

from collections.abc import Sequence
from typing import Any

from zhanggui.kernel import db, versions

from . import locks, rules, taxonomy, words

VERSION = "catalog"
AT_ONCE = 125  # rows; the next are made while these are written

_SOURCE = """
select p.id, p.slug, p.title, p.subtitle, p.title_en, p.subtitle_en, p.attributes_en,
    p.code, p.attributes, p.tags, p.image, p.brand_id, p.listed_at,
    coalesce(c.ancestors, '{}') as ancestors, s.skus
from catalog_product p
left join catalog_category c on c.id = p.category_id
cross join lateral (
    select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'code', s.code, 'options', s.options, 'barcode', s.barcode)
        order by s.position, s.id), '[]') as skus
    from catalog_sku s where s.product_id = p.id and s.active
) s
where p.id = any(%s::bigint[]) and p.state = 'listed' order by p.id
"""

_WRITE = """
insert into catalog_listing (product_id, slug, title, subtitle, title_en, subtitle_en, image, sku_ids, ancestors, brand_id, tokens, tags,
    price, list_price, in_stock, sales, rating, rating_count, listed_at, search)
select r.product_id, r.slug, r.title, r.subtitle, r.title_en, r.subtitle_en, r.image, r.sku_ids, r.ancestors, r.brand_id, r.tokens, r.tags,
    f.price, f.list_price, f.in_stock, coalesce(t.sales, 0), t.rating, coalesce(t.rating_count, 0), r.listed_at,
    r.search::tsvector
from jsonb_to_recordset(%s) as r(product_id bigint, slug text, title text, subtitle text, title_en text,
    subtitle_en text, image text, sku_ids bigint[], ancestors bigint[],
    brand_id bigint, tokens text[], tags text[], listed_at timestamptz, search text)
cross join lateral (
    select min(f.price) as price, (array_agg(f.list_price order by f.price, f.sku_id))[1] as list_price,
        coalesce(bool_or(f.in_stock), false) as in_stock
    from catalog_skufacts f where f.sku_id = any(r.sku_ids)
) f
left join catalog_productstats t on t.product_id = r.product_id
on conflict (product_id) do update set slug = excluded.slug, title = excluded.title, subtitle = excluded.subtitle,
    title_en = excluded.title_en, subtitle_en = excluded.subtitle_en, image = excluded.image,
    sku_ids = excluded.sku_ids, ancestors = excluded.ancestors, brand_id = excluded.brand_id,
    tokens = excluded.tokens, tags = excluded.tags, price = excluded.price, list_price = excluded.list_price,
    in_stock = excluded.in_stock, sales = excluded.sales, rating = excluded.rating,
    rating_count = excluded.rating_count, listed_at = excluded.listed_at, search = excluded.search
"""

_FACTS = """
update catalog_listing l set price = f.price, list_price = f.list_price, in_stock = f.in_stock
from (
    select k.product_id, min(f.price) as price, (array_agg(f.list_price order by f.price, f.sku_id))[1] as list_price,
        coalesce(bool_or(f.in_stock), false) as in_stock
    from catalog_listing k left join catalog_skufacts f on f.sku_id = any(k.sku_ids)
    where k.product_id = any(%s::bigint[]) group by k.product_id
) f
where l.product_id = f.product_id
    and (l.price, l.list_price, l.in_stock) is distinct from (f.price, f.list_price, f.in_stock)
"""


@db.needs_transaction
def project(product_ids: Sequence[int], tree: taxonomy.Taxonomy | None = None) -> None:
    """Write the listing rows of those of the products that are listed and take away those of the others."""
    if not product_ids:
        return
    ids = list(product_ids)
    found = db.rows(_SOURCE, (ids,))
    listed = {row["id"] for row in found}
    if gone := [product_id for product_id in ids if product_id not in listed]:
        db.execute("delete from catalog_listing where product_id = any(%s::bigint[])", (gone,))
    if found:
        tree = tree or taxonomy.load()
        with db.ahead():
            for start in range(0, len(found), AT_ONCE):
                db.send(_WRITE, (db.Json([_row(row, tree) for row in found[start : start + AT_ONCE]]),))


@db.needs_transaction
def refresh_facts(product_ids: Sequence[int]) -> int:
    """Bring price and stock of listings in line with what is known of their SKUs; how many moved."""
    return db.execute(_FACTS, (list(product_ids),)) if product_ids else 0


@db.needs_transaction
def refresh_images(product_ids: Sequence[int]) -> None:
    db.execute(
        "update catalog_listing l set image = p.image from catalog_product p"
        " where p.id = l.product_id and l.image <> p.image and p.id = any(%s::bigint[])",
        (list(product_ids),),
    )


@db.needs_transaction
def project_where_category(category_ids: Sequence[int]) -> None:
    """Rebuild the listings below the categories (their names, paths or attribute definitions changed)."""
    _in_chunks(locks.hold_listed(below=category_ids))


@db.needs_transaction
def project_where_brand(brand_id: int) -> None:
    _in_chunks(locks.hold_listed(brand_id=brand_id))


@db.needs_transaction
def project_all() -> None:
    """Rebuild every listing (a definition for all categories changed, or how words are made)."""
    _in_chunks(locks.hold_listed())


def _in_chunks(ids: list[int], size: int = 1000) -> None:
    tree = taxonomy.load()
    for start in range(0, len(ids), size):
        project(ids[start : start + size], tree)


def title(title: str, title_en: str) -> str:
    """What of a product is searched as its title."""
    return f"{title} {title_en}"


def changed() -> None:
    """Lists computed before are out of date once this transaction commits. The last statement of a writer: it is hot."""
    versions.bump(VERSION)


def _row(row: dict[str, Any], tree: taxonomy.Taxonomy) -> dict[str, Any]:
    path = [tree.categories[i] for i in row["ancestors"] if i in tree.categories]
    brand = tree.brands.get(row["brand_id"])
    skus = row["skus"]
    definitions = tree.definitions_for(row["ancestors"])
    values = [
        rules.filter_value(single)
        for value in row["attributes"].values()
        for single in (value if isinstance(value, list) else [value])
        if not isinstance(single, bool)
    ]
    options = {value for sku in skus for value in sku["options"].values()}
    english = [rules.options_in_english(sku["options"], definitions) for sku in skus]
    options |= {value for option in english for value in option.values()}
    choices = [rules.in_english(v, d.choices_en) for n, v in row["attributes"].items() if (d := definitions.get(n))]
    values += [
        single
        for choice in choices
        for single in (choice if isinstance(choice, list) else [choice])
        if isinstance(single, str) and single not in values
    ]
    codes = [text for sku in skus for text in (sku["code"], sku["barcode"]) if text]
    return {
        "product_id": row["id"],
        "slug": row["slug"],
        "title": row["title"],
        "subtitle": row["subtitle"],
        "title_en": row["title_en"],
        "subtitle_en": row["subtitle_en"],
        "image": row["image"],
        "sku_ids": [sku["id"] for sku in skus],
        "ancestors": row["ancestors"],
        "brand_id": row["brand_id"],
        "tokens": rules.tokens(row["attributes"], definitions, [sku["options"] for sku in skus]),
        "tags": row["tags"],
        "listed_at": row["listed_at"],
        "search": words.document(
            title(row["title"], row["title_en"]),
            [
                row["subtitle"],
                row["subtitle_en"],
                row["code"],
                *codes,
                *sorted(options),
                *values,
                *row["attributes_en"].values(),
            ],
            [
                *([f"{brand.name} {brand.name_en}"] if brand else []),
                *(f"{c.name_zh} {c.name_en}" for c in path),
                *row["tags"],
            ],
        ),
    }
