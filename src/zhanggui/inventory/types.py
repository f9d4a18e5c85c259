"""Values that cross the door of inventory. Quantities are whole units; ids are those of catalog.Sku and of a warehouse."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WarehouseView:
    id: int
    code: str
    name: str
    region: str
    priority: int
    active: bool


@dataclass(frozen=True, slots=True)
class LevelFree:
    """Free units of a SKU in one active warehouse; the answer comes in shipping order (priority, then id)."""

    level_id: int
    sku_id: int
    warehouse_id: int
    free: int


@dataclass(frozen=True, slots=True)
class LevelView:
    """What lies in one place, for staff."""

    sku_id: int
    warehouse_id: int
    on_hand: int
    reserved: int

    @property
    def free(self) -> int:
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class Piece:
    """So many units of a SKU out of one warehouse."""

    sku_id: int
    warehouse_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class StockRow:
    """A quantity of a SKU in a warehouse (None: the first active one, by priority).

    `seen` is how many lay there when the wish was formed; another number there now refuses it.
    """

    sku_id: int
    quantity: int
    warehouse_id: int | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """Units that came back. Damaged ones are booked in and straight out again, so both are on record."""

    sku_id: int
    quantity: int
    warehouse_id: int | None = None
    damaged: bool = False


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
    """Promised units of an order's line that leave; `reference` names the parcel."""

    order_number: str
    line: int
    quantity: int
    reference: str = ""


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
