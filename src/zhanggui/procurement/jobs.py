"""Timers of procurement."""

from zhanggui.kernel.jobs import periodic

from . import services


@periodic("20 * * * *", name="procurement.watch")
def watch(timestamp: int) -> None:
    services.watch_late()
