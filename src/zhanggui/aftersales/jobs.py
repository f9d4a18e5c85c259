"""Timers of after-sales."""

from zhanggui.kernel.jobs import periodic


@periodic("3-59/10 * * * *", name="aftersales.lapse")
def lapse(timestamp: int) -> None:
    """Steps that were not left in time have their consequence."""
    from .services import lapse_due

    lapse_due()
