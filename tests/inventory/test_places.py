"""Shelves, batches and states of units: the finer book below the level."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import InternalError, transaction
from django.db.utils import IntegrityError

from tests.factories.inventory import (
    KEEPER,
    lying,
    main_warehouse,
    make_locations,
    make_warehouse,
    put,
    stocked,
    track,
    wish,
)
from tests.factories.skus import make_sku_ids
from zhanggui.inventory import selectors, services
from zhanggui.inventory.errors import BatchNotSellable, StockBelowReserved, StockNotFree, StockNotThere
from zhanggui.inventory.invariants import INVARIANTS
from zhanggui.inventory.types import LocationDraft, Pick, ShipLine, Spot, StockRow
from zhanggui.kernel import clock, db, invariants, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import PermissionDenied, ValidationFailed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _books_are_right():
    yield
    assert invariants.check(INVARIANTS) == []
    db.execute("set constraints all immediate")


def state(sku: int):
    (view,) = selectors.states([sku])
    return view


def in_days(days: int):
    return clock.business_date() + timedelta(days)


def test_a_mall_without_shelves_keeps_no_finer_book(django_assert_num_queries):
    (sku,) = stocked(10)
    services.reserve([wish("A", sku, 4)], actor=SYSTEM)
    with transaction.atomic(), django_assert_num_queries(2):
        services.ship([ShipLine("A", 1, 4, "P")], actor=KEEPER)
    assert db.rows("select 1 from inventory_placementmove") == []
    assert lying(sku) == {("", "", "good"): 6}


def test_what_is_received_lies_where_it_was_put():
    house = main_warehouse()
    make_locations(house, A_01="pick", B_01="bulk")
    (sku,) = make_sku_ids(1)
    services.receive([StockRow(sku, 5, house, location="a-01"), StockRow(sku, 7, house)], reference="PO1", actor=KEEPER)
    assert lying(sku) == {("A-01", "", "good"): 5, ("", "", "good"): 7}
    services.move([Spot(sku, house, 7)], to="B-01", actor=KEEPER)
    assert lying(sku) == {("A-01", "", "good"): 5, ("B-01", "", "good"): 7}
    services.move([Spot(sku, house, 2, "B-01"), Spot(sku, house, 1, "B-01")], to="A-01", actor=KEEPER)
    assert lying(sku) == {("A-01", "", "good"): 8, ("B-01", "", "good"): 4}
    moves = [(m.location, m.delta, m.kind) for m in selectors.placement_moves(sku_id=sku).items]
    assert moves[0:2] == [("A-01", 1, "move"), ("B-01", -1, "move")]
    assert [m.delta for m in selectors.movements(sku_id=sku).items] == [7, 5]


def test_more_than_lies_on_a_shelf_cannot_leave_it_and_nothing_moves():
    house = main_warehouse()
    make_locations(house, A_01="pick", B_01="bulk")
    (sku,) = make_sku_ids(1)
    services.receive([StockRow(sku, 3, house, location="A-01"), StockRow(sku, 2, house)], actor=KEEPER)
    with pytest.raises(StockNotThere) as refusal:
        services.move([Spot(sku, house, 1), Spot(sku, house, 4, "A-01")], to="B-01", actor=KEEPER)
    assert [(e.loc, e.code) for e in refusal.value.errors] == [("spots.1.quantity", "place")]
    with pytest.raises(StockNotThere) as refusal:
        services.move([Spot(sku, house, 3)], to="B-01", actor=KEEPER)
    assert "2" in refusal.value.errors[0].as_dict("en")["message"]
    for wrong in ({"to": "C-99"}, {"to": ""}, {"to": "A-01"}):
        with pytest.raises(ValidationFailed):
            services.move([Spot(sku, house, 1, "A-01")], actor=KEEPER, **wrong)
    with pytest.raises(PermissionDenied):
        services.move([Spot(sku, house, 1, "A-01")], to="B-01", actor=Actor("staff", 2, "somebody"))
    assert lying(sku) == {("A-01", "", "good"): 3, ("", "", "good"): 2}


def test_bad_rows_of_goods_in_are_named():
    house = main_warehouse()
    (plain, kept) = make_sku_ids(2)
    track(kept, batches=True)
    rows = [
        StockRow(plain, 1, house, location="Z-9"),
        StockRow(plain, 1, house, expires_on=in_days(9)),
        StockRow(kept, 1, house),
        StockRow(plain, 1, house, serials=("S1",)),
        StockRow(plain, 1, house, batch="B", produced_on=in_days(9), expires_on=in_days(1)),
    ]
    with pytest.raises(ValidationFailed) as refusal:
        services.receive(rows, actor=KEEPER)
    assert {(e.loc, e.code) for e in refusal.value.errors} == {
        ("rows.0.location", "not_found"), ("rows.1.batch", "required"), ("rows.2.batch", "required"),
        ("rows.3.serials", "not_asked"), ("rows.4.expires_on", "range"),
    }  # fmt: skip
    with pytest.raises(ValidationFailed) as refusal:
        services.receive([StockRow(2**40, 1, house, location="A"), StockRow(plain, 1, 2**40)], actor=KEEPER)
    assert [e.loc for e in refusal.value.errors] == ["rows.0.sku_id", "rows.1.warehouse_id"]
    services.receive([StockRow(kept, 1, house, batch="B1", expires_on=in_days(5))], actor=KEEPER)
    with pytest.raises(ValidationFailed) as refusal:
        services.receive([StockRow(kept, 1, house, batch="B1", expires_on=in_days(6))], actor=KEEPER)
    assert [(e.loc, e.code) for e in refusal.value.errors] == [("rows.0.expires_on", "other_date")]


def test_stock_in_inspection_or_damaged_is_not_for_sale():
    house = main_warehouse()
    make_locations(house, A_01="pick", Q_01="quality", D_01="damaged")
    (sku,) = make_sku_ids(1)
    services.receive([StockRow(sku, 6, house, location="Q-01")], actor=KEEPER)
    assert (selectors.available([sku])[sku], state(sku).quality) == (0, 6)
    services.move([Spot(sku, house, 5, "Q-01", state="quality")], to="A-01", actor=KEEPER)
    services.move([Spot(sku, house, 1, "Q-01", state="quality")], to="D-01", actor=KEEPER)
    services.damage([Spot(sku, house, 2, "A-01")], reason="wet", actor=KEEPER)
    assert lying(sku) == {("A-01", "", "good"): 3, ("A-01", "", "damaged"): 2, ("D-01", "", "damaged"): 1}
    view = state(sku)
    assert (view.on_hand, view.damaged, view.quality, view.available) == (6, 3, 0, 3)
    services.mend([Spot(sku, house, 1, "A-01", state="damaged")], reason="dried", actor=KEEPER)
    services.scrap([Spot(sku, house, 1, "A-01", state="damaged")], reason="mould", actor=KEEPER)
    assert lying(sku) == {("A-01", "", "good"): 4, ("D-01", "", "damaged"): 1}
    newest = selectors.movements(sku_id=sku).items[0]
    assert (newest.kind, newest.delta, newest.balance_after, newest.reason) == ("damage", -1, 5, "mould")
    with pytest.raises(ValidationFailed):
        services.mend([Spot(sku, house, 1, "A-01")], reason="not damaged", actor=KEEPER)
    with pytest.raises(ValidationFailed):
        services.mend([Spot(sku, house, 1, "D-01", state="damaged")], reason="still lies there", actor=KEEPER)
    with pytest.raises(ValidationFailed):
        services.damage([Spot(sku, house, 1, "A-01")], reason=" ", actor=KEEPER)


def test_promised_units_cannot_be_set_aside_and_the_refusal_says_how_many_are_free():
    house = main_warehouse()
    (sku,) = stocked(5)
    services.reserve([wish("A", sku, 4)], actor=SYSTEM)
    for verb in (services.damage, services.scrap):
        with pytest.raises(StockNotFree) as refusal:
            verb([Spot(sku, house, 2)], reason="broken", actor=KEEPER)
        assert [(e.loc, e.code) for e in refusal.value.errors] == [("spots.0.quantity", "promised")]
        assert "1" in refusal.value.errors[0].as_dict("en")["message"]
    services.damage([Spot(sku, house, 1)], reason="broken", actor=KEEPER)
    assert services.reserve([wish("B", sku, 1)], actor=SYSTEM)[0].available == 0
    with pytest.raises(StockBelowReserved) as below:
        services.set_on_hand([StockRow(sku, 4, house)], reason="count", actor=KEEPER)
    assert "set aside" in below.value.errors[0].as_dict("en")["message"]


def test_setting_aside_the_last_free_unit_is_announced_and_its_return_too():
    (sku,) = stocked(1)
    house = main_warehouse()
    services.damage([Spot(sku, house, 1)], reason="scratch", actor=KEEPER)
    services.mend([Spot(sku, house, 1, state="damaged")], reason="polished", actor=KEEPER)
    services.damage([Spot(sku, house, 1)], reason="scratch", actor=KEEPER)
    services.scrap([Spot(sku, house, 1, state="damaged")], reason="gone", actor=KEEPER)
    rows = db.rows("select name from kernel_outboxevent where aggregate = %s order by id", (f"sku:{sku}",))
    stock = [r["name"].removeprefix("inventory.") for r in rows if r["name"].startswith("inventory.sku_")]
    assert stock == ["sku_back_in_stock", "sku_sold_out", "sku_back_in_stock", "sku_sold_out"]


def test_what_leaves_without_a_word_comes_from_no_place_first_then_first_expired():
    house = main_warehouse()
    make_locations(house, A_01="pick", B_01="bulk")
    (sku,) = stocked(2)
    services.receive(
        [
            StockRow(sku, 3, house, location="A-01", batch="late", expires_on=in_days(90)),
            StockRow(sku, 3, house, location="B-01", batch="soon", expires_on=in_days(30)),
        ],
        actor=KEEPER,
    )
    services.reserve([wish("A", sku, 4)], actor=SYSTEM)
    with transaction.atomic():
        services.ship([ShipLine("A", 1, 4, "P")], actor=KEEPER)
    assert lying(sku) == {("A-01", "late", "good"): 3, ("B-01", "soon", "good"): 1}
    services.adjust([StockRow(sku, -2, house)], reason="lost", actor=KEEPER)
    assert lying(sku) == {("A-01", "late", "good"): 2}
    put({sku: 0})
    assert lying(sku) == {}


def test_picking_goes_by_expiry_then_by_the_way_through_the_shelves_and_never_twice():
    house = main_warehouse()
    shelves = make_locations(house, B_02="pick", A_01="pick", C_01="bulk")
    tea, cup = make_sku_ids(2)
    services.receive(
        [
            StockRow(tea, 5, house, location="A-01", batch="late", expires_on=in_days(90)),
            StockRow(tea, 2, house, location="C-01", batch="soon", expires_on=in_days(30)),
            StockRow(cup, 1, house, location="C-01"), StockRow(cup, 9, house, location="B-02"), StockRow(cup, 3, house),
        ],
        actor=KEEPER,
    )  # fmt: skip
    services.reserve(
        [wish("A", tea, 3, line=1), wish("A", cup, 9, line=2), wish("B", tea, 1), wish("B", cup, 3, line=2)],
        actor=SYSTEM,
    )
    found = selectors.pick_places(["A", "B"])
    assert [(p.order_number, p.line, p.location, p.batch, p.quantity) for p in found] == [
        ("A", 2, "B-02", "", 9), ("A", 1, "A-01", "late", 1), ("B", 1, "A-01", "late", 1),
        ("A", 1, "C-01", "soon", 2), ("B", 2, "C-01", "", 1), ("B", 2, "", "", 2),
    ]  # fmt: skip
    assert [p.place for p in found] == [1, 2, 3, 4, 5, 6]
    later = selectors.pick_places(["B"], already=[p for p in found if p.order_number == "A"])
    assert [(p.line, p.location, p.quantity) for p in later] == [(1, "A-01", 1), (2, "C-01", 1), (2, "", 2)]
    mine = [p for p in found if p.order_number == "A"]
    with transaction.atomic():
        services.ship(
            [ShipLine("A", 1, 3, "P1"), ShipLine("A", 2, 9, "P1")],
            picks=[Pick(p.order_number, p.line, house, p.quantity, p.location_id, p.batch_id) for p in mine],
            actor=KEEPER,
        )
    assert lying(tea) == {("A-01", "late", "good"): 4}
    assert lying(cup) == {("C-01", "", "good"): 1, ("", "", "good"): 3}
    assert {(m.location, m.reference, m.delta) for m in selectors.placement_moves(location_id=shelves["B-02"]).items} == {
        ("B-02", "P1", -9), ("B-02", "", 9),
    }  # fmt: skip


def test_picks_that_cannot_be_are_refused_by_name_and_nothing_ships():
    house, other = main_warehouse(), make_warehouse("other")
    shelves = make_locations(house, A_01="pick")
    (sku,) = stocked(5)
    services.move([Spot(sku, house, 2)], to="A-01", actor=KEEPER)
    services.reserve([wish("A", sku, 4)], actor=SYSTEM)
    for pick, code in (
        (Pick("A", 1, other, 1), "not_reserved"),
        (Pick("B", 1, house, 1), "not_reserved"),
        (Pick("A", 1, house, 5), "too_many"),
        (Pick("A", 1, house, 0), "range"),
        (Pick("A", 1, house, 1, serials=("S",)), "not_asked"),
    ):
        with pytest.raises(ValidationFailed) as refusal, transaction.atomic():
            services.ship([ShipLine("A", 1, 4, "P")], picks=[pick], actor=KEEPER)
        assert [e.code for e in refusal.value.errors] == [code]
    with pytest.raises(StockNotThere) as short, transaction.atomic():
        services.ship([ShipLine("A", 1, 4, "P")], picks=[Pick("A", 1, house, 3, shelves["A-01"])], actor=KEEPER)
    assert [e.loc for e in short.value.errors] == ["picks.0.quantity"]
    assert lying(sku) == {("A-01", "", "good"): 2, ("", "", "good"): 3}


def test_a_line_promised_from_two_warehouses_ships_from_the_one_it_was_picked_in():
    near, far = make_warehouse("near", priority=1), make_warehouse("far", priority=2)
    (sku,) = stocked(3, warehouse_id=near)
    put({sku: 4}, warehouse_id=far)
    shelves = make_locations(far, F_01="pick")
    services.move([Spot(sku, far, 4)], to="F-01", actor=KEEPER)
    services.reserve([wish("A", sku, 3, warehouse_id=near), wish("A", sku, 2, warehouse_id=far)], actor=SYSTEM)
    with transaction.atomic():
        services.ship([ShipLine("A", 1, 2, "P1")], picks=[Pick("A", 1, far, 2, shelves["F-01"])], actor=KEEPER)
    assert [(v.warehouse_id, v.on_hand, v.reserved) for v in selectors.levels([sku])] == [(near, 3, 3), (far, 2, 0)]


def test_a_batch_leaves_sale_after_its_last_day_except_what_is_promised():
    house = main_warehouse()
    make_locations(house, A_01="pick")
    (sku,) = make_sku_ids(1)
    track(sku, batches=True, unsold_days=10)
    services.receive(
        [
            StockRow(sku, 5, house, location="A-01", batch="old", expires_on=in_days(10)),
            StockRow(sku, 5, house, location="A-01", batch="new", expires_on=in_days(400)),
        ],
        actor=KEEPER,
    )
    services.reserve([wish("A", sku, 8)], actor=SYSTEM)
    assert services.expire(actor=SYSTEM) == 0
    with clock.at(clock.now() + timedelta(days=1)):
        old = next(p for p in selectors.placements(sku_id=sku) if p.batch == "old")
        assert services.expire(actor=SYSTEM) == 2
        assert lying(sku)[("A-01", "old", "expired")] == 2
        (event,) = db.rows("select payload from kernel_outboxevent where name = 'inventory.batch_expired'")
        assert (event["payload"]["units"], event["payload"]["promised"]) == (2, 3)
        assert sum(p.quantity for p in selectors.pick_places(["A"])) == 5
        with pytest.raises(BatchNotSellable), transaction.atomic():
            services.ship(
                [ShipLine("A", 1, 1, "P")], picks=[Pick("A", 1, house, 1, old.location_id, old.batch_id)], actor=KEEPER
            )
        services.release(["A"], actor=SYSTEM)
        assert services.expire(actor=SYSTEM) == 3
        assert services.expire(actor=SYSTEM) == 0
        assert selectors.available([sku]) == {sku: 5}
        services.receive([StockRow(sku, 1, house, batch="old")], actor=KEEPER)
        assert selectors.available([sku]) == {sku: 5}
        near = selectors.batches_near_expiry(30).items
        assert [(b.code, b.good, b.withheld) for b in near] == [("old", 0, 6)]
        services.date_batch(old.batch_id or 0, produced_on=None, expires_on=in_days(60), reason="misread", actor=KEEPER)
        assert selectors.available([sku]) == {sku: 11}


def test_the_setting_says_how_long_before_expiry_the_others_are_sold():
    (sku,) = make_sku_ids(1)
    house = main_warehouse()
    services.receive([StockRow(sku, 2, house, batch="B", expires_on=in_days(5))], actor=KEEPER)
    mall_settings.put("inventory.days_before_expiry_not_sold", 6, actor=SYSTEM)
    assert services.expire(actor=SYSTEM) == 2
    assert selectors.available([sku]) == {sku: 0}


def test_locked_units_are_not_sold_until_their_moment():
    (sku,) = stocked(10)
    house = main_warehouse()
    services.reserve([wish("A", sku, 3)], actor=SYSTEM)
    with pytest.raises(StockNotFree) as refusal:
        services.lock(sku, house, 8, reason="campaign", actor=KEEPER)
    assert [(e.loc, e.code) for e in refusal.value.errors] == [("quantity", "promised")]
    lock = services.lock(
        sku, house, 7, reason="campaign", reference="C1", until=clock.now() + timedelta(hours=2), actor=KEEPER
    )
    assert (state(sku).locked, state(sku).available) == (7, 0)
    assert services.unlock(lock, quantity=2, reason="less is enough", actor=KEEPER) == 2
    assert selectors.available([sku]) == {sku: 2}
    with pytest.raises(ValidationFailed):
        services.unlock(lock, quantity=6, reason="too many", actor=KEEPER)
    assert services.unlock_due(actor=SYSTEM) == 0
    with clock.at(clock.now() + timedelta(hours=2)):
        assert services.unlock_due(actor=SYSTEM) == 1
        assert services.unlock_due(actor=SYSTEM) == 0
    assert selectors.available([sku]) == {sku: 7}
    assert services.unlock(lock, reason="again", actor=KEEPER) == 0
    assert selectors.stock_locks(sku_id=sku).items == []
    for wrong in ({"quantity": 0}, {"reason": " "}, {"until": clock.now()}, {"warehouse_id": 2**40}):
        good: dict[str, Any] = {"sku_id": sku, "warehouse_id": house, "quantity": 1, "reason": "r"}
        with pytest.raises(ValidationFailed):
            services.lock(**(good | wrong), actor=KEEPER)


def test_shelves_are_checked_and_a_shelf_in_use_keeps_its_kind():
    house = main_warehouse()
    drafts = [
        LocationDraft("a-1"),
        LocationDraft("A-1"),
        LocationDraft("库位"),
        LocationDraft("B", "cellar"),
        LocationDraft("C", walk=-1),
    ]
    with pytest.raises(ValidationFailed) as refusal:
        services.save_locations(house, drafts, actor=KEEPER)
    assert [(e.loc, e.code) for e in refusal.value.errors] == [
        ("rows.1.code", "duplicate"), ("rows.2.code", "invalid"), ("rows.3.kind", "choice"), ("rows.4.walk", "range"),
    ]  # fmt: skip
    make_locations(house, A_01_02_03="pick")
    (view,) = selectors.locations(house).items
    assert (view.zone, view.kind, view.units) == ("A", "pick", 0)
    (sku,) = make_sku_ids(1)
    services.receive([StockRow(sku, 1, house, location="A-01-02-03")], actor=KEEPER)
    for draft in (LocationDraft("A-01-02-03", "damaged"), LocationDraft("A-01-02-03", active=False)):
        with pytest.raises(ValidationFailed):
            services.save_locations(house, [draft], actor=KEEPER)
    services.save_locations(house, [LocationDraft("A-01-02-03", walk=9)], actor=KEEPER)
    assert [v.walk for v in selectors.locations(house).items] == [9]


def test_the_database_refuses_a_finer_book_that_does_not_add_up():
    house = main_warehouse()
    (sku,) = make_sku_ids(1)
    make_locations(house, A_01="pick")
    services.receive([StockRow(sku, 3, house, location="A-01")], actor=KEEPER)
    for statement in (
        "update inventory_placement set quantity = 2",
        "update inventory_placement set state = 'damaged'",
        "update inventory_level set placed = 1",
        "update inventory_level set withheld = 1",
        "update inventory_level set placed = 4",
        "update inventory_level set withheld = 4",
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            db.execute(statement)
            db.execute("set constraints all immediate")
    for statement in ("update inventory_placementmove set delta = 1", "delete from inventory_placementmove"):
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            db.execute(statement)


def test_states_and_places_are_read_in_one_statement_each(django_assert_num_queries):
    skus = stocked(3, 4)
    with django_assert_num_queries(1):
        assert [view.available for view in selectors.states(skus)] == [3, 4]
    with django_assert_num_queries(1):
        selectors.placements(sku_id=skus[0])
    with django_assert_num_queries(1):
        selectors.pick_places(["A", "B"])
