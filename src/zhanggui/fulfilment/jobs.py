"""Timers of fulfilment."""

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.jobs import periodic

from . import services


@periodic("*/10 * * * *", name="fulfilment.review_missing")
def review_missing(timestamp: int) -> None:
    services.review_missing()


@periodic("7,22,37,52 * * * *", name="fulfilment.pull_tracking")
def pull_tracking(timestamp: int) -> None:
    """News of parcels whose carriers have pushed none for long."""
    services.pull_tracking()


@periodic("40 * * * *", name="fulfilment.pickup_remind")
def pickup_remind(timestamp: int) -> None:
    """Buyers whose goods wait at a pickup point, and not much longer, are told."""
    services.remind()


@periodic("20 3 * * *", name="fulfilment.score_carriers")
def score_carriers(timestamp: int) -> None:
    services.score_carriers(actor=SYSTEM)
