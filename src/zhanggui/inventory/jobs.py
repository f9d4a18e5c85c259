"""Timers of stock."""

from contextlib import suppress

from procrastinate.exceptions import ProcrastinateException

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.jobs import app, periodic


@periodic("* * * * *", name="inventory.unlock_due")
def unlock_due(timestamp: int) -> None:
    from . import services

    services.unlock_due(actor=SYSTEM)


@periodic("5 * * * *", name="inventory.expire")
def expire(timestamp: int) -> None:
    """Hourly, so that a batch leaves sale soon after the mall's midnight, wherever the mall is."""
    from . import services

    services.expire(actor=SYSTEM)


@app.task(name="inventory.take_count_files", queueing_lock="inventory.take_count_files", pass_context=False)
def take_count_files() -> None:
    """Take in the counted rows of files that wait."""
    from .services.count_files import take_count_files as take

    take()


def take_count_files_soon() -> None:
    """Ask for it; after the commit of the file."""
    with suppress(ProcrastinateException):  # one round is asked for already, or the timer will do
        take_count_files.defer()


@periodic("* * * * *", name="inventory.resume_count_files")
def resume_count_files(timestamp: int) -> None:
    """Go on with a file whose worker has died."""
    from .services.count_files import take_count_files as take

    take()


@periodic("25 * * * *", name="inventory.look_for_alerts")
def look_for_alerts(timestamp: int) -> None:
    from . import services

    services.look_for_alerts(actor=SYSTEM)
