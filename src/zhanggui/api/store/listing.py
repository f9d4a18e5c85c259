"""The product list: the hottest page. Plain view, no schema on the way out; `catalog.py` describes it.

One statement while the catalogue stands still (prices and stock of this moment, see `showcase`). What repeats (query
strings, what a tile says of its product, facets) is parsed and encoded once and kept. The order by sales moves with
`catalog.refresh_sales`; which products a list "in stock" holds may be a second old (what its tiles say is not).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from zhanggui.catalog.types import ListingItem, SearchFilters
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.money import json_money
from zhanggui.kernel.problems import ValidationFailed
from zhanggui.pricing import selectors as pricing
from zhanggui.pricing.types import OWN_CHANNEL, Buyer, Price
from zhanggui.promotions.types import RuleSet
from zhanggui.showcase import selectors as showcase
from zhanggui.showcase.selectors import Kept, Live, cheapest
from zhanggui.showcase.types import Badge, Choice, Choices, Tile

from ..auth import CLIENT_KEY, channel_with
from ..errors import InvalidCharacters
from ..frame import language, reply_bytes

IN_STOCK_SECONDS = 1.0


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
    client = request.headers.get(CLIENT_KEY, "")
    return reply_bytes(page_bytes(request.META.get("QUERY_STRING", ""), language(request), client))


def page_bytes(query: str, lang: str, client: str = "") -> bytes:
    """The answer to a query string as it came, with the prices of the client's channel: one statement more for these.

    What sorts and filters by price goes by the shop's own. Raises ValidationFailed, InvalidCharacters, ClientUnknown.
    """
    channel = channel_with(client)
    filters = parse_filters(query)
    page, now = kept.show(
        (filters, lang),
        clock.now(),
        lambda rules: _page(filters, rules, lang),
        seconds=IN_STOCK_SECONDS if filters.in_stock else inf,
    )
    return _encode(page, in_channel(now, channel))


def in_channel(now: Live, channel: str) -> Live:
    """What is live as a channel sells it: what a piece costs everybody there. One statement, none for the shop's own."""
    if channel == OWN_CHANNEL or not now.prices:
        return now
    buyer = Buyer(channel=channel)
    prices = dict(now.prices)
    for sku_id, kept_price in pricing.base_prices(prices).items():
        price, listed = prices[sku_id]
        asked = Price(listed, price, None, specials=kept_price.specials)
        prices[sku_id] = (pricing.price_for(asked, buyer).price, listed)
    return now._replace(prices=prices)


async def kept_bytes(query: str, lang: str) -> bytes | None:
    """`page_bytes` without a thread, while the page is kept; else None. Raises as it does."""
    found = await kept.look((parse_filters(query), lang))
    return _encode(*found) if found else None


@lru_cache(maxsize=2048)
def parse_filters(query: str) -> SearchFilters:
    """The query string as filters.

    Raises ValidationFailed with every parameter that cannot be understood, InvalidCharacters.
    """
    if "%00" in query or "\0" in query:
        raise InvalidCharacters()
    filters, errors = showcase.asked(query)
    if errors:
        raise ValidationFailed(errors=errors)
    return filters


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


def _page(filters: SearchFilters, rules: RuleSet, lang: str) -> _Page:
    currency = mall_settings.get("mall.currency")
    shelf = showcase.shelf(filters, rules, lang)
    rest = {
        "total": shelf.total,
        "page": shelf.page,
        "page_size": shelf.page_size,
        "facets": _facets(shelf.choices, currency),
    }
    tiles = [(tile.sku_ids, orjson.dumps(_tile(tile))[:-1]) for tile in shelf.tiles]
    return _Page(_priced(currency), shelf.sku_ids, tiles, orjson.dumps(rest)[1:])


def _priced(currency: str) -> bytes:
    """How a tile goes on: places for the price, the list price and whether it is in stock."""
    amount = b'{"amount":%%d,"currency":%s}' % orjson.dumps(currency).replace(b"%", b"%%")
    return b'%%s,"price":%s,"list_price":%s,"in_stock":%%s}' % (amount, amount)


def said(items: Sequence[ListingItem], now: Live) -> dict[str, Any]:
    """What a list of these products says of price and stock, by the code that makes it."""
    tiles = [(item.sku_ids, b'{"id":%d' % item.id) for item in items]
    page = _Page(_priced(mall_settings.get("mall.currency")), [], tiles, b'"total":%d}' % len(items))
    answer: dict[str, Any] = orjson.loads(_encode(page, now))
    return answer


def _tile(tile: Tile) -> dict[str, Any]:
    return {
        "id": tile.id,
        "slug": tile.slug,
        "title": tile.title,
        "subtitle": tile.subtitle,
        "image": tile.image or None,
        "badges": badges(tile.badges),
        "rating": {"average": tile.rating / 100, "count": tile.rating_count} if tile.rating is not None else None,
        "sales": tile.sales,
        "sponsored": tile.sponsored,
        "tags": tile.tags,
    }


def badges(shown: tuple[Badge, ...]) -> list[dict[str, Any]]:
    """Promotions as tiles and pages show them."""
    return [badge._asdict() for badge in shown]


def _facets(choices: Choices, currency: str) -> dict[str, Any]:
    return {
        "categories": _values(choices.categories),
        "brands": _values(choices.brands),
        "prices": [
            {"low": json_money(low, currency), "high": json_money(high, currency), "count": count}
            for low, high, count in choices.prices
        ],
        "attributes": [
            {"name": name, "label": label, "values": _values(values)} for name, label, values in choices.attributes
        ],
    }


def _values(choices: tuple[Choice, ...]) -> list[dict[str, Any]]:
    return [choice._asdict() for choice in choices]
