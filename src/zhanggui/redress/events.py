"""What redress announces. Amounts are minor units."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class LiabilityDecided(Event):
    """A person has decided who answers for a loss, or changed it. `shares`: percent by party."""

    name: ClassVar[str] = "redress.liability_decided"

    liability: str
    order_number: str
    loss: str
    amount: int
    currency: str
    shares: dict[str, int]

    @property
    def aggregate(self) -> str:
        return f"liability:{self.liability}"


@dataclass(frozen=True, slots=True)
class ChaseMoved(Event):
    """A chase for a parcel was opened or came into another state."""

    name: ClassVar[str] = "redress.chase_moved"

    chase: str
    parcel: str
    order_number: str
    state: str

    @property
    def aggregate(self) -> str:
        return f"chase:{self.chase}"


@dataclass(frozen=True, slots=True)
class ClaimMoved(Event):
    """A claim was made or came into another state; `recovered` is what has come back by now."""

    name: ClassVar[str] = "redress.claim_moved"

    claim: str
    kind: str
    party: str
    state: str
    claimed: int
    agreed: int
    recovered: int
    currency: str

    @property
    def aggregate(self) -> str:
        return f"claim:{self.claim}"


@dataclass(frozen=True, slots=True)
class CompensationGranted(Event):
    """A buyer is given something for what went wrong. `amount`: points, minor units of money, or 1 coupon."""

    name: ClassVar[str] = "redress.compensation_granted"

    grant: str
    order_number: str
    scenario: str
    kind: str
    amount: int

    @property
    def aggregate(self) -> str:
        return f"order:{self.order_number}"


@dataclass(frozen=True, slots=True)
class CaseRated(Event):
    """A buyer has rated how his case was handled, 1 to 5."""

    name: ClassVar[str] = "redress.case_rated"

    case: str
    order_number: str
    score: int
    words: str

    @property
    def aggregate(self) -> str:
        return f"case:{self.case}"
