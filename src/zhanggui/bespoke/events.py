"""What is announced about goods made for their buyers."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class FormChanged(Event):
    """A product asks its buyers for something else now, or another number of it is made a day; `edition` of its form."""

    product_id: int
    edition: int
    name: ClassVar[str] = "bespoke.form_changed"

    @property
    def aggregate(self) -> str:
        return f"product:{self.product_id}"
