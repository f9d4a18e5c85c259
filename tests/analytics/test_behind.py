"""Every figure of the week again, computed from the rows behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.factories.accounts import member
from tests.factories.sales import Line, sell
from tests.factories.visits import visit
from zhanggui.analytics import selectors, services
from zhanggui.analytics.metrics import METRICS, per_unit, ratio
from zhanggui.analytics.types import Period, Value
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.paging import NoSuchPage
from zhanggui.kernel.problems import NotFound

pytestmark = pytest.mark.django_db
WEEK = Period.weekly(date(2026, 11, 17))
DAY = Period.daily(date(2026, 11, 18))
Rows = list[dict[str, Any]]


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@pytest.fixture(autouse=True)
def _week(time_machine: Any) -> None:
    time_machine.move_to(datetime(2026, 11, 24, 3, tzinfo=UTC), tick=True)
    buyers = [member().id for _ in range(3)]
    db.execute("update members_member set created_at = %s", (at(1),))
    for day in range(15, 25):
        for n in range(day % 3 + 2):
            sell(
                at(day, 10 + n), Line(30_00 + n, n + 1, cost=12_00), Line(5_00, cost=1_00), shipping=8_00,
                member_id=buyers[n] if n < 3 and day % 2 else None, holder=f"g{n}" if day % 4 == 0 else "",
                province="浙江省" if n else "广东省", source="search:baidu" if n else "",
            )  # fmt: skip
        sell(at(day, 20), Line(7_00, cost=1_00), status=("pending_payment", "cancelled", "refunded")[day % 3])
        sell(at(day, 21), Line(9_00, 2, cost=3_00, refunded=1))
        sell(at(day, 22), Line(9_00, cost=3_00), currency="EUR")
        for n in range(day % 4 + 1):
            visit(f"v{n}", n + 1, at=at(day, 9, n), seconds=n * 700, address=f"203.0.113.{day + n}")
        visit("late", 12, at=at(day, 23), kind="ordered")
        visit("baidu", 1, at=at(day, 8), referrer="https://www.baidu.com/")
    for day, amount in ((16, 90_00), (20, 10_00), (20, -3_00), (25, 5_00)):
        services.record_spend(day=date(2026, 11, day), source="ad:spring", amount=amount, actor=SYSTEM)


def everything(metric: str, period: Period, **more: Any) -> Rows:
    """All rows, three at a time, each page one statement of its own."""
    found: Rows = []
    cursor = ""
    while True:
        page = selectors.behind(metric, period, cursor=cursor, limit=3, **more).page
        assert len(page.items) <= 3
        found += page.items
        if page.next_cursor is None:
            return found
        cursor = page.next_cursor


def _people(rows: Rows, name: str) -> int:
    return len({row[name] for row in rows})


def _profit(rows: Rows) -> int:
    return sum(r["sales"] - r["cost"] for r in rows)


def _repeat(rows: Rows) -> int:
    """Buyers of the week with two or more up to its end: those of the week, and those who bought before it as well."""
    earlier = {
        r["buyer"]
        for back in (1, 2)
        for r in everything("loyalty_rate", Period.weekly(WEEK.first - timedelta(days=7 * back)))
    }
    counted = {r["buyer"]: sum(x["buyer"] == r["buyer"] for x in rows) for r in rows}
    return sum(n >= 2 or buyer in earlier for buyer, n in counted.items())


#: How each figure comes from its rows; `said` are the report's other figures.
AGAIN: dict[str, Callable[[Rows, dict[str, Value]], Value]] = {
    "ip": lambda rows, said: len({a for r in rows for a in r["addresses"]}),
    "uv": lambda rows, said: _people(rows, "visitor"),
    "pv": lambda rows, said: sum(r["pages"] for r in rows),
    "visit_seconds": lambda rows, said: ratio(sum(r["seconds"] for r in rows), len(rows), 1),
    "returning_visitor_share": lambda rows, said: ratio(
        len({r["visitor"] for r in rows if not r["is_new"]}), _people(rows, "visitor")
    ),
    "new_visitor_share": lambda rows, said: ratio(
        len({r["visitor"] for r in rows if r["is_new"]}), _people(rows, "visitor")
    ),
    "orders": lambda rows, said: len(rows),
    "valid_orders": lambda rows, said: len(rows),
    "order_validity_rate": lambda rows, said: ratio(sum(r["valid"] for r in rows), len(rows)),
    "sales": lambda rows, said: sum(r["sales"] for r in rows),
    "average_order_value": lambda rows, said: per_unit(sum(r["sales"] for r in rows), len(rows)),
    "gross_profit": lambda rows, said: _profit(rows),
    "gross_margin_rate": lambda rows, said: ratio(_profit(rows), sum(r["sales"] for r in rows)),
    "order_conversion_rate": lambda rows, said: ratio(_people(rows, "buyer"), int(said["uv"] or 0)),
    "payment_conversion_rate": lambda rows, said: ratio(sum(r["paid"] for r in rows), len(rows)),
    "pages_per_visit": lambda rows, said: ratio(sum(r["pages"] for r in rows), len(rows), 2),
    "visit_depth_ratio": lambda rows, said: ratio(sum(r["pages"] >= 11 for r in rows), len(rows)),
    "visit_time_ratio": lambda rows, said: ratio(sum(r["seconds"] >= 1200 for r in rows), len(rows)),
    "return_rate": lambda rows, said: ratio(len(rows), sum(r["paid"] for r in everything("orders", WEEK))),
    "member_purchase_rate": lambda rows, said: ratio(_people(rows, "buyer"), 3),
    "old_member_purchase_rate": lambda rows, said: ratio(_people(rows, "buyer"), 3),
    "repurchase_rate": lambda rows, said: ratio(_repeat(rows), _people(rows, "buyer")),
    "return_on_investment": lambda rows, said: ratio(int(said["sales"] or 0), sum(r["amount"] for r in rows), 4),
}


@pytest.mark.parametrize("kept", [False, True])
def test_the_rows_of_every_figure_add_up_to_it(kept: bool) -> None:
    if kept:
        services.roll_up()
        services.sum_orders()
    for period in (WEEK, DAY):
        said = {m.name: m.value for m in selectors.report(period.name, period.first).metrics}
        for name, again in AGAIN.items():
            if name in said and (period is WEEK or name != "return_rate"):
                assert said[name] is not None, name
                assert again(everything(name, period), said) == said[name], (period.name, name)


def test_every_metric_has_its_records_or_says_that_it_has_none() -> None:
    found = {m.name: selectors.behind(m.name, WEEK).records for m in METRICS}
    assert {name for name, kind in found.items() if kind == "none"} == {"members"}
    assert found["sales"] == "orders"
    assert found["uv"] == "visits"
    assert found["new_customer_cost"] == "spend"


def test_a_row_of_a_table_leads_to_its_orders() -> None:
    report = selectors.report("weekly", WEEK.first)
    for row in report.rows["regions"]:
        assert len(everything("orders", WEEK, province=row["region"])) == row["orders"]
        assert sum(r["sales"] for r in everything("sales", WEEK, province=row["region"])) == row["sales"]
    for row in report.rows["sources"]:
        assert len(everything("orders", WEEK, source=row["source"])) == row["orders"]
        assert len(everything("pv", WEEK, source=row["source"])) == (row["visits"] or 0)


def test_newest_first_and_each_once() -> None:
    orders, visits = everything("orders", WEEK), everything("pv", WEEK)
    assert [r["placed_at"] for r in orders] == sorted((r["placed_at"] for r in orders), reverse=True)
    assert _people(orders, "number") == len(orders)
    assert [r["at"] for r in visits] == sorted((r["at"] for r in visits), reverse=True)
    assert _people(visits, "view") == len(visits)


@pytest.mark.parametrize("metric", ["orders", "return_rate", "uv", "new_customer_cost"])
def test_a_page_takes_the_same_statements_at_any_size(metric: str, django_assert_max_num_queries: Any) -> None:
    for limit in (1, 10, 200):
        with django_assert_max_num_queries(5):
            selectors.behind(metric, WEEK, limit=limit)


@pytest.mark.parametrize("metric", ["sales", "uv", "new_customer_cost"])
@pytest.mark.parametrize("cursor", ["x", "WzFd", "WyIyMDI2LTExLTE3IiwxXQ", "WyJhIiwiYiIsMV0"])
def test_a_bent_cursor_leads_nowhere(metric: str, cursor: str) -> None:
    if metric == "new_customer_cost" and cursor == "WyIyMDI2LTExLTE3IiwxXQ":
        cursor = "WyIyMDI2LTExLTk5IiwxXQ"
    with pytest.raises(NoSuchPage):
        selectors.behind(metric, WEEK, cursor=cursor)


def test_an_unknown_metric_is_not_found() -> None:
    with pytest.raises(NotFound):
        selectors.behind("secrets", WEEK)
