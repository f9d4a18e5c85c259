"""Timers of members."""

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.jobs import periodic

from . import services


@periodic("25 3 * * *", name="members.judge_tiers")
def judge_tiers(timestamp: int) -> None:
    """Spending that has left the window takes tiers along; changed tiers reach everybody."""
    services.judge_all_tiers(actor=SYSTEM)


@periodic("10 0 * * *", name="members.expire_points")
def expire_points(timestamp: int) -> None:
    services.expire_points(actor=SYSTEM)


@periodic("30 8 * * *", name="members.gift_birthdays")
def gift_birthdays(timestamp: int) -> None:
    services.gift_birthdays(actor=SYSTEM)
