"""Values that cross the door of clearance. Amounts in minor units of the mall's currency, shares in basis points unless said."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from zhanggui.kernel.i18n import Text

#: Ages of stock: below so many days each; the last is everything older.
AGE_BOUNDS = (30, 60, 90, 180)
AGES = (
    Text("30 天内", "Under 30 days"),
    Text("30–59 天", "30–59 days"),
    Text("60–89 天", "60–89 days"),
    Text("90–179 天", "90–179 days"),
    Text("180 天以上", "180 days and more"),
)
ABC, XYZ = ("A", "B", "C"), ("X", "Y", "Z")

MARKDOWN, PRICE, ADD_ON, TRANSFER, STAFF, RETURN, WRITE_OFF, KEEP = (
    "markdown", "price", "add_on", "transfer", "staff", "return", "write_off", "keep",
)  # fmt: skip
KINDS: dict[str, Text] = {
    MARKDOWN: Text("限时折扣", "Limited discount"),
    PRICE: Text("改价", "Lower price"),
    ADD_ON: Text("加价购", "Add-on"),
    TRANSFER: Text("调拨", "Transfer"),
    STAFF: Text("员工内购", "Staff price"),
    RETURN: Text("退供应商", "Supplier return"),
    WRITE_OFF: Text("报损核销", "Write-off"),
    KEEP: Text("暂不处理", "Leave for now"),
}
OPEN, CLOSED = "open", "closed"


@dataclass(frozen=True, slots=True)
class Figure:
    """A SKU in the analysis: stock now, net sales of the span (`weeks` times seven days), classes and ages.

    `value` is stock at cost, `retail` at the price of now; `cover` the days the free units last at the span's pace (None:
    nothing sold). `variation` is the coefficient of variation of weekly units in percent.
    """

    sku_id: int
    product_id: int
    category_id: int | None
    supplier_id: int | None
    on_hand: int
    free: int
    opening: int
    cost: int | None
    price: int | None
    value: int
    retail: int
    units: int
    sales: int
    sold_cost: int
    variation: int | None
    abc: str
    xyz: str
    cover: int | None
    last_sold_at: datetime | None
    oldest_at: datetime | None
    aged: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RoundView:
    """A computation of all figures. `houses` are (warehouse, SKUs, units, value, retail, shipped units)."""

    at: datetime
    weeks: int
    skus: int
    houses: tuple[tuple[int, int, int, int, int, int], ...]

    @property
    def days(self) -> int:
        return self.weeks * 7


@dataclass(frozen=True, slots=True)
class Sums:
    """Figures of many SKUs added up. `stocked` have units on hand, `moved` sold in the span, `alive` either of the two;
    `uncosted` of the stocked have no cost, so that their value counts as none."""

    skus: int = 0
    stocked: int = 0
    moved: int = 0
    alive: int = 0
    uncosted: int = 0
    on_hand: int = 0
    value: int = 0
    retail: int = 0
    opening_value: int = 0
    units: int = 0
    sales: int = 0
    sold_cost: int = 0
    slow: int = 0
    slow_value: int = 0
    over: int = 0
    over_value: int = 0
    aged: tuple[int, ...] = (0, 0, 0, 0, 0)

    @property
    def turnover(self) -> float | None:
        """How often the mean of opening and present stock (at cost) was sold in the span."""
        mean = (self.opening_value + self.value) / 2
        return self.sold_cost / mean if mean > 0 else None

    @property
    def sell_through(self) -> int | None:
        """动销率: of the SKUs in stock or sold, those that sold."""
        return self.moved * 10_000 // self.alive if self.alive else None


@dataclass(frozen=True, slots=True)
class Overview:
    whole: Sums
    cells: dict[tuple[str, str], Sums]
    categories: dict[int | None, Sums]
    suppliers: dict[int | None, Sums]


@dataclass(frozen=True, slots=True)
class Bought:
    """A purchase order's (or supplier's) goods: units taken in, those sold or gone since, and the money still lying there."""

    key: str
    supplier_id: int
    at: datetime
    skus: int
    came: int
    left: int
    value: int
    currency: str

    @property
    def sold_share(self) -> int:
        return (self.came - self.left) * 10_000 // self.came if self.came else 0


@dataclass(frozen=True, slots=True)
class Option:
    """A way to clear: `units` and `money` it should bring within the horizon (None: the past says nothing about it).

    `step` is the reduction, `price` a piece then; `approval`: the price is below its floor; `learned`: of the mall's own past.
    """

    kind: str
    units: int | None
    money: int | None
    step: int = 0
    price: int | None = None
    approval: bool = False
    learned: bool = False
    why: Text = field(default_factory=lambda: Text("", ""))
    target: str = ""
    best: bool = False

    @property
    def lasting(self) -> Option | None:
        """Of a reduction for a time: the same as a lasting price."""
        return replace(self, kind=PRICE, best=False) if self.kind == MARKDOWN else None


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What was decided about a SKU. `sold` and `brought` are net units and money since, until `until` at most."""

    id: int
    sku_id: int
    kind: str
    step: int
    price: int | None
    on_hand: int
    value: int
    expected_units: int | None
    expected_money: int | None
    reference: str
    reason: str
    by: str
    at: datetime
    until: datetime
    sold: int = 0
    brought: int = 0
    usual: int = 0


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """A season-end plan: SKUs with what should be left of each on the last day."""

    title: str
    ends_on: date
    targets: tuple[tuple[int, int], ...]
    owner: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlanRow:
    id: int
    title: str
    starts_on: date
    ends_on: date
    owner: str
    state: str
    skus: int
    start: int
    target: int
    steps: int
    done: int


@dataclass(frozen=True, slots=True)
class StepView:
    id: int
    week: date
    what: str
    owner: str
    done_on: date | None
    result: str


@dataclass(frozen=True, slots=True)
class PlanLine:
    sku_id: int
    start: int
    target: int
    now: int


@dataclass(frozen=True, slots=True)
class PlanView:
    """`path` are (day, planned units, units there; None in the future), week by week from the start to the last day."""

    id: int
    title: str
    starts_on: date
    ends_on: date
    owner: str
    note: str
    state: str
    result: str
    lines: tuple[PlanLine, ...]
    path: tuple[tuple[date, int, int | None], ...]
    steps: tuple[StepView, ...]

    @property
    def start(self) -> int:
        return sum(line.start for line in self.lines)

    @property
    def target(self) -> int:
        return sum(line.target for line in self.lines)

    @property
    def now(self) -> int:
        return sum(line.now for line in self.lines)
