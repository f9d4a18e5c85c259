"""What the catalogue does when something happened elsewhere: its lists follow sales and stock."""

from collections import Counter

from zhanggui.catalog import services
from zhanggui.catalog.types import ProductSales, SkuStock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.outbox import Delivered


def count_sales(events: list[Delivered]) -> None:
    """Units sold, for the order of lists by sales."""
    sold: Counter[int] = Counter()
    for event in events:
        for line in event.payload["lines"] or ():
            if line["product_id"]:
                sold[line["product_id"]] += line["quantity"]
    services.add_sales([ProductSales(product, units) for product, units in sorted(sold.items())], actor=SYSTEM)


def mark_sold_out(events: list[Delivered]) -> None:
    _mark(events, False)


def mark_back_in_stock(events: list[Delivered]) -> None:
    _mark(events, True)


def _mark(events: list[Delivered], in_stock: bool) -> None:
    skus = sorted({event.payload["sku_id"] for event in events})
    services.set_listing_stock([SkuStock(sku, in_stock) for sku in skus], actor=SYSTEM)
