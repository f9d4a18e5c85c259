"""What payments hands out and takes in: facts of gateways, commands, views, and the ports that are bound above."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, Protocol

from zhanggui.kernel.actor import Actor


class Provider(StrEnum):
    """The ways to pay, as the API names them."""

    ALIPAY = "alipay"
    WECHAT = "wechat"
    UNIONPAY = "unionpay"
    BANK_TRANSFER = "bank_transfer"
    BALANCE = "balance"
    SIMULATOR = "simulator"


Channel = Literal["web", "wap", "qr", "app", "jsapi"]
NoticeKind = Literal["payment", "closed", "refund_succeeded", "refund_failed"]
TradeState = Literal["pending", "succeeded", "closed", "absent"]
RefundAnswer = Literal["processing", "succeeded", "failed", "absent"]


@dataclass(frozen=True, slots=True)
class RawNotification:
    """A notification as it arrived. Header names are lower case."""

    provider: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What a verified notification (or signed answer) says. Amounts are minor units; None where the gateway tells none."""

    notice_id: str
    kind: NoticeKind
    out_trade_no: str
    amount: int | None
    currency: str
    gateway_no: str = ""
    out_refund_no: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The HTTP answer that makes the gateway stop (or go on) repeating itself."""

    status: int
    content_type: str
    body: str


Verdict = Literal["stored", "duplicate", "ignored", "rejected"]


@dataclass(frozen=True, slots=True)
class Received:
    """The fate of one notification, in the order given. `id` names the stored notice that waits to be applied."""

    verdict: Verdict
    acknowledgement: Acknowledgement
    id: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Trade:
    """One attempt to pay, as a provider needs to know it."""

    out_trade_no: str
    reference: str
    amount: int
    currency: str
    created_at: datetime
    expires_at: datetime
    gateway_trade_no: str = ""


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """One refund, as a provider needs to know it. `created_at` is part of UnionPay's identity of it."""

    out_refund_no: str
    amount: int
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StartOptions:
    """What the client is: decides between page, wallet page, QR code and in-app parameters."""

    channel: Channel | None = None
    client_ip: str = "127.0.0.1"
    return_url: str = ""
    payer_id: str = ""  # WeChat openid for jsapi


@dataclass(frozen=True, slots=True)
class Payable:
    """What the client needs to pay: open `url`, show `qr_text`, post `fields` to `url`, or hand `fields` to the wallet."""

    provider: str
    out_trade_no: str
    amount: int
    currency: str
    kind: Literal["url", "qr", "form", "params", "transfer", "paid"]
    url: str = ""
    qr_text: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TradeStatus:
    """The gateway's word on a trade; `facts` stand with `succeeded`."""

    state: TradeState
    facts: NoticeFacts | None = None
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class RefundStatus:
    state: RefundAnswer
    gateway_refund_no: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BillEntry:
    """One line of a gateway's daily bill. Amounts are positive minor units, refunds told by `kind`."""

    kind: Literal["payment", "refund"]
    out_trade_no: str
    amount: int
    currency: str
    gateway_no: str
    out_refund_no: str = ""
    at: datetime | None = None


class Gateway(Protocol):
    """A way to pay. Methods that touch the network refuse to run inside a transaction."""

    name: str
    #: Money moves by hand: staff confirm it, no job asks anybody.
    manual: bool

    def start(self, trade: Trade, options: StartOptions) -> Payable: ...
    def verify_notification(self, raw: RawNotification) -> NoticeFacts | None: ...
    def acknowledge(self, ok: bool) -> Acknowledgement: ...
    def query(self, trade: Trade) -> TradeStatus: ...
    def close(self, trade: Trade) -> TradeStatus: ...
    def refund(self, trade: Trade, refund: RefundOrder) -> RefundStatus: ...
    def query_refund(self, trade: Trade, refund: RefundOrder) -> RefundStatus: ...
    def download_bill(self, day: date) -> list[BillEntry] | None: ...
    def bill_window(self, day: date) -> tuple[datetime, datetime]: ...


@dataclass(frozen=True, slots=True)
class IntentView:
    """An attempt to pay, as others may see it."""

    id: int
    reference: str
    provider: str
    out_trade_no: str
    amount: int
    currency: str
    state: str
    captured: int
    refunded: int
    refund_claimed: int
    gateway_trade_no: str
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None

    @property
    def refundable(self) -> int:
        return self.captured - self.refund_claimed


@dataclass(frozen=True, slots=True)
class RefundView:
    """A refund, as others may see it."""

    id: int
    out_refund_no: str
    reference: str
    provider: str
    amount: int
    currency: str
    state: str
    reason: str
    surplus: bool
    created_at: datetime
    succeeded_at: datetime | None
    last_error: str


@dataclass(frozen=True, slots=True)
class OrderMoney:
    """What the owner of a reference believes about its money: paid through `provider`, minor units, refunds not deducted."""

    reference: str
    provider: str
    paid: int
    currency: str


#: Applies stored notifications to what they pay for (bound to the owner of the references).
ApplyPayments = Callable[[Sequence[int]], object]
#: Answers the references that became paid between two instants, and those named besides.
OrderFacts = Callable[[datetime, datetime, Sequence[str]], Iterable[OrderMoney]]


@dataclass(frozen=True, slots=True)
class BalanceMove:
    """A line of the ledger of balances: what a reference took (`payment`), or got back under `number` (`refund`); minor units."""

    kind: Literal["payment", "refund"]
    reference: str
    number: str
    amount: int
    at: datetime


class Balances(Protocol):
    """What members keep with the mall, as payments draw on it (bound to the owner of the ledger)."""

    def take(self, member_id: int, amount: int, *, reference: str, actor: Actor) -> datetime:
        """Take it for this reference, once; when it was taken. Needs a transaction. Raises the owner's refusal."""

    def give_back(self, reference: str, amount: int, *, key: str, actor: Actor) -> bool:
        """Give it back, once per key; False where less than that was taken and not yet given back."""

    def moves(self, start: datetime, end: datetime) -> Iterable[BalanceMove]:
        """What was taken and given back between two instants."""


@dataclass(frozen=True, slots=True)
class ReconciliationView:
    """The outcome of one provider's day. `state`: done, or failed (no bill could be had; `error` says why)."""

    id: int
    provider: str
    day: date
    state: str
    bill_lines: int
    paid: int
    refunded: int
    discrepancies: int
    error: str
    run_at: datetime


@dataclass(frozen=True, slots=True)
class DiscrepancyView:
    """One disagreement of the three books; amounts in minor units, None where a book has no entry."""

    id: int
    kind: str
    number: str
    reference: str
    bill_amount: int | None
    book_amount: int | None
    order_amount: int | None
    resolution: str
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class ParkedNotice:
    """Genuine news that could not be booked: `outcome` says why, `resolution` what staff did about it."""

    id: int
    provider: str
    kind: str
    out_trade_no: str
    out_refund_no: str
    amount: int | None
    currency: str
    received_at: datetime
    outcome: str
    resolution: str
