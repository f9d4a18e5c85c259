"""What every write of a campaign begins and ends with."""

from typing import Any

from zhanggui.kernel import audit
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import NotFound, PermissionDenied, WrongState

from .. import locks
from ..permissions import MANAGE
from ..states import ENDED


def may(actor: Actor) -> None:
    """Raises PermissionDenied."""
    if not actor.may(MANAGE):
        raise PermissionDenied()


def held(campaign_id: int) -> dict[str, Any]:
    """The campaign's row, locked. Raises NotFound."""
    found = locks.hold(campaign_id)
    if found is None:
        raise NotFound()
    return found


def open_one(campaign_id: int, action: str) -> dict[str, Any]:
    """The same of one that has not ended. Raises NotFound, WrongState."""
    found = held(campaign_id)
    if found["state"] == ENDED:
        raise WrongState(state=ENDED, action=action)
    return found


def write_down(
    actor: Actor, action: str, campaign_id: int, *, before: Any = None, after: Any = None, reason: str = ""
) -> None:
    audit.record(
        actor=actor, action=f"campaigns.{action}", target_type="campaign", target_id=campaign_id, before=before, after=after,
        reason=reason,
    )  # fmt: skip
