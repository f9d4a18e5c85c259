"""What the store API says of price and stock, with the code that makes its answers: for the comparison with checkout."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from zhanggui.catalog.types import ListingItem
from zhanggui.pledges.types import API_DETAIL, API_LIST, LIST_PRICE, PRICE, STOCK, Said
from zhanggui.showcase import selectors as showcase

from . import listing, product


def goods(items: Sequence[ListingItem], at: datetime) -> Iterator[Said]:
    """The tiles of a list, and the variants of each detail. One statement."""
    now = showcase.live([sku_id for item in items for sku_id in item.sku_ids], at)
    for item, tile in zip(items, listing.said(items, now)["items"], strict=True):
        yield from _told(API_LIST, item.id, None, tile, tile["in_stock"])
        detail = product.said(item, now)
        yield from _told(API_DETAIL, item.id, None, detail, detail["in_stock"])
        for variant in detail["variants"]:
            yield from _told(API_DETAIL, item.id, variant["sku_id"], variant, variant["available"])


def _told(place: str, product_id: int, sku_id: int | None, shown: dict[str, Any], free: int) -> Iterator[Said]:
    for what in (PRICE, LIST_PRICE):
        money = shown[what]
        yield Said(place, what, product_id, sku_id, money["amount"] if money else None)
    yield Said(place, STOCK, product_id, sku_id, int(free))
