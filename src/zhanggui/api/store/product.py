"""The product page: what it is, what each variant costs and how many are there now.

One statement while the catalogue stands still, see `showcase`. Units sold move with `catalog.refresh_sales`.
"""

from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from zhanggui.catalog.types import SkuView
from zhanggui.kernel import clock, mall_settings
from zhanggui.showcase import selectors as showcase
from zhanggui.showcase.selectors import Kept, Live, cheapest
from zhanggui.showcase.types import Exhibit

from ..frame import language, reply_bytes
from .listing import badges


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
    page, now = kept.show((slug, lang), clock.now(), lambda rules: _page(showcase.exhibit(slug, rules, lang)))
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
            % (variant, _money(price, currency), _money(listed, currency), free)
        )
    price, listed = cheapest(page.sku_ids, now.prices) or (None, None)
    return b'%s,"price":%s,"list_price":%s,"in_stock":%s,"variants":[%s]}' % (
        page.head,
        _money(price, currency),
        _money(listed, currency),
        b"true" if anything else b"false",
        b",".join(variants),
    )


def _money(amount: int | None, currency: bytes) -> bytes:
    """`{"amount":…,"currency":"…"}` or `null`, encoded; so is `currency`."""
    return b"null" if amount is None else b'{"amount":%d,"currency":%s}' % (amount, currency)


def _page(exhibit: Exhibit) -> _Page:
    head = {**_about(exhibit), "promotions": badges(exhibit.badges)}
    variants = [(sku.id, orjson.dumps(_variant(sku))[:-1]) for sku in exhibit.product.skus]
    currency = orjson.dumps(mall_settings.get("mall.currency"))
    return _Page(currency, exhibit.sku_ids, orjson.dumps(head)[:-1], variants)


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


def _about(exhibit: Exhibit) -> dict[str, Any]:
    """What the catalogue says."""
    product, rating = exhibit.product, exhibit.product.rating
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
        "breadcrumbs": [crumb._asdict() for crumb in exhibit.breadcrumbs],
        "brand": {"slug": product.brand.slug, "name": product.brand.name} if product.brand else None,
        "attributes": [shown._asdict() for shown in exhibit.properties],
        "tags": product.tags,
        "rating": {"average": rating / 100, "count": product.rating_count} if rating is not None else None,
        "sales": product.sales,
    }
