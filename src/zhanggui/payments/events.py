"""What payments announces. Amounts are minor units."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class RefundSucceeded(Event):
    """`amount` went back the way it came; `refunded` of `captured` has gone back over all attempts of the reference.

    `surplus`: the money was never the reference's own (paid twice, or after it was cancelled), so its books do not move.
    """

    name: ClassVar[str] = "payments.refund_succeeded"
    reference: str
    provider: str
    out_refund_no: str
    amount: int
    currency: str
    captured: int
    refunded: int
    surplus: bool
    request_key: str

    @property
    def aggregate(self) -> str:
        return f"order:{self.reference}"


@dataclass(frozen=True, slots=True)
class RefundFailed(Event):
    """The gateway refused a refund for good; the money is still ours and staff must decide."""

    name: ClassVar[str] = "payments.refund_failed"
    reference: str
    provider: str
    out_refund_no: str
    amount: int
    currency: str
    reason: str
    surplus: bool
    request_key: str

    @property
    def aggregate(self) -> str:
        return f"order:{self.reference}"


@dataclass(frozen=True, slots=True)
class DiscrepancyFound(Event):
    """The reconciliation of a day does not agree; `kinds` counts the differences by kind."""

    name: ClassVar[str] = "payments.discrepancy_found"
    provider: str
    date: str
    kinds: dict[str, int]

    @property
    def aggregate(self) -> str:
        return f"reconciliation:{self.provider}:{self.date}"
