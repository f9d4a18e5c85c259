"""Values that cross the door of after-sales. Amounts are minor units of the order's currency."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Wish:
    """So many units of an order's line (its position)."""

    line: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Received:
    """What came back of a line: units that can be sold again, and units that cannot."""

    line: int
    good: int
    damaged: int = 0


@dataclass(frozen=True, slots=True)
class CaseLineView:
    line: int
    sku_id: int | None
    sku_code: str
    title: str
    quantity: int
    amount: int
    good: int
    damaged: int


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case. Amounts are an estimate until `reserved`, then final; `refunded_amount` is what has reached the buyer."""

    number: str
    order_number: str
    member_id: int | None
    currency: str
    kind: str
    state: str
    reason: str
    note: str
    photos: tuple[str, ...]
    goods_amount: int
    freight_amount: int
    refunded_amount: int
    reserved: bool
    decision: str
    problem: str
    return_carrier: str
    return_waybill: str
    requested_by: str
    requested_at: datetime
    decided_at: datetime | None
    received_at: datetime | None
    refunding_at: datetime | None
    closed_at: datetime | None
    lines: tuple[CaseLineView, ...]

    @property
    def amount(self) -> int:
        """What goes back in all."""
        return self.goods_amount + self.freight_amount


@dataclass(frozen=True, slots=True)
class Refundable:
    """What may still be asked for of a line, and what it would give back: `kind` says in which way."""

    line: int
    kind: str
    quantity: int
    amount: int
