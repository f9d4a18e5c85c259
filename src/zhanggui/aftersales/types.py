"""Values that cross the door of after-sales. Amounts are minor units of the order's currency."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from zhanggui.kernel.i18n import Text

from .rules import Base
from .states import PRICE_GUARANTEE as PRICE_GUARANTEE


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
    """A line of a case. In a price guarantee a unit costs `price` now, and the `kept` ones had cost `before` together."""

    line: int
    sku_id: int | None
    sku_code: str
    title: str
    quantity: int
    amount: int
    good: int
    damaged: int
    price: int | None = None
    kept: int | None = None
    before: int | None = None


#: What makes a refund another than the share of its units: a promotion, the freight, a gift, or what it may not go beyond.
DISCOUNT, FREIGHT, GIFT, LIMIT = "discount", "freight", "gift", "limit"


@dataclass(frozen=True, slots=True)
class Change:
    """What is taken off a refund (minus), or comes back with it after it was taken off one before.

    `kind` is discount (`ref`: the promotion), freight, gift (`ref`: the order's line) or limit.
    """

    kind: str
    ref: int
    label: Text
    amount: int


@dataclass(frozen=True, slots=True)
class Effect:
    """How a case's goods come to their amount: `share`, what its units give back by what was paid for each, and the changes
    that lead from it to the amount. `policy` is the rule the order was sold under, `told` whether its promotions of then
    were at hand."""

    policy: str
    gift: str
    told: bool
    share: int
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case. Amounts are an estimate until `reserved`, then final; `refunded_amount` is what has reached the buyer.

    Of a price guarantee, `claimed_price` is what a unit costs `elsewhere`, as the buyer says, and `link` where to see it.
    `effect` says how the goods' amount comes about; of cases from before it was kept there is none.
    """

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
    claimed_price: int | None
    elsewhere: str
    link: str
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
    effect: Effect | None = None

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


class Spoken(NamedTuple):
    """What stands between an order's lines and a wish about them, by line: units `held` by open cases, and lowered prices.

    `faulty`, `held_faulty`: units that came back, or are to, through the mall's own fault.
    """

    held: Mapping[int, int]
    bases: Mapping[int, Base]
    faulty: Mapping[int, int] = MappingProxyType({})
    held_faulty: Mapping[int, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PaidDifference:
    """A difference of price that went back for a line: its `units` had cost `before` and cost `price` each from then on."""

    case: str
    line: int
    before: int
    price: int
    units: int
    amount: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """Units of an order's line, and what goes back for them; no units where an amount held back before comes back now."""

    line: int
    quantity: int
    amount: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a case would give back, were it opened and granted now: goods, freight, and both together."""

    lines: tuple[PreviewLine, ...]
    effect: Effect
    goods_amount: int
    freight_amount: int
    amount: int
