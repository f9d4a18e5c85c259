"""Reads of the catalogue. The shop sees listed products only; staff see all."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from zhanggui.kernel import db, paging
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound

from . import assortment as assortment  # what sells and what does not
from . import facets, rules, states, taxonomy, words
from .addresses import listed_slugs as listed_slugs
from .addresses import listed_starts as listed_starts
from .outages import outage as outage
from .outages import outages as outages
from .outages import outages_waiting as outages_waiting
from .search import search, suggest
from .shelves import descriptions as descriptions
from .shelves import listed, listed_after, listed_by_slug, top, top_kept
from .supply import hours as supply_hours
from .supply import words as supply_words
from .types import (
    AttributeView,
    BrandView,
    CategoryView,
    EnglishName,
    MediaView,
    ProductDetail,
    ProductRow,
    SellableSku,
    ShownAttribute,
    SkuView,
    SuppliedRow,
    SupplyMode,
)

__all__ = [
    "actions", "attribute_definitions", "brands", "categories", "category_path", "due_to_delist", "due_to_list",
    "english_names", "listed", "listed_after", "listed_by_slug", "pending_pictures",
    "product", "product_by_slug", "products", "search", "sellable_by_code", "sku_codes", "skus_scanned", "state_counts",
    "suggest", "supply_hours", "supply_words",
    "top", "top_kept",
]  # fmt: skip

_DETAIL = """
select p.id, p.code, p.slug, p.title, p.subtitle, p.description_html, p.image, p.state, p.version, p.category_id,
    p.brand_id, p.attributes, p.tags, p.option_names, p.list_at, p.delist_at, p.listed_at, p.schedule_problem,
    p.updated_at, p.title_en, p.subtitle_en, p.description_html_en, p.attributes_en, p.supply_mode, p.promise_hours,
    coalesce(t.sales, 0) as sales, t.rating, coalesce(t.rating_count, 0) as rating_count,
    (select coalesce(jsonb_agg(jsonb_build_array(s.id, s.code, s.options, s.options_text, s.barcode, s.weight_g, s.image,
        s.position, s.active) order by s.position, s.id), '[]')
        from catalog_sku s where s.product_id = p.id and (s.active or %s)) as skus,
    (select coalesce(jsonb_agg(jsonb_build_array(m.id, m.file, m.alt, m.sku_id, m.width, m.height, m.state, m.source_url,
        m.reason) order by m.position, m.id), '[]')
        from catalog_media m where m.product_id = p.id and (m.state = 'ready' or %s)) as media,
    coalesce((select value from kernel_version where name = 'catalog.taxonomy'), 0) as taxonomy
from catalog_product p left join catalog_productstats t on t.product_id = p.id
"""


def product_by_slug(slug: str) -> ProductDetail:
    """A listed product with its active SKUs and ready pictures, one statement. Raises NotFound."""
    if not facets.storable(slug):
        raise NotFound()
    return _detail(f"{_DETAIL} where p.slug = %s and p.state = 'listed'", (False, False, slug))


def product(product_id: int) -> ProductDetail:
    """A product in any state with all its SKUs and pictures, for staff. Raises NotFound."""
    return _detail(f"{_DETAIL} where p.id = %s", (True, True, product_id))


def _detail(sql: str, params: Sequence[Any]) -> ProductDetail:
    row = db.row(sql, params)
    if row is None:
        raise NotFound()
    tree, version = taxonomy.kept()
    if row["taxonomy"] != version:
        tree = taxonomy.current(row["taxonomy"])
    path = tree.path(row["category_id"])
    definitions = tree.definitions_for([category.id for category in path])
    return ProductDetail(
        id=row["id"],
        code=row["code"],
        slug=row["slug"],
        title=row["title"],
        subtitle=row["subtitle"],
        description_html=row["description_html"],
        image=rules.media_url(row["image"]),
        state=row["state"],
        version=row["version"],
        category=path[-1] if path else None,
        breadcrumbs=path,
        brand=tree.brands.get(row["brand_id"]),
        attributes=_shown(row["attributes"], row["attributes_en"], definitions),
        tags=tuple(row["tags"]),
        skus=tuple(_sku(values, row["option_names"], definitions) for values in row["skus"]),
        media=tuple(MediaView(values[0], rules.media_url(values[1]), *values[2:]) for values in row["media"]),
        sales=row["sales"],
        rating=row["rating"],
        rating_count=row["rating_count"],
        list_at=row["list_at"],
        delist_at=row["delist_at"],
        listed_at=row["listed_at"],
        schedule_problem=row["schedule_problem"],
        updated_at=row["updated_at"],
        title_en=row["title_en"],
        subtitle_en=row["subtitle_en"],
        description_html_en=row["description_html_en"],
        supply_mode=row["supply_mode"],
        promise_hours=row["promise_hours"],
    )


def _sku(values: list[Any], names: list[str], definitions: Mapping[str, AttributeView]) -> SkuView:
    """Options in the order of the product's axes (jsonb does not keep it)."""
    options = values[2]
    if len(options) > 1:
        options = {name: options[name] for name in names if name in options}
    sku_id, code, _, text, barcode, weight_g, image, position, active = values
    english = rules.options_in_english(options, definitions)
    return SkuView(
        sku_id, code, options, text, barcode, weight_g, rules.media_url(image), position, active, english,
        rules.options_text(english),
    )  # fmt: skip


def _shown(
    values: dict[str, Any], english: Mapping[str, str], definitions: Mapping[str, AttributeView]
) -> tuple[ShownAttribute, ...]:
    ordered = [name for name in definitions if name in values] + [name for name in values if name not in definitions]
    return tuple(
        ShownAttribute(
            name,
            d.label_zh,
            d.label_en or d.label_zh,
            values[name],
            d.unit,
            english.get(name) or rules.in_english(values[name], d.choices_en),
        )
        if (d := definitions.get(name))
        else ShownAttribute(name, name, name, values[name], "", english.get(name) or values[name])
        for name in ordered
    )


_SELLABLE = "select * from catalog_sellable(%s::text[])"


def sellable_by_code(codes: Sequence[str]) -> list[SellableSku]:
    """What a quote needs to know of SKUs, each code once, in the order first given. One statement for any number."""
    distinct = list(dict.fromkeys(codes))
    sound = [code for code in distinct if facets.storable(code)]
    found = [sellable(row) for row in db.rows(_SELLABLE, (sound,))] if sound else []
    if len(sound) == len(distinct):
        return found
    known = {sku.code: sku for sku in found}
    return [known.get(code) or SellableSku(code, 0, 0, "", "", "", "", "", [], None, 0, "unknown") for code in distinct]


def sellable(row: dict[str, Any]) -> SellableSku:
    """A row of `catalog_sellable`."""
    if row["image"]:
        row["image"] = rules.MEDIA_URL + row["image"]
    return SellableSku(**row)


def supplied(sku_ids: Sequence[int]) -> dict[int, str]:
    """How the products of these SKUs are supplied. One statement, none for none."""
    wanted = list(sku_ids)
    if not wanted:
        return {}
    rows = db.rows(
        "select s.id, p.supply_mode from catalog_sku s join catalog_product p on p.id = s.product_id where s.id = any(%s::bigint[])",
        (wanted,),
    )
    return {row["id"]: row["supply_mode"] for row in rows}


def not_stocked_products(*, cursor: str = "", limit: int = 50) -> paging.Page[SuppliedRow]:
    """Products that nobody buys for a shelf, newest first. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        "select id, code, title, state, supply_mode as mode, promise_hours from catalog_product where supply_mode <> 'stocked'"
        " and (%s::bigint is null or id < %s) order by id desc limit %s",
        (before, before, limit + 1),
    )
    return paging.page([SuppliedRow(**row) for row in rows], limit, lambda row: row.id)


def products_by_code(codes: Sequence[str]) -> dict[str, int]:
    """The products of these codes, their own or of one of their SKUs. One statement."""
    wanted = [code for code in codes if facets.storable(code)]
    rows = db.rows(
        "select code, id from catalog_product where code = any(%(codes)s::text[])"
        " union all select code, product_id from catalog_sku where code = any(%(codes)s::text[])",
        {"codes": wanted},
    )
    return {row["code"]: row["id"] for row in rows}


def not_stocked(sku_ids: Sequence[int]) -> set[int]:
    """Of these SKUs those that nobody buys for a shelf. One statement, none for none."""
    return {sku for sku, mode in supplied(sku_ids).items() if mode != SupplyMode.STOCKED}


def sku_codes(sku_ids: Sequence[int]) -> dict[int, str]:
    """The codes of SKUs by id."""
    found = db.rows("select id, code from catalog_sku where id = any(%s::bigint[])", (list(sku_ids),))
    return {row["id"]: row["code"] for row in found}


def english_names(sku_ids: Sequence[int]) -> dict[int, EnglishName]:
    """What English carts and orders call these SKUs (an order itself keeps the words it was made with)."""
    found = db.rows(
        "select s.id, p.title_en, s.options, p.option_names, p.category_id from catalog_sku s"
        " join catalog_product p on p.id = s.product_id where s.id = any(%s::bigint[])",
        (list(sku_ids),),
    )
    tree = taxonomy.current()
    names: dict[int, EnglishName] = {}
    for row in found:
        definitions = tree.definitions_for([category.id for category in tree.path(row["category_id"])])
        options = {name: row["options"][name] for name in row["option_names"] if name in row["options"]}
        names[row["id"]] = EnglishName(
            row["title_en"], rules.options_text(rules.options_in_english(options, definitions))
        )
    return names


def titles(product_ids: Sequence[int]) -> dict[int, Text]:
    """The titles of products by id, in any state. One statement, none for none."""
    wanted = list(product_ids)
    if not wanted:
        return {}
    rows = db.rows("select id, title, title_en from catalog_product where id = any(%s::bigint[])", (wanted,))
    return {row["id"]: Text(row["title"], row["title_en"] or row["title"]) for row in rows}


def slugs(product_ids: Sequence[int]) -> dict[int, str]:
    """The slugs of products by id, in any state."""
    rows = db.rows("select id, slug from catalog_product where id = any(%s::bigint[])", (list(product_ids),))
    return {r["id"]: r["slug"] for r in rows}


def categories() -> list[CategoryView]:
    """The whole tree, parents before their children by `position`."""
    tree = taxonomy.current()
    ordered: list[CategoryView] = []
    waiting = list(reversed(tree.children.get(None, ())))
    while waiting:
        category = waiting.pop()
        ordered.append(category)
        waiting.extend(reversed(tree.children.get(category.id, ())))
    return ordered


def category_path(category_id: int | None) -> tuple[int, ...]:
    """Ids from the root down to the category, from memory (it may be a moment old); empty for none."""
    found = taxonomy.kept()[0].categories.get(category_id) if category_id is not None else None
    return tuple(found.ancestors) if found else ()


def brands() -> list[BrandView]:
    return list(taxonomy.current().brands.values())


def category(category_id: int) -> CategoryView:
    """Raises NotFound."""
    found = taxonomy.current().categories.get(category_id)
    if found is None:
        raise NotFound()
    return found


def goods_by_category() -> dict[int, int]:
    """How many products, in any state, stand in each category itself. One statement."""
    found = db.rows("select category_id, count(*) as n from catalog_product where category_id is not null group by 1")
    return {row["category_id"]: row["n"] for row in found}


def brand_rows(*, q: str = "", cursor: str = "", limit: int = 50) -> paging.Page[tuple[BrandView, int]]:
    """Brands in their order with their products, in any state. `q` is part of a name in either language, or of the slug.

    One statement beside the tree. Raises NoSuchPage.
    """
    wanted = words.normalise(q)
    after = paging.decode(cursor, int, int) if cursor else None
    found = [
        each
        for each in taxonomy.current().brands.values()  # by position and id
        if (not wanted or any(wanted in words.normalise(text) for text in (each.name, each.name_en, each.slug)))
        and (after is None or (each.position, each.id) > after)
    ][: limit + 1]
    counts = {
        row["brand_id"]: row["n"]
        for row in db.rows(
            "select brand_id, count(*) as n from catalog_product where brand_id = any(%s::bigint[]) group by 1",
            ([each.id for each in found],),
        )
    }
    rows = [(each, counts.get(each.id, 0)) for each in found]
    return paging.page(rows, limit, lambda row: row[0].position, lambda row: row[0].id)


def brand(brand_id: int) -> tuple[BrandView, int]:
    """A brand, and how many products carry it. Raises NotFound."""
    found = taxonomy.current().brands.get(brand_id)
    if found is None:
        raise NotFound()
    row = db.row("select count(*) as n from catalog_product where brand_id = %s", (brand_id,))
    return found, row["n"] if row else 0


def attribute(attribute_id: int) -> AttributeView:
    """Raises NotFound."""
    found = next((d for d in taxonomy.current().definitions if d.id == attribute_id), None)
    if found is None:
        raise NotFound()
    return found


def attribute_definitions(category_id: int | None = None) -> list[AttributeView]:
    """The definitions that hold for a category (its own and those from above); all of them when none is given."""
    tree = taxonomy.current()
    if category_id is None:
        return list(tree.definitions)
    if category_id not in tree.categories:
        raise NotFound()
    return list(tree.definitions_for(tree.categories[category_id].ancestors).values())


_ROWS = """
select p.id, p.code, p.slug, p.title, p.state, p.version, p.category_id, p.brand_id, p.image,
    (select count(*) from catalog_sku s where s.product_id = p.id) as sku_count, p.list_at, p.delist_at, p.updated_at
from catalog_product p
where {where} order by p.id desc limit %(limit)s
"""
_CODES = """select id from catalog_product where code = %(q)s::text
        union all select product_id from catalog_sku where code = %(q)s::text
        union all select product_id from catalog_sku where barcode = %(q)s::text and barcode <> ''"""
#: By a part of the title, or a code. Two characters have an index: then it is the first of those whose title has all the pairs of
#: what is asked for, and it in one piece.
_TITLED = """(p.title {like} %(like)s::text or p.id in ({codes}))"""
_PAIRED = """p.id in ((select p.id from catalog_product p where {others} and catalog_pairs(p.title) @> catalog_pairs(%(q)s::text)
        and p.title {like} %(like)s::text order by p.id desc limit %(limit)s) union all {codes})"""
#: Only what is asked for stands in the statement, so that each question has the plan it deserves.
_ASKED = {
    "state": "p.state = %(state)s::text",
    "category": "p.category_id in (select id from catalog_category where ancestors @> array[%(category)s::bigint])",
    "brand": "p.brand_id = %(brand)s::bigint",
    "below": "p.id < %(below)s::bigint",
    "ids": "p.id = any(%(ids)s::bigint[])",
}


def products(
    *,
    state: str = "",
    category_id: int | None = None,
    brand_id: int | None = None,
    q: str = "",
    ids: Sequence[int] | None = None,
    cursor: str = "",
    limit: int = 50,
) -> paging.Page[ProductRow]:
    """Products for staff, newest first; of `ids` only where they are given. Raises ValidationFailed.

    `q` is part of a title, or a product's, SKU's or bar code.
    """
    q = rules.line(q)[: words.MAX_QUERY]
    limit = max(1, min(limit, paging.MAX_LIMIT))
    values = {
        "state": rules.line(state), "category": category_id, "brand": brand_id, "q": q,
        "below": paging.decode(cursor, int)[0] if cursor else None, "limit": limit + 1,
        "ids": list(ids) if ids is not None else None,
        "like": "%" + q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%",
    }  # fmt: skip
    where = [condition for name, condition in _ASKED.items() if values[name] not in (None, "")]
    if state in states.STATES:
        where[0] = (
            f"p.state = '{state}'"  # a constant: how many are in a state differs more than a plan for all can know
        )
    if q:
        # comparing without case takes twice as long, and most titles' words have none
        like = "ilike" if q.upper() != q.lower() else "like"
        titled = _PAIRED if len(q) > 1 else _TITLED
        where.append(titled.format(others=" and ".join(where) or "true", like=like, codes=_CODES))
    found = db.rows(_ROWS.format(where=" and ".join(where) or "true"), values)
    rows = [ProductRow(**{**row, "image": rules.media_url(row["image"])}) for row in found]
    return paging.page(rows, limit, lambda row: row.id)


def skus_of(product_ids: Sequence[int]) -> dict[int, list[int]]:
    """The ids of products' active SKUs. One statement."""
    found: dict[int, list[int]] = {product_id: [] for product_id in product_ids}
    for row in db.rows(
        "select product_id, id from catalog_sku where product_id = any(%s::bigint[]) and active order by position, id",
        (list(product_ids),),
    ):
        found[row["product_id"]].append(row["id"])
    return found


def products_of(sku_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """The id and the title of each SKU's product. One statement."""
    found = db.rows(
        "select s.id, s.product_id, p.title from catalog_sku s join catalog_product p on p.id = s.product_id"
        " where s.id = any(%s::bigint[])",
        (list(sku_ids),),
    )
    return {row["id"]: (row["product_id"], row["title"]) for row in found}


def goods_of(sku_ids: Sequence[int]) -> dict[int, tuple[int, tuple[int, ...], int | None]]:
    """(product, its category with all above, brand) of SKUs in any state, as promotions' scopes ask. One statement."""
    found = db.rows(
        "select s.id, p.id as product_id, coalesce(c.ancestors, '{}') as path, p.brand_id from catalog_sku s"
        " join catalog_product p on p.id = s.product_id left join catalog_category c on c.id = p.category_id"
        " where s.id = any(%s::bigint[])",
        (list(sku_ids),),
    )
    return {row["id"]: (row["product_id"], tuple(row["path"]), row["brand_id"]) for row in found}


def packing_facts(sku_ids: Sequence[int]) -> dict[int, tuple[str, int]]:
    """(barcode, grams of a unit; 0 where nobody has weighed it) of these SKUs. One statement."""
    rows = db.rows("select id, barcode, weight_g from catalog_sku where id = any(%s::bigint[])", (list(sku_ids),))
    return {row["id"]: (row["barcode"], row["weight_g"]) for row in rows}


def skus_scanned(text: str, limit: int = 10) -> list[tuple[int, str]]:
    """(id, code) of the SKUs a scanner may have meant: the one of this code, else those with this barcode. One statement."""
    text = text.strip()
    if not text or not facets.storable(text):
        return []
    rows = db.rows(
        "select id, code from catalog_sku where code = %(text)s or (barcode = %(text)s and barcode <> '')"
        " order by code <> %(text)s, id limit %(limit)s",
        {"text": text, "limit": limit},
    )
    exact = [row for row in rows if row["code"] == text]
    return [(row["id"], row["code"]) for row in exact or rows]


def state_counts(most: int | None = None) -> dict[str, int]:
    """How many products are in each state, each counted up to `most` and one more, or all of them. One statement."""
    found = db.rows(
        "select s.state, (select count(*) from (select 1 from catalog_product p where p.state = s.state limit %s) n) as n"
        " from unnest(%s::text[]) s(state)",
        (None if most is None else most + 1, list(states.STATES)),
    )
    return {row["state"]: row["n"] for row in found}


def actions(state: str) -> tuple[str, ...]:
    """What can be done with a product in this state."""
    return states.PRODUCT.actions(state)


def due_to_list(now: datetime, limit: int = 500) -> list[tuple[int, list[int]]]:
    """Products whose listing time has come, with their active SKUs."""
    found = db.rows(
        "select p.id, array(select s.id from catalog_sku s where s.product_id = p.id and s.active order by s.id) as sku_ids"
        " from catalog_product p where p.list_at <= %s and p.state = any(%s::text[]) order by p.list_at, p.id limit %s",
        (now, list(states.PRODUCT.sources("list")), limit),
    )
    return [(row["id"], row["sku_ids"]) for row in found]


def due_to_delist(now: datetime, limit: int = 500) -> list[int]:
    """Products whose time to leave the shop has come."""
    found = db.rows(
        "select id from catalog_product where delist_at <= %s and state = 'listed' order by delist_at, id limit %s",
        (now, limit),
    )
    return [row["id"] for row in found]


def pending_pictures(now: datetime, limit: int = 100) -> list[tuple[int, str]]:
    """Pictures that wait to be fetched: (media id, address), oldest first."""
    found = db.rows(
        "select id, source_url from catalog_media where state = 'pending' and next_attempt_at <= %s"
        " order by next_attempt_at, id limit %s",
        (now, limit),
    )
    return [(row["id"], row["source_url"]) for row in found]
