"""The audit log: one row per change, in the transaction of the change, never altered afterwards."""

from collections.abc import Iterable
from typing import Any

from . import db
from .actor import Actor

_INSERT = """
insert into kernel_auditrow (actor_kind, actor_id, actor_label, action, target_type, target_id, before, after, reason)
select r.actor_kind, r.actor_id, r.actor_label, r.action, r.target_type, r.target_id, r.before, r.after, r.reason
from jsonb_to_recordset(%s) as r(actor_kind text, actor_id bigint, actor_label text, action text,
    target_type text, target_id text, before jsonb, after jsonb, reason text)
"""


def row(
    *,
    actor: Actor,
    action: str,
    target_type: str,
    target_id: object,
    before: Any = None,
    after: Any = None,
    reason: str = "",
) -> dict[str, Any]:
    """One entry for `record_many`. `action` is a verb of the module: `pricing.set_price`."""
    return {
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_label": actor.label[:200],
        "action": action,
        "target_type": target_type,
        "target_id": str(target_id),
        "before": before,
        "after": after,
        "reason": reason,
    }


@db.needs_transaction
def record_many(entries: Iterable[dict[str, Any]]) -> None:
    """Write entries made by `row`, all in one statement."""
    batch = list(entries)
    if batch:
        db.execute(_INSERT, (db.Json(batch),))


@db.needs_transaction
def record(
    *,
    actor: Actor,
    action: str,
    target_type: str,
    target_id: object,
    before: Any = None,
    after: Any = None,
    reason: str = "",
) -> None:
    """Write one entry."""
    record_many(
        [
            row(
                actor=actor,
                action=action,
                target_type=target_type,
                target_id=target_id,
                before=before,
                after=after,
                reason=reason,
            )
        ]
    )


def history(
    *,
    target_type: str = "",
    target_id: str = "",
    actor_id: int | None = None,
    action: str = "",
    before_id: int | None = None,
    limit: int = 50,
) -> list[dict[str, Any]]:
    """Newest first; page on with `before_id`."""
    return db.rows(
        "select id, at, actor_kind, actor_id, actor_label, action, target_type, target_id, before, after, reason"
        " from kernel_auditrow where (%s = '' or target_type = %s) and (%s = '' or target_id = %s)"
        " and (%s::bigint is null or (actor_kind = 'staff' and actor_id = %s)) and (%s = '' or action = %s)"
        " and (%s::bigint is null or id < %s) order by id desc limit %s",
        (
            target_type,
            target_type,
            target_id,
            target_id,
            actor_id,
            actor_id,
            action,
            action,
            before_id,
            before_id,
            limit,
        ),
    )
