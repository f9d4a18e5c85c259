"""Every metric, defined once (OWN-12): its name, what it means in one sentence, and how it is computed from the facts.

The definitions follow the operations manual's lists (daily and weekly figures, five indicators). None means the figure
is not known, for example a rate of nothing or a cost that was never recorded; it is never shown as zero.
"""

from collections.abc import Callable
from dataclasses import dataclass

from zhanggui.kernel import mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.orders.selectors import facts as order_facts

from .types import MetricKind, Traffic, Value


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """Members at the end of the period and who of them bought in it."""

    members: int
    joined: int
    buyers: int
    joined_buyers: int  # buyers who registered in the period
    first_time: int  # their first valid order lies in the period
    repeat: int  # two or more valid orders up to its end
    loyal: int  # enough valid orders in the window up to its end


@dataclass(frozen=True, slots=True)
class Facts:
    """All that metrics are computed from. None: nothing is known."""

    traffic: Traffic | None = None
    orders: order_facts.OrderTotals | None = None
    cost: int | None = None  # of the goods of all valid orders; None when one line's is unknown
    returned_orders: int | None = None
    members: MemberFacts | None = None
    spend: int | None = None


@dataclass(frozen=True, slots=True)
class Metric:
    """`definition` may name settings in braces; `compute` answers from facts alone."""

    name: str
    kind: MetricKind
    title: Text
    definition: Text
    compute: Callable[[Facts], Value]
    daily: bool = True

    def described(self) -> Text:
        """The definition with the mall's own thresholds filled in."""
        return Text(*(self.definition.render(lang, **_thresholds()) for lang in ("zh-Hans", "en")))


def _thresholds() -> dict[str, int]:
    names = ("deep_visit_pages", "long_visit_minutes", "loyal_orders", "loyal_days")
    return {name: mall_settings.get(f"analytics.{name}") for name in names}


def ratio(part: int | None, whole: int | None, digits: int = 6) -> float | None:
    """A fraction, or None where there is nothing to divide by."""
    return None if part is None or not whole else round(part / whole, digits)


def per_unit(amount: int | None, units: int | None) -> int | None:
    """An amount of money for each unit, rounded half up to the minor unit."""
    return None if amount is None or not units else (2 * amount + units) // (2 * units)


#: What tells what goods cost: for those who may see that (`pricing.view_cost`).
OF_COST = ("gross_profit", "gross_margin_rate")


def gross_profit(facts: Facts) -> int | None:
    return None if facts.orders is None or facts.cost is None else facts.orders.sales - facts.cost


def _traffic(read: Callable[[Traffic], Value]) -> Callable[[Facts], Value]:
    return lambda facts: None if facts.traffic is None else read(facts.traffic)


def _orders(read: Callable[[order_facts.OrderTotals], Value]) -> Callable[[Facts], Value]:
    return lambda facts: None if facts.orders is None else read(facts.orders)


def _members(read: Callable[[MemberFacts], Value]) -> Callable[[Facts], Value]:
    return lambda facts: None if facts.members is None else read(facts.members)


METRICS: list[Metric] = [
    Metric(
        "ip", "count", Text("IP 数", "IPs"),
        Text("期内浏览过商城的不同网络地址数（IPv6 以 /64 网段计），不含爬虫和员工。",
             "Different network addresses (an IPv6 line counts by its /64) that viewed the mall in the period, without robots and staff."),
        _traffic(lambda t: t.addresses),
    ),
    Metric(
        "uv", "count", Text("访客数 UV", "Visitors (UV)"),
        Text("期内浏览过商城的不同访客数，按浏览器中的随机第一方编号去重。",
             "Different visitors in the period, told apart by a random first-party id in the browser."),
        _traffic(lambda t: t.visitors),
    ),
    Metric(
        "pv", "count", Text("浏览量 PV", "Page views (PV)"),
        Text("期内商城页面被打开的次数。", "How often a page of the mall was opened in the period."),
        _traffic(lambda t: t.views),
    ),
    Metric(
        "visit_seconds", "seconds", Text("平均在线时间", "Average time online"),
        Text("期内各次访问停留秒数之和 ÷ 访问次数（每页最多计 1800 秒）。",
             "Seconds spent in all visits of the period ÷ visits (a page counts 1800 seconds at most)."),
        _traffic(lambda t: ratio(t.seconds, t.visits, 1)),
    ),
    Metric(
        "returning_visitor_share", "rate", Text("老访客比例", "Share of returning visitors"),
        Text("期内访客中，首次来访早于本期的人数 ÷ 访客数。", "Visitors of the period first seen before it ÷ visitors of the period."),
        _traffic(lambda t: ratio(t.visitors - t.new_visitors, t.visitors)),
    ),
    Metric(
        "new_visitor_share", "rate", Text("新访客比例", "Share of new visitors"),
        Text("期内访客中，首次来访在本期的人数 ÷ 访客数。", "Visitors of the period first seen within it ÷ visitors of the period."),
        _traffic(lambda t: ratio(t.new_visitors, t.visitors)),
    ),
    Metric(
        "orders", "count", Text("总订单", "Orders"),
        Text("期内下单的订单数，不论之后是否付款或取消。", "Orders placed in the period, whatever became of them."),
        _orders(lambda o: o.orders),
    ),
    Metric(
        "valid_orders", "count", Text("有效订单", "Valid orders"),
        Text("期内下单的订单中，截至出报表时已付款、未取消且未全额退款的订单数。",
             "Orders placed in the period that, when the report is made, are paid and neither cancelled nor refunded in full."),
        _orders(lambda o: o.valid_orders),
    ),
    Metric(
        "order_validity_rate", "rate", Text("订单有效率", "Order validity rate"),
        Text("有效订单 ÷ 总订单。", "Valid orders ÷ orders."),
        _orders(lambda o: ratio(o.valid_orders, o.orders)),
    ),
    Metric(
        "sales", "money", Text("总销售额", "Sales"),
        Text("有效订单中商品的实付金额：已减所有优惠，不含运费，部分退款不扣减。",
             "What buyers pay for the goods of valid orders: after all discounts, without freight, partial refunds not deducted."),
        _orders(lambda o: o.sales),
    ),
    Metric(
        "average_order_value", "money", Text("客单价", "Average order value"),
        Text("总销售额 ÷ 有效订单，四舍五入到最小货币单位。", "Sales ÷ valid orders, rounded half up to the minor unit."),
        _orders(lambda o: per_unit(o.sales, o.valid_orders)),
    ),
    Metric(
        "gross_profit", "money", Text("毛利润", "Gross profit"),
        Text("总销售额 − 有效订单中商品在下单时的成本；任何一行成本未知则为空。",
             "Sales − the cost, at the time of sale, of the goods of valid orders; empty when the cost of any line is unknown."),
        gross_profit,
    ),
    Metric(
        "gross_margin_rate", "rate", Text("毛利率", "Gross margin rate"),
        Text("毛利润 ÷ 总销售额。", "Gross profit ÷ sales."),
        lambda f: ratio(gross_profit(f), f.orders.sales if f.orders else None),
    ),
    Metric(
        "order_conversion_rate", "rate", Text("下单转化率", "Order conversion rate"),
        Text("期内下单的买家数 ÷ 访客数 UV。", "Buyers who placed an order in the period ÷ visitors (UV)."),
        lambda f: ratio(f.orders.buyers, f.traffic.visitors) if f.orders and f.traffic else None,
    ),
    Metric(
        "payment_conversion_rate", "rate", Text("付款转化率", "Payment conversion rate"),
        Text("期内下单的订单中，已付款的订单数（含之后取消或退款的）÷ 总订单。",
             "Of the orders placed in the period, those that were paid (later cancelled or refunded ones included) ÷ orders."),
        _orders(lambda o: ratio(o.paid_orders, o.orders)),
    ),
    Metric(
        "pages_per_visit", "number", Text("平均浏览页数", "Pages per visit"),
        Text("浏览量 PV ÷ 访问次数。", "Page views ÷ visits."),
        _traffic(lambda t: ratio(t.views, t.visits, 2)), daily=False,
    ),
    Metric(
        "visit_depth_ratio", "rate", Text("访问深度比率", "Visit depth ratio"),
        Text("浏览至少 {deep_visit_pages} 页的访问次数 ÷ 访问次数。", "Visits of at least {deep_visit_pages} pages ÷ visits."),
        _traffic(lambda t: ratio(t.deep_visits, t.visits)), daily=False,
    ),
    Metric(
        "visit_time_ratio", "rate", Text("访问时间比率", "Visit time ratio"),
        Text("停留至少 {long_visit_minutes} 分钟的访问次数 ÷ 访问次数。", "Visits of at least {long_visit_minutes} minutes ÷ visits."),
        _traffic(lambda t: ratio(t.long_visits, t.visits)), daily=False,
    ),
    Metric(
        "return_rate", "rate", Text("退货率", "Return rate"),
        Text("期内下单且已付款的订单中，有商品发货后退回的订单数 ÷ 已付款的订单数。",
             "Of the orders placed in the period and paid, those with goods sent back after shipping ÷ the paid ones."),
        lambda f: ratio(f.returned_orders, f.orders.paid_orders if f.orders else None), daily=False,
    ),
    Metric(
        "members", "count", Text("会员总数", "Members"),
        Text("截至期末已注册的会员数。", "Members registered by the end of the period."),
        _members(lambda m: m.members), daily=False,
    ),
    Metric(
        "member_purchase_rate", "rate", Text("会员购物比率", "Member purchase rate"),
        Text("期内下过有效订单的会员数 ÷ 会员总数。", "Members with a valid order placed in the period ÷ members."),
        _members(lambda m: ratio(m.buyers, m.members)), daily=False,
    ),
    Metric(
        "new_member_purchase_rate", "rate", Text("新会员购物比率", "New member purchase rate"),
        Text("期内注册的会员中，期内下过有效订单的人数 ÷ 期内注册的会员数。",
             "Of the members who registered in the period, those with a valid order placed in it ÷ all of them."),
        _members(lambda m: ratio(m.joined_buyers, m.joined)), daily=False,
    ),
    Metric(
        "old_member_purchase_rate", "rate", Text("老会员购物比率", "Old member purchase rate"),
        Text("期初之前注册的会员中，期内下过有效订单的人数 ÷ 期初之前注册的会员数。",
             "Of the members who registered before the period, those with a valid order placed in it ÷ all of them."),
        _members(lambda m: ratio(m.buyers - m.joined_buyers, m.members - m.joined)), daily=False,
    ),
    Metric(
        "repurchase_rate", "rate", Text("会员复购率", "Repurchase rate"),
        Text("期内下过有效订单的会员中，截至期末有效订单累计至少两笔的人数 ÷ 期内下过有效订单的会员数。",
             "Of the members with a valid order placed in the period, those with two or more by its end, whenever placed ÷ all of them."),
        _members(lambda m: ratio(m.repeat, m.buyers)), daily=False,
    ),
    Metric(
        "loyalty_rate", "rate", Text("忠诚率", "Loyalty rate"),
        Text("期内下过有效订单的会员中，截至期末 {loyal_days} 天内有效订单至少 {loyal_orders} 笔的人数 ÷ 期内下过有效订单的会员数。",
             "Of the members with a valid order placed in the period, those with {loyal_orders} or more in the {loyal_days} days"
             " up to its end ÷ all of them."),
        _members(lambda m: ratio(m.loyal, m.buyers)), daily=False,
    ),
    Metric(
        "new_customer_cost", "money", Text("新顾客成本", "New customer cost"),
        Text("期内登记的推广费用 ÷ 首笔有效订单在期内的会员数；没有登记费用则为空。",
             "Promotion spend recorded for the period ÷ members whose first valid order was placed in it;"
             " empty when no spend is recorded."),
        lambda f: per_unit(f.spend, f.members.first_time if f.members else None), daily=False,
    ),
    Metric(
        "return_on_investment", "number", Text("全程 ROI", "Return on investment"),
        Text("总销售额 ÷ 期内登记的推广费用；没有登记费用则为空。",
             "Sales ÷ promotion spend recorded for the period; empty when no spend is recorded."),
        lambda f: ratio(f.orders.sales if f.orders else None, f.spend, 4), daily=False,
    ),
]  # fmt: skip

#: What the split multiplies besides the metrics above.
CONVERSION = Metric(
    "conversion", "rate", Text("成交转化率", "Conversion to valid orders"),
    Text("有效订单 ÷ 访客数 UV。", "Valid orders ÷ visitors (UV)."),
    lambda f: ratio(f.orders.valid_orders, f.traffic.visitors) if f.orders and f.traffic else None,
)  # fmt: skip

BY_NAME = {metric.name: metric for metric in [*METRICS, CONVERSION]}


def metrics_of(period: str) -> list[Metric]:
    """The metrics of a daily report, or all of them for a weekly one."""
    return [metric for metric in METRICS if metric.daily or period == "weekly"]
