"""Every metric against figures worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories.accounts import member
from tests.factories.sales import Line, sell
from tests.factories.visits import visit
from zhanggui.analytics import selectors, services
from zhanggui.analytics.metrics import BY_NAME, METRICS, Facts, per_unit, ratio
from zhanggui.analytics.types import Report, Value
from zhanggui.kernel import db, mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import ValidationFailed

pytestmark = pytest.mark.django_db

#: The week under test: Monday 16 to Sunday 22 November 2026 (Shanghai); the week before begins on the 9th.
MONDAY = date(2026, 11, 16)
TODAY = datetime(2026, 11, 24, 3, tzinfo=UTC)

DAILY = [
    "ip", "uv", "pv", "visit_seconds", "returning_visitor_share", "new_visitor_share", "orders", "valid_orders",
    "order_validity_rate", "sales", "average_order_value", "gross_profit", "gross_margin_rate", "order_conversion_rate",
    "payment_conversion_rate",
]  # fmt: skip
WEEKLY = [
    "pages_per_visit", "visit_depth_ratio", "visit_time_ratio", "return_rate", "members", "member_purchase_rate",
    "new_member_purchase_rate", "old_member_purchase_rate", "repurchase_rate", "loyalty_rate", "new_customer_cost",
    "return_on_investment",
]  # fmt: skip


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    """A time of November 2026 in Shanghai."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@pytest.fixture(autouse=True)
def _today(time_machine) -> None:
    time_machine.move_to(TODAY, tick=True)


def values(report: Report) -> dict[str, Value]:
    return {m.name: m.value for m in report.metrics}


def previous(report: Report) -> dict[str, Value]:
    return {m.name: m.previous for m in report.metrics}


def joined(day: int) -> int:
    """A member who registered at noon of a day."""
    actor = member()
    assert actor.id is not None
    db.execute("update members_member set created_at = %s where id = %s", (at(day), actor.id))
    return actor.id


def test_names_are_those_of_the_contract() -> None:
    assert [m.name for m in METRICS if m.daily] == DAILY
    assert [m.name for m in METRICS if not m.daily] == WEEKLY


def test_each_definition_is_one_sentence_in_both_languages() -> None:
    for metric in METRICS:
        text = metric.described()
        assert text.zh.endswith("。"), metric.name
        assert text.zh.count("。") == 1, metric.name
        assert text.en.endswith("."), metric.name
        assert "{" not in text.zh + text.en, metric.name


def test_nothing_known_is_nothing_said() -> None:
    assert {m.compute(Facts()) for m in METRICS} == {None}


def test_a_day() -> None:
    """17 November: five orders; three valid, one unpaid, one paid and cancelled.

    Sales 2×50.00−10.00 + 30.00 + 20.00 = 140.00 without 8.00 freight; cost 2×20.00 + 12.50 + 0 = 52.50; profit 87.50.
    Four visitors in four visits, one of them known from the day before; 10 pages, 130 seconds; three addresses.
    """
    sell(at(17, 0), Line(50_00, 2, cost=20_00, discount=10_00), status="paid", shipping=8_00)
    sell(at(17, 9), Line(30_00, cost=12_50), status="shipped")
    sell(at(17, 23, 59), Line(20_00, cost=0), status="completed")
    sell(at(17, 10), Line(99_00, cost=1_00), status="pending_payment")
    sell(at(17, 11), Line(98_00, cost=1_00), status="cancelled", paid=True)
    sell(at(16, 23, 59), Line(1_00, cost=25))
    sell(at(18, 0), Line(2_00))
    visit("ann", 1, at=at(16), seconds=7)
    visit("ann", 4, at=at(17), seconds=10, address="203.0.113.1")
    visit("bob", 3, at=at(17), seconds=20, address="203.0.113.1")
    visit("cyn", 2, at=at(17), seconds=15, address="203.0.113.2")
    visit("dan", 1, at=at(17), seconds=0, address="203.0.113.3")

    report = selectors.report("daily", date(2026, 11, 17))

    assert (report.period.first, report.period.last, report.currency) == (date(2026, 11, 17), date(2026, 11, 17), "CNY")
    assert values(report) == {
        "ip": 3,
        "uv": 4,
        "pv": 10,
        "visit_seconds": 32.5,
        "returning_visitor_share": 0.25,
        "new_visitor_share": 0.75,
        "orders": 5,
        "valid_orders": 3,
        "order_validity_rate": 0.6,
        "sales": 140_00,
        "average_order_value": 46_67,
        "gross_profit": 87_50,
        "gross_margin_rate": 0.625,
        "order_conversion_rate": 1.25,
        "payment_conversion_rate": 0.8,
    }
    assert previous(report) == {
        "ip": 1,
        "uv": 1,
        "pv": 1,
        "visit_seconds": 7.0,
        "returning_visitor_share": 0.0,
        "new_visitor_share": 1.0,
        "orders": 1,
        "valid_orders": 1,
        "order_validity_rate": 1.0,
        "sales": 1_00,
        "average_order_value": 1_00,
        "gross_profit": 75,
        "gross_margin_rate": 0.75,
        "order_conversion_rate": 1.0,
        "payment_conversion_rate": 1.0,
    }


def test_a_week_beside_the_week_before() -> None:
    """Members: old (5 Nov), older (1 Nov), quiet (1 Nov), fresh (18 Nov), late (20 Nov, buys nothing).

    Valid orders: old on 6, 10, 17 and 19 November; older on 18; fresh on 18; a guest on 20. Fresh's first order is unpaid.
    One order of older is wholly refunded after shipping, one of the guest's two units came back.
    """
    old, older, quiet, fresh, _late = joined(5), joined(1), joined(1), joined(18), joined(20)
    price = Line(100_00, cost=40_00)
    for day in (6, 10, 17, 19):
        sell(at(day), price, member_id=old)
    sell(at(18), price, member_id=older)
    sell(at(21), Line(100_00, cost=40_00, refunded=1), member_id=older, status="refunded")
    sell(at(18), price, member_id=fresh)
    sell(at(19), price, member_id=fresh, status="pending_payment")
    sell(at(20), Line(30_00, 2, cost=40_00, refunded=1), holder="guest-1")
    sell(at(12), price, member_id=quiet, status="cancelled")
    visit("ann", 12, at=at(16), seconds=100)
    visit("ann", 2, at=at(20), seconds=1)
    visit("bob", 2, at=at(22, 23), seconds=0)
    visit("cyn", 1, at=at(22, 23), seconds=0)
    services.record_spend(day=date(2026, 11, 16), source="ad:spring", amount=90_00, actor=SYSTEM)
    services.record_spend(day=date(2026, 11, 22), source="ad:spring", amount=10_00, actor=SYSTEM)
    services.record_spend(day=date(2026, 11, 23), source="ad:spring", amount=77_00, actor=SYSTEM)

    report = selectors.report("weekly", date(2026, 11, 19))

    assert (report.period.first, report.period.last) == (MONDAY, date(2026, 11, 22))
    assert values(report) == {
        "ip": 1,
        "uv": 3,
        "pv": 17,
        "visit_seconds": 300.5,
        "returning_visitor_share": 0.0,
        "new_visitor_share": 1.0,
        "orders": 7,
        "valid_orders": 5,
        "order_validity_rate": ratio(5, 7),
        "sales": 460_00,
        "average_order_value": 92_00,
        "gross_profit": 220_00,
        "gross_margin_rate": ratio(220, 460),
        "order_conversion_rate": ratio(4, 3),
        "payment_conversion_rate": ratio(6, 7),
        "pages_per_visit": 4.25,
        "visit_depth_ratio": 0.25,
        "visit_time_ratio": 0.25,
        "return_rate": ratio(2, 6),
        "members": 5,
        "member_purchase_rate": 0.6,
        "new_member_purchase_rate": 0.5,
        "old_member_purchase_rate": ratio(2, 3),
        "repurchase_rate": ratio(1, 3),
        "loyalty_rate": ratio(1, 3),
        "new_customer_cost": 50_00,
        "return_on_investment": 4.6,
    }
    before = previous(report)
    assert {name: before[name] for name in ("orders", "valid_orders", "sales", "members", "uv", "return_rate")} == {
        "orders": 2, "valid_orders": 1, "sales": 100_00, "members": 3, "uv": None, "return_rate": 0.0,
    }  # fmt: skip
    assert (before["repurchase_rate"], before["loyalty_rate"]) == (1.0, 0.0)
    assert (before["new_customer_cost"], before["return_on_investment"]) == (None, None)


def test_orders_without_visits_have_no_conversion() -> None:
    sell(at(17), Line(10_00, cost=1))
    found = values(selectors.report("daily", date(2026, 11, 17)))
    assert [
        found[name] for name in ("ip", "uv", "pv", "visit_seconds", "new_visitor_share", "order_conversion_rate")
    ] == [None] * 6
    assert found["orders"] == 1


def test_one_line_without_cost_leaves_the_profit_open() -> None:
    sell(at(17), Line(10_00, cost=1_00), Line(5_00, cost=None))
    report = selectors.report("daily", date(2026, 11, 17))
    found = values(report)
    assert (found["sales"], found["gross_profit"], found["gross_margin_rate"]) == (15_00, None, None)
    assert {"metric": "gross_profit", "note": "cost_unknown", "lines": 1, "of": 2} in report.rows["notes"]


def test_a_day_without_orders_is_zero_and_its_rates_are_open() -> None:
    sell(at(16), Line(10_00, cost=1))
    found = values(selectors.report("daily", date(2026, 11, 18)))
    assert (found["orders"], found["sales"], found["gross_profit"]) == (0, 0, 0)
    assert (found["average_order_value"], found["order_validity_rate"], found["gross_margin_rate"]) == (
        None,
        None,
        None,
    )


@pytest.mark.parametrize("day", [date(2026, 11, 25), date(2026, 11, 15), date(1970, 1, 1), date(2199, 12, 31)])
def test_before_the_first_record_and_in_the_future_nothing_is_known(day: date) -> None:
    sell(at(16), Line(10_00, cost=1))
    report = selectors.report("daily", day)
    assert set(values(report).values()) == {None}
    assert report.rows["notes"] == [{"metric": "*", "note": "nothing_recorded"}]


def test_a_period_that_is_not_over_says_so() -> None:
    sell(at(16), Line(10_00, cost=1))
    over = {"metric": "*", "note": "not_over"}
    days = [("daily", 23), ("daily", 24), ("weekly", 22), ("weekly", 23)]
    assert [over in selectors.report(period, date(2026, 11, day)).rows["notes"] for period, day in days] == [
        False,
        True,
        False,
        True,
    ]


@pytest.mark.parametrize(("period", "day"), [("daily", date(9999, 12, 31)), ("weekly", date(1, 1, 1))])
def test_a_date_beyond_all_reason_is_refused(period: str, day: date) -> None:
    with pytest.raises(ValidationFailed):
        selectors.report(period, day)


def test_history_in_another_currency_is_reported_in_it() -> None:
    sell(at(16), Line(10_00, cost=1))
    sell(at(17), Line(39_99), currency="BRL")
    report = selectors.report("daily", date(2026, 11, 17))
    assert (report.currency, values(report)["sales"], previous(report)["sales"]) == ("BRL", 39_99, 0)
    assert "currencies" not in report.rows
    assert {"metric": "sales", "note": "other_currency"} in report.rows["notes"]


def test_currencies_are_never_added_up() -> None:
    sell(at(17), Line(10_00, cost=1))
    sell(at(17), Line(39_99), currency="BRL")
    sell(at(17), Line(1_00), currency="BRL", status="pending_payment")
    sell(at(17), Line(5_00), currency="GBP")
    report = selectors.report("daily", date(2026, 11, 17))
    assert (report.currency, values(report)["sales"], values(report)["orders"]) == ("CNY", 10_00, 1)
    assert report.rows["currencies"] == [
        {"currency": "BRL", "orders": 2, "valid_orders": 1, "sales": 39_99},
        {"currency": "CNY", "orders": 1, "valid_orders": 1, "sales": 10_00},
        {"currency": "GBP", "orders": 1, "valid_orders": 1, "sales": 5_00},
    ]


def test_loyalty_follows_the_malls_own_threshold() -> None:
    loyal = joined(1)
    for day in (10, 17):
        sell(at(day), Line(1_00), member_id=loyal)
    assert values(selectors.report("weekly", MONDAY))["loyalty_rate"] == 0.0
    mall_settings.put("analytics.loyal_orders", 2, actor=SYSTEM)
    try:
        assert values(selectors.report("weekly", MONDAY))["loyalty_rate"] == 1.0
        assert "2 笔" in BY_NAME["loyalty_rate"].described().zh
    finally:
        mall_settings.forget()


def test_a_refund_that_leaves_the_goods_with_the_buyer_is_no_return() -> None:
    """Three shipped orders had a unit's money back: one sent it, one kept it, one is history that knows no cases."""
    sent, kept, _history = (sell(at(17), Line(10_00, 2, refunded=1)) for _ in range(3))
    sell(at(18), Line(10_00))
    for number, kind in ((sent, "return_refund"), (sent, "refund_only"), (kept, "refund_only")):
        db.execute(
            "insert into aftersales_case (number, order_number, currency, kind, reason, goods_amount, reserved, requested_by)"
            " values (%s, %s, 'CNY', %s, 'quality', 1000, true, 'staff')",
            (f"{number}-{kind}", number, kind),
        )
    assert values(selectors.report("weekly", MONDAY))["return_rate"] == 0.5


def test_spend_that_was_taken_back_is_no_spend() -> None:
    sell(at(17), Line(1_00))
    for amount in (90_00, -90_00):
        services.record_spend(day=MONDAY, source="ad:spring", amount=amount, actor=SYSTEM)
    assert values(selectors.report("weekly", MONDAY))["return_on_investment"] is None


@pytest.mark.parametrize(
    ("amount", "units", "each"), [(100, 3, 33), (200, 3, 67), (1, 2, 1), (0, 5, 0), (5, 0, None), (None, 2, None)]
)
def test_money_for_each_is_rounded_half_up(amount: int | None, units: int, each: int | None) -> None:
    assert per_unit(amount, units) == each


def test_tables_of_the_report() -> None:
    """Hours, regions, products and sources of one day add up to the figures above them."""
    vase = Line(30_00, 2, cost=10_00, sku="VASE", title="花瓶")
    sell(at(17, 9), vase, province="浙江省", source="search:baidu")
    sell(at(17, 9), vase, Line(5_00, sku="POT", title="花盆"), province="浙江省")
    sell(at(17, 21), Line(5_00, sku="POT", title="花盆"), province="广东省", status="pending_payment")
    visit("ann", 2, at=at(17, 9), kind="home", referrer="https://www.baidu.com/", seconds=3)
    report = selectors.report("weekly", date(2026, 11, 17))
    assert list(report.rows) == [
        "split", "profit_split", "answers", "sources", "paths", "entries", "content", "products", "hours", "regions",
        "amounts", "frequency", "spend", "notes",
    ]  # fmt: skip
    assert [r for r in report.rows["hours"] if r["orders"]] == [
        {"hour": 9, "views": 2, "visitors": 1, "orders": 2, "valid_orders": 2, "sales": 125_00},
        {"hour": 21, "views": 0, "visitors": 0, "orders": 1, "valid_orders": 0, "sales": 0},
    ]
    assert len(report.rows["hours"]) == 24
    assert report.rows["regions"] == [
        {"region": "浙江省", "orders": 2, "valid_orders": 2, "sales": 125_00},
        {"region": "广东省", "orders": 1, "valid_orders": 0, "sales": 0},
    ]
    assert [
        (r["product"], r["units"], r["orders"], r["sales"], r["gross_profit"]) for r in report.rows["products"]
    ] == [
        ("VASE", 4, 2, 120_00, 80_00),
        ("POT", 1, 1, 5_00, None),
    ]
    assert report.rows["sources"] == [
        {
            "source": "search:baidu", "visits": 1, "visitors": 1, "pages_per_visit": 2.0, "visit_seconds": 6.0,
            "visit_depth_ratio": 0.0, "order_conversion_rate": 0.0, "orders": 1, "sales": 60_00,
        },
        {
            "source": "", "visits": None, "visitors": None, "pages_per_visit": None, "visit_seconds": None,
            "visit_depth_ratio": None, "order_conversion_rate": None, "orders": 2, "sales": 65_00,
        },
    ]  # fmt: skip
    assert report.rows["content"] == [
        {"kind": "home", "ref": "", "views": 2, "visitors": 1, "view_seconds": 3.0, "purchase_rate": 0.0}
    ]
