"""What orders announce. `order_placed` and `order_paid` are written by the hot path's SQL with the same members."""

from dataclasses import dataclass
from typing import Any, ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True)
class OrderEvent(Event):
    number: str

    @property
    def aggregate(self) -> str:
        return f"order:{self.number}"


@dataclass(frozen=True)
class OrderPlaced(OrderEvent):
    """Stock is reserved; the buyer has not paid yet (unless there is nothing to pay)."""

    name: ClassVar[str] = "orders.order_placed"
    member_id: int | None
    total: int
    currency: str
    placed_at: str


@dataclass(frozen=True)
class OrderPaid(OrderEvent):
    """All of it is paid. `lines`: sku_id, product_id, quantity, payable. `kind`: sale, trial or replacement."""

    name: ClassVar[str] = "orders.order_paid"
    member_id: int | None
    total: int
    currency: str
    paid_at: str
    lines: list[dict[str, Any]]
    kind: str = "sale"


@dataclass(frozen=True)
class OrderPriceChanged(OrderEvent):
    """Staff has made an unpaid order cheaper or dearer; `reason` is told to the buyer."""

    name: ClassVar[str] = "orders.order_price_changed"
    member_id: int | None
    total_before: int
    total: int
    currency: str
    reason: str


@dataclass(frozen=True)
class OrderReceiverChanged(OrderEvent):
    """Staff has corrected whom it goes to; `fields` are the names of what changed."""

    name: ClassVar[str] = "orders.order_receiver_changed"
    fields: list[str]


@dataclass(frozen=True)
class OrderPromiseMoved(OrderEvent):
    """Its buyer waits for it: it leaves by `until` (ISO 8601)."""

    name: ClassVar[str] = "orders.order_promise_moved"
    until: str


@dataclass(frozen=True)
class OrderPaymentReminded(OrderEvent):
    """Staff reminds the buyer to pay (催付); he reads it on his order. `expires_at`: ISO 8601, "" without an end."""

    name: ClassVar[str] = "orders.order_payment_reminded"
    member_id: int | None
    expires_at: str


@dataclass(frozen=True)
class OrderUrged(OrderEvent):
    """A buyer asks for his parcel (催单)."""

    name: ClassVar[str] = "orders.order_urged"
    member_id: int | None


@dataclass(frozen=True)
class OrderUrgeAnswered(OrderEvent):
    """Staff has answered him; he reads it on his order."""

    name: ClassVar[str] = "orders.order_urge_answered"
    member_id: int | None


@dataclass(frozen=True)
class OrderCancelled(OrderEvent):
    """`reason`: buyer, staff, expired, group_failed, presale_called_off. `was_paid`: money of it is on the way back."""

    name: ClassVar[str] = "orders.order_cancelled"
    reason: str
    was_paid: bool


@dataclass(frozen=True)
class OrderClaimed(OrderEvent):
    """The warehouse has begun; cancelling is now an after-sales case."""

    name: ClassVar[str] = "orders.order_claimed"


@dataclass(frozen=True)
class OrderShipped(OrderEvent):
    """Units left; `complete` when none is left to ship."""

    name: ClassVar[str] = "orders.order_shipped"
    lines: list[dict[str, int]]
    complete: bool


@dataclass(frozen=True)
class OrderDelivered(OrderEvent):
    name: ClassVar[str] = "orders.order_delivered"


@dataclass(frozen=True)
class OrderMade(OrderEvent):
    """All that was to be made of it is made: it may be sent."""

    name: ClassVar[str] = "orders.order_made"


@dataclass(frozen=True)
class OrderCompleted(OrderEvent):
    name: ClassVar[str] = "orders.order_completed"


@dataclass(frozen=True)
class OrderRefunded(OrderEvent):
    """Money went back; `all_of_it` when nothing is left."""

    name: ClassVar[str] = "orders.order_refunded"
    amount: int
    all_of_it: bool


@dataclass(frozen=True)
class OrdersImported(Event):
    """History of another system was taken over, a batch at a time; no event is written for its orders one by one."""

    name: ClassVar[str] = "orders.orders_imported"
    origin: str
    count: int
    first_placed_at: str
    last_placed_at: str

    @property
    def aggregate(self) -> str:
        return f"import:{self.origin}"
