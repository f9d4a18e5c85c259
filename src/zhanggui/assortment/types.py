"""What the assortment takes and gives. Amounts are minor units of the mall's currency, shares basis points unless said otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from zhanggui.kernel.i18n import Text

#: A product plays one of these parts at most: it brings people in, it is what they buy, or it shows what the shop can.
PARTS = ("traffic", "basic", "image")
#: Pushed first in every campaign; and what draws a crowd at hardly any profit. Both go along with a part.
MAIN, HIT = "main", "hit"
ROLES: Mapping[str, Text] = {
    MAIN: Text("主推款", "Main push"),
    "traffic": Text("引流款", "Traffic"),
    "basic": Text("基本款", "Basic"),
    "image": Text("形象款", "Image"),
    HIT: Text("爆款", "Hit"),
}
PROMOTE, DELIST, KEEP = "promote", "delist", "keep"
DECISIONS: Mapping[str, Text] = {
    PROMOTE: Text("促销清仓", "Clear by promotion"),
    DELIST: Text("下架淘汰", "Take off sale"),
    KEEP: Text("保留观察", "Keep for now"),
}
#: What makes a hit (the criteria of the hit zone).
CRITERIA: Mapping[str, Text] = {
    "deliverable": Text("物流可配送", "Deliverable"),
    "selling": Text("畅销", "Sells well"),
    "margin": Text("微利或保本", "Small or no margin"),
}


class ProductRole(NamedTuple):
    """A product with its roles, the first of `ROLES` first; when, by whom and why it last got one."""

    product_id: int
    roles: tuple[str, ...]
    since: datetime
    by: str
    reason: str


class RoleChange(NamedTuple):
    """A role given (`given`) or taken away, and by whom, when and why."""

    role: str
    given: bool
    reason: str
    actor: str
    at: datetime


class Verdict(NamedTuple):
    """One criterion of a hit, with the number it was judged by. `kind` says what `value` is: provinces, units or margin.

    `value` is the number of provinces left out of delivery, the units sold, or the margin in basis points of the price (None:
    some cost is not known); `limit` is what the mall asks, in the same unit. `weight_g` is the heaviest SKU's.
    """

    name: str
    met: bool
    value: int | None
    limit: int
    weight_g: int = 0


@dataclass(frozen=True, slots=True)
class HitRow:
    """A product held against the criteria of hits; `rank` by units sold in the mall (None: it sold nothing)."""

    product_id: int
    hit: bool
    listed: bool
    free: int
    rank: int | None
    verdicts: tuple[Verdict, ...]

    @property
    def met(self) -> int:
        return sum(1 for each in self.verdicts if each.met)

    @property
    def fits(self) -> bool:
        return self.listed and self.met == len(self.verdicts)


@dataclass(frozen=True, slots=True)
class HitBoard:
    """`hits` are the products in the role, those that no longer fit first; `candidates` fit and are not in it; `near` lack one."""

    hits: tuple[HitRow, ...]
    candidates: tuple[HitRow, ...]
    near: tuple[HitRow, ...]
    days: int


class Band(NamedTuple):
    """Prices from `low` until just below `high` (None: no end), and the share of products meant to have one (basis points)."""

    low: int
    high: int | None
    share: int


@dataclass(frozen=True, slots=True)
class ShelfPlan:
    """What a category's shelf (0: the whole mall's) is meant to be; None leaves a figure open.

    `breadth` products, `depth` SKUs for each, `stock` free units for each SKU; the shares of `bands` add up to the whole.
    """

    category_id: int
    breadth: int | None = None
    depth: int | None = None
    stock: int | None = None
    bands: tuple[Band, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class BandCount:
    """A price band with what is planned (basis points; None: no plan) and how many products stand in it."""

    low: int
    high: int | None
    planned: int | None
    products: int
    share: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category's shelf as it is beside its plan. `stock` are the free units of all its SKUs, None where they were not asked for.

    `unpriced` products have no price and stand in no band.
    """

    category_id: int
    plan: ShelfPlan | None
    products: int
    skus: int
    stock: int | None
    bands: tuple[BandCount, ...]
    unpriced: int

    @property
    def depth(self) -> int | None:
        """SKUs per product, in tenths."""
        return round(10 * self.skus / self.products) if self.products else None

    @property
    def per_sku(self) -> int | None:
        """Free units per SKU."""
        return round(self.stock / self.skus) if self.stock is not None and self.skus else None


class Proposal(NamedTuple):
    """What the numbers suggest for a slow seller, and why; `until` for what is not for good."""

    kind: str
    until: date | None
    reason: Text


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a product, with the numbers of that moment; `until` None for good."""

    product_id: int
    kind: str
    until: date | None
    reason: str
    units: int
    on_hand: int
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SlowSeller:
    """A listed product that sells slowly. `units` of the last `SLOW_DAYS` days; `sell_through` of units and stock (basis points)."""

    product_id: int
    listed_at: datetime
    units: int
    on_hand: int
    sell_through: int
    last_sold: datetime | None
    proposal: Proposal
    decision: Decision | None

    @property
    def open(self) -> bool:
        return self.decision is None


class NewItem(NamedTuple):
    """A product that came in since the last review, and what it has sold."""

    product_id: int
    listed_at: datetime
    units: int


class Review(NamedTuple):
    """A review that was finished: how many slow sellers there were, how many of them without a decision, how many new items."""

    id: int
    at: datetime
    actor: str
    note: str
    slow: int
    undecided: int
    new: int


@dataclass(frozen=True, slots=True)
class Renewal:
    """What the next review has to look at. `due` is its day; `since` where its new items begin; `more`: only the slowest are shown."""

    slow: tuple[SlowSeller, ...]
    new: tuple[NewItem, ...]
    since: datetime
    due: date
    last: Review | None
    more: bool

    @property
    def undecided(self) -> int:
        return sum(1 for each in self.slow if each.open)


@dataclass(frozen=True, slots=True)
class Match:
    """What goes along with a product: `reason` is shown to buyers, `script` is what customer service may say."""

    other_id: int
    reason_zh: str = ""
    reason_en: str = ""
    script: str = ""

    @property
    def reason(self) -> Text:
        return Text(self.reason_zh, self.reason_en or self.reason_zh)
