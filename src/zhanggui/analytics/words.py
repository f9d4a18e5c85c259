"""How figures, columns and remarks read to people."""

from collections.abc import Callable
from typing import Any

from zhanggui.kernel.i18n import Text

from .answers import QUESTIONS, VERDICTS
from .figures import NOTHING as NOTHING
from .figures import change as change
from .figures import figure as figure
from .metrics import BY_NAME
from .types import MetricKind, Report

DAILY, WEEKLY = (
    Text("经营日报", "Daily operations report"),
    Text("经营周报（周一至周日）", "Weekly operations report (Monday to Sunday)"),
)
METRIC, VALUE, CHANGE = Text("指标", "Metric"), Text("本期", "Value"), Text("变化", "Change")
DEFINITION = Text("定义", "Definition")
#: Between a name and what is said of it.
COLON = Text("：", ": ")
PREVIOUS = {"daily": Text("前一日", "Day before"), "weekly": Text("前一周", "Week before")}

TABLES = {
    "split": Text("销售额变化拆分", "Change of sales, split"),
    "profit_split": Text("毛利变化拆分", "Change of gross profit, split"),
    "answers": Text("三个问题", "Three questions"),
    "sources": Text("流量来源", "Traffic sources"),
    "paths": Text("转化路径", "Conversion path"),
    "entries": Text("访问入口", "Landing pages"),
    "content": Text("页面内容", "Content"),
    "products": Text("商品", "Products"),
    "hours": Text("时段", "Hours"),
    "regions": Text("地区", "Regions"),
    "amounts": Text("订单金额分布", "Orders by amount"),
    "frequency": Text("购买频次", "Orders per buyer"),
    "spend": Text("推广费用", "Promotion spend"),
    "currencies": Text("其他货币", "Currencies"),
    "notes": Text("说明", "Notes"),
}

#: Columns of the tables: heading and kind (text unless named).
COLUMNS: dict[str, tuple[Text, MetricKind | None]] = {
    "source": (Text("来源", "Source"), None),
    "factor": (Text("因素", "Factor"), None),
    "before": (Text("上期", "Before"), None),
    "after": (Text("本期", "After"), None),
    "amount": (Text("带来的变化", "Brought"), "money"),
    "question": (Text("问题", "Question"), None),
    "verdict": (Text("判断", "Verdict"), None),
    "answer": (Text("依据", "Why"), None),
    "visits": (Text("访问次数", "Visits"), "count"),
    "product_visits": (Text("看商品", "Saw a product"), "count"),
    "cart_visits": (Text("进购物车", "Cart"), "count"),
    "checkout_visits": (Text("去结算", "Checkout"), "count"),
    "ordered_visits": (Text("下单", "Ordered"), "count"),
    "visit_conversion_rate": (Text("访问下单率", "Visits with an order"), "rate"),
    "single_page_rate": (Text("跳出率", "Bounce rate"), "rate"),
    "from_amount": (Text("金额自", "From"), "money"),
    "to_amount": (Text("至（不含）", "Below"), "money"),
    "times": (Text("下单次数（5 含以上）", "Orders each (5 and more)"), "count"),
    "buyers": (Text("买家", "Buyers"), "count"),
    "spend": (Text("推广费用", "Spend"), "money"),
    "cost_per_visit": (Text("每次访问成本", "Cost/visit"), "money"),
    "return_on_investment": (Text("ROI", "ROI"), "number"),
    "visitors": (Text("访客", "Visitors"), "count"),
    "views": (Text("浏览量", "Views"), "count"),
    "pages_per_visit": (Text("平均页数", "Pages/visit"), "number"),
    "visit_seconds": (Text("平均在线时间", "Time/visit"), "seconds"),
    "view_seconds": (Text("平均停留", "Time/view"), "seconds"),
    "visit_depth_ratio": (Text("访问深度比率", "Depth ratio"), "rate"),
    "order_conversion_rate": (Text("下单转化率", "Conversion"), "rate"),
    "purchase_rate": (Text("购买率", "Purchase rate"), "rate"),
    "orders": (Text("订单", "Orders"), "count"),
    "valid_orders": (Text("有效订单", "Valid orders"), "count"),
    "sales": (Text("销售额", "Sales"), "money"),
    "gross_profit": (Text("毛利润", "Gross profit"), "money"),
    "units": (Text("件数", "Units"), "count"),
    "kind": (Text("页面", "Page"), None),
    "ref": (Text("内容", "Item"), None),
    "product": (Text("商品", "Product"), None),
    "title": (Text("名称", "Title"), None),
    "hour": (Text("小时", "Hour"), "count"),
    "region": (Text("地区", "Region"), None),
    "currency": (Text("货币", "Currency"), None),
    "metric": (Text("指标", "Metric"), None),
    "note": (Text("说明", "Note"), None),
    "lines": (Text("行数", "Lines"), "count"),
    "of": (Text("共", "Of"), "count"),
}

NOTES = {
    "nothing_recorded": Text(
        "该期尚未开始，或早于第一笔记录", "The period has not begun, or lies before the first record"
    ),
    "not_over": Text("该期尚未结束，数字还会变化", "The period is not over: figures will still change"),
    "no_page_views": Text(
        "该期没有收集到浏览记录，流量和下单转化率为空", "No page views: traffic and order conversion are empty"
    ),
    "cost_unknown": Text("部分订单行没有成本，毛利为空", "Some lines have no cost: gross profit is empty"),
    "cost_hidden": Text(
        "毛利、毛利率只对有「查看成本价」权限的人显示",
        "Gross profit and margin are shown to those allowed to see costs",
    ),
    "no_spend_recorded": Text(
        "没有登记推广费用，新顾客成本和 ROI 为空", "No spend recorded: customer cost and ROI are empty"
    ),
    "several_currencies": Text(
        "该期有多种货币的订单，指标只含本货币", "Orders in several currencies: figures are of this one"
    ),
    "other_currency": Text(
        "该期订单均为此货币（导入的历史）", "All orders of the period are in this currency (history)"
    ),
}
KINDS = {
    "home": Text("首页", "Home page"), "category": Text("分类页", "Category page"), "product": Text("商品详情页", "Product page"),
    "content": Text("内容页", "Content page"), "cart": Text("购物车", "Cart"), "checkout": Text("结算页", "Checkout"),
    "ordered": Text("下单完成页", "Order placed"), "other": Text("其他", "Other"),
}  # fmt: skip
#: Traffic channels; what follows the colon of a source is a name and stays as it is.
CHANNELS = {
    "direct": Text("直接访问", "Direct"), "search": Text("搜索", "Search"), "social": Text("社交", "Social"),
    "referral": Text("外部链接", "Referral"), "ad": Text("广告", "Ad"), "email": Text("邮件", "E-mail"),
    "sms": Text("短信", "SMS"), "affiliate": Text("联盟", "Affiliate"), "campaign": Text("活动链接", "Campaign"),
}  # fmt: skip
UNKNOWN = Text("未注明", "Not stated")
ALL = Text("全部", "All")


def title(report: Report) -> Text:
    return DAILY if report.period.name == "daily" else WEEKLY


def span(report: Report) -> str:
    first, last = report.period.first, report.period.last
    return first.isoformat() if first == last else f"{first.isoformat()} … {last.isoformat()}"


def cell(column: str, row: dict[str, Any], currency: str, lang: str) -> str:
    """A table's cell in words."""
    value, kind = row.get(column), kind_of(column, row)
    if isinstance(value, Text):
        return value.render(lang)
    if column in _CODES:
        return _CODES[column](value).render(lang)
    if column in ("source", "region") and not value:
        return UNKNOWN.render(lang)
    if column == "source":
        channel, _, name = str(value).partition(":")
        return " ".join(filter(None, (CHANNELS[channel].render(lang) if channel in CHANNELS else channel, name)))
    return str(value or "") if kind is None else figure(value, kind, row.get("currency", currency), lang)


def kind_of(column: str, row: dict[str, Any]) -> MetricKind | None:
    """How a cell is written; a factor's figures are of the factor's own kind."""
    if column in ("before", "after"):
        return BY_NAME[row["factor"]].kind
    return COLUMNS[column][1]


def is_figure(column: str) -> bool:
    """Figures stand at the right of their column."""
    return column in ("before", "after") or COLUMNS[column][1] is not None


def _metric(value: str) -> Text:
    return BY_NAME[value].title if value in BY_NAME else ALL


_CODES: dict[str, Callable[[Any], Text]] = {
    "note": NOTES.__getitem__,
    "kind": KINDS.__getitem__,
    "metric": _metric,
    "factor": _metric,
    "question": QUESTIONS.__getitem__,
    "verdict": VERDICTS.__getitem__,
}


def heading(column: str, lang: str) -> str:
    return COLUMNS[column][0].render(lang)


def columns_of(rows: list[dict[str, Any]]) -> list[str]:
    """All columns of a table, in the order in which they appear."""
    return list(dict.fromkeys(column for row in rows for column in row))
