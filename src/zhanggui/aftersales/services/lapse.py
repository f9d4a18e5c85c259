"""What comes by itself when a step was not left in time. Each case in a transaction of its own, judged anew in it: whoever decides at
that moment wins or finds it done."""

from django.db import transaction

from zhanggui.kernel import clock, db, outbox
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import Problem

from .. import locks
from ..deadlines import consequence
from ..events import CaseOverdue
from ..states import (
    APPROVED,
    AWAITING_RETURN,
    CANCEL,
    EXCHANGE,
    RECEIVED,
    REFUND_ONLY,
    REQUESTED,
    RETURN_REFUND,
    RETURNING,
)  # fmt: skip
from ..types import CaseView
from .common import announce, keep, shown
from .decide import approve, withdraw
from .refund import send_money
from .replace import send_replacement
from .returns import end_journey

_DUE = """
select number from aftersales_case where due_at <= %s and overdue_at is null order by due_at, id limit %s
"""


def lapse_due(*, actor: Actor = SYSTEM, limit: int = 200) -> int:
    """Carry out the consequences that are due; how many came. Where none can, it is told once (CaseOverdue)."""
    done = 0
    for row in db.rows(_DUE, (clock.now(), limit)):
        try:
            with transaction.atomic():
                done += _lapse(row["number"], actor)
        except Problem:
            _tell(row["number"])
    return done


@db.needs_transaction
def _lapse(number: str, actor: Actor) -> bool:
    """Whether something came of it. Raises what keeps it from coming."""
    locks.order(shown(number).order_number)
    view = shown(number)
    if view.due_at is None or view.due_at > clock.now() or view.overdue_at is not None:
        return False  # somebody was faster
    if consequence(view) is None:
        _tell(number)
        return False
    keep(actor, "lapse", number, after={"state": view.state})
    if view.state == REQUESTED:
        approve(number, note=_SILENT, actor=actor)
        if view.kind in (CANCEL, REFUND_ONLY):
            send_money(number, actor=actor)
            announce(number)
    elif view.state == AWAITING_RETURN and view.sent_at is None:
        withdraw(number, actor=actor)
        db.execute("update aftersales_case set decision = %s where number = %s", (_UNSENT, number))
    elif view.state == AWAITING_RETURN and view.kind == EXCHANGE:
        locks.move(number, "go_on", by=actor)
        locks.move(number, "replace", by=actor, replacement=send_replacement(view, actor=actor))
        announce(number)
    elif view.state == AWAITING_RETURN and view.kind == RETURN_REFUND:
        locks.move(number, "go_on", by=actor)
        send_money(number, actor=actor)
    elif view.state in (APPROVED, RECEIVED):
        send_money(number, actor=actor)
    elif view.state == RETURNING:
        end_journey(view, actor=actor)
    return True


_SILENT, _UNSENT = "商家逾期未处理，系统自动同意", "逾期未寄回，系统自动关闭"


def _tell(number: str) -> None:
    """Nothing can come by itself: it is said once, and the case stays in the list of what is late."""
    with transaction.atomic():
        view: CaseView = shown(number)
        told = db.execute(
            "update aftersales_case set overdue_at = kernel_now() where number = %s and overdue_at is null and due_at <= %s",
            (number, clock.now()),
        )
        if told:
            outbox.record(CaseOverdue(number, view.order_number, view.kind, view.state))
