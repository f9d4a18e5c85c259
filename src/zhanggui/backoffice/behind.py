"""The rows behind a figure as a list: orders, visits, or records of spend."""

from __future__ import annotations

from typing import Any

from zhanggui.analytics import selectors as analytics
from zhanggui.analytics.types import Behind
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money
from zhanggui.ui import language

from .links import to
from .tables import Asked, Column, Table

STATUSES: dict[str, tuple[Text, str]] = {
    "pending_payment": (Text("待付款", "To be paid"), "warn"),
    "paid": (Text("待发货", "To ship"), "info"),
    "fulfilling": (Text("配货中", "Being picked"), "info"),
    "shipped": (Text("已发货", "Shipped"), "info"),
    "delivered": (Text("已送达", "Delivered"), "good"),
    "completed": (Text("已完成", "Completed"), "good"),
    "cancelled": (Text("已取消", "Cancelled"), "neutral"),
    "refunded": (Text("已退款", "Refunded"), "neutral"),
}
EMPTY = (
    Text("这个数字背后没有记录", "Nothing is behind this figure"),
    Text("这一期没有发生，或浏览明细已过保留期", "Nothing happened, or single page views are no longer kept"),
)


def table_behind(behind: Behind, wish: Asked | None, costs: bool = True) -> Table:
    """The page of rows with its columns; without `wish` all there is to say of them, for a file; without `costs` no profit."""
    columns = [each for each in COLUMNS.get(behind.records, []) if costs or each.key != "profit"]
    href = _order if behind.records == "orders" else None
    return Table(
        columns, behind.page.items, next=behind.page.next_cursor, asked=wish, row_href=href, empty=EMPTY, export=True
    )


def _order(row: dict[str, Any]) -> str:
    return to("office-order", row["number"])


def _words(column: str) -> Any:
    return lambda row: analytics.words.cell(column, row, row.get("currency", ""), language.current())


def _money(name: str) -> Any:
    return lambda row: None if row[name] is None else Money(row[name], row["currency"])


def _profit(row: dict[str, Any]) -> Money | None:
    return None if row["cost"] is None or not row["valid"] else Money(row["sales"] - row["cost"], row["currency"])


def _seconds(row: dict[str, Any]) -> str:
    minutes, seconds = divmod(row["seconds"], 60)
    return f"{minutes}:{seconds:02d}"


COLUMNS: dict[str, list[Column]] = {
    "orders": [
        Column("number", Text("订单号", "Order")),
        Column("placed_at", Text("下单时间", "Placed"), kind="datetime"),
        Column("status", Text("状态", "Status"), kind="badge", value=lambda row: STATUSES[row["status"]]),
        Column("units", Text("件数", "Units"), kind="number", phone=False),
        Column("sales", Text("计入销售额", "Counted sales"), kind="money", value=_money("sales")),
        Column("profit", Text("毛利", "Gross profit"), kind="money", value=_profit),
        Column("province", Text("地区", "Region"), phone=False),
        Column("source", Text("来源", "Source"), value=_words("source"), phone=False),
        Column("by_member", Text("买家", "Buyer"), phone=False,
               value=lambda row: Text("会员", "Member") if row["by_member"] else Text("游客", "Guest")),
    ],
    "visits": [
        Column("at", Text("开始", "Began"), kind="datetime"),
        Column("source", Text("来源", "Source"), value=_words("source")),
        Column("kind", Text("入口页", "Landed on"), value=_words("kind")),
        Column("ref", Text("内容", "Item"), phone=False),
        Column("pages", Text("浏览页数", "Pages"), kind="number"),
        Column("seconds", Text("停留", "Stayed"), align="right", value=_seconds),
        Column("is_new", Text("访客", "Visitor"),
               value=lambda row: Text("新访客", "New") if row["is_new"] else Text("老访客", "Returning")),
        Column("ordered", Text("下单", "Ordered"), kind="badge",
               value=lambda row: (Text("已下单", "Ordered"), "good") if row["ordered"] else None),
    ],
    "spend": [
        Column("day", Text("日期", "Day"), kind="date"),
        Column("source", Text("来源", "Source"), value=_words("source")),
        Column("amount", Text("金额", "Amount"), kind="money", value=_money("amount")),
        Column("note", Text("备注", "Note")),
        Column("recorded_at", Text("登记时间", "Recorded"), kind="datetime", phone=False),
    ],
}  # fmt: skip
