"""The result of a replay as a workbook: a sheet for each table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.http.response import HttpResponseBase

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money
from zhanggui.planning.types import Figures, OrderRow, ReplayView, SkuRow

from . import exports, replaying


def workbook(found: ReplayView, costs: bool) -> HttpResponseBase:
    """The figures, a sheet for each table."""
    figures = found.figures
    if figures is None:
        return exports.xlsx(f"replay-{found.id}", [Text("没有结果", "No result")], [])
    money = partial(_money, currency=found.currency)
    names = replaying.names(found, figures)
    group = replaying.group_words()
    skus = catalog.products_of([row.sku_id for row in figures.skus if row.sku_id > 0])
    codes = catalog.sku_codes([row.sku_id for row in figures.skus if row.sku_id > 0])
    sheets = [
        (Text("汇总", "Sums"), [Text("指标", "Figure"), Text("实际", "Real"), Text("试算", "Replayed"), Text("说明", "Meaning")],
         _sums(figures, costs, money)),
        (Text("每天", "Days"), [Text("日期", "Day"), Text("订单", "Orders"), Text("实际优惠", "Real"), Text("试算优惠", "Replayed"),
                               Text("实际成交额", "Real sales"), Text("试算成交额", "Replayed sales")],
         [[d.day, d.orders, money(d.real.discount + d.real.relief), money(d.proposed.discount + d.proposed.relief),
           money(d.real.sales), money(d.proposed.sales)] for d in figures.days]),
        (Text("促销", "Promotions"),
         [Text("促销", "Promotion"), Text("实际订单", "Real orders"), Text("实际优惠", "Real"), Text("试算订单", "Replayed orders"),
          Text("试算优惠", "Replayed"), Text("新得", "Won"), Text("失去", "Lost")],
         [[names[r.id], r.real_orders, money(r.real_amount), r.orders, money(r.amount), r.won, r.lost] for r in figures.promotions]),
        (Text("谁得到", "Who"),
         [Text("促销", "Promotion"), Text("分组", "By"), Text("人群", "Group"), Text("订单", "Orders"), Text("实际优惠", "Real"),
          Text("试算优惠", "Replayed"), Text("更省的订单", "More"), Text("少省的订单", "Less")],
         [[names[r.promotion_id] if r.promotion_id else Text("全部", "All"), replaying.GROUPS[r.dimension], group(r), r.orders,
           money(r.real), money(r.proposed), r.cheaper, r.dearer] for r in figures.segments]),
        (Text("低于底价的商品", "SKUs"), _sku_head(costs), [_sku_row(r, skus, codes, costs, money) for r in figures.skus]),
        (Text("低于底价的订单", "Orders below"), _order_head(costs), [_order_row(r, costs, money) for r in figures.worst]),
        (Text("变化最大的订单", "Largest changes"), _order_head(costs),
         [_order_row(r, costs, money) for r in (*figures.gains, *figures.losses)]),
    ]  # fmt: skip
    return exports.workbook(f"replay-{found.id}", sheets)


def _money(amount: int | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount, currency)


def _sums(figures: Figures, costs: bool, money: Callable[[int | None], Any]) -> Iterator[list[Any]]:
    real, proposed = figures.real, figures.proposed
    yield [Text("订单", "Orders"), real.orders, proposed.orders, ""]
    for title, note, get in (
        (Text("优惠前商品额", "Goods"), Text("", ""), lambda side: side.goods),
        (replaying.SALES, replaying.SALES_NOTE, lambda side: side.sales),
        (replaying.DISCOUNT, replaying.DISCOUNT_NOTE, lambda side: side.discount + side.relief),
        *(((replaying.PROFIT, replaying.PROFIT_NOTE, lambda side: side.profit),) if costs else ()),
    ):
        yield [title, money(get(real)), money(get(proposed)), note]
    rates = [(replaying.RATE, replaying.RATE_NOTE, "discount_rate")]
    if costs:
        rates += [
            (replaying.COST_RATE, replaying.COST_RATE_NOTE, "cost_rate"),
            (replaying.MARGIN, replaying.MARGIN_NOTE, "margin"),
        ]
    for title, note, name in rates:
        yield [title, replaying.percent_of(getattr(real, name)), replaying.percent_of(getattr(proposed, name)), note]
    yield [replaying.BELOW, real.below_orders, proposed.below_orders, replaying.BELOW_NOTE]


def _sku_head(costs: bool) -> list[Text]:
    head = [Text("SKU", "SKU"), Text("商品", "Product"), Text("底价", "Floor"), Text("试算低于底价件数", "Pieces below"),
            Text("试算缺口", "Short by"), Text("实际低于底价件数", "Really below"), Text("试算最低单价", "Least price")]  # fmt: skip
    return head + ([Text("试算低于成本件数", "Below cost"), Text("亏损", "Loss")] if costs else [])


def _sku_row(
    row: SkuRow,
    skus: dict[int, tuple[int, str]],
    codes: dict[int, str],
    costs: bool,
    money: Callable[[int | None], Any],
) -> list[Any]:
    title = skus[row.sku_id][1] if row.sku_id in skus else ""
    found = [codes.get(row.sku_id, ""), title, money(row.floor), row.proposed.below_floor, money(row.proposed.floor_gap),
             row.real.below_floor, money(row.proposed.least)]  # fmt: skip
    return found + ([row.proposed.below_cost, money(row.proposed.cost_gap)] if costs else [])


def _order_head(costs: bool) -> list[Text]:
    head = [Text("订单", "Order"), Text("时间", "When"), Text("优惠前", "Goods"), Text("实际优惠", "Real"), Text("试算优惠", "Replayed"),
            Text("实际成交", "Real sales"), Text("试算成交", "Replayed sales")]  # fmt: skip
    return head + ([Text("试算毛利", "Replayed profit"), Text("低于底价或成本", "Short by")] if costs else [])


def _order_row(row: OrderRow, costs: bool, money: Callable[[int | None], Any]) -> list[Any]:
    found = [row.number, datetime.fromisoformat(row.at), money(row.goods), money(row.real_off), money(row.proposed_off),
             money(row.real_sales), money(row.proposed_sales)]  # fmt: skip
    return found + ([money(row.proposed_profit), money(row.short)] if costs else [])
