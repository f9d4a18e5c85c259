"""What inventory announces (the rows are written by `sql/functions.sql`, in the transaction of the change)."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class SkuSoldOut(Event):
    """No free unit is left in any active warehouse."""

    name: ClassVar[str] = "inventory.sku_sold_out"

    sku_id: int
    available: int

    @property
    def aggregate(self) -> str:
        return f"sku:{self.sku_id}"


@dataclass(frozen=True, slots=True)
class SkuBackInStock(Event):
    """There was no free unit, now there are `available`."""

    name: ClassVar[str] = "inventory.sku_back_in_stock"

    sku_id: int
    available: int

    @property
    def aggregate(self) -> str:
        return f"sku:{self.sku_id}"


@dataclass(frozen=True, slots=True)
class StockReceived(Event):
    """Goods were booked in. `units` by SKU id, as lists of [sku_id, units]."""

    name: ClassVar[str] = "inventory.stock_received"

    reference: str
    units: list[list[int]]

    @property
    def aggregate(self) -> str:
        return f"receipt:{self.reference or self.units[0][0]}"


@dataclass(frozen=True, slots=True)
class StockMoved(Event):
    """Units went to another shelf of their warehouse, or into or out of inspection."""

    name: ClassVar[str] = "inventory.stock_moved"

    sku_id: int
    warehouse_id: int
    units: int

    @property
    def aggregate(self) -> str:
        return f"sku:{self.sku_id}"


@dataclass(frozen=True, slots=True)
class StockDamaged(Event):
    """Units were found damaged; they still lie in the warehouse and are not for sale."""

    name: ClassVar[str] = "inventory.stock_damaged"

    sku_id: int
    warehouse_id: int
    units: int
    reason: str

    @property
    def aggregate(self) -> str:
        return f"sku:{self.sku_id}"


@dataclass(frozen=True, slots=True)
class StockMended(Event):
    """Units that counted as damaged are good again."""

    name: ClassVar[str] = "inventory.stock_mended"

    sku_id: int
    warehouse_id: int
    units: int
    reason: str

    @property
    def aggregate(self) -> str:
        return f"sku:{self.sku_id}"


@dataclass(frozen=True, slots=True)
class StockScrapped(Event):
    """Units left the warehouse for good."""

    name: ClassVar[str] = "inventory.stock_scrapped"

    sku_id: int
    warehouse_id: int
    units: int
    reason: str

    @property
    def aggregate(self) -> str:
        return f"sku:{self.sku_id}"


@dataclass(frozen=True, slots=True)
class BatchExpired(Event):
    """A batch is past its last day of sale. `units` were taken out of sale just now; `promised` are still promised to orders."""

    name: ClassVar[str] = "inventory.batch_expired"

    batch_id: int
    sku_id: int
    warehouse_id: int
    batch: str
    units: int
    promised: int

    @property
    def aggregate(self) -> str:
        return f"sku:{self.sku_id}"


@dataclass(frozen=True, slots=True)
class StockLocked(Event):
    """Units are kept from sale for a purpose."""

    name: ClassVar[str] = "inventory.stock_locked"

    lock_id: int
    sku_id: int
    warehouse_id: int
    units: int
    reason: str

    @property
    def aggregate(self) -> str:
        return f"sku:{self.sku_id}"


@dataclass(frozen=True, slots=True)
class StockUnlocked(Event):
    """Locked units can be sold again; `remaining` are still locked."""

    name: ClassVar[str] = "inventory.stock_unlocked"

    lock_id: int
    sku_id: int
    warehouse_id: int
    units: int
    remaining: int

    @property
    def aggregate(self) -> str:
        return f"sku:{self.sku_id}"


@dataclass(frozen=True, slots=True)
class TransferSent(Event):
    """Stock is on its way to another warehouse."""

    name: ClassVar[str] = "inventory.transfer_sent"

    number: str
    source_id: int
    target_id: int
    units: int

    @property
    def aggregate(self) -> str:
        return f"transfer:{self.number}"


@dataclass(frozen=True, slots=True)
class TransferReceived(Event):
    """Units of a transfer have come; `outstanding` have not yet."""

    name: ClassVar[str] = "inventory.transfer_received"

    number: str
    units: int
    outstanding: int

    @property
    def aggregate(self) -> str:
        return f"transfer:{self.number}"


@dataclass(frozen=True, slots=True)
class TransferClosed(Event):
    """Nothing more of a transfer is waited for; `missing` units never came."""

    name: ClassVar[str] = "inventory.transfer_closed"

    number: str
    missing: int
    reason: str

    @property
    def aggregate(self) -> str:
        return f"transfer:{self.number}"


@dataclass(frozen=True, slots=True)
class SampleTaken(Event):
    """Units were taken out as samples."""

    name: ClassVar[str] = "inventory.sample_taken"

    number: str
    sku_id: int
    units: int
    taker: str

    @property
    def aggregate(self) -> str:
        return f"sample:{self.number}"


@dataclass(frozen=True, slots=True)
class SampleReturned(Event):
    """Units of a sample came back, or were kept for good; `out` still are outside."""

    name: ClassVar[str] = "inventory.sample_returned"

    number: str
    sku_id: int
    returned: int
    kept: int
    out: int

    @property
    def aggregate(self) -> str:
        return f"sample:{self.number}"


@dataclass(frozen=True, slots=True)
class CountStarted(Event):
    """A stock-take has begun: `lines` spots of the warehouse are to be counted."""

    name: ClassVar[str] = "inventory.count_started"

    number: str
    warehouse_id: int
    lines: int

    @property
    def aggregate(self) -> str:
        return f"count:{self.number}"


@dataclass(frozen=True, slots=True)
class CountSubmitted(Event):
    """A stock-take was handed in. `units` and `value` (minor units, at cost) of difference; `approval`: it has to be approved."""

    name: ClassVar[str] = "inventory.count_submitted"

    number: str
    units: int
    value: int
    approval: bool

    @property
    def aggregate(self) -> str:
        return f"count:{self.number}"


@dataclass(frozen=True, slots=True)
class CountApproved(Event):
    """The differences of a stock-take were approved."""

    name: ClassVar[str] = "inventory.count_approved"

    number: str
    units: int
    value: int

    @property
    def aggregate(self) -> str:
        return f"count:{self.number}"


@dataclass(frozen=True, slots=True)
class CountPosted(Event):
    """Differences of a stock-take are in the book. `up` and `down` are units; `held` lines could not be posted."""

    name: ClassVar[str] = "inventory.count_posted"

    number: str
    lines: int
    up: int
    down: int
    held: int

    @property
    def aggregate(self) -> str:
        return f"count:{self.number}"


@dataclass(frozen=True, slots=True)
class CountClosed(Event):
    """The lines of a stock-take that could not be posted were given up."""

    name: ClassVar[str] = "inventory.count_closed"

    number: str
    lines: int
    reason: str

    @property
    def aggregate(self) -> str:
        return f"count:{self.number}"


@dataclass(frozen=True, slots=True)
class CountCancelled(Event):
    """A stock-take was given up; nothing of it is in the book."""

    name: ClassVar[str] = "inventory.count_cancelled"

    number: str
    reason: str

    @property
    def aggregate(self) -> str:
        return f"count:{self.number}"


@dataclass(frozen=True, slots=True)
class AlertLimitsChanged(Event):
    """What is too little or too much was set anew for so many SKUs and categories."""

    name: ClassVar[str] = "inventory.alert_limits_changed"

    count: int

    @property
    def aggregate(self) -> str:
        return "inventory:limits"


@dataclass(frozen=True, slots=True)
class StockAlertRaised(Event):
    """Stock of a SKU is too little (low) or too much (high), expires soon (near), is lost (loss) or goes fast (surge)."""

    name: ClassVar[str] = "inventory.stock_alert_raised"

    sku_id: int
    kind: str
    units: int

    @property
    def aggregate(self) -> str:
        return f"sku:{self.sku_id}"
