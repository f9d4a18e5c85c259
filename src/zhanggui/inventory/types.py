"""Values that cross the door of inventory. Quantities are whole units; ids are those of catalog.Sku and of a warehouse."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

OWN, SUPPLIER, WORKSHOP = "own", "supplier", "workshop"
WAREHOUSE_KINDS = (OWN, SUPPLIER, WORKSHOP)


@dataclass(frozen=True, slots=True)
class WarehouseView:
    """`kind`: own, or supplier where it stands for what a supplier has and sends himself."""

    id: int
    code: str
    name: str
    region: str
    priority: int
    active: bool
    kind: str


@dataclass(frozen=True, slots=True)
class LevelFree:
    """Free units of a SKU in one active warehouse; the answer comes in shipping order (priority, then id)."""

    level_id: int
    sku_id: int
    warehouse_id: int
    free: int


@dataclass(frozen=True, slots=True)
class LevelView:
    """What lies in one warehouse, for staff. `withheld` is locked, damaged, past its last day of sale or in inspection."""

    sku_id: int
    warehouse_id: int
    on_hand: int
    reserved: int
    withheld: int = 0

    @property
    def free(self) -> int:
        return self.on_hand - self.reserved - self.withheld


@dataclass(frozen=True, slots=True)
class Piece:
    """So many units of a SKU out of one warehouse."""

    sku_id: int
    warehouse_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class EmptySpan:
    """Whole days in which nothing of a SKU lay anywhere: from `first`, until before `until`."""

    sku_id: int
    first: date
    until: date


@dataclass(frozen=True, slots=True)
class PromisedUnits:
    """Units that an order's line still holds in one warehouse of this `kind`."""

    order_number: str
    line: int
    sku_id: int
    warehouse_id: int
    kind: str
    units: int


@dataclass(frozen=True, slots=True)
class StockRow:
    """A quantity of a SKU in a warehouse (None: the first active one, by priority).

    `seen` is how many lay there when the wish was formed; another number there now refuses it. What is received may say its
    shelf (`location`, a code), its batch with its dates, and its serial numbers, one for each unit.
    """

    sku_id: int
    quantity: int
    warehouse_id: int | None = None
    seen: int | None = None
    location: str = ""
    batch: str = ""
    produced_on: date | None = None
    expires_on: date | None = None
    serials: tuple[str, ...] = ()

    @property
    def detailed(self) -> bool:
        return bool(self.location or self.batch or self.serials or self.produced_on or self.expires_on)


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """Units that came back. Damaged ones are booked in and straight out again, so both are on record; `kept` ones stay as damaged stock.

    Where a SKU asks for batches or serial numbers, they are named as when goods are received; `location` is a shelf's code.
    """

    sku_id: int
    quantity: int
    warehouse_id: int | None = None
    damaged: bool = False
    kept: bool = False
    location: str = ""
    batch: str = ""
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReserveLine:
    """Units wanted by an order's line. `draft` orders the wishes of a batch: the lowest is served first."""

    order_number: str
    line: int
    sku_id: int
    warehouse_id: int
    quantity: int
    draft: int = 0


@dataclass(frozen=True, slots=True)
class ShipLine:
    """Promised units of an order's line that leave; `reference` names the parcel.

    Where a line is promised from several warehouses, `warehouse_id` gives first.
    """

    order_number: str
    line: int
    quantity: int
    reference: str = ""
    warehouse_id: int | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """Where units of an order's line were taken: a shelf (None: no place), a batch (None: none known), their serials."""

    order_number: str
    line: int
    warehouse_id: int
    quantity: int
    location_id: int | None = None
    batch_id: int | None = None
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PickPlace:
    """Where to take units of an order's line, `place` in walking order over the whole answer. Codes are empty where nothing
    says more than the warehouse. `serials`: the units' serial numbers are to be scanned."""

    order_number: str
    line: int
    sku_id: int
    warehouse_id: int
    quantity: int
    location_id: int | None
    location: str
    walk: int | None
    batch_id: int | None
    batch: str
    expires_on: date | None
    serials: bool
    place: int


@dataclass(frozen=True, slots=True)
class LocationView:
    id: int
    warehouse_id: int
    code: str
    zone: str
    kind: str
    walk: int
    active: bool
    units: int = 0
    skus: int = 0


@dataclass(frozen=True, slots=True)
class LocationDraft:
    """A shelf as staff or a file give it."""

    code: str
    kind: str = "pick"
    walk: int = 0
    active: bool = True


@dataclass(frozen=True, slots=True)
class TrackingView:
    """What the warehouse asks of a SKU; `unsold_days` None: the mall's setting."""

    sku_id: int
    batches: bool = False
    serials: bool = False
    unsold_days: int | None = None


@dataclass(frozen=True, slots=True)
class StateView:
    """All states of a SKU in a warehouse. on_hand = reserved + locked + damaged + expired + quality + available.

    `in_transit` is on its way here and not on hand; `samples` are out and not on hand.
    """

    sku_id: int
    warehouse_id: int
    on_hand: int
    reserved: int
    locked: int
    damaged: int
    expired: int
    quality: int
    available: int
    in_transit: int
    samples: int


@dataclass(frozen=True, slots=True)
class PlacementView:
    """Units by shelf, batch and state; what has none of them is answered as a row of its own (all empty, state good)."""

    sku_id: int
    warehouse_id: int
    location_id: int | None
    location: str
    kind: str
    batch_id: int | None
    batch: str
    produced_on: date | None
    expires_on: date | None
    state: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Spot:
    """Units at one spot of the finer book, by the codes of shelf and batch. Neither, in state good: those that have no place."""

    sku_id: int
    warehouse_id: int
    quantity: int
    location: str = ""
    batch: str = ""
    state: str = "good"
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LockView:
    id: int
    sku_id: int
    warehouse_id: int
    quantity: int
    remaining: int
    reason: str
    reference: str
    until: datetime | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TransferRow:
    """What a transfer should carry. `location` is where it is taken from (a code)."""

    sku_id: int
    quantity: int
    batch: str = ""
    location: str = ""
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrival:
    """Units of a transfer's line that have come, and to which shelf (a code). Serial numbers: all that came."""

    line: int
    quantity: int
    location: str = ""
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TransferLineView:
    """In transit = sent - received - missing."""

    line: int
    sku_id: int
    batch_id: int | None
    batch: str
    location: str
    serials: tuple[str, ...]
    quantity: int
    sent: int
    received: int
    missing: int


@dataclass(frozen=True, slots=True)
class TransferView:
    number: str
    source_id: int
    target_id: int
    state: str
    note: str
    made_at: datetime
    sent_at: datetime | None
    received_at: datetime | None
    closed_at: datetime | None
    units: int
    lines: tuple[TransferLineView, ...] = ()


@dataclass(frozen=True, slots=True)
class SampleView:
    """Out = quantity - returned - kept."""

    number: str
    sku_id: int
    warehouse_id: int
    batch: str
    serials: tuple[str, ...]
    quantity: int
    returned: int
    kept: int
    taker: str
    purpose: str
    due_on: date | None
    closed: bool
    at: datetime

    @property
    def out(self) -> int:
        return self.quantity - self.returned - self.kept


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch and where how much of it lies; `last_day` is the last day it is sold."""

    id: int
    sku_id: int
    code: str
    produced_on: date | None
    expires_on: date | None
    last_day: date | None
    good: int
    withheld: int


@dataclass(frozen=True, slots=True)
class SerialView:
    id: int
    sku_id: int
    number: str
    state: str
    warehouse_id: int | None
    location: str
    batch: str
    reference: str


@dataclass(frozen=True, slots=True)
class SerialStepView:
    state: str
    kind: str
    warehouse_id: int | None
    location: str
    reference: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PlacementMoveView:
    id: int
    sku_id: int
    warehouse_id: int
    location: str
    batch: str
    state: str
    delta: int
    kind: str
    reference: str
    reason: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """A draft that cannot have all it wants: of this SKU only `available` units could be had."""

    draft: int
    sku_id: int
    available: int


@dataclass(frozen=True, slots=True)
class MovementView:
    id: int
    sku_id: int
    warehouse_id: int
    delta: int
    balance_after: int
    kind: str
    reference: str
    reason: str
    actor: str
    at: str


@dataclass(frozen=True, slots=True)
class Counted:
    """Units found at a spot of a stock-take: `location` and `batch` are codes ("": none)."""

    sku_id: int
    quantity: int
    location: str = ""
    batch: str = ""


@dataclass(frozen=True, slots=True)
class CountView:
    """A stock-take with what has come of it so far. `units` and `value` (minor units) as they were handed in."""

    id: int
    number: str
    warehouse_id: int
    state: str
    scope: str
    zones: list[str]
    sku_ids: list[int]
    blind: bool
    note: str
    units: int
    value: int
    made_by: str
    submitted_by: str
    submitter: str
    approved_by: str
    made_at: datetime
    submitted_at: datetime | None
    approved_at: datetime | None
    posted_at: datetime | None
    lines: int
    counted: int
    differences: int
    again: int
    held: int
    up: int
    down: int


@dataclass(frozen=True, slots=True)
class CountLineView:
    id: int
    sku_id: int
    location: str
    walk: int
    batch: str
    snapshot: int
    counted: int | None
    book: int | None
    difference: int | None
    round: int
    again: bool
    counter: str
    counted_by: str
    counted_at: datetime | None
    reason: str
    unit_value: int | None
    posted: int | None
    held: str


@dataclass(frozen=True, slots=True)
class CountEntryView:
    """One of the counts of a line."""

    round: int
    quantity: int
    book: int
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CountFileView:
    """A file of counted rows: `errors` are [row of the file, words in Chinese, words in English]."""

    id: int
    name: str
    total: int
    done: int
    taken: int
    errors: list[list[Any]]
    at: datetime


@dataclass(frozen=True, slots=True)
class CountOutcome:
    """What posting did: lines and units in the book, lines held."""

    lines: int
    up: int
    down: int
    held: int


@dataclass(frozen=True, slots=True)
class CountRow:
    """A row of a file: its line in the file (titles are line 1), and its cells as they stand there."""

    row: int
    code: str
    location: str
    batch: str
    quantity: str


@dataclass(frozen=True, slots=True)
class AlertView:
    """A warning about a SKU: see StockAlert. `pace` is units shipped in four weeks; in `surge`, a week's usual."""

    id: int
    sku_id: int
    kind: str
    units: int
    cover: int | None
    pace: int
    at: datetime
    bound: int | None = None


@dataclass(frozen=True, slots=True)
class AlertLimit:
    """What is too little and too much of a SKU (`sku_id`), or in a category and all below it (`category_id`). None: not said here."""

    sku_id: int | None = None
    category_id: int | None = None
    low_units: int | None = None
    high_units: int | None = None
    low_days: int | None = None
    high_days: int | None = None

    @property
    def empty(self) -> bool:
        return self.low_units is self.high_units is self.low_days is self.high_days is None
