"""What carriage announces."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class WaybillIssued(Event):
    """A label service gave a number for a box. `reference` names the box for whoever asked, `document` its order."""

    name: ClassVar[str] = "carriage.waybill_issued"

    reference: str
    document: str
    carrier: str
    number: str

    @property
    def aggregate(self) -> str:
        return f"waybill:{self.reference}"


@dataclass(frozen=True, slots=True)
class WaybillCancelled(Event):
    """A waybill is not used; the service is told soon."""

    name: ClassVar[str] = "carriage.waybill_cancelled"

    reference: str
    document: str
    carrier: str
    number: str

    @property
    def aggregate(self) -> str:
        return f"waybill:{self.reference}"


@dataclass(frozen=True, slots=True)
class BillSettled(Event):
    """A carrier's bill is settled: what it asked for, and what the mall accepts (minor units)."""

    name: ClassVar[str] = "carriage.bill_settled"

    bill_id: int
    carrier: str
    amount: int
    accepted: int

    @property
    def aggregate(self) -> str:
        return f"carrier_bill:{self.bill_id}"
