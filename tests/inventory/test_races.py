"""Stock under real concurrency, each race beside the naive twin that loses it."""

import time

import pytest
from django.db import transaction

from tests.factories.inventory import KEEPER, main_warehouse, make_warehouse, put, stocked, wish
from tests.factories.skus import make_sku_ids
from tests.support.races import repeat_together, run_together
from zhanggui.inventory import selectors, services
from zhanggui.inventory.invariants import INVARIANTS
from zhanggui.inventory.types import ReserveLine, StockRow
from zhanggui.kernel import db, invariants
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
RACERS = 16


@pytest.fixture(autouse=True)
def _books_are_right():
    yield
    assert invariants.check(INVARIANTS) == []


def reserved(sku: int) -> int:
    return sum(view.reserved for view in selectors.levels([sku]))


@pytest.mark.parametrize("units", [1, 5])
def test_the_last_unit_is_sold_once(units):
    (sku,) = stocked(units)
    warehouse = main_warehouse()
    outcomes = run_together(
        [
            lambda i=i: services.reserve([ReserveLine(f"R{i}", 1, sku, warehouse, 1)], actor=SYSTEM)
            for i in range(RACERS)
        ]
    )
    assert [o.error for o in outcomes if o.error] == []
    assert sum(o.value == [] for o in outcomes) == units
    assert reserved(sku) == units


def test_the_naive_twin_oversells():
    """Reading, deciding and then writing promises the last unit to several buyers."""
    db.execute("create table naive_stock (free int)")
    try:
        db.execute("insert into naive_stock values (1)")

        def naive() -> bool:
            row = db.row("select free from naive_stock")
            assert row is not None
            if row["free"] < 1:
                return False
            time.sleep(0.05)
            db.execute("update naive_stock set free = free - 1")
            return True

        outcomes = repeat_together(RACERS, naive)
        assert sum(o.value for o in outcomes) > 1
    finally:
        db.execute("drop table naive_stock")


def test_opposite_line_orders_do_not_deadlock():
    skus = stocked(*[10_000] * 6)
    warehouse = main_warehouse()

    def buy(racer: int) -> None:
        mine = skus if racer % 2 else skus[::-1]
        for turn in range(10):
            wishes = [ReserveLine(f"{racer}-{turn}", i, sku, warehouse, 1) for i, sku in enumerate(mine)]
            assert services.reserve(wishes, actor=SYSTEM) == []

    outcomes = run_together([lambda i=i: buy(i) for i in range(8)])
    assert [o.error for o in outcomes if o.error] == []
    assert [reserved(sku) for sku in skus] == [80] * 6


def test_the_naive_twin_deadlocks():
    """Locking rows in the order of the buyer's lines lets two buyers wait for each other."""
    one, two = stocked(10, 10)

    def naive(first: int, second: int) -> None:
        with transaction.atomic():
            for sku in (first, second):
                db.execute("update inventory_level set reserved = reserved where sku_id = %s", (sku,))
                time.sleep(0.2)

    outcomes = run_together([lambda: naive(one, two), lambda: naive(two, one)])
    errors = [str(o.error) for o in outcomes if o.error]
    assert len(errors) == 1
    assert "deadlock detected" in errors[0]


def test_a_promise_and_a_write_off_do_not_both_get_the_last_unit():
    (sku,) = stocked(1)
    outcomes = run_together(
        [
            *[lambda i=i: services.reserve([wish(f"R{i}", sku)], actor=SYSTEM) == [] for i in range(6)],
            *[lambda: services.write_off([StockRow(sku, 1)], actor=KEEPER, reason="broken") is None] * 6,
        ]
    )
    assert sum(bool(o.value) for o in outcomes) == 1


def test_releasing_twice_at_once_gives_back_once():
    (sku,) = stocked(10)
    services.reserve([wish("A", sku, 4), wish("B", sku, 3, draft=1)], actor=SYSTEM)
    outcomes = repeat_together(8, lambda: services.release(["A"], actor=SYSTEM))
    assert [o.error for o in outcomes if o.error] == []
    assert reserved(sku) == 3


def test_the_last_units_of_two_places_together_announce_sold_out_once():
    near, far = make_warehouse("near"), make_warehouse("far")
    for _ in range(5):
        (sku,) = stocked(1, warehouse_id=near)
        put({sku: 1}, warehouse_id=far)
        run_together(
            [
                lambda sku=sku: services.reserve([wish(f"N{sku}", sku, warehouse_id=near)], actor=SYSTEM),
                lambda sku=sku: services.reserve([wish(f"F{sku}", sku, warehouse_id=far)], actor=SYSTEM),
            ]
        )
        rows = db.rows("select name from kernel_outboxevent where aggregate = %s order by id", (f"sku:{sku}",))
        assert [r["name"] for r in rows] == ["inventory.sku_back_in_stock", "inventory.sku_sold_out"]


def test_two_files_that_stock_the_same_new_skus_agree():
    skus = make_sku_ids(40)
    main_warehouse()
    outcomes = run_together([lambda: put(dict.fromkeys(skus, 5)), lambda: put(dict.fromkeys(skus[::-1], 5))])
    assert [o.error for o in outcomes if o.error] == []
    assert set(selectors.available(skus).values()) == {5}
