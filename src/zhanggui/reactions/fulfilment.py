"""What the warehouse does when something happened elsewhere."""

from datetime import datetime

from zhanggui.fulfilment import services
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.outbox import Delivered
from zhanggui.redress import selectors as redress


def carriers_faults(since: datetime, until: datetime) -> dict[str, int]:
    """Fulfilment's port: parcels lost or damaged for which each carrier answers."""
    return {
        code: found.faults.get("damaged", 0) + max(found.faults.get("lost", 0), found.lost)
        for code, found in redress.carrier_faults(since, until).items()
    }


def review(events: list[Delivered]) -> None:
    """Paid orders are judged as they come in."""
    services.review([event.payload["number"] for event in events], actor=SYSTEM)


def review_group(events: list[Delivered]) -> None:
    """The group is full: nothing holds its orders back any more."""
    services.review([number for event in events for number in event.payload["orders"]], actor=SYSTEM)


def review_again(event: Delivered) -> None:
    """Another address may be in order, or odd."""
    services.review([event.payload["number"]], actor=SYSTEM)


def close_reviews(events: list[Delivered]) -> None:
    """Orders that were cancelled, or paid back to the last fen, are not waited for."""
    over = [event.payload["number"] for event in events if event.payload.get("all_of_it", True)]
    if over:
        services.close_reviews(over, actor=SYSTEM)
