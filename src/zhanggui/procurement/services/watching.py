"""Which orders are late, or will likely be (PUR-04)."""

from datetime import timedelta

from django.db import transaction

from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.outbox import record

from .. import locks, selectors
from ..events import PurchaseLate

ENOUGH = 3  # receipts from which a lead time is believed


def watch_late(*, actor: Actor = SYSTEM, limit: int = 1000) -> int:
    """Mark orders that are past their day, or that the supplier's learned lead time takes past it; how many changed.

    Each is announced once when it becomes one or the other. Opens its own transaction.
    """
    changed = 0
    with transaction.atomic():
        rows = locks.hold_underway(limit)
        leads = selectors.supplier_leads(sorted({row["supplier_id"] for row in rows}))
        today = clock.business_date()
        for row in rows:
            learned = leads.get(row["supplier_id"])
            likely_on = row["expected_on"]
            if learned is not None and learned.receipts >= ENOUGH:
                likely_on = max(likely_on, clock.business_date(row["sent_at"]) + timedelta(days=learned.median))
            late = "late" if row["expected_on"] < today else "likely" if likely_on > row["expected_on"] else ""
            if late == row["late"]:
                continue
            changed += 1
            db.execute("update procurement_order set late = %s where id = %s", (late, row["id"]))
            if late:
                record(PurchaseLate(row["number"], row["supplier_id"], late, row["expected_on"].isoformat()))
    return changed
