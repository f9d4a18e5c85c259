"""What holds the rows of replenishment (docs/locking.md)."""

from collections.abc import Sequence
from typing import Any

from zhanggui.kernel import db


@db.needs_transaction
def hold_proposals(ids: Sequence[int]) -> list[dict[str, Any]]:
    """Proposals, locked until the end of the transaction, in the order of their ids."""
    return db.rows(
        "select * from replenishment_proposal where id = any(%s::bigint[]) order by id for no key update", (list(ids),)
    )
