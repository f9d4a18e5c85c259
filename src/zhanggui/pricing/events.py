"""What pricing announces."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class SpecialPriceChanged(Event):
    """A special price of a SKU was set, changed or (`price` null) taken away. Minor units; `old_price` null: it is new."""

    name: ClassVar[str] = "pricing.special_changed"

    sku_id: int
    kind: str
    key: str
    min_quantity: int
    price: int | None
    old_price: int | None
    currency: str

    @property
    def aggregate(self) -> str:
        return f"price:{self.sku_id}"


@dataclass(frozen=True, slots=True)
class PriceChangeRequested(Event):
    """Somebody asks for a price change that another one has to approve. Minor units."""

    name: ClassVar[str] = "pricing.change_requested"

    request_id: int
    sku_id: int
    sale_price: int
    old_sale_price: int
    currency: str
    asked_by: str
    reason: str

    @property
    def aggregate(self) -> str:
        return f"price:{self.sku_id}"


@dataclass(frozen=True, slots=True)
class PriceRequestDecided(Event):
    """A price change that was asked for is accepted (and done), rejected or withdrawn."""

    name: ClassVar[str] = "pricing.request_decided"

    request_id: int
    sku_id: int
    outcome: str
    decided_by: str
    reason: str

    @property
    def aggregate(self) -> str:
        return f"price:{self.sku_id}"


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
