"""Goods leave: shelf, order and parcel together."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests.factories.fulfilment import PACKER, deliver, ship
from tests.factories.shop import HOME, buy, goods
from zhanggui.catalog import selectors as catalog
from zhanggui.fulfilment import selectors, services
from zhanggui.fulfilment.errors import WaybillUsed, WrongDelivery
from zhanggui.fulfilment.types import ParcelLineView
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import audit, clock, db, invariants
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import NotFound, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.orders.errors import NothingToShip, OrderWrongState
from zhanggui.orders.types import ShippedUnits

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _books_are_right():
    yield
    assert invariants.check() == []


def level(sku: str) -> tuple[int, int]:
    (found,) = catalog.sellable_by_code([sku])
    (view,) = inventory.levels([found.sku_id])
    return view.on_hand, view.reserved


def status(number: str) -> str:
    found = orders.find(number)
    assert found is not None
    return found["status"]


def test_a_whole_order_leaves_in_one_parcel():
    tea, cup = goods(1000, 2000)
    number = buy((tea, 2), (cup, 1))
    parcel = ship(number, carrier="ZTO", waybill_no=" zt 12345678 ")
    assert (parcel.order_number, parcel.carrier, parcel.carrier_name, parcel.waybill_no, parcel.state) == (
        number, "ZTO", "中通快递", "ZT12345678", "shipped",
    )  # fmt: skip
    titles = [line["title"] for line in orders.find(number)["lines"]]
    assert parcel.lines == (ParcelLineView(1, tea, titles[0], 2), ParcelLineView(2, cup, titles[1], 1))
    assert (level(tea), level(cup)) == ((98, 0), (99, 0))
    assert status(number) == "shipped"
    assert selectors.parcels_of([number, "none"]) == {number: [parcel], "none": []}
    assert audit.history(target_type="order", target_id=number)[0]["action"] == "fulfilment.ship"
    told = db.row("select payload from kernel_outboxevent where name = 'fulfilment.parcel_shipped'")
    assert told["payload"] == {
        "parcel": parcel.number, "order_number": number, "carrier": "ZTO", "waybill_no": "ZT12345678",
    }  # fmt: skip


def test_an_order_may_leave_in_parts():
    tea, cup = goods(1000, 2000)
    number = buy((tea, 3), (cup, 1))
    first = ship(number, (1, 2))
    assert status(number) == "fulfilling"
    assert level(tea) == (98, 1)
    second = ship(number)
    assert [(line.line, line.quantity) for line in second.lines] == [(1, 1), (2, 1)]
    assert status(number) == "shipped"
    deliver([first])
    assert status(number) == "shipped"
    deliver([second])
    assert status(number) == "delivered"


def test_the_same_waybill_again_changes_nothing():
    (tea,) = goods(1000)
    number = buy((tea, 2))
    parcel = ship(number, (1, 1), waybill_no="SF0001")
    assert ship(number, (1, 1), waybill_no="SF0001") == parcel
    assert ship(number, waybill_no="SF0001") == parcel
    assert level(tea) == (99, 1)


def test_a_waybill_is_one_parcel():
    (tea,) = goods(1000)
    number, other = buy((tea, 2)), buy((tea, 1))
    ship(number, (1, 1), waybill_no="SF0001")
    for attempt in ((number, (1, 2)), (other, (1, 1))):
        with pytest.raises(WaybillUsed):
            ship(*attempt, waybill_no="SF0001")
    assert ship(other, carrier="YTO", waybill_no="SF0001").order_number == other


def test_no_more_leaves_than_was_sold():
    (tea,) = goods(1000)
    number = buy((tea, 2))
    for units in ((1, 3), (2, 1)):
        with pytest.raises(NothingToShip):
            ship(number, units)
    assert selectors.parcels_of([number]) == {number: []}
    ship(number)
    with pytest.raises(ValidationFailed):
        ship(number)
    with pytest.raises(OrderWrongState):
        ship(number, (1, 1))
    assert level(tea) == (98, 0)


def test_only_paid_orders_leave():
    (tea,) = goods(1000)
    unpaid, cancelled = buy((tea, 1), provider="bank_transfer"), buy((tea, 1))
    order_services.cancel(cancelled, actor=PACKER)
    for number in (unpaid, cancelled):
        with pytest.raises(OrderWrongState):
            ship(number)
    with pytest.raises(NotFound):
        ship("no-such-order")


@pytest.mark.parametrize(
    ("what", "loc"),
    [
        ({"waybill_no": "1234"}, "waybill_no"),
        ({"waybill_no": "1" * 41}, "waybill_no"),
        ({"waybill_no": "运单12345"}, "waybill_no"),
        ({"carrier": "NOBODY"}, "carrier"),
        ({"carrier": "PICKUP"}, "carrier"),
        ({"lines": []}, "lines"),
        ({"lines": [ShippedUnits(1, 0)]}, "lines"),
        ({"lines": [ShippedUnits(1, -1)]}, "lines"),
    ],
)
def test_wrong_shipments_are_refused_by_field(what, loc):
    (tea,) = goods(1000)
    number = buy((tea, 1))
    with pytest.raises(ValidationFailed) as refusal:
        services.ship(number, **({"carrier": "SF", "waybill_no": "SF12345", "actor": PACKER} | what))
    assert [error.loc for error in refusal.value.errors] == [loc]
    assert status(number) == "paid"


def test_a_pickup_order_is_handed_over_and_delivered():
    (tea,) = goods(1000)
    number = buy((tea, 2), delivery=replace(HOME, method="pickup"))
    with pytest.raises(WrongDelivery):
        ship(number)
    parcel = services.hand_over(number, lines=[ShippedUnits(1, 1)], actor=PACKER)
    assert (parcel.carrier, parcel.state, parcel.waybill_no) == ("PICKUP", "delivered", "")
    assert status(number) == "fulfilling"
    services.hand_over(number, actor=PACKER)
    assert status(number) == "delivered"
    with pytest.raises(ValidationFailed):
        services.hand_over(number, actor=PACKER)
    express = buy((tea, 1))
    with pytest.raises(WrongDelivery):
        services.hand_over(express, actor=PACKER)


def test_picking_begins_where_it_still_can():
    (tea,) = goods(1000)
    one, two, three = buy((tea, 1)), buy((tea, 1)), buy((tea, 1))
    order_services.cancel(two, actor=PACKER)
    assert services.start_picking([one, two, three, "none"], actor=PACKER) == [one, three]
    assert services.start_picking([one], actor=PACKER) == []
    assert status(one) == "fulfilling"
    with pytest.raises(OrderWrongState):
        order_services.cancel(one, actor=PACKER)
    ship(one)
    assert status(one) == "shipped"


def test_what_waits_stands_by_its_due_time():
    (tea,) = goods(1000)
    now = clock.now()
    numbers = [buy((tea, 1)) for _ in range(3)]
    ship(numbers[1])
    page = selectors.waiting()
    assert [waiting.order["number"] for waiting in page.items] == [numbers[0], numbers[2]]
    first = page.items[0]
    assert first.stage == "in_time"
    assert timedelta(hours=23) < first.remaining <= timedelta(hours=24)
    assert first.latest_at - first.due_at == timedelta(hours=24)
    assert selectors.waiting(stage="late").items == []
    late = selectors.waiting(stage="late", at=now + timedelta(hours=25)).items
    assert [(w.stage, w.remaining) for w in late] == [("late", timedelta())] * 2
    assert selectors.waiting(stage="overdue", at=now + timedelta(hours=47)).items == []
    assert [w.stage for w in selectors.waiting(stage="overdue", at=now + timedelta(hours=49)).items] == ["overdue"] * 2
    head = selectors.waiting(limit=1)
    assert [w.order["number"] for w in head.items] == [numbers[0]]
    rest = selectors.waiting(limit=1, cursor=head.next_cursor or "")
    assert ([w.order["number"] for w in rest.items], rest.next_cursor) == ([numbers[2]], None)
    with pytest.raises(ValidationFailed):
        selectors.waiting(cursor="bent")


def test_carriers_are_known_and_can_be_added():
    boss = Actor("staff", 2, "boss", frozenset({"carriage.manage"}))
    assert [carrier.code for carrier in selectors.carriers()][:3] == ["SF", "JD", "ZTO"]
    services.save_carrier(code="local", name="同城配送", position=1, actor=boss)
    assert selectors.carriers()[0].name == "同城配送"
    services.save_carrier(code="LOCAL", name="同城", active=False, actor=boss)
    assert "LOCAL" not in [carrier.code for carrier in selectors.carriers()]
    assert "LOCAL" in [carrier.code for carrier in selectors.carriers(active_only=False)]
    good: dict[str, Any] = {"code": "OK", "name": "ok", "actor": boss}
    for wrong in ({"code": "x"}, {"name": " "}, {"phone": "1" * 21}, {"position": -1}):
        with pytest.raises(ValidationFailed):
            services.save_carrier(**(good | wrong))


def test_parcels_are_listed_newest_first_in_two_statements(django_assert_num_queries):
    (tea,) = goods(1000)
    made = [ship(buy((tea, 1))) for _ in range(3)]
    with django_assert_num_queries(2):  # the second asks whether carriers have changed
        page = selectors.parcels(limit=2)
    assert page.items == made[:0:-1]
    assert selectors.parcels(limit=2, cursor=page.next_cursor or "").items == [made[0]]
    assert selectors.parcels(state="delivered").items == []
    assert selectors.parcel(made[0].number) == made[0]
    assert selectors.parcel("none") is None


def test_a_late_order_shows_no_negative_time():
    (tea,) = goods(1000)
    buy((tea, 1))
    with time_machine.travel(clock.now() + timedelta(days=3)):
        assert [(w.stage, w.remaining) for w in selectors.waiting().items] == [("overdue", timedelta())]
