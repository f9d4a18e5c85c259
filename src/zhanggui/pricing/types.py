"""Values that cross the door of pricing. Amounts are integer minor units of the mall's currency."""

from dataclasses import dataclass
from datetime import datetime

from zhanggui.kernel.i18n import Text


@dataclass(frozen=True, slots=True)
class Price:
    """The price of a SKU at an instant; `scheduled` says that a window is open."""

    list_price: int
    sale_price: int
    cost: int | None
    scheduled: bool = False


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A price to be set. Without `sale_price` the list price is paid; `cost` None keeps the cost known before."""

    sku_id: int
    list_price: int
    sale_price: int | None = None
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class ScheduledView:
    id: int
    sku_id: int
    sale_price: int
    starts_at: datetime
    ends_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class HistoryView:
    id: int
    sku_id: int
    kind: str
    list_price: int | None
    sale_price: int
    cost: int | None
    old_list_price: int | None
    old_sale_price: int | None
    old_cost: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    reason: str
    actor_kind: str
    actor_label: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FreightRuleView:
    """`province` "" holds where no other rule of the method does. `fee` covers `included_g` grams (0: any weight)."""

    id: int
    method: str
    province: str
    deliverable: bool
    fee: int
    included_g: int
    fee_per_kg: int
    free_over: int | None


@dataclass(frozen=True, slots=True)
class Freight:
    """What delivery costs, by which rule (None: no rule of the method, so it is free), and how to say it."""

    amount: int
    rule: int | None
    label: Text
