"""Values that cross the door of promises. Times are aware, amounts minor units of the mall's currency."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from zhanggui.kernel import clock

from .rules import EXCHANGE as EXCHANGE
from .rules import REFUND as REFUND
from .rules import WAIT as WAIT
from .rules import Urgency


@dataclass(frozen=True, slots=True)
class ShortLine:
    """Units of an order's line that cannot be sent."""

    line: int
    sku_id: int | None
    sku: str
    title: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Alternative:
    """What was in stock instead when the buyer was asked: another variant of the same product (`same`), or what goes along with it."""

    sku_id: int
    sku: str
    slug: str
    title: str
    price: int
    same: bool


@dataclass(frozen=True, slots=True)
class ShortageView:
    """Units that cannot be sent, what may be chosen and what was. `answer_until` is when the mall stops waiting for the buyer."""

    number: str
    order_number: str
    state: str
    reason: str
    words: str
    lines: tuple[ShortLine, ...]
    wait_until: datetime | None
    alternatives: tuple[Alternative, ...]
    asked_by: str
    asked_at: datetime
    reminded_at: datetime | None
    answer: str
    answered_by: str
    answer_note: str
    answered_at: datetime | None
    case_number: str
    over_reason: str
    answer_until: datetime
    answer_sku: str = ""

    @property
    def choices(self) -> tuple[str, ...]:
        """What the buyer may choose: to wait only while there is a day to wait for, another article only where there is one for all."""
        wait = (WAIT,) if self.wait_until is not None else ()
        exchange = (EXCHANGE,) if len(self.lines) == 1 and self.alternatives else ()
        return (*wait, *exchange, REFUND)

    @property
    def wait_day(self) -> date | None:
        """The business day at whose end it will have left; as people say it."""
        return clock.business_date(self.wait_until - timedelta(seconds=1)) if self.wait_until is not None else None


@dataclass(frozen=True, slots=True)
class Task:
    """Where the warehouse is with an order: `state` of its task, the wave's number and the warehouse."""

    state: str
    wave: str
    warehouse_id: int


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A paid order that has not left whole. `order` as lists of orders have it; `review` is "" where it needs none."""

    order: dict[str, Any]
    due: datetime
    latest: datetime
    urgency: Urgency
    review: str
    findings: tuple[str, ...]
    tasks: tuple[Task, ...]
    shortage: str
    suppliers: tuple[str, ...] = ()  # states of the supplier orders that are not over


@dataclass(frozen=True, slots=True)
class Kept:
    """How promises were kept for one `key`: orders paid, and of those that are judged how many left within the promise and the limit.

    `due`: orders that have left, or whose promise is over; `ended` the same of the limit. `open` have not left yet, `asked` had
    units that could not be sent. `hours` is the mean time to dispatch of those that have left.
    """

    key: str
    orders: int
    due: int
    in_time: int
    ended: int
    within_limit: int
    open: int
    asked: int
    hours: float | None


@dataclass(frozen=True, slots=True)
class KeptReport:
    """The whole span and the same by day, warehouse (id), carrier (name), person and reason of shortages."""

    first: date
    last: date
    whole: Kept
    by: Mapping[str, tuple[Kept, ...]]
