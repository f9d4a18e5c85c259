"""What holds the rows of promises. A shortage comes before everything of its order (docs/locking.md)."""

from typing import Any

from zhanggui.kernel import db

_COLUMNS = "id, number, order_number, state, reason, lines, wait_until, alternatives, answer, answer_sku, asked_at"


@db.needs_transaction
def hold_shortage(number: str) -> dict[str, Any] | None:
    """A shortage, locked until the end of the transaction."""
    return db.row(f"select {_COLUMNS} from promises_shortage where number = %s for no key update", (number,))


@db.needs_transaction
def answered(shortage_id: int, answer: str, *, by: str, note: str, case: str, sku: str = "") -> bool:
    """Write what was chosen while the buyer is still asked; whether it was."""
    return bool(
        db.execute(
            "update promises_shortage set state = 'answered', answer = %s, answered_by = %s, answer_note = %s, case_number = %s,"
            " answer_sku = %s, answered_at = kernel_now() where id = %s and state = 'asked'",
            (answer, by[:200], note, case, sku, shortage_id),
        )
    )
