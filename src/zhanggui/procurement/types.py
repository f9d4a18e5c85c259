"""What procurement takes and gives. Amounts are minor units of the supplier's currency; quantities whole units; days are calendar days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from zhanggui.kernel.i18n import Text

#: Modes of supply (PUR-07).
MODES: dict[str, Text] = {
    "own_factory": Text("自有工厂", "Own factory"),
    "stock": Text("采购备货", "Bought for stock"),
    "dropship": Text("代理发货", "Dropship agent"),
}
#: When a receipt is to be paid; `terms_days` counts on.
TERMS: dict[str, Text] = {
    "on_receipt": Text("货到付款", "On receipt"),
    "net": Text("到货后账期", "Days after receipt"),
    "month_end": Text("月结", "Days after the month's end"),
}
PAPER_KINDS: dict[str, Text] = {
    "business_licence": Text("营业执照", "Business licence"),
    "production_licence": Text("生产许可证", "Production licence"),
    "food_licence": Text("食品经营许可证", "Food licence"),
    "brand_authorisation": Text("品牌授权书", "Brand authorisation"),
    "quality_report": Text("质检报告", "Quality report"),
    "contract": Text("采购合同", "Contract"),
    "other": Text("其他", "Other"),
}


class Contact(NamedTuple):
    name: str
    duty: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class SupplierDraft:
    """A supplier's file as its buyer wants it. `lead_days` is what he promises, `minimum_order` the least amount of an order."""

    code: str
    name: str
    mode: str
    currency: str
    lead_days: int
    terms: str = "net"
    terms_days: int = 30
    minimum_order: int = 0
    name_en: str = ""
    address: str = ""
    note: str = ""
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True)
class SupplierView:
    """`blocked`: a mandatory paper has expired, so nothing new is sent to him."""

    id: int
    state: str
    draft: SupplierDraft
    blocked: bool
    created_at: datetime
    actions: tuple[str, ...]

    @property
    def title(self) -> Text:
        return Text(self.draft.name, self.draft.name_en or self.draft.name)


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """A supplier in a list, with what is underway and owed."""

    id: int
    code: str
    name: str
    name_en: str
    mode: str
    state: str
    currency: str
    lead_days: int
    underway: int
    owed: int
    blocked: bool

    @property
    def title(self) -> Text:
        return Text(self.name, self.name_en or self.name)


@dataclass(frozen=True, slots=True)
class PaperDraft:
    kind: str
    number: str = ""
    expires_on: date | None = None
    mandatory: bool = False


@dataclass(frozen=True, slots=True)
class PaperView:
    """`stage`: good, soon (within the days of warning), expired."""

    id: int
    supplier_id: int
    supplier: str
    draft: PaperDraft
    file: str
    stage: str


@dataclass(frozen=True, slots=True)
class OfferingDraft:
    """A SKU as a supplier sells it; `lead_days` None: his ordinary ones."""

    sku_id: int
    supplier_code: str = ""
    pack_size: int = 1
    minimum_quantity: int = 1
    lead_days: int | None = None


class Break(NamedTuple):
    """From so many pieces on, a piece costs so much."""

    quantity: int
    price: int


@dataclass(frozen=True, slots=True)
class AgreementDraft:
    """What a SKU costs from a day on, until another (both included; None: until further notice)."""

    sku_id: int
    starts_on: date
    ends_on: date | None
    breaks: tuple[Break, ...]


@dataclass(frozen=True, slots=True)
class AgreementView:
    """`stage`: planned, valid, over."""

    id: int
    supplier_id: int
    draft: AgreementDraft
    tender: str
    stage: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What a buyer has to know to order a SKU of a supplier: the agreed breaks (empty: none) and the last price, as of a day."""

    sku_id: int
    supplier_code: str
    pack_size: int
    minimum_quantity: int
    lead_days: int
    breaks: tuple[Break, ...]
    last_price: int | None

    def price(self, quantity: int) -> int | None:
        """The agreed price of a piece when so many are bought."""
        fitting = [each.price for each in self.breaks if each.quantity <= quantity]
        return fitting[-1] if fitting else (self.breaks[0].price if self.breaks else None)


class WantedLine(NamedTuple):
    """A SKU to be bought; `price` None: as agreed, else as last paid."""

    sku_id: int
    quantity: int
    price: int | None = None


@dataclass(frozen=True, slots=True)
class OrderLineView:
    """`open` is what is still to come; `short` what was ordered, and the supplier did not confirm."""

    id: int
    position: int
    sku_id: int
    title: str
    supplier_code: str
    quantity: int
    price: int
    agreed: int | None
    last: int | None
    confirmed: int | None
    ceiling: int
    good: int
    rejected: int
    returned: int

    @property
    def wanted(self) -> int:
        return self.quantity if self.confirmed is None else self.confirmed

    @property
    def open(self) -> int:
        return max(self.wanted - self.good, 0)

    @property
    def amount(self) -> int:
        return self.price * self.quantity


@dataclass(frozen=True, slots=True)
class NoteView:
    kind: str
    by_supplier: bool
    author: str
    text: str
    carrier: str
    waybill: str
    arrives_on: date | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ReceiptLineView:
    line: int
    sku_id: int
    good: int
    rejected: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A delivery (kind receipt) or goods that went back (kind return); `amount` is what is owed for it, below zero a credit."""

    number: str
    kind: str
    note: str
    by: str
    at: datetime
    amount: int
    lines: tuple[ReceiptLineView, ...]


@dataclass(frozen=True, slots=True)
class PurchaseRow:
    """A purchase order in a list."""

    id: int
    number: str
    supplier_id: int
    supplier: str
    supplier_en: str
    state: str
    currency: str
    total: int
    lines: int
    ordered: int
    good: int
    expected_on: date | None
    late: str
    drafted_at: datetime
    drafted_label: str


@dataclass(frozen=True, slots=True)
class OrderView:
    """A purchase order with everything that has come of it."""

    id: int
    number: str
    supplier: SupplierView
    warehouse_id: int
    currency: str
    total: int
    state: str
    note: str
    reason: str
    edition: int
    drafted_at: datetime
    drafted_kind: str
    drafted_by: int | None
    drafted_label: str
    approved_at: datetime | None
    approved_label: str
    sent_at: datetime | None
    confirmed_at: datetime | None
    received_at: datetime | None
    ended_at: datetime | None
    expected_on: date | None
    late: str
    lines: tuple[OrderLineView, ...]
    notes: tuple[NoteView, ...]
    receipts: tuple[ReceiptView, ...]
    actions: tuple[str, ...]


class Inspected(NamedTuple):
    """What came of a line: good units go on the shelf, rejected ones back at once."""

    position: int
    good: int
    rejected: int = 0
    reason: str = ""


class ConfirmedLine(NamedTuple):
    position: int
    quantity: int


class SentBack(NamedTuple):
    position: int
    quantity: int


class TenderWish(NamedTuple):
    sku_id: int
    quantity: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class TenderDraft:
    """What is asked for, of whom, until when. `rates`: what a unit of an invited supplier's currency is worth in the mall's."""

    title: str
    deadline: datetime
    lines: tuple[TenderWish, ...]
    suppliers: tuple[int, ...]
    note: str = ""
    rates: Mapping[str, Decimal] = field(default_factory=dict)


class BidLine(NamedTuple):
    position: int
    price: int
    lead_days: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class BidView:
    """An offer for a line: `asked` in the supplier's currency, `price` the same in the tender's, at its rate."""

    position: int
    price: int
    lead_days: int
    remark: str
    asked: int


@dataclass(frozen=True, slots=True)
class InvitationView:
    """`bids` by position; empty while they are sealed. `total` is for the whole request in the tender's currency, None where a line is
    missing. `currency` is what he is paid in, `rate` what a unit of it is held to be worth ("" where it is the tender's)."""

    id: int
    supplier_id: int
    supplier: str
    supplier_en: str
    state: str
    edition: int
    submitted_at: datetime | None
    revisions: int
    declined: bool
    remarks: str
    bids: Mapping[int, BidView]
    total: int | None
    currency: str
    rate: str

    @property
    def title(self) -> Text:
        return Text(self.supplier, self.supplier_en or self.supplier)


@dataclass(frozen=True, slots=True)
class TenderLineView:
    id: int
    position: int
    sku_id: int
    quantity: int
    note: str
    awarded: int | None


@dataclass(frozen=True, slots=True)
class TenderRow:
    """`stage`: draft, open (offers come in, sealed), opened (deadline over, to be awarded), awarded, cancelled."""

    id: int
    number: str
    title: str
    deadline: datetime
    stage: str
    lines: int
    invited: int
    submitted: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TenderView:
    id: int
    number: str
    title: str
    note: str
    currency: str
    deadline: datetime
    stage: str
    reason: str
    awarded_at: datetime | None
    lines: tuple[TenderLineView, ...]
    invitations: tuple[InvitationView, ...]


class Award(NamedTuple):
    """A line of a tender, and the invitation whose offer is taken."""

    position: int
    invitation_id: int


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A supplier by his receipts of a span of days; basis points where it says so, None where nothing can be said.

    `on_time`: share of order lines that were all there by the day expected (of those that are, or are overdue). `quality`: good
    units kept, of all delivered, without the `faulty` ones that buyers found and he answers for (of `faults` losses). `price`: how
    much more (below zero: less) was paid than agreed, or than the time before where nothing was agreed, weighted by amount.
    `hours_to_confirm`: median from sending to confirming. `lead_median`, `lead_p90`: days from sending to receipt.
    """

    supplier_id: int
    receipts: int
    units: int
    on_time: int | None
    quality: int | None
    price: int | None
    hours_to_confirm: int | None
    lead_median: int | None
    lead_p90: int | None
    faults: int = 0
    faulty: int = 0


class Lead(NamedTuple):
    """Days from sending to receipt of a SKU of a supplier, learned from `receipts` receipts."""

    supplier_id: int
    sku_id: int
    receipts: int
    median: int
    p90: int


class Kept(NamedTuple):
    """Units of a SKU that came with an order and have not gone back to its supplier."""

    sku_id: int
    number: str
    supplier: str
    units: int


class OnOrder(NamedTuple):
    """Units of a SKU that are to come to a warehouse with an order, and when."""

    sku_id: int
    warehouse_id: int
    units: int
    expected_on: date | None
    number: str


@dataclass(frozen=True, slots=True)
class PayableView:
    """`open` is what is still to be paid (below zero: a credit that is left); `days` how long it is overdue (below zero: to go)."""

    id: int
    supplier_id: int
    supplier: str
    supplier_en: str
    receipt: str
    order: str
    kind: str
    amount: int
    settled: int
    currency: str
    invoice: str
    due_on: date
    at: datetime
    days: int

    @property
    def open(self) -> int:
        return self.amount - self.settled


class Ageing(NamedTuple):
    """What is open with a supplier: not due yet, and overdue by days. `credit` is what he owes."""

    supplier_id: int
    supplier: str
    supplier_en: str
    currency: str
    open: int
    credit: int
    not_due: int
    to_30: int
    to_60: int
    beyond: int


@dataclass(frozen=True, slots=True)
class PaymentDraft:
    """Money that went to a supplier; it settles what is due first, or the payables named."""

    amount: int
    paid_on: date
    method: str = ""
    reference: str = ""
    payables: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PaymentView:
    """Money that went to a supplier; `void_at` where it was taken back, with the reason and by whom."""

    id: int
    number: str
    supplier_id: int
    supplier: str
    supplier_en: str
    amount: int
    currency: str
    paid_on: date
    method: str
    reference: str
    by: str
    at: datetime
    void_at: datetime | None
    void_reason: str
    void_by: str


@dataclass(frozen=True, slots=True)
class StatementLine:
    """An entry of a supplier's account; `amount` raises what is owed, below zero lowers it. `balance` is after it."""

    at: datetime
    kind: str
    reference: str
    words: str
    amount: int
    balance: int


@dataclass(frozen=True, slots=True)
class Statement:
    supplier: SupplierView
    first: date
    last: date
    opening: int
    closing: int
    lines: tuple[StatementLine, ...] = field(default=())
