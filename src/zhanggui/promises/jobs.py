"""Timers of promises."""

from zhanggui.kernel.jobs import periodic


@periodic("*/10 * * * *", name="promises.escalate")
def escalate(timestamp: int) -> None:
    """Deadlines that passed are told."""
    from .services import escalate as run

    run()


@periodic("5-59/10 * * * *", name="promises.end_silence")
def end_silence(timestamp: int) -> None:
    """Buyers who were asked and have not answered in time."""
    from .services import end_silence as run

    run()
