"""What promotions take and give. Amounts are minor units of the mall's currency; times are aware."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text

from .engine import (
    KINDS,
    Allowance,
    Applied,
    BuyerFacts,
    CartLine,
    CartSnapshot,
    CompiledRule,
    Explanation,
    Gift,
    GoodsFacts,
    HeldCoupon,
    Lane,
    LineVerdict,
    Relief,
    Rule,
    RuleSet,
    Share,
    Verdict,
    compile_rules,
    evaluate,
    relieve,
    waive,
)
from .engine.kind import Quota
from .engine.lowest import Special, Window
from .frozen import Thawed, freeze, gift_values, thaw
from .wording import say, words

__all__ = [
    "Allowance",
    "Applied",
    "BuyerFacts",
    "CartLine",
    "CartSnapshot",
    "CompiledRule",
    "ClaimableCoupon",
    "CouponAudience",
    "CouponDraft",
    "CouponFunnel",
    "Explanation",
    "FlashGood",
    "FlashSlot",
    "Gift",
    "GoodsFacts",
    "HeldCoupon",
    "KINDS",
    "Lane",
    "LineVerdict",
    "LowestPreview",
    "LowestView",
    "Priced",
    "Special",
    "Window",
    "ProductBadge",
    "PromotionDraft",
    "PromotionView",
    "Quota",
    "Relief",
    "Rule",
    "RuleSet",
    "Share",
    "Thawed",
    "Verdict",
    "WalletCoupon",
    "compile_rules",
    "evaluate",
    "freeze",
    "gift_values",
    "relieve",
    "say",
    "thaw",
    "waive",
    "words",
]


@dataclass(frozen=True, slots=True)
class CouponDraft:
    """How codes of a coupon are handed out; None limits nothing. `valid_days`: good so long from when a member has it.

    With a `points_price` members get it for so many points (积分商城); what anybody may claim has none.
    """

    claimable: bool = False
    per_member_limit: int = 1
    issue_limit: int | None = None
    valid_days: int | None = None
    points_price: int | None = None


@dataclass(frozen=True, slots=True)
class PromotionDraft:
    """A promotion as its editor wants it; `rules.check` says what is wrong with it.

    `scope`: `{"all": true}` or lists of ids under `products`, `categories`, `brands`, `skus`; either with `exclude`.
    `daily`: `[{"from": "10:00", "to": "12:00"}]` in the mall's time. `coupon` belongs to kinds used by code.
    `audience`: whom it is for (`engine.Audience`; empty: everybody). `apart`: the lanes (item, set, order, coupon) it does
    not share goods with.
    """

    kind: str
    label_zh: str
    config: Mapping[str, Any]
    starts_at: datetime
    label_en: str = ""
    scope: Mapping[str, Any] = field(default_factory=lambda: {"all": True})
    ends_at: datetime | None = None
    daily: Sequence[Mapping[str, str]] = ()
    priority: int = 0
    exclusive_group: str = ""
    use_limit: int | None = None
    per_holder_limit: int | None = None
    budget: int | None = None
    audience: Mapping[str, Any] = field(default_factory=dict)
    apart: Sequence[str] = ()
    coupon: CouponDraft | None = None


@dataclass(frozen=True, slots=True)
class CouponFunnel:
    """Codes made, codes in a member's hands, and orders that stand on one, with what they took off."""

    issued: int
    held: int
    used: int
    amount: int


@dataclass(frozen=True, slots=True)
class PromotionView:
    """A promotion for staff; `actions` are the steps its state allows.

    `stage` is where it stands by its state and its window together: draft, scheduled, running, paused or ended.
    """

    id: int
    state: str
    stage: str
    draft: PromotionDraft
    used: int
    budget_used: int
    actions: tuple[str, ...]
    badge: Text
    badge_params: Mapping[str, object]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class WalletCoupon:
    """A coupon in a member's wallet; `state` is usable, upcoming, used, expired, paused or void.

    `starts_at` and `ends_at` are this code's own; `scope` is what it can buy, as drafts have it.
    """

    code: str
    promotion_id: int
    label: Text
    badge: Text
    badge_params: Mapping[str, object]
    starts_at: datetime
    ends_at: datetime | None
    state: str
    scope: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CouponAudience:
    """Whom a coupon is sent to: active members of whom every part that is set is true; or, of a list somebody gave, so many (`listed`).

    `bought`: has (not) bought before; `inactive_days`: has not bought for so long; `birthday_month`: 1 to 12.
    """

    tiers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    bought: bool | None = None
    inactive_days: int | None = None
    birthday_month: int | None = None
    listed: int | None = None


class ClaimableCoupon(NamedTuple):
    """A coupon of the claim centre or of the points mall.

    `state` is open, upcoming, had (he has his share) or gone; `left` None: no limit.
    """

    view: PromotionView
    state: str
    held: int
    issued: int
    left: int | None


class Priced(NamedTuple):
    """All prices of a SKU and the floor below them (None: none), with its cost where it is known."""

    sku_id: int
    list_price: int
    sale_price: int
    cost: int | None
    floor: int | None
    specials: tuple[Special, ...] = ()
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class LowestView:
    """What was found for a SKU: no cart brings a piece below `bound`, and `cart` brings it to `price`.

    `rules` take from it there; `cart` is the witness (see `as_cart`). `floor` and `cost` are those of then; `stale`: something
    has changed since.
    """

    sku_id: int
    price: int
    bound: int
    sale_price: int
    floor: int | None
    cost: int | None
    rules: list[int]
    cart: dict[str, Any]
    stale: bool
    at: datetime

    @property
    def exact(self) -> bool:
        return self.price == self.bound


class LowestPreview(NamedTuple):
    """What a promotion would do: SKUs in its scope, how many were looked at, of these below their floor, and the worst."""

    scope: int
    looked: int
    below: int
    rows: list[LowestView]


class FlashGood(NamedTuple):
    """A SKU of a flash sale: its price, the pieces there are in all and those gone, what one buyer may have (None: no bound).

    `for_some`: not everybody may buy it so. `sold_before`: until when an earlier slot or sale sold pieces of it at a flash price.
    """

    promotion_id: int
    sku_id: int
    price: int
    stock: int
    taken: int
    per_buyer: int | None
    for_some: bool
    sold_before: datetime | None


class FlashSlot(NamedTuple):
    """Flash sales that begin and end together; `ends_at` None has no end."""

    starts_at: datetime
    ends_at: datetime | None
    goods: tuple[FlashGood, ...]


class ProductBadge(NamedTuple):
    """A few characters on a product tile, its params said by `words`."""

    promotion_id: int
    kind: str
    label: Text
    text: Text
    params: Mapping[str, object]
