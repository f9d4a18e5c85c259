"""Waves: which orders are chosen, in what order they are picked, what is missing, and that a wave costs the same at any size."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.fulfilment import age
from tests.factories.inventory import put
from tests.factories.shop import goods
from tests.factories.warehouse import ANN, FOREMAN, orders_in, pack, paid, reviewed, somewhere, warehouse, wave
from tests.support import pdf
from zhanggui.catalog import selectors as catalog
from zhanggui.fulfilment import selectors, services
from zhanggui.fulfilment.errors import NothingForWave, PackingStopped
from zhanggui.inventory import services as inventory
from zhanggui.kernel import clock, db, invariants, typesetting
from zhanggui.kernel.actor import GUEST, SYSTEM, Actor
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.orders.errors import OrderWrongState

pytestmark = pytest.mark.django_db
read = selectors.warehouse


@pytest.fixture(autouse=True)
def _books_are_right():
    yield
    assert invariants.check() == []


def test_a_wave_begins_with_its_orders_and_cancelling_is_a_case_from_then_on():
    (tea,) = goods(1000)
    number = reviewed((tea, 2))
    made = wave(carrier="SF")
    assert orders_in(made) == [number]
    assert orders.find(number)["status"] == "fulfilling"
    with pytest.raises(OrderWrongState):
        order_services.cancel(number, actor=GUEST)
    with pytest.raises(NothingForWave):
        wave()
    told = read.wave(made)
    assert (told.orders, told.units, told.picking, told.open, told.made_by) == (1, 2, 1, 1, "foreman")


def test_the_most_urgent_come_first_and_the_rules_of_a_wave_choose():
    tea, cup = goods(1000, 2000)
    late, single, several = reviewed((tea, 1)), reviewed((tea, 3)), reviewed((tea, 1), (cup, 1))
    age(late, 5)
    db.execute("update fulfilment_review set due_at = due_at - interval '5 hours' where order_number = %s", (late,))
    assert orders_in(wave(kind="multi")) == [several]
    with pytest.raises(NothingForWave):
        wave(due_until=clock.now() - timedelta(days=3))
    with pytest.raises(NothingForWave):
        wave(paid_until=clock.now() - timedelta(days=3))
    assert orders_in(wave(kind="single", limit=1)) == [late]
    assert orders_in(wave()) == [single]


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"kind": "huge"}, "kind"), ({"limit": 0}, "limit"), ({"limit": 501}, "limit"), ({"carrier": "NOBODY"}, "carrier"),
     ({"warehouse_id": 10**6}, "warehouse_id")],
)  # fmt: skip
def test_what_makes_no_sense_is_said_at_its_field(asked, field):
    goods(1000)
    with pytest.raises(ValidationFailed) as wrong:
        wave(**asked)
    assert [error.loc for error in wrong.value.errors] == [field]
    with pytest.raises(PermissionDenied):
        services.make_wave(warehouse_id=1, actor=Actor("staff", 1, "x"))


def test_an_order_that_was_cancelled_a_moment_ago_is_left_out():
    (tea,) = goods(1000)
    gone, stays = reviewed((tea, 1)), reviewed((tea, 1))
    order_services.cancel(gone, actor=GUEST)  # and its announcement has not come through yet
    assert orders_in(wave()) == [stays]


def test_the_picker_walks_past_each_article_once():
    tea, cup = sorted(goods(1000, 2000))
    a, b = reviewed((cup, 1), (tea, 2)), reviewed((tea, 3))
    made = wave()
    baskets = {task.order_number: task.basket for task in read.tasks_of(made)}
    lines = read.pick_list(made)
    assert [(line.sku_code, line.units) for line in lines] == [(tea, 5), (cup, 1)]
    assert dict(lines[0].baskets) == {baskets[a]: 2, baskets[b]: 3}
    pack(a)
    assert [(line.sku_code, line.units) for line in read.pick_list(made)] == [(tea, 3)]
    with pytest.raises(NotFound):
        read.pick_list("W0")


def test_what_is_missing_goes_short_where_there_is_most_time():
    (tea,) = goods(1000)
    first, last = reviewed((tea, 2)), reviewed((tea, 2))
    made = wave()
    for missing in (0, 5):
        with pytest.raises(ValidationFailed):
            services.report_short(made, tea, missing, actor=ANN)
    assert services.report_short(made, tea, 3, actor=ANN) == sorted([first, last])
    shorts = {task.order_number: task.lines[0].short for task in read.tasks_of(made)}
    assert shorts == {first: 1, last: 2}
    with pytest.raises(PackingStopped) as stop:
        services.open_box(first, actor=ANN)
    assert stop.value.extra["stop"] == "short"
    told = db.rows("select payload from kernel_outboxevent where name = 'fulfilment.picked_short'")
    assert {e["payload"]["order_number"]: e["payload"]["lines"] for e in told} == {
        first: [{"line": 1, "quantity": 1}],
        last: [{"line": 1, "quantity": 2}],
    }
    task = {task.order_number: task.id for task in read.tasks_of(made)}
    with pytest.raises(ValidationFailed):
        services.resume(task[last], found=False, actor=ANN)  # nothing of it is there
    services.resume(task[last], found=True, actor=ANN)
    services.resume(task[first], found=False, actor=ANN)  # one leaves, one is still owed
    pack(last)
    pack(first)
    assert (orders.find(last)["status"], orders.find(first)["status"]) == ("shipped", "fulfilling")
    pack(first)  # found after all: the rest in a box of its own
    assert orders.find(first)["status"] == "shipped"


def test_orders_in_one_box_come_into_a_wave_together_or_not_at_all():
    (tea,) = goods(1000)
    home = somewhere()
    one, two = (paid((tea, 1), delivery=home) for _ in range(2))
    services.review([one, two])
    services.merge([one, two], actor=FOREMAN)
    services.hold_orders([two], reason="wait", actor=FOREMAN)
    with pytest.raises(NothingForWave):
        wave()
    services.pass_orders([two], actor=FOREMAN)
    tasks = read.tasks_of(wave())
    assert {task.basket for task in tasks} == {1}
    assert [task.order_number for task in tasks] == [one, two]


def test_an_order_in_two_warehouses_leaves_from_both():
    tea, cup = goods(1000, 2000)
    second = inventory.save_warehouse(code="B", name="二仓", region="", priority=200, active=True, actor=SYSTEM)
    [sku] = catalog.sellable_by_code([cup])
    put({sku.sku_id: 0})
    put({sku.sku_id: 5}, warehouse_id=second)
    number = reviewed((tea, 1), (cup, 1))
    here, there = warehouse(), second
    a = wave(warehouse_id=here)
    b = wave(warehouse_id=there)
    assert [[line.sku_code for line in t.lines] for w in (a, b) for t in read.tasks_of(w)] == [[tea], [cup]]
    pack(number)
    assert orders.find(number)["status"] == "fulfilling"
    pack(number)
    assert orders.find(number)["status"] == "shipped"


def test_a_wave_costs_the_same_number_of_statements_at_any_size():
    (tea,) = goods(1000)

    def cost(orders_wanted: int) -> int:
        for _ in range(orders_wanted):
            reviewed((tea, 1))
        with CaptureQueriesContext(connection) as seen:
            made = wave()
        assert len(orders_in(made)) == orders_wanted
        return len(seen)

    assert cost(1) == cost(5) <= 22


def test_the_pick_list_is_printed():
    try:
        typesetting.chinese()
    except typesetting.NoChineseFont:
        pytest.skip("this machine has no Chinese font")
    (tea,) = goods(1000, title="龙井茶")
    reviewed((tea, 3))
    made = wave()
    said = pdf.words(services.print_pick_list(made, actor=ANN))
    for words in ("拣货单", made, "龙井茶", tea, "1×3"):
        assert words in said, words
