"""The product page: what it is, what each variant costs and how many are there now.

One statement while the catalogue stands still, two when it has changed; see `live`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import CategoryView, ProductDetail, ShownAttribute, SkuView
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import EN
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions.types import GoodsFacts, RuleSet

from .. import fresh
from ..frame import language, reply_bytes
from .listing import badge
from .live import Kept, cheapest, live, looked_up, money


@dataclass(frozen=True, slots=True)
class _Page:
    """A product, encoded up to what is live."""

    rules: RuleSet
    currency: str
    sku_ids: list[int]
    head: bytes
    variants: list[tuple[int, bytes]]


_kept: Kept[_Page] = Kept(24 * 1024 * 1024)


def product_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """`GET /api/store/v1/products/{slug}`. Raises NotFound."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return reply_bytes(render(slug, language(request)))


def render(slug: str, lang: str) -> bytes:
    """The answer's bytes. Raises NotFound."""
    at = clock.now()
    rules = promotions.live_rules(at, version=fresh.version("promotions"))
    currency = mall_settings.get("mall.currency")
    key = (slug, lang)
    kept = _kept.get(key)
    if kept and kept.value.rules is rules and kept.value.currency == currency:
        version, found = live(kept.value.sku_ids, at)
        if version == kept.version:
            return _encode(kept.value, found)
    page = _page(catalog.product_by_slug(slug), at, rules, currency, lang)
    version, found = live(page.sku_ids, at)
    if version == looked_up():
        _kept.put(key, version, page, len(page.head) + sum(len(variant) for _, variant in page.variants))
    return _encode(page, found)


def forget() -> None:
    """Drop the kept pages (tests, after a restore)."""
    _kept.forget()


def _encode(page: _Page, found: dict[int, dict[str, Any]]) -> bytes:
    currency = page.currency.encode()
    variants, anything = [], False
    for sku_id, variant in page.variants:
        row = found.get(sku_id)
        price, listed, free = (row["sale_price"], row["list_price"], max(0, row["free"])) if row else (None, None, 0)
        anything = anything or free > 0
        variants.append(
            b'%s,"price":%s,"list_price":%s,"available":%d}'
            % (variant, money(price, currency), money(listed, currency), free)
        )
    best = cheapest(page.sku_ids, found)
    price, listed = (best["sale_price"], best["list_price"]) if best else (None, None)
    return b'%s,"price":%s,"list_price":%s,"in_stock":%s,"variants":[%s]}' % (
        page.head,
        money(price, currency),
        money(listed, currency),
        b"true" if anything else b"false",
        b",".join(variants),
    )


def _page(product: ProductDetail, at: datetime, rules: RuleSet, currency: str, lang: str) -> _Page:
    sku_ids = [sku.id for sku in product.skus]
    brand = product.brand.id if product.brand else None
    goods = GoodsFacts(product.id, tuple(c.id for c in product.breadcrumbs), brand, tuple(sku_ids))
    badges = promotions.badges([goods], at, version=fresh.version("promotions"))[product.id]
    head = {**_about(product, lang), "promotions": [badge(shown, lang) for shown in badges]}
    variants = [(sku.id, orjson.dumps(_variant(sku))[:-1]) for sku in product.skus]
    return _Page(rules, currency, sku_ids, orjson.dumps(head)[:-1], variants)


def _variant(sku: SkuView) -> dict[str, Any]:
    """Member prices come with the tiers' own work."""
    return {
        "sku": sku.code,
        "attributes": sku.options,
        "title": sku.options_text,
        "member_price": None,
        "image": sku.image or None,
        "weight_g": sku.weight_g,
    }


def _about(product: ProductDetail, lang: str) -> dict[str, Any]:
    """What the catalogue says."""
    rating = product.rating
    return {
        "id": product.id,
        "code": product.code,
        "slug": product.slug,
        "title": product.title,
        "subtitle": product.subtitle,
        "description": product.description_html,
        "image": product.image or None,
        "media": [
            {"url": m.url, "alt": m.alt, "sku_id": m.sku_id, "width": m.width, "height": m.height}
            for m in product.media
        ],
        "breadcrumbs": [crumb(category, lang) for category in product.breadcrumbs],
        "brand": {"slug": product.brand.slug, "name": product.brand.name} if product.brand else None,
        "attributes": [_attribute(shown, lang) for shown in product.attributes],
        "tags": product.tags,
        "rating": {"average": rating / 100, "count": product.rating_count} if rating is not None else None,
        "sales": product.sales,
    }


def crumb(category: CategoryView, lang: str) -> dict[str, Any]:
    return {"id": category.id, "slug": category.slug, "name": _name(category, lang)}


def _name(category: CategoryView, lang: str) -> str:
    return (category.name_en if lang == EN else category.name_zh) or category.name_zh


def _attribute(shown: ShownAttribute, lang: str) -> dict[str, Any]:
    label = (shown.label_en if lang == EN else shown.label_zh) or shown.name
    return {"name": shown.name, "label": label, "value": shown.value, "unit": shown.unit}
