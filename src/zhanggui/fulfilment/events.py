"""What fulfilment announces."""

from dataclasses import dataclass
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
