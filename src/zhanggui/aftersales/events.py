"""What after-sales announces."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class CaseMoved(Event):
    """A case was opened or came into another state. `amount` (minor units) is final from `refunding` on."""

    name: ClassVar[str] = "aftersales.case_moved"

    case: str
    order_number: str
    kind: str
    state: str
    amount: int
    currency: str

    @property
    def aggregate(self) -> str:
        return f"case:{self.case}"


@dataclass(frozen=True, slots=True)
class PriceGuaranteed(Event):
    """A difference of price (价保) is on its way to a buyer: `amount` (minor units) for `lines` of the order (positions)."""

    name: ClassVar[str] = "aftersales.price_guaranteed"

    case: str
    order_number: str
    reason: str
    lines: list[int]
    amount: int
    currency: str

    @property
    def aggregate(self) -> str:
        return f"case:{self.case}"


@dataclass(frozen=True, slots=True)
class CaseReceived(Event):
    """Goods of a case came back and were looked at. `lines`: line, sku_id, good, damaged (of which kept and supplier), each in units.
    `hours`: from their arrival (where it is known) to the inspection."""

    name: ClassVar[str] = "aftersales.case_received"

    case: str
    order_number: str
    kind: str
    reason: str
    lines: list[dict[str, int]]
    hours: float | None

    @property
    def aggregate(self) -> str:
        return f"case:{self.case}"


@dataclass(frozen=True, slots=True)
class CaseOverdue(Event):
    """A case stands past its time and nothing can come of it by itself: somebody has to look."""

    name: ClassVar[str] = "aftersales.case_overdue"

    case: str
    order_number: str
    kind: str
    state: str

    @property
    def aggregate(self) -> str:
        return f"case:{self.case}"


@dataclass(frozen=True, slots=True)
class CaseRemarked(Event):
    """Somebody wrote on a case. `by` is the kind of actor; notes among staff are not announced."""

    name: ClassVar[str] = "aftersales.case_remarked"

    case: str
    order_number: str
    by: str

    @property
    def aggregate(self) -> str:
        return f"case:{self.case}"
