"""What others may know of members."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.ids import document_of
from zhanggui.kernel.money import BASIS


@dataclass(frozen=True, slots=True)
class ProfileView:
    """A member as the member sees it, or staff who may see personal data."""

    id: int
    mobile: str
    email: str
    nickname: str
    status: str
    tags: tuple[str, ...]
    created_at: datetime
    birthday: date | None = None


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member as staff see it: masked."""

    id: int
    mobile: str
    email: str
    nickname: str
    status: str
    tags: tuple[str, ...]
    source: str
    created_at: datetime
    tier: str = "basic"
    employee: bool = False


@dataclass(frozen=True, slots=True)
class AddressView:
    id: int
    name: str
    mobile: str
    province: str
    city: str
    district: str
    line: str
    is_default: bool

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class AddressInput:
    """An address as somebody typed it."""

    name: str
    mobile: str
    province: str
    city: str
    district: str
    line: str
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class FavouriteView:
    """A product a member keeps; `price` is what it cost then, None if nobody said."""

    id: int
    product_id: int
    price: int | None
    created_at: datetime


#: Kinds of contact, in the order they are offered.
CONTACT_KINDS = {
    "note": Text("备注", "Note"),
    "call": Text("电话", "Call"),
    "message": Text("消息", "Message"),
    "mail": Text("邮件", "Mail"),
    "visit": Text("到访", "Visit"),
    "complaint": Text("投诉", "Complaint"),
}


@dataclass(frozen=True, slots=True)
class ContactView:
    """One entry of a member's contact history."""

    id: int
    kind: str
    text: str
    by: str
    at: datetime


#: The tier everybody has who has earned no other.
BASE_TIER = "basic"
BASE_NAME = Text("普通会员", "Member")


@dataclass(frozen=True, slots=True)
class TierDraft:
    """A tier as its editor wants it. Amounts in minor units; None: this way does not lead to it.

    `discount_bp`: what its members pay of the price in basis points (9800: 98 折); `points_bp`: points for each unit of the
    currency spent, in basis points (15000: 1.5).
    """

    name_zh: str
    rank: int
    name_en: str = ""
    growth_threshold: int | None = None
    entry_amount: int | None = None
    discount_bp: int = 10_000
    points_bp: int = 0
    free_shipping: bool = False
    birthday_points: int = 0


@dataclass(frozen=True, slots=True)
class TierView(TierDraft):
    """A tier. `code` is how others name it."""

    code: str = BASE_TIER

    @property
    def name(self) -> Text:
        return Text(self.name_zh, self.name_en or self.name_zh)


@dataclass(frozen=True, slots=True)
class TierChangeView:
    """A step in a member's history of tiers. `cause`: an order's number, night or grant."""

    id: int
    before: str
    after: str
    cause: str
    by: str
    at: datetime


class Growth(NamedTuple):
    """What a member paid and kept since an instant, and the most of one order; minor units of the mall's currency."""

    member_id: int
    spent: int
    best: int


GrowthSource = Callable[[Sequence[int], datetime], Sequence[Growth]]


class MemberFacts(NamedTuple):
    """What prices, promotions and delivery may go by. `birthday`: (month, day); the last three are what the tier gives."""

    tier: str
    tags: tuple[str, ...]
    birthday: tuple[int, int] | None
    employee: bool
    registered_at: datetime
    tier_name: Text = BASE_NAME
    discount_bp: int = BASIS
    free_shipping: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a member stands: the tier, what counts towards the next one, and what is missing to it (None: the highest)."""

    tier: TierView
    spent: int
    next: TierView | None
    missing: int | None
    granted_until: date | None


#: What the ledger counts: points, and money members keep with the mall (minor units).
ASSETS = POINTS, BALANCE = ("points", "balance")
#: The accounts beside the member's own.
OTHER_ACCOUNTS = ("issued", "redeemed", "expired", "adjusted")
#: Why something moved.
POSTING_KINDS = {
    "earn": Text("购物获得", "Earned"),
    "take_back": Text("退款收回", "Taken back"),
    "spend": Text("下单使用", "Spent"),
    "give_back": Text("退回", "Given back"),
    "exchange": Text("兑换", "Exchanged"),
    "expire": Text("过期", "Expired"),
    "birthday": Text("生日礼", "Birthday gift"),
    "top_up": Text("充值", "Topped up"),
    "adjust": Text("人工调整", "Adjusted"),
    "draw_chance": Text("抽奖使用", "Spent on a draw"),
    "draw_prize": Text("抽奖获得", "Won in a draw"),
}


class BalanceMove(NamedTuple):
    """What a reference took from a balance (`spend`), or what came back of it under `key` (`give_back`); minor units."""

    kind: str
    reference: str
    key: str
    amount: int
    at: datetime


class Earned(NamedTuple):
    """An order of a member that is completed: what its goods came to and were not given back, in minor units."""

    member_id: int
    number: str
    amount: int


@dataclass(frozen=True, slots=True)
class PostingView:
    """A line of a member's ledger; `amount` is signed as the member sees it. `reference`: an order's number, or a part of it."""

    id: int
    kind: str
    amount: int
    reference: str
    reason: str
    by: str
    at: datetime

    @property
    def document(self) -> str:
        """The number of the order, or of the reservation that may become one."""
        return document_of(self.reference)

    @property
    def is_deposit(self) -> bool:
        return self.reference != self.document


@dataclass(frozen=True, slots=True)
class Expiring:
    """So much of what a member holds expires then."""

    at: datetime
    amount: int


@dataclass(frozen=True, slots=True)
class Holding:
    """What a member holds and can spend now. `owed` is paid by what comes next; `expiring` expires first."""

    available: int
    owed: int
    expiring: tuple[Expiring, ...]


@dataclass(frozen=True, slots=True)
class Liability:
    """Points outstanding that expire in a month (its first day; None: never), and what they are worth in minor units."""

    month: date | None
    points: int
    value: int
    members: int
