"""The product list: the hottest page. Plain view, no schema on the way out; `catalog.py` describes it.

One statement while the catalogue stands still (prices and stock of this moment, see `live`). What repeats (query
strings, what a tile says of its product, facets) is parsed and encoded once and kept. The order by sales moves with
`catalog.refresh_sales`; which products a list "in stock" holds may be a second old (what its tiles say is not).
"""

from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import Any
from urllib.parse import parse_qsl

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import MAX_PAGE_SIZE, SORTS, Facets, FacetValue, ListingItem, ListingPage, SearchFilters
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import EN, Text
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions.types import GoodsFacts, ProductBadge, RuleSet, words

from ..errors import InvalidCharacters
from ..fields import MAX_AMOUNT
from ..frame import language, reply_bytes
from ..validation import unknown_parameters
from .live import Kept, Live, cheapest

MAX_PAGE = 10_000
MAX_QUERY = 4_000
MAX_FIELDS = 100
IN_STOCK_SECONDS = 1.0
_PARAMETERS = frozenset({"category", "q", "min_price", "max_price", "in_stock", "sort", "page", "page_size"})
_LONGEST = {"category": 200, "brand": 500, "q": 200}
_TRUE = {"1": True, "true": True, "0": False, "false": False, "": False}


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of the list, encoded up to what is live."""

    priced: bytes  # how a tile goes on
    sku_ids: list[int]
    tiles: list[tuple[list[int], bytes]]  # the SKUs of each product, and what its tile says
    tail: bytes

    @property
    def size(self) -> int:
        return len(self.tail) + sum(len(tile) + 200 for _, tile in self.tiles)


_UNPRICED = b'%s,"price":null,"list_price":null,"in_stock":%s}'
kept: Kept[_Page] = Kept(8 * 1024 * 1024)


def product_list(request: HttpRequest) -> HttpResponse:
    """`GET /api/store/v1/products`."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return reply_bytes(page_bytes(request.META.get("QUERY_STRING", ""), language(request)))


def page_bytes(query: str, lang: str) -> bytes:
    """The answer to a query string as it came. Raises ValidationFailed, InvalidCharacters."""
    filters = parse_filters(query)
    page, now = kept.show(
        (filters, lang),
        clock.now(),
        lambda rules: _page(catalog.search(filters), rules, lang),
        seconds=IN_STOCK_SECONDS if filters.in_stock else inf,
    )
    return _encode(page, now)


async def kept_bytes(query: str, lang: str) -> bytes | None:
    """`page_bytes` without a thread, while the page is kept; else None. Raises as it does."""
    found = await kept.look((parse_filters(query), lang))
    return _encode(*found) if found else None


def _encode(page: _Page, now: Live) -> bytes:
    """`price` is the lowest of a product's SKUs, `list_price` belongs to that SKU."""
    prices, free = now.prices, now.free
    tiles = []
    for sku_ids, tile in page.tiles:
        best = cheapest(sku_ids, prices)
        if len(sku_ids) == 1:
            there = free.get(sku_ids[0], 0) > 0
        else:
            there = any(free.get(sku_id, 0) > 0 for sku_id in sku_ids)
        in_stock = b"true" if there else b"false"
        tiles.append(page.priced % (tile, *best, in_stock) if best else _UNPRICED % (tile, in_stock))
    return b'{"items":[%s],%s' % (b",".join(tiles), page.tail)


def _page(found: ListingPage, rules: RuleSet, lang: str) -> _Page:
    currency = mall_settings.get("mall.currency")
    tiles = []
    for item in found.items:
        goods = GoodsFacts(item.id, catalog.category_path(item.category_id), item.brand_id, tuple(item.sku_ids))
        badges = promotions.badges_of(rules, goods)
        tiles.append((item.sku_ids, orjson.dumps(_tile(item, badges, lang, currency))[:-1]))
    rest = {
        "total": found.total,
        "page": found.page,
        "page_size": found.page_size,
        "facets": _facets(found.facets, currency, lang),
    }
    sku_ids = [sku_id for item in found.items for sku_id in item.sku_ids]
    amount = b'{"amount":%%d,"currency":%s}' % orjson.dumps(currency).replace(b"%", b"%%")
    priced = b'%%s,"price":%s,"list_price":%s,"in_stock":%%s}' % (amount, amount)
    return _Page(priced, sku_ids, tiles, orjson.dumps(rest)[1:])


def _tile(item: ListingItem, badges: list[ProductBadge], lang: str, currency: str) -> dict[str, Any]:
    return {
        "id": item.id,
        "slug": item.slug,
        "title": item.title,
        "subtitle": item.subtitle,
        "image": item.image or None,
        "badges": [badge(shown, lang, currency) for shown in badges],
        "rating": {"average": item.rating / 100, "count": item.rating_count} if item.rating is not None else None,
        "sales": item.sales,
        "tags": item.tags,
    }


def badge(shown: ProductBadge, lang: str, currency: str) -> dict[str, Any]:
    """A promotion as a tile shows it, its amounts in major units: 满100减10."""
    return {
        "promotion_id": shown.promotion_id,
        "kind": shown.kind,
        "label": shown.label.render(lang),
        "text": shown.text.render(lang, **words(shown.params, lang, currency)),
    }


# --- what was asked ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=2048)
def parse_filters(query: str) -> SearchFilters:
    """The query string as filters.

    Raises ValidationFailed with every parameter that cannot be understood, InvalidCharacters.
    """
    errors: list[FieldError] = []
    if "%00" in query or "\0" in query:
        raise InvalidCharacters()
    if len(query) > MAX_QUERY or query.count("&") >= MAX_FIELDS:
        raise ValidationFailed.one("query", "length", "查询条件太长", "the query is too long")
    unknown: list[str] = []
    single: dict[str, str] = {}
    brands: list[str] = []
    attributes: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, errors="replace", max_num_fields=MAX_FIELDS):
        if name == "brand":
            brands.extend(part for part in value.split(",") if part)
        elif name.startswith("attr.") and value:
            attributes.setdefault(name[5:], []).append(value)
        elif name in _PARAMETERS:
            single[name] = value
        elif not name.startswith("attr."):
            unknown.append(name)
    for name, longest in _LONGEST.items():
        if len(single.get(name, "")) > longest or (name == "brand" and sum(map(len, brands)) > longest):
            errors.append(FieldError(name, "length", Text(f"最多 {longest} 个字", f"at most {longest} characters")))
    if unknown:
        errors.extend(unknown_parameters(unknown).errors)
    sort = single.get("sort") or "relevance"
    if sort not in SORTS:
        errors.append(
            FieldError("sort", "choice", Text(f"只能是 {'、'.join(SORTS)}", f"must be one of {', '.join(SORTS)}"))
        )
    in_stock = _TRUE.get(single.get("in_stock", "").lower())
    if in_stock is None:
        errors.append(FieldError("in_stock", "type", Text("应为 true 或 false", "must be true or false")))
    numbers = {
        "min_price": _number(single, "min_price", None, 0, MAX_AMOUNT, errors),
        "max_price": _number(single, "max_price", None, 0, MAX_AMOUNT, errors),
        "page": _number(single, "page", 1, 1, MAX_PAGE, errors),
        "page_size": _number(single, "page_size", 24, 1, MAX_PAGE_SIZE, errors),
    }
    if errors:
        raise ValidationFailed(errors=errors)
    return SearchFilters(
        category=single.get("category", ""),
        brand=tuple(brands),
        q=single.get("q", ""),
        min_price=numbers["min_price"],
        max_price=numbers["max_price"],
        attributes=tuple((name, tuple(values)) for name, values in sorted(attributes.items())),
        in_stock=bool(in_stock),
        sort=sort,  # type: ignore[arg-type]
        page=numbers["page"] or 1,
        page_size=numbers["page_size"] or 24,
    )


def _number(
    given: dict[str, str], name: str, default: int | None, low: int, high: int, errors: list[FieldError]
) -> int | None:
    text = given.get(name, "")
    if not text:
        return default
    if text.isascii() and text.isdigit() and len(text) < 19 and low <= int(text) <= high:
        return int(text)
    errors.append(
        FieldError(name, "range", Text(f"应为 {low} 到 {high} 的整数", f"must be a whole number from {low} to {high}"))
    )
    return default


# --- facets ------------------------------------------------------------------------------------------------------


def _facets(facets: Facets, currency: str, lang: str) -> dict[str, Any]:
    return {
        "categories": [_value(v, lang) for v in facets.categories],
        "brands": [_value(v, lang) for v in facets.brands],
        "prices": [
            {
                "low": {"amount": b.low, "currency": currency},
                "high": {"amount": b.high, "currency": currency} if b.high is not None else None,
                "count": b.count,
            }
            for b in facets.prices
        ],
        "attributes": [
            {
                "name": a.name,
                "label": (a.label_en if lang == EN else a.label_zh) or a.name,
                "values": [_value(v, lang) for v in a.values],
            }
            for a in facets.attributes
        ],
    }


def _value(value: FacetValue, lang: str) -> dict[str, Any]:
    label = (value.label_en if lang == EN else value.label_zh) or value.label_zh or value.value
    return {"value": value.value, "label": label, "count": value.count}
