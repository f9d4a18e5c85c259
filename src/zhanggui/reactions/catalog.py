"""What the catalogue does when something happened elsewhere: its lists follow sales and stock."""

from collections import Counter
from collections.abc import Sequence

from zhanggui.catalog import services
from zhanggui.catalog.types import ListingFacts, Named, ProductSales, SkuStock
from zhanggui.content import selectors as content
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.outbox import Delivered
from zhanggui.pricing import selectors as pricing
from zhanggui.promotions import selectors as promotions
from zhanggui.servicedesk import selectors as servicedesk


def count_sales(events: list[Delivered]) -> None:
    """Units sold, for the order of lists by sales."""
    sold: Counter[int] = Counter()
    for event in events:
        if event.payload.get("kind", "sale") != "sale":
            continue
        for line in event.payload["lines"] or ():
            if line["product_id"]:
                sold[line["product_id"]] += line["quantity"]
    services.add_sales([ProductSales(product, units) for product, units in sorted(sold.items())], actor=SYSTEM)


def follow_stock(events: list[Delivered]) -> None:
    """Lists, and what is on sale, follow stock as it is now, whichever of the news comes first."""
    free = inventory.available(sorted({event.payload["sku_id"] for event in events}))
    services.set_listing_stock([SkuStock(sku, units > 0) for sku, units in free.items()], actor=SYSTEM)
    services.delist_sold_out([sku for sku, units in free.items() if units <= 0], actor=SYSTEM)
    services.end_outages([sku for sku, units in free.items() if units > 0], actor=SYSTEM)


def rate(events: list[Delivered]) -> None:
    """Ratings in lists follow the shown reviews."""
    products = sorted({event.payload["product_id"] for event in events})
    for product_id, summary in servicedesk.summaries(products).items():
        services.set_rating(product_id, rating=summary.rating, count=summary.count, actor=SYSTEM)


def listing_facts(sku_ids: Sequence[int]) -> ListingFacts:
    """The catalogue's port: what is priced and in stock at this moment."""
    free = inventory.available(sku_ids)
    return ListingFacts(
        frozenset(pricing.effective_prices(sku_ids, clock.now())),
        frozenset(sku for sku, units in free.items() if units > 0),
    )


def mentions(kind: Named, target: int, name: str) -> list[Text]:
    """The catalogue's port: the promotions and pages that name a category, a brand or an attribute."""
    return [*promotions.naming(kind, target), *content.naming(kind, target, name)]
