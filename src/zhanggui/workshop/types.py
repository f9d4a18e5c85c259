"""What the workshop shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

TO_MAKE, MAKING, MADE = "to_make", "making", "made"
STATES = (TO_MAKE, MAKING, MADE)


@dataclass(frozen=True, slots=True)
class Work:
    """A line of an order in the workshop. `particulars` as the order tells them; `units` are to be made, or were."""

    order_number: str
    line: int
    state: str
    units: int
    sku_code: str
    product_id: int | None
    title: str
    options: str
    image: str
    particulars: tuple[dict[str, Any], ...]
    buyer_note: str
    paid_at: datetime | None
    due_at: datetime | None
    maker: str = ""
    maker_id: int | None = None
    started_at: datetime | None = None
    made_at: datetime | None = None

    @property
    def code(self) -> str:
        """What its sheet carries to be scanned."""
        return f"{self.order_number}-{self.line}"
