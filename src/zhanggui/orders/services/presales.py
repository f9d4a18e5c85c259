"""Orders made of reservations whose presale was called off: undone as far as they can be."""

from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import Problem
from zhanggui.presale import selectors as presale

from .cancel import cancel

CALLED_OFF = "presale_called_off"


def undo_called_off(*, actor: Actor = SYSTEM) -> int:
    """Cancel what has not begun to leave of presales called off, each order in its own transaction; all money goes back. How many.

    Of orders that are being packed or have left, after-sales gives the money back.
    """
    numbers = presale.called_off_orders()
    if not numbers:
        return 0
    rows = db.rows(
        "select number from orders_order where number = any(%s) and status in ('pending_payment', 'paid') order by id",
        (numbers,),
    )
    done = 0
    for row in rows:
        try:
            cancel(row["number"], actor=actor, reason=CALLED_OFF)
            done += 1
        except Problem:
            continue  # paid, cancelled or partly given up in this very moment
    return done
