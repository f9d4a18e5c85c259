"""Carriers' bills: held against the mall's own waybills line by line, questioned or accepted, settled."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from zhanggui.kernel import audit, db, mall_settings, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed, WrongState

from .. import locks
from ..events import BillSettled
from ..permissions import BILLS, need
from ..selectors import names
from ..types import Billed

MOST_LINES = 50_000
MOST_GRAMS, MOST_AMOUNT = 1_000_000, 10**10


def add_bill(carrier: str, name: str, lines: Sequence[Billed], *, actor: Actor) -> int:
    """Take a bill in; its id. What is as expected is accepted whole, what differs by the mall's own waybill, what is unknown or was
    billed before not at all. All lines or none. Opens its own transaction. Raises PermissionDenied, ValidationFailed.
    """
    need(actor, BILLS)
    errors = []
    if carrier not in names():
        errors.append(FieldError("carrier", "unknown", Text("请选择承运商", "choose a carrier")))
    if not name.strip() or len(name) > 100:
        errors.append(
            FieldError("name", "required", Text("请填写账单名称（不超过 100 字）", "a name in 100 characters"))
        )
    if not 0 < len(lines) <= MOST_LINES:
        errors.append(FieldError("lines", "range", Text(f"应有 1 到 {MOST_LINES} 行", f"1 to {MOST_LINES} lines")))
    for i, line in enumerate(lines):
        if not line.number or len(line.number) > 40:
            errors.append(FieldError(f"lines.{i}.number", "invalid", Text("运单号不对", "not a waybill's number")))
        if not (0 <= line.weight_g <= MOST_GRAMS and 0 <= line.amount <= MOST_AMOUNT):
            errors.append(
                FieldError(f"lines.{i}.amount", "range", Text("重量或金额超出范围", "weight or amount out of range"))
            )
    if errors:
        raise ValidationFailed(errors=errors)
    with transaction.atomic():
        locks.hold_bills(carrier)
        row = db.row(
            "insert into carriage_bill (carrier, name, added_by) values (%s, %s, left(%s, 200)) returning id",
            (carrier, name.strip(), actor.label),
        )
        assert row is not None
        db.execute(
            """insert into carriage_billline (bill_id, "row", number, weight_g, amount, own_weight, own_cost, found, accepted)
            select %(bill)s, f.row, f.number, f.weight_g, f.amount, f.own_weight, f.own_cost, f.found,
                case when f.found in ('unknown', 'twice') then 0 when f.found = 'ok' then f.amount
                    else least(f.amount, coalesce(f.own_cost, f.amount)) end
            from (
                select g.*, w.weight_g as own_weight, w.cost as own_cost, case
                    when g.place > 1 or exists (select from carriage_billline l join carriage_bill b on b.id = l.bill_id
                        where b.carrier = %(carrier)s and l.number = g.number and l.found not in ('unknown', 'twice')) then 'twice'
                    when w.id is null then 'unknown'
                    when w.weight_g > 0 and g.weight_g > w.weight_g + %(tolerance)s then 'heavy'
                    when g.amount > w.cost then 'dear'
                    else 'ok' end as found
                from (select r.*, row_number() over (partition by r.number order by r.row) as place
                      from jsonb_to_recordset(%(lines)s) as r("row" int, number text, weight_g int, amount bigint)) g
                left join carriage_waybill w on w.carrier = %(carrier)s and w.number = g.number and w.number <> ''
                    and w.used_at is not null
            ) f order by f.row""",
            {
                "bill": row["id"], "carrier": carrier, "tolerance": mall_settings.get("carriage.bill_tolerance_g"),
                "lines": db.Json(
                    [
                        {"row": one.row, "number": one.number.strip().upper(), "weight_g": one.weight_g, "amount": one.amount}
                        for one in lines
                    ]
                ),
            },
        )  # fmt: skip
        audit.record(
            actor=actor, action="carriage.add_bill", target_type="carrier_bill", target_id=row["id"],
            after={"carrier": carrier, "name": name.strip(), "lines": len(lines)},
        )  # fmt: skip
    return int(row["id"])


def accept_lines(bill_id: int, line_ids: Sequence[int], *, whole: bool, reason: str, actor: Actor) -> int:
    """Accept lines as they were billed (`whole`), or nothing of them; how many. Opens its own transaction.

    Raises PermissionDenied, NotFound, WrongState, ValidationFailed.
    """
    need(actor, BILLS)
    if not reason.strip() or len(reason) > 200:
        raise ValidationFailed.one("reason", "required", "请写明原因（不超过 200 字）", "say why, in 200 characters")
    with transaction.atomic():
        _open(bill_id)
        changed = db.execute(
            "update carriage_billline set accepted = case when %s then amount else 0 end where bill_id = %s and id = any(%s::bigint[])",
            (whole, bill_id, list(line_ids)),
        )
        audit.record(
            actor=actor, action="carriage.accept_lines", target_type="carrier_bill", target_id=bill_id, reason=reason.strip(),
            after={"lines": changed, "whole": whole},
        )  # fmt: skip
    return changed


def settle_bill(bill_id: int, *, note: str = "", actor: Actor) -> int:
    """What is accepted is what the mall pays: that amount. Nothing of the bill changes afterwards. Opens its own transaction.

    Announces BillSettled. Raises PermissionDenied, NotFound, WrongState, ValidationFailed.
    """
    need(actor, BILLS)
    if len(note) > 300:
        raise ValidationFailed.one("note", "too_long", "备注最多 300 字", "at most 300 characters")
    with transaction.atomic():
        held = _open(bill_id)
        sums = db.row(
            "select sum(amount)::bigint as amount, sum(accepted)::bigint as accepted from carriage_billline where bill_id = %s",
            (bill_id,),
        )
        assert sums is not None
        db.execute(
            "update carriage_bill set settled_at = kernel_now(), settled_by = left(%s, 200), note = %s where id = %s",
            (actor.label, note.strip(), bill_id),
        )
        outbox.record(BillSettled(bill_id, str(held["carrier"]), sums["amount"], sums["accepted"]))
        audit.record(
            actor=actor,
            action="carriage.settle_bill",
            target_type="carrier_bill",
            target_id=bill_id,
            after=sums,
            reason=note.strip()[:200],
        )
    return int(sums["accepted"])


def _open(bill_id: int) -> dict[str, object]:
    held = locks.hold_bill(bill_id)
    if held is None:
        raise NotFound()
    if held["settled_at"] is not None:
        raise WrongState(state="settled")
    return held
