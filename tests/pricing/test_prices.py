"""Setting prices, planning them, and reading what holds at an instant."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.db.utils import DatabaseError

from tests.factories.pricing import PRICER, priced
from tests.factories.skus import make_sku_ids
from tests.support.races import run_together
from zhanggui.kernel import audit, clock, db, invariants
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import NotFound, ValidationFailed
from zhanggui.pricing import selectors, services
from zhanggui.pricing.errors import PriceChangedMeanwhile, ScheduleOverlap
from zhanggui.pricing.invariants import INVARIANTS
from zhanggui.pricing.types import Price, PriceRow

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 11, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _books_are_right():
    yield
    assert invariants.check(INVARIANTS) == []


def price(sku: int, at: datetime | None = None) -> Price | None:
    return selectors.effective_prices([sku], at or clock.now()).get(sku)


def listed(sku: int) -> tuple[int, int]:
    row = db.row("select price, list_price from catalog_skufacts where sku_id = %s", (sku,))
    assert row is not None
    return row["price"], row["list_price"]


def announced(sku: int) -> list[dict]:
    return [
        r["payload"] for r in db.rows("select payload from kernel_outboxevent where aggregate = %s", (f"price:{sku}",))
    ]


def plan(sku: int, sale_price: int, starts_at: datetime, ends_at: datetime | None) -> int:
    return services.schedule_price(
        sku, sale_price=sale_price, starts_at=starts_at, ends_at=ends_at, reason="double eleven", actor=PRICER
    )


def test_a_price_is_set_with_reason_history_audit_and_the_list_knows():
    (sku,) = make_sku_ids(1)
    assert price(sku) is None
    assert services.set_price(sku, list_price=12900, sale_price=9900, cost=5000, reason="new", actor=PRICER) is True
    assert services.set_price(sku, list_price=12900, sale_price=8900, reason="rival", actor=PRICER) is True
    assert services.set_price(sku, list_price=12900, sale_price=8900, reason="again", actor=PRICER) is False
    assert price(sku) == Price(12900, 8900, 5000)
    assert listed(sku) == (8900, 12900)
    newest, first = selectors.history(sku).items
    assert (newest.sale_price, newest.old_sale_price, newest.cost, newest.reason) == (8900, 9900, 5000, "rival")
    assert (first.kind, first.old_sale_price, first.actor_label) == ("set", None, "pricing clerk")
    entry = audit.history(target_type="sku", target_id=str(sku))[0]
    assert (entry["action"], entry["reason"]) == ("pricing.set_price", "rival")
    assert entry["before"] == {"list_price": 12900, "sale_price": 9900, "cost": 5000}
    assert announced(sku) == [
        {
            "sku_id": sku, "list_price": 12900, "sale_price": 8900, "old_list_price": 12900, "old_sale_price": 9900,
            "currency": "CNY",
        }
    ]  # fmt: skip


def test_without_a_sale_price_the_list_price_is_paid():
    (sku,) = make_sku_ids(1)
    services.set_price(sku, list_price=500, reason="new", actor=PRICER)
    assert price(sku) == Price(500, 500, None)


@pytest.mark.parametrize(
    ("wrong", "loc", "code"),
    [
        ({"sale_price": 101}, "sale_price", "above_list_price"),
        ({"list_price": -1}, "list_price", "range"),
        ({"sale_price": -1}, "sale_price", "range"),
        ({"cost": -1}, "cost", "range"),
        ({"list_price": 10**12}, "list_price", "range"),
        ({"reason": " "}, "reason", "required"),
    ],
)
def test_wrong_prices_are_refused_by_field(wrong, loc, code):
    (sku,) = make_sku_ids(1)
    with pytest.raises(ValidationFailed) as refusal:
        services.set_price(sku, **({"list_price": 100, "reason": "new", "actor": PRICER} | wrong))
    assert (refusal.value.errors[0].loc, refusal.value.errors[0].code) == (loc, code)
    assert price(sku) is None


def test_a_bulk_change_names_the_row_and_does_all_or_nothing():
    one, two = priced(100, 200)
    rows = [PriceRow(one, 90), PriceRow(two, 100, 101), PriceRow(one, 80)]
    with pytest.raises(ValidationFailed) as refusal:
        services.set_prices(rows, actor=PRICER)
    assert [(e.loc, e.code) for e in refusal.value.errors] == [
        ("rows.1.sale_price", "above_list_price"),
        ("rows.2.sku_id", "duplicate"),
    ]
    with pytest.raises(ValidationFailed) as refusal:
        services.set_prices([PriceRow(one, 90), PriceRow(2**40, 90)], actor=PRICER)
    assert [(e.loc, e.code) for e in refusal.value.errors] == [("rows.1.sku_id", "not_found")]
    assert services.set_prices([PriceRow(one, 90), PriceRow(two, 200)], actor=PRICER) == 1
    assert [price(one).sale_price, price(two).sale_price] == [90, 200]


def test_a_bulk_change_takes_few_statements(django_assert_max_num_queries):
    skus = make_sku_ids(500)
    with django_assert_max_num_queries(20):
        assert services.set_prices([PriceRow(sku, 100) for sku in skus], actor=PRICER) == 500


def test_a_window_holds_from_its_start_until_just_before_its_end():
    (sku,) = priced(100, list_price=150)
    with time_machine.travel(NOON - HOUR, tick=False):
        plan(sku, 60, NOON, NOON + HOUR)
    tick = timedelta(microseconds=1)
    assert price(sku, NOON - tick) == Price(150, 100, None)
    assert price(sku, NOON) == Price(150, 60, None, scheduled=True)
    assert price(sku, NOON + HOUR - tick) == Price(150, 60, None, scheduled=True)
    assert price(sku, NOON + HOUR) == Price(150, 100, None)


def test_reading_prices_takes_one_statement(django_assert_num_queries):
    one, two = priced(100, 200)
    with django_assert_num_queries(1):
        assert selectors.effective_prices([one, two, 2**40], NOON) == {
            one: Price(100, 100, None),
            two: Price(200, 200, None),
        }


def test_windows_of_a_sku_never_overlap_but_may_touch():
    (sku,) = priced(100)
    with time_machine.travel(NOON - HOUR, tick=False):
        plan(sku, 60, NOON, NOON + HOUR)
        plan(sku, 50, NOON + HOUR, None)
        for start, end in ((NOON - HOUR, NOON + HOUR / 2), (NOON + 9 * HOUR, NOON + 10 * HOUR), (NOON, None)):
            with pytest.raises(ScheduleOverlap):
                plan(sku, 70, start, end)
        assert [w.sale_price for w in selectors.schedule([sku], ending_after=NOON)] == [60, 50]


def test_a_planned_price_needs_a_price_a_reason_and_a_future():
    (bare,) = make_sku_ids(1)
    (sku,) = priced(100)
    now = clock.now()
    for arguments, loc in (
        ((bare, 50, now, now + HOUR), "sku_id"),
        ((sku, 101, now, now + HOUR), "sale_price"),
        ((sku, -1, now, now + HOUR), "sale_price"),
        ((sku, 50, now, now), "ends_at"),
        ((sku, 50, now - 2 * HOUR, now - HOUR), "ends_at"),
        ((sku, 50, now.replace(tzinfo=None), now + HOUR), "starts_at"),
    ):
        with pytest.raises(ValidationFailed) as refusal:
            plan(*arguments)
        assert refusal.value.errors[0].loc == loc


def test_a_cancelled_window_ends_at_once_and_stays_on_record():
    (sku,) = priced(100)
    now = clock.now()
    window = plan(sku, 60, now - HOUR, now + HOUR)
    assert listed(sku) == (60, 100)
    services.cancel_schedule(window, reason="mistake", actor=PRICER)
    assert price(sku) == Price(100, 100, None)
    assert listed(sku) == (100, 100)
    assert [(h.kind, h.sale_price, h.reason) for h in selectors.history(sku).items[:2]] == [
        ("cancelled", 60, "mistake"), ("scheduled", 60, "double eleven"),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        services.cancel_schedule(window, reason="again", actor=PRICER)
    plan(sku, 70, now - HOUR, now + HOUR)


def test_lists_learn_of_both_boundaries():
    (sku,) = priced(100)
    with time_machine.travel(NOON - HOUR, tick=False):
        plan(sku, 60, NOON, NOON + HOUR)
        assert services.apply_schedule(actor=SYSTEM) == 0
    with time_machine.travel(NOON, tick=False):
        assert services.apply_schedule(actor=SYSTEM) == 1
        assert services.apply_schedule(actor=SYSTEM) == 0
        assert listed(sku) == (60, 100)
    with time_machine.travel(NOON + HOUR, tick=False):
        assert services.apply_schedule(actor=SYSTEM) == 1
        assert services.apply_schedule(actor=SYSTEM) == 0
        assert listed(sku) == (100, 100)


def test_a_window_nobody_looked_at_is_told_once_when_over():
    (sku,) = priced(100)
    with time_machine.travel(NOON - HOUR, tick=False):
        plan(sku, 60, NOON, NOON + HOUR)
    with time_machine.travel(NOON + 2 * HOUR, tick=False):
        assert services.apply_schedule(actor=SYSTEM) == 1
        assert services.apply_schedule(actor=SYSTEM) == 0
    assert listed(sku) == (100, 100)


def test_a_lower_list_price_never_stands_below_an_open_window():
    (sku,) = priced(100)
    plan(sku, 90, clock.now() - HOUR, None)
    services.set_price(sku, list_price=80, reason="cheaper", actor=PRICER)
    assert price(sku) == Price(90, 90, None, scheduled=True)


def test_history_is_never_altered():
    priced(100)
    for statement in ("update pricing_pricehistory set sale_price = 1", "delete from pricing_pricehistory"):
        with pytest.raises(DatabaseError), transaction.atomic():
            db.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_of_two_overlapping_plans_at_once_one_wins():
    (sku,) = priced(100)
    now = clock.now()
    outcomes = run_together([lambda: plan(sku, 60, now, now + HOUR)] * 6)
    assert sum(o.ok for o in outcomes) == 1, outcomes
    assert {type(o.error) for o in outcomes if o.error} == {ScheduleOverlap}


@pytest.mark.django_db(transaction=True)
def test_bulk_changes_in_opposite_order_do_not_deadlock():
    skus = priced(*[100] * 30)
    outcomes = run_together(
        [
            lambda order=order, value=value: services.set_prices([PriceRow(s, value) for s in order], actor=PRICER)
            for value, order in ((200, skus), (300, skus[::-1]), (400, skus), (500, skus[::-1]))
        ]
    )
    assert [o.error for o in outcomes if o.error] == []
    assert len({selectors.base_prices(skus)[sku].sale_price for sku in skus}) == 1


@pytest.mark.django_db(transaction=True)
def test_of_several_who_saw_the_same_price_one_changes_it():
    (sku, other) = priced(100, 100)
    seen = (100, 100)

    def change(to: int) -> int:
        return services.set_prices([PriceRow(other, to), PriceRow(sku, to, seen=seen)], actor=PRICER)

    outcomes = run_together([lambda to=to: change(to) for to in (110, 120, 130, 140, 150, 160)])
    assert sum(o.ok for o in outcomes) == 1, outcomes
    lost = [o.error for o in outcomes if isinstance(o.error, PriceChangedMeanwhile)]
    assert len(lost) == len(outcomes) - 1, outcomes
    now = selectors.base_prices([sku, other])
    assert now[sku] == now[other]  # all of a call or nothing
    assert all(
        e.errors[0].loc == "rows.1.sale_price" and e.extra["now"] == {str(sku): [now[sku].sale_price] * 2} for e in lost
    )


@pytest.mark.django_db(transaction=True)
def test_naively_one_of_two_changes_at_once_is_lost():
    """Both read, both add what they have to add, both write: without `seen` nobody hears that a change was run over."""
    (sku,) = priced(100)
    both_have_read = threading.Barrier(2)

    def dearer(by: int) -> None:
        price = selectors.base_prices([sku])[sku].sale_price
        both_have_read.wait(5)
        services.set_prices([PriceRow(sku, price + by)], actor=PRICER)

    outcomes = run_together([lambda: dearer(10), lambda: dearer(20)])
    assert [o.error for o in outcomes] == [None, None]
    assert selectors.base_prices([sku])[sku].sale_price in (110, 120)  # not 130


def test_first_prices_of_a_mass_of_skus_are_one_audit_row_and_a_change_is_always_its_own():
    skus = make_sku_ids(51)
    services.set_prices([PriceRow(sku, 1_000) for sku in skus], actor=PRICER, reason="import")
    (entry,) = audit.history(target_type="sku", action="pricing.set_price")
    assert (entry["target_id"], entry["after"], entry["reason"]) == ("bulk", {"first_prices": 51}, "import")
    told = db.row("select count(*)::int as n from pricing_pricehistory where reason = 'import'")
    assert told == {"n": 51}
    services.set_prices([PriceRow(sku, 1_100) for sku in skus], actor=PRICER, reason="dearer")
    assert len(audit.history(target_type="sku", action="pricing.set_price", limit=100)) == 52
