"""Timers of checkout."""

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.jobs import periodic

from . import services


@periodic("41 3 * * *", name="checkout.forget_carts")
def forget_carts(timestamp: int) -> None:
    services.forget_carts(actor=SYSTEM)
