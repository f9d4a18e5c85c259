"""Conditional writes on groups, and what holds their rows: offers before groups (docs/locking.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from zhanggui.kernel import db

from .states import GROUP
from .types import DraftSeat


def admit(seats: Sequence[DraftSeat]) -> list[dict[str, Any]]:
    """The refused drafts of a batch (`draft`, `reason`); what the others will take stays locked until the end."""
    return db.rows("select draft, reason from groupbuy_admit(%s)", (db.Json([asdict(seat) for seat in seats]),))


def take(seats: Sequence[DraftSeat]) -> None:
    """Take the admitted seats, in the transaction of `admit`."""
    db.row("select groupbuy_take(%s)", (db.Json([asdict(seat) for seat in seats]),))


@db.needs_transaction
def hold_offer(offer_id: int) -> dict[str, Any] | None:
    """The offer's row, locked until the end of the transaction."""
    return db.row("select * from groupbuy_offer where id = %s for no key update", (offer_id,))


@db.needs_transaction
def hold_group(group_id: int) -> dict[str, Any] | None:
    """The group with its offer's hours; both rows stay locked, so no seat of it is taken or left meanwhile."""
    return db.row(
        "select g.*, o.hours from groupbuy_offer o join groupbuy_group g on g.offer_id = o.id where g.id = %s"
        " for no key update of o, g",
        (group_id,),
    )


@db.needs_transaction
def move_group(group: Mapping[str, Any], action: str) -> bool:
    """Take a held group along `action`; whether it was in a state for it. What each step stamps is written here."""
    stamps = {
        "open": "opened_at = kernel_now(), expires_at = kernel_now() + %(hours)s * interval '1 hour'",
        "fill": "ended_at = kernel_now()",
        "fail": "ended_at = kernel_now()",
    }
    moved = db.execute(
        f"update groupbuy_group set state = %(to)s, {stamps[action]} where id = %(id)s and state = any(%(from)s)",
        {
            "to": GROUP.target(GROUP.sources(action)[0], action),
            "from": list(GROUP.sources(action)),
            "id": group["id"],
            "hours": group["hours"],
        },
    )
    if moved and action == "fail":
        db.execute("update groupbuy_offer set opened = opened - 1 where id = %s", (group["offer_id"],))
        db.execute(
            "update groupbuy_seat s set freed_at = g.ended_at from groupbuy_group g"
            " where g.id = %s and s.group_id = g.id and s.freed_at is null",
            (group["id"],),
        )
    return bool(moved)
