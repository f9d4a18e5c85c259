"""Timers of payments."""

from datetime import timedelta

from zhanggui.kernel import clock
from zhanggui.kernel.jobs import periodic

from . import services


@periodic("* * * * *", name="payments.apply_stored")
def apply_stored(timestamp: int) -> None:
    services.apply_stored()


@periodic("* * * * *", name="payments.query_pending")
def query_pending(timestamp: int) -> None:
    services.query_pending(limit=200)


@periodic("* * * * *", name="payments.process_refunds")
def process_refunds(timestamp: int) -> None:
    services.process_refunds(limit=200)


@periodic("30 2,6,10 * * *", name="payments.reconcile")
def reconcile(timestamp: int) -> None:
    """Gateways publish yesterday's bill by ten in the morning in China (02:00 UTC); a bill that was late is tried again."""
    services.reconcile(clock.business_date() - timedelta(days=1))
