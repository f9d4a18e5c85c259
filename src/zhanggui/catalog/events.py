"""What the catalogue announces."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True)
class ProductEvent(Event):
    product_id: int
    code: str

    @property
    def aggregate(self) -> str:
        return f"product:{self.product_id}"


@dataclass(frozen=True)
class ProductCreated(ProductEvent):
    name: ClassVar[str] = "catalog.product_created"
    sku_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class ProductChanged(ProductEvent):
    """Content or variants changed; `edition` is the product's new version."""

    name: ClassVar[str] = "catalog.product_changed"
    edition: int = 0
    sku_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class ProductListed(ProductEvent):
    name: ClassVar[str] = "catalog.product_listed"
    slug: str = ""
    sku_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class ProductDelisted(ProductEvent):
    name: ClassVar[str] = "catalog.product_delisted"
    slug: str = ""
    reason: str = ""


@dataclass(frozen=True)
class ProductSoldOut(ProductEvent):
    """A product on sale has nothing left to sell; `delisted` says that it was taken off sale for it."""

    name: ClassVar[str] = "catalog.product_sold_out"
    delisted: bool = False


@dataclass(frozen=True)
class ProductBackInStock(ProductEvent):
    """It can be sold again; `relisted` says that it was put on sale for it."""

    name: ClassVar[str] = "catalog.product_back_in_stock"
    relisted: bool = False


@dataclass(frozen=True)
class ScheduledListingRefused(ProductEvent):
    """Its time had come and it was not ready; `reason` is for staff."""

    name: ClassVar[str] = "catalog.scheduled_listing_refused"
    reason: str = ""


@dataclass(frozen=True)
class ProductsImported(Event):
    """One batch of an import; the products are named by id."""

    name: ClassVar[str] = "catalog.products_imported"
    source: str
    created: tuple[int, ...]
    updated: tuple[int, ...]

    @property
    def aggregate(self) -> str:
        return f"import:{self.source}"
