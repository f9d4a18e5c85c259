"""What is announced of competitors' prices."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class RivalCheaper(Event):
    """A competitor asks so much less for a SKU that the rule calls for an answer. Minor units."""

    finding_id: int
    sku_id: int
    rival: str
    theirs: int
    ours: int
    name: ClassVar[str] = "rivals.cheaper"

    @property
    def aggregate(self) -> str:
        return f"sku:{self.sku_id}"
