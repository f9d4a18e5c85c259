"""What becomes of stock in its warehouse: moved to another shelf, found damaged, mended, scrapped, past its date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from zhanggui.kernel import clock, db, mall_settings, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed

from .. import locks
from ..events import BatchExpired, StockDamaged, StockMended, StockMoved, StockScrapped
from ..permissions import CHANGE
from ..reading import placements
from ..rules import state_at
from ..types import ReturnRow, Spot, StockRow
from . import stowing
from .warehouses import ensure_default_warehouse

STOCK, DAMAGED = "stock", "damaged"


def move(spots: Sequence[Spot], *, to: str, actor: Actor, reason: str = "") -> None:
    """Put units of one warehouse on the shelf `to` (a code). Own transaction. Announces StockMoved.

    What lies on a shelf of inspection is not for sale until it is moved on; a shelf of damage makes units damaged.
    Raises PermissionDenied, ValidationFailed, StockNotThere, StockNotFree, SerialElsewhere.
    """
    stowing.may(actor, CHANGE)
    with transaction.atomic():
        found = stowing.find(spots)
        targets = stowing.shelves((f.spot.warehouse_id, to) for f in found)
        missing = [f for f in found if (f.spot.warehouse_id, to) not in targets]
        if not to or missing:
            raise ValidationFailed(errors=[stowing.no_shelf("to", to)])
        rows: list[dict[str, Any]] = []
        serials: list[dict[str, Any]] = []
        for f in found:
            shelf = targets[f.spot.warehouse_id, to]
            state = state_at(shelf.kind, f.spot.state, stowing.sellable(f.batch))
            if f.shelf and f.shelf.id == shelf.id:
                text = Text("已经在这个库位上", "they lie on this location already")
                raise ValidationFailed(errors=[FieldError("to", "same", text)])
            rows.append(f.row(len(rows), -f.spot.quantity, "move", reason=reason))
            rows.append(f.row(len(rows), f.spot.quantity, "move", reason=reason, location_id=shelf.id, state=state))
            grade = DAMAGED if state == "damaged" else STOCK
            serials += f.serials(grade, "move", stays=True, location_id=shelf.id)
        stowing.refuse(locks.place(rows, actor), _locs(len(found), 2))
        _carry(serials, actor)
        for f in found:
            outbox.record(StockMoved(f.spot.sku_id, f.spot.warehouse_id, f.spot.quantity))
            stowing.note(actor, "move", "sku", f.spot.sku_id, after=_told(f.spot) | {"to": to}, reason=reason)


def damage(spots: Sequence[Spot], *, reason: str, actor: Actor) -> None:
    """Units are damaged: they stay where they lie and are not for sale. Own transaction. Announces StockDamaged.

    Raises PermissionDenied, ValidationFailed, StockNotThere, StockNotFree (promised to orders), SerialElsewhere.
    """
    _turn(spots, "damage", "damaged", reason, actor)


def mend(spots: Sequence[Spot], *, reason: str, actor: Actor) -> None:
    """Damaged units are good after all (or past their date). Own transaction. Announces StockMended.

    Raises PermissionDenied, ValidationFailed, StockNotThere, SerialElsewhere.
    """
    _turn(spots, "mend", "good", reason, actor)


def _turn(spots: Sequence[Spot], verb: str, wanted: str, reason: str, actor: Actor) -> None:
    stowing.may(actor, CHANGE)
    reason = stowing.need_reason(reason)
    with transaction.atomic():
        found = stowing.find(spots)
        rows: list[dict[str, Any]] = []
        serials: list[dict[str, Any]] = []
        errors = []
        for i, f in enumerate(found):
            kind = f.shelf.kind if f.shelf else ""
            state = "damaged" if wanted == "damaged" else state_at(kind, "good", stowing.sellable(f.batch))
            if state == f.spot.state or (wanted == "good" and f.spot.state != "damaged"):
                text = Text("这里的商品已经是这个状态", "the goods are in this state already")
                if state == "damaged":
                    text = Text("请先移出残损库位", "move them off the location for damaged goods first")
                errors.append(FieldError(f"spots.{i}.state", "same", text))
            rows.append(f.row(len(rows), -f.spot.quantity, verb, reason=reason))
            rows.append(f.row(len(rows), f.spot.quantity, verb, reason=reason, state=state))
            serials += f.serials(DAMAGED if state == "damaged" else STOCK, verb, stays=True)
        if errors:
            raise ValidationFailed(errors=errors)
        stowing.refuse(locks.place(rows, actor), _locs(len(found), 2))
        _carry(serials, actor)
        for f in found:
            event = StockDamaged if verb == "damage" else StockMended
            outbox.record(event(f.spot.sku_id, f.spot.warehouse_id, f.spot.quantity, reason))
            stowing.note(actor, f"{verb}_units", "sku", f.spot.sku_id, after=_told(f.spot), reason=reason)


def scrap(spots: Sequence[Spot], *, reason: str, actor: Actor) -> None:
    """Units leave the warehouse for good, whatever their state. Own transaction. Announces StockScrapped.

    Raises PermissionDenied, ValidationFailed, StockNotThere, StockNotFree, SerialElsewhere.
    """
    stowing.may(actor, CHANGE)
    reason = stowing.need_reason(reason)
    with transaction.atomic():
        found = stowing.find(spots)
        rows = [
            f.row(i, -f.spot.quantity, "damage", outside=True, reason=reason) for i, f in enumerate(found)
        ]  # fmt: skip
        stowing.refuse(locks.place(rows, actor), _locs(len(found), 1))
        _carry([row for f in found for row in f.serials("gone", "scrap", stays=False)], actor)
        for f in found:
            outbox.record(StockScrapped(f.spot.sku_id, f.spot.warehouse_id, f.spot.quantity, reason))
            stowing.note(actor, "scrap", "sku", f.spot.sku_id, after=_told(f.spot), reason=reason)


@db.needs_transaction
def scrap_returned(rows: Sequence[ReturnRow], actor: Actor) -> None:
    """Units that came back damaged and were booked in as such leave for good. Needs a transaction."""
    if not rows:
        return
    house = ensure_default_warehouse(actor=actor) if any(row.warehouse_id is None for row in rows) else 0
    spots = [
        Spot(row.sku_id, row.warehouse_id or house, row.quantity, row.location, row.batch, "damaged", row.serials)
        for row in rows
    ]
    found = stowing.find(spots)
    gone = [
        f.row(i, -f.spot.quantity, "damage", outside=True, reason="returned damaged") for i, f in enumerate(found)
    ]  # fmt: skip
    stowing.refuse(locks.place(gone, actor), _locs(len(found), 1))
    _carry([row for f in found for row in f.serials("gone", "scrap", stays=False)], actor)


@db.needs_transaction
def send_damaged_back(rows: Sequence[StockRow], *, reference: str, reason: str, actor: Actor) -> None:
    """Damaged units go back to where they came from, from wherever in their warehouse they lie; the movements undo a `receive`.

    Needs a transaction. Raises StockNotThere, ValidationFailed (fewer are damaged; serial numbers have to be named), SerialElsewhere.
    """
    spots: list[Spot] = []
    errors = []
    for i, row in enumerate(rows):
        left = row.quantity
        for lying in placements(sku_id=row.sku_id, warehouse_id=row.warehouse_id):
            if lying.state == "damaged" and left and lying.warehouse_id == row.warehouse_id:
                taken = min(left, lying.quantity)
                left -= taken
                spots.append(Spot(row.sku_id, row.warehouse_id, taken, lying.location, lying.batch, "damaged"))
        if left:
            have = row.quantity - left
            text = Text(f"这个仓库只有 {have} 件残次品", f"only {have} damaged units lie in this warehouse")
            errors.append(FieldError(f"rows.{i}.quantity", "range", text))
    if errors:
        raise ValidationFailed(errors=errors)
    found = stowing.find(spots)
    gone = [
        f.row(i, -f.spot.quantity, "receive", outside=True, reference=reference, reason=reason)
        for i, f in enumerate(found)
    ]  # fmt: skip
    stowing.refuse(locks.place(gone, actor), _locs(len(found), 1))


def _locs(count: int, each: int) -> dict[int, str]:
    return {i * each + j: f"spots.{i}.quantity" for i in range(count) for j in range(each)}


def _carry(serials: list[dict[str, Any]], actor: Actor) -> None:
    if serials:
        done = locks.move_serials(serials, (STOCK, DAMAGED), actor)
        stowing.refuse_serials([(row["sku_id"], row["number"]) for row in serials], done, "spots.0.serials")


def _told(spot: Spot) -> dict[str, Any]:
    return {
        "warehouse_id": spot.warehouse_id, "quantity": spot.quantity, "location": spot.location, "batch": spot.batch,
        "state": spot.state,
    }  # fmt: skip


def date_batch(batch_id: int, *, produced_on: date | None, expires_on: date | None, reason: str, actor: Actor) -> None:
    """Correct the dates of a batch; what may be sold again comes back to sale, what may not leaves it. Own transaction.

    Raises PermissionDenied, NotFound, ValidationFailed.
    """
    stowing.may(actor, CHANGE)
    reason = stowing.need_reason(reason)
    if produced_on and expires_on and expires_on < produced_on:
        raise ValidationFailed.one("expires_on", "range", "到期日不能早于生产日期", "expires before it was made")
    with transaction.atomic():
        if not db.execute(
            "update inventory_batch set produced_on = %s, expires_on = %s where id = %s",
            (produced_on, expires_on, batch_id),
        ):
            raise NotFound()
        told = {"produced_on": str(produced_on or ""), "expires_on": str(expires_on or "")}
        stowing.note(actor, "date_batch", "batch", batch_id, after=told, reason=reason)
        _sort(batch_id, actor)


def expire(*, actor: Actor, limit: int = 500) -> int:
    """Take units of batches past their last day of sale out of sale; how many. Each batch in a transaction of its own.

    Units promised to orders stay promised (`BatchExpired.promised`): those orders need other units.
    """
    due = db.rows(
        "select distinct b.id from inventory_batch b join inventory_placement p on p.batch_id = b.id and p.state = 'good'"
        " left join inventory_tracking t on t.sku_id = b.sku_id"
        " where b.expires_on - coalesce(t.unsold_days, %s) < %s order by b.id limit %s",
        (mall_settings.get(stowing.UNSOLD), clock.business_date(), limit),
    )
    moved = 0
    for row in due:
        with transaction.atomic():
            moved += _sort(row["id"], actor)
    return moved


@db.needs_transaction
def _sort(batch_id: int, actor: Actor) -> int:
    """Put a batch's units where its dates say: out of sale, or back. How many went out of sale."""
    batch = db.row(
        "select b.*, t.unsold_days from inventory_batch b left join inventory_tracking t on t.sku_id = b.sku_id where b.id = %s",
        (batch_id,),
    )
    assert batch is not None
    houses = db.rows(
        "select distinct l.warehouse_id from inventory_placement p join inventory_level l on l.id = p.level_id"
        " where p.batch_id = %s",
        (batch_id,),
    )
    levels = locks.hold((batch["sku_id"], row["warehouse_id"]) for row in houses)
    source, target = ("expired", "good") if stowing.sellable(batch) else ("good", "expired")
    moved = 0
    for (sku_id, house), level in sorted(levels.items()):
        lying = db.rows(
            "select location_id, quantity from inventory_placement where level_id = %s and batch_id = %s and state = %s"
            " order by id",
            (level["level_id"], batch_id, source),
        )
        units = sum(row["quantity"] for row in lying)
        free = level["on_hand"] - level["reserved"] - level["withheld"]
        going = units if target == "good" else min(units, free)
        rows: list[dict[str, Any]] = []
        left = going
        for row in lying:
            taken = min(left, row["quantity"])
            base = {
                "level_id": level["level_id"], "location_id": row["location_id"], "batch_id": batch_id, "outside": False,
                "kind": "expire" if target == "expired" else "unexpire",
            }  # fmt: skip
            if taken:
                rows.append(base | {"row": len(rows), "state": source, "delta": -taken})
                rows.append(base | {"row": len(rows), "state": target, "delta": taken})
            left -= taken
        stowing.refuse(locks.place(rows, actor))
        if target == "expired" and going:
            moved += going
            outbox.record(BatchExpired(batch_id, sku_id, house, batch["code"], going, units - going))
    return moved
