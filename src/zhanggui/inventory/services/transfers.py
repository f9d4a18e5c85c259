"""Stock on its way between warehouses: drafted, sent, received with differences, closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from zhanggui.kernel import db, ids, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed

from .. import locks
from ..events import TransferClosed, TransferReceived, TransferSent
from ..permissions import TRANSFER
from ..rules import state_at
from ..states import TRANSFER as STEPS
from ..types import Arrival, Spot, TransferRow
from . import stowing

MOST_LINES = 1000


def draft_transfer(source_id: int, target_id: int, rows: Sequence[TransferRow], *, note: str = "", actor: Actor) -> str:
    """Plan a transfer; nothing moves yet. Its number. Own transaction. Raises PermissionDenied, ValidationFailed."""
    stowing.may(actor, TRANSFER)
    errors = _route(source_id, target_id)
    if len(note) > 200:
        errors.append(FieldError("note", "too_long", Text("备注最多 200 字", "at most 200 characters")))
    if not 0 < len(rows) <= MOST_LINES:
        text = Text(f"请填写 1 到 {MOST_LINES} 行", f"1 to {MOST_LINES} rows")
        errors.append(FieldError("rows", "range", text))
    if errors:
        raise ValidationFailed(errors=errors)
    with transaction.atomic():
        found = stowing.find([_spot(row, source_id) for row in rows], "rows", serials=False)
        number = ids.document_number("DB")
        made = db.row(
            "insert into inventory_transfer (number, source_id, target_id, note) values (%s, %s, %s, %s) returning id",
            (number, source_id, target_id, note.strip()),
        )
        assert made is not None
        lines = [
            {
                "position": i + 1, "sku_id": f.spot.sku_id, "batch_id": f.batch and f.batch["id"],
                "location_id": f.shelf and f.shelf.id, "serials": list(f.spot.serials), "quantity": f.spot.quantity,
            }
            for i, f in enumerate(found)
        ]  # fmt: skip
        db.execute(
            "insert into inventory_transferline (transfer_id, position, sku_id, batch_id, location_id, serials, quantity)"
            " select %s, r.position, r.sku_id, r.batch_id, r.location_id, r.serials, r.quantity from jsonb_to_recordset(%s)"
            " as r(position int, sku_id bigint, batch_id bigint, location_id bigint, serials jsonb, quantity bigint)",
            (made["id"], db.Json(lines)),
        )
        told = {"source_id": source_id, "target_id": target_id, "rows": len(rows)}
        stowing.note(actor, "draft_transfer", "transfer", number, after=told, reason=note)
    return number


def _route(source_id: int, target_id: int) -> list[FieldError]:
    if source_id == target_id:
        text = Text("调入仓库不能与调出仓库相同", "must be another warehouse than the source")
        return [FieldError("target_id", "same", text)]
    known = {
        row["id"]
        for row in db.rows(
            "select id from inventory_warehouse where id = any(%s::bigint[]) and kind = 'own'",
            ([source_id, target_id],),
        )
    }
    text = Text("没有这个仓库", "no such warehouse")
    return [
        FieldError(field, "not_found", text)
        for field, house in (("source_id", source_id), ("target_id", target_id))
        if house not in known
    ]


def _spot(row: TransferRow, house: int) -> Spot:
    return Spot(row.sku_id, house, row.quantity, row.location, row.batch, serials=row.serials)


def cancel_transfer(number: str, *, actor: Actor) -> None:
    """Give a draft up. Own transaction. Raises PermissionDenied, NotFound, WrongState."""
    stowing.may(actor, TRANSFER)
    with transaction.atomic():
        held = _hold(number)
        _to(held, "cancel")
        stowing.note(actor, "cancel_transfer", "transfer", number)


def send_transfer(number: str, *, serials: Mapping[int, Sequence[str]] | None = None, actor: Actor) -> None:
    """Take the units off the shelves: they are in transit. Own transaction. Announces TransferSent.

    `serials` by line, where they were not named before. Raises PermissionDenied, NotFound, WrongState, ValidationFailed,
    StockNotThere, StockNotFree, SerialElsewhere.
    """
    stowing.may(actor, TRANSFER)
    with transaction.atomic():
        held = _hold(number)
        _to(held, "send", "sent_at = kernel_now()")
        lines = _lines(held)
        named = {
            line["position"]: stowing.clean_serials((serials or {}).get(line["position"], line["serials"]))
            for line in lines
        }
        spots = [
            Spot(
                line["sku_id"], held["source_id"], line["quantity"], line["location"], line["batch"],
                serials=named[line["position"]],
            )
            for line in lines
        ]  # fmt: skip
        found = stowing.find(spots, "lines")
        rows = [f.row(i, -f.spot.quantity, "transfer", outside=True, reference=number) for i, f in enumerate(found)]
        stowing.refuse(locks.place(rows, actor), {i: f"lines.{i}.quantity" for i in range(len(rows))})
        moving = [row for f in found for row in f.serials("transit", "transfer", stays=False, reference=number)]
        if moving:
            done = locks.move_serials(moving, ("stock",), actor)
            stowing.refuse_serials([(row["sku_id"], row["number"]) for row in moving], done, "lines.0.serials")
        db.execute(
            "update inventory_transferline t set sent = t.quantity, serials = coalesce(r.serials, '[]')"
            " from jsonb_to_recordset(%s) as r(position int, serials jsonb)"
            " where t.transfer_id = %s and t.position = r.position",
            (db.Json([{"position": k, "serials": list(v)} for k, v in named.items()]), held["id"]),
        )
        units = sum(spot.quantity for spot in spots)
        outbox.record(TransferSent(number, held["source_id"], held["target_id"], units))
        stowing.note(actor, "send_transfer", "transfer", number, after={"units": units})


def receive_transfer(number: str, arrivals: Sequence[Arrival], *, actor: Actor) -> None:
    """Units have come: they lie in the target warehouse now. Own transaction. Announces TransferReceived.

    May be called for every part that comes. Raises PermissionDenied, NotFound, WrongState, ValidationFailed, SerialElsewhere.
    """
    stowing.may(actor, TRANSFER)
    with transaction.atomic():
        held = _hold(number)
        _to(held, "receive", "received_at = kernel_now()")
        lines = {line["position"]: line for line in _lines(held)}
        _check_arrivals(arrivals, lines)
        house = held["target_id"]
        shelves = stowing.shelves((house, a.location) for a in arrivals)
        bad = [
            stowing.no_shelf(f"arrivals.{i}.location", a.location)
            for i, a in enumerate(arrivals)
            if a.location and (house, a.location) not in shelves
        ]
        if bad:
            raise ValidationFailed(errors=bad)
        levels = locks.hold((lines[a.line]["sku_id"], house) for a in arrivals)
        rows: list[dict[str, Any]] = []
        serials: list[dict[str, Any]] = []
        for i, arrival in enumerate(arrivals):
            line = lines[arrival.line]
            shelf = shelves.get((house, arrival.location))
            state = state_at(shelf.kind if shelf else "", "good", stowing.sellable(line if line["batch_id"] else None))
            where = {
                "level_id": levels[line["sku_id"], house]["level_id"], "location_id": shelf and shelf.id,
                "batch_id": line["batch_id"], "reference": number, "kind": "transfer",
            }  # fmt: skip
            rows.append(where | {"row": i, "state": state, "delta": arrival.quantity, "outside": True})
            grade = "damaged" if state == "damaged" else "stock"
            serials += [where | {"sku_id": line["sku_id"], "number": n, "state": grade} for n in arrival.serials]
        stowing.refuse(locks.place(rows, actor))
        if serials:
            mine = set(_on_the_way(number))
            done = locks.move_serials([r for r in serials if (r["sku_id"], r["number"]) in mine], ("transit",), actor)
            stowing.refuse_serials([(r["sku_id"], r["number"]) for r in serials], done, "arrivals.0.serials")
        came: dict[int, int] = defaultdict(int)
        for arrival in arrivals:
            came[arrival.line] += arrival.quantity
        db.execute(
            "update inventory_transferline t set received = t.received + r.units"
            " from jsonb_to_recordset(%s) as r(position int, units bigint) where t.transfer_id = %s and t.position = r.position",
            (db.Json([{"position": k, "units": v} for k, v in came.items()]), held["id"]),
        )
        outstanding = sum(line["sent"] - line["received"] for line in lines.values()) - sum(came.values())
        outbox.record(TransferReceived(number, sum(came.values()), outstanding))
        stowing.note(actor, "receive_transfer", "transfer", number, after={"units": sum(came.values())})


def _check_arrivals(arrivals: Sequence[Arrival], lines: dict[int, dict[str, Any]]) -> None:
    if not arrivals:
        raise ValidationFailed.one("arrivals", "required", "请填写到货数量", "say how many have come")
    errors: list[FieldError] = []
    asked = stowing.tracking(line["sku_id"] for line in lines.values())
    left = {position: line["sent"] - line["received"] for position, line in lines.items()}
    for i, arrival in enumerate(arrivals):
        errors += stowing.units_wrong(f"arrivals.{i}.quantity", arrival.quantity)
        line = lines.get(arrival.line)
        if line is None:
            errors.append(
                FieldError(f"arrivals.{i}.line", "not_found", Text("调拨单没有这一行", "the transfer has no such line"))
            )
            continue
        if arrival.quantity > left[arrival.line]:
            text = Text(
                f"在途只有 {left[arrival.line]} 件；多到的请另作入库登记",
                f"only {left[arrival.line]} are on their way; book what came beyond that as goods in",
            )
            errors.append(FieldError(f"arrivals.{i}.quantity", "too_many", text))
        left[arrival.line] -= arrival.quantity
        named = asked.get(line["sku_id"]) if line["serials"] else None
        errors += stowing.serials_wrong(f"arrivals.{i}.serials", arrival.serials, arrival.quantity, named)
    if errors:
        raise ValidationFailed(errors=errors)


def close_transfer(number: str, *, reason: str = "", actor: Actor) -> int:
    """Wait for nothing more; what never came is missing (then a reason is needed); how many. Own transaction.

    Announces TransferClosed. Raises PermissionDenied, NotFound, WrongState, ValidationFailed.
    """
    stowing.may(actor, TRANSFER)
    with transaction.atomic():
        held = _hold(number)
        _to(held, "close", "closed_at = kernel_now()")
        missing = sum(line["sent"] - line["received"] for line in _lines(held))
        if missing:
            reason = stowing.need_reason(reason)
            lost = [
                {"sku_id": sku, "number": n, "state": "gone", "reference": number, "kind": "transfer"}
                for sku, n in _on_the_way(number)
            ]
            if lost:
                locks.move_serials(lost, ("transit",), actor)
        db.execute("update inventory_transferline set missing = sent - received where transfer_id = %s", (held["id"],))
        outbox.record(TransferClosed(number, missing, reason))
        stowing.note(actor, "close_transfer", "transfer", number, after={"missing": missing}, reason=reason)
    return int(missing)


def _hold(number: str) -> dict[str, Any]:
    held = locks.transfer(number)
    if held is None:
        raise NotFound()
    return held


@db.needs_transaction
def _to(held: dict[str, Any], action: str, stamp: str = "") -> None:
    """Take a held transfer along `action`. `stamp` is an assignment of ours, never a caller's text."""
    target = STEPS.target(held["state"], action)
    more = f", {stamp}" if stamp else ""
    db.execute(f"update inventory_transfer set state = %s{more} where id = %s", (target, held["id"]))


def _lines(held: dict[str, Any]) -> list[dict[str, Any]]:
    return db.rows(
        "select t.*, coalesce(o.code, '') as location, coalesce(b.code, '') as batch, b.expires_on, k.unsold_days"
        " from inventory_transferline t left join inventory_location o on o.id = t.location_id"
        " left join inventory_batch b on b.id = t.batch_id left join inventory_tracking k on k.sku_id = t.sku_id"
        " where t.transfer_id = %s order by t.position",
        (held["id"],),
    )


def _on_the_way(number: str) -> list[tuple[int, str]]:
    rows = db.rows("select sku_id, number from inventory_serial where state = 'transit' and reference = %s", (number,))
    return [(row["sku_id"], row["number"]) for row in rows]
