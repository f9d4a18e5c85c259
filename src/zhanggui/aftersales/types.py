"""Values that cross the door of after-sales. Amounts are minor units of the order's currency."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from zhanggui.kernel.i18n import Text

from .policy import OFFERED as OFFERED
from .policy import PAYERS as PAYERS
from .policy import Terms as Terms
from .rules import Base
from .states import OVER as OVER
from .states import PRICE_GUARANTEE as PRICE_GUARANTEE


@dataclass(frozen=True, slots=True)
class Wish:
    """So many units of an order's line (its position); in an exchange for the article `sku` (a code), without one for the same."""

    line: int
    quantity: int
    sku: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """What came back of a line: units that can be sold again, units that are written off (`damaged`), `kept` as damaged stock, or to
    go back to their `supplier`. Articles with serial numbers or batches name them: of the good units, and of the others."""

    line: int
    good: int
    damaged: int = 0
    kept: int = 0
    supplier: int = 0
    batch: str = ""
    serials: tuple[str, ...] = ()
    bad_serials: tuple[str, ...] = ()
    location: str = ""

    @property
    def bad(self) -> int:
        return self.damaged + self.kept + self.supplier

    @property
    def units(self) -> int:
        return self.good + self.bad


@dataclass(frozen=True, slots=True)
class CaseLineView:
    """A line of a case. In a price guarantee a unit costs `price` now, and the `kept` ones had cost `before` together.

    In an exchange `wanted` (`wanted_title`) comes instead of each unit, which gives back the `difference`. Of the damaged units
    `held` are kept as damaged stock and `supplier` are to go back to their supplier."""

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
    wanted: str = ""
    wanted_title: str = ""
    difference: int = 0
    held: int = 0
    supplier: int = 0


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
    `asked_kind` is what was asked for where the case became another; `replacement` the order that brings another piece; `verdict`
    why the goods travel to the buyer again (repaired, refused). At `due_at` the step's consequence comes by itself.
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
    asked_kind: str = ""
    replacement: str = ""
    verdict: str = ""
    back_carrier: str = ""
    back_waybill: str = ""
    sent_at: datetime | None = None
    arrived_at: datetime | None = None
    back_at: datetime | None = None
    due_at: datetime | None = None
    overdue_at: datetime | None = None

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

    `faulty`, `held_faulty`: units that came back, or are to, through the mall's own fault. `giving`: of those held the ones whose
    case gives their money back.
    """

    held: Mapping[int, int]
    bases: Mapping[int, Base]
    faulty: Mapping[int, int] = MappingProxyType({})
    held_faulty: Mapping[int, int] = MappingProxyType({})
    giving: Mapping[int, int] = MappingProxyType({})


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


@dataclass(frozen=True, slots=True)
class StepView:
    """A state a case stood in. `late` (a span) is how long after its time it was left, or stands by now."""

    state: str
    at: datetime
    due_at: datetime | None
    left_at: datetime | None
    left_by: str


@dataclass(frozen=True, slots=True)
class RemarkView:
    """Words and photos on a case. `by` is a kind of actor, `label` who of the staff."""

    at: datetime
    by: str
    label: str
    text: str
    photos: tuple[str, ...]
    internal: bool


@dataclass(frozen=True, slots=True)
class CaseFact:
    """A case as statistics read it. `units` came or are asked for; `faulty` of them could not be sold again. Amounts in minor units."""

    number: str
    order_number: str
    kind: str
    state: str
    reason: str
    requested_at: datetime
    decided_at: datetime | None
    arrived_at: datetime | None
    received_at: datetime | None
    closed_at: datetime | None
    goods_amount: int
    freight_amount: int
    currency: str
    units: int
    good: int
    faulty: int


@dataclass(frozen=True, slots=True)
class StepTime:
    """How long cases stood in a state: how many have left it, of these how many after their time or by the mall's own clock, and the
    mean hours; `open` stand there now, `overdue` of them past their time."""

    state: str
    left: int
    late: int
    by_itself: int
    hours: float | None
    open: int
    overdue: int
