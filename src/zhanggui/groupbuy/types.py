"""What group buying takes and gives. Amounts are minor units of the mall's currency; times are aware."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from zhanggui.kernel.i18n import Text

from .states import FAILED as FAILED
from .states import FULL as FULL
from .states import OPEN as OPEN
from .states import WAITING as WAITING

KIND = "group"  # of a share of an order line, of an entry of its explanation, and of what holds an order


@dataclass(frozen=True, slots=True)
class OfferDraft:
    """An offer as its editor wants it. `prices` is what a piece of each SKU costs in a group.

    `size` buyers make a group full, within `hours` of its first payment; `most` pieces an order. `group_limit` bounds the groups
    (failed ones do not count), `buyer_limit` in how many of them one buyer may be; None bounds nothing.
    """

    label_zh: str
    prices: Mapping[int, int]
    size: int
    hours: int
    starts_at: datetime
    ends_at: datetime | None = None
    label_en: str = ""
    most: int = 1
    group_limit: int | None = None
    buyer_limit: int | None = None


@dataclass(frozen=True, slots=True)
class OfferView:
    """An offer as it stands. `stage` is draft, scheduled, running or ended; `opened` counts groups that have not failed."""

    id: int
    state: str
    stage: str
    draft: OfferDraft
    opened: int
    running: int
    full: int
    failed: int
    actions: tuple[str, ...]

    @property
    def label(self) -> Text:
        return Text(self.draft.label_zh, self.draft.label_en or self.draft.label_zh)


class GroupTerms(NamedTuple):
    """What a quote has to know of an offer."""

    offer_id: int
    label: Text
    prices: Mapping[int, int]
    most: int


class Seat(NamedTuple):
    order_number: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group; `seats` are those taken, in the order they were taken, paid or about to be paid."""

    id: int
    token: str
    offer_id: int
    state: str
    size: int
    opened_at: datetime | None
    expires_at: datetime | None
    ended_at: datetime | None
    seats: tuple[Seat, ...]

    @property
    def left(self) -> int:
        return self.size - len(self.seats)


@dataclass(slots=True)
class DraftSeat:
    """A seat an order wants: in the group of `token`, which the order opens where `opens`."""

    offer: int
    token: str
    opens: bool
    holder: str
    draft: int = 0
    order_number: str = ""


class ArticlePrice(NamedTuple):
    """What the mall says of a SKU: its ordinary price (None: not for sale) and the floor under it (None: none)."""

    sale: int | None
    floor: int | None
