"""Timers of draws."""

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.jobs import periodic

from . import services


@periodic("* * * * *", name="draws.end_overdue")
def end_overdue(timestamp: int) -> None:
    """A draw whose time is over tells its seed within a minute."""
    services.end_overdue(actor=SYSTEM)
