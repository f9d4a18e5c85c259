"""Units that leave their shelf and are not sold: transfers and samples; and units with numbers of their own."""

from datetime import timedelta

import pytest
from django.db import transaction

from tests.factories.inventory import (
    KEEPER,
    lying,
    main_warehouse,
    make_locations,
    make_warehouse,
    stocked,
    track,
    wish,
)
from tests.factories.skus import make_sku_ids
from zhanggui.inventory import selectors, services
from zhanggui.inventory.errors import SerialElsewhere, SerialsNeeded, StockBelowReserved, StockNotFree, StockNotThere
from zhanggui.inventory.invariants import INVARIANTS
from zhanggui.inventory.types import Arrival, Pick, ShipLine, Spot, StockRow, TransferRow
from zhanggui.kernel import clock, db, invariants
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import NotFound, ValidationFailed, WrongState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _books_are_right():
    yield
    assert invariants.check(INVARIANTS) == []
    db.execute("set constraints all immediate")


def told(name: str) -> list[dict]:
    return [
        r["payload"] for r in db.rows("select payload from kernel_outboxevent where name = %s order by id", (name,))
    ]


def serial(number: str):
    (view,) = selectors.serials(number)
    return view


def test_a_transfer_is_on_its_way_until_it_has_come_and_what_never_came_needs_a_reason():
    near, far = main_warehouse(), make_warehouse("far")
    make_locations(far, F_01="pick", Q_01="quality")
    (sku,) = stocked(10)
    number = services.draft_transfer(near, far, [TransferRow(sku, 6)], note="refill", actor=KEEPER)
    assert selectors.available([sku]) == {sku: 10}
    services.send_transfer(number, actor=KEEPER)
    here, there = selectors.states([sku])
    assert (here.on_hand, here.in_transit, there.on_hand, there.in_transit) == (4, 0, 0, 6)
    services.receive_transfer(number, [Arrival(1, 3, "F-01"), Arrival(1, 1, "q-01")], actor=KEEPER)
    assert lying(sku) == {("", "", "good"): 4, ("F-01", "", "good"): 3, ("Q-01", "", "quality"): 1}
    with pytest.raises(ValidationFailed) as refusal:
        services.receive_transfer(number, [Arrival(1, 3)], actor=KEEPER)
    assert [(e.loc, e.code) for e in refusal.value.errors] == [("arrivals.0.quantity", "too_many")]
    services.receive_transfer(number, [Arrival(1, 1)], actor=KEEPER)
    with pytest.raises(ValidationFailed):
        services.close_transfer(number, actor=KEEPER)
    assert services.close_transfer(number, reason="one fell off the lorry", actor=KEEPER) == 1
    view = selectors.transfer(number)
    assert view is not None
    assert (view.state, view.lines[0].received, view.lines[0].missing) == ("closed", 5, 1)
    assert sum(s.in_transit for s in selectors.states([sku])) == 0
    assert [(e["units"], e["outstanding"]) for e in told("inventory.transfer_received")] == [(4, 2), (1, 1)]
    assert told("inventory.transfer_closed")[0]["missing"] == 1
    for verb in (services.send_transfer, services.cancel_transfer):
        with pytest.raises(WrongState):
            verb(number, actor=KEEPER)
    with pytest.raises(NotFound):
        services.send_transfer("DB0", actor=KEEPER)


def test_a_transfer_cannot_take_what_is_promised_and_a_draft_can_be_given_up():
    near, far = main_warehouse(), make_warehouse("far")
    (sku,) = stocked(3)
    services.reserve([wish("A", sku, 2)], actor=SYSTEM)
    number = services.draft_transfer(near, far, [TransferRow(sku, 2)], actor=KEEPER)
    with pytest.raises(StockNotFree) as refusal:
        services.send_transfer(number, actor=KEEPER)
    assert [e.loc for e in refusal.value.errors] == ["lines.0.quantity"]
    services.cancel_transfer(number, actor=KEEPER)
    for source, target, rows in (
        (near, near, [TransferRow(sku, 1)]),
        (near, 2**40, [TransferRow(sku, 1)]),
        (near, far, []),
        (near, far, [TransferRow(2**40, 1)]),
        (near, far, [TransferRow(sku, 0)]),
        (near, far, [TransferRow(sku, 1, batch="none")]),
        (near, far, [TransferRow(sku, 1, location="Z-1")]),
    ):
        with pytest.raises(ValidationFailed):
            services.draft_transfer(source, target, rows, actor=KEEPER)
    assert [t.state for t in selectors.transfers().items] == ["cancelled"]


def test_a_batch_stays_itself_on_its_way():
    near, far = main_warehouse(), make_warehouse("far")
    make_locations(near, A_01="pick")
    (sku,) = make_sku_ids(1)
    expires = clock.business_date() + timedelta(30)
    services.receive([StockRow(sku, 5, near, location="A-01", batch="B1", expires_on=expires)], actor=KEEPER)
    number = services.draft_transfer(near, far, [TransferRow(sku, 2, "B1", "A-01")], actor=KEEPER)
    services.send_transfer(number, actor=KEEPER)
    services.receive_transfer(number, [Arrival(1, 2)], actor=KEEPER)
    assert lying(sku) == {("A-01", "B1", "good"): 3, ("", "B1", "good"): 2}


def test_a_sample_is_on_record_with_who_and_why_until_it_is_back():
    house = main_warehouse()
    make_locations(house, A_01="pick")
    (sku,) = stocked(5)
    due = clock.business_date() + timedelta(7)
    number = services.take_sample(Spot(sku, house, 3), taker="李摄影", purpose="主图拍摄", due_on=due, actor=KEEPER)
    (view,) = selectors.samples().items
    assert (view.number, view.out, view.taker, view.purpose, view.due_on) == (number, 3, "李摄影", "主图拍摄", due)
    (state,) = selectors.states([sku])
    assert (state.on_hand, state.samples, state.available) == (2, 3, 2)
    services.return_sample(number, returned=1, location="A-01", actor=KEEPER)
    services.return_sample(number, returned=1, damaged=True, actor=KEEPER)
    with pytest.raises(ValidationFailed):
        services.return_sample(number, returned=2, actor=KEEPER)
    services.return_sample(number, kept=1, actor=KEEPER)
    assert lying(sku) == {("", "", "good"): 2, ("A-01", "", "good"): 1, ("", "", "damaged"): 1}
    assert selectors.samples().items == []
    assert [e["out"] for e in told("inventory.sample_returned")] == [2, 1, 0]
    with pytest.raises(WrongState):
        services.return_sample(number, returned=1, actor=KEEPER)
    with pytest.raises(ValidationFailed) as refusal:
        services.take_sample(Spot(sku, house, 1), taker=" ", purpose="", actor=KEEPER)
    assert [e.loc for e in refusal.value.errors] == ["taker", "purpose"]
    with pytest.raises(StockNotThere):
        services.take_sample(Spot(sku, house, 2, "A-01"), taker="a", purpose="b", actor=KEEPER)


def test_a_serial_number_is_asked_for_coming_and_going():
    house = main_warehouse()
    (sku,) = make_sku_ids(1)
    track(sku, serials=True)
    for given in ((), ("S1",), ("S1", "S1"), ("S1", "")):
        with pytest.raises(ValidationFailed):
            services.receive([StockRow(sku, 2, house, serials=given)], actor=KEEPER)
    services.receive([StockRow(sku, 2, house, serials=("S1", "S2"))], reference="PO1", actor=KEEPER)
    services.reserve([wish("A", sku, 1)], actor=SYSTEM)
    with pytest.raises(SerialsNeeded), transaction.atomic():
        services.ship([ShipLine("A", 1, 1, "P1")], actor=KEEPER)
    with pytest.raises(SerialElsewhere), transaction.atomic():
        services.ship([ShipLine("A", 1, 1, "P1")], picks=[Pick("A", 1, house, 1, serials=("S9",))], actor=KEEPER)
    with transaction.atomic():
        services.ship([ShipLine("A", 1, 1, "P1")], picks=[Pick("A", 1, house, 1, serials=("S2",))], actor=KEEPER)
    view = serial("S2")
    assert (view.state, view.warehouse_id, view.reference) == ("shipped", None, "P1")
    assert [(s.kind, s.state, s.reference) for s in selectors.serial_steps(view.id)] == [
        ("ship", "shipped", "P1"), ("receive", "stock", "PO1"),
    ]  # fmt: skip
    assert [s.number for s in selectors.serials_of(sku)] == ["S1"]


def test_a_serial_number_is_in_one_place_once_through_all_it_goes_through():
    near, far = main_warehouse(), make_warehouse("far")
    make_locations(near, A_01="pick")
    (sku,) = make_sku_ids(1)
    track(sku, serials=True)
    services.receive([StockRow(sku, 4, near, location="A-01", serials=("S1", "S2", "S3", "S4"))], actor=KEEPER)
    with pytest.raises(SerialElsewhere) as refusal:
        services.receive([StockRow(sku, 1, far, serials=("S1",))], actor=KEEPER)
    assert refusal.value.extra == {"serials": ["S1"]}
    number = services.draft_transfer(near, far, [TransferRow(sku, 2, location="A-01")], actor=KEEPER)
    with pytest.raises(ValidationFailed):
        services.send_transfer(number, actor=KEEPER)
    services.send_transfer(number, serials={1: ["S1", "S2"]}, actor=KEEPER)
    assert serial("S1").state == "transit"
    with pytest.raises(SerialElsewhere):
        services.receive_transfer(number, [Arrival(1, 1, serials=("S3",))], actor=KEEPER)
    services.receive_transfer(number, [Arrival(1, 1, serials=("S1",))], actor=KEEPER)
    services.close_transfer(number, reason="lost", actor=KEEPER)
    assert (serial("S1").warehouse_id, serial("S2").state) == (far, "gone")
    sample = services.take_sample(Spot(sku, near, 1, "A-01", serials=("S3",)), taker="a", purpose="b", actor=KEEPER)
    services.damage([Spot(sku, near, 1, "A-01", serials=("S4",))], reason="broken", actor=KEEPER)
    assert (serial("S3").state, serial("S4").state) == ("sample", "damaged")
    with pytest.raises(SerialElsewhere):
        services.return_sample(sample, returned=1, serials=("S1",), actor=KEEPER)
    services.return_sample(sample, returned=1, serials=("S3",), actor=KEEPER)
    services.scrap([Spot(sku, near, 1, "A-01", state="damaged", serials=("S4",))], reason="broken", actor=KEEPER)
    assert (serial("S3").state, serial("S4").state) == ("stock", "gone")
    with pytest.raises(StockBelowReserved) as below:
        services.set_on_hand([StockRow(sku, 0, near)], reason="count", actor=KEEPER)
    assert "serial numbers" in below.value.errors[0].as_dict("en")["message"]


def test_units_of_before_get_their_numbers_once():
    house = main_warehouse()
    (sku,) = stocked(2)
    track(sku, serials=True)
    services.name_serials(Spot(sku, house, 1, serials=("S1",)), actor=KEEPER)
    with pytest.raises(StockNotThere):
        services.name_serials(Spot(sku, house, 2, serials=("S2", "S3")), actor=KEEPER)
    with pytest.raises(SerialElsewhere):
        services.name_serials(Spot(sku, house, 1, serials=("S1",)), actor=KEEPER)
    with pytest.raises(ValidationFailed):
        services.set_tracking(sku, batches=False, serials=False, actor=KEEPER)
