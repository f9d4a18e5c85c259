"""What orders do with stock: reserve, release, ship, return."""

import pytest
from django.db import InternalError, transaction
from django.db.utils import IntegrityError

from tests.factories.inventory import KEEPER, main_warehouse, make_warehouse, put, stocked, wish
from zhanggui.inventory import selectors, services
from zhanggui.inventory.errors import NotReserved
from zhanggui.inventory.invariants import INVARIANTS
from zhanggui.inventory.types import LevelView, Piece, Refusal, ReturnRow, ShipLine, StockRow
from zhanggui.kernel import db, invariants
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import ValidationFailed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _books_are_right():
    yield
    assert invariants.check(INVARIANTS) == []


def level(sku: int) -> tuple[int, int]:
    (view,) = selectors.levels([sku])
    return view.on_hand, view.reserved


def announced(sku: int) -> list[tuple[str, int]]:
    rows = db.rows("select name, payload from kernel_outboxevent where aggregate = %s order by id", (f"sku:{sku}",))
    return [(r["name"], r["payload"]["available"]) for r in rows]


def ship(*lines: ShipLine) -> None:
    with transaction.atomic():
        services.ship(lines, actor=KEEPER)


def test_reserved_units_stay_on_the_shelf_but_are_not_free():
    (sku,) = stocked(10)
    assert services.reserve([wish("A", sku, 4)], actor=SYSTEM) == []
    assert level(sku) == (10, 4)
    assert selectors.available([sku]) == {sku: 6}
    assert selectors.held("A") == [Piece(sku, main_warehouse(), 4)]


def test_first_come_first_served_and_a_refused_draft_holds_nobody_up():
    (sku,) = stocked(10)
    wishes = [
        wish("A", sku, 6, draft=1),
        wish("B", sku, 5, draft=2),
        wish("C", sku, 4, draft=3),
        wish("D", sku, 1, draft=4),
    ]
    assert services.reserve(wishes, actor=SYSTEM) == [Refusal(2, sku, 4), Refusal(4, sku, 0)]
    assert level(sku) == (10, 10)
    assert selectors.held("B") == []


def test_an_order_gets_all_its_lines_or_none():
    plenty, scarce = stocked(10, 1)
    wishes = [
        wish("A", plenty, 10, draft=1, line=1), wish("A", scarce, 2, draft=1, line=2),
        wish("B", plenty, 10, draft=2, line=1), wish("B", scarce, 1, draft=2, line=2),
    ]  # fmt: skip
    assert services.reserve(wishes, actor=SYSTEM) == [Refusal(1, scarce, 1)]
    assert level(plenty) == (10, 10)
    assert level(scarce) == (1, 1)
    assert selectors.held("A") == []


def test_two_lines_of_one_order_for_the_same_sku_count_together():
    (sku,) = stocked(5)
    wishes = [wish("A", sku, 3, line=1), wish("A", sku, 3, line=2)]
    assert services.reserve(wishes, actor=SYSTEM) == [Refusal(0, sku, 5)]
    assert services.reserve([wish("A", sku, 3, line=1), wish("A", sku, 2, line=2)], actor=SYSTEM) == []
    assert level(sku) == (5, 5)


def test_a_sku_that_lies_nowhere_is_refused():
    (sku,) = stocked(0)
    other = make_warehouse("elsewhere")
    assert services.reserve([wish("A", sku, 1)], actor=SYSTEM) == [Refusal(0, sku, 0)]
    assert services.reserve([wish("A", sku, 1, warehouse_id=other)], actor=SYSTEM) == [Refusal(0, sku, 0)]
    assert services.reserve([wish("A", 2**40, 1)], actor=SYSTEM) == [Refusal(0, 2**40, 0)]


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_quantity_that_is_no_quantity_is_refused(quantity):
    (sku,) = stocked(5)
    assert services.reserve([wish("A", sku, quantity, draft=7)], actor=SYSTEM) == [Refusal(7, sku, 5)]


def test_an_inactive_warehouse_sells_nothing():
    main_warehouse()
    closed = make_warehouse("closed", active=False)
    (sku,) = stocked(5, warehouse_id=closed)
    assert selectors.available([sku]) == {sku: 0}
    assert services.reserve([wish("A", sku, 1, warehouse_id=closed)], actor=SYSTEM) == [Refusal(0, sku, 0)]


def test_release_gives_back_once():
    (sku,) = stocked(10)
    services.reserve([wish("A", sku, 4), wish("B", sku, 3, draft=1)], actor=SYSTEM)
    services.release(["A"], actor=SYSTEM)
    services.release(["A", "A"], actor=SYSTEM)
    services.release(["no such order"], actor=SYSTEM)
    assert level(sku) == (10, 3)


def test_shipping_lowers_both_and_writes_movements():
    (sku,) = stocked(10)
    services.reserve([wish("A", sku, 4), wish("B", sku, 3, draft=1)], actor=SYSTEM)
    ship(ShipLine("A", 1, 4, "P1"), ShipLine("B", 1, 1, "P2"))
    assert level(sku) == (5, 2)
    newest, earlier, opening = selectors.movements(sku_id=sku).items
    assert (newest.kind, newest.delta, newest.balance_after, newest.reference) == ("ship", -1, 5, "P2")
    assert (earlier.kind, earlier.delta, earlier.balance_after, earlier.reference) == ("ship", -4, 6, "P1")
    assert (opening.kind, opening.delta, opening.balance_after, opening.actor) == (
        "adjust",
        10,
        10,
        "staff warehouse keeper",
    )


def test_a_part_can_ship_and_the_rest_be_released():
    (sku,) = stocked(10)
    services.reserve([wish("A", sku, 4)], actor=SYSTEM)
    ship(ShipLine("A", 1, 3, "P1"))
    services.release(["A"], actor=SYSTEM)
    assert level(sku) == (7, 0)


def test_more_than_the_order_holds_cannot_ship_and_then_nothing_does():
    one, two = stocked(10, 10)
    services.reserve([wish("A", one, 4, line=1), wish("A", two, 4, line=2)], actor=SYSTEM)
    with pytest.raises(NotReserved) as refusal:
        ship(ShipLine("A", 1, 4, "P1"), ShipLine("A", 2, 5, "P1"))
    assert [error.loc for error in refusal.value.errors] == ["lines.1.quantity"]
    with pytest.raises(NotReserved):
        ship(ShipLine("A", 1, 0, "P1"))
    with pytest.raises(NotReserved):
        ship(ShipLine("unknown", 1, 1, "P1"))
    assert (level(one), level(two)) == ((10, 4), (10, 4))


def test_a_line_gathered_from_two_places_ships_from_both():
    near, far = make_warehouse("near", priority=1), make_warehouse("far", priority=2)
    (sku,) = stocked(3, warehouse_id=near)
    put({sku: 4}, warehouse_id=far)
    assert selectors.available([sku]) == {sku: 7}
    assert [(f.warehouse_id, f.free) for f in selectors.free_levels([sku])] == [(near, 3), (far, 4)]
    wishes = [wish("A", sku, 3, warehouse_id=near), wish("A", sku, 2, warehouse_id=far)]
    assert services.reserve(wishes, actor=SYSTEM) == []
    ship(ShipLine("A", 1, 4, "P1"))
    assert selectors.levels([sku]) == [LevelView(sku, near, 0, 0), LevelView(sku, far, 3, 1)]


def test_part_of_a_line_can_be_given_back():
    near, far = make_warehouse("near", priority=1), make_warehouse("far", priority=2)
    (sku,) = stocked(3, warehouse_id=near)
    put({sku: 2}, warehouse_id=far)
    services.reserve([wish("A", sku, 3, warehouse_id=near), wish("A", sku, 2, warehouse_id=far)], actor=SYSTEM)
    with transaction.atomic():
        services.release_lines([ShipLine("A", 1, 4)], actor=SYSTEM)
    assert selectors.levels([sku]) == [LevelView(sku, near, 3, 0), LevelView(sku, far, 2, 1)]
    assert announced(sku)[-1] == ("inventory.sku_back_in_stock", 4)
    for wrong in (ShipLine("A", 1, 2), ShipLine("A", 1, 0), ShipLine("B", 1, 1)):
        with pytest.raises(NotReserved), transaction.atomic():
            services.release_lines([wrong], actor=SYSTEM)
    assert selectors.held("A") == [Piece(sku, far, 1)]


def test_returned_units_can_be_sold_again_and_damaged_ones_not():
    (sku,) = stocked(0)
    with transaction.atomic():
        services.return_to_stock([ReturnRow(sku, 2), ReturnRow(sku, 3, damaged=True)], reference="CASE1", actor=KEEPER)
    assert level(sku) == (2, 0)
    moves = [(m.kind, m.delta, m.balance_after) for m in selectors.movements(reference="CASE1").items]
    assert moves == [("damage", -3, 2), ("return", 3, 5), ("return", 2, 2)]
    with pytest.raises(ValidationFailed), transaction.atomic():
        services.return_to_stock([ReturnRow(sku, 0)], reference="CASE2", actor=KEEPER)


def test_sold_out_and_back_are_announced_once_each():
    (sku,) = stocked(2)
    assert announced(sku) == [("inventory.sku_back_in_stock", 2)]
    services.reserve([wish("A", sku, 1)], actor=SYSTEM)
    services.reserve([wish("B", sku, 1)], actor=SYSTEM)
    assert announced(sku)[1:] == [("inventory.sku_sold_out", 0)]
    ship(ShipLine("A", 1, 1, "P1"))
    services.release(["B"], actor=SYSTEM)
    services.release(["B"], actor=SYSTEM)
    assert announced(sku)[2:] == [("inventory.sku_back_in_stock", 1)]
    services.write_off([StockRow(sku, 1)], reason="broken", actor=KEEPER)
    assert announced(sku)[3:] == [("inventory.sku_sold_out", 0)]


def test_sold_out_means_in_every_active_warehouse():
    main, other = main_warehouse(), make_warehouse("other")
    (sku,) = stocked(1)
    put({sku: 1}, warehouse_id=other)
    services.reserve([wish("A", sku, 1, warehouse_id=main)], actor=SYSTEM)
    assert announced(sku) == [("inventory.sku_back_in_stock", 1)]
    services.reserve([wish("B", sku, 1, warehouse_id=other)], actor=SYSTEM)
    services.release(["A"], actor=SYSTEM)
    assert announced(sku)[1:] == [("inventory.sku_sold_out", 0), ("inventory.sku_back_in_stock", 1)]
    make_warehouse("main", active=False)
    make_warehouse("main", active=True)
    assert announced(sku)[3:] == [("inventory.sku_sold_out", 0), ("inventory.sku_back_in_stock", 1)]


def test_movements_are_never_altered():
    stocked(1)
    for statement in ("update inventory_movement set delta = 2", "delete from inventory_movement"):
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            db.execute(statement)


def test_the_check_stands_behind_the_statements():
    (sku,) = stocked(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        db.execute("update inventory_level set reserved = 2 where sku_id = %s", (sku,))
