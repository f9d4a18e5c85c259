"""Timers of dropshipping."""

from zhanggui.kernel.jobs import periodic


@periodic("3-59/10 * * * *", name="dropship.watch")
def watch(timestamp: int) -> None:
    """What no announcement brought is handed to suppliers; who is silent or late is told."""
    from .services import follow_missed, watch_late

    follow_missed()
    watch_late()
