"""Background entries of promotions."""

from contextlib import suppress

from procrastinate.exceptions import ProcrastinateException

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.jobs import app, periodic

from . import services


@app.task(name="promotions.send_coupons", queueing_lock="promotions.send_coupons", pass_context=False)
def send_coupons() -> None:
    """Carry out the sends of coupons that wait."""
    from .services.sends import carry_out

    carry_out(actor=SYSTEM)


def send_soon() -> None:
    """Ask for a round; one waiting round is enough. After the commit of what is to be sent."""
    with suppress(ProcrastinateException):  # one waits already, or the minute's timer will do
        send_coupons.defer()


@periodic("* * * * *", name="promotions.resume_sends")
def resume_sends(timestamp: int) -> None:
    """Go on with sends whose worker has died."""
    from .services.sends import carry_out

    carry_out(actor=SYSTEM)


@periodic("* * * * *", name="promotions.refresh_lowest")
def refresh_lowest(timestamp: int) -> None:
    """What changed is looked at again within a minute."""
    services.refresh(actor=SYSTEM)


@periodic("20 3 * * *", name="promotions.refresh_all_lowest")
def refresh_all_lowest(timestamp: int) -> None:
    """In the night everything: what is over by its date brings nothing down any more."""
    services.refresh(actor=SYSTEM, everything=True)
