"""Units kept from sale for a purpose until a moment."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhanggui.kernel import clock, db, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed

from .. import locks
from ..errors import StockNotFree
from ..events import StockLocked, StockUnlocked
from ..permissions import LOCK
from . import stowing


def lock(
    sku_id: int,
    warehouse_id: int,
    quantity: int,
    *,
    reason: str,
    until: datetime | None = None,
    reference: str = "",
    actor: Actor,
) -> int:
    """Keep free units of a SKU in a warehouse from sale; the lock's id. Own transaction. Announces StockLocked.

    `until` (None: until somebody lets them go) they are held; then they are for sale again by themselves. `reference` names
    what they are kept for. Raises PermissionDenied, ValidationFailed, StockNotFree.
    """
    stowing.may(actor, LOCK)
    reason = stowing.need_reason(reason)
    errors = stowing.units_wrong("quantity", quantity)
    if until is not None and until <= clock.now():
        errors.append(FieldError("until", "past", Text("截止时间应晚于现在", "must be later than now")))
    if len(reference) > 80:
        errors.append(FieldError("reference", "too_long", Text("最多 80 个字符", "at most 80 characters")))
    if not errors:
        errors = [
            FieldError(e.loc.removeprefix("rows.0."), e.code, e.message)
            for e in stowing.not_known([sku_id], [warehouse_id], "rows")
        ]
    if errors:
        raise ValidationFailed(errors=errors)
    with transaction.atomic():
        level = locks.hold([(sku_id, warehouse_id)])[sku_id, warehouse_id]
        if not locks.withhold(level["level_id"], quantity):
            free = level["on_hand"] - level["reserved"] - level["withheld"]
            text = Text(f"只有 {free} 件可动用", f"only {free} are free")
            raise StockNotFree(errors=[FieldError("quantity", "promised", text)])
        made = db.row(
            "insert into inventory_stocklock (level_id, quantity, remaining, reason, reference, until, actor_label)"
            " values (%s, %s, %s, %s, %s, %s, left(%s, 200)) returning id",
            (level["level_id"], quantity, quantity, reason, reference, until, actor.label),
        )
        assert made is not None
        outbox.record(StockLocked(made["id"], sku_id, warehouse_id, quantity, reason))
        told = {"warehouse_id": warehouse_id, "quantity": quantity, "until": until.isoformat() if until else None}
        stowing.note(actor, "lock", "sku", sku_id, after=told, reason=reason)
    return int(made["id"])


def unlock(lock_id: int, *, quantity: int | None = None, reason: str, actor: Actor) -> int:
    """Let locked units (without `quantity`, all of them) be sold again; how many. Own transaction. Announces StockUnlocked.

    Unlocking what is not locked any more answers 0. Raises PermissionDenied, NotFound, ValidationFailed.
    """
    stowing.may(actor, LOCK)
    reason = stowing.need_reason(reason)
    with transaction.atomic():
        return _let_go(lock_id, quantity, reason, actor)


def unlock_due(*, actor: Actor, limit: int = 500) -> int:
    """Let go what is past its moment; how many locks. Each in a transaction of its own."""
    due = db.rows(
        "select id from inventory_stocklock where remaining > 0 and until <= kernel_now() order by until, id limit %s",
        (limit,),
    )
    for row in due:
        with transaction.atomic():
            _let_go(row["id"], None, "due", actor)
    return len(due)


@db.needs_transaction
def _let_go(lock_id: int, quantity: int | None, reason: str, actor: Actor) -> int:
    found = locks.stock_lock(lock_id)
    if found is None:
        raise NotFound()
    units = found["remaining"] if quantity is None else quantity
    if quantity is not None and not 0 < quantity <= found["remaining"]:
        zh = f"应在 1 到 {found['remaining']} 之间" if found["remaining"] else "已经全部解锁"
        en = f"must be between 1 and {found['remaining']}" if found["remaining"] else "nothing is locked any more"
        raise ValidationFailed.one("quantity", "range", zh, en)
    if not units:
        return 0
    db.execute("update inventory_stocklock set remaining = remaining - %s where id = %s", (units, lock_id))
    locks.withhold(found["level_id"], -units)
    remaining = found["remaining"] - units
    outbox.record(StockUnlocked(lock_id, found["sku_id"], found["warehouse_id"], units, remaining))
    told = {"warehouse_id": found["warehouse_id"], "quantity": units}
    stowing.note(actor, "unlock", "sku", found["sku_id"], after=told, reason=reason)
    return int(units)
