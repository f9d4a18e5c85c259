"""What a product costs right now, and whether there is any: read from what is live, with the price that may be struck."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from zhanggui.pricing import selectors as pricing

from .live import Live, cheapest
from .types import Offer

NO_OFFER = Offer(None, None, 0, False)


def struck_prices(sku_ids: Sequence[int], at: datetime) -> dict[int, int]:
    """The lawful struck price of each SKU that may show one. One statement."""
    return pricing.struck_prices(sku_ids, at)


def offer(sku_ids: Sequence[int], now: Live, struck: Mapping[int, int]) -> Offer:
    """The offer of a product: its cheapest SKU's price, as in every list, and what all its SKUs have in stock."""
    best = cheapest(sku_ids, now.prices)
    free = sum(max(now.free.get(sku_id, 0), 0) for sku_id in sku_ids)
    if best is None:
        return Offer(None, None, free, False)
    presale = free == 0 and not now.alone.isdisjoint(sku_ids)
    amounts = {now.prices[sku_id][0] for sku_id in sku_ids if sku_id in now.prices}
    return Offer(best[0], _struck(sku_ids, best[0], now, struck), free, len(amounts) > 1, presale)


def _struck(sku_ids: Iterable[int], price: int, now: Live, struck: Mapping[int, int]) -> int | None:
    """That of the SKU whose price is shown."""
    found = next((s for s in sku_ids if now.prices.get(s, (None,))[0] == price), None)
    old = struck.get(found) if found is not None else None
    return old if old is not None and old > price else None
