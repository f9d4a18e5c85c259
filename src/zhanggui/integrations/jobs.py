"""Background entries of integrations."""

from contextlib import suppress

from procrastinate.exceptions import ProcrastinateException

from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.jobs import app, periodic


@periodic("* * * * *", name="integrations.fetch_pictures")
def fetch_pictures(timestamp: int) -> None:
    """Fetch the pictures of imported products that are known by address."""
    from .pictures import fetch_due

    fetch_due()


@app.task(name="integrations.run_imports", queueing_lock="integrations.run_imports", pass_context=False)
def run_imports() -> None:
    """Carry out the imports that wait."""
    from .services.carrying_out import run_waiting

    run_waiting()


def import_soon() -> None:
    """Ask for a round of imports; one waiting round is enough. After the commit of what is to be imported."""
    with suppress(ProcrastinateException):  # one waits already, or the minute's timer will do
        run_imports.defer()


@periodic("* * * * *", name="integrations.resume_imports")
def resume_imports(timestamp: int) -> None:
    """Go on with imports whose worker has died."""
    from .services.carrying_out import run_waiting

    run_waiting()


@periodic("23 4 * * *", name="integrations.forget_imports")
def forget_imports(timestamp: int) -> None:
    from .services import forget_imports as forget

    forget(actor=SYSTEM)
