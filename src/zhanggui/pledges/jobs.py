"""Background entries of the mall's word."""

from contextlib import suppress

from procrastinate.exceptions import ProcrastinateException

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.jobs import app, periodic


@app.task(name="pledges.run_checks", queueing_lock="pledges.run_checks", pass_context=False)
def run_checks() -> None:
    """Carry out the check that waits."""
    from . import services

    services.run_waiting()


def check_soon() -> None:
    """Ask for a round; one waiting round is enough. After the commit of what is to be looked at."""
    with suppress(ProcrastinateException):  # one waits already, or the timer will do
        run_checks.defer()


@periodic("50 3 * * *", name="pledges.nightly")
def nightly(timestamp: int) -> None:
    from . import services

    services.start_check(actor=SYSTEM)


@periodic("20 5 * * *", name="pledges.look_at_prices")
def look_at_prices(timestamp: int) -> None:
    """After the night's look over the mall: what of prices could be taken for fraud."""
    from . import services

    services.look_at_prices(actor=SYSTEM)


@periodic("*/5 * * * *", name="pledges.resume_checks")
def resume_checks(timestamp: int) -> None:
    """Go on with a check whose worker has died."""
    from . import services

    services.run_waiting()


@periodic("17 * * * *", name="pledges.settle_differences")
def settle_differences(timestamp: int) -> None:
    """Where the mall pays differences of price by itself."""
    from . import services

    services.settle_differences(actor=SYSTEM)
