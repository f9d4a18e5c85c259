"""What orders do when something happened elsewhere."""

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.outbox import Delivered
from zhanggui.orders import services
from zhanggui.presale import services as presale


def count_refund(event: Delivered) -> None:
    """Money went back: the order's books follow, or the presale's. Surplus money was never anybody's own."""
    reference, amount = event.payload["reference"], event.payload["amount"]
    if not event.payload["surplus"] and not presale.count_refund(reference, amount, actor=SYSTEM):
        services.record_refund(reference, amount, actor=SYSTEM)


def settle_groups(events: list[Delivered]) -> None:
    """Groups hear of their payments."""
    services.settle_groups([event.payload["number"] for event in events], actor=SYSTEM)
