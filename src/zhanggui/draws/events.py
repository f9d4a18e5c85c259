"""What draws announce."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class DrawEvent(Event):
    draw_id: int
    slug: str

    @property
    def aggregate(self) -> str:
        return f"draw:{self.draw_id}"


@dataclass(frozen=True, slots=True)
class DrawPublished(DrawEvent):
    """Its prizes, odds and rules stand; `commitment` is SHA-256 of the seed its outcomes will follow from."""

    name: ClassVar[str] = "draws.draw_published"
    commitment: str


@dataclass(frozen=True, slots=True)
class DrawEnded(DrawEvent):
    """No more chances; with the `seed` anybody can compute the outcome of each of the `taken` ones again."""

    name: ClassVar[str] = "draws.draw_ended"
    seed: str
    taken: int


@dataclass(frozen=True, slots=True)
class ChanceTaken(Event):
    """A member drew: `kind` is coupon, points or thanks, `prize` what the table calls it."""

    draw_id: int
    sequence: int
    member_id: int
    kind: str
    prize: str
    name: ClassVar[str] = "draws.chance_taken"

    @property
    def aggregate(self) -> str:
        return f"member:{self.member_id}"
