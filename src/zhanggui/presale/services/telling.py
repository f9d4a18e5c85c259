"""Telling buyers that their balance is due."""

from django.db import transaction

from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.outbox import record

from .. import locks
from ..events import BalanceDue


def tell_balance_due(*, actor: Actor = SYSTEM, limit: int = 500) -> int:
    """Announce, once each, the reservations whose balance can be paid now; how many. Opens its own transaction."""
    with transaction.atomic():
        rows = locks.take_due(limit)
        for row in rows:
            record(
                BalanceDue(
                    row["number"], row["offer_id"], row["member_id"], row["paid"], row["currency"], row["due"],
                    row["balance_until"].isoformat(),
                )
            )  # fmt: skip
    return len(rows)
