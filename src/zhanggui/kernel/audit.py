"""The audit log: one row per change, in the transaction of the change, never altered afterwards."""

from collections.abc import Iterable
from datetime import datetime
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
        db.send(_INSERT, (db.Json(batch),))


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
    since: datetime | None = None,
    until: datetime | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[dict[str, Any]]:
    """Newest first; page on with `before_id`. An `action` that ends with a dot stands for all of its module's.

    One statement, whose conditions are those that are asked for, so that each finds its index.
    """
    asked: list[tuple[str, tuple[Any, ...]]] = [
        ("target_type = %s", (target_type,) if target_type else ()),
        ("target_id = %s", (target_id,) if target_id else ()),
        ("actor_kind = 'staff' and actor_id = %s", (actor_id,) if actor_id is not None else ()),
        ("action like %s" if action.endswith(".") else "action = %s", (_pattern(action),) if action else ()),
        ("at >= %s", (since,) if since is not None else ()),
        ("at < %s", (until,) if until is not None else ()),
        ("id < %s", (before_id,) if before_id is not None else ()),
    ]
    needed = [(condition, values) for condition, values in asked if values]
    return db.rows(
        "select id, at, actor_kind, actor_id, actor_label, action, target_type, target_id, before, after, reason"
        f" from kernel_auditrow where {' and '.join(['true', *(c for c, _ in needed)])} order by id desc limit %s",
        (*(value for _, values in needed for value in values), limit),
    )


def _pattern(action: str) -> str:
    """For `like`, whose own signs stand for themselves here."""
    if not action.endswith("."):
        return action
    return action.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def actions() -> list[str]:
    """Every action there has been, by name: a walk from one to the next over the index. One statement."""
    rows = db.rows(
        "with recursive walk(action) as ((select action from kernel_auditrow order by action using ~<~ limit 1)"
        " union all select (select r.action from kernel_auditrow r where r.action ~>~ w.action"
        " order by r.action using ~<~ limit 1) from walk w where w.action is not null)"
        " select action from walk where action is not null"
    )
    return [row["action"] for row in rows]
