"""What orders do when something happened elsewhere."""

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.outbox import Delivered
from zhanggui.orders import services


def count_refund(event: Delivered) -> None:
    """Money went back: the order's books follow. Surplus money was never the order's own."""
    if not event.payload["surplus"]:
        services.record_refund(event.payload["reference"], event.payload["amount"], actor=SYSTEM)


def settle_groups(events: list[Delivered]) -> None:
    """Groups hear of their payments."""
    services.settle_groups([event.payload["number"] for event in events], actor=SYSTEM)
