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
