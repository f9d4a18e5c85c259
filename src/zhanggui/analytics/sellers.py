"""Best and slow sellers and how much of the shop sells at all (ANA-07)."""

from collections import defaultdict
from datetime import date
from heapq import nsmallest
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock, mall_settings
from zhanggui.pricing import selectors as pricing

from .metrics import ratio
from .sums import orders_of
from .types import Period, Sellers

WEEKS_MOST = 26


def sellers(until: date, *, weeks: int = 4, limit: int = 50, costs: bool = True) -> Sellers:
    """Products by what they sold in whole weeks up to the one that holds `until`; stock and cost are those of now.

    A slow seller is listed, in stock, and had the whole span to sell. Without `costs` nobody learns what stock cost.
    Seven statements and two for each week.
    """
    spans = [Period.weekly(until)]
    while len(spans) < max(1, min(weeks, WEEKS_MOST)):
        spans.append(spans[-1].previous)
    units: dict[int, int] = defaultdict(int)
    sales: dict[int, int] = defaultdict(int)
    for span in spans:
        for product, (sold, paid) in orders_of(span).goods().items():
            units[product] += sold
            sales[product] += paid
    listed, moving = catalog.assortment.moving(list(units))
    best = nsmallest(limit, units, key=lambda product: (-sales[product], -units[product], product))
    known = catalog.assortment.listed(best)
    slow = catalog.assortment.slowest(units, listed_before=clock.day_bounds(spans[-1].first)[0], limit=limit)
    rows = [{**known[p], "units": units[p]} if p in known else {"product_id": p, "units": units[p]} for p in best]
    currency: str = mall_settings.get("mall.currency")
    shown = _with_stock([*rows, *slow], sales, len(spans) * 7)
    if not costs:
        shown = [{**row, "stock_value": None} for row in shown]
    return Sellers(spans[-1].first, spans[0].last, currency, listed, moving, shown[: len(rows)], shown[len(rows) :])


def _with_stock(rows: list[dict[str, Any]], sales: dict[int, int], days: int) -> list[dict[str, Any]]:
    """Rows with units on hand, sell-through, days the stock lasts, and what it cost."""
    skus = [sku for row in rows for sku in row.get("sku_ids", ())]
    on_hand: dict[int, int] = defaultdict(int)
    for level in inventory.levels(skus):
        on_hand[level.sku_id] += level.on_hand
    costs = {sku: price.cost for sku, price in pricing.base_prices(skus).items()}
    slugs = catalog.slugs([row["product_id"] for row in rows])
    return [_row(row, on_hand, costs, sales, slugs, days) for row in rows]


def _row(
    row: dict[str, Any],
    on_hand: dict[int, int],
    costs: dict[int, int | None],
    sales: dict[int, int],
    slugs: dict[int, str],
    days: int,
) -> dict[str, Any]:
    skus, units = row.get("sku_ids", ()), row["units"]
    stock = sum(on_hand[sku] for sku in skus)
    held = [(on_hand[sku], costs.get(sku)) for sku in skus if on_hand[sku]]
    return {
        "product_id": row["product_id"],
        "product": slugs.get(row["product_id"], str(row["product_id"])),
        "title": row.get("title", ""),
        "image": row.get("image", ""),
        "listed": "title" in row,
        "listed_at": row.get("listed_at"),
        "units": units,
        "sales": sales.get(row["product_id"], 0),
        "on_hand": stock,
        "sell_through_rate": ratio(units, units + stock),
        "days_of_stock": stock * days // units if units else None,
        "stock_value": None if any(cost is None for _, cost in held) else sum(n * (cost or 0) for n, cost in held),
    }
