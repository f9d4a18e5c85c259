"""Goods come back: told, arrived, looked at unit by unit, booked or sent back."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from zhanggui.inventory import services as inventory
from zhanggui.inventory.types import ReturnRow
from zhanggui.kernel import clock, db, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.orders import selectors as orders

from .. import locks
from ..asking import reckon, reckoning_of
from ..errors import CaseWrongState
from ..events import CaseReceived
from ..rules import sellers_fault
from ..spoken import spoken_for
from ..states import (
    AWAITING_RETURN,
    CLOSED,
    EXCHANGE,
    GOOD,
    KEPT,
    RECEIVED,
    REFUNDING,
    REFUSED,
    REPAIR,
    REPAIRED,
    REPLACING,
    RETURN_REFUND,
    RETURNING,
    SCRAPPED,
    SUPPLIER,
)  # fmt: skip
from ..types import CaseView, Received, Spoken
from .amounts import write_amounts
from .common import announce, keep, set_due, shown
from .remarks import write_remark
from .replace import send_replacement

_WAYBILL = re.compile(r"[A-Z0-9-]{5,40}")


def send_back(number: str, *, carrier: str, waybill_no: str, actor: Actor) -> CaseView:
    """The buyer says how the goods travel. Opens its own transaction. Raises NotFound, CaseWrongState, ValidationFailed."""
    carrier, waybill_no = _travels(carrier, waybill_no)
    with transaction.atomic():
        view = shown(number)
        told = db.execute(
            "update aftersales_case set return_carrier = %s, return_waybill = %s, sent_at = coalesce(sent_at, kernel_now())"
            " where number = %s and state = %s",
            (carrier, waybill_no, number, AWAITING_RETURN),
        )
        if not told:
            raise CaseWrongState(state=view.state)
        set_due(shown(number))
        keep(actor, "send_back", number, after={"carrier": carrier, "waybill_no": waybill_no})
        return shown(number)


def _travels(carrier: str, waybill_no: str) -> tuple[str, str]:
    carrier, waybill_no = carrier.strip().upper(), re.sub(r"\s", "", waybill_no).upper()
    if not re.fullmatch(r"[A-Z0-9]{2,20}", carrier):
        raise ValidationFailed.one("carrier", "invalid", "请填写承运商编码", "the carrier's code is needed")
    if not _WAYBILL.fullmatch(waybill_no):
        raise ValidationFailed.one(
            "waybill_no",
            "invalid",
            "运单号应为 5 到 40 位字母、数字或连字符",
            "must be 5 to 40 letters, digits or hyphens",
        )
    return carrier, waybill_no


def note_arrival(number: str, *, actor: Actor) -> CaseView:
    """The return parcel reached the mall: the time to inspect it runs. Opens its own transaction; repeating it changes nothing.

    Raises NotFound, CaseWrongState.
    """
    with transaction.atomic():
        view = shown(number)
        told = db.execute(
            "update aftersales_case set arrived_at = coalesce(arrived_at, kernel_now()), sent_at = coalesce(sent_at, kernel_now())"
            " where number = %s and state = %s",
            (number, AWAITING_RETURN),
        )
        if not told:
            raise CaseWrongState(state=view.state)
        if view.arrived_at is None:
            set_due(shown(number))
            keep(actor, "arrived", number)
        return shown(number)


def receive_return(
    number: str, received: Sequence[Received], *, note: str = "", photos: Sequence[str] = (), actor: Actor
) -> CaseView:
    """What came back is inspected and booked: sound units to stock, damaged ones in and out, kept, or for their supplier. Opens its
    own transaction.

    Fewer units than asked for: the case shrinks to what came. Of an exchange the other article goes out at once. Goods to be repaired
    are the buyer's and are not booked. What comes after the mall was silent and paid is booked and changes nothing else. Raises
    NotFound, CaseWrongState, ValidationFailed, NoReplacement, SerialElsewhere, PhotosMissing.
    """
    with transaction.atomic():
        view = shown(number)
        locks.order(view.order_number)
        view = shown(number)
        gone_on = view.state in (REFUNDING, CLOSED, REPLACING) and view.received_at is None and view.sent_at is not None
        late = view.kind in (RETURN_REFUND, EXCHANGE) and gone_on
        now = clock.now()
        if late:
            row = db.row(
                "update aftersales_case set received_at = %s, arrived_at = coalesce(arrived_at, %s) where number = %s"
                " and received_at is null returning id, order_number, kind, reason, freight_amount, reserved",
                (now, now, number),
            )
            if row is None:
                raise CaseWrongState(state=view.state)
            case = row
        else:
            arrived = view.arrived_at or now
            case = locks.move(number, "receive", by=actor, received_at=now, arrived_at=arrived)
        quantities = {line.line: line.quantity for line in view.lines}
        _check(received, quantities)
        _take_in(view, case, received, repair=view.kind == REPAIR, shrink=not late, actor=actor)
        came = [
            {"line": r.line, "good": r.good, "damaged": r.bad, "kept": r.kept, "supplier": r.supplier} for r in received
        ]
        if note.strip() or photos:
            write_remark(case["id"], note.strip(), photos, internal=True, actor=actor)
        keep(actor, "receive_return", number, after={"lines": came}, reason=note[:1000])
        skus = {line.line: line.sku_id or 0 for line in view.lines}
        hours = (now - view.arrived_at).total_seconds() / 3600 if view.arrived_at else None
        outbox.record(
            CaseReceived(
                number, view.order_number, view.kind, view.reason,
                [row | {"sku_id": skus[row["line"]]} for row in came if row["good"] or row["damaged"]],
                round(hours, 2) if hours is not None else None,
            )
        )  # fmt: skip
        if view.kind == EXCHANGE and not late:
            locks.move(number, "replace", by=actor, replacement=send_replacement(shown(number), actor=actor))
        announce(number)
        return shown(number)


@db.needs_transaction
def _take_in(
    view: CaseView, case: Mapping[str, Any], received: Sequence[Received], *, repair: bool, shrink: bool, actor: Actor
) -> None:
    skus = {line.line: line.sku_id for line in view.lines}
    if not repair:
        rows: list[ReturnRow] = []
        kept: list[dict[str, Any]] = []
        for r in received:
            sku = skus[r.line]
            assert sku is not None
            serials, bad = list(r.serials), list(r.bad_serials)
            for fate, units in ((GOOD, r.good), (SCRAPPED, r.damaged), (KEPT, r.kept), (SUPPLIER, r.supplier)):
                if not units:
                    continue
                mine = tuple((serials if fate == GOOD else bad)[:units])
                del (serials if fate == GOOD else bad)[:units]
                rows.append(
                    ReturnRow(
                        sku, units, damaged=fate == SCRAPPED, kept=fate in (KEPT, SUPPLIER), location=r.location if fate == GOOD else "",
                        batch=r.batch, serials=mine,
                    )
                )  # fmt: skip
                kept.append(
                    {
                        "line": r.line,
                        "sku_id": sku,
                        "fate": fate,
                        "quantity": units,
                        "batch": r.batch,
                        "serials": list(mine),
                    }
                )
        inventory.return_to_stock(rows, reference=view.number, actor=actor)
        db.execute(
            "insert into aftersales_receipt (case_id, line, sku_id, fate, quantity, batch, serials)"
            " select %s, r.line, r.sku_id, r.fate, r.quantity, r.batch, r.serials from jsonb_to_recordset(%s)"
            " as r(line int, sku_id bigint, fate text, quantity int, batch text, serials jsonb)",
            (case["id"], db.Json(kept)),
        )
        told = [
            {"line": r.line, "good": r.good, "damaged": r.bad, "kept": r.kept, "supplier": r.supplier} for r in received
        ]
        db.execute(
            "update aftersales_caseline l set good = r.good, damaged = r.damaged, kept = r.kept, supplier = r.supplier"
            " from jsonb_to_recordset(%s) as r(line int, good int, damaged int, kept int, supplier int)"
            " where l.case_id = %s and l.line = r.line",
            (db.Json(told), case["id"]),
        )
    if shrink:
        _shrink(view, case, {r.line: r.units for r in received})


def _check(received: Sequence[Received], quantities: dict[int, int]) -> None:
    errors = []
    seen = set()
    for i, row in enumerate(received):
        asked = quantities.get(row.line)
        if asked is None or row.line in seen:
            errors.append(FieldError(f"lines.{i}.line", "unknown", Text("售后单没有这一行", "not a line of the case")))
        elif min(row.good, row.damaged, row.kept, row.supplier) < 0 or row.units > asked:
            text = Text(f"应在 0 到 {asked} 件之间", f"must be between 0 and {asked} units in all")
            errors.append(FieldError(f"lines.{i}", "range", text))
        elif len(row.serials) not in (0, row.good) or len(row.bad_serials) not in (0, row.bad):
            text = Text("序列号的个数与件数不符", "as many serial numbers as units are needed")
            errors.append(FieldError(f"lines.{i}.serials", "count", text))
        seen.add(row.line)
    if not errors and not any(row.units for row in received):
        text = Text("没有收到任何商品时请拒绝售后单", "where nothing came back, reject the case")
        errors.append(FieldError("lines", "nothing", text))
    if errors:
        raise ValidationFailed(errors=errors)


@db.needs_transaction
def _shrink(view: CaseView, case: Mapping[str, Any], units: Mapping[int, int]) -> None:
    """The case shrinks to what came; its estimate with it."""
    if view.kind != RETURN_REFUND:
        rows = [{"line": line.line, "quantity": units.get(line.line, 0)} for line in view.lines]
        db.execute(
            "update aftersales_caseline l set quantity = r.quantity, amount = l.difference * r.quantity"
            " from jsonb_to_recordset(%s) as r(line int, quantity int) where l.case_id = %s and l.line = r.line",
            (db.Json(rows), case["id"]),
        )
        db.execute(
            "update aftersales_case c set goods_amount = s.amount, effect = null from (select sum(amount)::bigint as amount"
            " from aftersales_caseline where case_id = %s) s where c.id = %s",
            (case["id"], case["id"]),
        )
        return
    order = orders.find(view.order_number)
    assert order is not None
    known = spoken_for(order["number"])
    spoken = Spoken({}, known.bases, known.faulty)
    amounts, effect = reckon(order, spoken, reckoning_of(order, spoken), units, fault=sellers_fault(case["reason"]))
    write_amounts(case["id"], order, units, amounts, effect, case["freight_amount"])


@db.needs_transaction
def keep_as_damaged(view: CaseView, *, actor: Actor) -> None:
    """Goods that came to be repaired stay with the mall: they are booked as damaged stock."""
    row = db.row("select id, reason, freight_amount from aftersales_case where number = %s", (view.number,))
    assert row is not None
    received = [Received(line.line, 0, kept=line.quantity) for line in view.lines if line.quantity]
    _take_in(view, row, received, repair=False, shrink=False, actor=actor)


def send_on(
    number: str,
    *,
    carrier: str,
    waybill_no: str,
    words: str,
    repaired: bool = False,
    photos: Sequence[str] = (),
    actor: Actor,
) -> CaseView:
    """The very goods travel to the buyer again: repaired, or refused (`words` say why, for the buyer). Opens its own transaction.

    What was booked in cannot be refused any more. Raises NotFound, CaseWrongState, ValidationFailed, PhotosMissing.
    """
    carrier, waybill_no = _travels(carrier, waybill_no)
    words = words.strip()
    if not words or len(words) > 1000:
        raise ValidationFailed.one(
            "words", "required", "请写明给买家的说明（最多 1000 字）", "say what was found, in at most 1000 characters"
        )
    with transaction.atomic():
        view = shown(number)
        locks.order(view.order_number)
        view = shown(number)
        repairing = view.kind == REPAIR
        if (repaired and not (repairing and view.state == RECEIVED)) or (
            not repaired and view.state == RECEIVED and not repairing
        ):
            raise CaseWrongState(state=view.state)
        inventory.release([number], actor=actor)
        now = clock.now()
        case = locks.move(
            number, "send_on", by=actor, verdict=REPAIRED if repaired else REFUSED, back_carrier=carrier,
            back_waybill=waybill_no, back_at=now, arrived_at=view.arrived_at or now, decision=words,
        )  # fmt: skip
        if photos:
            write_remark(case["id"], words, photos, internal=False, actor=actor)
        keep(actor, "send_on", number, after={"repaired": repaired, "waybill_no": waybill_no}, reason=words)
        announce(number)
        return shown(number)


def confirm_back(number: str, *, actor: Actor) -> CaseView:
    """The buyer has his goods again: the case is over. Opens its own transaction. Raises NotFound, CaseWrongState."""
    with transaction.atomic():
        view = shown(number)
        locks.order(view.order_number)
        view = shown(number)
        if view.state != RETURNING:
            raise CaseWrongState(state=view.state)
        end_journey(view, actor=actor)
        return shown(number)


@db.needs_transaction
def end_journey(view: CaseView, *, actor: Actor) -> None:
    """What travelled to the buyer again arrived: repaired goods close their case, refused ones end it without anything."""
    db.execute(
        "with c as (update aftersales_case set goods_amount = 0, freight_amount = 0, effect = null where number = %s and not reserved"
        " returning id) update aftersales_caseline l set amount = 0 from c where l.case_id = c.id",
        (view.number,),
    )
    locks.move(view.number, "close" if view.verdict == REPAIRED else "end", by=actor, closed_at=clock.now())
    keep(actor, "confirm_back", view.number)
    announce(view.number)
