"""Lists and search over the listing projection.

A page is one statement. Its total and facets are counted once per set of filters and version of the catalogue and kept
in memory; stock does not move that version, so counts of what is in stock may be half a minute old.
"""

import threading
import time
from collections import OrderedDict
from dataclasses import replace
from typing import Any

from zhanggui.kernel import db

from . import facets, rules, taxonomy, words
from .types import MAX_PAGE_SIZE, Facets, ListingItem, ListingPage, SearchFilters, Suggestion

MAX_AGE_SECONDS = 30.0
MAX_KEPT = 512
_BIGINT = 2**63 - 1

ORDERS = {
    "new": "l.listed_at desc, l.product_id desc",
    "sales": "l.sales desc, l.product_id desc",
    "price": "l.price asc nulls last, l.product_id desc",
    "-price": "l.price desc nulls last, l.product_id desc",
    "rating": "l.rating desc nulls last, l.product_id desc",
}
#: Best match first; of equal matches what sells.
_BY_MATCH = (
    "ts_rank('{0.05, 0.3, 0.6, 1.0}', l.search, %s::tsquery) * (1 + ln(1 + l.sales) / 10) desc, l.product_id desc"
)

_PAGE = """
select v.catalog, v.taxonomy, l.*
from (select coalesce(max(value) filter (where name = 'catalog'), 0) as catalog,
        coalesce(max(value) filter (where name = 'catalog.taxonomy'), 0) as taxonomy
    from kernel_version where name in ('catalog', 'catalog.taxonomy')) v
left join lateral (
    select l.product_id, l.slug, l.title, l.subtitle, l.image, l.price, l.list_price, l.in_stock, l.sku_ids, l.tags,
        l.brand_id, l.ancestors[cardinality(l.ancestors)] as category_id, l.sales, l.rating, l.rating_count, l.title_en,
        l.subtitle_en
    from catalog_listing l where {where} order by {order} limit %s offset %s
) l on true
"""

_kept: "OrderedDict[SearchFilters, tuple[int, int, float, int, Facets]]" = OrderedDict()
_lock = threading.Lock()


def search(filters: SearchFilters) -> ListingPage:
    """One page of listed products with total and facets. Never fails on strange input: what means nothing finds nothing."""
    size = max(1, min(filters.page_size, MAX_PAGE_SIZE))
    page = max(1, min(filters.page, 10**9))
    tree, version = taxonomy.kept()
    while True:
        conditions = _conditions(filters, tree)
        rows = _page(filters, conditions, size, (page - 1) * size)
        if rows[0]["taxonomy"] == version:
            break
        tree, version = taxonomy.current(rows[0]["taxonomy"]), rows[0]["taxonomy"]
    total, found = _counted(filters, conditions, tree, rows[0]["catalog"], version)
    return ListingPage([item(row) for row in rows if row["product_id"] is not None], total, page, size, found)


def forget() -> None:
    """Drop the kept counts."""
    with _lock:
        _kept.clear()


def _page(filters: SearchFilters, conditions: facets.Conditions, size: int, offset: int) -> list[dict[str, Any]]:
    where, params = facets.where(conditions)
    by_match = filters.sort == "relevance" and "q" in conditions and conditions["q"][1]
    order = _BY_MATCH if by_match else ORDERS.get(filters.sort, ORDERS["sales"])
    return db.rows(
        _PAGE.format(where=where, order=order), [*params, *(conditions["q"][1] if by_match else ()), size, offset]
    )


def item(row: dict[str, Any]) -> ListingItem:
    image = row["image"]
    return ListingItem(
        row["product_id"], row["slug"], row["title"], row["subtitle"], rules.MEDIA_URL + image if image else "",
        row["price"], row["list_price"], row["in_stock"], row["sku_ids"], row["tags"], row["brand_id"],
        row["category_id"], row["sales"], row["rating"], row["rating_count"], row["title_en"], row["subtitle_en"],
    )  # fmt: skip


def _conditions(filters: SearchFilters, tree: taxonomy.Taxonomy) -> facets.Conditions:
    """Each filter as SQL with its parameters, by the facet it belongs to."""
    found: facets.Conditions = {}
    if filters.category:
        category = tree.find_category(filters.category)
        found["category"] = ("l.ancestors @> %s::bigint[]", [[category.id]]) if category else facets.NOTHING
    if filters.brand:
        brands = [brand.id for brand in tree.find_brands(filters.brand)]
        found["brand"] = ("l.brand_id = any(%s::bigint[])", [brands]) if brands else facets.NOTHING
    if filters.min_price is not None or filters.max_price is not None:
        low, high = filters.min_price or 0, _BIGINT if filters.max_price is None else filters.max_price
        found["price"] = ("l.price between %s and %s", [max(0, min(low, _BIGINT)), max(-1, min(high, _BIGINT))])
    if filters.in_stock:
        found["in_stock"] = ("l.in_stock", [])
    if filters.q.strip():
        query = words.query(filters.q)
        found["q"] = ("l.search @@ %s::tsquery", [query]) if query else facets.NOTHING
    for name, values in filters.attributes:
        tokens = [rules.token(name, value) for value in values]
        sound = [token for token in tokens if facets.storable(token)]
        found[f"attr.{name}"] = ("l.tokens && %s::text[]", [sound]) if sound else facets.NOTHING
    return found


def _counted(
    filters: SearchFilters, conditions: facets.Conditions, tree: taxonomy.Taxonomy, catalog: int, version: int
) -> tuple[int, Facets]:
    key = replace(filters, sort="relevance", page=1, page_size=1, q=words.query(filters.q) if filters.q.strip() else "")
    if filters.q.strip() and not key.q:
        return 0, facets.NONE
    now = time.monotonic()
    with _lock:
        kept = _kept.get(key)
        if kept and kept[0] == catalog and kept[1] == version and now - kept[2] < MAX_AGE_SECONDS:
            _kept.move_to_end(key)
            return kept[3], kept[4]
    category = tree.find_category(filters.category) if filters.category else None
    total, found = facets.count(conditions, tree, category)
    with _lock:
        _kept[key] = (catalog, version, now, total, found)
        _kept.move_to_end(key)
        while len(_kept) > MAX_KEPT:
            _kept.popitem(last=False)
    return total, found


_SUGGEST = """
select l.title, l.slug, l.title_en from catalog_listing l where l.search @@ %s::tsquery
order by ts_rank('{0.05, 0.3, 0.6, 1.0}', l.search, %s::tsquery) * (1 + ln(1 + l.sales) / 10) desc, l.product_id desc limit %s
"""


def suggest(text: str, limit: int = 10) -> list[Suggestion]:
    """What may be meant while typing: categories and brands whose name or pinyin begins so, then products."""
    query = words.query(text)
    if not query:
        return []
    tree = taxonomy.current()
    typed = words.normalise(text[: words.MAX_QUERY]).strip()
    found = [Suggestion(*named[:4]) for named in _names(tree) if _begins(named, typed)]
    found = found[: limit // 2]
    rows = db.rows(_SUGGEST, (query, query, max(0, min(limit, 50) - len(found))))
    return found + [Suggestion("product", row["title"], row["slug"], row["title_en"]) for row in rows]


_Named = tuple[Any, str, str, str, str, tuple[str, ...]]
_names_kept: tuple[taxonomy.Taxonomy, list[_Named]] | None = None


def _names(tree: taxonomy.Taxonomy) -> list[_Named]:
    """(kind, text, slug, English, normalised text, pinyin) of categories and brands, made once per taxonomy."""
    global _names_kept
    kept = _names_kept
    if kept is None or kept[0] is not tree:
        named = [("category", c.name_zh, c.slug, c.name_en) for c in tree.categories.values()]
        named += [("brand", b.name, b.slug, b.name_en) for b in tree.brands.values()]
        made = [(*n, words.normalise(f"{n[1]} {n[3]}"), words.pinyin(words.normalise(n[1]))) for n in named]
        kept = _names_kept = (tree, made)
    return kept[1]


def _begins(named: _Named, typed: str) -> bool:
    spoken = words.plain_pinyin(typed.replace(" ", ""))[: words.PINYIN_LETTERS]
    return typed in named[4] or (len(spoken) > 1 and any(word.startswith(spoken) for word in named[5]))
