"""Values that cross the door of pricing. Amounts are integer minor units of the mall's currency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import BASIS

#: Whose a special price is: a member tier's, a channel's, the staff's own, or everybody's who takes enough pieces.
TIER, CHANNEL, EMPLOYEE, QUANTITY = "tier", "channel", "employee", "quantity"
SPECIAL_KINDS = {
    TIER: Text("会员价", "Member price"),
    CHANNEL: Text("渠道价", "Channel price"),
    EMPLOYEE: Text("员工价", "Staff price"),
    QUANTITY: Text("阶梯价", "Quantity price"),
}
#: Which rule sets a floor.
SOURCES = {
    "floor": Text("该 SKU 的底价", "the floor of this SKU"),
    "margin": Text("该 SKU 的最低毛利", "the least margin of this SKU"),
    "category": Text("分类的最低毛利", "the least margin of its category"),
}
#: The channel whose price is the ordinary one.
OWN_CHANNEL = "shop"
#: Special prices that belong to somebody by name.
KEYED = frozenset({TIER, CHANNEL})


class Special(NamedTuple):
    """A special price: whose (`kind` and `key`, the tier's or channel's code) and from how many pieces on."""

    kind: str
    key: str
    min_quantity: int
    price: int


class Buyer(NamedTuple):
    """All of a buyer that a price depends on: values, not a member. `quantity` is of the one SKU, in pieces.

    `discount_bp`: what his tier pays of the price of the instant, in basis points (9800: 98 折).
    """

    tier: str = ""
    channel: str = ""
    employee: bool = False
    quantity: int = 1
    discount_bp: int = BASIS


class BuyerPrice(NamedTuple):
    """What one piece costs a buyer, and by which special price (`kind` "": the ordinary or planned one).

    What a tier pays of the ordinary price is a member price, too: kind and key are the tier's.
    """

    price: int
    kind: str = ""
    key: str = ""
    min_quantity: int = 1


@dataclass(frozen=True, slots=True)
class Price:
    """The price of a SKU at an instant; `scheduled` says that a window is open."""

    list_price: int
    sale_price: int
    cost: int | None
    scheduled: bool = False
    specials: tuple[Special, ...] = ()


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A price to be set. Without `sale_price` the list price is paid; `cost` None keeps the cost known before.

    `seen` is the (list, sale) price on which the wish was formed (None each: it had none); another one there now refuses it.
    """

    sku_id: int
    list_price: int
    sale_price: int | None = None
    cost: int | None = None
    seen: tuple[int | None, int | None] | None = None


@dataclass(frozen=True, slots=True)
class SpecialRow:
    """A special price to be set; `price` None takes it away."""

    sku_id: int
    kind: str
    key: str
    min_quantity: int
    price: int | None


@dataclass(frozen=True, slots=True)
class FloorRow:
    """The floor and the least margin (basis points of the price) of a SKU; None: none of its own."""

    sku_id: int
    floor: int | None
    min_margin: int | None


class Raise(NamedTuple):
    """An ordinary price that went up; `id` names it in the history."""

    id: int
    sku_id: int
    at: datetime
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Floor:
    """Below what the price of a SKU must not go and which rule says so (`source`: floor, margin, category, "" for none).

    `own_floor` and `own_margin` are the SKU's own; `min_margin` the margin that counts, of `margin_category` where it is not
    its own (0: of everything). Shares are basis points. Band, steps, corridor and greatest change are its category's.
    """

    sku_id: int
    list_price: int
    sale_price: int
    cost: int | None
    own_floor: int | None
    own_margin: int | None
    floor: int | None
    source: str | None
    min_margin: int | None
    margin_category: int | None
    band_low: int | None
    band_high: int | None
    steps: list[int]
    spend_low: int
    spend_high: int
    max_change: int | None


@dataclass(frozen=True, slots=True)
class PolicyView:
    """The price rules of a category (0: of everything); None says nothing, and the category above counts."""

    category_id: int
    band_low: int | None = None
    band_high: int | None = None
    steps: tuple[int, ...] = ()
    min_margin: int | None = None
    spend_low: int | None = None
    spend_high: int | None = None
    max_change: int | None = None


@dataclass(frozen=True, slots=True)
class RequestView:
    """A price change somebody asks for (`kind`: set or scheduled), and what became of it."""

    id: int
    sku_id: int
    kind: str
    list_price: int | None
    sale_price: int
    cost: int | None
    old_list_price: int
    old_sale_price: int
    starts_at: datetime | None
    ends_at: datetime | None
    reason: str
    status: str
    asked_by_id: int | None
    asked_by: str
    asked_at: datetime
    decided_by: str
    decision: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Proposed:
    """What became of changes: how many prices are others now, and the requests that wait for approval; of a plan its window."""

    changed: int
    requests: tuple[int, ...] = ()
    window: int | None = None


@dataclass(frozen=True, slots=True)
class ScheduledView:
    id: int
    sku_id: int
    sale_price: int
    starts_at: datetime
    ends_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class HistoryView:
    id: int
    sku_id: int
    kind: str
    list_price: int | None
    sale_price: int
    cost: int | None
    old_list_price: int | None
    old_sale_price: int | None
    old_cost: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    details: dict[str, Any] | None
    reason: str
    actor_kind: str
    actor_label: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A price was, is or is planned to be in force from `since` until just before `until` (None: open end).

    A `planned` one lies over the ordinary price of that time.
    """

    price: int
    since: datetime
    until: datetime | None
    planned: bool


@dataclass(frozen=True, slots=True)
class Strike:
    """What may stand struck through beside `price`, or why nothing may.

    `reason`: shown; off (the mall never shows one); unchanged (no other price was asked before); stood (the price fell too
    long ago); not_lower (it was asked for as little or less in the days before); not_listed (the list price is no higher).
    `lowest` is the lowest price of those days, `began_at` when the present price began, `until` how long it is shown.
    """

    reason: str
    struck: int | None
    price: int
    list_price: int
    began_at: datetime | None
    lowest: int | None
    until: datetime | None


#: What a template counts (运费模板): grams, pieces, or the amount of its goods in minor units.
WEIGHT, PIECES, AMOUNT = "weight", "pieces", "amount"
UNITS = {
    WEIGHT: Text("按重量", "By weight"),
    PIECES: Text("按件数", "By pieces"),
    AMOUNT: Text("按金额", "By amount"),
}
#: The template of whatever has none of its own.
DEFAULT_TEMPLATE = "default"
#: Goods of several templates in one cart: every template's fee, or only the dearest.
SUM, DEAREST = "sum", "dearest"


@dataclass(frozen=True, slots=True)
class FreightRuleView:
    """What a template charges for a method in a province; `province` "" holds where no other rule of the method does.

    `fee` covers the `first` grams or pieces (0: any number), each further started `step` costs `step_fee`. By amount, `fee` holds
    until the first step of `ladder`, (amount of the goods from which on, fee). Delivery is free from `free_over` or `free_pieces` on
    (None: never); the `surcharge` for a remote place (偏远附加费) is charged even then.
    """

    id: int
    method: str
    province: str
    deliverable: bool = True
    fee: int = 0
    first: int = 0
    step_fee: int = 0
    free_over: int | None = None
    step: int = 1_000
    free_pieces: int | None = None
    surcharge: int = 0
    ladder: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class FreightTemplateView:
    """A freight template with its rules; `unit` is what it counts."""

    code: str
    name: Text
    unit: str = WEIGHT
    rules: tuple[FreightRuleView, ...] = ()


@dataclass(frozen=True, slots=True)
class RegionRule:
    """One row of a template as people write it: the same terms for several provinces (none: everywhere else)."""

    provinces: tuple[str, ...] = ()
    deliverable: bool = True
    fee: int = 0
    first: int = 0
    step: int = 1_000
    step_fee: int = 0
    free_over: int | None = None
    free_pieces: int | None = None
    surcharge: int = 0
    ladder: tuple[tuple[int, int], ...] = ()
    method: str = "express"


@dataclass(frozen=True, slots=True)
class TemplateDraft:
    """A freight template to be kept, with all its rules."""

    name_zh: str
    name_en: str = ""
    unit: str = WEIGHT
    regions: tuple[RegionRule, ...] = ()


@dataclass(frozen=True, slots=True)
class FreightBook:
    """All templates by code, and which products and categories have one of their own."""

    templates: Mapping[str, FreightTemplateView]
    products: Mapping[int, str]
    categories: Mapping[int, str]

    def template_of(self, product_id: int, category_ids: Sequence[int]) -> str:
        """The product's own, else that of its nearest category (`category_ids` from the root to it), else the default."""
        own = self.products.get(product_id)
        if own is None and self.categories:
            own = next((found for one in reversed(category_ids) if (found := self.categories.get(one))), None)
        return own or DEFAULT_TEMPLATE


class Sent(NamedTuple):
    """Goods to be sent: pieces, grams of one, and what they are paid with after discounts (minor units)."""

    product_id: int
    category_ids: Sequence[int]
    quantity: int
    weight_g: int
    amount: int
    title: str = ""


class Why(NamedTuple):
    """One part of how a freight comes about; `params` that end in `_amount` or `_figure` are minor units."""

    code: str
    text: Text
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FreightPart:
    """What the goods of one template pay: `fee` and `surcharge`, by which rule, and why. `places` are theirs among the goods.

    `missing_amount` and `missing_pieces` are what is left until the fee falls away (0: nothing, or it never does). A part that is
    not `charged` is cheaper than the dearest, where that one alone is paid.
    """

    template: str
    name: Text
    unit: str
    rule: FreightRuleView | None
    places: tuple[int, ...]
    fee: int
    surcharge: int
    why: tuple[Why, ...] = ()
    missing_amount: int = 0
    missing_pieces: int = 0
    charged: bool = True

    @property
    def amount(self) -> int:
        return self.fee + self.surcharge


@dataclass(frozen=True, slots=True)
class Freight:
    """What delivery costs, how to say it, and of which parts it is made."""

    amount: int
    label: Text
    parts: tuple[FreightPart, ...] = ()

    @property
    def surcharge(self) -> int:
        """Of the amount, what being remote costs."""
        return sum(part.surcharge for part in self.parts if part.charged)
