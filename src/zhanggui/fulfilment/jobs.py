"""Timers of fulfilment."""

from zhanggui.kernel.jobs import periodic

from . import services


@periodic("*/10 * * * *", name="fulfilment.review_missing")
def review_missing(timestamp: int) -> None:
    services.review_missing()
