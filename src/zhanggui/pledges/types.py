"""What is said, what is true, and where the two differ. Amounts are minor units of the mall's currency."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from zhanggui.catalog.types import ListingItem
from zhanggui.kernel.i18n import Text

PRICE, LIST_PRICE, STRUCK, STOCK = "price", "list_price", "struck", "stock"
PRESALE, GROUP = "presale", "group"
BADGE, GOODS, COUPON, LINK, FREIGHT = "badge", "goods", "coupon", "link", "freight"
#: What can be wrong, in words.
WHATS = {
    PRICE: Text("价格", "Price"),
    LIST_PRICE: Text("标价", "List price"),
    STRUCK: Text("划线价", "Struck price"),
    STOCK: Text("能否购买", "Whether it can be bought"),
    PRESALE: Text("预售到手价", "What it comes to in a presale"),
    GROUP: Text("拼团价", "Group price"),
    BADGE: Text("促销标签", "Promotion badge"),
    GOODS: Text("版块里的商品", "Goods of a block"),
    COUPON: Text("版块里的优惠券", "Coupon of a block"),
    LINK: Text("链接", "Link"),
    FREIGHT: Text("运费承诺", "Delivery promise"),
}
LIST_COPY, TILE, PAGE, MACHINE, API_LIST, API_DETAIL = "list_copy", "tile", "page", "json_ld", "api_list", "api_detail"
BLOCK, SITE, API_OFFERS = "block", "site", "api_offers"
#: Where it is said, in words.
PLACES = {
    LIST_COPY: Text("列表排序与筛选", "Sorting and filters of lists"),
    TILE: Text("商品卡片", "Product tiles"),
    PAGE: Text("商品详情页", "Product page"),
    MACHINE: Text("搜索引擎数据", "Structured data"),
    API_LIST: Text("接口：商品列表", "API: list"),
    API_DETAIL: Text("接口：商品详情", "API: detail"),
    API_OFFERS: Text("接口：预售与拼团", "API: presales and groups"),
    BADGE: Text("促销标签", "Promotion badges"),
    BLOCK: Text("页面版块", "Blocks of pages"),
    SITE: Text("全站文字", "Words on every page"),
}


#: The kind of promotions whose prices the guarantee may leave out.
FLASH = "flash_sale"


class Said(NamedTuple):
    """What a place says of a product (`sku_id` None: of its cheapest SKU): `amount` None where it says nothing.

    Of `STOCK` the amount is the units it says can be bought. Of `PRESALE` it is what a piece comes to in all, of `GROUP` what it
    costs in a group.
    """

    place: str
    what: str
    product_id: int
    sku_id: int | None
    amount: int | None


#: Whoever shows prices says what it shows of a handful of products at an instant, a fixed number of statements for all.
Speaker = Callable[[Sequence[ListingItem], datetime], Iterable[Said]]


class Postage(NamedTuple):
    """What the shop says of delivery in general: the fee, and the amount from which there is none (None: none such)."""

    place: str
    fee: int
    free_over: int | None


PostageSpeaker = Callable[[], Iterable[Postage]]


class Found(NamedTuple):
    """A difference as it is found. `key` stays the same from one check to the next.

    `said` and `true` are amounts where both are; else `says` and `holds` are words. `path` is the shop's page.
    """

    key: str
    place: str
    what: str
    title: Text
    says: Text
    holds: Text
    said: int | None = None
    true: int | None = None
    product_id: int | None = None
    sku_code: str = ""
    promotion_id: int | None = None
    page_id: int | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """A difference from first to last sight; `gone_at` None while the last check still saw it."""

    id: int
    place: str
    what: str
    title: Text
    says: Text
    holds: Text
    said: int | None
    true: int | None
    product_id: int | None
    sku_code: str
    promotion_id: int | None
    page_id: int | None
    path: str
    first_seen: datetime
    last_seen: datetime
    gone_at: datetime | None


@dataclass(frozen=True, slots=True)
class CheckView:
    """One run over the whole mall. `done` of `total` products; `failure` says why it came to nothing."""

    id: int
    status: str
    total: int
    done: int
    found: int
    new: int
    gone: int
    failure: str
    asked_by: str
    asked_at: datetime
    finished_at: datetime | None

    @property
    def over(self) -> bool:
        return self.status in ("finished", "failed")


#: What can be taken for price fraud, in words.
RAISED, WORDS, GIFT, COUNTDOWN = "raised", "words", "gift", "countdown"
RISKS = {
    STRUCK: Text("划线价无依据", "Struck price without a reason"),
    RAISED: Text("先涨后降", "Raised before a promotion"),
    WORDS: Text("文案与价格史不符", "Words the history does not bear out"),
    GIFT: Text("赠品无货", "Gift that is not there"),
    COUNTDOWN: Text("倒计时反复重启", "Countdown that begins again"),
}
#: How a finding stands: nobody has dealt with it, it is explained with a reason, or it is no longer so.
OPEN, EXPLAINED, MENDED = "open", "explained", "mended"


class Evidence(NamedTuple):
    """One fact a finding rests on: when, what (`words` with `{label}` in them), and the amount where there is one."""

    at: datetime
    words: Text
    amount: int | None = None
    label: Text | None = None


class Risk(NamedTuple):
    """Something that could be taken for price fraud, as it is found. `key` stays the same from one look to the next."""

    key: str
    kind: str
    title: Text
    why: Text
    evidence: tuple[Evidence, ...]
    product_id: int | None = None
    sku_code: str = ""
    promotion_id: int | None = None
    page_id: int | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class RiskView:
    """A finding from first to last sight, with its evidence and what was said of it."""

    id: int
    kind: str
    title: Text
    why: Text
    evidence: tuple[Evidence, ...]
    product_id: int | None
    sku_code: str
    promotion_id: int | None
    page_id: int | None
    path: str
    state: str
    reason: str
    said_by: str
    said_at: datetime | None
    first_seen: datetime
    last_seen: datetime
    mended_at: datetime | None


#: What somebody looks over before a promotion starts (PRC-10).
POINTS = {
    "price_tag": Text("价签与活动价一致", "The price tag says the promotion's price"),
    "free_shipping": Text("包邮文字与运费规则一致", "The words about delivery agree with its rules"),
    "detail_page": Text("商品详情页与活动一致", "The product pages agree with the promotion"),
    "plan": Text("与活动计划一致（时间、商品、力度）", "It is what was planned: time, goods, depth"),
}


@dataclass(frozen=True, slots=True)
class TickView:
    """One point looked over: it is right, or what is wrong with it. `check_id`: the last check of the mall by then."""

    point: str
    right: bool
    note: str
    by: str
    at: datetime
    check_id: int | None


@dataclass(frozen=True, slots=True)
class LookOver:
    """Who looks a promotion over, and what has been looked at so far."""

    promotion_id: int
    checker_id: int
    checker: str
    named_by: str
    named_at: datetime
    ticks: tuple[TickView, ...]

    @property
    def left(self) -> list[str]:
        """The points nobody has found right yet."""
        right = {tick.point for tick in self.ticks if tick.right}
        return [point for point in POINTS if point not in right]


#: How a line stands: a difference is due; its price has not fallen; units of it are in an open case.
DUE, WATCHED, IN_CASE = "due", "watched", "in_case"


@dataclass(frozen=True, slots=True)
class GuaranteedLine:
    """A line under the guarantee. The `kept` units have cost `paid` together by now (points included, minor units).

    `price` is what one costs their buyer now, None where it is not sold; `amount` is what is due to him.
    """

    line: int
    state: str
    kept: int
    paid: int
    price: int | None
    amount: int


@dataclass(frozen=True, slots=True)
class OrderGuarantee:
    """What an order has of the guarantee: `until` None before it has arrived. `amount` is due in all, in minor units."""

    order_number: str
    days: int
    until: datetime | None
    currency: str
    amount: int
    elsewhere: bool
    lines: tuple[GuaranteedLine, ...]

    def line(self, position: int) -> GuaranteedLine | None:
        return next((each for each in self.lines if each.line == position), None)


@dataclass(frozen=True, slots=True)
class Apart:
    """What a piece of a SKU comes to in a presale or in a group (`kind`), while it can be bought so or soon; minor units.

    No promotion, coupon or point comes with it, so this is the lowest that way. `sale` is the ordinary price now (None: not sold),
    `floor` and `cost` None where there is none.
    """

    kind: str
    offer_id: int
    label: Text
    sku_id: int
    price: int
    starts_at: datetime
    ends_at: datetime | None
    sale: int | None
    floor: int | None
    cost: int | None

    @property
    def below(self) -> bool:
        return self.floor is not None and self.price < self.floor

    @property
    def idle(self) -> bool:
        """Whether it promises nothing any more: the ordinary price is as low (in a presale: lower)."""
        return self.sale is not None and (self.price >= self.sale if self.kind == GROUP else self.price > self.sale)
