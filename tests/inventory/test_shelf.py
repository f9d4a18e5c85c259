"""What lies on the shelf: receive, adjust, write off, set."""

from typing import Any

import pytest

from tests.factories.inventory import KEEPER, main_warehouse, make_warehouse, put, stocked, wish
from tests.factories.skus import make_sku_ids
from tests.support.races import run_together
from zhanggui.inventory import selectors, services
from zhanggui.inventory.errors import StockBelowReserved, StockChangedMeanwhile
from zhanggui.inventory.invariants import INVARIANTS
from zhanggui.inventory.types import LevelView, StockRow
from zhanggui.kernel import audit, db, invariants
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import ValidationFailed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _books_are_right():
    yield
    assert invariants.check(INVARIANTS) == []


def on_hand(sku: int) -> int:
    return sum(view.on_hand for view in selectors.levels([sku]))


def test_goods_are_received_with_their_delivery():
    (sku,) = stocked(2)
    services.receive([StockRow(sku, 5), StockRow(sku, 1)], reference="PO-1", actor=KEEPER)
    assert on_hand(sku) == 8
    assert [(m.delta, m.balance_after) for m in selectors.movements(reference="PO-1").items] == [(1, 8), (5, 7)]


@pytest.mark.django_db(transaction=True)
def test_of_several_who_counted_the_same_stock_one_sets_it():
    (sku,) = stocked(10)
    house = main_warehouse()

    def count(to: int) -> None:
        services.set_on_hand([StockRow(sku, to, house, seen=10)], actor=KEEPER, reason="count")

    outcomes = run_together([lambda to=to: count(to) for to in (11, 12, 13, 14, 15, 16)])
    assert sum(o.ok for o in outcomes) == 1, outcomes
    lost = [o.error for o in outcomes if isinstance(o.error, StockChangedMeanwhile)]
    assert len(lost) == len(outcomes) - 1, outcomes
    assert {e.extra["now"]["0"] for e in lost} == {on_hand(sku)}
    (unknown,) = make_sku_ids(1)
    services.set_on_hand([StockRow(unknown, 3, seen=0)], actor=KEEPER, reason="count")
    assert on_hand(unknown) == 3


def test_the_first_stock_of_new_skus_is_on_record_and_announced_where_it_can_be_sold():
    first, second, none = make_sku_ids(3)
    main_warehouse()
    closed = make_warehouse("closed", active=False)
    rows = [
        StockRow(first, 4),
        StockRow(first, 2, make_warehouse("other")),
        StockRow(second, 3, closed),
        StockRow(none, 0),
    ]
    services.set_on_hand(rows, actor=KEEPER, reason="import")
    assert [on_hand(sku) for sku in (first, second, none)] == [6, 3, 0]
    moves = {(m.sku_id, m.kind, m.delta, m.balance_after, m.reason) for m in selectors.movements().items}
    assert moves == {
        (first, "adjust", 4, 4, "import"), (first, "adjust", 2, 2, "import"), (second, "adjust", 3, 3, "import"),
    }  # fmt: skip
    told = db.rows("select payload from kernel_outboxevent where name = 'inventory.sku_back_in_stock'")
    assert [row["payload"] for row in told] == [{"sku_id": first, "available": 6}]


def test_one_place_named_twice_is_refused_also_when_once_by_leaving_it_out():
    (sku,) = make_sku_ids(1)
    with pytest.raises(ValidationFailed):
        services.set_on_hand([StockRow(sku, 4), StockRow(sku, 2, main_warehouse())], actor=KEEPER, reason="import")
    assert on_hand(sku) == 0


@pytest.mark.django_db(transaction=True)
def test_of_several_who_bring_the_first_stock_each_is_heard():
    skus = make_sku_ids(3)
    main_warehouse()

    def bring(units: int) -> None:
        services.set_on_hand([StockRow(sku, units) for sku in skus], actor=KEEPER, reason="import")

    outcomes = run_together([lambda units=units: bring(units) for units in (1, 2, 3, 4)])
    assert all(o.ok for o in outcomes), outcomes
    assert len({on_hand(sku) for sku in skus}) == 1


def test_setting_stock_moves_the_difference_and_repeating_it_moves_nothing():
    (sku,) = make_sku_ids(1)
    for quantity in (7, 7, 3):
        put({sku: quantity})
    assert on_hand(sku) == 3
    assert [m.delta for m in selectors.movements(sku_id=sku).items] == [-4, 7]


def test_stock_never_falls_below_what_is_promised_and_the_error_names_the_row():
    free, promised = stocked(10, 10)
    services.reserve([wish("A", promised, 4)], actor=SYSTEM)
    with pytest.raises(StockBelowReserved) as refusal:
        services.set_on_hand([StockRow(free, 1), StockRow(promised, 3)], actor=KEEPER, reason="count")
    (error,) = refusal.value.errors
    assert (error.loc, error.code) == ("rows.1.quantity", "below_reserved")
    assert error.as_dict("en")["message"] == "10 on hand, 4 of them reserved for orders; not fewer than 4 may remain"
    with pytest.raises(StockBelowReserved):
        services.adjust([StockRow(promised, -7)], actor=KEEPER, reason="count")
    with pytest.raises(StockBelowReserved):
        services.write_off([StockRow(promised, 7)], actor=KEEPER, reason="broken")
    assert (on_hand(free), on_hand(promised)) == (10, 10)
    services.set_on_hand([StockRow(promised, 4)], actor=KEEPER, reason="count")
    assert selectors.available([promised]) == {promised: 0}


@pytest.mark.parametrize("quantity", [0, -1, 1_000_000_001])
def test_absurd_quantities_are_refused(quantity):
    (sku,) = stocked(1)
    with pytest.raises(ValidationFailed) as refusal:
        services.receive([StockRow(sku, 1), StockRow(sku, quantity)], actor=KEEPER)
    assert [(e.loc, e.code) for e in refusal.value.errors] == [("rows.1.quantity", "range")]
    assert on_hand(sku) == 1


def test_unknown_skus_and_warehouses_are_named():
    (sku,) = stocked(1)
    with pytest.raises(ValidationFailed) as refusal:
        services.receive([StockRow(sku, 1), StockRow(2**40, 1), StockRow(sku, 1, 2**40)], actor=KEEPER)
    assert [(e.loc, e.code) for e in refusal.value.errors] == [
        ("rows.1.sku_id", "not_found"), ("rows.2.warehouse_id", "not_found"),
    ]  # fmt: skip
    with pytest.raises(ValidationFailed) as refusal:
        services.set_on_hand([StockRow(sku, 1), StockRow(sku, 2)], actor=KEEPER, reason="count")
    assert [e.code for e in refusal.value.errors] == ["duplicate"]
    with pytest.raises(ValidationFailed):
        services.set_on_hand([StockRow(sku, 1)], actor=KEEPER, reason=" ")


def test_every_change_by_staff_is_audited():
    (sku,) = stocked(1)
    services.write_off([StockRow(sku, 1)], reason="broken glass", actor=KEEPER)
    newest, opening = audit.history(target_type="sku", target_id=str(sku))
    assert (newest["action"], newest["reason"], newest["actor_label"]) == (
        "inventory.damage",
        "broken glass",
        "warehouse keeper",
    )
    assert opening["action"] == "inventory.set_on_hand"


def test_thousands_of_rows_go_in_one_statement(django_assert_max_num_queries):
    skus = make_sku_ids(300)
    main_warehouse()
    with django_assert_max_num_queries(6):
        put(dict.fromkeys(skus, 3))
    assert sum(selectors.available(skus).values()) == 900


def test_reads_take_one_statement(django_assert_num_queries):
    skus = stocked(3, 4)
    with django_assert_num_queries(1):
        assert selectors.available([*skus, 2**40]) == {skus[0]: 3, skus[1]: 4, 2**40: 0}
    with django_assert_num_queries(1):
        assert [level.free for level in selectors.free_levels(skus)] == [3, 4]


def test_movements_are_paged():
    (sku,) = stocked(1)
    for quantity in (2, 3, 4):
        put({sku: quantity})
    first = selectors.movements(sku_id=sku, limit=3)
    assert [m.balance_after for m in first.items] == [4, 3, 2]
    assert first.next_cursor is not None
    rest = selectors.movements(sku_id=sku, before_id=first.items[-1].id, limit=3)
    assert ([m.balance_after for m in rest.items], rest.next_cursor) == ([1], None)


def test_warehouses_are_made_once_and_checked():
    assert main_warehouse() == main_warehouse()
    assert [w.code for w in selectors.warehouses()] == ["main"]
    make_warehouse("b", priority=1)
    make_warehouse("off", active=False)
    assert [w.code for w in selectors.warehouses(active_only=True)] == ["b", "main"]
    good: dict[str, Any] = {"code": "ok", "name": "ok", "actor": KEEPER}
    for wrong in ({"code": " "}, {"code": "x" * 41}, {"name": ""}, {"priority": -1}, {"region": "x" * 61}):
        with pytest.raises(ValidationFailed):
            services.save_warehouse(**(good | wrong))


def test_levels_show_on_hand_reserved_and_free():
    (sku,) = stocked(5)
    services.reserve([wish("A", sku, 2)], actor=SYSTEM)
    (view,) = selectors.levels([sku])
    assert (view, view.free) == (LevelView(sku, main_warehouse(), 5, 2), 3)
