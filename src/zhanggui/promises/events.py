"""What promises announces."""

from dataclasses import dataclass
from typing import Any, ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class DeadlinePassed(Event):
    """An order has not left by its promise (`stage` warned: the warehouse looks) or by its limit (overdue: service and manager do)."""

    name: ClassVar[str] = "promises.deadline_passed"

    order_number: str
    stage: str
    deadline: str

    @property
    def aggregate(self) -> str:
        return f"order:{self.order_number}"


@dataclass(frozen=True, slots=True)
class BuyerAsked(Event):
    """Units of an order cannot be sent in time: its buyer is to choose. `lines`: line, quantity."""

    name: ClassVar[str] = "promises.buyer_asked"

    shortage: str
    order_number: str
    reason: str
    lines: list[dict[str, Any]]

    @property
    def aggregate(self) -> str:
        return f"order:{self.order_number}"


@dataclass(frozen=True, slots=True)
class BuyerSilent(Event):
    """The buyer has not answered in time: somebody should call him."""

    name: ClassVar[str] = "promises.buyer_silent"

    shortage: str
    order_number: str

    @property
    def aggregate(self) -> str:
        return f"order:{self.order_number}"


@dataclass(frozen=True, slots=True)
class ShortageAnswered(Event):
    """What was chosen (wait, refund) is carried out; `case` is the after-sales case of a refund."""

    name: ClassVar[str] = "promises.shortage_answered"

    shortage: str
    order_number: str
    answer: str
    case: str

    @property
    def aggregate(self) -> str:
        return f"order:{self.order_number}"
