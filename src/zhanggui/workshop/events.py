"""What the workshop announces."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class LineMade(Event):
    """Units of an order's line are made; `complete`: nothing of the order is left to be made."""

    number: str
    line: int
    units: int
    complete: bool
    name: ClassVar[str] = "workshop.line_made"

    @property
    def aggregate(self) -> str:
        return f"order:{self.number}"
