"""From a paid order through the bench to the buyer: nothing leaves before it is made, nothing is taken beyond the bench."""

from __future__ import annotations

import pytest

from tests.factories.aftersales import ask, grant, money_arrives
from tests.factories.bespoke import ANNA, EDITOR, MAKER, OTHER, command, cup, order
from tests.factories.fulfilment import deliver, ship
from tests.factories.shop import attempt, goods, open_shop
from tests.factories.warehouse import FOREMAN, pack, wave
from zhanggui.aftersales.errors import NotEligible
from zhanggui.bespoke import selectors as bespoke
from zhanggui.fulfilment import selectors as fulfilment
from zhanggui.fulfilment import services as warehouse
from zhanggui.fulfilment.errors import NothingForWave, ReviewHolds
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import invariants, mall_settings, outbox
from zhanggui.kernel.actor import GUEST, SYSTEM
from zhanggui.kernel.problems import PermissionDenied
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.orders.errors import OrderHeld, OutOfStock
from zhanggui.workshop import selectors, services
from zhanggui.workshop.errors import MadeByAnother, NothingToMake

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _books_are_right():
    open_shop()
    yield
    money_arrives()
    assert invariants.check() == []


def test_what_is_ordered_is_made_then_packed_and_arrives():
    sku, (tea,) = cup(places=4), goods(1000)
    number = order((sku, 2, ANNA), (tea, 1, None), (sku, 1, {"name": "包柏"}))
    [early] = [orders.find(number)]
    assert (early["status"], early["hold"]) == ("paid", "making")
    hours = (early["dispatch_due_at"] - early["paid_at"]).total_seconds() / 3600
    assert round(hours) == mall_settings.get("catalog.made_hours")
    assert warehouse.review([number]) == {number: "held"}
    assert warehouse.pass_orders([number], actor=FOREMAN) == []  # nobody can wave it through
    with pytest.raises(NothingForWave):
        wave()
    with pytest.raises(ReviewHolds):
        ship(number)
    with pytest.raises(OrderHeld):
        order_services.claim_for_fulfilment(number, actor=FOREMAN)

    assert [(each.line, each.units, each.state) for each in selectors.waiting()] == [
        (1, 2, "to_make"),
        (3, 1, "to_make"),
    ]
    assert selectors.code_of(f" {number.lower()}-3 ") == (number, 3)
    with pytest.raises(PermissionDenied):
        services.start(number, 1, actor=GUEST)
    services.start(number, 1, actor=MAKER)
    with pytest.raises(MadeByAnother):
        services.start(number, 1, actor=OTHER)
    assert services.start(number, 1, take_over=True, actor=OTHER).maker == OTHER.label
    assert services.finish(number, 1, actor=OTHER) is False
    with pytest.raises(NothingToMake):
        services.finish(number, 1, actor=OTHER)
    assert services.finish(number, 3, actor=MAKER) is True
    assert [(each.line, each.units, each.maker) for each in selectors.made()] == [
        (3, 1, "maker"),
        (1, 2, "other maker"),
    ]
    assert {(p.line, p.units, p.kind) for p in inventory.promised([number])} == {
        (1, 2, "own"),
        (2, 1, "own"),
        (3, 1, "own"),
    }

    outbox.drain()
    assert orders.find(number)["hold"] == ""
    wave()
    [task] = fulfilment.warehouse.tasks_of(fulfilment.warehouse.waves().items[0].number)
    assert task.lines[0].options.endswith("刻字：安娜；颜色：金色；高度：12 cm")
    pack(number)
    deliver(fulfilment.parcels_of([number])[number])
    assert orders.find(number)["status"] == "delivered"
    with pytest.raises(NotEligible) as refused:  # made for him alone
        ask(number, (1, 1))
    assert "定制" in refused.value.detail()
    ask(number, (2, 1))
    ask(number, (1, 1), reason="quality")


def test_the_bench_takes_no_more_than_it_has_places_and_gives_them_back():
    sku = cup(places=2, daily=1)
    assert [type(answer) for answer in attempt(*(command((sku, 1, ANNA)) for _ in range(3)))][2] is OutOfStock
    first, second = sorted({each.order_number for each in selectors.waiting()})
    due = [orders.find(each)["dispatch_due_at"] for each in (first, second)]
    assert abs((due[1] - due[0]).total_seconds()) == pytest.approx(86400, abs=60)  # one is made a day
    assert isinstance(attempt(command((sku, 1, ANNA)))[0], OutOfStock)
    order_services.cancel(first, actor=GUEST)
    again = order((sku, 1, ANNA))
    services.finish(second, 1, actor=MAKER)  # what is made frees its place, too
    order((sku, 1, ANNA))
    product = next(iter(bespoke.forms()))
    services.make_to_order(product, bespoke.form(product).fields, places=0, actor=EDITOR)
    assert isinstance(attempt(command((sku, 1, ANNA)))[0], OutOfStock)
    assert again in {each.order_number for each in selectors.waiting()}
    assert len(selectors.waiting()) == 2


def test_what_is_given_up_is_not_made_and_the_rest_goes_on():
    sku, (tea,) = cup(), goods(1000)
    number = order((sku, 2, ANNA), (tea, 1, None))
    grant(ask(number, (1, 1), kind="cancel", reason="ordered_wrong"))
    assert [each.units for each in selectors.waiting()] == [1]
    assert orders.find(number)["hold"] == "making"
    grant(ask(number, (1, 1), kind="cancel", reason="ordered_wrong"))
    assert (selectors.waiting(), orders.find(number)["hold"]) == ([], "")
    warehouse.review([number], actor=SYSTEM)
    ship(number)
    assert orders.find(number)["status"] == "shipped"
