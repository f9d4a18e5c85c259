"""What the shop's pages say of price, stock and delivery, with the code that makes them: for the comparison with checkout."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import ListingItem
from zhanggui.groupbuy import selectors as groupbuy
from zhanggui.kernel import mall_settings
from zhanggui.kernel.money import to_minor
from zhanggui.pledges.types import GROUP, MACHINE, PAGE, PRESALE, PRICE, SITE, STOCK, STRUCK, TILE, Postage, Said
from zhanggui.presale import selectors as presale

from . import schema
from .cards import Prices
from .promises import freight_fee, freight_free_over


def goods(items: Sequence[ListingItem], at: datetime) -> Iterator[Said]:
    """Tiles, product pages and their JSON-LD, with what they say of presales and groups. Seven statements."""
    alone = presale.sold_alone(at)
    sku_ids = [sku_id for item in items for sku_id in item.sku_ids]
    prices, codes = Prices.of(sku_ids, at), catalog.sku_codes(sku_ids)
    currency = mall_settings.get("mall.currency")
    for item in items:
        whole = prices.offer(item.sku_ids)
        yield Said(TILE, PRICE, item.id, None, whole.price)
        yield Said(TILE, STRUCK, item.id, None, whole.struck)
        for sku_id in item.sku_ids:
            offer = prices.offer([sku_id])
            if sku_id not in alone:  # else the page's price is the presale's, told below
                yield Said(PAGE, PRICE, item.id, sku_id, offer.price)
                yield Said(PAGE, STRUCK, item.id, sku_id, offer.struck)
            yield Said(PAGE, STOCK, item.id, sku_id, offer.free)
            if offer.price is not None:
                terms = alone[sku_id].draft.articles[sku_id] if sku_id in alone else None
                told = schema.offer(codes.get(sku_id, ""), offer, "", terms)
                yield Said(
                    MACHINE, PRESALE if terms else PRICE, item.id, sku_id, to_minor(Decimal(told["price"]), currency)
                )
                yield Said(MACHINE, STOCK, item.id, sku_id, int(told["availability"] == schema.IN_STOCK))
    products = {sku_id: item.id for item in items for sku_id in item.sku_ids}
    for what, sku_id, amount in _apart(sku_ids, at):
        if sku_id in products:
            yield Said(PAGE, what, products[sku_id], sku_id, amount)


def _apart(sku_ids: Sequence[int], at: datetime) -> Iterator[tuple[str, int, int]]:
    """What product pages say of presales that take deposits and of groups, by SKU."""
    for sold in presale.shown_offers(at, sku_ids):
        if sold.draft.deposit_from <= at:
            yield from ((PRESALE, sku_id, terms.comes_to) for sku_id, terms in sold.draft.articles.items())
    for offered in groupbuy.running_offers(at, sku_ids):
        yield from ((GROUP, sku_id, price) for sku_id, price in offered.draft.prices.items())


def postage() -> Iterator[Postage]:
    """What the promises of every page and the structured data say of delivery."""
    yield Postage(SITE, freight_fee(), freight_free_over())
