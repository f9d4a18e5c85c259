"""What promotions announce."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class PromotionEvent(Event):
    promotion_id: int
    kind: str

    @property
    def aggregate(self) -> str:
        return f"promotion:{self.promotion_id}"


@dataclass(frozen=True, slots=True)
class PromotionPublished(PromotionEvent):
    """A promotion or coupon went live, for the first time or after a pause."""

    name: ClassVar[str] = "promotions.promotion_published"


@dataclass(frozen=True, slots=True)
class PromotionPaused(PromotionEvent):
    name: ClassVar[str] = "promotions.promotion_paused"


@dataclass(frozen=True, slots=True)
class PromotionChanged(PromotionEvent):
    """The terms of a promotion that was published changed."""

    name: ClassVar[str] = "promotions.promotion_changed"


@dataclass(frozen=True, slots=True)
class PromotionEnded(PromotionEvent):
    """It was ended by hand; one that runs out by its date announces nothing."""

    name: ClassVar[str] = "promotions.promotion_ended"


@dataclass(frozen=True, slots=True)
class CouponCodesGenerated(Event):
    promotion_id: int
    batch: str
    count: int
    name: ClassVar[str] = "promotions.coupon_codes_generated"

    @property
    def aggregate(self) -> str:
        return f"promotion:{self.promotion_id}"


@dataclass(frozen=True, slots=True)
class CouponCodesVoided(Event):
    """Unused codes of a coupon are good for nothing any more."""

    promotion_id: int
    count: int
    name: ClassVar[str] = "promotions.coupon_codes_voided"

    @property
    def aggregate(self) -> str:
        return f"promotion:{self.promotion_id}"


@dataclass(frozen=True, slots=True)
class CouponSendFinished(Event):
    """A coupon was sent to many members; `sent` of the `total` that were meant got one."""

    promotion_id: int
    send_id: int
    sent: int
    total: int
    name: ClassVar[str] = "promotions.coupon_send_finished"

    @property
    def aggregate(self) -> str:
        return f"promotion:{self.promotion_id}"


@dataclass(frozen=True, slots=True)
class CouponGranted(Event):
    """A member got a coupon code: `origin` is granted (by staff), claimed (by the member), exchanged (for points) or won (in a draw)."""

    member_id: int
    promotion_id: int
    coupon_code_id: int
    origin: str
    name: ClassVar[str] = "promotions.coupon_granted"

    @property
    def aggregate(self) -> str:
        return f"member:{self.member_id}"
