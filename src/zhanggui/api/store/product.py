"""The product page: what it is, what each variant costs and how many are there now.

One statement while the catalogue stands still, see `showcase`; for a signed-in member two more where he may have prices of
his own. Units sold move with `catalog.refresh_sales`.
"""

from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import ListingItem, SkuView
from zhanggui.checkout import selectors as checkout
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.actor import GUEST, Actor
from zhanggui.kernel.money import BASIS
from zhanggui.kernel.problems import NotSignedIn
from zhanggui.members import selectors as members
from zhanggui.pricing import selectors as pricing
from zhanggui.pricing.types import OWN_CHANNEL, Buyer, Price, Special
from zhanggui.showcase import selectors as showcase
from zhanggui.showcase.selectors import Kept, Live, cheapest
from zhanggui.showcase.types import Exhibit

from ..auth import CLIENT_KEY, actor_for, channel_with, token_in
from ..frame import language, reply_bytes
from .listing import badges
from .shapes import made_json, supply_json


@dataclass(frozen=True, slots=True)
class _Page:
    """A product, encoded up to what is live. `own_prices`: some buyer may pay something else for it than everybody."""

    currency: bytes  # encoded
    sku_ids: list[int]
    head: bytes
    variants: list[tuple[int, bytes, tuple[Special, ...]]]
    own_prices: bool = False

    @property
    def size(self) -> int:
        return len(self.head) + sum(len(variant) + 150 for _, variant, _ in self.variants)


#: What goes along with a product, at most.
BESIDE = 12
EVERYBODY = Buyer(channel=OWN_CHANNEL)
kept: Kept[_Page] = Kept(24 * 1024 * 1024)


def product_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """`GET /api/store/v1/products/{slug}`. Raises NotFound."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    client = request.headers.get(CLIENT_KEY, "")
    return reply_bytes(detail_bytes(slug, language(request), request.META.get("HTTP_AUTHORIZATION", ""), client))


def detail_bytes(slug: str, lang: str, authorization: str = "", client: str = "") -> bytes:
    """The answer for a slug: `price` as everybody pays it in the client's channel, and the prices of the member the header names
    (a token that is over: everybody's). Raises NotFound, ClientUnknown."""
    channel = channel_with(client)
    caller = _caller(authorization)
    page, now = kept.show((slug, lang), clock.now(), lambda rules: _page(showcase.exhibit(slug, rules, lang), lang))
    buyer = EVERYBODY
    if caller.kind == "member" and caller.id is not None and page.own_prices:
        buyer = checkout.benefits_of(caller.id).buyer
    return _encode(page, now, buyer._replace(channel=channel))


def said(item: ListingItem, now: Live) -> dict[str, Any]:
    """What the detail of a product says of price and stock, by the code that makes it; its variants in the item's order."""
    variants = [(sku_id, b'{"sku_id":%d' % sku_id, ()) for sku_id in item.sku_ids]
    currency = orjson.dumps(mall_settings.get("mall.currency"))
    answer: dict[str, Any] = orjson.loads(
        _encode(_Page(currency, item.sku_ids, b'{"id":%d' % item.id, list(variants)), now)
    )
    return answer


def _caller(authorization: str) -> Actor:
    try:
        return actor_for(token_in(authorization))
    except NotSignedIn:
        return GUEST


async def kept_bytes(slug: str, lang: str) -> bytes | None:
    """`detail_bytes` without a thread, while the page is kept; else None."""
    found = await kept.look((slug, lang))
    return _encode(*found) if found else None


def _encode(page: _Page, now: Live, buyer: Buyer = EVERYBODY) -> bytes:
    currency = page.currency
    variants, anything = [], False
    shown = now.prices if buyer.channel == OWN_CHANNEL else _in_channel(page, now.prices, buyer.channel)
    for sku_id, variant, specials in page.variants:
        price, listed = shown.get(sku_id) or (None, None)
        own = _own(specials, now.prices.get(sku_id), price, buyer, currency)
        free = max(0, now.free.get(sku_id, 0))
        anything = anything or free > 0
        variants.append(
            b'%s,"price":%s,"list_price":%s,%s"available":%d}'
            % (variant, _money(price, currency), _money(listed, currency), own, free)
        )
    price, listed = cheapest(page.sku_ids, shown) or (None, None)
    return b'%s,"price":%s,"list_price":%s,"in_stock":%s,"variants":[%s]}' % (
        page.head,
        _money(price, currency),
        _money(listed, currency),
        b"true" if anything else b"false",
        b",".join(variants),
    )


def _in_channel(page: _Page, prices: dict[int, tuple[int, int]], channel: str) -> dict[int, tuple[int, int]]:
    """The prices as everybody pays them in a channel."""
    found = dict(prices)
    for sku_id, _, specials in page.variants:
        if specials and sku_id in prices:
            price, listed = prices[sku_id]
            asked = Price(listed, price, None, specials=specials)
            found[sku_id] = (pricing.price_for(asked, Buyer(channel=channel)).price, listed)
    return found


def _own(
    specials: tuple[Special, ...], live: tuple[int, int] | None, shown: int | None, buyer: Buyer, currency: bytes
) -> bytes:
    """What a piece costs this buyer where that is less than what is `shown`, and each of so many pieces."""
    if live is None or shown is None or not (specials or buyer.discount_bp < BASIS):
        return b'"member_price":null,"quantity_prices":[],'
    known = Price(live[1], live[0], None, specials=specials)
    his, steps = pricing.price_for(known, buyer), pricing.steps_of(known, buyer)
    each = (b'{"min_quantity":%d,"price":%s}' % (s.min_quantity, _money(s.price, currency)) for s in steps)
    own = _money(his.price if his.price < shown else None, currency)
    return b'"member_price":%s,"quantity_prices":[%s],' % (own, b",".join(each))


def _money(amount: int | None, currency: bytes) -> bytes:
    """`{"amount":…,"currency":"…"}` or `null`, encoded; so is `currency`."""
    return b"null" if amount is None else b'{"amount":%d,"currency":%s}' % (amount, currency)


def _page(exhibit: Exhibit, lang: str) -> _Page:
    head = {**_about(exhibit, lang), "promotions": badges(exhibit.badges), "goes_with": _goes_with(exhibit, lang)}
    prices = pricing.base_prices(exhibit.sku_ids)
    variants = [
        (sku.id, orjson.dumps(_variant(sku))[:-1], prices[sku.id].specials if sku.id in prices else ())
        for sku in exhibit.product.skus
    ]
    currency = orjson.dumps(mall_settings.get("mall.currency"))
    own = members.any_discount() or any(specials for _, _, specials in variants)
    return _Page(currency, exhibit.sku_ids, orjson.dumps(head)[:-1], variants, own)


def _goes_with(exhibit: Exhibit, lang: str) -> list[dict[str, Any]]:
    """Products in the shop that go along with it, what somebody has chosen first. No statement where nothing does."""
    company = {one.product_id: one for one in showcase.goes_with(exhibit.product.id, BESIDE)}
    items = (item.said_in(lang) for item in catalog.listed(list(company)))
    return [
        {
            "id": item.id,
            "slug": item.slug,
            "title": item.title,
            "image": item.image or None,
            "reason": company[item.id].reason.render(lang),
            "chosen": company[item.id].chosen,
        }
        for item in items
    ]


def _variant(sku: SkuView) -> dict[str, Any]:
    return {
        "sku": sku.code,
        "attributes": sku.options,
        "title": sku.options_text,
        "image": sku.image or None,
        "weight_g": sku.weight_g,
    }


def _about(exhibit: Exhibit, lang: str) -> dict[str, Any]:
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
        "sponsored": exhibit.sponsored,
        "made_to_order": made_json(product, lang),
        "supply": supply_json(
            product.supply_mode, catalog.supply_hours(product.supply_mode, product.promise_hours), lang
        ),
    }
