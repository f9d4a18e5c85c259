"""What fulfilment announces."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class ParcelShipped(Event):
    """A parcel left (or was handed over at the counter: carrier PICKUP)."""

    name: ClassVar[str] = "fulfilment.parcel_shipped"

    parcel: str
    order_number: str
    carrier: str
    waybill_no: str

    @property
    def aggregate(self) -> str:
        return f"parcel:{self.parcel}"


@dataclass(frozen=True, slots=True)
class ParcelMoved(Event):
    """A parcel came into another state; `text` is the carrier's latest word."""

    name: ClassVar[str] = "fulfilment.parcel_moved"

    parcel: str
    order_number: str
    state: str
    text: str

    @property
    def aggregate(self) -> str:
        return f"parcel:{self.parcel}"


@dataclass(frozen=True, slots=True)
class OrderReviewed(Event):
    """The review held an order, or somebody passed or held it; what passes by itself is not announced. `findings`: codes."""

    name: ClassVar[str] = "fulfilment.order_reviewed"

    order_number: str
    state: str
    findings: list[str]

    @property
    def aggregate(self) -> str:
        return f"order:{self.order_number}"


@dataclass(frozen=True, slots=True)
class WaveMade(Event):
    """Orders are picked together from now on."""

    name: ClassVar[str] = "fulfilment.wave_made"

    wave: str
    orders: list[str]

    @property
    def aggregate(self) -> str:
        return f"wave:{self.wave}"


@dataclass(frozen=True, slots=True)
class PickedShort(Event):
    """Units of an order were not found on the shelf: its buyer has to be told, or they have to be found. `lines`: line, quantity."""

    name: ClassVar[str] = "fulfilment.picked_short"

    order_number: str
    sku: str
    lines: list[dict[str, int]]

    @property
    def aggregate(self) -> str:
        return f"order:{self.order_number}"


@dataclass(frozen=True, slots=True)
class PickupReady(Event):
    """The goods of an order wait for their buyer at a pickup point; its code is not said here."""

    name: ClassVar[str] = "fulfilment.pickup_ready"

    order_number: str
    point: str
    keep_until: datetime

    @property
    def aggregate(self) -> str:
        return f"order:{self.order_number}"


@dataclass(frozen=True, slots=True)
class PickupReminder(Event):
    """The goods of an order wait at a pickup point, and their time there is nearly over."""

    name: ClassVar[str] = "fulfilment.pickup_reminder"

    order_number: str
    point: str
    keep_until: datetime

    @property
    def aggregate(self) -> str:
        return f"order:{self.order_number}"


@dataclass(frozen=True, slots=True)
class PickupClosed(Event):
    """The goods of an order were handed to their buyer at a pickup point, or taken back unfetched (`state`: handed, back)."""

    name: ClassVar[str] = "fulfilment.pickup_closed"

    order_number: str
    point: str
    state: str

    @property
    def aggregate(self) -> str:
        return f"order:{self.order_number}"
