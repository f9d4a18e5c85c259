"""Replays as others see them. Amounts are minor units of the mall's currency, rates basis points, times aware."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from zhanggui.kernel.i18n import Text
from zhanggui.promotions.types import PromotionDraft

WAITING, RUNNING, FINISHED, FAILED, STOPPED = "waiting", "running", "finished", "failed", "stopped"
STATUSES = (WAITING, RUNNING, FINISHED, FAILED, STOPPED)
OVER = (FINISHED, FAILED, STOPPED)
#: By what winners and losers are told apart: tier as of then, first purchase or not, province.
DIMENSIONS = ("tier", "age", "region")
#: Bounds of the bands of an order's margin, in basis points of its sales.
BANDS = (-2000, 0, 1000, 2000, 3000, 4000, 5000, 6000)


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """A promotion to be replayed: a stored one (`promotion_id`), with other figures where `draft` is given, or a new `draft`.

    `throughout`: in force in the whole window, whatever its dates and however it was switched (its daily hours stay).
    `everybody`: of a coupon, that every buyer presents it; otherwise only those who did.
    """

    promotion_id: int | None = None
    draft: PromotionDraft | None = None
    throughout: bool = False
    everybody: bool = False


@dataclass(frozen=True, slots=True)
class ReplayDraft:
    """A replay to be made: business days `first` to `last`, both included, and all promotions that shall be in force."""

    first: date
    last: date
    promotions: Sequence[EntryDraft]
    note: str = ""


@dataclass(frozen=True, slots=True)
class EntryView:
    """A promotion of a proposal as it was frozen; `id` of a new one is no promotion's. `changed`: its figures were others."""

    id: int
    kind: str
    label: Text
    config: Mapping[str, Any]
    throughout: bool
    everybody: bool
    changed: bool
    stored: bool


@dataclass(slots=True)
class Side:
    """Sums of one side. `goods` before anything was taken off, `discount` what promotions took off goods, `relief` off the
    freight, `gift_cost` what gifts cost, `other` what points and staff took off; `sales` what is left of the goods.

    `profit` (sales less cost, gifts and relief) and `known_sales` are of the `known_orders` whose cost is known. `below_…` count
    orders and SKUs that promotions bring below floor or cost, the gaps say by how much.
    """

    orders: int = 0
    goods: int = 0
    discount: int = 0
    relief: int = 0
    gift_cost: int = 0
    other: int = 0
    sales: int = 0
    known_orders: int = 0
    known_sales: int = 0
    profit: int = 0
    below_orders: int = 0
    below_floor_skus: int = 0
    below_cost_skus: int = 0
    floor_gap: int = 0
    cost_gap: int = 0

    @property
    def cost(self) -> int:
        """What the promotions cost."""
        return self.discount + self.relief + self.gift_cost

    @property
    def discount_rate(self) -> int | None:
        return rate(self.discount, self.goods)

    @property
    def cost_rate(self) -> int | None:
        """Promotion cost in sales (ADS-07)."""
        return rate(self.cost, self.sales)

    @property
    def margin(self) -> int | None:
        return rate(self.profit, self.known_sales)


def rate(part: int, whole: int) -> int | None:
    """Basis points, rounded down; None of nothing."""
    return part * 10_000 // whole if whole else None


@dataclass(slots=True)
class DayRow:
    """A business day."""

    day: date
    orders: int = 0
    real: Side = field(default_factory=Side)
    proposed: Side = field(default_factory=Side)


@dataclass(slots=True)
class PromotionRow:
    """What a promotion really gave, and would have given; `won` orders would have got it that did not, `lost` the reverse."""

    id: int
    real_orders: int = 0
    real_amount: int = 0
    orders: int = 0
    amount: int = 0
    won: int = 0
    lost: int = 0
    gifts: int = 0
    gift_cost: int = 0


@dataclass(slots=True)
class SegmentRow:
    """Orders of a group of buyers and what they got and would have got; of all promotions together where the id is 0."""

    promotion_id: int
    dimension: str
    value: str
    orders: int = 0
    sales: int = 0
    real: int = 0
    proposed: int = 0
    cheaper: int = 0
    dearer: int = 0


@dataclass(slots=True)
class SkuSide:
    """Pieces sold below floor and below cost, by how much in all, and the least a piece came to."""

    below_floor: int = 0
    floor_gap: int = 0
    below_cost: int = 0
    cost_gap: int = 0
    least: int | None = None


@dataclass(slots=True)
class SkuRow:
    """A SKU that promotions brought, or would bring, below its floor (None: it has none) or its cost."""

    sku_id: int
    floor: int | None
    real: SkuSide = field(default_factory=SkuSide)
    proposed: SkuSide = field(default_factory=SkuSide)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order: what was and would be taken off, its sales and profit (None: cost unknown), how far it would be below floor or cost."""

    number: str
    at: str
    goods: int
    real_off: int
    proposed_off: int
    real_sales: int
    proposed_sales: int
    real_profit: int | None
    proposed_profit: int | None
    short: int


@dataclass(slots=True)
class Figures:
    """The result of a replay. `bands` count orders by margin, (really, under the proposal), bounds in BANDS.

    `bounded`: orders whose best combination was not searched to the end; `strangers`: lines of articles that are not in this
    catalogue; `worst`, `gains`, `losses`, `skus` are the first rows only.
    """

    real: Side
    proposed: Side
    cheaper: int
    dearer: int
    same: int
    gain: int
    loss: int
    newly_below: int
    bounded: int
    strangers: int
    gifts_without_cost: int
    days: list[DayRow]
    bands: list[tuple[int, ...]]
    promotions: list[PromotionRow]
    segments: list[SegmentRow]
    skus: list[SkuRow]
    worst: list[OrderRow]
    gains: list[OrderRow]
    losses: list[OrderRow]

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Figures":
        """As it was kept (`dataclasses.asdict`, days as text)."""
        plain = {name: stored[name] for name in cls.__slots__ if isinstance(stored[name], int)}
        return cls(
            **plain,
            real=Side(**stored["real"]),
            proposed=Side(**stored["proposed"]),
            days=[
                DayRow(date.fromisoformat(r["day"]), r["orders"], Side(**r["real"]), Side(**r["proposed"]))
                for r in stored["days"]
            ],
            bands=[tuple(pair) for pair in stored["bands"]],
            promotions=[PromotionRow(**r) for r in stored["promotions"]],
            segments=[SegmentRow(**r) for r in stored["segments"]],
            skus=[
                SkuRow(r["sku_id"], r["floor"], SkuSide(**r["real"]), SkuSide(**r["proposed"])) for r in stored["skus"]
            ],
            worst=[OrderRow(**r) for r in stored["worst"]],
            gains=[OrderRow(**r) for r in stored["gains"]],
            losses=[OrderRow(**r) for r in stored["losses"]],
        )


@dataclass(frozen=True, slots=True)
class ReplayView:
    """A replay: what was asked, how far it is (`done` of `total` orders), and when it is over its figures or the failure.

    `left_out` are orders of another currency. `corridor` is what promotion cost should be of sales, in basis points.
    """

    id: int
    status: str
    stop: bool
    attempts: int
    first: date
    last: date
    note: str
    currency: str
    total: int
    done: int
    left_out: int
    corridor: tuple[int, int]
    failure: Text | None
    actor_label: str
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    promotions: tuple[EntryView, ...] = ()
    figures: Figures | None = None

    @property
    def over(self) -> bool:
        return self.status in OVER
