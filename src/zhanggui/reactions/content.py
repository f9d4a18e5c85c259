"""What content learns from elsewhere: how much sold."""

from datetime import datetime

from zhanggui.orders import selectors as orders


def units_sold(since: datetime, limit: int) -> list[tuple[int, int]]:
    """The port of content: (product, units), what sold most first."""
    return orders.facts.units_by_product(since, limit)
