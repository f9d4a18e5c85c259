"""Prices for tests."""

from __future__ import annotations

from tests.factories.skus import make_sku_ids
from zhanggui.kernel.actor import Actor
from zhanggui.pricing import services
from zhanggui.pricing.types import PriceRow

PRICER = Actor("staff", 2, "pricing clerk")


def priced(*prices: int, list_price: int | None = None, cost: int | None = None) -> list[int]:
    """New SKUs at these sale prices (minor units); their ids."""
    skus = make_sku_ids(len(prices))
    rows = [
        PriceRow(sku, list_price=max(price, list_price or 0), sale_price=price, cost=cost)
        for sku, price in zip(skus, prices, strict=True)
    ]
    services.set_prices(rows, reason="opening price", actor=PRICER)
    return skus
