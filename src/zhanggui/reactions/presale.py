"""What presales ask of others."""

from zhanggui.kernel import clock
from zhanggui.presale.types import KnownPrice
from zhanggui.pricing import selectors as pricing


def known_prices(sku_ids: list[int]) -> dict[int, KnownPrice]:
    """Ordinary price and floor of SKUs; those without a price are left out."""
    prices = pricing.effective_prices(sku_ids, clock.now())
    floors = pricing.floors(sku_ids)
    return {
        sku: KnownPrice(price.sale_price, floors[sku].floor if sku in floors else None) for sku, price in prices.items()
    }
