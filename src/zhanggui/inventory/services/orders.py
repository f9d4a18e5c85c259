"""What orders do with stock. The order path calls the SQL functions behind these itself, in its one statement."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

from django.db import transaction

from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed

from .. import locks
from ..errors import NotReserved
from ..types import Pick, Refusal, ReserveLine, ReturnRow, ShipLine, StockRow
from .keeping import scrap_returned
from .picking import no_serials_asked, take_picks
from .receiving import receive_to_places
from .shelf import refuse
from .stowing import MAX_QUANTITY, tracking
from .warehouses import ensure_default_warehouse


@db.needs_transaction
def admit(lines: Sequence[ReserveLine], *, actor: Actor) -> list[Refusal]:
    """Lock the levels and say which drafts cannot have all they want, lowest draft first served. Needs a transaction."""
    return [Refusal(**row) for row in locks.admit([asdict(line) for line in lines])]


def reserve(lines: Sequence[ReserveLine], *, actor: Actor) -> list[Refusal]:
    """Reserve for every draft that can have all it wants; the refusals of the others. Opens its own transaction."""
    with transaction.atomic():
        refusals = admit(lines, actor=actor)
        refused = {refusal.draft for refusal in refusals}
        locks.reserve([asdict(line) for line in lines if line.draft not in refused])
    return refusals


def release(order_numbers: Iterable[str], *, actor: Actor) -> None:
    """Give back all that these orders still hold; repeating it changes nothing. Opens its own transaction."""
    with transaction.atomic():
        locks.release(sorted(set(order_numbers)))


@db.needs_transaction
def ship(lines: Sequence[ShipLine], *, picks: Sequence[Pick] = (), actor: Actor) -> None:
    """Promised units leave the shelf, all lines or none; `picks` say from which shelf, batch and with which serials.

    What no pick speaks of is taken from units without a place first, then by first expired, first out. Units whose SKU asks
    for serial numbers need picks. Needs a transaction. Raises NotReserved naming the lines, ValidationFailed, SerialsNeeded,
    BatchNotSellable, StockNotThere, SerialElsewhere naming the picks.
    """
    if picks:
        houses = take_picks(lines, picks, actor)
        lines = [
            replace(line, warehouse_id=houses.get((line.order_number, line.line), line.warehouse_id)) for line in lines
        ]
    else:
        no_serials_asked(lines)
    _refuse_missing(lines, locks.ship([asdict(line) for line in lines], actor))


@db.needs_transaction
def release_lines(lines: Sequence[ShipLine], *, actor: Actor) -> None:
    """Give back some of the units that lines still hold (a line once). Needs a transaction. Raises NotReserved."""
    _refuse_missing(lines, locks.release_lines([asdict(line) for line in lines]))


def _refuse_missing(lines: Sequence[ShipLine], missing: list[dict[str, Any]]) -> None:
    short = {(r["order_number"], r["line"]) for r in missing}
    if short:
        text = Text("订单在这一行上没有占用这么多库存", "the order does not hold that many units of this line")
        raise NotReserved(
            errors=[
                FieldError(f"lines.{i}.quantity", "not_reserved", text)
                for i, line in enumerate(lines)
                if (line.order_number, line.line) in short
            ]
        )


@db.needs_transaction
def return_to_stock(rows: Sequence[ReturnRow], *, reference: str, actor: Actor) -> None:
    """Units came back: sound ones can be sold again, damaged ones are booked in and out or kept as damaged. Needs a transaction.

    Raises ValidationFailed, SerialElsewhere.
    """
    if not rows:
        return
    if any(not 0 < row.quantity <= MAX_QUANTITY for row in rows):
        raise ValidationFailed.one("rows", "range", "退货数量应大于 0", "returned quantities must be positive")
    fallback = ensure_default_warehouse(actor=actor) if any(row.warehouse_id is None for row in rows) else None
    asked = tracking(row.sku_id for row in rows)
    finer = [row for row in rows if row.kept or row.location or row.batch or row.serials or row.sku_id in asked]
    _return_to_places(finer, reference, actor)
    batch: list[dict[str, Any]] = []
    for row in rows:
        if row in finer:
            continue
        base: dict[str, Any] = {
            "sku_id": row.sku_id,
            "warehouse_id": row.warehouse_id or fallback,
            "reference": reference,
        }
        batch.append(base | {"row": len(batch), "delta": row.quantity, "kind": "return"})
        if row.damaged:
            batch.append(
                base | {"row": len(batch), "delta": -row.quantity, "kind": "damage", "reason": "returned damaged"}
            )
    refuse(locks.change(batch, actor))


@db.needs_transaction
def _return_to_places(rows: Sequence[ReturnRow], reference: str, actor: Actor) -> None:
    """Units that came back with a shelf, a batch, serial numbers, or to be kept as damaged; the damaged others go out again."""
    for bad in (False, True):
        stock = [
            StockRow(
                row.sku_id, row.quantity, row.warehouse_id, location=row.location, batch=row.batch, serials=row.serials
            )
            for row in rows
            if (row.kept or row.damaged) is bad
        ]
        if stock:
            receive_to_places(stock, actor=actor, reference=reference, reason="", kind="return", damaged=bad)
    scrap_returned([row for row in rows if row.damaged and not row.kept], actor)
