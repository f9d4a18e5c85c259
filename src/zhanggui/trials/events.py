"""What trials announce."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class TrialEvent(Event):
    trial_id: int
    slug: str

    @property
    def aggregate(self) -> str:
        return f"trial:{self.trial_id}"


@dataclass(frozen=True, slots=True)
class TrialPublished(TrialEvent):
    """Its terms stand and its pieces are put aside; `commitment` is SHA-256 of the seed of its draw."""

    name: ClassVar[str] = "trials.trial_published"
    sku_id: int
    pieces: int
    commitment: str


@dataclass(frozen=True, slots=True)
class TrialDecided(TrialEvent):
    """No piece is given any more: `given` were, of `applied` applications. `seed` is told where it was drawn."""

    name: ClassVar[str] = "trials.trial_decided"
    applied: int
    given: int
    seed: str


@dataclass(frozen=True, slots=True)
class TrialCalledOff(TrialEvent):
    """Nobody gets a further piece; the reason is told."""

    name: ClassVar[str] = "trials.trial_called_off"
    reason: str


@dataclass(frozen=True, slots=True)
class ApplicationEvent(Event):
    trial_id: int
    member_id: int
    number: int

    @property
    def aggregate(self) -> str:
        return f"member:{self.member_id}"


@dataclass(frozen=True, slots=True)
class TrialApplied(ApplicationEvent):
    """A member applied for a piece."""

    name: ClassVar[str] = "trials.trial_applied"


@dataclass(frozen=True, slots=True)
class TrialWon(ApplicationEvent):
    """A member gets a piece; the order that brings it is made."""

    name: ClassVar[str] = "trials.trial_won"
    order_number: str


@dataclass(frozen=True, slots=True)
class TrialReportDue(ApplicationEvent):
    """A report is due soon (or overdue) and its member is to be reminded."""

    name: ClassVar[str] = "trials.report_due"
    order_number: str
    due: str


@dataclass(frozen=True, slots=True)
class TrialReported(ApplicationEvent):
    """The report of a piece was given, 1 to 5 stars."""

    name: ClassVar[str] = "trials.reported"
    order_number: str
    rating: int
