"""The engine's vocabulary. All amounts are minor units (fen); all values are frozen and cheap to make."""

from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text


class Lane(IntEnum):
    """When a rule has its turn: on items, on sets of goods, on the order, with a coupon, on the freight.

    A later lane sees what earlier ones left.
    """

    ITEM = 1
    SET = 2
    ORDER = 3
    COUPON = 4
    FREIGHT = 5


class CartLine(NamedTuple):
    """`key` is the caller's name of the line, unique in the cart. `category_ids` holds the category and its ancestors.

    `unit_price` is what one piece costs this buyer before promotions; `list_price` is what the tag says.
    """

    key: str
    sku_id: int
    product_id: int
    category_ids: tuple[int, ...]
    brand_id: int | None
    quantity: int
    unit_price: int
    list_price: int


class GoodsFacts(NamedTuple):
    """A product as scopes see it, for badges."""

    product_id: int
    category_ids: tuple[int, ...]
    brand_id: int | None
    sku_ids: tuple[int, ...]


class BuyerFacts(NamedTuple):
    """Who buys. `is_new`: has not bought before; `birthday`: has it this month; `region`: the province delivered to."""

    member_id: int | None = None
    is_new: bool = False
    tier: str = ""
    region: str = ""
    tags: frozenset[str] = frozenset()
    employee: bool = False
    birthday: bool = False


_NONE: Mapping[int, int] = MappingProxyType({})


class CartSnapshot(NamedTuple):
    """A cart at one moment; `at` is aware.

    `chosen` are the SKUs the buyer picked where a promotion lets him choose; `stock` the free pieces of SKUs promotions
    give away (of what is not named there is none).
    """

    lines: tuple[CartLine, ...]
    at: datetime
    currency: str = "CNY"
    buyer: BuyerFacts = BuyerFacts()
    channel: str = ""
    chosen: frozenset[int] = frozenset()
    stock: Mapping[int, int] = _NONE


class Audience(NamedTuple):
    """Whom a rule is for; every part that is set must hold. `new`: only who has not bought before, or only who has."""

    members: bool = False
    new: bool | None = None
    tiers: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    employees: bool = False
    birthday: bool = False


class Selection(NamedTuple):
    """Goods named by any of four kinds of id."""

    product_ids: frozenset[int] = frozenset()
    category_ids: frozenset[int] = frozenset()
    brand_ids: frozenset[int] = frozenset()
    sku_ids: frozenset[int] = frozenset()


class Scope(NamedTuple):
    """`include` None means all goods; what `exclude` names is never in."""

    include: Selection | None = None
    exclude: Selection = Selection()


class DailyWindow(NamedTuple):
    """Minutes after local midnight, end exclusive; an end at or before the start reaches into the next day."""

    start: int
    end: int

    def holds(self, minute: int) -> bool:
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end

    def __str__(self) -> str:
        return f"{self.start // 60:02d}:{self.start % 60:02d}–{self.end // 60:02d}:{self.end % 60:02d}"


class Rule(NamedTuple):
    """One promotion as the engine sees it. `terms` is what the kind's `parse` made of its configuration.

    Of rules with the same non-empty `exclusive_group` only one applies to a cart. Higher `priority` goes first, and
    above 0 it is never given up for another. Goods it takes are kept from the lanes in `apart`, and it from theirs.
    `counted`: uses, pieces or money of it are limited, so that taking it has to be recorded. `config`: of a stored rule, what
    `terms` were made of.
    """

    id: int
    kind: str
    terms: object
    label: Text
    starts_at: datetime
    ends_at: datetime | None = None
    scope: Scope = Scope()
    daily: tuple[DailyWindow, ...] = ()
    priority: int = 0
    exclusive_group: str = ""
    counted: bool = False
    audience: Audience | None = None
    apart: frozenset[Lane] = frozenset()
    config: Mapping[str, Any] | None = None


class Allowance(NamedTuple):
    """What a counted rule may still do for a buyer: `barred` is a reason code, or "" and at most `budget_left` fen.

    `pieces` says how many of a SKU it may still give him, where that is limited.
    """

    barred: str = ""
    budget_left: int | None = None
    pieces: Mapping[int, int] | None = None


class Explanation(NamedTuple):
    """What one rule did, or why not and what is missing.

    `code` is stable, `params` are primitives and texts, `text` their sentence (see `promotions.wording`).
    Params that end in `_amount` or `_figure` are minor units.
    """

    promotion_id: int
    label: Text
    coupon: str
    applied: bool
    amount: int
    code: str
    params: Mapping[str, object]
    text: Text


class Share(NamedTuple):
    """What one rule takes off one line."""

    promotion_id: int
    coupon: str
    amount: int


class LineVerdict(NamedTuple):
    """`amount` is quantity times unit price, before the discount; the shares sum to `discount`."""

    key: str
    amount: int
    discount: int
    shares: tuple[Share, ...]


class Gift(NamedTuple):
    """Goods that come with the order for nothing; `choices` are the SKUs the buyer may pick instead, this one included."""

    promotion_id: int
    label: Text
    sku_id: int
    quantity: int
    choices: tuple[int, ...] = ()


class Applied(NamedTuple):
    """A rule that took `amount` off, or gave something. `coupon_code_id` is set where a coupon code pays for it.

    `pieces` are (SKU, how many) of a limited number; `worth` is the stated value of gifts. Budgets pay both.
    """

    promotion_id: int
    kind: str
    lane: Lane
    label: Text
    coupon: str
    coupon_code_id: int | None
    amount: int
    counted: bool
    pieces: tuple[tuple[int, int], ...] = ()
    worth: int = 0


class Verdict(NamedTuple):
    """`lines` in the order of the cart; `applied` in the order of application; one explanation for every rule.

    `exact`: no lawful combination gives more. Otherwise the search was bounded, and some other may. `worth` is the stated
    value of the gifts, which combinations are compared by besides the discount.
    """

    lines: tuple[LineVerdict, ...]
    discount_total: int
    applied: tuple[Applied, ...]
    explanation: tuple[Explanation, ...]
    gifts: tuple[Gift, ...] = ()
    exact: bool = True
    worth: int = 0


class Relief(NamedTuple):
    """What is taken off the freight: by at most one rule, never more than the freight."""

    amount: int
    applied: tuple[Applied, ...]
    explanation: tuple[Explanation, ...]
