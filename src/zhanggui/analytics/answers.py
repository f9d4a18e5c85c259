"""The manual's three questions of two periods (ANA-03), answered from the figures the report shows. Pure.

1 Fewer orders but more sales: is it good? It is when gross profit rose as well; what the missing orders cost is named.
2 A higher order value but a lower margin: is it good? It is when an order and the period both leave more gross profit.
3 Can sales, margin and orders all rise? They did, or the answer says what was missing and how much.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Literal

from zhanggui.kernel.i18n import Text

from .figures import change, figure, signed
from .metrics import BY_NAME, per_unit
from .split import Split
from .types import Value

Verdict = Literal["good", "mixed", "bad", "no", "unknown"]
Figures = Mapping[str, Value]

QUESTIONS = {
    "fewer_orders_more_sales": Text(
        "订单数减少了，但销售额增加了，是好事吗？", "Orders fell but sales rose: is that good?"
    ),
    "higher_value_lower_margin": Text(
        "客单价提高了，但毛利率降低了，是好事吗？", "The order value rose but the margin fell: is that good?"
    ),
    "all_three_rise": Text("销售额、毛利率、订单数能同时增长吗？", "Can sales, margin and orders all rise at once?"),
}
VERDICTS: dict[Verdict, Text] = {
    "good": Text("是好事", "Good"),
    "mixed": Text("有得有失", "Mixed"),
    "bad": Text("不是好事", "Not good"),
    "no": Text("没有发生", "Did not happen"),
    "unknown": Text("无法判断", "Cannot be said"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A question, the verdict on it and why, in words made of the figures."""

    question: str
    verdict: Verdict
    text: Text


@dataclass(frozen=True, slots=True)
class _Pair:
    """Both periods' figures, and how to write them."""

    before: Figures
    now: Figures
    currency: str
    without_profit: Text

    def knows(self, *names: str) -> bool:
        return all(f[name] is not None for f in (self.before, self.now) for name in names)

    def step(self, name: str) -> int:
        """1 rose, -1 fell, 0 stayed."""
        old, new = self.before[name] or 0, self.now[name] or 0
        return (new > old) - (new < old)

    def move(self, name: str) -> Text:
        """`有效订单 120 → 110(−8.3%)`."""
        return Text(*(self._move(name, lang) for lang in ("zh-Hans", "en")))

    def _move(self, name: str, lang: str) -> str:
        metric = BY_NAME[name]
        old, new = (figure(f[name], metric.kind, self.currency, lang) for f in (self.before, self.now))
        rate = change(self.now[name], self.before[name])
        note = "" if not rate else f"（{rate}）" if lang != "en" else f" ({rate})"
        return f"{metric.title.render(lang)} {old} → {new}{note}"


def answers(before: Figures, now: Figures, sales: Split | None, currency: str, *, costs: bool = True) -> list[Answer]:
    """All three, in the manual's order; without `costs` gross profit is not for the reader."""
    pair = _Pair(before, now, currency, _NO_COST if costs else _HIDDEN)
    if sales is None or not pair.knows("valid_orders", "sales"):
        nothing = Text("两期中有一期没有记录。", "One of the two periods has no record.")
        return [Answer(question, "unknown", nothing) for question in QUESTIONS]
    return [_fewer_orders(pair, sales), _higher_value(pair), _all_three(pair)]


def _fewer_orders(pair: _Pair, sales: Split) -> Answer:
    question = "fewer_orders_more_sales"
    moves = _sentence(pair.move("valid_orders"), pair.move("sales"))
    if not pair.step("valid_orders") < 0 < pair.step("sales"):
        return Answer(question, "no", moves)
    found = _join(moves, parts_in_words(sales, pair.currency))
    if not pair.knows("gross_profit"):
        return Answer(question, "unknown", _join(found, pair.without_profit))
    found = _join(found, _sentence(pair.move("gross_profit")))
    if pair.step("gross_profit") > 0:
        return Answer(question, "good", _join(found, _EARNED_MORE))
    return Answer(question, "bad", _join(found, _BOUGHT_WITH_MARGIN))


def _higher_value(pair: _Pair) -> Answer:
    question = "higher_value_lower_margin"
    if not pair.knows("average_order_value"):
        return Answer(question, "no", _sentence(pair.move("average_order_value")))
    moves = _sentence(pair.move("average_order_value"), pair.move("gross_margin_rate"))
    if not pair.knows("gross_profit", "gross_margin_rate"):
        verdict: Verdict = "unknown" if pair.step("average_order_value") > 0 else "no"
        return Answer(question, verdict, _join(moves, pair.without_profit) if verdict == "unknown" else moves)
    if not pair.step("gross_margin_rate") < 0 < pair.step("average_order_value"):
        return Answer(question, "no", moves)
    old, new = (_each(f) for f in (pair.before, pair.now))
    each = Text(
        f"每单毛利 {_money(old, pair)} → {_money(new, pair)}",
        f"Gross profit per order {_money(old, pair)} → {_money(new, pair)}",
    )
    found = _join(moves, _sentence(each, pair.move("gross_profit")))
    better = [(new or 0) > (old or 0), pair.step("gross_profit") > 0]
    if all(better):
        return Answer(question, "good", _join(found, _MORE_EACH))
    return (
        Answer(question, "mixed", _join(found, _ONE_OF_TWO))
        if any(better)
        else Answer(question, "bad", _join(found, _LESS_EACH))
    )


def _all_three(pair: _Pair) -> Answer:
    question, names = "all_three_rise", ("sales", "gross_margin_rate", "valid_orders")
    moves = _sentence(*(pair.move(name) for name in names))
    if not pair.knows(*names):
        return Answer(question, "unknown", _join(moves, pair.without_profit))
    if all(pair.step(name) > 0 for name in names):
        return Answer(question, "good", _join(moves, _ALL_ROSE))
    missing = [_missing(pair, name) for name in names if pair.step(name) <= 0]
    return Answer(question, "no", _join(moves, _IT_TAKES, _sentence(*missing)))


def _missing(pair: _Pair, name: str) -> Text:
    """What it takes for this figure to pass the earlier period's, all else as it is."""
    if name == "valid_orders":
        return _missing_orders(pair)
    if name == "sales":
        short = (pair.before["sales"] or 0) - (pair.now["sales"] or 0)
        each = per_unit(int(short), int(pair.now["valid_orders"] or 0))
        tail = (
            Text(f"，即每单 {_money(each, pair)}", f", that is {_money(each, pair)} an order") if each else Text("", "")
        )
        lead = Text(f"销售额差 {_money(int(short), pair)}", f"sales lack {_money(int(short), pair)}")
        return Text(lead.zh + tail.zh, lead.en + tail.en)
    due = ceil(
        Fraction(pair.before["gross_profit"] or 0) * int(pair.now["sales"] or 0) / (int(pair.before["sales"] or 0) or 1)
    )
    short = due - int(pair.now["gross_profit"] or 0)
    amount = _money(max(short, 0), pair)
    return Text(
        f"少让利或降成本 {amount} 才能回到上期毛利率", f"{amount} less in discounts or cost restore the earlier margin"
    )


def _missing_orders(pair: _Pair) -> Text:
    """Missing orders, and the visitors they come from at the conversion of now."""
    short = int((pair.before["valid_orders"] or 0) - (pair.now["valid_orders"] or 0)) + 1
    visitors, orders = pair.now["uv"], pair.now["valid_orders"]
    lead = Text(f"还差 {short:,} 笔有效订单", f"{short:,} more valid orders")
    if not visitors or not orders:
        return lead
    more = ceil(Fraction(short * int(visitors), int(orders)))
    return Text(
        f"{lead.zh}（按本期转化率需多 {more:,} 位访客）", f"{lead.en} ({more:,} more visitors at this conversion)"
    )


def parts_in_words(split: Split, currency: str) -> Text:
    """`拆分：访客数 UV −120.00;…。` The amounts sum to the difference."""
    return Text(
        "拆分：" + "；".join(f"{BY_NAME[p.factor].title.zh} {signed(p.amount, currency)}" for p in split.parts) + "。",
        "Split: " + "; ".join(f"{BY_NAME[p.factor].title.en} {signed(p.amount, currency)}" for p in split.parts) + ".",
    )


def _each(figures: Figures) -> int | None:
    profit, orders = figures["gross_profit"], figures["valid_orders"]
    return per_unit(int(profit), int(orders or 0)) if profit is not None else None


def _money(amount: int | None, pair: _Pair) -> str:
    return figure(amount, "money", pair.currency, "")


def _join(*texts: Text) -> Text:
    return Text("".join(t.zh for t in texts), " ".join(t.en for t in texts))


def _sentence(*clauses: Text) -> Text:
    english = "; ".join(t.en for t in clauses)
    return Text("；".join(t.zh for t in clauses) + "。", english[:1].upper() + english[1:] + ".")


_NO_COST = Text("毛利未知，补齐商品成本后才能判断。", "Gross profit is unknown; it takes the goods' cost to say.")
_HIDDEN = Text("毛利只对有「查看成本价」权限的人显示。", "Gross profit is shown to those who are allowed to see costs.")
_EARNED_MORE = Text(
    "更少的订单赚到更多毛利：是好事，再把流失的部分补回来。",
    "Fewer orders earned more gross profit: good; now win back what was lost.",
)
_BOUGHT_WITH_MARGIN = Text(
    "毛利没有增加：多出的销售额是让利换来的。", "Gross profit did not rise: the extra sales were bought with margin."
)
_MORE_EACH = Text(
    "每单和总毛利都增加了：让出的毛利率换来了更多毛利。",
    "An order and the period both earned more: the margin given away paid off.",
)
_ONE_OF_TWO = Text(
    "每单毛利与总毛利只有一项增加：看清是订单变化还是让利所致。",
    "Only one of profit per order and profit in all rose: tell the change in orders from the discounts.",
)
_LESS_EACH = Text(
    "每单和总毛利都没有增加：让利没有换来毛利。",
    "Neither an order nor the period earned more: the discounts did not pay.",
)
_ALL_ROSE = Text("能，本期三项都增长了。", "Yes: all three rose.")
_IT_TAKES = Text("能，但本期没有做到。要做到：", "They can, but did not. It takes:")
