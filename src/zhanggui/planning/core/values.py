"""What a replay is told. Amounts are minor units; times are aware."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import NamedTuple

from zhanggui.promotions.types import BuyerFacts, CartLine, Rule

_NOBODY: Mapping[str, int] = MappingProxyType({})


class SoldLine(NamedTuple):
    """A line as it was sold. `cart` has the price asked then, before anything was taken off.

    `cost` is of one piece at that time (None: unknown); `taken` what each promotion took off the line; `other` what points
    and staff took off besides (below 0 where staff raised it).
    """

    cart: CartLine
    cost: int | None = None
    taken: tuple[tuple[int, int], ...] = ()
    other: int = 0


class Given(NamedTuple):
    """A gift that went with an order; `cost` of one piece (None: unknown)."""

    promotion_id: int
    sku_id: int
    quantity: int
    cost: int | None


class Sale(NamedTuple):
    """A past order. `counts`: it belongs into the figures; one that does not only used up limits until `undone_at`.

    `day` is the business day; `coupons` are (coupon, code) the buyer presented; `freight` is what delivery cost before
    `relieved`, what each promotion took off it;
    `gifts` went with it. `fixed`: sold at a price of its own (in a group, in a presale), where promotions have no say.
    """

    number: str
    at: datetime
    day: date
    buyer: BuyerFacts
    lines: tuple[SoldLine, ...]
    holder: str = ""
    channel: str = ""
    counts: bool = True
    undone_at: datetime | None = None
    coupons: tuple[tuple[int, str], ...] = ()
    freight: int = 0
    relieved: tuple[tuple[int, int], ...] = ()
    gifts: tuple[Given, ...] = ()
    fixed: bool = False


class Proposed(NamedTuple):
    """A promotion of the proposal. `rule.counted` where anything of it is limited.

    `spans`: when it was really switched on, None: in its own dates without a break. `everybody`: of a coupon, that every
    buyer is taken to present it, not only those who did. `used`, `spent` and `held` (by holder) are what was gone before.
    """

    rule: Rule
    spans: tuple[tuple[datetime | None, datetime | None], ...] | None = None
    everybody: bool = False
    use_limit: int | None = None
    per_holder_limit: int | None = None
    budget: int | None = None
    used: int = 0
    spent: int = 0
    held: Mapping[str, int] = _NOBODY

    def on(self, at: datetime) -> bool:
        """Whether it was switched on."""
        return self.spans is None or any(
            (since is None or since <= at) and (until is None or at < until) for since, until in self.spans
        )


class GoodsFact(NamedTuple):
    """What a replay has to know of a SKU: below what its price should not go, and what it costs (None: not known)."""

    floor: int | None = None
    cost: int | None = None
