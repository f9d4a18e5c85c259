"""What the assortment announces."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class RoleChanged(Event):
    """A product has a role from now on (`given`), or no longer."""

    name: ClassVar[str] = "assortment.role_changed"
    product_id: int
    role: str
    given: bool

    @property
    def aggregate(self) -> str:
        return f"product:{self.product_id}"


@dataclass(frozen=True, slots=True)
class SlowSellerDecided(Event):
    """What becomes of goods that sell slowly: `kind` is promote, delist or keep."""

    name: ClassVar[str] = "assortment.slow_seller_decided"
    product_id: int
    kind: str

    @property
    def aggregate(self) -> str:
        return f"product:{self.product_id}"


@dataclass(frozen=True, slots=True)
class ReviewFinished(Event):
    """The slow sellers have been looked through; so many were left without a decision."""

    name: ClassVar[str] = "assortment.review_finished"
    review_id: int
    undecided: int

    @property
    def aggregate(self) -> str:
        return f"assortment_review:{self.review_id}"
