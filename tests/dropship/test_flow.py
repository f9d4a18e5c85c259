"""From a paid order to the supplier's parcel and what is owed for it; and what happens when somebody changes his mind."""

from datetime import timedelta

import pytest

from tests.factories.aftersales import money_arrives
from tests.factories.carriage import lanes
from tests.factories.dropship import holds, lying, ordered, partner, place_of, secret, sends, view
from tests.factories.shop import attempt, goods, wants
from tests.factories.warehouse import FOREMAN, pack, paid, reviewed, somewhere, wave
from zhanggui.aftersales import services as aftersales
from zhanggui.aftersales.types import Wish
from zhanggui.carriage import selectors as carriage
from zhanggui.checkout.errors import OnlyDelivered
from zhanggui.dropship import selectors, services
from zhanggui.dropship.errors import BuyerGone, NotSold, WrongStep
from zhanggui.dropship.types import Stated
from zhanggui.fulfilment import selectors as parcels
from zhanggui.fulfilment import services as fulfilment
from zhanggui.fulfilment.errors import NothingForWave
from zhanggui.fulfilment.types import TrackingNews
from zhanggui.kernel import clock, db, invariants, outbox
from zhanggui.kernel.actor import GUEST, SYSTEM, Actor
from zhanggui.kernel.problems import PermissionDenied, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.procurement import selectors as procurement
from zhanggui.procurement.errors import LinkVoid

pytestmark = pytest.mark.django_db


def test_paid_it_is_with_the_supplier_who_sends_it_and_is_owed_for_it():
    lanes("SF")
    who = partner()
    (tea,) = sends(who, 10_000, agreed=4_000, hours=72)
    number = paid((tea, 2))
    outbox.drain()  # the announcement alone brings it to the supplier, and twice brings it once
    services.follow([number])
    [told] = selectors.of_order(number)
    order = orders.find(number)
    assert (told.state, told.lines[0].quantity, told.amount) == ("sent", 2, 8_000)
    assert order["dispatch_due_at"] - order["paid_at"] == timedelta(hours=72)
    assert told.due_at == order["dispatch_due_at"]
    assert selectors.receiver(told)["contact_name"] == order["contact_name"]
    with pytest.raises(NothingForWave):  # nobody picks what is not here
        wave()

    key = secret(who)
    services.confirm(told.number, ready_on=clock.business_date() + timedelta(days=1), actor=GUEST, secret=key)
    assert orders.find(number)["status"] == "fulfilling"
    parcel = services.ship(told.number, carrier="SF", waybill_no="SF123 456 789", actor=GUEST, secret=key)
    assert services.ship(told.number, carrier="SF", waybill_no="sf123456789", actor=GUEST, secret=key) == parcel
    [waybill] = carriage.used_of([number]).values()
    assert waybill.cost is None  # he pays his carrier
    assert orders.find(number)["status"] == "shipped"
    assert (view(told.number).state, lying(tea)) == ("shipped", (8, 0))
    [owed] = procurement.payables(supplier_id=who).items
    assert (owed.receipt, owed.amount, owed.kind) == (parcel, 8_000, "sent")

    fulfilment.record_tracking([TrackingNews("SF", "SF123456789", clock.now(), "delivered")], actor=SYSTEM)
    assert orders.find(number)["status"] == "delivered"
    db.execute("update dropship_supplierorder set shipped_at = kernel_now() - interval '10 days'")
    assert selectors.receiver(view(told.number)) is None  # he needs the address no more
    services.take_back(told.number, 1, 1, reason="买家七天无理由退货", actor=SYSTEM)
    assert sum(row.open for row in procurement.payables(supplier_id=who).items) == 4_000
    assert invariants.check() == []


def test_each_line_of_a_mixed_order_has_its_own_promise_and_its_own_way():
    who = partner()
    (tea,) = sends(who, 10_000, hours=72)
    (cup,) = goods(5_000, stock=5)
    number = reviewed((cup, 1), (tea, 1))
    services.follow([number])
    [told] = selectors.of_order(number)
    order = orders.find(number)
    hours = {line["sku"]: (line["supply_mode"], line["promise_hours"]) for line in order["lines"]}
    assert hours == {cup: ("stocked", None), tea: ("dropshipped", 72)}
    assert order["dispatch_due_at"] - order["paid_at"] == timedelta(hours=24)  # the cup is due first
    assert told.due_at - order["paid_at"] == timedelta(hours=72)
    assert [line.line for line in told.lines] == [2]

    wave()  # the warehouse takes its own part only
    pack(number)
    order = orders.find(number)
    assert (order["status"], [line["shipped_quantity"] for line in order["lines"]]) == ("fulfilling", [1, 0])
    assert order["dispatch_due_at"] - order["paid_at"] == timedelta(hours=72)  # what is left is due later
    services.ship(told.number, carrier="SF", waybill_no="SF000000001", actor=SYSTEM)
    assert orders.find(number)["status"] == "shipped"
    assert len(parcels.parcels_of([number])[number]) == 2
    assert invariants.check() == []


def test_what_a_supplier_sends_is_not_picked_up():
    who = partner()
    (tea,) = sends(who, 10_000)
    [refused] = attempt(wants((tea, 1), delivery=somewhere(method="pickup")))
    assert isinstance(refused, OnlyDelivered)


def test_what_the_review_holds_waits_and_goes_when_it_is_passed():
    who = partner()
    (tea,) = sends(who, 10_000)
    number = paid((tea, 1), note="请周末送")
    outbox.drain()
    assert selectors.of_order(number) == []
    fulfilment.pass_orders([number], actor=FOREMAN)
    outbox.drain()
    assert [each.state for each in selectors.of_order(number)] == ["sent"]


def test_a_buyer_who_cancels_is_first_until_the_supplier_confirms():
    who = partner()
    (tea,) = sends(who, 10_000)
    number, told = ordered((tea, 1))
    order_services.cancel(number, actor=SYSTEM, reason="changed_mind")
    with pytest.raises(BuyerGone):
        services.confirm(told.number, actor=GUEST, secret=secret(who))
    with pytest.raises(BuyerGone):
        services.ship(told.number, carrier="SF", waybill_no="SF000000002", actor=GUEST, secret=secret(who))
    outbox.drain()
    assert (view(told.number).state, lying(tea)) == ("cancelled", (10, 0))
    assert procurement.payables(supplier_id=who).items == []
    assert invariants.check() == []


def test_a_supplier_who_has_confirmed_is_asked_to_stop():
    who = partner()
    (tea,) = sends(who, 10_000)
    number, told = ordered((tea, 2))
    services.confirm(told.number, actor=SYSTEM)
    for _ in range(2):  # one unit, then the other
        case = aftersales.request(number, kind="cancel", reason="ordered_wrong", lines=[Wish(1, 1)], actor=SYSTEM)
        if case.state == "requested":
            aftersales.approve(case.number, actor=SYSTEM)
        aftersales.refund(case.number, actor=SYSTEM)
        money_arrives()
        services.follow([number])
    assert (view(told.number).state, view(told.number).lines[0].dropped) == ("recalled", 2)
    services.stop(told.number, words="已从包裹中取出", actor=GUEST, secret=secret(who))
    assert view(told.number).state == "cancelled"
    assert invariants.check() == []


def test_who_has_none_sells_none_until_he_says_so_again():
    who = partner()
    (tea,) = sends(who, 10_000, stock=5)
    number, told = ordered((tea, 2))
    services.refuse(told.number, reason="out_of_stock", actor=GUEST, secret=secret(who))
    assert lying(tea) == (2, 2)  # promised to the buyer, who has to be told
    assert selectors.attention()["refused"] == 1
    order_services.cancel(number, actor=SYSTEM, reason="out_of_stock")
    services.follow([number])
    assert (view(told.number).state, lying(tea)) == ("cancelled", (0, 0))
    holds(who, [tea], 3)
    assert lying(tea) == (3, 0)
    assert invariants.check() == []


def test_stock_a_supplier_states_never_takes_what_is_promised():
    who, other = partner(), partner()
    (tea,) = sends(who, 10_000, stock=5)
    (cup,) = goods(5_000)
    ordered((tea, 3))
    assert [missing for _, missing in holds(who, [tea], 1)] == [2]
    assert lying(tea) == (3, 3)
    with pytest.raises(NotSold) as wrong:
        holds(who, [cup], 1)
    assert wrong.value.errors[0].loc == "rows.0.sku"
    with pytest.raises(LinkVoid):
        services.state_stock(who, [Stated(1, 1)], actor=GUEST, secret=secret(other))
    with pytest.raises(PermissionDenied):
        services.state_stock(who, [Stated(1, 1)], actor=Actor("staff", 1, "nobody"))
    product = orders.find(selectors.supplier_orders().items[0].order_number)["lines"][0]["product_id"]
    services.set_supply([product], "stocked", actor=SYSTEM)  # what is his is sold no more
    assert lying(tea) == (3, 3)
    assert place_of(who) != place_of(other)


def test_a_supplier_sends_in_parts_and_bad_input_says_what_is_wrong():
    who = partner()
    (tea,) = sends(who, 10_000, agreed=0)
    number, told = ordered((tea, 3))
    for given, field in (
        ({"carrier": "SF", "waybill_no": "?"}, "waybill_no"),
        ({"carrier": "??", "waybill_no": "SF000000003"}, "carrier"),
        ({"carrier": "SF", "waybill_no": "SF000000003", "units": {1: 4}}, "lines.1"),
        ({"carrier": "SF", "waybill_no": "SF000000003", "units": {1: 0}}, "lines"),
    ):
        with pytest.raises(ValidationFailed) as wrong:
            services.ship(told.number, **given, actor=SYSTEM)
        assert wrong.value.errors[0].loc == field
    services.ship(told.number, carrier="SF", waybill_no="SF000000003", units={1: 2}, actor=SYSTEM)
    assert (view(told.number).state, orders.find(number)["status"]) == ("confirmed", "fulfilling")
    services.ship(told.number, carrier="SF", waybill_no="SF000000004", actor=SYSTEM)
    assert (view(told.number).state, orders.find(number)["status"]) == ("shipped", "shipped")
    with pytest.raises(WrongStep):
        services.refuse(told.number, reason="busy", actor=SYSTEM)
    assert selectors.attention()["unpriced"] == 1  # nothing was agreed, so nothing is owed yet
    services.set_prices(told.number, {1: 3_000}, actor=SYSTEM)
    assert sum(row.open for row in procurement.payables(supplier_id=who).items) == 9_000
    assert invariants.check() == []


def test_who_is_silent_or_late_is_told_once():
    who = partner()
    (tea,) = sends(who, 10_000)
    _, told = ordered((tea, 1))
    db.execute("update dropship_supplierorder set sent_at = kernel_now() - interval '13 hours'")
    assert (services.watch_late(), services.watch_late()) == (1, 0)
    assert view(told.number).late == "silent"
    db.execute("update dropship_supplierorder set due_at = kernel_now()")
    assert (services.watch_late(), services.watch_late()) == (1, 0)
    assert (view(told.number).late, selectors.attention()["overdue"]) == ("overdue", 1)
    assert selectors.standing([told.order_number])[told.order_number][0][0] == "sent"
