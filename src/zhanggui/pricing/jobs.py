"""Timers of pricing."""

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.jobs import periodic

from . import services


@periodic("* * * * *", name="pricing.apply_schedule")
def apply_schedule(timestamp: int) -> None:
    """Windows that began or ended show in the product lists within a minute."""
    services.apply_schedule(actor=SYSTEM)
