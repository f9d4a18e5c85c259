"""Parcels for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import count

from zhanggui.fulfilment import services
from zhanggui.fulfilment.types import ParcelView, TrackingNews, TrackingResult
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import Actor
from zhanggui.orders.types import ShippedUnits

PACKER = Actor("staff", 3, "packer")
_waybill = count(1)


def ship(order_number: str, *units: tuple[int, int], carrier: str = "SF", waybill_no: str = "") -> ParcelView:
    """Ship `(line, quantity)` units, or all that is left, under a new waybill unless one is given."""
    lines = [ShippedUnits(line, quantity) for line, quantity in units] or None
    waybill_no = waybill_no or f"WB{next(_waybill):010d}"
    return services.ship(order_number, carrier=carrier, waybill_no=waybill_no, lines=lines, actor=PACKER)


def news(parcel: ParcelView, status: str, at: datetime | None = None, text: str = "") -> TrackingNews:
    return TrackingNews(parcel.carrier, parcel.waybill_no, at or clock.now(), status, text or status)


def tell(*entries: TrackingNews) -> list[TrackingResult]:
    return services.record_tracking(entries, actor=PACKER)


def deliver(parcels: Sequence[ParcelView]) -> None:
    """All of these arrive now."""
    tell(*(news(parcel, "delivered") for parcel in parcels))


def age(order_number: str, hours: int) -> None:
    """The order waits to be shipped for so many hours already."""
    db.execute(
        "update orders_order set dispatch_due_at = dispatch_due_at - %s * interval '1 hour',"
        " dispatch_latest_at = dispatch_latest_at - %s * interval '1 hour' where number = %s",
        (hours, hours, order_number),
    )
