"""What campaigns take and give. Amounts are minor units of the mall's currency; times are aware."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from zhanggui.kernel.i18n import Text

from .states import AGREED as AGREED
from .states import ANNOUNCED as ANNOUNCED
from .states import CANCELLED as CANCELLED
from .states import DRAFT as DRAFT
from .states import ENDED as ENDED
from .states import OVER as OVER
from .states import RUNNING as RUNNING
from .states import SHOWN as SHOWN
from .states import SPONSORED as SPONSORED
from .states import STATES as STATES

#: The part a SKU has: it brings people in, it is what they buy, or it shows what the shop can.
ROLES: Mapping[str, Text] = {
    "traffic": Text("引流款", "Traffic"),
    "basic": Text("基本款", "Basic"),
    "image": Text("形象款", "Image"),
}
OFFERS: Mapping[str, Text] = {
    "promotion": Text("促销或优惠券", "Promotion or coupon"),
    "group": Text("拼团", "Group offer"),
    "presale": Text("预售", "Presale"),
}
#: Forms of placements.
PLACEMENTS: Mapping[str, Text] = {
    "home": Text("首页轮播", "Home page slide"),
    "category": Text("分类页横幅", "Category banner"),
    "page": Text("活动页", "Campaign page"),
    "search": Text("搜索推广", "Search advertising"),
    "feed": Text("信息流推广", "Feed advertising"),
    "platform": Text("平台活动位", "Platform placement"),
    "social": Text("社交媒体", "Social media"),
    "live": Text("直播", "Live stream"),
    "message": Text("短信与邮件", "Texts and mails"),
    "offline": Text("线下物料", "Printed matter"),
}


@dataclass(frozen=True, slots=True)
class Good:
    """A SKU with its role, its planned price and how many pieces are meant for the campaign."""

    sku_id: int
    role: str
    price: int
    stock: int


@dataclass(frozen=True, slots=True)
class Offer:
    """`kind` is promotion (a coupon is one), group or presale; `target` its id."""

    kind: str
    target: int


@dataclass(frozen=True, slots=True)
class Resource:
    """A placement as planned; `budget` for all of it."""

    form: str
    position: str
    quantity: int
    budget: int
    starts_at: datetime
    ends_at: datetime
    needs_review: bool = False


@dataclass(frozen=True, slots=True)
class CampaignHead:
    """A campaign's own words and dates. `form`: the kind of promotion it is mainly made of, "group", "presale", "" while open."""

    theme_zh: str
    starts_at: datetime
    ends_at: datetime
    theme_en: str = ""
    form: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CampaignDraft:
    """A whole campaign, as programs make it."""

    head: CampaignHead
    goods: tuple[Good, ...] = ()
    offers: tuple[Offer, ...] = ()
    resources: tuple[Resource, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourceView:
    """A placement as it stands. `due` is the last working day to hand it in for its review; `review` is "", waiting (before that
    day), due (on it), overdue, in_time or late.
    """

    id: int
    plan: Resource
    submitted_at: datetime | None
    due: date | None
    review: str


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign in a list: how many SKUs and placements it has, what the placements may cost, how many reviews are late."""

    id: int
    state: str
    head: CampaignHead
    announced_at: datetime | None
    goods: int
    resources: int
    budget: int
    overdue: int

    @property
    def theme(self) -> Text:
        return Text(self.head.theme_zh, self.head.theme_en or self.head.theme_zh)


@dataclass(frozen=True, slots=True)
class CampaignView:
    """One campaign. `actions` are the steps its state allows; `fixed`: its dates stand."""

    id: int
    state: str
    head: CampaignHead
    announced_at: datetime | None
    goods: tuple[Good, ...]
    offers: tuple[Offer, ...]
    resources: tuple[ResourceView, ...]
    actions: tuple[str, ...]

    @property
    def theme(self) -> Text:
        return Text(self.head.theme_zh, self.head.theme_en or self.head.theme_zh)

    @property
    def fixed(self) -> bool:
        return self.announced_at is not None

    @property
    def budget(self) -> int:
        return sum(each.plan.budget for each in self.resources)


class Conflict(NamedTuple):
    """Something that sells the same goods in the same time. `kind`: campaign, promotion, group, presale or price.

    `serious`: another campaign that is announced or runs. `everything`: it is for the whole mall, and so for these goods as well.
    """

    kind: str
    id: int
    label: Text
    starts_at: datetime
    ends_at: datetime | None
    sku_ids: tuple[int, ...]
    serious: bool = False
    everything: bool = False


@dataclass(frozen=True, slots=True)
class SponsorshipDraft:
    """What a sponsor and the mall have agreed: goods (`sku_id`) or a place (`spot`, /#hero) or both, for money (`fee`) or
    goods that are named (`goods`, worth `goods_value`) or both.
    """

    sponsor: str
    starts_at: datetime
    ends_at: datetime
    sku_id: int | None = None
    spot: str = ""
    fee: int = 0
    goods: str = ""
    goods_value: int = 0
    campaign_id: int | None = None
    resource_id: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SponsorshipView:
    """A sponsorship as it stands. `theme` is its campaign's, `position` its placement's (empty: none)."""

    id: int
    state: str
    draft: SponsorshipDraft
    theme: Text
    position: str
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SponsorshipSum:
    """What sponsorships of one campaign (None: of none) come to; cancelled ones do not count."""

    campaign_id: int | None
    theme: Text
    number: int
    fee: int
    goods_value: int


class Sponsored(NamedTuple):
    """What has to be marked as an advertisement now."""

    skus: frozenset[int]
    spots: frozenset[str]
