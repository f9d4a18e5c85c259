"""Where a picker takes what a wave needs, and in which order: the one place that asks the stock for it."""

from collections.abc import Sequence

from zhanggui.inventory import selectors as inventory
from zhanggui.inventory.types import PickPlace


def walk(warehouse_id: int, order_numbers: Sequence[str]) -> list[PickPlace]:
    """Shelves and batches of one warehouse in walking order, for orders given by urgency. One statement, none for none."""
    if not order_numbers:
        return []
    return [place for place in inventory.pick_places(order_numbers) if place.warehouse_id == warehouse_id]
