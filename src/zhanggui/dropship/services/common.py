"""What the services share: who acts, what is held, what is noted."""

from typing import Any

from zhanggui.kernel import audit, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound, ValidationFailed
from zhanggui.procurement.errors import LinkVoid

from .. import locks
from ..errors import WrongStep
from ..permissions import MANAGE, need
from ..rules import link_fits
from ..states import TABLE, WORDS

MOST_WORDS = 500


@db.needs_transaction
def held_order(number: str, *, secret: str | None, actor: Actor) -> tuple[dict[str, Any], Actor]:
    """The order's row, and who acts: with the `secret` of the link the supplier, else staff who may.

    Raises NotFound, LinkVoid, PermissionDenied.
    """
    if secret is None:
        need(actor, MANAGE)
    held = locks.hold(number)
    if held is None:
        raise NotFound() if secret is None else LinkVoid()
    if secret is None:
        return held, actor
    if not link_fits(held["supplier_id"], held["edition"], secret):
        raise LinkVoid()
    return held, supplier_actor(held["supplier_id"])


@db.needs_transaction
def held_partner(supplier_id: int, *, secret: str | None, actor: Actor) -> tuple[dict[str, Any], Actor]:
    """The same of a partner."""
    if secret is None:
        need(actor, MANAGE)
    held = locks.hold_partner(supplier_id)
    if held is None:
        raise NotFound() if secret is None else LinkVoid()
    if secret is None:
        return held, actor
    if not link_fits(supplier_id, held["edition"], secret):
        raise LinkVoid()
    return held, supplier_actor(supplier_id)


def supplier_actor(supplier_id: int) -> Actor:
    """Whoever has the supplier's link."""
    row = db.row("select code from procurement_supplier where id = %s", (supplier_id,))
    return Actor("guest", None, f"supplier {row['code']}" if row else "supplier")


def target(held: dict[str, Any], action: str, words: Text) -> str:
    """The state after `action`. Raises WrongStep in words."""
    if held["state"] not in TABLE.sources(action):
        raise WrongStep(state=WORDS[held["state"]], action=words)
    return TABLE.target(held["state"], action)


def reason_of(text: str, loc: str = "reason", most: int = MOST_WORDS) -> str:
    """Trimmed. Raises ValidationFailed where there is none, or too much."""
    text = text.strip()
    if not 0 < len(text) <= most:
        raise ValidationFailed.one(loc, "length", f"请填写 1 到 {most} 个字", f"write 1 to {most} characters")
    return text


def note(
    actor: Actor, action: str, number: object, *, kind: str = "supplier_order", before: Any = None, after: Any = None,
    reason: str = "",
) -> None:  # fmt: skip
    audit.record(
        actor=actor,
        action=f"dropship.{action}",
        target_type=kind,
        target_id=number,
        before=before,
        after=after,
        reason=reason,
    )
