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
