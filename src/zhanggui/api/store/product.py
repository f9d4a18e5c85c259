"""The product page: what it is, what each variant costs and how many are there now. Three statements."""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import CategoryView, ProductDetail, ShownAttribute
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import EN
from zhanggui.pricing import selectors as pricing
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions.types import GoodsFacts

from .. import fresh
from ..frame import language, reply_bytes
from .listing import badge


def product_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """`GET /api/store/v1/products/{slug}`. Raises NotFound."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return reply_bytes(render(slug, language(request)))


def render(slug: str, lang: str) -> bytes:
    """The answer's bytes."""
    at = clock.now()
    product = catalog.product_by_slug(slug)
    sku_ids = [sku.id for sku in product.skus]
    prices = pricing.effective_prices(sku_ids, at)
    stock = inventory.available(sku_ids)
    currency = mall_settings.get("mall.currency")
    goods = GoodsFacts(
        product.id,
        tuple(c.id for c in product.breadcrumbs),
        product.brand.id if product.brand else None,
        tuple(sku_ids),
    )
    badges = promotions.badges([goods], at, version=fresh.version("promotions"))[product.id]
    variants = [
        {
            "sku": sku.code,
            "attributes": sku.options,
            "title": sku.options_text,
            "price": _money(prices[sku.id].sale_price, currency) if sku.id in prices else None,
            "list_price": _money(prices[sku.id].list_price, currency) if sku.id in prices else None,
            "member_price": None,
            "available": max(0, stock[sku.id]),
            "image": sku.image or None,
            "weight_g": sku.weight_g,
        }
        for sku in product.skus
    ]
    best = min((prices[i] for i in sku_ids if i in prices), key=lambda price: price.sale_price, default=None)
    return orjson.dumps(
        {
            **_about(product, lang),
            "price": _money(best.sale_price, currency) if best else None,
            "list_price": _money(best.list_price, currency) if best else None,
            "in_stock": any(variant["available"] for variant in variants),
            "variants": variants,
            "promotions": [badge(shown, lang) for shown in badges],
        }
    )


def _money(amount: int, currency: str) -> dict[str, Any]:
    return {"amount": amount, "currency": currency}


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
