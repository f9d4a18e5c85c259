"""What picked units were: their shelves, batches and serial numbers, taken off the finer book before they ship."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed

from .. import locks
from ..errors import BatchNotSellable, SerialsNeeded
from ..types import Pick, ShipLine
from . import stowing

Line = tuple[str, int]


@db.needs_transaction
def take_picks(lines: Sequence[ShipLine], picks: Sequence[Pick], actor: Actor) -> dict[Line, int]:
    """Take picks off the finer book; the warehouse that each line's picks come from. Needs a transaction.

    Raises ValidationFailed, SerialsNeeded, BatchNotSellable, StockNotThere, SerialElsewhere naming the picks.
    """
    held = locks.hold_promised(sorted({line.order_number for line in lines}))
    levels = {(row["order_number"], row["line"], row["warehouse_id"]): row for row in held}
    _check(lines, picks, levels)
    _check_batches(picks)
    rows: list[dict[str, Any]] = []
    serials: list[dict[str, Any]] = []
    parcels = {(line.order_number, line.line): line.reference for line in lines}
    for i, pick in enumerate(picks):
        level = levels[pick.order_number, pick.line, pick.warehouse_id]
        parcel = parcels[pick.order_number, pick.line]
        if pick.location_id or pick.batch_id:
            rows.append(
                {
                    "row": i, "level_id": level["level_id"], "location_id": pick.location_id, "batch_id": pick.batch_id,
                    "state": "good", "delta": -pick.quantity, "outside": False, "kind": "ship", "reference": parcel,
                }
            )  # fmt: skip
        serials += [
            {
                "sku_id": level["sku_id"], "number": number, "state": "shipped", "from_level": level["level_id"],
                "reference": parcel, "kind": "ship",
            }
            for number in pick.serials
        ]  # fmt: skip
    stowing.refuse(locks.place(rows, actor), {i: f"picks.{i}.quantity" for i in range(len(picks))})
    if serials:
        done = locks.move_serials(serials, ("stock",), actor)
        stowing.refuse_serials([(row["sku_id"], row["number"]) for row in serials], done, "picks.0.serials")
    return {(pick.order_number, pick.line): pick.warehouse_id for pick in picks}


def _check(
    lines: Sequence[ShipLine], picks: Sequence[Pick], levels: dict[tuple[str, int, int], dict[str, Any]]
) -> None:
    errors: list[FieldError] = []
    wanted: dict[Line, int] = defaultdict(int)
    for line in lines:
        wanted[line.order_number, line.line] += line.quantity
    picked: dict[Line, int] = defaultdict(int)
    named: dict[Line, int] = defaultdict(int)
    for i, pick in enumerate(picks):
        errors += stowing.units_wrong(f"picks.{i}.quantity", pick.quantity)
        level = levels.get((pick.order_number, pick.line, pick.warehouse_id))
        if level is None or (pick.order_number, pick.line) not in wanted:
            text = Text("这一行没有从这个仓库占用库存", "the line holds nothing in this warehouse")
            errors.append(FieldError(f"picks.{i}.line", "not_reserved", text))
            continue
        asked = stowing.TrackingView(level["sku_id"], serials=level["serials"])
        errors += stowing.serials_wrong(f"picks.{i}.serials", pick.serials, pick.quantity, asked)
        picked[pick.order_number, pick.line] += pick.quantity
        named[pick.order_number, pick.line] += len(pick.serials)
    for i, pick in enumerate(picks):
        key = (pick.order_number, pick.line)
        if picked[key] > wanted[key]:
            text = Text(
                f"只发 {wanted[key]} 件，拣了 {picked[key]} 件",
                f"{wanted[key]} are shipped, {picked[key]} were picked",
            )
            errors.append(FieldError(f"picks.{i}.quantity", "too_many", text))
    if errors:
        raise ValidationFailed(errors=errors)
    serial = {(number, line) for (number, line, _), level in levels.items() if level["serials"]}
    _need(
        [
            i
            for i, s in enumerate(lines)
            if (s.order_number, s.line) in serial and named[s.order_number, s.line] < wanted[s.order_number, s.line]
        ]
    )


def _need(places: Sequence[int]) -> None:
    if places:
        text = Text("请扫描每一件的序列号", "scan the serial number of each unit")
        raise SerialsNeeded(errors=[FieldError(f"lines.{i}.serials", "required", text) for i in places])


def _check_batches(picks: Sequence[Pick]) -> None:
    ids = sorted({pick.batch_id for pick in picks if pick.batch_id})
    if not ids:
        return
    rows = db.rows(
        "select b.id, b.code, b.expires_on, t.unsold_days from inventory_batch b"
        " left join inventory_tracking t on t.sku_id = b.sku_id where b.id = any(%s::bigint[])",
        (ids,),
    )
    for row in rows:
        if not stowing.sellable(row):
            raise BatchNotSellable(batch=row["code"])


def no_serials_asked(lines: Sequence[ShipLine]) -> None:
    """Raises SerialsNeeded where a line's SKU asks for serial numbers. One statement."""
    rows = db.rows(
        "select distinct r.order_number, r.line from inventory_reservation r"
        " join inventory_level l on l.id = r.level_id join inventory_tracking t on t.sku_id = l.sku_id and t.serials"
        " where r.order_number = any(%s)",
        (sorted({line.order_number for line in lines}),),
    )
    asked = {(row["order_number"], row["line"]) for row in rows}
    _need([i for i, line in enumerate(lines) if (line.order_number, line.line) in asked])
