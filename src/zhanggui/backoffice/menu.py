"""The menu: sections of pages, each shown to those who may open it. Every area adds its own lines here."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text

HOME = "/office"


@dataclass(frozen=True, slots=True)
class Item:
    """`name` is the address's name in `views/`; `permission` is what its view asks for ("": any staff)."""

    label: Text
    name: str
    icon: str
    permission: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    label: Text | None
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class ShownItem:
    label: Text
    href: str
    icon: str
    current: bool


@dataclass(frozen=True, slots=True)
class ShownSection:
    label: Text | None
    items: list[ShownItem]


SECTIONS: tuple[Section, ...] = (
    Section(None, (Item(Text("工作台", "Dashboard"), "office-dashboard", "layout-dashboard"),)),
    Section(
        Text("订单", "Orders"),
        (
            Item(Text("订单", "Orders"), "office-orders", "receipt-text", "orders.view"),
            Item(Text("代客下单", "Enter an order"), "office-order-new", "clipboard-plus", "orders.place"),
            Item(Text("催付款", "Unpaid orders"), "office-unpaid", "bell", "orders.remind"),
            Item(Text("买家催单", "Buyers asking"), "office-urged", "message-circle-warning", "orders.answer"),
            Item(Text("审单", "Review"), "office-review", "clipboard-check", "fulfilment.view"),
            Item(Text("发货时限", "Deadlines"), "office-promises", "alarm-clock", "promises.view"),
        ),
    ),
    Section(
        Text("仓库与配送", "Warehouse"),
        (
            Item(Text("波次与拣货", "Waves"), "office-waves", "boxes", "fulfilment.view"),
            Item(Text("制作单", "Workshop"), "office-workshop", "hammer", "workshop.view"),
            Item(Text("打包台", "Packing table"), "office-packing", "package-check", "fulfilment.pack"),
            Item(Text("发货", "Dispatch"), "office-dispatch", "truck", "fulfilment.view"),
            Item(Text("运单", "Waybills"), "office-waybills", "barcode", "carriage.view"),
            Item(Text("取货核销", "Pickup desk"), "office-pickup", "hand-helping", "fulfilment.hand_over"),
            Item(Text("承运商", "Carriers"), "office-carriers", "route", "carriage.view"),
            Item(Text("承运商评分", "Carriers’ scores"), "office-carrier-scores", "gauge", "carriage.view"),
            Item(Text("承运商账单", "Carriers’ bills"), "office-carrier-bills", "receipt", "carriage.view"),
            Item(Text("运费模板", "Freight"), "office-freight", "badge-japanese-yen", "pricing.view"),
            Item(Text("自提点", "Pickup points"), "office-pickup-points", "store", "pickup.view"),
            Item(Text("随单小礼", "Small gifts"), "office-inserts", "gift", "fulfilment.view"),
        ),
    ),
    Section(
        Text("售后与服务", "After-sales"),
        (
            Item(Text("售后", "After-sales"), "office-cases", "undo-2", "aftersales.view"),
            Item(Text("退货验收", "Returns desk"), "office-returns", "scan-barcode", "aftersales.receive"),
            Item(Text("问题件", "Problem items"), "office-problems", "triangle-alert", "problems.view"),
            Item(Text("每日自查", "Daily check"), "office-daily-check", "list-checks", "problems.view"),
            Item(Text("补偿与手册", "Compensations"), "office-grants", "gift", "redress.view"),
            Item(Text("责任判定", "Who answers"), "office-liabilities", "scale", "redress.view"),
            Item(Text("追件", "Chases"), "office-chases", "radar", "redress.view"),
            Item(Text("索赔", "Claims"), "office-claims", "hand-coins", "redress.view"),
            Item(Text("售后统计", "After-sales figures"), "office-service-figures", "chart-line", "redress.view"),
            Item(Text("售后评价", "Ratings"), "office-ratings", "star", "redress.view"),
            Item(Text("售后规则", "After-sales rules"), "office-return-policies", "scroll-text", "aftersales.view"),
        ),
    ),
    Section(
        Text("商品", "Goods"),
        (
            Item(Text("商品", "Products"), "office-products", "package", "catalog.view"),
            Item(Text("缺货与下架", "Sold out"), "office-outages", "package-x", "catalog.view"),
            Item(Text("商品结构", "Assortment"), "office-assortment", "layers", "assortment.view"),
            Item(Text("价格", "Prices"), "office-prices", "tags", "pricing.view"),
            Item(Text("库存", "Stock"), "office-stock", "warehouse", "inventory.view"),
            Item(Text("分类", "Categories"), "office-categories", "folder-tree", "catalog.view"),
            Item(Text("品牌", "Brands"), "office-brands", "award", "catalog.view"),
            Item(Text("属性", "Attributes"), "office-attributes", "list-filter", "catalog.view"),
            Item(Text("导入", "Imports"), "office-imports", "upload", "catalog.import"),
        ),
    ),
    Section(
        Text("采购", "Purchasing"),
        (
            Item(Text("库存分析", "Stock analysis"), "office-analysis", "chart-line", "clearance.view"),
            Item(Text("补货建议", "Replenishment"), "office-replenishment", "package-plus", "replenishment.view"),
            Item(Text("采购单", "Purchase orders"), "office-purchases", "shopping-basket", "procurement.read"),
            Item(Text("代发单", "Supplier orders"), "office-dropship", "send", "dropship.read"),
            Item(Text("到货收货", "Receiving"), "office-receiving", "package-check", "procurement.receive"),
            Item(Text("供应商", "Suppliers"), "office-suppliers", "factory", "procurement.read"),
            Item(Text("招标", "Tenders"), "office-tenders", "gavel", "procurement.read"),
            Item(Text("应付账款", "Payables"), "office-payables", "hand-coins", "procurement.read"),
        ),
    ),
    Section(
        Text("营销与会员", "Marketing"),
        (
            Item(Text("促销与优惠券", "Promotions"), "office-promotions", "badge-percent", "promotions.view"),
            Item(Text("活动策划", "Campaigns"), "office-campaigns", "megaphone", "campaigns.view"),
            Item(Text("赞助", "Sponsorships"), "office-sponsorships", "handshake", "campaigns.view"),
            Item(Text("竞品价格", "Competitors"), "office-rivals", "binoculars", "rivals.view"),
            Item(Text("最低到手价", "Lowest prices"), "office-lowest", "arrow-down-to-line", "pricing.view"),
            Item(Text("促销时光机", "Time machine"), "office-replays", "history", "planning.view"),
            Item(Text("说到做到", "Word and deed"), "office-pledges", "badge-check", "pledges.view"),
            Item(Text("价格合规", "Lawful prices"), "office-price-risks", "shield-check", "pledges.view"),
            Item(Text("优惠券发放与效果", "Coupons at work"), "office-coupons", "ticket-percent", "promotions.view"),
            Item(Text("拼团", "Group offers"), "office-groups", "users-round", "groupbuy.view"),
            Item(Text("抽奖", "Draws"), "office-draws", "party-popper", "draws.view"),
            Item(Text("试用", "Trials"), "office-trials", "flask-conical", "trials.view"),
            Item(Text("预售", "Presales"), "office-presales", "calendar-clock", "presale.view"),
            Item(Text("会员", "Members"), "office-members", "users-round", "members.view"),
            Item(Text("会员等级", "Tiers"), "office-tiers", "crown", "loyalty.view"),
            Item(Text("商品评价", "Reviews"), "office-reviews", "message-square-text", "reviews.view"),
            Item(Text("页面与文章", "Pages"), "office-content", "layout-template", "content.view"),
            Item(Text("店铺风格与菜单", "Style and menus"), "office-site", "palette", "content.view"),
        ),
    ),
    Section(
        Text("数据与财务", "Numbers"),
        (
            Item(Text("报表", "Reports"), "office-reports", "chart-line", "reports.view"),
            Item(Text("积分与余额", "Points owed"), "office-liability", "coins", "loyalty.view"),
            Item(Text("退款", "Refunds"), "office-refunds", "banknote-arrow-down", "payments.view"),
            Item(Text("银行转账", "Bank transfers"), "office-transfers", "landmark", "payments.view"),
            Item(Text("对账", "Reconciliation"), "office-reconciliation", "scale", "payments.view"),
            Item(Text("未入账通知", "News not booked"), "office-notices", "mail-question-mark", "payments.view"),
        ),
    ),
    Section(
        Text("管理", "Administration"),
        (
            Item(Text("员工", "Staff"), "office-staff", "users-round", "accounts.view"),
            Item(Text("角色与权限", "Roles"), "office-roles", "shield-check", "accounts.view"),
            Item(Text("接口令牌", "Tokens"), "office-tokens", "key-round", "accounts.view"),
            Item(Text("渠道客户端", "Programs"), "office-clients", "smartphone", "accounts.view"),
            Item(Text("操作日志", "Audit log"), "office-audit", "scroll-text", "audit.view"),
            Item(Text("设置", "Settings"), "office-settings", "settings", "settings.view"),
            Item(Text("工作日历", "Working days"), "office-workdays", "calendar-days", "settings.view"),
            Item(Text("推送", "Webhooks"), "office-webhooks", "webhook", "webhooks.view"),
            Item(Text("内部消息", "Events"), "office-events", "unplug", "system.operate"),
        ),
    ),
)


def shown(actor: Actor, path: str) -> list[ShownSection]:
    """The sections with the pages this colleague may open; the one whose address begins `path` most closely is current."""
    found = []
    addresses = {item.name: _address(item.name) for section in SECTIONS for item in section.items}
    open_now = _current(path, [href for href in addresses.values() if href])
    for section in SECTIONS:
        items = [
            ShownItem(item.label, href, item.icon, href == open_now)
            for item in section.items
            if (href := addresses[item.name]) and (not item.permission or actor.may(item.permission))
        ]
        if items:
            found.append(ShownSection(section.label, items))
    return found


def _address(name: str) -> str:
    """ "" while the area's pages are not there."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _current(path: str, addresses: list[str]) -> str:
    inside = [href for href in addresses if path == href or (href != HOME and path.startswith(href + "/"))]
    return max(inside, key=len, default="")
