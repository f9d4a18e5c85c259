"""Jobs are held here."""

from typing import Any

from zhanggui.kernel import db


@db.needs_transaction
def hold_job(order_number: str, line: int) -> dict[str, Any] | None:
    """The job of a line, held; None where nobody has begun."""
    return db.row(
        "select id, state, maker_id, maker from workshop_job where order_number = %s and line = %s for no key update",
        (order_number, line),
    )
