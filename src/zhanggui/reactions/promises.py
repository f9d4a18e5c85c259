"""What ship-or-tell does when something happened elsewhere."""

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.outbox import Delivered
from zhanggui.promises import services


def close_gone(events: list[Delivered]) -> None:
    """Units that left, or are over, need no answer any more."""
    services.close_gone(sorted({event.payload["number"] for event in events}), actor=SYSTEM)
