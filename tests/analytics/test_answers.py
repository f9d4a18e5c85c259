"""The manual's three questions, answered from figures worked out by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from zhanggui.analytics.answers import QUESTIONS, VERDICTS, Answer, answers
from zhanggui.analytics.metrics import BY_NAME, Facts
from zhanggui.analytics.split import sales_split
from zhanggui.analytics.types import Traffic
from zhanggui.orders.selectors import facts as order_facts


def week(visitors: int | None, orders: int, sales: int, profit: int | None) -> Facts:
    traffic = Traffic(visitors, visitors, 0, visitors, visitors, 0, 0, 0) if visitors else None
    cost = None if profit is None else sales - profit
    return Facts(
        traffic=traffic, orders=order_facts.OrderTotals("CNY", orders, orders, orders, orders, sales), cost=cost
    )


def ask(before: Facts, now: Facts) -> dict[str, Answer]:
    old, new = ({name: metric.compute(facts) for name, metric in BY_NAME.items()} for facts in (before, now))
    return {a.question: a for a in answers(old, new, sales_split(before, now), "CNY")}


def test_fewer_orders_and_more_sales_are_good_when_more_was_earned() -> None:
    found = ask(week(1000, 40, 4000_00, 1600_00), week(1000, 30, 4500_00, 1800_00))["fewer_orders_more_sales"]
    assert found.verdict == "good"
    assert found.text.zh == (
        "有效订单 40 → 30（-25.0%）；总销售额 4,000.00 → 4,500.00（+12.5%）。"
        "拆分：访客数 UV 0.00；成交转化率 -1,250.00；客单价 +1,750.00。毛利润 1,600.00 → 1,800.00（+12.5%）。"
        "更少的订单赚到更多毛利：是好事，再把流失的部分补回来。"
    )
    assert "Conversion to valid orders -1,250.00" in found.text.en


def test_fewer_orders_and_more_sales_are_not_good_when_margin_paid_for_them() -> None:
    found = ask(week(None, 40, 4000_00, 1600_00), week(None, 30, 4500_00, 1500_00))["fewer_orders_more_sales"]
    assert found.verdict == "bad"
    assert "有效订单 -1,250.00" in found.text.zh


def test_without_cost_nothing_is_claimed() -> None:
    found = ask(week(9, 40, 4000_00, None), week(9, 30, 4500_00, None))
    assert {q: a.verdict for q, a in found.items()} == {
        "fewer_orders_more_sales": "unknown", "higher_value_lower_margin": "unknown", "all_three_rise": "unknown",
    }  # fmt: skip
    assert "补齐商品成本" in found["all_three_rise"].text.zh


def test_a_higher_order_value_at_a_lower_margin() -> None:
    """100.00 at 40 % becomes 150.00 at 30 %: 40.00 → 45.00 an order, so it pays as long as the orders stay."""
    before = week(1000, 40, 4000_00, 1600_00)
    pays, fewer, worse = (
        week(1000, 40, 6000_00, 1800_00),
        week(1000, 30, 4500_00, 1350_00),
        week(1000, 40, 4400_00, 1500_00),
    )
    found = [ask(before, now)["higher_value_lower_margin"] for now in (pays, fewer, worse)]
    assert [a.verdict for a in found] == ["good", "mixed", "bad"]
    assert "每单毛利 40.00 → 45.00" in found[0].text.zh
    assert "Gross profit per order 40.00 → 37.50" in found[2].text.en


def test_all_three_can_rise_and_what_it_takes_when_they_do_not() -> None:
    before = week(1000, 40, 4000_00, 1600_00)
    assert ask(before, week(1200, 50, 5500_00, 2300_00))["all_three_rise"].verdict == "good"
    short = ask(before, week(900, 30, 3600_00, 1400_00))["all_three_rise"]
    assert short.verdict == "no"
    assert short.text.zh.endswith(
        "能，但本期没有做到。要做到：销售额差 400.00，即每单 13.33；少让利或降成本 40.00 才能回到上期毛利率；"
        "还差 11 笔有效订单（按本期转化率需多 330 位访客）。"
    )


def test_what_did_not_happen_is_said() -> None:
    found = ask(week(10, 4, 400, 100), week(10, 5, 500, 125))
    assert found["fewer_orders_more_sales"].verdict == "no"
    assert found["higher_value_lower_margin"].verdict == "no"


figures = st.builds(
    week,
    st.one_of(st.none(), st.integers(1, 10**5)),
    st.integers(0, 10**5),
    st.integers(0, 10**10),
    st.one_of(st.none(), st.integers(-(10**10), 10**10)),
)


@given(figures, figures)
def test_there_is_always_an_answer_in_both_languages(before: Facts, now: Facts) -> None:
    found = ask(before, now)
    assert list(found) == list(QUESTIONS)
    for answer in found.values():
        assert answer.verdict in VERDICTS
        assert answer.text.zh.endswith("。")
        assert answer.text.en.endswith(".")
