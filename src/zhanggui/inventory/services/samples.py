"""Samples: who took what for which purpose, when it is due back, what came back (registered apart from sales)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from zhanggui.kernel import db, ids, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed, WrongState

from .. import locks
from ..events import SampleReturned, SampleTaken
from ..permissions import CHANGE
from ..rules import state_at
from ..types import Spot
from . import stowing


def take_sample(spot: Spot, *, taker: str, purpose: str, due_on: date | None = None, actor: Actor) -> str:
    """Units leave the shelf as samples; the sample's number. Own transaction. Announces SampleTaken.

    `due_on` None: they are not expected back. Raises PermissionDenied, ValidationFailed, StockNotThere, StockNotFree,
    SerialElsewhere.
    """
    stowing.may(actor, CHANGE)
    taker, purpose = taker.strip(), purpose.strip()
    errors = []
    if not taker or len(taker) > 80:
        errors.append(
            FieldError(
                "taker", "required", Text("请填写领用人（最多 80 字）", "say who takes it (at most 80 characters)")
            )
        )
    if not purpose or len(purpose) > 200:
        errors.append(
            FieldError(
                "purpose", "required", Text("请填写用途（最多 200 字）", "say what for (at most 200 characters)")
            )
        )
    if errors:
        raise ValidationFailed(errors=errors)
    number = ids.document_number("YP")
    with transaction.atomic():
        (found,) = stowing.find([spot])
        row = found.row(0, -spot.quantity, "sample", outside=True, reference=number, reason=purpose)
        stowing.refuse(locks.place([row], actor), {0: "spots.0.quantity"})
        serials = found.serials("sample", "sample", stays=False, reference=number)
        if serials:
            done = locks.move_serials(serials, ("stock", "damaged"), actor)
            stowing.refuse_serials([(spot.sku_id, n) for n in spot.serials], done, "spots.0.serials")
        db.execute(
            "insert into inventory_sample (number, level_id, batch_id, serials, quantity, taker, purpose, due_on)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s)",
            (
                number, found.level["level_id"], found.batch and found.batch["id"], db.Json(list(spot.serials)),
                spot.quantity, taker, purpose, due_on,
            ),
        )  # fmt: skip
        outbox.record(SampleTaken(number, spot.sku_id, spot.quantity, taker))
        told = {"warehouse_id": spot.warehouse_id, "quantity": spot.quantity, "taker": taker, "number": number}
        stowing.note(actor, "take_sample", "sku", spot.sku_id, after=told, reason=purpose)
    return number


def return_sample(
    number: str,
    *,
    returned: int = 0,
    kept: int = 0,
    damaged: bool = False,
    location: str = "",
    serials: tuple[str, ...] = (),
    actor: Actor,
) -> None:
    """Units of a sample come back (to a shelf, or damaged), others stay out for good. Own transaction. Announces SampleReturned.

    `serials`: those that come back. Raises PermissionDenied, NotFound, ValidationFailed, WrongState, SerialElsewhere.
    """
    stowing.may(actor, CHANGE)
    with transaction.atomic():
        held = locks.sample(number)
        if held is None:
            raise NotFound()
        if held["closed"]:
            raise WrongState(state=Text("已结清", "settled"), action="return")
        out = held["quantity"] - held["returned"] - held["kept"]
        if returned < 0 or kept < 0 or not 0 < returned + kept <= out:
            zh, en = f"归还与留用合计应在 1 到 {out} 件之间", f"returned and kept together must be between 1 and {out}"
            raise ValidationFailed.one("returned", "range", zh, en)
        house, sku_id = held["warehouse_id"], held["sku_id"]
        shelf = stowing.shelves([(house, location)]).get((house, location))
        if location and shelf is None:
            raise ValidationFailed(errors=[stowing.no_shelf("location", location)])
        asked = stowing.tracking([sku_id]).get(sku_id)
        named = asked if held["serials"] else None
        errors = stowing.serials_wrong("serials", serials, returned, named)
        if errors:
            raise ValidationFailed(errors=errors)
        if returned:
            _come_back(held, returned, damaged, shelf, serials, actor)
        left = out - returned - kept
        if kept and not left:
            _stay_out(held, actor)
        db.execute(
            "update inventory_sample set returned = returned + %s, kept = kept + %s, closed = %s where id = %s",
            (returned, kept, left == 0, held["id"]),
        )
        outbox.record(SampleReturned(number, sku_id, returned, kept, left))
        told = {"number": number, "returned": returned, "kept": kept, "damaged": damaged}
        stowing.note(actor, "return_sample", "sku", sku_id, after=told)


@db.needs_transaction
def _come_back(
    held: dict[str, Any],
    units: int,
    damaged: bool,
    shelf: stowing.Shelf | None,
    serials: tuple[str, ...],
    actor: Actor,
) -> None:
    batch = db.row(
        "select b.*, t.unsold_days from inventory_batch b left join inventory_tracking t on t.sku_id = b.sku_id where b.id = %s",
        (held["batch_id"],),
    )
    state = state_at(shelf.kind if shelf else "", "damaged" if damaged else "good", stowing.sellable(batch))
    where = {
        "level_id": held["level_id"], "location_id": shelf and shelf.id, "batch_id": held["batch_id"],
        "reference": held["number"], "kind": "sample",
    }  # fmt: skip
    row = where | {"row": 0, "state": state, "delta": units, "outside": True, "reason": held["purpose"]}
    stowing.refuse(locks.place([row], actor))
    if serials:
        rows = [
            where | {"sku_id": held["sku_id"], "number": n, "state": "damaged" if state == "damaged" else "stock"}
            for n in serials
        ]
        mine = set(_out(held))
        done = locks.move_serials([r for r in rows if r["number"] in mine], ("sample",), actor)
        stowing.refuse_serials([(r["sku_id"], r["number"]) for r in rows], done, "serials")


@db.needs_transaction
def _stay_out(held: dict[str, Any], actor: Actor) -> None:
    left = [
        {"sku_id": held["sku_id"], "number": n, "state": "gone", "reference": held["number"], "kind": "sample"}
        for n in _out(held)
    ]
    if left:
        locks.move_serials(left, ("sample",), actor)


def _out(held: dict[str, Any]) -> list[str]:
    """The serials of a sample that still are outside."""
    rows = db.rows(
        "select number from inventory_serial where sku_id = %s and state = 'sample' and reference = %s",
        (held["sku_id"], held["number"]),
    )
    return [row["number"] for row in rows]
