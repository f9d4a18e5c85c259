"""Background entries of replenishment."""

from contextlib import suppress

from procrastinate.exceptions import ProcrastinateException

from zhanggui.kernel.jobs import app, periodic


@app.task(name="replenishment.run_rounds", queueing_lock="replenishment.run_rounds", pass_context=False)
def run_rounds() -> None:
    """Carry out the round of forecasts that waits."""
    from .services.carrying_out import run_waiting

    run_waiting()


def round_soon() -> None:
    """Ask for it; after the commit of the round."""
    with suppress(ProcrastinateException):  # one is asked for already, or the timer will do
        run_rounds.defer()


@periodic("*/5 * * * *", name="replenishment.resume_rounds")
def resume_rounds(timestamp: int) -> None:
    """Go on with a round whose worker has died."""
    from .services.carrying_out import run_waiting

    run_waiting()


@periodic("40 4 * * 1", name="replenishment.weekly_round")
def weekly_round(timestamp: int) -> None:
    """Forecast anew every Monday, when a week is complete; a mall that buys of nobody does not need it."""
    from .services.rounds import start_weekly

    start_weekly()
