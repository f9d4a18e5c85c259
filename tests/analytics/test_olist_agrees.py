"""The reports of two whole imported histories agree to the cent with DuckDB straight on their files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
from django.db import connection, transaction

from tests.analytics import oracle
from tests.support.shared import shared_data
from zhanggui.analytics import services
from zhanggui.analytics.types import Period, week_of
from zhanggui.integrations import services as integrations
from zhanggui.kernel import db, mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.selectors import facts

#: The first test of each history waits for its import.
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]

OLIST = [f"olist_{name}_dataset.csv.gz" for name in ("orders", "order_items", "order_payments", "customers")]
RETAIL = "online_retail_2010-12_2011-09.csv.gz"
UNKNOWN = ["ip", "uv", "pv", "visit_seconds", "gross_profit", "gross_margin_rate", "order_conversion_rate"]


@dataclass(frozen=True, slots=True)
class History:
    name: str
    currency: str
    figures: duckdb.DuckDBPyConnection
    summary: dict[str, int | float]


def _olist() -> History:
    folder = shared_data("olist")
    summary = integrations.run_import("olist", [folder / name for name in OLIST], actor=SYSTEM)
    return History("olist", "BRL", oracle.olist(folder), summary)


def _online_retail() -> History:
    file = shared_data("uci-online-retail", RETAIL)
    return History(
        "online-retail",
        "GBP",
        oracle.online_retail(file),
        integrations.run_import("online-retail", [file], actor=SYSTEM),
    )


@pytest.fixture(scope="module", params=[_olist, _online_retail], ids=["olist", "online-retail"])
def history(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[History]:
    """The history imported whole, once for all tests here, and taken back afterwards."""
    load: Callable[[], History] = request.param
    with django_db_blocker.unblock(), transaction.atomic():
        mall_settings.forget()
        loaded = load()
        connection.check_constraints()  # now, and not again after each test
        db.execute("analyze orders_order, orders_orderline, members_member")
        yield loaded
        transaction.set_rollback(True)


def _report(period: str, day: date) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(services.report(period, day, "json"))
    return found


def _days(history: History) -> list[date]:
    """Fourteen days spread over the history, its first and last and its best among them."""
    days = oracle.days(history.figures)
    return sorted({*days[:: max(1, len(days) // 11)], days[-1], oracle.best_day(history.figures)})


def _disagreements(metrics: dict[str, Any], expected: dict[str, Any], which: str = "value") -> dict[str, Any]:
    return {name: (metrics[name][which], value) for name, value in expected.items() if metrics[name][which] != value}


def test_days_agree(history: History) -> None:
    days = _days(history)
    assert len(days) >= 12
    for day in days:
        report = _report("daily", day)
        expected = {k: v for k, v in oracle.daily(history.figures, day).items() if k != "return_rate"}
        assert report["currency"] == history.currency
        assert _disagreements(report["metrics"], expected) == {}, day
        if day != days[0]:
            before = {
                k: v for k, v in oracle.daily(history.figures, day - timedelta(days=1)).items() if k != "return_rate"
            }
            assert _disagreements(report["metrics"], before, "previous") == {}, day
        assert [report["metrics"][name]["value"] for name in UNKNOWN] == [None] * len(UNKNOWN)


def test_weeks_agree_with_their_members(history: History) -> None:
    mondays = sorted({week_of(day) for day in _days(history)})[1::3]
    assert len(mondays) >= 3
    for monday in mondays:
        metrics = _report("weekly", monday + timedelta(days=3))["metrics"]
        assert _disagreements(metrics, oracle.weekly(history.figures, monday)) == {}, monday
        assert _disagreements(metrics, oracle.weekly(history.figures, monday - timedelta(days=7)), "previous") == {}, (
            monday
        )


def test_hours_and_regions_agree(history: History) -> None:
    monday = week_of(_days(history)[5])
    report = _report("weekly", monday)
    sunday = monday + timedelta(days=6)
    columns = ("orders", "valid_orders", "sales")
    shown = [(r["hour"], *(r[c] for c in columns)) for r in report["rows"]["hours"] if r["orders"]]
    assert shown == oracle.hours(history.figures, monday, sunday)
    shown = sorted((r["region"], *(r[c] for c in columns)) for r in report["rows"]["regions"])
    assert shown == sorted(oracle.regions(history.figures, monday, sunday))


def test_the_whole_history_adds_up(history: History) -> None:
    """Every day's sales together are the sales of the file; the shared notes name Olist's goods value: BRL 2,118,475.10."""
    days = oracle.days(history.figures)
    whole = oracle.daily(history.figures, days[0], days[-1])
    spans = [facts.period_totals(*Period.weekly(monday).bounds) for monday in {week_of(day) for day in days}]
    totals = [one for span in spans for one in span]
    assert {one.currency for one in totals} == {history.currency}
    assert sum(one.orders for one in totals) == whole["orders"]
    assert sum(one.sales for one in totals) == whole["sales"]
    if history.name == "olist":
        assert history.figures.execute("select sum(goods) from sales").fetchone() == (211_847_510,)
