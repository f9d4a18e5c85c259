"""What inventory asks of modules above it."""

from collections.abc import Sequence

from zhanggui.kernel import clock
from zhanggui.pricing import selectors as pricing


def unit_values(sku_ids: Sequence[int]) -> dict[int, int]:
    """Inventory's port: what a unit cost, in minor units; where nobody has said so, what it sells for."""
    found = {}
    for sku_id, price in pricing.effective_prices(sku_ids, clock.now()).items():
        value = price.cost if price.cost is not None else price.sale_price
        if value is not None:
            found[sku_id] = value
    return found
