"""What presales take and give. Amounts are minor units of the mall's currency; times are aware."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple

from zhanggui.kernel.i18n import Text

from .states import DEPOSITED as DEPOSITED
from .states import FORFEITED as FORFEITED
from .states import ORDERED as ORDERED
from .states import REFUNDED as REFUNDED
from .states import RELEASED as RELEASED
from .states import WAITING as WAITING

KIND = "presale"  # of a share of an order line and of an entry of its explanation: what the deposit counts for beyond itself
How = Literal["unpaid", "buyer", "mall"]  # why a reservation ends


@dataclass(frozen=True, slots=True)
class PresaleArticle:
    """What a piece of a SKU costs in a presale, and how many pieces there are.

    `price` is the whole price. The deposit is `deposit`, or `share` percent of the price, rounded down and one minor unit at
    least. It counts for `counts_for` (定金膨胀; None: for itself).
    """

    price: int
    pieces: int
    deposit: int | None = None
    share: int | None = None
    counts_for: int | None = None

    @property
    def paid_first(self) -> int:
        """The deposit of a piece."""
        return self.deposit if self.deposit is not None else max(self.price * (self.share or 0) // 100, 1)

    @property
    def counted(self) -> int:
        """What it takes off the price."""
        return self.counts_for if self.counts_for is not None else self.paid_first

    @property
    def comes_to(self) -> int:
        """What a buyer pays for a piece in all, without freight: the price less what the deposit grew by."""
        return self.price - self.counted + self.paid_first


@dataclass(frozen=True, slots=True)
class PresaleDraft:
    """An offer as its editor wants it: articles by SKU, when deposits and balances are paid, and the day the goods leave at the latest.

    `buyer_limit` bounds the pieces of one buyer; None bounds nothing. `closes_sale`: while deposits are taken its articles are sold
    in no other way (groups that run go on).
    """

    label_zh: str
    articles: Mapping[int, PresaleArticle]
    deposit_from: datetime
    deposit_until: datetime
    balance_from: datetime
    balance_until: datetime
    ships_on: date
    label_en: str = ""
    buyer_limit: int | None = None
    closes_sale: bool = True


@dataclass(frozen=True, slots=True)
class PresaleView:
    """An offer as it stands. `stage`: draft, scheduled, deposit, between, balance, ended or called_off.

    `taken` are pieces by SKU, `deposits` and `forfeited` sums of deposits held and kept.
    """

    id: int
    state: str
    stage: str
    draft: PresaleDraft
    taken: Mapping[int, int]
    reservations: int
    deposits: int
    forfeited: int
    actions: tuple[str, ...]

    @property
    def label(self) -> Text:
        return Text(self.draft.label_zh, self.draft.label_en or self.draft.label_zh)

    def left(self, sku_id: int) -> int:
        return self.draft.articles[sku_id].pieces - self.taken.get(sku_id, 0)


@dataclass(frozen=True, slots=True)
class ReservationView:
    """A reservation with the terms it was made under. `price`, `deposit`, `counts_for` are of a piece.

    `paid` is the deposit that came, `refunded` what went back of it before there was an order.

    `keeps_unpaid`, `keeps_cancelled`: whether the deposit is kept when the balance is not paid in time, or the buyer cancels.
    `expires_at`: until when the deposit can be paid. `ordered_at`: when the order of its number was made.
    """

    id: int
    number: str
    offer_id: int
    label_zh: str
    label_en: str
    sku_id: int
    member_id: int
    state: str
    quantity: int
    price: int
    deposit: int
    counts_for: int
    currency: str
    paid: int
    refunded: int
    provider: str
    keeps_unpaid: bool
    keeps_cancelled: bool
    balance_from: datetime
    balance_until: datetime
    ships_on: date
    placed_at: datetime
    expires_at: datetime
    deposited_at: datetime | None
    ordered_at: datetime | None
    ended_at: datetime | None
    reason: str

    @property
    def label(self) -> Text:
        return Text(self.label_zh, self.label_en or self.label_zh)

    @property
    def deposit_total(self) -> int:
        return self.deposit * self.quantity

    @property
    def gain(self) -> int:
        """What the deposit counts for beyond itself."""
        return (self.counts_for - self.deposit) * self.quantity

    @property
    def goods_due(self) -> int:
        """What is still to be paid for the goods, without freight."""
        return (self.price - self.counts_for) * self.quantity


class Redemption(NamedTuple):
    """An order to be made of a reservation, for `presale_admit`."""

    draft: int
    number: str
    deposit: int


class KnownPrice(NamedTuple):
    """What the mall says of a SKU: its ordinary price (None: not for sale) and the floor under it (None: none)."""

    sale: int | None
    floor: int | None
