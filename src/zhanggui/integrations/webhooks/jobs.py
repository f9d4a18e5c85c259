"""Timers and background entries of webhooks."""

from contextlib import suppress

from procrastinate.exceptions import ProcrastinateException

from zhanggui.kernel.jobs import app, periodic


@app.task(name="webhooks.send", queueing_lock="webhooks.send", pass_context=False)
def send() -> None:
    from .sending import send_due

    send_due()


def send_soon() -> None:
    """Ask for a round of sending; one waiting round is enough. After the commit of what is to be sent."""
    with suppress(ProcrastinateException):  # one waits already, or the minute's timer will do
        send.defer()


@periodic("* * * * *", name="webhooks.send_due")
def send_due_now(timestamp: int) -> None:
    from .sending import send_due

    send_due()


@periodic("41 4 * * *", name="webhooks.forget_old")
def forget_old(timestamp: int) -> None:
    from .services import forget_old as forget

    forget()
