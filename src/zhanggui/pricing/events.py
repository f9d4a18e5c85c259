"""What pricing announces."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class PriceChanged(Event):
    """A SKU that had a price got another one (not: its first). Minor units; windows are not announced here."""

    name: ClassVar[str] = "pricing.price_changed"

    sku_id: int
    list_price: int
    sale_price: int
    old_list_price: int
    old_sale_price: int
    currency: str

    @property
    def aggregate(self) -> str:
        return f"price:{self.sku_id}"
