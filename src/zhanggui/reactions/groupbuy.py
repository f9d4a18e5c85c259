"""What group buying asks of others."""

from zhanggui.groupbuy.types import ArticlePrice
from zhanggui.kernel import clock
from zhanggui.pricing import selectors as pricing


def article_prices(sku_ids: list[int]) -> dict[int, ArticlePrice]:
    """Ordinary price and floor of SKUs; those without a price are left out."""
    prices = pricing.effective_prices(sku_ids, clock.now())
    floors = pricing.floors(sku_ids)
    return {
        sku: ArticlePrice(price.sale_price, floors[sku].floor if sku in floors else None)
        for sku, price in prices.items()
    }
