"""What the service desk announces."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class ReviewEvent(Event):
    review_id: int
    product_id: int

    @property
    def aggregate(self) -> str:
        return f"review:{self.review_id}"


@dataclass(frozen=True, slots=True)
class ReviewPosted(ReviewEvent):
    """A buyer reviewed a line of an order, 1 to 5 stars."""

    name: ClassVar[str] = "servicedesk.review_posted"
    order_number: str = ""
    line: int = 0
    rating: int = 0


@dataclass(frozen=True, slots=True)
class ReviewAnswered(ReviewEvent):
    name: ClassVar[str] = "servicedesk.review_answered"


@dataclass(frozen=True, slots=True)
class ReviewHidden(ReviewEvent):
    name: ClassVar[str] = "servicedesk.review_hidden"


@dataclass(frozen=True, slots=True)
class ReviewShown(ReviewEvent):
    """A hidden review is shown again."""

    name: ClassVar[str] = "servicedesk.review_shown"


@dataclass(frozen=True, slots=True)
class ProblemMoved(Event):
    """A problem item was opened or came into another state."""

    name: ClassVar[str] = "servicedesk.problem_moved"

    problem: str
    kind: str
    state: str
    order_number: str

    @property
    def aggregate(self) -> str:
        return f"problem:{self.problem}"
