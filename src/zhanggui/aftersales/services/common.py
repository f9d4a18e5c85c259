"""What every step of a case does."""

from typing import Any

from zhanggui.kernel import audit, db, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import NotFound

from ..deadlines import due_of
from ..events import CaseMoved
from ..selectors import case
from ..types import CaseView


@db.needs_transaction
def keep(actor: Actor, action: str, number: str, *, after: dict[str, Any] | None = None, reason: str = "") -> None:
    """Who did it."""
    audit.record(
        actor=actor, action=f"aftersales.{action}", target_type="case", target_id=number, after=after, reason=reason
    )


@db.needs_transaction
def announce(number: str) -> None:
    """Where the case stands now, and by when it has to move on."""
    view = shown(number)
    set_due(view)
    outbox.record(CaseMoved(view.number, view.order_number, view.kind, view.state, view.amount, view.currency))


@db.needs_transaction
def set_due(view: CaseView) -> None:
    """By when the step it is in has to be left; nothing is written where that is known."""
    due = due_of(view)
    if due != view.due_at:
        db.execute(
            "with held as (update aftersales_case set due_at = %s, overdue_at = null where number = %s returning id)"
            " update aftersales_step s set due_at = %s from held where s.case_id = held.id and s.left_at is null",
            (due, view.number, due),
        )


def shown(number: str) -> CaseView:
    view = case(number)
    if view is None:
        raise NotFound()
    return view
