"""Measures the forecasts and the stock they ask for on Online Retail, and prints the tables of docs/forecasting.md.

`PYTHONPATH=src python -m tools.forecasts PATH-OF-THE-CSV`; some ten minutes on one core.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import duckdb

from zhanggui.replenishment import library
from zhanggui.replenishment.core import demand, simulation, stock

FIRST, LAST = date(2010, 12, 6), date(2011, 9, 26)
HORIZON = 4
#: Where the past is cut off: three looks ahead that do not overlap.
CUTS = [LAST - timedelta(weeks=HORIZON * back) for back in (3, 2, 1)]
LEAD, REVIEW = 14, 7
#: The simulation's SKUs, its first day, and every how many weeks models are chosen anew.
BEST, BEGIN, ANEW = 400, date(2011, 5, 30), 2


class Shop:
    """What each article sold day by day, and its mean price."""

    def __init__(self, file: str) -> None:
        rows = duckdb.connect().execute(
            "select StockCode, cast(InvoiceDate as date), sum(Quantity), sum(Quantity * UnitPrice) from"
            " read_csv(?, types={'InvoiceNo': 'VARCHAR', 'StockCode': 'VARCHAR'}) where Quantity > 0 and UnitPrice > 0"
            " and InvoiceNo not like 'C%' and regexp_matches(StockCode, '^[0-9]{5}')"
            " and cast(InvoiceDate as date) >= ? and cast(InvoiceDate as date) < ? group by 1, 2 order by 1, 2",
            [file, FIRST, LAST],
        ).fetchall()  # fmt: skip
        self.days: dict[str, list[tuple[date, float]]] = defaultdict(list)
        worth: dict[str, float] = defaultdict(float)
        units: dict[str, float] = defaultdict(float)
        for code, day, quantity, money in rows:
            self.days[code].append((day, float(quantity)))
            worth[code] += money
            units[code] += float(quantity)
        self.price = {code: worth[code] / units[code] for code in worth}
        self.codes = sorted(worth, key=lambda code: (-worth[code], code))

    def before(self, code: str, cut: date) -> list[float]:
        return demand.weekly(self.days[code], cut)[1]

    def sold(self, code: str, first: date, until: date) -> float:
        return sum(units for day, units in self.days[code] if first <= day < until)


def main(file: str) -> None:
    shop = Shop(file)
    say(f"{len(shop.codes)} articles, {sum(map(len, shop.days.values()))} days of sales, {FIRST} to {LAST}\n")
    errors(shop)
    simulate(shop)


def errors(shop: Shop) -> None:
    """Absolute errors of the sum over four weeks, weighted by price, as a share of what was sold; by kind of demand."""
    ways: dict[str, Callable[[Sequence[float], dict[str, Any]], float]] = {
        "chosen": lambda weeks, known: sum(known["weeks"]),
        "seasonal naive": lambda weeks, known: weeks[-1] * HORIZON,
        "mean of 4 weeks": lambda weeks, known: sum(weeks[-4:]) / len(weeks[-4:]) * HORIZON,
        "mean of 8 weeks": lambda weeks, known: sum(weeks[-8:]) / len(weeks[-8:]) * HORIZON,
    }
    missed: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    sold: dict[str, float] = defaultdict(float)
    count: dict[str, int] = defaultdict(int)
    models: dict[str, int] = defaultdict(int)
    for cut in CUTS:
        codes = [code for code in shop.codes if shop.before(code, cut)]
        series = [shop.before(code, cut) for code in codes]
        found = library.choose(series, [shop.price[code] for code in codes], HORIZON, lambda done: None)
        for code, weeks, known in zip(codes, series, found, strict=True):
            truth, price = shop.sold(code, cut, cut + timedelta(weeks=HORIZON)), shop.price[code]
            models[known["model"]] += 1
            for kind in (known["kind"], "all"):
                sold[kind] += truth * price
                count[kind] += 1
                for name, way in ways.items():
                    missed[kind][name] += abs(way(weeks, known) - truth) * price
    say("| kind of demand | looks | sales |" + "".join(f" {name} |" for name in ways))
    say("| --- | ---: | ---: |" + " ---: |" * len(ways))
    for kind in (*demand.KINDS, "all"):
        shares = "".join(f" {missed[kind][name] / sold[kind]:.3f} |" for name in ways)
        say(f"| {kind} | {count[kind]:,} | {sold[kind]:,.0f} |{shares}")
    say("\nchosen: " + ", ".join(f"{name} {n:,}" for name, n in sorted(models.items(), key=lambda x: -x[1])) + "\n")


def simulate(shop: Shop) -> None:
    """The best sellers played day by day: order-up-to levels of forecasts against fixed weeks of mean demand (min and max)."""
    codes = [code for code in shop.codes if len(shop.before(code, BEGIN)) >= demand.WEEKS_LEAST][:BEST]
    weeks = (LAST - BEGIN).days // 7
    outlooks: list[dict[str, stock.Outlook]] = []
    for week in range(weeks):
        day = BEGIN + timedelta(weeks=week)
        if week % ANEW == 0:
            found = library.choose(
                [shop.before(code, day) for code in codes], [shop.price[code] for code in codes], HORIZON, lambda done: None
            )  # fmt: skip
            now = {c: stock.Outlook(tuple(k["weeks"]), k["deviation"]) for c, k in zip(codes, found, strict=True)}
        outlooks.append(now)
    say("| rule | fill rate | mean stock, worth | days of sales in stock | orders |")
    say("| --- | ---: | ---: | ---: | ---: |")
    for service in (0.80, 0.90, 0.95, 0.98):
        terms = stock.Terms(lead=LEAD, review=REVIEW)

        def forecast(code: str, week: int, s: float = service, how: stock.Terms = terms) -> Callable[[int], int]:
            outlook = outlooks[week][code]
            return lambda position: stock.need(outlook, how, position, s).quantity

        report(shop, codes, f"forecast, service level {service:.0%}", forecast)
    for low, high in ((3, 5), (4, 6), (5, 7), (6, 9), (8, 12)):

        def fixed(code: str, week: int, low: int = low, high: int = high) -> Callable[[int], int]:
            past = shop.before(code, BEGIN + timedelta(weeks=week))[-8:]
            mean = sum(past) / len(past)
            return lambda position: max(0, round(mean * high) - position) if position < mean * low else 0

        report(shop, codes, f"min {low}, max {high} weeks of the mean of 8", fixed)


def report(shop: Shop, codes: Sequence[str], name: str, rule_of: Callable[[str, int], Callable[[int], int]]) -> None:
    """One line: worth served of worth asked, mean worth in stock, how long it would last, orders sent."""
    asked = served = held = 0.0
    orders = 0
    for code in codes:
        daily = list(by_day(shop, code))
        opening = rule_of(code, 0)(0)

        def rule(day: int, position: int, code: str = code) -> int:
            return rule_of(code, day // 7)(position)

        found = simulation.play(daily, rule, lead=LEAD, review=REVIEW, opening=opening)
        price = shop.price[code]
        asked, served, held = asked + found.asked * price, served + found.served * price, held + found.stock * price
        orders += found.orders
    days = (LAST - BEGIN).days
    say(f"| {name} | {served / asked:.1%} | {held:,.0f} | {held / (asked / days):.0f} | {orders:,} |")


def by_day(shop: Shop, code: str) -> Iterator[int]:
    sold = dict(shop.days[code])
    for place in range((LAST - BEGIN).days):
        yield int(sold.get(BEGIN + timedelta(days=place), 0))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
