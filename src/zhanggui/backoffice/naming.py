"""Words for what the code names: modules, and the permissions in their groups."""

from __future__ import annotations

from collections.abc import Iterable

from zhanggui.accounts import selectors as accounts
from zhanggui.kernel.i18n import Text

MODULES: dict[str, Text] = {
    "mall": Text("商城", "The mall"),
    "orders": Text("订单", "Orders"),
    "checkout": Text("购物车与结算", "Cart and checkout"),
    "fulfilment": Text("发货与物流", "Shipping"),
    "carriage": Text("承运商与运单", "Carriers and waybills"),
    "aftersales": Text("售后", "After-sales"),
    "redress": Text("责任、索赔与补偿", "Amends and claims"),
    "problems": Text("问题件", "Problem items"),
    "payments": Text("支付与对账", "Payments"),
    "catalog": Text("商品", "Goods"),
    "reviews": Text("评价", "Reviews"),
    "pricing": Text("价格与运费", "Prices and freight"),
    "inventory": Text("库存", "Stock"),
    "pickup": Text("自提点", "Pickup points"),
    "procurement": Text("采购", "Purchasing"),
    "promotions": Text("促销", "Promotions"),
    "groupbuy": Text("拼团", "Group buying"),
    "draws": Text("抽奖", "Lucky draws"),
    "trials": Text("试用", "Free trials"),
    "campaigns": Text("活动策划", "Campaigns"),
    "assortment": Text("商品结构", "Assortment"),
    "presale": Text("预售", "Presales"),
    "coupons": Text("优惠券", "Coupons"),
    "pledges": Text("说到做到与价保", "Word and deed, price guarantee"),
    "content": Text("页面与内容", "Pages and content"),
    "members": Text("会员", "Members"),
    "analytics": Text("数据采集", "Analytics"),
    "reports": Text("报表", "Reports"),
    "integrations": Text("导入与对接", "Imports"),
    "imports": Text("导入", "Imports"),
    "pictures": Text("图片下载", "Fetching pictures"),
    "showcase": Text("商品展示", "Showing goods"),
    "webhooks": Text("推送（Webhooks）", "Webhooks"),
    "accounts": Text("账号与登录", "Accounts and sign-in"),
    "settings": Text("设置", "Settings"),
    "audit": Text("操作日志", "Audit log"),
    "system": Text("系统", "System"),
    "outbox": Text("内部消息", "Events"),
}


def module(name: str) -> Text:
    """What people call a module; its own name where nobody has said."""
    return MODULES.get(name, Text(name, name))


def in_order(names: Iterable[str]) -> list[str]:
    """Module names in the order of `MODULES`, unknown ones last."""
    places = {name: place for place, name in enumerate(MODULES)}
    return sorted(set(names), key=lambda name: (places.get(name, len(places)), name))


def permission_groups() -> list[tuple[Text, list[tuple[str, Text]]]]:
    """Every permission there is with its meaning, by module."""
    known = accounts.known_permissions()
    prefixes = in_order(code.partition(".")[0] for code in known)
    return [
        (module(prefix), [(code, meaning) for code, meaning in known.items() if code.partition(".")[0] == prefix])
        for prefix in prefixes
    ]
