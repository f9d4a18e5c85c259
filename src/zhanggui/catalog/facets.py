"""Counting what a list could be narrowed by. A facet that is narrowed already is counted without its own filter."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from zhanggui.kernel import db

from .taxonomy import Taxonomy
from .types import AttributeFacet, AttributeKind, AttributeView, CategoryView, Facets, FacetValue, PriceBucket

Conditions = dict[str, tuple[str, list[Any]]]
NOTHING: tuple[str, list[Any]] = ("false", [])
NONE = Facets((), (), (), ())
BUCKETS = 5
MAX_VALUES = 50
MAX_NAMES = 20

#: Prices are counted by their first two digits: at most 90 groups a decade, and bounds people can read.
_PARTS = {
    "total": "select 'total' as facet, '' as value, count(*) as number from m",
    "category": "select 'category' as facet, a::text as value, count(*) as number from m, unnest(m.ancestors) a group by a",
    "brand": "select 'brand' as facet, brand_id::text as value, count(*) as number from m"
    " where brand_id is not null group by brand_id",
    "price": "select 'price' as facet, (price - case when price < 100 then 0 else"
    " price %% power(10, length(price::text) - 2)::bigint end)::text as value, count(*) as number"
    " from m where price is not null group by 2",
    "attributes": "(select 'attributes' as facet, t as value, count(*) as number from m, unnest(m.tokens) t"
    " group by t order by 3 desc, 2 limit 1000)",
}


def storable(text: str) -> bool:
    """Whether PostgreSQL can be asked about this text at all."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def where(conditions: Conditions, without: str = "") -> tuple[str, list[Any]]:
    """All conditions but one, joined."""
    used = [condition for name, condition in conditions.items() if name != without]
    return " and ".join(sql for sql, _ in used) or "true", [p for _, params in used for p in params]


def count(conditions: Conditions, tree: Taxonomy, category: CategoryView | None) -> tuple[int, Facets]:
    """Total and facets for the conditions: one statement, and one more for each facet that is narrowed already."""
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    narrowed = [name for name in conditions if name in ("brand", "price") or name.startswith("attr.")]
    _collect(counts, conditions, "", [part for part in _PARTS if part not in narrowed])
    for name in narrowed:
        if name.startswith("attr."):
            own: dict[str, dict[str, int]] = defaultdict(dict)
            _collect(own, conditions, name, ["attributes"])
            prefix = name[5:] + "="
            kept = {token: n for token, n in own["attributes"].items() if token.startswith(prefix)}
            counts["attributes"] = {t: n for t, n in counts["attributes"].items() if not t.startswith(prefix)} | kept
        else:
            _collect(counts, conditions, name, [name])
    found = Facets(
        _categories(counts["category"], tree, category),
        _brands(counts["brand"], tree),
        _prices(counts["price"]),
        _attributes(counts["attributes"], tree),
    )
    return counts["total"].get("", 0), found


def _collect(counts: dict[str, dict[str, int]], conditions: Conditions, without: str, parts: Sequence[str]) -> None:
    condition, params = where(conditions, without)
    sql = (
        f"with m as materialized (select price, brand_id, ancestors, tokens from catalog_listing l where {condition}) "
        + " union all ".join(_PARTS[part] for part in parts)
    )
    for row in db.rows(sql, params):
        counts[row["facet"]][row["value"]] = row["number"]


def _categories(counts: dict[str, int], tree: Taxonomy, selected: CategoryView | None) -> tuple[FacetValue, ...]:
    """The next level down; at a leaf, the leaf itself."""
    below = tree.children.get(selected.id if selected else None, ())
    if selected and not below:
        below = (selected,)
    return tuple(FacetValue(c.slug, c.name_zh, c.name_en, counts[str(c.id)]) for c in below if counts.get(str(c.id)))


def _brands(counts: dict[str, int], tree: Taxonomy) -> tuple[FacetValue, ...]:
    found = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MAX_VALUES]
    brands = [(tree.brands.get(int(brand_id)), number) for brand_id, number in found]
    return tuple(
        FacetValue(brand.slug, brand.name, brand.name_en or brand.name, number) for brand, number in brands if brand
    )


def _prices(counts: dict[str, int]) -> tuple[PriceBucket, ...]:
    """About equally filled buckets whose lower bounds have two leading digits."""
    steps = sorted((int(low), number) for low, number in counts.items())
    if not steps:
        return ()
    total = sum(number for _, number in steps)
    buckets: list[tuple[int, int]] = []
    passed = 0
    for low, number in steps:
        if passed * BUCKETS >= total * len(buckets):
            buckets.append((low, 0))
        buckets[-1] = (buckets[-1][0], buckets[-1][1] + number)
        passed += number
    ends = [low - 1 for low, _ in buckets[1:]] + [None]
    return tuple(PriceBucket(low, high, number) for (low, number), high in zip(buckets, ends, strict=True))


def _attributes(counts: dict[str, int], tree: Taxonomy) -> tuple[AttributeFacet, ...]:
    labels = {d.name: d for d in reversed(tree.definitions)}
    english: dict[str, dict[str, str]] = defaultdict(dict)
    for definition in tree.definitions:
        english[definition.name] |= definition.choices_en
    values: dict[str, list[FacetValue]] = defaultdict(list)
    for token, number in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        name, _, value = token.partition("=")
        if len(values[name]) < MAX_VALUES:
            zh, en = _value_labels(value, labels.get(name), english[name])
            values[name].append(FacetValue(value, zh, en, number))
    order = {d.name: position for position, d in enumerate(tree.definitions)}
    names = sorted(values, key=lambda name: (order.get(name, len(order)), -sum(v.count for v in values[name]), name))
    return tuple(
        AttributeFacet(
            name,
            labels[name].label_zh if name in labels else name,
            (labels[name].label_en or name) if name in labels else name,
            tuple(values[name]),
        )
        for name in names[:MAX_NAMES]
    )


_FLAGS = {"true": ("是", "Yes"), "false": ("否", "No")}


def _value_labels(value: str, definition: AttributeView | None, english: dict[str, str]) -> tuple[str, str]:
    """How one choice of a filter is shown in Chinese and in English."""
    if definition and definition.kind == AttributeKind.BOOL and value in _FLAGS:
        return _FLAGS[value]
    unit = f" {definition.unit}" if definition and definition.unit else ""
    return value + unit, english.get(value, value) + unit
