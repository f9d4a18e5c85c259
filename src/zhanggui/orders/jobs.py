"""Timers of orders."""

from zhanggui.kernel.jobs import periodic

from . import services


@periodic("* * * * *", name="orders.expire_unpaid")
def expire_unpaid(timestamp: int) -> None:
    services.expire_due()


@periodic("* * * * *", name="orders.end_groups")
def end_groups(timestamp: int) -> None:
    services.end_groups()


@periodic("* * * * *", name="orders.undo_called_off")
def undo_called_off(timestamp: int) -> None:
    services.undo_called_off()


@periodic("17 * * * *", name="orders.complete_delivered")
def complete_delivered(timestamp: int) -> None:
    services.complete_due()
