"""Timers of members."""

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.jobs import periodic

from . import services


@periodic("25 3 * * *", name="members.judge_tiers")
def judge_tiers(timestamp: int) -> None:
    """Spending that has left the window takes tiers along; changed tiers reach everybody."""
    services.judge_all_tiers(actor=SYSTEM)
