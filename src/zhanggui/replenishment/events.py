"""What replenishment announces."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class ForecastsRenewed(Event):
    """A round has ended: so many SKUs have new forecasts, and so many are proposed to be bought."""

    round_id: int
    skus: int
    proposals: int
    name: ClassVar[str] = "replenishment.forecasts_renewed"

    @property
    def aggregate(self) -> str:
        return f"forecast_round:{self.round_id}"


@dataclass(frozen=True, slots=True)
class ProposalsOrdered(Event):
    """Proposals of a supplier have become a draft of a purchase order."""

    order_number: str
    supplier_id: int
    sku_ids: tuple[int, ...]
    name: ClassVar[str] = "replenishment.proposals_ordered"

    @property
    def aggregate(self) -> str:
        return f"purchase:{self.order_number}"
