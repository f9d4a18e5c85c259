"""What checkout takes and gives."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

from zhanggui.catalog.selectors import supply_words
from zhanggui.catalog.types import SupplyMode, SupplyWords
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, Problem
from zhanggui.members.types import TierView
from zhanggui.pricing.types import OWN_CHANNEL, FreightPart
from zhanggui.promotions.types import Relief, Share, Verdict

NO_RELIEF = Relief(0, (), ())
EXPRESS, PICKUP = "express", "pickup"
STOCKED = SupplyMode.STOCKED.value


@dataclass(frozen=True, slots=True)
class WantedLine:
    """`id` is the cart's line id, or the position in a one-call purchase. `particulars`: how it is to be made, by what is asked for."""

    id: str
    sku: str
    quantity: int
    particulars: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where to; `pickup` needs only name and mobile, and goes to the address of its `point`, where one is named (its code)."""

    method: str
    name: str = ""
    mobile: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    line: str = ""
    point: str = ""


class GroupWish(NamedTuple):
    """To buy in a group of this offer: the one of `token`, or a new one ("")."""

    offer: int
    token: str = ""


@dataclass(frozen=True, slots=True)
class QuoteRequest:
    """A cart to be priced. `holder` is whose coupon and purchase limits count (promotions), `channel` where he buys (prices).

    The channel is what the mall knows of the program that asks, never what the buyer says.

    `gifts` are the SKUs the buyer picked where he may choose, `gone` those that just ran out and are not to be promised.
    `presale` is the number of the reservation whose balance is paid; the order takes it over.
    """

    lines: tuple[WantedLine, ...]
    coupons: tuple[str, ...] = ()
    delivery: Delivery | None = None
    member_id: int | None = None
    holder: str = ""
    channel: str = OWN_CHANNEL
    points: int = 0
    gifts: tuple[str, ...] = ()
    gone: frozenset[str] = frozenset()
    group: GroupWish | None = None
    presale: str = ""


#: Why a line cannot be bought: the article is sold in a presale alone for now.
PRESALE_ONLY = "presale_only"
#: ... or what is to be said of how it is made is missing or wrong.
PARTICULARS = "particulars"


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """One line as it stands now. `problem` is empty, or why it cannot be bought: not_for_sale, out_of_stock, presale_only, particulars.

    `special` says which special price `unit_price` is (pricing's kinds; "" for none) and `special_name` what it is called, with
    the tier's name; `one_price` is what a single piece costs this buyer, `sale_price` what it costs everybody.

    `surcharge` is what of `unit_price`, `list_price`, `one_price` and `sale_price` the `particulars` cost (told as bespoke.rules.settle
    does); no promotion sees it. `faults` are what is missing or wrong in them.

    `supply_mode` says how it is supplied, `promise_hours` within how many hours of payment it leaves (None: as the mall promises).
    """

    id: str
    sku: str
    sku_id: int
    product_id: int
    title: str
    options: str
    image: str
    slug: str
    quantity: int
    available: int
    list_price: int
    unit_price: int
    cost: int | None
    subtotal: int
    discount: int
    payable: int
    shares: tuple[Share, ...]
    stock: tuple[tuple[int, int], ...]  # (warehouse, units)
    problem: str = ""
    special: str = ""
    one_price: int = 0
    sale_price: int = 0
    points: int = 0
    special_name: Text | None = None
    supply_mode: str = STOCKED
    promise_hours: int | None = None
    surcharge: int = 0
    particulars: tuple[Mapping[str, Any], ...] = ()
    faults: tuple[FieldError, ...] = ()

    @property
    def supply(self) -> SupplyWords | None:
        """What the buyer is told where it is not in stock with us."""
        return supply_words(self.supply_mode, self.promise_hours)


class ItemPrice(NamedTuple):
    """What the pieces of a line cost a buyer by themselves (minor units), and the path of the goods' category."""

    total: int
    category_ids: tuple[int, ...]


class GiftChoice(NamedTuple):
    """A SKU that could be the gift."""

    sku: str
    sku_id: int
    title: str
    options: str
    image: str


@dataclass(frozen=True, slots=True)
class QuotedGift:
    """Goods that come with the order for nothing; `choices` (itself included) where the buyer may pick."""

    promotion_id: int
    label: Text
    sku: str
    sku_id: int
    product_id: int
    title: str
    options: str
    image: str
    slug: str
    quantity: int
    list_price: int
    cost: int | None
    stock: tuple[tuple[int, int], ...]
    choices: tuple[GiftChoice, ...] = ()
    supply_mode: str = STOCKED
    promise_hours: int | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """All of a cart at one moment, in minor units. `problems` are the reasons it cannot be bought as it is.

    `shipping_total` is `freight` less what `relief` takes off it; `freight_parts` say how the freight comes about.

    `better` are the tiers above the buyer's that he could have by buying (`selectors.tier_offer`).

    `deposit` is what of the total a presale's deposit has paid before.

    `points` are those it spends (of the request's, as many as it can take), `points_total` what they take off the goods.
    """

    currency: str
    lines: tuple[QuotedLine, ...]
    verdict: Verdict
    items_total: int
    discount_total: int
    shipping_total: int
    total: int
    freight_label: Text | None
    problems: tuple[Problem, ...]
    points: int = 0
    points_total: int = 0
    gifts: tuple[QuotedGift, ...] = ()
    freight: int = 0
    relief: Relief = NO_RELIEF
    better: tuple[TierView, ...] = ()
    deposit: int = 0
    freight_parts: tuple[FreightPart, ...] = ()

    @property
    def due(self) -> int:
        """What is still to be paid."""
        return self.total - self.deposit

    @property
    def surcharge(self) -> int:
        """Of the freight, what the remote place costs (偏远附加费)."""
        return sum(part.surcharge for part in self.freight_parts if part.charged)


class TierOffer(NamedTuple):
    """A tier a purchase opens once it is paid, or would if its goods came to `missing` more (minor units)."""

    tier: TierView
    missing: int


@dataclass(frozen=True, slots=True)
class PointsOffer:
    """Points a member has, and the most a quote takes of them (whole steps), worth `value` minor units."""

    available: int
    most: int
    value: int
    step: int


@dataclass(frozen=True, slots=True)
class PlaceCommand:
    """A purchase to be made. `scope`, `key`, `digest` make it safe to repeat.

    Staff may leave the `provider` open (""): the buyer chooses when he pays.

    With `cart_id` the request and source are the cart's, read with the batch; only the channel is the request's own.
    """

    request: QuoteRequest
    provider: str
    actor: Actor
    scope: str
    key: str
    digest: str
    expected_total: int | None = None
    expected_currency: str = ""  # empty: the mall's
    note: str = ""
    source: str = ""
    cart_id: str = ""
    expires_at: datetime | None = None  # None: as long as the mall gives buyers to pay


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a purchase became. `order` is the order as `orders.selectors.find` reads it; None for a repeat (read it)."""

    number: str
    replayed: bool
    order: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class EnteredOrder:
    """An order staff enters for a buyer: a member, or a guest. `lines` are (SKU, units).

    `note` is the buyer's own word, `staff_note` is for colleagues. `bank_reference`: his money has come by hand, under this number
    of the bank (or the receipt's); "" while he is still to pay.
    """

    lines: tuple[tuple[str, int], ...]
    delivery: Delivery
    member_id: int | None = None
    coupons: tuple[str, ...] = ()
    note: str = ""
    staff_note: str = ""
    bank_reference: str = ""

    def as_body(self) -> dict[str, Any]:
        """What makes it the same order when it is sent again."""
        return asdict(self)


EntryAnswer = Purchase | Problem
