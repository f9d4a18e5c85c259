"""Timers of carriage."""

from contextlib import suppress

from procrastinate.exceptions import ProcrastinateException

from zhanggui.kernel.jobs import app, periodic


@app.task(name="carriage.tell_services", queueing_lock="carriage.tell_services", pass_context=False)
def tell_services() -> None:
    """Ask for the waybills that wait, cancel those that are not used, subscribe to news."""
    from . import services

    services.tell_services()


def tell_services_soon() -> None:
    """Ask for it; after the commit of what is to be told."""
    with suppress(ProcrastinateException):  # one round is asked for already, or the timer will do
        tell_services.defer()


@periodic("* * * * *", name="carriage.go_on_telling")
def go_on_telling(timestamp: int) -> None:
    """Whatever a worker left when it died, or a service did not answer."""
    from . import services

    services.tell_services()
