"""What the store API says of price and stock, with the code that makes its answers: for the comparison with checkout."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import ListingItem
from zhanggui.groupbuy import selectors as groupbuy
from zhanggui.kernel.i18n import ZH
from zhanggui.pledges.types import API_DETAIL, API_LIST, API_OFFERS, GROUP, LIST_PRICE, PRESALE, PRICE, STOCK, Said
from zhanggui.presale import selectors as presale
from zhanggui.showcase import selectors as showcase

from . import groups, listing, presales, product


def goods(items: Sequence[ListingItem], at: datetime) -> Iterator[Said]:
    """The tiles of a list, the variants of each detail, presales and group offers. Three statements at most."""
    yield from _apart(items, at)
    now = showcase.live([sku_id for item in items for sku_id in item.sku_ids], at)
    for item, tile in zip(items, listing.said(items, now)["items"], strict=True):
        yield from _told(API_LIST, item.id, None, tile, tile["in_stock"])
        detail = product.said(item, now)
        yield from _told(API_DETAIL, item.id, None, detail, detail["in_stock"])
        for variant in detail["variants"]:
            yield from _told(API_DETAIL, item.id, variant["sku_id"], variant, variant["available"])


def _apart(items: Sequence[ListingItem], at: datetime) -> Iterator[Said]:
    """What the lists of presales that take deposits and of group offers say of these products."""
    products = {sku_id: item.id for item in items for sku_id in item.sku_ids}
    sold = [offer for offer in presale.shown_offers(at, products) if offer.draft.deposit_from <= at]
    offered = groupbuy.running_offers(at, products)
    told = [
        (PRESALE, article["sku"], article["comes_to"]["amount"])
        for offer in presales.said(sold, ZH)
        for article in offer["articles"]
    ] + [
        (GROUP, article["sku"], article["price"]["amount"])
        for offer in groups.said(offered, ZH)
        for article in offer["articles"]
    ]
    ids = {code: sku_id for sku_id, code in catalog.sku_codes(sorted(products)).items()} if told else {}
    for what, code, amount in told:
        if code in ids:
            yield Said(API_OFFERS, what, products[ids[code]], ids[code], amount)


def _told(place: str, product_id: int, sku_id: int | None, shown: dict[str, Any], free: int) -> Iterator[Said]:
    for what in (PRICE, LIST_PRICE):
        money = shown[what]
        yield Said(place, what, product_id, sku_id, money["amount"] if money else None)
    yield Said(place, STOCK, product_id, sku_id, int(free))
