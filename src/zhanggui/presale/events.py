"""What presales announce."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class OfferEvent(Event):
    offer_id: int

    @property
    def aggregate(self) -> str:
        return f"presale:{self.offer_id}"


@dataclass(frozen=True, slots=True)
class OfferPublished(OfferEvent):
    """Deposits can be paid in its window."""

    name: ClassVar[str] = "presale.offer_published"


@dataclass(frozen=True, slots=True)
class OfferEnded(OfferEvent):
    """No new reservations; what was promised to those who have one is kept."""

    name: ClassVar[str] = "presale.offer_ended"


@dataclass(frozen=True, slots=True)
class OfferCalledOff(OfferEvent):
    """It will not be delivered: everybody gets back what he has paid."""

    name: ClassVar[str] = "presale.offer_called_off"


@dataclass(frozen=True, slots=True)
class ReservationEvent(Event):
    """`number` becomes the order's number; `deposit` is what was paid, in minor units."""

    number: str
    offer_id: int
    member_id: int
    deposit: int
    currency: str

    @property
    def aggregate(self) -> str:
        return f"presale_reservation:{self.number}"


@dataclass(frozen=True, slots=True)
class DepositPaid(ReservationEvent):
    """The pieces are the buyer's until `balance_until`."""

    name: ClassVar[str] = "presale.deposit_paid"
    balance_from: str
    balance_until: str


@dataclass(frozen=True, slots=True)
class BalanceDue(ReservationEvent):
    """The window has opened in which the buyer pays the rest; `goods_due` without freight, in minor units."""

    name: ClassVar[str] = "presale.balance_due"
    goods_due: int
    balance_until: str


@dataclass(frozen=True, slots=True)
class ReservationEnded(ReservationEvent):
    """`state`: released (never paid), forfeited (deposit kept) or refunded (on its way back); `reason`: unpaid, buyer, mall."""

    name: ClassVar[str] = "presale.reservation_ended"
    state: str
    reason: str
