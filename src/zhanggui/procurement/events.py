"""What procurement announces."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class PurchaseEvent(Event):
    number: str
    supplier_id: int

    @property
    def aggregate(self) -> str:
        return f"purchase:{self.number}"


@dataclass(frozen=True, slots=True)
class PurchaseApproved(PurchaseEvent):
    """A purchase order was approved."""

    name: ClassVar[str] = "procurement.approved"


@dataclass(frozen=True, slots=True)
class PurchaseSent(PurchaseEvent):
    """The supplier has it from now on; `expected_on` as he promises in general."""

    name: ClassVar[str] = "procurement.sent"

    expected_on: str


@dataclass(frozen=True, slots=True)
class PurchaseConfirmed(PurchaseEvent):
    """The supplier confirmed what he will deliver, and when."""

    name: ClassVar[str] = "procurement.confirmed"

    expected_on: str


@dataclass(frozen=True, slots=True)
class PurchaseReceived(PurchaseEvent):
    """A delivery was inspected; `complete`: nothing more is to come."""

    name: ClassVar[str] = "procurement.received"

    receipt: str
    complete: bool


@dataclass(frozen=True, slots=True)
class PurchaseReturned(PurchaseEvent):
    """Goods went back to the supplier."""

    name: ClassVar[str] = "procurement.returned"

    receipt: str


@dataclass(frozen=True, slots=True)
class PurchaseCancelled(PurchaseEvent):
    """Called off before anything came."""

    name: ClassVar[str] = "procurement.cancelled"


@dataclass(frozen=True, slots=True)
class PurchaseLate(PurchaseEvent):
    """It is late, or will likely be: `late` is one of both words."""

    name: ClassVar[str] = "procurement.late"

    late: str
    expected_on: str


@dataclass(frozen=True, slots=True)
class SupplierEvent(Event):
    supplier_id: int

    @property
    def aggregate(self) -> str:
        return f"supplier:{self.supplier_id}"


@dataclass(frozen=True, slots=True)
class SupplierMoved(SupplierEvent):
    """A supplier came into another state."""

    name: ClassVar[str] = "procurement.supplier_moved"

    state: str


@dataclass(frozen=True, slots=True)
class SupplierPaid(SupplierEvent):
    """Money went to a supplier."""

    name: ClassVar[str] = "procurement.paid"

    payment: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class SupplierPaymentVoid(SupplierEvent):
    """A payment does not count any more; what it had settled is open again."""

    name: ClassVar[str] = "procurement.payment_void"

    payment: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class TenderPublished(Event):
    """Suppliers may offer until `deadline`."""

    name: ClassVar[str] = "procurement.tender_published"

    tender: str
    deadline: str

    @property
    def aggregate(self) -> str:
        return f"tender:{self.tender}"


@dataclass(frozen=True, slots=True)
class TenderAwarded(Event):
    """It is decided whose offers are taken."""

    name: ClassVar[str] = "procurement.tender_awarded"

    tender: str

    @property
    def aggregate(self) -> str:
        return f"tender:{self.tender}"
