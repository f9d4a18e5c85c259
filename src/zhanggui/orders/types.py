"""What others hand to orders and get from it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zhanggui.groupbuy.types import DraftSeat

from .states import HELD_FOR_GROUP as HELD_FOR_GROUP
from .states import HELD_TO_BE_MADE as HELD_TO_BE_MADE
from .states import PAID as PAID  # the two states an order can be born in
from .states import PENDING as PENDING
from .states import REPLACEMENT as REPLACEMENT
from .states import SALE as SALE
from .states import TRIAL as TRIAL

GIFT = "gift"  # kind of the share of a line that a promotion gives away


@dataclass(slots=True)
class DraftLine:
    """One line to be sold; amounts in minor units.

    `special`: where `unit_price` is not everybody's, whose it is, as the buyer was told, and everybody's: {kind, zh, en, sale_price}.
    """

    line: int
    sku_id: int
    product_id: int
    sku_code: str
    title: str
    options: str
    image: str
    quantity: int
    list_price: int
    unit_price: int
    cost: int | None
    discount: int
    payable: int
    discounts: list[dict[str, Any]]
    draft: int = 0
    special: dict[str, Any] | None = None
    supply_mode: str = "stocked"
    promise_hours: int | None = None  # within which it leaves after payment; None: as the mall promises
    particulars: list[dict[str, Any]] | None = None  # what the buyer asked for (models.OrderLine)
    surcharge: int = 0  # of `unit_price` what that costs


@dataclass(frozen=True, slots=True)
class Article:
    """What units of a line are exchanged for. `places`: (warehouse, units) they are promised from, where they are still to be sent."""

    sku_id: int
    product_id: int
    sku_code: str
    title: str
    options: str
    image: str
    cost: int | None
    places: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class DraftStock:
    """Units of a line to be taken from one warehouse, where the quote found them."""

    line: int
    sku_id: int
    warehouse_id: int
    quantity: int
    draft: int = 0
    order_number: str = ""


@dataclass(slots=True)
class DraftUse:
    """A counted use of a coupon code or of a promotion with a limit or budget."""

    kind: str
    id: int
    holder: str
    amount: int
    pieces: tuple[tuple[int, int], ...] | None = None  # (SKU, how many) of a limited number
    draft: int = 0
    order_number: str = ""


@dataclass(slots=True)
class DraftOrder:
    """The order row of a draft, in the column names of the table."""

    number: str
    status: str
    member_id: int | None
    holder: str
    channel: str
    source: str
    currency: str
    items_total: int
    discount_total: int
    shipping_total: int
    total: int
    payment_provider: str
    explanation: list[dict[str, Any]]
    delivery_method: str
    contact_name: str
    contact_mobile: str
    province: str
    city: str
    district: str
    address_line: str
    buyer_note: str
    placed_at: datetime
    expires_at: datetime | None
    actor_kind: str
    actor_id: int | None
    actor_label: str
    scope: str = ""  # idempotency: whose key it is
    key: str = ""
    digest: str = ""
    draft: int = 0
    dispatch_due_at: datetime | None = None  # set at once only for an order that is paid from the start
    dispatch_latest_at: datetime | None = None
    hold: str = ""  # what it has to wait for before it may be shipped
    deposit: int = 0  # paid before: the order is made of the presale reservation of its number, which holds its stock
    kind: str = SALE
    terms: dict[str, Any] | None = None  # what a partial return of it goes by; None: each unit gives back its share
    delivery: dict[str, Any] | None = (
        None  # `point`: where it is fetched; `freight`: the parts of it where there are several
    )
    promise_hours: int | None = None  # of the line due first, where all have hours of their own (`promised_spans`)
    whole_hours: int | None = None  # of the line due last

    @property
    def due(self) -> int:
        """What is still to be paid when it is placed."""
        return self.total - self.deposit


@dataclass(slots=True)
class OrderDraft:
    """An order to be placed; `notice` is the verified news that its money is there (`payments.services.pay_at_once`).

    `points` are those its member spends; the lines' discounts of kind `points` say on what. `seat`: that of a group.
    """

    order: DraftOrder
    lines: list[DraftLine]
    stock: list[DraftStock]
    uses: list[DraftUse] = field(default_factory=list)
    notice: dict[str, Any] | None = None
    points: int = 0
    seat: DraftSeat | None = None


@dataclass(frozen=True, slots=True)
class PlaceResult:
    """`outcome`: placed, replayed (the key has bought `number` before, for the request `digest`), refused (`problem`)."""

    outcome: str
    number: str = ""
    problem: Exception | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class PaymentApplied:
    """What became of a stored notification: paid, duplicate, surplus (money for a dead or paid order: goes back), unmatched."""

    notice_id: int
    number: str
    outcome: str
    paid_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whom an order goes to."""

    contact_name: str
    contact_mobile: str
    province: str
    city: str
    district: str
    address_line: str


@dataclass(frozen=True, slots=True)
class ShippedUnits:
    """Units of an order line that left in a parcel."""

    line: int
    quantity: int


@dataclass(frozen=True, slots=True)
class ImportedReturn:
    """Units of an imported line that went back, and the money for them; `document` is the source's own number."""

    document: str
    at: datetime
    quantity: int
    amount: int


@dataclass(frozen=True, slots=True)
class ImportedLine:
    """A line as the source had it; `sku_id` and `product_id` where the article is in this catalogue."""

    sku_code: str
    title: str
    quantity: int
    unit_price: int
    sku_id: int | None = None
    product_id: int | None = None
    cost: int | None = None
    returned: tuple[ImportedReturn, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedPayment:
    """`method` in the source's own word."""

    method: str
    amount: int
    instalments: int = 1


@dataclass(frozen=True, slots=True)
class ImportedOrder:
    """An order of another system. `status` is one of ours; what was paid may differ from the total.

    (`origin`, `external_id`) names it for ever. `number` is ours (one is made when it is empty). Without `paid_at` the
    payments are kept but not counted as received.
    """

    origin: str
    external_id: str
    currency: str
    status: str
    placed_at: datetime
    lines: tuple[ImportedLine, ...]
    number: str = ""
    member_id: int | None = None
    shipping_total: int = 0
    payments: tuple[ImportedPayment, ...] = ()
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    province: str = ""
    city: str = ""
    address_line: str = ""
