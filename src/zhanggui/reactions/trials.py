"""What trials do when something happened elsewhere: pieces arrive, are reviewed, or are never sent."""

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.outbox import Delivered
from zhanggui.trials import services


def note_delivered(events: list[Delivered]) -> None:
    services.note_delivered([event.payload["number"] for event in events], actor=SYSTEM)


def note_cancelled(events: list[Delivered]) -> None:
    services.note_cancelled([event.payload["number"] for event in events], actor=SYSTEM)


def note_reports(events: list[Delivered]) -> None:
    """A review of a trial's order is its report."""
    for event in events:
        told = event.payload
        services.note_report(told["order_number"], review_id=told["review_id"], rating=told["rating"], actor=SYSTEM)
