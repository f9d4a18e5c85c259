"""Values that cross the door of rivals. Amounts are minor units of the mall's currency, shares basis points."""

from dataclasses import dataclass
from datetime import date, datetime

from zhanggui.kernel.i18n import Text

TELL, MATCH, UNDERCUT = "tell", "match", "undercut"
ANSWERS = {
    TELL: Text("只提醒", "Only tell"),
    MATCH: Text("跟到同价", "Match it"),
    UNDERCUT: Text("比它低一点", "Go below it"),
}
OPEN, ANSWERED, IGNORED, MOOT = "open", "answered", "ignored", "moot"
STATES = (OPEN, ANSWERED, IGNORED, MOOT)


@dataclass(frozen=True, slots=True)
class RivalView:
    """A competitor's shop."""

    id: int
    name: str
    site: str
    note: str
    active: bool
    prices: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """A price seen at a competitor, as somebody writes it down."""

    sku_id: int
    price: int
    seen_on: date
    link: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PriceView:
    """A price seen at a competitor, and what the mall asks now (None: not on sale)."""

    id: int
    rival_id: int
    rival: str
    sku_id: int
    price: int
    seen_on: date
    link: str
    note: str
    by: str
    ours: int | None


@dataclass(frozen=True, slots=True)
class RuleView:
    """How a category answers (0: everything): a rival's price counts where it is `threshold` below ours and `fresh_days` old at most.

    `undercut` is how much lower than theirs, `most_cut` how far our price may fall at once.
    """

    category_id: int
    answer: str = TELL
    threshold: int = 300
    undercut: int = 0
    most_cut: int = 2_000
    fresh_days: int = 14


@dataclass(frozen=True, slots=True)
class FindingView:
    """A competitor's price that calls for an answer. `proposed` None: only told; `held`: what kept it from going lower."""

    id: int
    sku_id: int
    rival: str
    link: str
    seen_on: date
    theirs: int
    ours: int
    proposed: int | None
    held: str
    state: str
    answered_price: int | None
    request_id: int | None
    reason: str
    by: str
    at: datetime
    decided_at: datetime | None
