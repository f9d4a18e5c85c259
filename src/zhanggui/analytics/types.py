"""What others may hand to analytics and get from it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from zhanggui.aftersales.events import CaseMoved
from zhanggui.kernel import clock
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.paging import Page
from zhanggui.orders.events import OrderCancelled, OrderPaid, OrderRefunded, OrdersImported

#: What a page is. `ordered` is the page that thanks for an order.
PAGE_KINDS = ("home", "category", "product", "content", "cart", "checkout", "ordered", "other")
#: What changes the order facts of days past; a new order is always today's.
CHANGES = (OrderPaid, OrderCancelled, OrderRefunded, OrdersImported, CaseMoved)
PeriodName = Literal["daily", "weekly"]
MetricKind = Literal["count", "money", "rate", "seconds", "number"]
Value = int | float | None


@dataclass(frozen=True, slots=True)
class Period:
    """A business day, or a week from Monday to Sunday, in the mall's time zone."""

    name: PeriodName
    first: date
    last: date

    @classmethod
    def daily(cls, day: date) -> "Period":
        return cls("daily", day, day)

    @classmethod
    def weekly(cls, day: date) -> "Period":
        """The week (Monday..Sunday) that holds `day`."""
        monday = week_of(day)
        return cls("weekly", monday, monday + timedelta(days=6))

    @property
    def previous(self) -> "Period":
        """The day before, or the week before (ANA-02)."""
        step = self.last - self.first + timedelta(days=1)
        return Period(self.name, self.first - step, self.last - step)

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """Start (inclusive) and end (exclusive) as instants."""
        return clock.day_bounds(self.first)[0], clock.day_bounds(self.last)[1]


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Collected:
    """How many page views were taken, how many were left out, and why (`bot`, `staff`, `off` or empty)."""

    stored: int
    ignored: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """One page view as a browser sent it at `at`; `event` as `collect` takes it."""

    event: Mapping[str, Any]
    at: datetime
    address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class Traffic:
    """What page views say about a period. Rows are ready for tables; `views` etc. are counts, `seconds` whole seconds."""

    views: int
    visitors: int
    new_visitors: int
    addresses: int
    visits: int
    deep_visits: int
    long_visits: int
    seconds: int
    sources: list[dict[str, Any]] = field(default_factory=list)
    pages: list[dict[str, Any]] = field(default_factory=list)
    products: list[dict[str, Any]] = field(default_factory=list)
    hours: list[dict[str, Any]] = field(default_factory=list)
    paths: list[dict[str, Any]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class MetricValue:
    """A metric's figure in a period and in the one before it; None is unknown."""

    name: str
    kind: MetricKind
    title: Text
    definition: Text
    value: Value
    previous: Value


@dataclass(frozen=True, slots=True)
class Point:
    """A metric on the day, or in the week that begins with it; None is unknown."""

    first: date
    value: Value


@dataclass(frozen=True, slots=True)
class Series:
    """A metric over time, oldest first, without a gap."""

    name: str
    kind: MetricKind
    title: Text
    definition: Text
    period: PeriodName
    currency: str
    points: list[Point]


@dataclass(frozen=True, slots=True)
class HeatCell:
    """An hour of a weekday (1 Monday … 7 Sunday), summed over the days it was met on."""

    weekday: int
    hour: int
    days: int
    views: int = 0
    orders: int = 0
    valid_orders: int = 0
    sales: int = 0


@dataclass(frozen=True, slots=True)
class Heat:
    """When people look and buy (ANA-17): all 168 hours of the week, Monday 0 o'clock first."""

    first: date
    last: date
    currency: str
    cells: list[HeatCell]

    def peaks(self, most: int = 3) -> list[HeatCell]:
        """The hours with the most orders, most first; none where nobody ordered."""
        busy = sorted(self.cells, key=lambda c: (-c.orders, c.weekday, c.hour))
        return [cell for cell in busy[:most] if cell.orders]


@dataclass(frozen=True, slots=True)
class Sellers:
    """Products by what they sold from `first` to `last`; `moving` of `listed` products sold at all (动销率)."""

    first: date
    last: date
    currency: str
    listed: int
    moving: int
    best: list[dict[str, Any]]
    slow: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Behind:
    """A page of what a figure is made of; `records` says of what kind."""

    records: Literal["orders", "visits", "spend", "none"]
    currency: str
    page: Page[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Report:
    """The operations report, before it is written in any form. `rows`: tables by name, each a list of flat rows."""

    period: Period
    timezone: str
    currency: str
    metrics: list[MetricValue]
    rows: dict[str, list[dict[str, Any]]]

    def as_dict(self, lang: str) -> dict[str, Any]:
        """The shape of `report --format json` and of the operations API."""
        return {
            "report": self.period.name,
            "from": self.period.first.isoformat(),
            "to": self.period.last.isoformat(),
            "timezone": self.timezone,
            "currency": self.currency,
            "metrics": {
                m.name: {"value": m.value, "previous": m.previous, "definition": m.definition.render(lang)}
                for m in self.metrics
            },
            "rows": {
                name: [{k: v.render(lang) if isinstance(v, Text) else v for k, v in row.items()} for row in rows]
                for name, rows in self.rows.items()
            },
        }
