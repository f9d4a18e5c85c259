"""Goods that come in with a shelf, a batch or serial numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed

from .. import locks
from ..rules import state_at
from ..types import StockRow, TrackingView
from . import stowing
from .warehouses import ensure_default_warehouse


@db.needs_transaction
def receive_to_places(
    rows: Sequence[StockRow], *, actor: Actor, reference: str, reason: str, kind: str = "receive", damaged: bool = False
) -> None:
    """Book rows in where they say, as damaged stock if they are. Needs a transaction. Raises ValidationFailed, SerialElsewhere."""
    house = ensure_default_warehouse(actor=actor) if any(row.warehouse_id is None for row in rows) else 0
    houses = [row.warehouse_id or house for row in rows]
    errors = [e for i, row in enumerate(rows) for e in stowing.units_wrong(f"rows.{i}.quantity", row.quantity)]
    errors = errors or stowing.not_known([row.sku_id for row in rows], houses, "rows")
    if errors:
        raise ValidationFailed(errors=errors)
    asked = stowing.tracking(row.sku_id for row in rows)
    shelves = stowing.shelves((house, row.location) for house, row in zip(houses, rows, strict=True))
    for i, (row, at) in enumerate(zip(rows, houses, strict=True)):
        errors += _wrong(f"rows.{i}", row, asked.get(row.sku_id))
        if row.location and (at, row.location) not in shelves:
            errors.append(stowing.no_shelf(f"rows.{i}.location", row.location))
    numbers = [(row.sku_id, number) for row in rows for number in row.serials]
    if len(set(numbers)) != len(numbers) and not errors:
        text = Text("同一个序列号出现了两次", "a serial number appears twice")
        errors.append(FieldError("rows.0.serials", "duplicate", text))
    if errors:
        raise ValidationFailed(errors=errors)
    batches = _make_batches(rows)
    levels = locks.hold((row.sku_id, at) for row, at in zip(rows, houses, strict=True))
    placed: list[dict[str, Any]] = []
    serials: list[dict[str, Any]] = []
    for i, (row, at) in enumerate(zip(rows, houses, strict=True)):
        shelf, batch = shelves.get((at, row.location)), batches.get((row.sku_id, row.batch))
        level_id = levels[row.sku_id, at]["level_id"]
        state = state_at(shelf.kind if shelf else "", "damaged" if damaged else "good", stowing.sellable(batch))
        where = {
            "level_id": level_id, "location_id": shelf and shelf.id, "batch_id": batch and batch["id"],
            "kind": kind, "reference": reference,
        }  # fmt: skip
        placed.append(where | {"row": i, "state": state, "delta": row.quantity, "outside": True, "reason": reason})
        serials += [
            where | {"sku_id": row.sku_id, "number": n, "state": "damaged" if state == "damaged" else "stock"}
            for n in row.serials
        ]
    stowing.refuse(locks.place(placed, actor))
    if serials:
        done = locks.add_serials(serials, actor)
        zh, en = "这些序列号已在库或在途，不能再次入库", "these serial numbers are in stock or on their way already"
        stowing.refuse_serials(numbers, done, "rows.0.serials", zh, en)
    for row, at in zip(rows, houses, strict=True):
        after = {"warehouse_id": at, "delta": row.quantity, "location": row.location, "batch": row.batch}
        stowing.note(actor, kind, "sku", row.sku_id, after=after, reason=reason)


def _wrong(loc: str, row: StockRow, asked: TrackingView | None) -> list[FieldError]:
    errors = stowing.serials_wrong(f"{loc}.serials", row.serials, row.quantity, asked)
    if asked and asked.batches and not row.batch:
        errors.append(
            FieldError(
                f"{loc}.batch",
                "required",
                Text("这个 SKU 按批次管理，请填写批次号", "this SKU is kept by batches; enter the batch"),
            )
        )
    if not row.batch and (row.produced_on or row.expires_on):
        errors.append(
            FieldError(f"{loc}.batch", "required", Text("填写日期时请同时填写批次号", "dates need a batch number"))
        )
    if len(row.batch) > 60 or not row.batch.isprintable():
        errors.append(
            FieldError(f"{loc}.batch", "invalid", Text("批次号最多 60 个可见字符", "at most 60 printable characters"))
        )
    if row.produced_on and row.expires_on and row.expires_on < row.produced_on:
        errors.append(
            FieldError(f"{loc}.expires_on", "range", Text("到期日不能早于生产日期", "expires before it was made"))
        )
    return errors


def _make_batches(rows: Sequence[StockRow]) -> dict[tuple[int, str], dict[str, Any]]:
    """Batches by (SKU, code), made where new. A known batch keeps its dates: others named for it are refused."""
    named = [row for row in rows if row.batch]
    if not named:
        return {}
    given = [
        {
            "sku_id": row.sku_id,
            "code": row.batch,
            "produced_on": _iso(row.produced_on),
            "expires_on": _iso(row.expires_on),
        }
        for row in named
    ]
    db.execute(
        "insert into inventory_batch as b (sku_id, code, produced_on, expires_on)"
        " select g.sku_id, g.code, max(g.produced_on), max(g.expires_on)"
        " from jsonb_to_recordset(%s) as g(sku_id bigint, code text, produced_on date, expires_on date)"
        " group by g.sku_id, g.code order by g.sku_id, g.code"
        " on conflict (sku_id, code) do update set produced_on = coalesce(b.produced_on, excluded.produced_on),"
        " expires_on = coalesce(b.expires_on, excluded.expires_on)",
        (db.Json(given),),
    )
    found = stowing.batches((row.sku_id, row.batch) for row in named)
    errors = []
    for i, row in enumerate(rows):
        known = found.get((row.sku_id, row.batch))
        for field in ("produced_on", "expires_on"):
            told = getattr(row, field)
            if known and told and known[field] != told:
                text = Text(
                    f"批次 {row.batch} 登记的日期是 {known[field]}",
                    f"batch {row.batch} is on record with {known[field]}",
                )
                errors.append(FieldError(f"rows.{i}.{field}", "other_date", text))
    if errors:
        raise ValidationFailed(errors=errors)
    return found


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None
