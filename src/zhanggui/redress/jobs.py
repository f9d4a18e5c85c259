"""Timers of redress."""

from zhanggui.kernel.jobs import periodic


@periodic("20 7,13 * * *", name="redress.chase_silent")
def chase_silent(timestamp: int) -> None:
    """Parcels without news for days are chased."""
    from .services import chase_silent as run

    run()
