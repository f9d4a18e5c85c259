"""What is announced about the mall's word."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class CheckFinished(Event):
    """Everything shown was compared with checkout: `found` differences now, `new` of them, and `gone` ones."""

    name: ClassVar[str] = "pledges.check_finished"
    check_id: int
    products: int
    found: int
    new: int
    gone: int

    @property
    def aggregate(self) -> str:
        return f"pledges_check:{self.check_id}"


@dataclass(frozen=True, slots=True)
class PromotionLookedOver(Event):
    """All points of a promotion were found right by the colleague named for it."""

    name: ClassVar[str] = "pledges.promotion_looked_over"
    promotion_id: int
    checker_id: int

    @property
    def aggregate(self) -> str:
        return f"promotion:{self.promotion_id}"
