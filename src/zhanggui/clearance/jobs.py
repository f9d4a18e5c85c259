"""Timers of clearance."""

from contextlib import suppress

from procrastinate.exceptions import ProcrastinateException

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.jobs import app, periodic


@app.task(name="clearance.refresh", queueing_lock="clearance.refresh", pass_context=False)
def refresh() -> None:
    """Compute all figures anew."""
    from . import services

    services.refresh(actor=SYSTEM)


def refresh_soon() -> None:
    """Ask for it; after the commit of what asks."""
    with suppress(ProcrastinateException):  # one is asked for already
        refresh.defer()


@periodic("50 3 * * *", name="clearance.nightly")
def nightly(timestamp: int) -> None:
    from . import services

    services.refresh(actor=SYSTEM)
