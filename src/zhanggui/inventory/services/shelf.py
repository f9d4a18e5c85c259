"""What lies on the shelf: receive, adjust, write off, set. Set-based; a call with a bad row changes nothing."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction

from zhanggui.kernel import audit, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed

from .. import locks
from ..errors import StockBelowReserved, StockChangedMeanwhile
from ..events import StockReceived
from ..types import StockRow
from .receiving import receive_to_places
from .stowing import MAX_QUANTITY, tracking
from .warehouses import ensure_default_warehouse

AUDIT_ROWS = 50


def receive(rows: Sequence[StockRow], *, actor: Actor, reference: str = "", reason: str = "") -> None:
    """Book goods in. `reference` names the delivery. Announces StockReceived. Raises ValidationFailed, SerialElsewhere.

    Rows may name a shelf, a batch and serial numbers; where a SKU asks for batches or serials, they must.
    """
    if not rows:
        return
    with transaction.atomic():
        if any(row.detailed for row in rows) or tracking(row.sku_id for row in rows):
            receive_to_places(rows, actor=actor, reference=reference, reason=reason)
        else:
            _change("receive", rows, "delta", 1, actor=actor, reference=reference, reason=reason, low=1)
        units: dict[int, int] = {}
        for row in rows:
            units[row.sku_id] = units.get(row.sku_id, 0) + row.quantity
        outbox.record(StockReceived(reference, [[sku, number] for sku, number in sorted(units.items())]))


def send_back(rows: Sequence[StockRow], *, actor: Actor, reference: str, reason: str) -> None:
    """Goods that were booked in go back to where they came from; quantities are positive, the movements undo a `receive`.

    Raises ValidationFailed, StockBelowReserved naming the rows.
    """
    _need_reason(reason)
    _change("receive", rows, "delta", -1, actor=actor, reference=reference, reason=reason, low=1)


def adjust(rows: Sequence[StockRow], *, actor: Actor, reason: str) -> None:
    """Correct by a difference, up or down. Raises ValidationFailed, StockBelowReserved naming the rows."""
    _need_reason(reason)
    _change("adjust", rows, "delta", 1, actor=actor, reason=reason, low=-MAX_QUANTITY)


def write_off(rows: Sequence[StockRow], *, actor: Actor, reason: str, sample: bool = False) -> None:
    """Take broken units (or samples) off the shelf; quantities are positive. Raises ValidationFailed, StockBelowReserved."""
    _need_reason(reason)
    _change("sample" if sample else "damage", rows, "delta", -1, actor=actor, reason=reason, low=1)


def set_on_hand(rows: Sequence[StockRow], *, actor: Actor, reason: str) -> None:
    """Say what lies there, as a count or another system knows it; the difference becomes a movement.

    Raises ValidationFailed (also for a SKU and warehouse named twice), StockBelowReserved, and StockChangedMeanwhile (for
    rows with `seen`) naming the rows.
    """
    _need_reason(reason)
    _change("adjust", rows, "target", 1, actor=actor, reason=reason, low=0)


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationFailed.one("reason", "required", "请填写原因", "a reason is needed")


def _change(
    kind: str,
    rows: Sequence[StockRow],
    column: str,
    sign: int,
    *,
    actor: Actor,
    low: int,
    reference: str = "",
    reason: str = "",
) -> None:
    if not rows:
        return
    _check(rows, low=low, unique=column == "target")
    fallback = ensure_default_warehouse(actor=actor) if any(row.warehouse_id is None for row in rows) else None
    if fallback and any(row.warehouse_id for row in rows):  # the one meant may be named as well
        _check(
            [replace(row, warehouse_id=row.warehouse_id or fallback) for row in rows],
            low=low,
            unique=column == "target",
        )
    batch = [
        {
            "row": i, "sku_id": row.sku_id, "warehouse_id": row.warehouse_id or fallback, column: sign * row.quantity,
            "kind": kind, "reference": reference, "reason": reason,
        }
        for i, row in enumerate(rows)
    ]  # fmt: skip
    with transaction.atomic():
        _as_seen(rows, batch)
        refuse(locks.change(batch, actor), column)
        _audit(kind if column == "delta" else "set_on_hand", batch, column, reason, actor)


def _as_seen(rows: Sequence[StockRow], batch: list[dict[str, Any]]) -> None:
    if all(row.seen is None for row in rows):
        return
    now = locks.hold_levels([row["sku_id"] for row in batch], [row["warehouse_id"] for row in batch])
    found = {row["row"]: now.get((row["sku_id"], row["warehouse_id"]), 0) for row in batch}
    moved = {i: found[i] for i, row in enumerate(rows) if row.seen is not None and row.seen != found[i]}
    if moved:
        errors = [
            FieldError(f"rows.{i}.quantity", "changed_meanwhile", Text(f"现有 {n} 件", f"{n} on hand now"))
            for i, n in moved.items()
        ]
        raise StockChangedMeanwhile(errors=errors, extra={"now": {str(i): n for i, n in moved.items()}})


def refuse(problems: list[dict[str, Any]], column: str = "delta") -> None:
    """Raise what `inventory_change` answered, naming rows."""
    if not problems:
        return
    if problems[0]["problem"] in ("reserved", "withheld", "serials"):
        raise StockBelowReserved(errors=[_below(problem) for problem in problems])
    texts = {
        "sku": ("sku_id", Text("没有这个 SKU", "no such SKU")),
        "warehouse": ("warehouse_id", Text("没有这个仓库", "no such warehouse")),
    }
    raise ValidationFailed(
        errors=[
            FieldError(f"rows.{p['row']}.{texts[p['problem']][0]}", "not_found", texts[p["problem"]][1])
            for p in problems
        ]
    )


def _below(problem: dict[str, Any]) -> FieldError:
    kept, on_hand = problem["reserved"], problem["on_hand"]
    texts = {
        "reserved": Text(
            f"现有 {on_hand} 件，其中 {kept} 件已被订单占用，调整后不能少于 {kept} 件",
            f"{on_hand} on hand, {kept} of them reserved for orders; not fewer than {kept} may remain",
        ),
        "withheld": Text(
            f"现有 {on_hand} 件，其中 {kept} 件已被订单占用、锁定或在库待处理，调整后不能少于 {kept} 件",
            f"{on_hand} on hand, {kept} of them reserved, locked or set aside; not fewer than {kept} may remain",
        ),
        "serials": Text(
            f"现有 {on_hand} 件，其中 {kept} 件登记了序列号；请在库存详情里按序列号报损或移出",
            f"{on_hand} on hand, {kept} of them with serial numbers; take those off by their numbers, on the page of the stock",
        ),
    }
    return FieldError(f"rows.{problem['row']}.quantity", "below_reserved", texts[problem["problem"]])


def _check(rows: Sequence[StockRow], *, low: int, unique: bool) -> None:
    errors: list[FieldError] = []
    seen: set[tuple[int, int | None]] = set()
    for i, row in enumerate(rows):
        if not low <= row.quantity <= MAX_QUANTITY:
            text = Text(f"数量应在 {low} 到 {MAX_QUANTITY} 之间", f"must be between {low} and {MAX_QUANTITY}")
            errors.append(FieldError(f"rows.{i}.quantity", "range", text))
        if unique and (row.sku_id, row.warehouse_id) in seen:
            text = Text("同一 SKU 与仓库出现了两次", "the same SKU and warehouse appear twice")
            errors.append(FieldError(f"rows.{i}.sku_id", "duplicate", text))
        seen.add((row.sku_id, row.warehouse_id))
    if errors:
        raise ValidationFailed(errors=errors)


def _audit(action: str, batch: list[dict[str, Any]], column: str, reason: str, actor: Actor) -> None:
    """One row per SKU for a handful; one for the whole of a bulk change, whose details are the movements."""
    if len(batch) > AUDIT_ROWS:
        audit.record(
            actor=actor, action=f"inventory.{action}", target_type="stock", target_id="bulk",
            after={"rows": len(batch)}, reason=reason,
        )  # fmt: skip
        return
    audit.record_many(
        audit.row(
            actor=actor, action=f"inventory.{action}", target_type="sku", target_id=row["sku_id"],
            after={"warehouse_id": row["warehouse_id"], column: row[column]}, reason=reason,
        )
        for row in batch
    )  # fmt: skip
