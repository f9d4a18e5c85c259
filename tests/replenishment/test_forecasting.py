"""The forecasting process: what it chooses on invented demand, and how right it is about a real shop's."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import duckdb
import pytest

from tests.support.shared import shared_data
from zhanggui.replenishment import library
from zhanggui.replenishment.core import demand


def test_steady_demand_is_foretold():
    found = library.choose([[20.0] * 30], [1.0], 4, lambda done: None)[0]
    assert found["kind"] == demand.SMOOTH
    assert sum(found["weeks"]) == pytest.approx(80)
    assert found["trials"] == 6


def test_rare_sales_are_foretold_by_their_rate():
    weeks = [0.0, 0, 0, 4] * 10
    found = library.choose([weeks], [1.0], 4, lambda done: None)[0]
    assert found["kind"] == demand.INTERMITTENT
    assert 1 <= sum(found["weeks"]) <= 8


def test_what_is_new_or_odd_has_an_answer_too():
    told: list[int] = []
    series = [[3.0], [0.0, 5.0, 1.0], [0.0] * 30 + [1e9], [], [1e-9] * 12]
    found = library.choose(series, [1.0] * 5, 4, told.append)
    assert [each["kind"] for each in found] == [demand.NEW] * 4 + [demand.SMOOTH]
    assert all(units >= 0 for each in found for units in each["weeks"])
    assert all(each["deviation"] >= 0 for each in found)


def test_growth_is_believed_only_as_far_as_the_past_bears_it_out():
    rising = [float(10 + 3 * week) for week in range(30)]
    found = library.choose([rising], [1.0], 4, lambda done: None)[0]
    assert sum(found["weeks"]) > 4 * rising[-5]


def test_a_real_shop_is_foretold_better_than_by_the_last_week_and_the_last_month():
    """The 250 SKUs of Online Retail that sell best, their last four whole weeks withheld: errors weighted by worth."""
    series, prices, truths = _online_retail(250)
    found = library.choose(series, prices, 4, lambda done: None)
    sold = sum(price * truth for price, truth in zip(prices, truths, strict=True))

    def wape(says) -> float:
        missed = sum(p * abs(says(i) - t) for i, (p, t) in enumerate(zip(prices, truths, strict=True)))
        return float(missed / sold)

    chosen = wape(lambda i: sum(found[i]["weeks"]))
    assert chosen < wape(lambda i: series[i][-1] * 4)
    assert chosen < wape(lambda i: sum(series[i][-4:]))


def _online_retail(count: int) -> tuple[list[list[float]], list[float], list[float]]:
    file = shared_data("uci-online-retail", "online_retail_2010-12_2011-09.csv.gz")
    until, cut = date(2011, 9, 26), date(2011, 8, 29)
    rows = duckdb.connect().execute(
        "select StockCode, cast(InvoiceDate as date), sum(Quantity), sum(Quantity * UnitPrice) from"
        " read_csv(?, types={'InvoiceNo': 'VARCHAR', 'StockCode': 'VARCHAR'}) where Quantity > 0 and UnitPrice > 0"
        " and InvoiceNo not like 'C%' and regexp_matches(StockCode, '^[0-9]{5}') and cast(InvoiceDate as date) < ?"
        " group by 1, 2 order by 1, 2",
        [str(file), until],
    ).fetchall()  # fmt: skip
    days: dict[str, list[tuple[date, float]]] = defaultdict(list)
    money: dict[str, float] = defaultdict(float)
    units: dict[str, float] = defaultdict(float)
    for code, day, quantity, worth in rows:
        days[code].append((day, float(quantity)))
        money[code] += worth
        units[code] += float(quantity)
    best = sorted(days, key=lambda code: (-money[code], code))[:count]
    past = [demand.weekly(days[code], cut)[1] for code in best]
    truths = [sum(quantity for day, quantity in days[code] if day >= cut) for code in best]
    known = [i for i, weeks in enumerate(past) if weeks]
    return [past[i] for i in known], [money[best[i]] / units[best[i]] for i in known], [truths[i] for i in known]
