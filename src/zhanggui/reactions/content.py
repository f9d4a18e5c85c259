"""What content learns from elsewhere: how much sold."""

from datetime import datetime, timedelta

from zhanggui.kernel import clock
from zhanggui.orders import selectors as orders


def units_sold(since: datetime, limit: int) -> list[tuple[int, int]]:
    """The port of content: (product, units) of valid orders, what sold most first."""
    sold = orders.facts.goods_sold(since, clock.now() + timedelta(seconds=1))
    ranked = sorted(((units, product_id) for product_id, units, _sales in sold), reverse=True)
    return [(product_id, units) for units, product_id in ranked[:limit]]
