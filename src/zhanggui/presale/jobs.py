"""Timers of presales."""

from zhanggui.kernel.jobs import periodic

from . import services


@periodic("* * * * *", name="presale.settle")
def settle(timestamp: int) -> None:
    services.turn_pages()
    services.release_unpaid()
    services.tell_balance_due()
    services.end_unpaid()
    services.undo_called_off()
