"""What others hand to the service desk and get from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text


class Photo(NamedTuple):
    """A kept photo."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """A photo that passed the check; `key` is handed in with the review."""

    key: str
    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review as visitors see it."""

    id: int
    product_id: int
    title: str
    options: str
    author: str
    rating: int
    text: str
    photos: tuple[Photo, ...]
    more_text: str
    more_photos: tuple[Photo, ...]
    more_at: datetime | None
    reply: str
    replied_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StaffReview:
    """A review as staff see it."""

    id: int
    product_id: int
    order_number: str
    line: int
    sku_code: str
    title: str
    options: str
    member_id: int | None
    author: str
    rating: int
    text: str
    photos: tuple[Photo, ...]
    more_text: str
    more_photos: tuple[Photo, ...]
    more_at: datetime | None
    reply: str
    replied_by: str
    replied_at: datetime | None
    hidden: bool
    hidden_reason: str
    duplicate: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """The shown reviews of a product. `stars[0]` counts one star; `rating` in hundredths of a star, None without reviews."""

    count: int = 0
    rating: int | None = None
    stars: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    with_photos: int = 0

    @property
    def good_percent(self) -> int | None:
        """Of a hundred reviews those with four or five stars, rounded down; None without reviews."""
        return (self.stars[3] + self.stars[4]) * 100 // self.count if self.count else None


@dataclass(frozen=True, slots=True)
class Reviewable:
    """A line of an order and what may be done with it. `reason` says why it cannot be reviewed (now or any more)."""

    order_number: str
    line: int
    product_id: int | None
    sku: str
    title: str
    options: str
    image: str
    can_review: bool
    can_add: bool
    reason: Text | None
    review: ReviewView | None


@dataclass(frozen=True, slots=True)
class ProblemDraft:
    """A problem item as somebody records it; without `due_on` it is due as the mall says."""

    kind: str
    words: str
    order_number: str = ""
    parcel: str = ""
    case_number: str = ""
    product_id: int | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class ProblemView:
    number: str
    kind: str
    state: str
    words: str
    order_number: str
    parcel: str
    case_number: str
    product_id: int | None
    photos: tuple[str, ...]
    owner_id: int | None
    owner: str
    due_on: date
    opened_by: str
    at: datetime
    outcome: str
    ended_by: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProblemEntryView:
    at: datetime
    by: str
    action: str
    words: str


@dataclass(frozen=True, slots=True)
class ProblemFigures:
    """Problem items of a span: `opened` in it, `closed` in it, of those `in_time` by their day; `hours` from opening to the end, mean."""

    key: str
    opened: int
    closed: int
    in_time: int
    hours: float | None


@dataclass(frozen=True, slots=True)
class DayAnswer:
    """What the mall answers to a question of the daily check: `done` of `all` (None: nothing to be counted), and whether all is well."""

    question: str
    done: int
    all: int
    good: bool


@dataclass(frozen=True, slots=True)
class DayCheckView:
    user_id: int
    name: str
    day: date
    answers: tuple[Mapping[str, Any], ...]
    note: str
    signed_at: datetime
