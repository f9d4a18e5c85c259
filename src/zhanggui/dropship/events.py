"""What dropshipping announces."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class SupplierOrderEvent(Event):
    number: str
    order_number: str
    supplier_id: int

    @property
    def aggregate(self) -> str:
        return f"dropship:{self.number}"


@dataclass(frozen=True, slots=True)
class SupplierOrderSent(SupplierOrderEvent):
    """A supplier has it from now on: he is to send these goods to the buyer by `due_at`."""

    name: ClassVar[str] = "dropship.sent"

    due_at: str


@dataclass(frozen=True, slots=True)
class SupplierOrderConfirmed(SupplierOrderEvent):
    """The supplier will send it; `ready_on` the day he said, or empty."""

    name: ClassVar[str] = "dropship.confirmed"

    ready_on: str


@dataclass(frozen=True, slots=True)
class SupplierOrderRefused(SupplierOrderEvent):
    """The supplier does not send it: the buyer has to be told, or another way found."""

    name: ClassVar[str] = "dropship.refused"

    reason: str


@dataclass(frozen=True, slots=True)
class SupplierOrderShipped(SupplierOrderEvent):
    """A parcel left at the supplier's; `complete`: nothing more is to come."""

    name: ClassVar[str] = "dropship.shipped"

    parcel: str
    complete: bool


@dataclass(frozen=True, slots=True)
class SupplierOrderWithdrawn(SupplierOrderEvent):
    """The buyer does not want (all of) it any more; in `recalled` the supplier had begun and has to stop it."""

    name: ClassVar[str] = "dropship.withdrawn"

    state: str


@dataclass(frozen=True, slots=True)
class SupplierOrderLate(SupplierOrderEvent):
    """The supplier is silent, or the promise to the buyer is over: `late` is one of both words."""

    name: ClassVar[str] = "dropship.late"

    late: str


@dataclass(frozen=True, slots=True)
class SupplierStockStated(Event):
    """A supplier said what he holds of so many articles."""

    name: ClassVar[str] = "dropship.stock_stated"

    supplier_id: int
    skus: int

    @property
    def aggregate(self) -> str:
        return f"supplier:{self.supplier_id}"
