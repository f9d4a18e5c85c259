"""Row locks of clearance."""

from typing import Any

from zhanggui.kernel import db


@db.needs_transaction
def hold_plan(plan_id: int) -> dict[str, Any] | None:
    """A plan's row, held until the transaction ends."""
    return db.row("select * from clearance_plan where id = %s for no key update", (plan_id,))


@db.needs_transaction
def alone() -> None:
    """One computation at a time: two would write each other's figures."""
    db.execute("select pg_advisory_xact_lock(731020)")
