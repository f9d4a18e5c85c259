"""What draws take and give. Odds are basis points, amounts minor units of the mall's currency; times are aware."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zhanggui.kernel.i18n import Text

COUPON, POINTS, THANKS = "coupon", "points", "thanks"
PRIZE_KINDS = {
    COUPON: Text("优惠券", "Coupon"),
    POINTS: Text("积分", "Points"),
    THANKS: Text("谢谢参与", "No prize"),
}


def share(basis_points: int) -> str:
    """Basis points in percent: 50 is `0.5%`."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") + "%"


@dataclass(frozen=True, slots=True)
class PrizeDraft:
    """A line of the table as its editor wants it: a coupon by its promotion, points, or the thanks that are always left.

    `value` is what a coupon is worth as stated to buyers; that of points follows from what points are worth.
    """

    kind: str
    label_zh: str
    odds: int
    label_en: str = ""
    pieces: int | None = None
    promotion_id: int | None = None
    points: int | None = None
    value: int = 0

    @property
    def label(self) -> Text:
        return Text(self.label_zh, self.label_en or self.label_zh)


@dataclass(frozen=True, slots=True)
class DrawDraft:
    """A draw as its editor wants it. `slug` names its page; `tiers`: for members of these (none: for all members).

    `per_day` and `per_member` bound the chances of one member, `price` is what a chance costs in points. `notes` stand below
    the rules on its page.
    """

    slug: str
    label_zh: str
    prizes: Sequence[PrizeDraft]
    starts_at: datetime
    ends_at: datetime
    label_en: str = ""
    tiers: Sequence[str] = ()
    per_day: int | None = None
    per_member: int | None = None
    price: int = 0
    notes_zh: str = ""
    notes_en: str = ""

    @property
    def label(self) -> Text:
        return Text(self.label_zh, self.label_en or self.label_zh)


@dataclass(frozen=True, slots=True)
class PrizeView:
    """A line of the table. Rolls from `low` up to (not with) `high` fall on it; `left` None: as many as it takes."""

    place: int
    kind: str
    label: Text
    odds: int
    low: int
    high: int
    pieces: int | None
    given: int
    promotion_id: int | None
    points: int | None
    value: int

    @property
    def left(self) -> int | None:
        return None if self.pieces is None else self.pieces - self.given


@dataclass(frozen=True, slots=True)
class DrawView:
    """A draw as it stands. `stage` is draft, scheduled, running, closing (its time is over, the seed is about to be told) or ended.

    `seed` is empty until the end. `ended_at` before `ends_at`: it was ended by hand, for `end_reason`.
    """

    id: int
    slug: str
    state: str
    stage: str
    label: Text
    notes: Text
    starts_at: datetime
    ends_at: datetime
    tiers: tuple[str, ...]
    per_day: int | None
    per_member: int | None
    price: int
    prizes: tuple[PrizeView, ...]
    taken: int
    commitment: str
    seed: str
    published_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChanceView:
    """A chance that was taken: `drawn` is the place its roll fell on, `place` that of the prize it got."""

    draw_id: int
    sequence: int
    member_id: int
    nonce: str
    roll: int
    drawn: int
    place: int
    kind: str
    label: Text
    price: int
    at: datetime

    @property
    def won(self) -> bool:
        return self.kind != THANKS


@dataclass(frozen=True, slots=True)
class MyChance:
    """A chance of one member, with the draw it was of."""

    slug: str
    draw: Text
    chance: ChanceView


@dataclass(frozen=True, slots=True)
class Left:
    """How many chances a member has: today and in all (None: no bound of that kind), and what he may take `now`."""

    today: int | None
    in_all: int | None

    @property
    def now(self) -> int:
        return min(n for n in (self.today, self.in_all) if n is not None)
