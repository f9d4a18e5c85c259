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
