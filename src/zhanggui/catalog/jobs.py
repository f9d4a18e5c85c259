"""Timers of the catalogue."""

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.jobs import periodic

from . import services


@periodic("* * * * *", name="catalog.run_schedule")
def run_schedule(timestamp: int) -> None:
    services.run_schedule(actor=SYSTEM)


@periodic("*/5 * * * *", name="catalog.refresh_sales")
def refresh_sales(timestamp: int) -> None:
    services.refresh_sales(actor=SYSTEM)
