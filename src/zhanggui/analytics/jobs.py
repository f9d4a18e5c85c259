"""Nightly work: sum what is closed, then let go of what is no longer needed."""

from zhanggui.kernel.jobs import periodic

from . import services


@periodic("20 3 * * *", name="analytics.nightly")
def nightly(timestamp: int) -> None:
    """Sums first: page views are deleted only when their day and week are summed."""
    services.roll_up()
    services.sum_orders()
    services.purge()


@periodic("*/10 * * * *", name="analytics.sum_orders")
def sum_orders(timestamp: int) -> None:
    """Sums that were dropped because an order of theirs changed."""
    services.sum_orders()
