"""Timers of stock."""

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.jobs import periodic

from . import services


@periodic("* * * * *", name="inventory.unlock_due")
def unlock_due(timestamp: int) -> None:
    services.unlock_due(actor=SYSTEM)


@periodic("5 * * * *", name="inventory.expire")
def expire(timestamp: int) -> None:
    """Hourly, so that a batch leaves sale soon after the mall's midnight, wherever the mall is."""
    services.expire(actor=SYSTEM)
