"""Parcels of an order, for its buyer."""

from typing import Any

from zhanggui.fulfilment import selectors
from zhanggui.fulfilment.types import ParcelView


def parcels_of(number: str, lang: str) -> list[dict[str, Any]]:
    """As `shapes.ParcelOut` describes them, oldest first. One statement."""
    return [_parcel(parcel, lang) for parcel in selectors.parcels_of([number])[number]]


def _parcel(parcel: ParcelView, lang: str) -> dict[str, Any]:
    return {
        "number": parcel.number,
        "carrier": parcel.carrier,
        "carrier_name": parcel.carrier_name_en if lang == "en" else parcel.carrier_name,
        "waybill_no": parcel.waybill_no,
        "state": parcel.state,
        "shipped_at": parcel.shipped_at,
        "delivered_at": parcel.delivered_at,
        "lines": [{"line": line.line, "quantity": line.quantity} for line in parcel.lines],
        "events": [
            {"at": event.at, "state": event.status, "text": event.text, "place": event.location}
            for event in parcel.events
        ],
    }
