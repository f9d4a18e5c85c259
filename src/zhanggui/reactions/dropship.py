"""What suppliers are told when something happened to an order."""

from zhanggui.dropship import services
from zhanggui.fulfilment.types import PASSED
from zhanggui.kernel.outbox import Delivered


def follow(events: list[Delivered]) -> None:
    """Paid, cancelled, or given back in part: suppliers send what is still wanted."""
    services.follow([event.payload["number"] for event in events])


def follow_group(events: list[Delivered]) -> None:
    """The group is full: nothing holds its orders back any more."""
    services.follow([number for event in events for number in event.payload["orders"]])


def follow_reviewed(events: list[Delivered]) -> None:
    """Somebody passed it: it may go."""
    services.follow([event.payload["order_number"] for event in events if event.payload["state"] == PASSED])


def follow_receiver(event: Delivered) -> None:
    """Another address: whoever is to send it has to look again."""
    services.follow([event.payload["number"]], moved=True)
