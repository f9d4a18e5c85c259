"""Background entries of planning."""

from contextlib import suppress

from procrastinate.exceptions import ProcrastinateException

from zhanggui.kernel.jobs import app, periodic


@app.task(name="planning.run_replays", queueing_lock="planning.run_replays", pass_context=False)
def run_replays() -> None:
    """Carry out the replays that wait."""
    from .services.carrying_out import run_waiting

    run_waiting()


def replay_soon() -> None:
    """Ask for a round of replays; one waiting round is enough. After the commit of what is to be replayed."""
    with suppress(ProcrastinateException):  # one waits already, or the minute's timer will do
        run_replays.defer()


@periodic("* * * * *", name="planning.resume_replays")
def resume_replays(timestamp: int) -> None:
    """Go on with replays whose worker has died."""
    from .services.carrying_out import run_waiting

    run_waiting()
