"""Timers of the shop window."""

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.jobs import periodic

from . import services


@periodic("20 3 * * *", name="showcase.refresh_together")
def refresh_together(timestamp: int) -> None:
    services.refresh_together(actor=SYSTEM)
