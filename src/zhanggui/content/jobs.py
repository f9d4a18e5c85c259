"""Timers of content."""

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.jobs import periodic

from . import services


@periodic("* * * * *", name="content.run_schedule")
def run_schedule(timestamp: int) -> None:
    services.run_schedule(actor=SYSTEM)


@periodic("*/10 * * * *", name="content.refresh_hot_sales")
def refresh_hot_sales(timestamp: int) -> None:
    services.refresh_hot_sales(actor=SYSTEM)
