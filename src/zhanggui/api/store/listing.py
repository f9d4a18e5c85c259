"""The product list: the hottest page. Plain view, no schema on the way out; see `catalog_docs` for its description.

Three statements: the page of the catalogue, its prices and its stock of this moment. Query strings and facets repeat, so
what they mean is kept.
"""

from collections import OrderedDict
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import MAX_PAGE_SIZE, SORTS, Facets, FacetValue, ListingItem, SearchFilters
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import EN, Text
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.pricing import selectors as pricing
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions.types import GoodsFacts, ProductBadge, words

from .. import fresh
from ..fields import MAX_AMOUNT
from ..frame import language, reply_bytes

MAX_PAGE = 10_000
MAX_QUERY = 4_000
_TRUE = {"1": True, "true": True, "0": False, "false": False, "": False}


def product_list(request: HttpRequest) -> HttpResponse:
    """`GET /api/store/v1/products`."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    filters = parse_filters(request.META.get("QUERY_STRING", ""))
    return reply_bytes(render(filters, language(request)))


def render(filters: SearchFilters, lang: str) -> bytes:
    """The answer's bytes."""
    at = clock.now()
    found = catalog.search(filters)
    sku_ids = [sku_id for item in found.items for sku_id in item.sku_ids]
    prices = pricing.effective_prices(sku_ids, at) if sku_ids else {}
    stock = inventory.available(sku_ids) if sku_ids else {}
    badges = promotions.badges(
        [GoodsFacts(i.id, catalog.category_path(i.category_id), i.brand_id, tuple(i.sku_ids)) for i in found.items],
        at,
        version=fresh.version("promotions"),
    )
    currency = mall_settings.get("mall.currency")
    return orjson.dumps(
        {
            "items": [_item(item, prices, stock, badges[item.id], currency, lang) for item in found.items],
            "total": found.total,
            "page": found.page,
            "page_size": found.page_size,
            "facets": _facets(found.facets, lang),
        }
    )


def _item(
    item: ListingItem, prices: Any, stock: dict[int, int], badges: list[ProductBadge], currency: str, lang: str
) -> dict[str, Any]:
    """`price` is the lowest of the product's SKUs, `list_price` belongs to that SKU."""
    best = None
    for sku_id in item.sku_ids:
        price = prices.get(sku_id)
        if price is not None and (best is None or price.sale_price < best.sale_price):
            best = price
    rating = item.rating
    return {
        "id": item.id,
        "slug": item.slug,
        "title": item.title,
        "subtitle": item.subtitle,
        "price": {"amount": best.sale_price, "currency": currency} if best else None,
        "list_price": {"amount": best.list_price, "currency": currency} if best else None,
        "in_stock": any(stock[sku_id] > 0 for sku_id in item.sku_ids),
        "image": item.image or None,
        "badges": [badge(b, lang) for b in badges],
        "rating": {"average": rating / 100, "count": item.rating_count} if rating is not None else None,
        "sales": item.sales,
        "tags": item.tags,
    }


def badge(shown: ProductBadge, lang: str) -> dict[str, Any]:
    """A promotion as a tile shows it."""
    return {
        "promotion_id": shown.promotion_id,
        "kind": shown.kind,
        "label": shown.label.render(lang),
        "text": shown.text.render(lang, **words(shown.params, lang)),
    }


# --- what was asked ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=2048)
def parse_filters(query: str) -> SearchFilters:
    """The query string as filters. Raises ValidationFailed with every parameter that cannot be understood."""
    errors: list[FieldError] = []
    if len(query) > MAX_QUERY:
        raise ValidationFailed.one("query", "length", "查询条件太长", "the query is too long")
    single: dict[str, str] = {}
    brands: list[str] = []
    attributes: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, errors="replace", max_num_fields=100):
        if name == "brand":
            brands.extend(part for part in value.split(",") if part)
        elif name.startswith("attr.") and value:
            attributes.setdefault(name[5:], []).append(value)
        else:
            single[name] = value
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

_encoded: OrderedDict[tuple[int, str], tuple[Facets, orjson.Fragment]] = OrderedDict()
KEPT_FACETS = 256


def _facets(facets: Facets, lang: str) -> orjson.Fragment:
    """The catalogue keeps counted facets, so the same object comes again and again: it is encoded once."""
    key = (id(facets), lang)
    kept = _encoded.get(key)
    if kept is not None and kept[0] is facets:
        return kept[1]
    fragment = orjson.Fragment(orjson.dumps(_facet_dict(facets, lang)))
    _encoded[key] = (facets, fragment)
    while len(_encoded) > KEPT_FACETS:
        _encoded.popitem(last=False)
    return fragment


def _facet_dict(facets: Facets, lang: str) -> dict[str, Any]:
    currency = mall_settings.get("mall.currency")
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
