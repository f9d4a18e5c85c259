"""What every step of redress does."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from zhanggui.kernel import audit, clock, db, mall_settings
from zhanggui.kernel.actor import Actor


@db.needs_transaction
def keep(
    number: str,
    action: str,
    *,
    actor: Actor,
    words: str = "",
    amount: int = 0,
    data: Mapping[str, Any] | None = None,
    key: str | None = None,
) -> bool:
    """Write the step to the thing's own log; with a `key` once: False where it was written before."""
    return bool(
        db.execute(
            "insert into redress_entry (number, by, action, words, amount, data, key) values (%s, %s, %s, %s, %s, %s, %s)"
            " on conflict (number, key) do nothing",
            (number, name_of(actor), action, words, amount, db.Json(dict(data or {})), key),
        )
    )


@db.needs_transaction
def tell(actor: Actor, action: str, kind: str, number: str, *, after: Any = None, reason: str = "") -> None:
    """The audit log."""
    audit.record(
        actor=actor, action=f"redress.{action}", target_type=kind, target_id=number, after=after, reason=reason
    )


def name_of(actor: Actor) -> str:
    return (actor.label or actor.kind)[:200]


def owner_of(actor: Actor) -> tuple[int | None, str]:
    """Whoever of staff takes a step owns it from then on."""
    return (actor.id, name_of(actor)) if actor.kind == "staff" else (None, "")


def due(setting: str) -> date:
    """The last business day of a step that begins now."""
    return clock.business_date() + timedelta(days=mall_settings.get(setting))
