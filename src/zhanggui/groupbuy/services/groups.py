"""The steps of a group. Whoever knows which orders are paid takes them (orders.services.groups); the group must be held."""

from collections.abc import Mapping, Sequence
from typing import Any

from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.outbox import record

from .. import locks
from ..events import GroupFailed, GroupFilled, GroupOpened


@db.needs_transaction
def open_group(group: Mapping[str, Any], orders: Sequence[str], *, actor: Actor) -> bool:
    """Its first buyer has paid: the clock runs, others may join. True if this call did it."""
    if not locks.move_group(group, "open"):
        return False
    row = db.row("select expires_at from groupbuy_group where id = %s", (group["id"],))
    assert row is not None
    record(GroupOpened(group["offer_id"], group["token"], list(orders), row["expires_at"].isoformat()))
    return True


@db.needs_transaction
def fill_group(group: Mapping[str, Any], orders: Sequence[str], *, actor: Actor) -> bool:
    """All its seats are paid. True if this call did it."""
    if not locks.move_group(group, "fill"):
        return False
    record(GroupFilled(group["offer_id"], group["token"], list(orders)))
    return True


@db.needs_transaction
def fail_group(group: Mapping[str, Any], orders: Sequence[str], *, actor: Actor) -> bool:
    """Its time is over and it is not full; its seats and its place among the offer's groups are free. True if this call did it."""
    if not locks.move_group(group, "fail"):
        return False
    record(GroupFailed(group["offer_id"], group["token"], list(orders)))
    return True
