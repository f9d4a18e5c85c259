"""Which suppliers are silent, and what they have not sent in time."""

from django.db import transaction

from zhanggui.kernel import db, mall_settings, outbox
from zhanggui.kernel.actor import SYSTEM, Actor

from .. import locks
from ..events import SupplierOrderLate
from ..settings import CONFIRM_HOURS


def watch_late(*, actor: Actor = SYSTEM) -> int:
    """Orders their supplier has not confirmed in time (`silent`), or not sent by what the buyer was promised (`overdue`); how many.

    Each is announced once when it becomes one or the other. Opens its own transaction.
    """
    with transaction.atomic():
        rows = locks.hold_late(mall_settings.get(CONFIRM_HOURS))
        for late in ("silent", "overdue"):
            if ids := [row["id"] for row in rows if row["late"] == late]:
                db.execute("update dropship_supplierorder set late = %s where id = any(%s::bigint[])", (late, ids))
        outbox.record(
            *[SupplierOrderLate(row["number"], row["order_number"], row["supplier_id"], row["late"]) for row in rows]
        )
    return len(rows)
