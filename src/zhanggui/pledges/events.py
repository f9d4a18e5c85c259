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
class PricesLookedOver(Event):
    """Prices were looked over for what could be taken for fraud: `found` now, `new` of them, and `mended` ones."""

    name: ClassVar[str] = "pledges.prices_looked_over"
    found: int
    new: int
    mended: int

    @property
    def aggregate(self) -> str:
        return "pledges_risks"


@dataclass(frozen=True, slots=True)
class RiskExplained(Event):
    """Somebody explained a finding about prices, for a reason that is kept."""

    name: ClassVar[str] = "pledges.risk_explained"
    risk_id: int
    kind: str
    reason: str

    @property
    def aggregate(self) -> str:
        return f"pledges_risk:{self.risk_id}"


@dataclass(frozen=True, slots=True)
class PromotionLookedOver(Event):
    """All points of a promotion were found right by the colleague named for it."""

    name: ClassVar[str] = "pledges.promotion_looked_over"
    promotion_id: int
    checker_id: int

    @property
    def aggregate(self) -> str:
        return f"promotion:{self.promotion_id}"
