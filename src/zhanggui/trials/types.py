"""What trials take and give. Amounts are minor units of the mall's currency; times are aware."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zhanggui.kernel.i18n import Text

from .states import APPLIED as APPLIED
from .states import LAPSED as LAPSED
from .states import LOST as LOST
from .states import WON as WON

#: What the line of a trial's order calls its price (`orders` keeps it as a special price).
KIND = "trial"
PRICE = Text("试用", "Free trial")
DRAW, CHOICE = "draw", "choice"
SELECTIONS = {
    DRAW: Text("公开抽签", "By a fair draw"),
    CHOICE: Text("人工挑选", "Chosen by the mall"),
}
NEW, OLD = "new", "old"
#: Whom it is for by whether they have bought before; "" for both.
AUDIENCES = {
    "": Text("新老顾客均可", "New and old buyers"),
    NEW: Text("仅限没有买过的顾客", "Only those who have not bought yet"),
    OLD: Text("仅限买过的顾客", "Only those who have bought before"),
}


@dataclass(frozen=True, slots=True)
class TrialDraft:
    """A trial as its editor wants it. `slug` names its page; `pieces` of one SKU are given away.

    `selection` is draw or choice. `freight` is what a winner pays for delivery (0: nothing). `tiers` empty: for all members;
    `audience` as in `AUDIENCES`; `min_points` must be held to apply, and are not spent. `questions` are answered with the application;
    a report is due `report_days` after delivery.
    """

    slug: str
    label_zh: str
    sku_id: int
    pieces: int
    starts_at: datetime
    ends_at: datetime
    label_en: str = ""
    selection: str = DRAW
    freight: int = 0
    tiers: Sequence[str] = ()
    audience: str = ""
    min_points: int = 0
    questions: Sequence[str] = ()
    report_days: int = 14
    notes_zh: str = ""
    notes_en: str = ""

    @property
    def label(self) -> Text:
        return Text(self.label_zh, self.label_en or self.label_zh)


@dataclass(frozen=True, slots=True)
class TrialView:
    """A trial as it stands.

    `stage` is draft, scheduled, open, closing (its time is over, the draw is about to be made), choosing (its time is over, staff
    choose), decided or called_off. `given` of the `pieces` have a winner. `seed` is empty until the draw is made.
    """

    id: int
    slug: str
    state: str
    stage: str
    label: Text
    notes: Text
    sku_id: int
    pieces: int
    given: int
    applied: int
    selection: str
    freight: int
    tiers: tuple[str, ...]
    audience: str
    min_points: int
    questions: tuple[str, ...]
    report_days: int
    starts_at: datetime
    ends_at: datetime
    commitment: str
    seed: str
    published_at: datetime | None
    decided_at: datetime | None
    end_reason: str
    actions: tuple[str, ...]

    @property
    def left(self) -> int:
        return self.pieces - self.given


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """An application: `number` within its trial, from 1 without a gap; `rank` is what the draw made of it (the lowest win).

    `order_number` is that of the piece. A report is owed from `delivered_at` on, due at `report_due`, given at `reported_at` (then
    `rating` is its stars) or let off at `waived_at`.
    """

    id: int
    trial_id: int
    number: int
    member_id: int
    state: str
    word: str
    reason: str
    answers: tuple[str, ...]
    rank: str
    decided_by: str
    decided_why: str
    order_number: str
    at: datetime
    decided_at: datetime | None
    delivered_at: datetime | None
    report_due: datetime | None
    reported_at: datetime | None
    rating: int | None
    waived_at: datetime | None
    waived_why: str

    @property
    def owes(self) -> bool:
        """Whether a report is owed now."""
        return (
            self.state == WON and self.delivered_at is not None and self.reported_at is None and self.waived_at is None
        )


@dataclass(frozen=True, slots=True)
class MyApplication:
    """An application of a member, with the trial it is for."""

    trial: TrialView
    mine: ApplicationView


@dataclass(frozen=True, slots=True)
class Reports:
    """How a trial's reports stand: `owed` of those delivered, `overdue` of those owed; `rating` is their mean in hundredths."""

    delivered: int = 0
    given: int = 0
    owed: int = 0
    overdue: int = 0
    rating: int | None = None
