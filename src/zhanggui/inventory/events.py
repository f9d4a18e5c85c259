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
