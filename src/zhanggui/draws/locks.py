"""Conditional writes on draws, and what holds their rows: the draw before its prizes (docs/locking.md)."""

from typing import Any

from zhanggui.kernel import db


@db.needs_transaction
def hold_draw(draw_id: int) -> dict[str, Any] | None:
    """The draw's row, locked until the end of the transaction: its chances are taken one after another."""
    return db.row("select * from draws_draw where id = %s for no key update", (draw_id,))


@db.needs_transaction
def next_sequence(draw_id: int) -> int:
    """The number of the chance that is being taken; the draw must be held."""
    row = db.row("update draws_draw set taken = taken + 1 where id = %s returning taken", (draw_id,))
    assert row is not None
    return int(row["taken"])


@db.needs_transaction
def give(prize_id: int) -> bool:
    """Count one piece of a prize; False where there is none left."""
    return bool(
        db.execute(
            "update draws_prize set given = given + 1 where id = %s and (pieces is null or given < pieces)", (prize_id,)
        )
    )
