"""Values that cross the door of fulfilment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class CarrierView:
    code: str
    name: str
    name_en: str
    phone: str
    position: int
    active: bool


@dataclass(frozen=True, slots=True)
class ParcelLineView:
    """`line` is the order line's position."""

    line: int
    sku_code: str
    title: str
    quantity: int


@dataclass(frozen=True, slots=True)
class EventView:
    at: datetime
    status: str
    text: str
    location: str


@dataclass(frozen=True, slots=True)
class ParcelView:
    """A parcel with what is in it and its events, newest last."""

    number: str
    order_number: str
    carrier: str
    carrier_name: str
    carrier_name_en: str
    waybill_no: str
    state: str
    shipped_at: datetime
    delivered_at: datetime | None
    lines: tuple[ParcelLineView, ...]
    events: tuple[EventView, ...]


@dataclass(frozen=True, slots=True)
class TrackingNews:
    """One event as a carrier tells it; `status` is one of `states.STATUSES`."""

    carrier: str
    waybill_no: str
    at: datetime
    status: str
    text: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class TrackingResult:
    """What became of one piece of news, in the order given."""

    outcome: Literal["recorded", "duplicate", "unknown_waybill"]
    parcel: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A paid order that has not left whole. `stage`: in_time, late (past the promise), overdue (past the limit)."""

    order: dict[str, Any]
    due_at: datetime
    latest_at: datetime
    remaining: timedelta
    stage: Literal["in_time", "late", "overdue"]
