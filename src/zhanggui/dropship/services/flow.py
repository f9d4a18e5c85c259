"""What a supplier answers: he will send it, he does not, it has left, he has stopped it. By his link, or by staff whom he told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from zhanggui.fulfilment import selectors as parcels
from zhanggui.fulfilment import services as fulfilment
from zhanggui.fulfilment.errors import WaybillUsed
from zhanggui.kernel import clock, db, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.orders import services as orders
from zhanggui.orders.errors import NothingToShip, OrderWrongState
from zhanggui.orders.types import ShippedUnits
from zhanggui.procurement import services as procurement

from .. import locks
from ..errors import BuyerGone
from ..events import SupplierOrderConfirmed, SupplierOrderRefused, SupplierOrderShipped, SupplierOrderWithdrawn
from ..states import REASONS
from ..types import Stated
from .common import held_order, note, reason_of, target
from .stock import set_units

MOST_DAYS = 90
CONFIRMING, REFUSING, SHIPPING = Text("确认", "confirming"), Text("拒单", "refusing"), Text("发货", "sending")
STOPPING, RESENDING = Text("登记已拦截", "stopping"), Text("重新发给供应商", "sending it to him anew")


def confirm(number: str, *, ready_on: date | None = None, actor: Actor, secret: str | None = None) -> None:
    """The supplier will send it, on a day that he may say; from now on a cancellation is an after-sales case.

    Opens its own transaction. Raises NotFound, LinkVoid, WrongStep, BuyerGone, ValidationFailed, PermissionDenied.
    """
    today = clock.business_date()
    if ready_on is not None and not today <= ready_on <= today + timedelta(days=MOST_DAYS):
        zh, en = f"应为今天起 {MOST_DAYS} 天内的日期", f"a day from today on, within {MOST_DAYS} days"
        raise ValidationFailed.one("ready_on", "range", zh, en)
    with transaction.atomic():
        held, who = held_order(number, secret=secret, actor=actor)
        state = target(held, "confirm", CONFIRMING)
        if not orders.claim_many([held["order_number"]], actor=who):
            raise BuyerGone()
        db.execute(
            "update dropship_supplierorder set state = %s, confirmed_at = coalesce(confirmed_at, kernel_now()), ready_on = %s,"
            " late = case when late = 'silent' then '' else late end where id = %s",
            (state, ready_on, held["id"]),
        )
        day = ready_on.isoformat() if ready_on else ""
        note(who, "confirm", number, after={"ready_on": day})
        outbox.record(SupplierOrderConfirmed(number, held["order_number"], held["supplier_id"], day))


def refuse(number: str, *, reason: str, words: str = "", actor: Actor, secret: str | None = None) -> None:
    """The supplier does not send what is left of it. Where he has none, nothing more is sold of these goods until he states his stock.

    Opens its own transaction. Raises NotFound, LinkVoid, WrongStep, ValidationFailed, PermissionDenied.
    """
    words = words.strip()
    errors = []
    if reason not in REASONS:
        errors.append(FieldError("refusal", "choice", Text("请选择原因", f"must be one of {', '.join(REASONS)}")))
    if len(words) > 500:
        errors.append(FieldError("words", "length", Text("最多 500 个字", "at most 500 characters")))
    if reason == "other" and not words:
        errors.append(FieldError("words", "required", Text("请写明原因", "say why")))
    if errors:
        raise ValidationFailed(errors=errors)
    with transaction.atomic():
        held, who = held_order(number, secret=secret, actor=actor)
        state = target(held, "refuse", REFUSING)
        db.execute(
            "update dropship_supplierorder set state = %s, refusal = %s, words = %s, late = '' where id = %s",
            (state, reason, words, held["id"]),
        )
        note(who, "refuse", number, after={"reason": REASONS[reason].zh}, reason=words)
        outbox.record(SupplierOrderRefused(number, held["order_number"], held["supplier_id"], reason))
        if reason == "out_of_stock":
            skus = [line["sku_id"] for line in locks.lines([held["id"]]) if _open(line)]
            set_units(held["warehouse_id"], [Stated(sku, 0) for sku in dict.fromkeys(skus)], who)


def resend(number: str, *, reason: str, actor: Actor) -> None:
    """What was refused goes to the supplier anew: he was talked to. Opens its own transaction.

    Raises NotFound, WrongStep, ValidationFailed (no reason), PermissionDenied.
    """
    reason = reason_of(reason)
    with transaction.atomic():
        held, who = held_order(number, secret=None, actor=actor)
        state = target(held, "resend", RESENDING)
        db.execute(
            "update dropship_supplierorder set state = %s, refusal = '', words = '', late = '', sent_at = kernel_now(),"
            " confirmed_at = null where id = %s",
            (state, held["id"]),
        )
        note(who, "resend", number, before={"refusal": held["refusal"]}, reason=reason)


def stop(number: str, *, words: str = "", actor: Actor, secret: str | None = None) -> None:
    """The supplier has stopped what the buyer does not want any more; nothing is owed for it. Opens its own transaction.

    Raises NotFound, LinkVoid, WrongStep, ValidationFailed, PermissionDenied.
    """
    words = words.strip()[:500]
    with transaction.atomic():
        held, who = held_order(number, secret=secret, actor=actor)
        state = target(held, "stop", STOPPING)
        db.execute(
            "update dropship_supplierorder set state = %s, words = %s, ended_at = kernel_now() where id = %s",
            (state, words, held["id"]),
        )
        note(who, "stop", number, before={"state": held["state"]}, reason=words)
        outbox.record(SupplierOrderWithdrawn(number, held["order_number"], held["supplier_id"], state))


def ship(
    number: str, *, carrier: str, waybill_no: str, units: Mapping[int, int] | None = None, actor: Actor,
    secret: str | None = None,
) -> str:  # fmt: skip
    """A parcel left at the supplier's: order, stock at his place, parcel and what is owed for it in one transaction; its number.

    Without `units` (by line) all that is to come. The same waybill again answers the same parcel. Opens its own transaction. Raises
    NotFound, LinkVoid, WrongStep, BuyerGone, WaybillUsed, ValidationFailed, PermissionDenied.
    """
    with transaction.atomic():
        held, who = held_order(number, secret=secret, actor=actor)
        waybill_no = fulfilment.checked_waybill(carrier, waybill_no)
        earlier = db.row(
            "select parcel from dropship_shipment where supplier_order_id = %s and carrier = %s and waybill_no = %s",
            (held["id"], carrier, waybill_no),
        )
        if earlier is not None:
            return str(earlier["parcel"])
        target(held, "ship", SHIPPING)
        used = parcels.by_waybill(carrier, waybill_no)
        if used is not None:
            raise WaybillUsed(waybill_no=waybill_no, parcel=used.number, extra={"parcel": used.number})
        lines = locks.lines([held["id"]])
        going = _going(lines, units)
        procurement.hold_account(held["supplier_id"])
        try:
            parcel = fulfilment.leave_from(
                held["order_number"], carrier, waybill_no, [ShippedUnits(*each) for each in sorted(going.items())],
                warehouse_id=held["warehouse_id"], theirs=True, actor=who,
            )  # fmt: skip
        except (OrderWrongState, NothingToShip) as gone:
            raise BuyerGone() from gone
        _book(held, lines, going, parcel, carrier, waybill_no, who)
        return parcel


def _going(lines: list[dict[str, Any]], units: Mapping[int, int] | None) -> dict[int, int]:
    """Units by line that leave now. Raises ValidationFailed."""
    left = {line["line"]: _open(line) for line in lines if _open(line)}
    if units is None:
        if not left:
            raise BuyerGone()
        return left
    errors = [
        FieldError(
            f"lines.{line}",
            "range",
            Text(f"应在 0 到 {left.get(line, 0)} 件之间", f"must be between 0 and {left.get(line, 0)}"),
        )
        for line, quantity in units.items()
        if not 0 <= quantity <= left.get(line, 0)
    ]
    going = {line: quantity for line, quantity in units.items() if quantity > 0}
    if not errors and not going:
        errors = [FieldError("lines", "required", Text("请填写发出的件数", "say how many units leave"))]
    if errors:
        raise ValidationFailed(errors=errors)
    return going


@db.needs_transaction
def _book(
    held: Mapping[str, Any], lines: list[dict[str, Any]], going: Mapping[int, int], parcel: str, carrier: str,
    waybill_no: str, who: Actor,
) -> None:  # fmt: skip
    prices = {line["line"]: line["price"] for line in lines}
    priced = all(prices[line] is not None for line in going)
    amount = sum(prices[line] * quantity for line, quantity in going.items()) if priced else None
    db.execute(
        "update dropship_supplierline l set shipped = l.shipped + r.units from jsonb_to_recordset(%s) as r(line smallint, units int)"
        " where l.supplier_order_id = %s and l.line = r.line",
        (db.Json([{"line": line, "units": units} for line, units in going.items()]), held["id"]),
    )
    db.execute(
        'insert into dropship_shipment (supplier_order_id, parcel, carrier, waybill_no, units, amount, "by")'
        " values (%s, %s, %s, %s, %s, %s, %s)",
        (
            held["id"], parcel, carrier, waybill_no, db.Json({str(line): units for line, units in going.items()}), amount,
            who.label[:200],
        ),
    )  # fmt: skip
    complete = sum(_open(line) for line in lines) == sum(going.values())
    state = target(dict(held), "ship" if complete else "ship_part", SHIPPING)
    db.execute(
        "update dropship_supplierorder set state = %s, shipped_at = kernel_now(), confirmed_at = coalesce(confirmed_at, kernel_now()),"
        " ended_at = case when %s then kernel_now() end where id = %s",
        (state, complete, held["id"]),
    )
    if amount:
        procurement.owe_sent(held["supplier_id"], parcel, amount, actor=who)
    note(who, "ship", held["number"], after={"parcel": parcel, "units": sum(going.values())})
    outbox.record(SupplierOrderShipped(held["number"], held["order_number"], held["supplier_id"], parcel, complete))


def _open(line: Mapping[str, Any]) -> int:
    return int(line["quantity"] - line["shipped"] - line["dropped"])
