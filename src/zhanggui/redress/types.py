"""Values that cross the door of redress. Amounts are minor units of `currency`, shares percent, times aware."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from zhanggui.kernel.i18n import Text

from . import rules


@dataclass(frozen=True, slots=True)
class EntryView:
    """What happened, by whom; `amount` is money that came in with it."""

    at: datetime
    by: str
    action: str
    words: str
    amount: int
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LiabilityView:
    """Who answers for a loss; `proposed` by rule until a person decides."""

    number: str
    subject: str
    reference: str
    order_number: str
    loss: str
    amount: int
    currency: str
    units: int
    buyer: int
    warehouse: int
    carrier: int
    supplier: int
    merchant: int
    mall: int
    carrier_code: str
    carrier_name: str
    supplier_id: int | None
    warehouse_id: int | None
    merchant_name: str
    ground: str
    state: str
    decided_by: str
    decided_at: datetime | None
    at: datetime

    @property
    def shares(self) -> dict[str, int]:
        """Percent by party, those who have any."""
        return {party: share for party in rules.PARTIES if (share := getattr(self, party))}

    @property
    def amounts(self) -> dict[str, int]:
        """The amount by party, exact in sum."""
        return rules.split(self.amount, self.shares)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Who answers, in percent that make a hundred. Whoever has a share is named: a carrier's code, a supplier's id, a merchant."""

    shares: Mapping[str, int]
    loss: str = ""
    amount: int | None = None
    supplier_id: int | None = None
    warehouse_id: int | None = None
    carrier_code: str = ""
    merchant_name: str = ""
    ground: str = ""


@dataclass(frozen=True, slots=True)
class ChaseView:
    number: str
    order_number: str
    parcel: str
    carrier_code: str
    carrier_name: str
    waybill_no: str
    source: str
    source_ref: str
    state: str
    remedy: str
    case_number: str
    owner_id: int | None
    owner: str
    due_on: date | None
    at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClaimView:
    """`party` is a carrier's code, a supplier's or warehouse's id, or a merchant's name."""

    number: str
    kind: str
    party: str
    party_name: str
    order_number: str
    liability: str
    chase: str
    currency: str
    claimed: int
    agreed: int
    recovered: int
    state: str
    ground: str
    papers: tuple[str, ...]
    owner_id: int | None
    owner: str
    due_on: date | None
    at: datetime
    filed_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class PartySum:
    """The claims against one party: how many, how much was asked, agreed and got back, and how long it took (days, median)."""

    kind: str
    party: str
    party_name: str
    claims: int
    open: int
    claimed: int
    agreed: int
    recovered: int
    refused: int
    days: int | None


@dataclass(frozen=True, slots=True)
class CarrierFaults:
    """What a carrier answers for in a period: `faults` decided losses by kind, `amount` his share of them, parcels chased and lost."""

    carrier: str
    faults: Mapping[str, int]
    amount: int
    chased: int
    lost: int
    claimed: int
    recovered: int


@dataclass(frozen=True, slots=True)
class PlayDraft:
    """An entry of the playbook. Options are {kind, usual, free, most, most_bp, coupon}; `tiers` () is everybody."""

    scenario: str
    title_zh: str
    words_zh: str
    title_en: str = ""
    words_en: str = ""
    advice_zh: str = ""
    advice_en: str = ""
    min_total: int = 0
    max_total: int | None = None
    tiers: tuple[str, ...] = ()
    max_times: int | None = None
    options: tuple[Mapping[str, Any], ...] = ()
    position: int = 0
    active: bool = True


@dataclass(frozen=True, slots=True)
class PlayView:
    id: int
    code: str
    scenario: str
    title_zh: str
    title_en: str
    words_zh: str
    words_en: str
    advice_zh: str
    advice_en: str
    min_total: int
    max_total: int | None
    tiers: tuple[str, ...]
    max_times: int | None
    options: tuple[Mapping[str, Any], ...]
    position: int
    active: bool

    @property
    def title(self) -> Text:
        return Text(self.title_zh, self.title_en or self.title_zh)

    @property
    def words(self) -> Text:
        return Text(self.words_zh, self.words_en or self.words_zh)

    @property
    def advice(self) -> Text:
        return Text(self.advice_zh, self.advice_en or self.advice_zh)


@dataclass(frozen=True, slots=True)
class Remedy:
    """What an entry lets one give for this order: `usual` to begin with, up to `free` alone, up to `most` with approval.

    `barrier` says why it cannot be given at all; `given` the grant that has used it up.
    """

    kind: str
    usual: int
    free: int
    most: int
    coupon: int | None
    coupon_label: Text | None
    barrier: Text | None
    given: str


@dataclass(frozen=True, slots=True)
class Advice:
    """An entry of the playbook that fits an order, with what it lets one give."""

    play: PlayView
    offers: tuple[Remedy, ...]


@dataclass(frozen=True, slots=True)
class GrantView:
    """A compensation: `amount` is points, money or one coupon; `beyond` why it has (or had) to be approved."""

    number: str
    order_number: str
    case_number: str
    member_id: int | None
    play: str
    title_zh: str
    title_en: str
    scenario: str
    kind: str
    amount: int
    free: int
    most: int
    coupon: int | None
    cost: int
    currency: str
    beyond: str
    words: str
    state: str
    outcome: str
    asked_by: str
    asked_at: datetime
    approved: bool
    decided_by: str
    decided_at: datetime | None
    decision: str

    @property
    def title(self) -> Text:
        return Text(self.title_zh, self.title_en or self.title_zh)


@dataclass(frozen=True, slots=True)
class RatingView:
    case_number: str
    order_number: str
    score: int
    words: str
    kind: str
    reason: str
    person: str
    products: tuple[Mapping[str, Any], ...]
    noted: str
    noted_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RatingSum:
    """Ratings of a reason, a person or a product: how many, their mean in hundredths, how many were low."""

    key: str
    count: int
    mean: int | None
    low: int


@dataclass(frozen=True, slots=True)
class ServiceFigures:
    """After-sales of a span, from the facts of orders and cases. Rates are exact pairs; hours None where nothing can be said.

    `orders` were paid in the span; the other counts are orders with a case asked for in it: any, one that sends goods back, one
    that gave money back, an exchange, one that was refused. `answered` and `closed` hours are medians and ninth tenths.
    """

    key: str
    orders: int
    cases: int
    case_orders: int
    returned: int
    refunded: int
    exchanged: int
    disputed: int
    late: int
    answered_median: float | None
    answered_p90: float | None
    closed_median: float | None
    closed_p90: float | None
    refund_amount: int
