"""What clearance announces."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class ClearingDecided(Event):
    """Somebody decided how a SKU is to be cleared; `reference` names what was made of it."""

    sku_id: int
    kind: str
    reference: str
    name: ClassVar[str] = "clearance.decided"

    @property
    def aggregate(self) -> str:
        return f"sku:{self.sku_id}"


@dataclass(frozen=True, slots=True)
class SeasonPlanClosed(Event):
    """A season-end plan is over: units that should have been left, and that are."""

    plan_id: int
    target: int
    left: int
    name: ClassVar[str] = "clearance.season_plan_closed"

    @property
    def aggregate(self) -> str:
        return f"season_plan:{self.plan_id}"
