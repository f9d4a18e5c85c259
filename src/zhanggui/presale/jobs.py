"""Timers of presales."""

from zhanggui.kernel.jobs import periodic

from . import services
from .services.telling import turn_pages


@periodic("* * * * *", name="presale.settle")
def settle(timestamp: int) -> None:
    turn_pages()
    services.release_unpaid()
    services.tell_balance_due()
    services.end_unpaid()
    services.undo_called_off()
