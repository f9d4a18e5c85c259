"""The result of a replay as its page shows it: sums side by side, charts, groups of buyers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel.i18n import Text
from zhanggui.members import selectors as members
from zhanggui.planning.types import BANDS, DIMENSIONS, Figures, ReplayView, SegmentRow, Side
from zhanggui.promotions import selectors as promotions
from zhanggui.ui import formatting
from zhanggui.ui.language import say, t

from . import charts

ROWS = 20
GROUPS = {
    "tier": Text("会员等级", "Tier"),
    "age": Text("新老客", "New or regular"),
    "region": Text("省份", "Province"),
}
AGES = {"new": Text("首单", "First purchase"), "regular": Text("老客", "Bought before")}


def result(found: ReplayView, costs: bool) -> dict[str, Any]:
    """What the page shows of the figures. Three statements at most."""
    figures = found.figures
    assert figures is not None
    called = names(found, figures)
    skus = catalog.products_of([row.sku_id for row in figures.skus if row.sku_id > 0])
    return {
        "figures": figures,
        "compared": _compared(figures, costs, found.currency),
        "corridor": _corridor(figures.proposed, found.corridor) if costs else None,
        "days": _days_chart(figures, found.currency),
        "bands": _bands_chart(figures) if costs else None,
        "offers": [(called[row.id], row) for row in figures.promotions],
        "groups": [(say(GROUPS[name]), _group(figures.segments, 0, name)) for name in DIMENSIONS],
        "by_offer": [(called[row.id], _top_groups(figures.segments, row.id)) for row in figures.promotions[:ROWS]],
        "skus": [(skus.get(row.sku_id), row) for row in figures.skus],
        "worst": figures.worst,
        "moves": [
            (t("省得更多的订单", "Orders that would have got more"), figures.gains[:ROWS]),
            (t("少省了的订单", "Orders that would have got less"), figures.losses[:ROWS]),
        ],
        "percent_of": percent_of,
        "say_group": group_words(),
    }


def names(found: ReplayView, figures: Figures) -> dict[int, str]:
    """What promotions are called: those of the proposal as they were, others as they are."""
    own = {entry.id: say(entry.label) for entry in found.promotions}
    rest = promotions.labels([row.id for row in figures.promotions if row.id not in own])
    return {**{i: say(label) for i, label in rest.items()}, **own} | {
        row.id: own.get(row.id) or (say(rest[row.id]) if row.id in rest else f"#{row.id}") for row in figures.promotions
    }


def percent_of(basis_points: int | None) -> str:
    return formatting.percent(None if basis_points is None else Decimal(basis_points) / 10_000, 2)


def _compared(figures: Figures, costs: bool, currency: str) -> list[dict[str, Any]]:
    """The sums side by side: title, what it means, really, under the proposal, the difference, whether more is good."""
    real, proposed = figures.real, figures.proposed

    def money(title: Text, note: Text, get: Callable[[Side], int], good: str) -> dict[str, Any]:
        a, b = get(real), get(proposed)
        sign = "+" if b > a else ""
        return {
            "title": say(title), "note": say(note), "real": formatting.money(a, currency),
            "proposed": formatting.money(b, currency), "change": sign + formatting.money(b - a, currency) if a != b else "",
            "tone": _tone(b - a, good),
        }  # fmt: skip

    def share(title: Text, note: Text, get: Callable[[Side], int | None], good: str) -> dict[str, Any]:
        a, b = get(real), get(proposed)
        change = b - a if a is not None and b is not None else 0
        points = f"{Decimal(change) / 100:+.2f}"
        return {
            "title": say(title), "note": say(note), "real": percent_of(a), "proposed": percent_of(b),
            "change": t(f"{points} 个百分点", f"{points} points") if change else "", "tone": _tone(change, good),
        }  # fmt: skip

    rows = [
        money(SALES, SALES_NOTE, lambda side: side.sales, "up"),
        money(DISCOUNT, DISCOUNT_NOTE, lambda side: side.discount + side.relief, "down"),
        share(RATE, RATE_NOTE, lambda side: side.discount_rate, "down"),
    ]
    if costs:
        rows += [
            share(COST_RATE, COST_RATE_NOTE, lambda side: side.cost_rate, ""),
            money(PROFIT, PROFIT_NOTE, lambda side: side.profit, "up"),
            share(MARGIN, MARGIN_NOTE, lambda side: side.margin, "up"),
        ]
    below = (real.below_orders, proposed.below_orders)
    rows.append(
        {
            "title": say(BELOW), "note": say(BELOW_NOTE), "real": formatting.quantity(below[0]),
            "proposed": formatting.quantity(below[1]), "change": f"{below[1] - below[0]:+,}" if below[0] != below[1] else "",
            "tone": _tone(below[1] - below[0], "down"),
        }
    )  # fmt: skip
    return rows


def _tone(change: int, good: str) -> str:
    if not change or not good:
        return "flat"
    return "good" if (change > 0) is (good == "up") else "bad"


SALES = Text("成交额", "Sales")
SALES_NOTE = Text(
    "有效订单的商品金额，扣除全部优惠，不含运费。", "Goods of valid orders after everything taken off, without freight."
)
DISCOUNT = Text("促销优惠", "Taken off by promotions")
DISCOUNT_NOTE = Text("促销与优惠券减掉的商品金额和运费。", "What promotions and coupons took off goods and freight.")
RATE = Text("优惠率", "Discount rate")
RATE_NOTE = Text("商品优惠 ÷ 优惠前商品金额。", "Taken off the goods ÷ goods before anything was taken off.")
COST_RATE = Text("促销成本率", "Promotion cost rate")
COST_RATE_NOTE = Text("（优惠 + 运费减免 + 赠品成本）÷ 成交额。", "(Taken off + freight + cost of gifts) ÷ sales.")
PROFIT = Text("毛利", "Gross profit")
PROFIT_NOTE = Text(
    "成本已知的订单：成交额 − 成本 − 赠品 − 运费减免。",
    "Orders whose cost is known: sales − cost − gifts − freight taken off.",
)
MARGIN = Text("毛利率", "Margin")
MARGIN_NOTE = Text("毛利 ÷ 成本已知的订单的成交额。", "Gross profit ÷ sales of orders whose cost is known.")
BELOW = Text("低于底价或成本的订单", "Orders below floor or cost")
BELOW_NOTE = Text(
    "促销后有商品低于现在的底价或当时的成本。",
    "With goods that promotions bring below today's floor or the cost of then.",
)


def _corridor(side: Side, corridor: tuple[int, int]) -> dict[str, Any]:
    """Whether the proposal's cost lies where it should (OWN-08)."""
    low, high = corridor
    rate = side.cost_rate
    span = f"{percent_of(low)}–{percent_of(high)}"
    if rate is None:
        return {"tone": "neutral", "words": t("没有成交额", "No sales")}
    if rate > high:
        return {"tone": "bad", "words": t(f"高于 {span} 的促销成本走廊", f"above the corridor of {span}")}
    if rate < low:
        return {"tone": "info", "words": t(f"低于 {span} 的促销成本走廊", f"below the corridor of {span}")}
    return {"tone": "good", "words": t(f"在 {span} 的促销成本走廊内", f"within the corridor of {span}")}


def _two(
    title: str, head: Sequence[str], names: Sequence[str], pairs: Sequence[Sequence[int]], money: str, kind: str
) -> charts.Chart:
    """Two series over the same names."""
    series: list[dict[str, Any]] = [
        {"name": head[i + 1], "type": kind, "data": [pair[i] for pair in pairs]} for i in (0, 1)
    ]
    if kind == "line":
        series[0]["lineStyle"] = {"type": "dashed", "width": 1.5}
    cny = money == "CNY"
    option = {
        "format": "money" if cny else "count",
        "legend": {},
        "xAxis": {"type": "category", "data": list(names)},
        "yAxis": {},
        "series": series,
    }
    write = partial(charts.shown, kind="money" if money else "count", currency=money)
    rows = [[name, *(write(value) for value in pair)] for name, pair in zip(names, pairs, strict=True)]
    return charts.Chart(option, list(head), rows, title)


def _days_chart(figures: Figures, currency: str) -> charts.Chart:
    head = [t("日期", "Day"), t("实际", "Real"), t("试算", "Replayed")]
    pairs = [(day.real.discount + day.real.relief, day.proposed.discount + day.proposed.relief) for day in figures.days]
    return _two(
        t("每天的促销优惠", "Taken off by day"),
        head,
        [f"{day.day:%m-%d}" for day in figures.days],
        pairs,
        currency,
        "line",
    )


def _bands_chart(figures: Figures) -> charts.Chart:
    bounds = [f"{bound // 100}%" for bound in BANDS]
    names = [f"< {bounds[0]}", *(f"{a}–{b}" for a, b in pairwise(bounds)), f"≥ {bounds[-1]}"]
    head = [t("毛利率", "Margin"), t("实际", "Real"), t("试算", "Replayed")]
    return _two(t("订单毛利率分布", "Orders by margin"), head, names, figures.bands, "", "bar")


def _group(segments: Sequence[SegmentRow], promotion_id: int, dimension: str) -> list[SegmentRow]:
    return [row for row in segments if row.promotion_id == promotion_id and row.dimension == dimension]


def _top_groups(segments: Sequence[SegmentRow], promotion_id: int) -> list[tuple[str, list[SegmentRow]]]:
    return [(say(GROUPS[name]), _group(segments, promotion_id, name)[:6]) for name in DIMENSIONS]


def group_words() -> Callable[[SegmentRow], str]:
    """What a group is called."""
    tiers = {view.code: Text(view.name_zh, view.name_en or view.name_zh) for view in members.tiers()}

    def name(row: SegmentRow) -> str:
        if row.dimension == "age":
            return say(AGES[row.value])
        if row.dimension == "tier":
            return say(tiers.get(row.value, Text(row.value, row.value))) if row.value else t("非会员", "Not a member")
        return row.value or t("未知", "Unknown")

    return name
