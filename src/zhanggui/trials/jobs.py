"""Timers of trials."""

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.jobs import periodic

from . import services


@periodic("* * * * *", name="trials.draw_due")
def draw_due(timestamp: int) -> None:
    """A trial whose time is over is drawn within a minute."""
    services.draw_due(actor=SYSTEM)


@periodic("10 9 * * *", name="trials.remind")
def remind(timestamp: int) -> None:
    """In the morning, members are told of reports that are due soon."""
    services.remind(actor=SYSTEM)
