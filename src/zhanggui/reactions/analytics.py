"""What the reports do when something happened elsewhere."""

from zhanggui.analytics import services
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.outbox import Delivered


def forget_sums(events: list[Delivered]) -> None:
    """An order of a closed day changed: its kept sums are wrong."""
    services.forget_sums(events, actor=SYSTEM)
