"""Goods come back."""

import re
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from zhanggui.inventory import services as inventory
from zhanggui.inventory.types import ReturnRow
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.orders import selectors as orders

from .. import locks
from ..asking import reckon, reckoning_of
from ..errors import CaseWrongState
from ..rules import sellers_fault
from ..spoken import spoken_for
from ..states import AWAITING_RETURN
from ..types import CaseView, Received, Spoken
from .amounts import write_amounts
from .common import announce, keep, shown

_WAYBILL = re.compile(r"[A-Z0-9-]{5,40}")


def send_back(number: str, *, carrier: str, waybill_no: str, actor: Actor) -> CaseView:
    """The buyer says how the goods travel. Opens its own transaction. Raises NotFound, CaseWrongState, ValidationFailed."""
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
    with transaction.atomic():
        view = shown(number)
        told = db.execute(
            "update aftersales_case set return_carrier = %s, return_waybill = %s where number = %s and state = %s",
            (carrier, waybill_no, number, AWAITING_RETURN),
        )
        if not told:
            raise CaseWrongState(state=view.state)
        keep(actor, "send_back", number, after={"carrier": carrier, "waybill_no": waybill_no})
        return shown(number)


def receive_return(number: str, received: Sequence[Received], *, note: str = "", actor: Actor) -> CaseView:
    """What came back is inspected and booked: sound units to stock, damaged ones in and out. Opens its own transaction.

    Fewer units than asked for: the case shrinks to what came. Raises NotFound, CaseWrongState, ValidationFailed.
    """
    with transaction.atomic():
        view = shown(number)
        locks.order(view.order_number)
        case = locks.move(number, "receive", received_at=clock.now())
        lines = db.rows("select line, sku_id, quantity from aftersales_caseline where case_id = %s", (case["id"],))
        _check(received, {row["line"]: row["quantity"] for row in lines})
        skus = {row["line"]: row["sku_id"] for row in lines}
        rows = [ReturnRow(skus[r.line], r.good) for r in received if r.good]
        rows += [ReturnRow(skus[r.line], r.damaged, damaged=True) for r in received if r.damaged]
        inventory.return_to_stock(rows, reference=number, actor=actor)
        _write(case, received)
        came = [{"line": r.line, "good": r.good, "damaged": r.damaged} for r in received]
        keep(actor, "receive_return", number, after={"lines": came}, reason=note[:1000])
        announce(number)
        return shown(number)


def _check(received: Sequence[Received], quantities: dict[int, int]) -> None:
    errors = []
    seen = set()
    for i, row in enumerate(received):
        asked = quantities.get(row.line)
        if asked is None or row.line in seen:
            errors.append(FieldError(f"lines.{i}.line", "unknown", Text("售后单没有这一行", "not a line of the case")))
        elif row.good < 0 or row.damaged < 0 or row.good + row.damaged > asked:
            text = Text(f"应在 0 到 {asked} 件之间", f"must be between 0 and {asked} units in all")
            errors.append(FieldError(f"lines.{i}", "range", text))
        seen.add(row.line)
    if not errors and not any(row.good + row.damaged for row in received):
        text = Text("没有收到任何商品时请拒绝售后单", "where nothing came back, reject the case")
        errors.append(FieldError("lines", "nothing", text))
    if errors:
        raise ValidationFailed(errors=errors)


def _write(case: dict[str, Any], received: Sequence[Received]) -> None:
    """The case shrinks to what came; its estimate with it."""
    db.execute(
        "update aftersales_caseline l set good = r.good, damaged = r.damaged"
        " from jsonb_to_recordset(%s) as r(line int, good int, damaged int) where l.case_id = %s and l.line = r.line",
        (db.Json([{"line": r.line, "good": r.good, "damaged": r.damaged} for r in received]), case["id"]),
    )
    order = orders.find(case["order_number"])
    assert order is not None
    known = spoken_for(order["number"])
    spoken = Spoken({}, known.bases, known.faulty)
    units = {r.line: r.good + r.damaged for r in received}
    amounts, effect = reckon(order, spoken, reckoning_of(order, spoken), units, fault=sellers_fault(case["reason"]))
    write_amounts(case["id"], order, units, amounts, effect, case["freight_amount"])
