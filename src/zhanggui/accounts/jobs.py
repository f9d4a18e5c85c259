"""Timers of accounts."""

from zhanggui.kernel.jobs import periodic

from . import services


@periodic("17 4 * * *", name="accounts.forget_attempts")
def forget_attempts(timestamp: int) -> None:
    services.forget_old()
