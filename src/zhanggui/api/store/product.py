"""The product page: what it is, what each variant costs and how many are there now.

One statement while the catalogue stands still, see `live`. Units sold move with `catalog.refresh_sales`.
"""

from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import CategoryView, ProductDetail, ShownAttribute, SkuView
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import EN
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions.types import GoodsFacts, RuleSet

from ..frame import language, reply_bytes
from .listing import badge
from .live import Kept, Live, cheapest, money


@dataclass(frozen=True, slots=True)
class _Page:
    """A product, encoded up to what is live."""

    currency: bytes  # encoded
    sku_ids: list[int]
    head: bytes
    variants: list[tuple[int, bytes]]

    @property
    def size(self) -> int:
        return len(self.head) + sum(len(variant) + 150 for _, variant in self.variants)


kept: Kept[_Page] = Kept(24 * 1024 * 1024)


def product_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """`GET /api/store/v1/products/{slug}`. Raises NotFound."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return reply_bytes(detail_bytes(slug, language(request)))


def detail_bytes(slug: str, lang: str) -> bytes:
    """The answer for a slug. Raises NotFound."""
    page, now = kept.show((slug, lang), clock.now(), lambda rules: _page(catalog.product_by_slug(slug), rules, lang))
    return _encode(page, now)


async def kept_bytes(slug: str, lang: str) -> bytes | None:
    """`detail_bytes` without a thread, while the page is kept; else None."""
    found = await kept.look((slug, lang))
    return _encode(*found) if found else None


def _encode(page: _Page, now: Live) -> bytes:
    currency = page.currency
    variants, anything = [], False
    for sku_id, variant in page.variants:
        price, listed = now.prices.get(sku_id) or (None, None)
        free = max(0, now.free.get(sku_id, 0))
        anything = anything or free > 0
        variants.append(
            b'%s,"price":%s,"list_price":%s,"available":%d}'
            % (variant, money(price, currency), money(listed, currency), free)
        )
    price, listed = cheapest(page.sku_ids, now.prices) or (None, None)
    return b'%s,"price":%s,"list_price":%s,"in_stock":%s,"variants":[%s]}' % (
        page.head,
        money(price, currency),
        money(listed, currency),
        b"true" if anything else b"false",
        b",".join(variants),
    )


def _page(product: ProductDetail, rules: RuleSet, lang: str) -> _Page:
    currency = mall_settings.get("mall.currency")
    sku_ids = [sku.id for sku in product.skus]
    brand = product.brand.id if product.brand else None
    goods = GoodsFacts(product.id, tuple(c.id for c in product.breadcrumbs), brand, tuple(sku_ids))
    badges = [badge(shown, lang, currency) for shown in promotions.badges_of(rules, goods)]
    head = {**_about(product, lang), "promotions": badges}
    variants = [(sku.id, orjson.dumps(_variant(sku))[:-1]) for sku in product.skus]
    return _Page(orjson.dumps(currency), sku_ids, orjson.dumps(head)[:-1], variants)


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
