"""Stock-takes: what is counted is held against the book of that moment, seen by a second pair of eyes, and posted once."""

from __future__ import annotations

import time

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.inventory import KEEPER, lying, main_warehouse, make_locations, put, stocked, track, wish
from tests.support.races import run_together
from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors, services
from zhanggui.inventory.errors import CountedAlready, CountNotReady, OwnCount, RecountBySomeoneElse
from zhanggui.inventory.invariants import INVARIANTS
from zhanggui.inventory.services.count_files import take_count_files
from zhanggui.inventory.types import Counted, CountRow, ShipLine, Spot, StockRow
from zhanggui.kernel import db, invariants, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import PermissionDenied, ValidationFailed, WrongState

COUNTS = frozenset({"inventory.count"})
ANN, BOB = Actor("staff", 11, "Ann", COUNTS), Actor("staff", 12, "Bob", COUNTS)
CHIEF = Actor("staff", 13, "Chief", COUNTS | {"inventory.approve_count"})


@pytest.fixture(autouse=True)
def _books_are_right():
    yield
    assert invariants.check(INVARIANTS) == []


def begin(**scope: object) -> str:
    return services.start_count(main_warehouse(), actor=ANN, **scope)  # type: ignore[arg-type]


def view(number: str):
    found = selectors.count(number)
    assert found is not None
    return found


def lines(number: str) -> dict[tuple[int, str, str], tuple[int | None, int | None]]:
    """(counted, book) by SKU, shelf and batch."""
    found = selectors.count_lines(view(number).id, limit=500).items
    return {(n.sku_id, n.location, n.batch): (n.counted, n.book) for n in found}


def on_hand(sku: int) -> int:
    return sum(level.on_hand for level in selectors.levels([sku]))


@pytest.mark.django_db
def test_a_stock_take_covers_what_the_book_says_at_its_start_and_what_it_is_asked_for():
    house = main_warehouse()
    make_locations(house, A_01="pick", B_01="bulk")
    one, two = stocked(5, 7)
    services.move([Spot(one, house, 3)], to="A-01", actor=KEEPER)
    services.move([Spot(two, house, 2)], to="B-01", actor=KEEPER)
    assert set(lines(begin())) == {(one, "A-01", ""), (one, "", ""), (two, "B-01", ""), (two, "", "")}
    assert set(lines(begin(zones=["A"]))) == {(one, "A-01", "")}
    (never,) = stocked(0)
    assert set(lines(begin(sku_ids=[two, never]))) == {(two, "B-01", ""), (two, "", ""), (never, "", "")}
    for wrong in ({"zones": ["Z"]}, {"sku_ids": [10**9]}, {"category_id": 10**9}):
        with pytest.raises(ValidationFailed):
            begin(**wrong)
    with pytest.raises(PermissionDenied):
        services.start_count(house, actor=Actor("staff", 9, "nobody"))


@pytest.mark.django_db
def test_what_is_sold_between_counting_and_posting_changes_no_difference():
    house = main_warehouse()
    (sku,) = stocked(10)
    number = begin()
    services.reserve([wish("S1", sku, 2), wish("S2", sku, 3)], actor=SYSTEM)
    with transaction.atomic():
        services.ship([ShipLine("S1", 1, 2, "parcel")], actor=KEEPER)  # sold before it is counted: 8 should be there
    services.count(number, [Counted(sku, 7)], actor=ANN)
    assert lines(number)[sku, "", ""] == (7, 8)
    with transaction.atomic():
        services.ship([ShipLine("S2", 1, 3, "parcel")], actor=KEEPER)  # sold after it
    assert services.submit_count(number, reason="thief", actor=ANN) is False
    done = services.post_count(number, actor=ANN)
    assert (done.lines, done.up, done.down, done.held) == (1, 0, 1, 0)
    assert on_hand(sku) == 10 - 2 - 3 - 1
    (moved,) = selectors.movements(reference=number).items
    assert (moved.delta, moved.kind, moved.reason, moved.warehouse_id) == (-1, "adjust", "thief", house)
    again = services.post_count(number, actor=ANN)
    assert (again.lines, on_hand(sku)) == (0, 4)


@pytest.mark.django_db
def test_units_on_the_wrong_shelf_are_found_there_and_missing_here():
    house = main_warehouse()
    make_locations(house, A_01="pick", B_01="bulk", D_01="damaged")
    (sku,) = stocked(10)
    services.move([Spot(sku, house, 6)], to="A-01", actor=KEEPER)
    services.damage([Spot(sku, house, 1, "A-01")], reason="wet", actor=KEEPER)
    number = begin()
    rows = [Counted(sku, 2, "A-01"), Counted(sku, 5, "B-01"), Counted(sku, 3), Counted(sku, 1, "D-01")]
    services.count(number, rows, actor=ANN)
    services.submit_count(number, reason="muddle", actor=ANN)
    services.post_count(number, actor=ANN)
    assert on_hand(sku) == 11
    assert lying(sku) == {
        ("A-01", "", "good"): 1, ("A-01", "", "damaged"): 1, ("B-01", "", "good"): 5, ("D-01", "", "damaged"): 1, ("", "", "good"): 3,
    }  # fmt: skip


@pytest.mark.django_db
def test_a_batch_is_named_where_there_are_several():
    house = main_warehouse()
    (sku,) = stocked(0)
    track(sku, batches=True)
    services.receive([StockRow(sku, 4, house, batch="B1"), StockRow(sku, 4, house, batch="B2")], actor=KEEPER)
    number = begin()
    with pytest.raises(ValidationFailed) as refused:
        services.count(number, [Counted(sku, 4)], actor=ANN)
    assert refused.value.errors[0].code == "batch"
    services.count(number, [Counted(sku, 3, batch="B1"), Counted(sku, 4, batch="B2")], actor=ANN)
    services.submit_count(number, reason="lost", actor=ANN)
    services.post_count(number, actor=ANN)
    assert lying(sku) == {("", "B1", "good"): 3, ("", "B2", "good"): 4}


@pytest.mark.django_db
def test_a_large_difference_is_counted_again_by_somebody_else_and_that_holds():
    (sku,) = stocked(50)
    number = begin()
    services.count(number, [Counted(sku, 40)], actor=ANN)
    assert view(number).again == 1
    with pytest.raises(RecountBySomeoneElse):
        services.count(number, [Counted(sku, 40)], actor=ANN)
    with pytest.raises(CountNotReady):
        services.submit_count(number, reason="lost", actor=ANN)
    services.count(number, [Counted(sku, 48)], actor=BOB)
    (line,) = selectors.count_lines(view(number).id).items
    assert (line.counted, line.round, line.again, line.counted_by) == (48, 2, False, "Bob")
    assert [(e.quantity, e.actor) for e in selectors.count_entries(line.id)] == [(40, "Ann"), (48, "Bob")]
    with pytest.raises(CountedAlready):
        services.count(number, [Counted(sku, 47)], actor=ANN)
    services.count(number, [Counted(sku, 47)], replace=True, actor=ANN)
    assert lines(number)[sku, "", ""] == (47, 50)


@pytest.mark.django_db
def test_above_a_limit_somebody_who_had_no_part_in_it_approves():
    mall_settings.put("inventory.recount_above_units", 1000, actor=SYSTEM)
    (sku,) = stocked(100)
    number = begin()
    with pytest.raises(CountNotReady):
        services.submit_count(number, actor=ANN)
    services.count(number, [Counted(sku, 70)], actor=ANN)
    with pytest.raises(ValidationFailed):
        services.submit_count(number, actor=ANN)
    chief_too = Actor("staff", 11, "Ann", CHIEF.permissions)
    assert services.submit_count(number, reason="flood", actor=BOB) is True
    with pytest.raises(WrongState):
        services.post_count(number, actor=ANN)
    for counter in (chief_too, Actor("staff", 12, "Bob", CHIEF.permissions)):
        with pytest.raises(OwnCount):
            services.approve_count(number, actor=counter)
    with pytest.raises(PermissionDenied):
        services.approve_count(number, actor=ANN)
    services.reopen_count(number, reason="look behind the door", actor=CHIEF)
    services.count(number, [Counted(sku, 71)], replace=True, actor=ANN)
    services.submit_count(number, actor=ANN)  # the reason is there from before
    services.approve_count(number, actor=CHIEF)
    services.post_count(number, actor=ANN)
    assert on_hand(sku) == 71


@pytest.mark.django_db
def test_what_is_promised_is_held_and_told_and_the_rest_is_posted():
    kept, free = stocked(5, 5)
    number = begin()
    services.count(number, [Counted(kept, 3), Counted(free, 4)], actor=ANN)
    services.reserve([wish("H1", kept, 4)], actor=SYSTEM)
    services.submit_count(number, reason="lost", actor=ANN)
    done = services.post_count(number, actor=ANN)
    assert (done.lines, done.held, on_hand(kept), on_hand(free)) == (1, 1, 5, 4)
    assert [n.held for n in selectors.count_lines(view(number).id, only="held").items] == ["promised"]
    assert view(number).state == "partly"
    services.release(["H1"], actor=SYSTEM)
    assert services.post_count(number, actor=ANN).lines == 1
    assert (on_hand(kept), view(number).state) == (3, "posted")


@pytest.mark.django_db
def test_held_lines_can_be_given_up_and_a_stock_take_too():
    (sku,) = stocked(5)
    number = begin()
    services.count(number, [Counted(sku, 2)], actor=ANN)
    services.reserve([wish("H1", sku, 5)], actor=SYSTEM)
    services.submit_count(number, reason="lost", actor=ANN)
    services.post_count(number, actor=ANN)
    services.close_count(number, reason="found in the shop", actor=CHIEF)
    assert (view(number).state, on_hand(sku)) == ("posted", 5)
    other = begin()
    services.cancel_count(other, reason="holiday", actor=ANN)
    with pytest.raises(WrongState):
        services.count(other, [Counted(sku, 5)], actor=ANN)


@pytest.mark.django_db
def test_what_nobody_counted_stays_unless_it_is_said_to_be_gone():
    mall_settings.put("inventory.recount_above_units", 1000, actor=SYSTEM)
    one, two = stocked(3, 4)
    number = begin()
    services.count(number, [Counted(one, 3)], actor=ANN)
    services.submit_count(number, actor=ANN)
    services.post_count(number, actor=ANN)
    assert (on_hand(one), on_hand(two)) == (3, 4)
    number = begin()
    services.count(number, [Counted(one, 3)], actor=ANN)
    assert services.count_rest_as_none(number, actor=ANN) == 1
    services.submit_count(number, reason="gone", actor=ANN)
    services.post_count(number, actor=ANN)
    assert (on_hand(one), on_hand(two)) == (3, 0)


@pytest.mark.django_db
def test_a_file_is_taken_row_by_row_and_its_faults_name_their_rows():
    house = main_warehouse()
    make_locations(house, A_01="pick")
    one, two = stocked(5, 6)
    services.move([Spot(one, house, 5)], to="A-01", actor=KEEPER)
    codes = catalog.sku_codes([one, two])
    number = begin()
    rows = [
        CountRow(2, codes[one], "a-01", "", "4"), CountRow(3, "no-such", "", "", "1"), CountRow(4, codes[two], "", "", "x"),
        CountRow(5, codes[two], "Z-99", "", "1"), CountRow(6, codes[two], "", "", "6"), CountRow(7, codes[two], "", "", "6"),
    ]  # fmt: skip
    services.add_count_file(number, "counted.csv", rows, actor=ANN)
    with pytest.raises(CountNotReady):
        services.count(number, [Counted(two, 6, "A-01")], actor=ANN)
        services.submit_count(number, reason="lost", actor=ANN)
    take_count_files()
    (file,) = selectors.count_files(view(number).id)
    assert (file.done, file.taken, [error[0] for error in file.errors]) == (6, 2, [3, 4, 5, 7])
    assert "no-such" in file.errors[0][1]
    assert lines(number)[one, "A-01", ""] == (4, 5)
    assert lines(number)[two, "", ""] == (6, 6)


@pytest.mark.django_db
def test_twenty_thousand_rows_are_taken_with_a_bounded_number_of_statements():
    """By statements, not by the clock: each part of a file costs the same few, however many rows it has."""
    skus = stocked(*[3] * 40)
    codes = catalog.sku_codes(skus)
    number = begin()
    services.add_count_file(
        number, "all.csv", [CountRow(i + 2, codes[s], "", "", "3") for i, s in enumerate(skus)], actor=ANN
    )
    with CaptureQueriesContext(connection) as seen:
        take_count_files()
    assert len(seen.captured_queries) <= 20
    assert view(number).counted == 40


@pytest.mark.django_db(transaction=True)
def test_two_counters_on_one_line_and_one_of_them_is_told():
    for _ in range(3):
        (sku,) = stocked(5)
        number = begin(sku_ids=[sku])
        outcomes = run_together(
            [lambda who=who, n=number, s=sku: services.count(n, [Counted(s, 4)], actor=who) for who in (ANN, BOB)]
        )
        errors = [o.error for o in outcomes if o.error]
        assert [type(error) for error in errors] == [CountedAlready]
        (line,) = selectors.count_lines(view(number).id).items
        assert len(selectors.count_entries(line.id)) == 1


@pytest.mark.django_db(transaction=True)
def test_the_naive_twin_loses_a_count():
    """Looking whether a line is counted, then writing it, lets two counters both be right."""
    db.execute("create table naive_line (counted int)")
    try:
        db.execute("insert into naive_line values (null)")

        def naive(units: int) -> bool:
            row = db.row("select counted from naive_line")
            if row is None or row["counted"] is not None:
                return False
            time.sleep(0.05)
            db.execute("update naive_line set counted = %s", (units,))
            return True

        outcomes = run_together([lambda units=units: naive(units) for units in (4, 5)])
        assert [o.value for o in outcomes] == [True, True]
    finally:
        db.execute("drop table naive_line")


@pytest.mark.django_db(transaction=True)
def test_a_sale_while_the_differences_are_posted_is_neither_lost_nor_oversold():
    for turn in range(3):
        (sku,) = stocked(10)
        number = begin(sku_ids=[sku])
        services.count(number, [Counted(sku, 6)], actor=ANN)
        services.submit_count(number, reason="lost", actor=ANN)

        def sell(i: int, sku: int = sku, turn: int = turn) -> bool:
            if services.reserve([wish(f"P{turn}-{i}", sku)], actor=SYSTEM):
                return False
            with transaction.atomic():
                services.ship([ShipLine(f"P{turn}-{i}", 1, 1, "parcel")], actor=KEEPER)
            return True

        posts = [lambda number=number: services.post_count(number, actor=ANN) for _ in range(2)]
        outcomes = run_together([*posts, *[lambda i=i: sell(i) for i in range(6)]])
        assert [o.error for o in outcomes if o.error] == []
        sold = sum(o.value is True for o in outcomes)
        posted = sum(m.delta for m in selectors.movements(reference=number).items)
        assert posted in (0, -4)
        assert on_hand(sku) == 10 - sold + posted


@pytest.mark.django_db(transaction=True)
def test_the_naive_twin_of_posting_loses_a_sale():
    """Setting the shelf to what was counted forgets what was sold since."""
    (sku,) = stocked(10)
    services.reserve([wish("N1", sku, 2)], actor=SYSTEM)
    counted = 9  # of 10, one is missing
    with transaction.atomic():
        services.ship([ShipLine("N1", 1, 2, "parcel")], actor=KEEPER)
    put({sku: counted})
    assert on_hand(sku) == counted != 10 - 2 - 1
