"""Telling what the clock brings: buyers that their balance is due, pages that deposits begin or end."""

from django.db import transaction

from zhanggui.kernel import db, versions
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.outbox import record

from .. import locks
from ..events import BalanceDue
from ..rules import VERSION

#: The job runs each minute; one run may be late.
EDGE_SECONDS = 130


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


def turn_pages() -> bool:
    """Where deposits began or ended in the last minutes by the clock, what is kept of pages and offers is made anew; whether any did."""
    with transaction.atomic():
        row = db.row(
            "select exists (select 1 from presale_offer, unnest(array[deposit_from, deposit_until]) as edge where state = 'live'"
            " and edge > kernel_now() - %s * interval '1 second' and edge <= kernel_now()) as turned",
            (EDGE_SECONDS,),
        )
        turned = bool(row and row["turned"])
        if turned:
            versions.bump(VERSION)
    return turned
