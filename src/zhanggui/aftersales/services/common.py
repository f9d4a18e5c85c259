"""What every step of a case does."""

from typing import Any

from zhanggui.kernel import audit, db, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import NotFound

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
    """Where the case stands now."""
    view = shown(number)
    outbox.record(CaseMoved(view.number, view.order_number, view.kind, view.state, view.amount, view.currency))


def shown(number: str) -> CaseView:
    view = case(number)
    if view is None:
        raise NotFound()
    return view
