"""Deliveries: inspected against the order, put on the shelf, owed for; and goods that go back. One transaction each."""

from collections.abc import Sequence
from typing import Any

from zhanggui.inventory import services as inventory
from zhanggui.inventory.types import StockRow
from zhanggui.kernel import clock, db, idempotency, ids
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import FieldError, ValidationFailed

from ..errors import MoreThanKept, OverReceipt
from ..events import PurchaseReceived, PurchaseReturned
from ..permissions import RECEIVE
from ..rules import MOST_UNITS, due_on
from ..states import PART, RECEIVED
from ..types import Inspected, SentBack
from .common import held_order, held_supplier, need, note, reason_of, target
from .payables import owe

RECEIVING = Text("收货", "receiving")


def receive(number: str, lines: Sequence[Inspected], *, key: str, delivery_note: str = "", actor: Actor) -> str:
    """Take a delivery in; the receipt's number. Good units go on the shelf of the order's warehouse, one movement for each line.

    The same `key` again answers the same receipt. What was rejected is not owed for, and still to come. Opens its own transaction.
    Raises NotFound, WrongState, ValidationFailed, OverReceipt naming the lines, IdempotencyConflict, PermissionDenied.
    """
    need(actor, RECEIVE)
    _check(lines)
    body = {"lines": [list(line) for line in lines], "note": delivery_note}
    answer: str = idempotency.once(
        f"procurement:{number}", key, body, lambda: _receive(number, lines, delivery_note, actor)
    )
    return answer


@db.needs_transaction
def _receive(number: str, lines: Sequence[Inspected], delivery_note: str, actor: Actor) -> str:
    held = held_order(number)
    target(held, "receive", RECEIVING)
    supplier = held_supplier(held["supplier_id"])
    ordered = _lines(held["id"])
    _refuse(lines, ordered)
    receipt = ids.document_number("SH")
    receipt_id = _write(receipt, held["id"], "receipt", delivery_note, actor)
    rows = [
        {
            "line": ordered[line.position]["id"],
            "good": line.good,
            "rejected": line.rejected,
            "reason": line.reason.strip(),
        }
        for line in lines
    ]
    db.execute(
        "insert into procurement_receiptline (receipt_id, line_id, good, rejected, reason) select %s, r.line, r.good, r.rejected,"
        " r.reason from jsonb_to_recordset(%s) as r(line bigint, good int, rejected int, reason text)",
        (receipt_id, db.Json(rows)),
    )
    db.execute(
        "update procurement_orderline l set good = l.good + r.good, rejected = l.rejected + r.rejected"
        " from jsonb_to_recordset(%s) as r(line bigint, good int, rejected int) where l.id = r.line",
        (db.Json(rows),),
    )
    complete = not db.row(
        "select 1 from procurement_orderline where order_id = %s and good < coalesce(confirmed, quantity) limit 1",
        (held["id"],),
    )
    db.execute(
        "update procurement_order set state = %s, received_at = case when %s then kernel_now() else received_at end,"
        " late = case when %s then '' else late end where id = %s",
        (RECEIVED if complete else PART, complete, complete, held["id"]),
    )
    shelved = [
        StockRow(ordered[line.position]["sku_id"], line.good, held["warehouse_id"]) for line in lines if line.good
    ]
    amount = sum(ordered[line.position]["price"] * line.good for line in lines)
    if amount:
        due = due_on(supplier["terms"], supplier["terms_days"], clock.business_date())
        owe(receipt_id, held["supplier_id"], amount, held["currency"], due)
    after = {
        "receipt": receipt,
        "good": sum(line.good for line in lines),
        "rejected": sum(line.rejected for line in lines),
    }
    note(actor, "receive", "purchase", number, after=after)
    record(PurchaseReceived(number, held["supplier_id"], receipt, complete))
    # levels of stock come last in the order of locks
    if shelved:
        inventory.receive(shelved, actor=actor, reference=receipt, reason=f"采购入库：{supplier['name']}")
    return receipt


def return_goods(
    number: str, lines: Sequence[SentBack], *, key: str, reason: str, damaged: bool = False, actor: Actor
) -> str:
    """Send goods back that were taken in; the number of the return. They leave the shelf, and the supplier owes their price.
    `damaged`: those that lie there as damaged (what buyers sent back, say), no sound ones.

    The same `key` again answers the same return. Opens its own transaction.
    Raises NotFound, WrongState, ValidationFailed, MoreThanKept, StockBelowReserved, IdempotencyConflict, PermissionDenied.
    """
    need(actor, RECEIVE)
    reason = reason_of(reason)
    _check([Inspected(line.position, line.quantity) for line in lines])
    body = {"lines": [list(line) for line in lines], "reason": reason} | ({"damaged": True} if damaged else {})
    answer: str = idempotency.once(
        f"procurement:{number}", key, body, lambda: _return(number, lines, reason, damaged, actor)
    )
    return answer


@db.needs_transaction
def _return(number: str, lines: Sequence[SentBack], reason: str, damaged: bool, actor: Actor) -> str:
    held = held_order(number)
    supplier = held_supplier(held["supplier_id"])
    ordered = _lines(held["id"])
    errors = []
    for line in lines:
        kept = ordered[line.position]["good"] - ordered[line.position]["returned"] if line.position in ordered else 0
        if line.quantity > kept:
            text = Text(f"已收未退 {kept} 件", f"{kept} came and are still here")
            errors.append(FieldError(f"lines.{line.position}.quantity", "range", text))
    if errors:
        raise MoreThanKept(errors=errors)
    receipt = ids.document_number("TH")
    receipt_id = _write(receipt, held["id"], "return", reason, actor)
    rows = [{"line": ordered[line.position]["id"], "units": line.quantity} for line in lines]
    db.execute(
        "insert into procurement_receiptline (receipt_id, line_id, good) select %s, r.line, r.units"
        " from jsonb_to_recordset(%s) as r(line bigint, units int)",
        (receipt_id, db.Json(rows)),
    )
    db.execute(
        "update procurement_orderline l set returned = l.returned + r.units"
        " from jsonb_to_recordset(%s) as r(line bigint, units int) where l.id = r.line",
        (db.Json(rows),),
    )
    amount = sum(ordered[line.position]["price"] * line.quantity for line in lines)
    if amount:
        owe(receipt_id, held["supplier_id"], -amount, held["currency"], clock.business_date())
    note(
        actor,
        "return_goods",
        "purchase",
        number,
        after={"receipt": receipt, "units": sum(line.quantity for line in lines), "damaged": damaged},
        reason=reason,
    )
    record(PurchaseReturned(number, held["supplier_id"], receipt))
    leaving = [StockRow(ordered[line.position]["sku_id"], line.quantity, held["warehouse_id"]) for line in lines]
    leave = inventory.send_damaged_back if damaged else inventory.send_back
    leave(leaving, actor=actor, reference=receipt, reason=f"退货给供应商：{supplier['name']}")
    return receipt


def _check(lines: Sequence[Inspected]) -> None:
    errors = []
    seen: set[int] = set()
    for line in lines:
        loc = f"lines.{line.position}"
        if line.position in seen:
            errors.append(FieldError(f"{loc}.position", "duplicate", Text("同一行只能出现一次", "a line stands once")))
        seen.add(line.position)
        for name in ("good", "rejected"):
            if not 0 <= getattr(line, name) <= MOST_UNITS:
                errors.append(FieldError(f"{loc}.{name}", "range", Text("数量不能为负", "must not be below 0")))
        if line.rejected and not line.reason.strip():
            errors.append(FieldError(f"{loc}.reason", "required", Text("请写明拒收原因", "say why units are rejected")))
        if len(line.reason) > 200:
            errors.append(FieldError(f"{loc}.reason", "length", Text("最多 200 个字", "at most 200 characters")))
        if not (line.good or line.rejected):
            errors.append(FieldError(f"{loc}.good", "required", Text("请填写数量", "give a number of units")))
    if not lines:
        errors.append(FieldError("lines", "required", Text("请填写至少一行的数量", "give units of one line at least")))
    if errors:
        raise ValidationFailed(errors=errors)


def _refuse(lines: Sequence[Inspected], ordered: dict[int, dict[str, Any]]) -> None:
    unknown = [line.position for line in lines if line.position not in ordered]
    if unknown:
        text = Text("采购单没有这一行", "the order has no such line")
        raise ValidationFailed(errors=[FieldError(f"lines.{position}", "unknown", text) for position in unknown])
    errors = []
    for line in lines:
        row = ordered[line.position]
        room = row["ceiling"] - row["good"]
        if line.good > room:
            text = Text(
                f"订购 {row['quantity']} 件，已收 {row['good']} 件，最多还能收 {room} 件；多出的请拒收或另下采购单",
                f"{row['quantity']} ordered, {row['good']} received: {room} more at most; reject the rest, or order it",
            )
            errors.append(FieldError(f"lines.{line.position}.good", "over", text))
    if errors:
        raise OverReceipt(errors=errors)


def _lines(order_id: int) -> dict[int, dict[str, Any]]:
    rows = db.rows("select * from procurement_orderline where order_id = %s order by position", (order_id,))
    return {row["position"]: row for row in rows}


def _write(number: str, order_id: int, kind: str, words: str, actor: Actor) -> int:
    row = db.row(
        'insert into procurement_receipt (number, order_id, kind, note, "by") values (%s, %s, %s, %s, %s) returning id',
        (number, order_id, kind, words.strip()[:500], actor.label[:200]),
    )
    assert row is not None
    return int(row["id"])
