"""Values that cross the door of dropshipping. Amounts are minor units of the supplier's currency, times aware."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from zhanggui.kernel.i18n import Text

from .states import OPEN as OPEN
from .states import REASONS as REASONS
from .states import STATES as STATES
from .states import WORDS as WORDS


@dataclass(frozen=True, slots=True)
class ReturnTo:
    """Where buyers' returns go."""

    name: str = ""
    phone: str = ""
    address: str = ""

    @property
    def known(self) -> bool:
        return bool(self.address)


@dataclass(frozen=True, slots=True)
class PartnerView:
    """A supplier who sends for us. `waiting` orders are to be confirmed or sent, `late` of them are silent or overdue."""

    id: int
    supplier_id: int
    supplier: str
    supplier_en: str
    code: str
    currency: str
    warehouse_id: int
    active: bool
    edition: int
    return_to: ReturnTo
    stated_at: datetime | None
    waiting: int
    late: int

    @property
    def title(self) -> Text:
        return Text(self.supplier, self.supplier_en or self.supplier)


class Held(NamedTuple):
    """What a supplier has of a SKU: in all, and how many of it are promised to orders he has not sent."""

    sku_id: int
    supplier_code: str
    on_hand: int
    promised: int


class Stated(NamedTuple):
    """What a supplier says he has of a SKU, all in all; what is promised and not sent included."""

    sku_id: int
    on_hand: int


class Short(NamedTuple):
    """Fewer are there than are promised to orders he has not sent: so many of those cannot be sent."""

    sku_id: int
    missing: int


@dataclass(frozen=True, slots=True)
class LineView:
    line: int
    sku_id: int
    supplier_code: str
    quantity: int
    shipped: int
    dropped: int
    price: int | None

    @property
    def open(self) -> int:
        return self.quantity - self.shipped - self.dropped


@dataclass(frozen=True, slots=True)
class ShipmentView:
    parcel: str
    carrier: str
    waybill_no: str
    units: Mapping[int, int]
    amount: int | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TakenBackView:
    number: str
    line: int
    quantity: int
    amount: int
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SupplierOrderRow:
    """A supplier order in a list. `amount` of what is wanted of it, None while a price is missing."""

    id: int
    number: str
    order_number: str
    supplier_id: int
    supplier: str
    supplier_en: str
    state: str
    currency: str
    due_at: datetime
    ready_on: date | None
    refusal: str
    late: str
    sent_at: datetime
    shipped_at: datetime | None
    units: int
    lines: int
    amount: int | None

    @property
    def title(self) -> Text:
        return Text(self.supplier, self.supplier_en or self.supplier)


@dataclass(frozen=True, slots=True)
class SupplierOrderView:
    """One supplier order with all that has come of it."""

    id: int
    number: str
    order_number: str
    supplier_id: int
    supplier: str
    supplier_en: str
    state: str
    currency: str
    due_at: datetime
    ready_on: date | None
    refusal: str
    words: str
    late: str
    sent_at: datetime
    confirmed_at: datetime | None
    changed_at: datetime | None
    shipped_at: datetime | None
    ended_at: datetime | None
    return_to: ReturnTo
    lines: tuple[LineView, ...]
    shipments: tuple[ShipmentView, ...]
    returns: tuple[TakenBackView, ...]
    actions: tuple[str, ...]

    @property
    def title(self) -> Text:
        return Text(self.supplier, self.supplier_en or self.supplier)

    @property
    def amount(self) -> int | None:
        """What the units that are wanted cost; None while a price is missing."""
        if any(line.price is None for line in self.lines):
            return None
        return sum((line.price or 0) * (line.quantity - line.dropped) for line in self.lines)


class ModeSales(NamedTuple):
    """What one way of supply sold in a span; of lines whose cost is known, `margin` is what is left of `costed` (after discounts).

    `hours` is the mean from payment to leaving; of `due` lines (left, or their promise is over) `in_time` left in time. `returned`
    units came back after they had left.
    """

    mode: str
    orders: int
    units: int
    sales: int
    costed: int
    margin: int
    shipped: int
    hours: float | None
    due: int
    in_time: int
    returned: int
