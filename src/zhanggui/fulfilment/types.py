"""Values that cross the door of fulfilment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from zhanggui.carriage.types import CarrierView as CarrierView

from .states import PASSED as PASSED


@dataclass(frozen=True, slots=True)
class ParcelLineView:
    """`line` is the order line's position."""

    line: int
    sku_code: str
    title: str
    quantity: int
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventView:
    at: datetime
    status: str
    text: str
    location: str


@dataclass(frozen=True, slots=True)
class ParcelView:
    """A parcel with what is in it and its events, newest last."""

    number: str
    order_number: str
    carrier: str
    carrier_name: str
    carrier_name_en: str
    waybill_no: str
    state: str
    shipped_at: datetime
    delivered_at: datetime | None
    lines: tuple[ParcelLineView, ...]
    events: tuple[EventView, ...]


@dataclass(frozen=True, slots=True)
class TrackingNews:
    """One event as a carrier tells it; `status` is one of `states.STATUSES`."""

    carrier: str
    waybill_no: str
    at: datetime
    status: str
    text: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class TrackingResult:
    """What became of one piece of news, in the order given."""

    outcome: Literal["recorded", "duplicate", "unknown_waybill"]
    parcel: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A paid order that has not left whole. `stage`: in_time, late (past the promise), overdue (past the limit)."""

    order: dict[str, Any]
    due_at: datetime
    latest_at: datetime
    remaining: timedelta
    stage: Literal["in_time", "late", "overdue"]


@dataclass(frozen=True, slots=True)
class FindingView:
    """Something the review has to say of an order: a code of `rules.WORDS`, and whether it holds the order or is only told."""

    code: str
    level: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReviewView:
    """`bundle`: the box it shares with other orders; `parts`: units by line of each box it is split into."""

    order_number: str
    state: str
    findings: tuple[FindingView, ...]
    bundle: str
    parts: tuple[dict[int, int], ...]
    warehouses: tuple[int, ...]
    due_at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class WaveView:
    """A wave with how far its tasks have come."""

    number: str
    warehouse_id: int
    kind: str
    carrier: str
    made_by: str
    made_at: datetime
    orders: int
    tasks: int
    units: int
    picking: int
    packing: int
    short: int
    packed: int
    stopped: int

    @property
    def open(self) -> int:
        return self.picking + self.packing + self.short


@dataclass(frozen=True, slots=True)
class PickLine:
    """An article to be taken from one place; `baskets` are (basket, units) to put it into, `short` were not found."""

    place: str
    sku_id: int | None
    sku_code: str
    barcode: str
    title: str
    options: str
    image: str
    units: int
    short: int
    baskets: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class TaskLineView:
    line: int
    sku_id: int | None
    sku_code: str
    barcode: str
    title: str
    options: str
    image: str
    weight_g: int
    quantity: int
    short: int
    scanned: int
    serials: Sequence[str] = ()

    @property
    def wanted(self) -> int:
        return self.quantity - self.short


@dataclass(frozen=True, slots=True)
class TaskView:
    """Units of one order for one box. `carrier` is the wave's, `by_hand` that chosen for this box, with its reason."""

    id: int
    wave: str
    carrier: str
    order_number: str
    warehouse_id: int
    part: int
    bundle: str
    basket: int
    state: str
    packer_id: int | None
    packer: str
    packed_at: datetime | None
    parcel: str
    weight_g: int | None
    by_hand: str
    carrier_reason: str
    lines: tuple[TaskLineView, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """What a colleague wrote on an order."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class BoxView:
    """What lies on the packing table: the tasks of one box, the orders' facts and notes, what it should weigh (grams, None where
    an article's weight is not known) and which small gifts go in."""

    tasks: tuple[TaskView, ...]
    orders: tuple[dict[str, Any], ...]
    notes: tuple[Note, ...]
    buyer_notes: tuple[str, ...]
    inserts: tuple["InsertRuleView", ...]
    expected_g: int | None

    @property
    def complete(self) -> bool:
        return all(line.scanned >= line.wanted for task in self.tasks for line in task.lines)


@dataclass(frozen=True, slots=True)
class Packed:
    """An article that was just scanned: so many of it lie in the box, so many are wanted."""

    sku_code: str
    title: str
    scanned: int
    wanted: int


@dataclass(frozen=True, slots=True)
class InsertRuleDraft:
    """A small gift: what, and for which orders; `min_amount` in minor units, `most` pieces there are (None: enough)."""

    label: str
    note: str = ""
    min_amount: int = 0
    category_id: int | None = None
    first_order: bool = False
    most: int | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class InsertRuleView:
    id: int
    label: str
    note: str
    min_amount: int
    category_id: int | None
    first_order: bool
    most: int | None
    active: bool
    given: int


@dataclass(frozen=True, slots=True)
class CollectionView:
    """An order at a pickup point, as staff see it: never with its code. `name` and `mobile` are whom it goes to."""

    order_number: str
    point: str
    state: str
    made_at: datetime
    ready_at: datetime | None
    keep_until: datetime | None
    reminded_at: datetime | None
    closed_at: datetime | None
    closed_by: str
    name: str = ""
    mobile: str = ""
    units: int = 0


@dataclass(frozen=True, slots=True)
class OwnCollection:
    """The same as its buyer sees it, with the code once the goods are there."""

    point: str
    state: str
    keep_until: datetime | None
    code: str
