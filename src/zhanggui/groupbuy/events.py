"""What group buying announces."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class OfferEvent(Event):
    offer_id: int

    @property
    def aggregate(self) -> str:
        return f"groupoffer:{self.offer_id}"


@dataclass(frozen=True, slots=True)
class OfferPublished(OfferEvent):
    """Groups can be opened from its start on."""

    name: ClassVar[str] = "groupbuy.offer_published"


@dataclass(frozen=True, slots=True)
class OfferEnded(OfferEvent):
    """No new groups; those that run go on until they are full or out of time."""

    name: ClassVar[str] = "groupbuy.offer_ended"


@dataclass(frozen=True, slots=True)
class GroupEvent(Event):
    """`group` is what its invitation link carries, `orders` are the numbers of those in it."""

    group: str
    offer_id: int
    orders: list[str]

    @property
    def aggregate(self) -> str:
        return f"group:{self.group}"


@dataclass(frozen=True, slots=True)
class GroupOpened(GroupEvent):
    """Its first buyer has paid; others can join until `expires_at`."""

    name: ClassVar[str] = "groupbuy.group_opened"
    expires_at: str


@dataclass(frozen=True, slots=True)
class GroupFilled(GroupEvent):
    """All its seats are paid: the orders go on."""

    name: ClassVar[str] = "groupbuy.group_filled"


@dataclass(frozen=True, slots=True)
class GroupFailed(GroupEvent):
    """Not full in time: its orders are undone and their money goes back."""

    name: ClassVar[str] = "groupbuy.group_failed"
