"""The packing table: whatever does not fit stops, and what leaves is what was scanned."""

from __future__ import annotations

import pytest

from tests.factories.aftersales import ask, grant
from tests.factories.fulfilment import news, ship, tell
from tests.factories.shop import goods
from tests.factories.warehouse import ANN, BOB, FOREMAN, close, pack, paid, reviewed, scan_all, somewhere, wave, weigh
from zhanggui.fulfilment import selectors, services
from zhanggui.fulfilment.errors import PackingStopped, ReviewHolds, WaybillUsed
from zhanggui.fulfilment.types import InsertRuleDraft
from zhanggui.kernel import db, invariants
from zhanggui.kernel.actor import GUEST, Actor
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services

pytestmark = pytest.mark.django_db
read = selectors.warehouse


@pytest.fixture(autouse=True)
def _books_are_right():
    yield
    assert invariants.check() == []


def stops(act, *args, **kwargs) -> str:
    with pytest.raises(PackingStopped) as stopped:
        act(*args, **kwargs)
    words = stopped.value.detail("zh"), stopped.value.detail("en")
    assert all("{" not in each for each in words)
    return stopped.value.extra["stop"]


def in_wave(*lines: tuple[str, int], **more) -> str:
    number = reviewed(*lines, **more)
    wave()
    return number


def test_a_box_leaves_with_what_was_scanned():
    tea, cup = goods(1000, 2000)
    number = in_wave((tea, 2), (cup, 1))
    task = services.open_box(number.lower(), actor=ANN)
    assert services.scan(task, tea.lower(), actor=ANN).scanned == 1
    assert read.box(task).complete is False
    assert scan_all(task).complete
    [parcel] = close(task, waybill_no="SF 1234 5678")
    made = selectors.parcel(parcel)
    assert (made.waybill_no, [(line.line, line.quantity) for line in made.lines]) == ("SF12345678", [(1, 2), (2, 1)])
    assert orders.find(number)["status"] == "shipped"
    assert read.on_the_table(ANN.id or 0) == []


def test_the_barcode_is_as_good_as_the_code():
    (tea,) = goods(1000)
    db.execute("update catalog_sku set barcode = '6901234567892' where code = %s", (tea,))
    task = services.open_box(in_wave((tea, 1)), actor=ANN)
    assert services.scan(task, "6901234567892", actor=ANN).sku_code == tea


def test_every_mismatch_stops_and_changes_nothing():
    tea, cup = goods(1000, 2000)
    number = in_wave((tea, 1))
    task = services.open_box(number, actor=ANN)
    assert stops(services.scan, task, cup, actor=ANN) == "wrong_item"
    assert stops(close, task) == "missing"
    services.scan(task, tea, actor=ANN)
    assert stops(services.scan, task, tea, actor=ANN) == "too_many"
    assert stops(services.scan, task, tea, actor=BOB) == "other_packer"
    assert stops(services.open_box, number, actor=BOB) == "other_packer"
    assert stops(services.open_box, "W0NOTHING", actor=ANN) == "unknown"
    assert read.box(task).tasks[0].lines[0].scanned == 1
    with pytest.raises(NotFound):
        services.scan(10**9, tea, actor=ANN)
    with pytest.raises(ValidationFailed):
        services.scan(task, " ", actor=ANN)
    with pytest.raises(ValidationFailed):
        close(task, waybill_no="?")
    with pytest.raises(PermissionDenied):
        services.open_box(number, actor=Actor("staff", 1, "x"))
    close(task)
    assert stops(services.open_box, number, actor=ANN) == "packed"
    assert stops(services.scan, task, tea, actor=ANN) == "packed"


def test_a_waybill_of_another_parcel_does_not_leave_twice():
    (tea,) = goods(1000)
    ship(paid((tea, 1)), waybill_no="SF00000001")
    task = services.open_box(in_wave((tea, 1)), actor=ANN)
    scan_all(task)
    with pytest.raises(WaybillUsed):
        close(task, waybill_no="SF00000001")
    assert read.box(task).tasks[0].state == "packing"


def test_taking_over_and_putting_aside_begin_the_scan_anew():
    (tea,) = goods(1000)
    number = in_wave((tea, 2))
    task = services.open_box(number, actor=ANN)
    services.scan(task, tea, actor=ANN)
    assert services.open_box(number, take_over=True, actor=BOB) == task
    assert read.box(task).tasks[0].lines[0].scanned == 0
    assert stops(services.scan, task, tea, actor=ANN) == "other_packer"
    services.put_aside(task, actor=BOB)
    assert stops(services.scan, task, tea, actor=BOB) == "unknown"
    services.open_box(number, actor=ANN)
    services.scan(task, tea, actor=ANN)
    services.empty_box(task, actor=ANN)
    assert read.box(task).tasks[0].lines[0].scanned == 0


def test_what_was_given_up_meanwhile_stops_the_packer():
    tea, cup = goods(1000, 2000)
    whole, part = in_wave((tea, 1)), in_wave((tea, 2), (cup, 1))
    first, second = services.open_box(whole, actor=ANN), services.open_box(part, actor=ANN)
    scan_all(first)
    services.scan(second, cup, actor=ANN)
    for number in (whole, part):
        grant(ask(number, (1, 1), kind="cancel"))
    assert stops(close, first) == "over"
    assert stops(services.scan, first, tea, actor=ANN) == "over"
    assert stops(services.scan, second, tea, actor=ANN) == "changed"
    assert [(line.quantity, line.scanned) for line in read.box(second).tasks[0].lines] == [(1, 0), (1, 0)]
    scan_all(second)
    close(second)
    assert orders.find(part)["status"] == "shipped"


def test_what_left_another_way_is_not_packed_again():
    (tea,) = goods(1000)
    number = in_wave((tea, 1))
    task = services.open_box(number, actor=ANN)
    ship(number)
    assert stops(services.scan, task, tea, actor=ANN) == "over"


def test_the_scale_finds_what_the_eye_did_not():
    tea, cup = goods(1000, 2000)
    weigh(500, [tea])
    task = services.open_box(in_wave((tea, 2)), actor=ANN)
    assert scan_all(task).expected_g == 1120
    assert stops(close, task, weight_g=620) == "weight"
    close(task, weight_g=1150)
    other = services.open_box(in_wave((tea, 1)), actor=ANN)
    scan_all(other)
    close(other, weight_g=900, weight_reason="加了气泡膜")
    weigh(0, [cup])
    unknown = services.open_box(in_wave((cup, 1)), actor=ANN)
    assert scan_all(unknown).expected_g is None
    close(unknown, weight_g=5)
    with pytest.raises(ValidationFailed):
        close(unknown, weight_g=-1)


def test_orders_that_share_a_box_share_its_waybill_and_its_news_and_keep_parcels_of_their_own():
    tea, cup = goods(1000, 2000)
    home = somewhere()
    one, two = paid((tea, 1), delivery=home), paid((cup, 2), (tea, 1), delivery=home)
    services.review([one, two])
    services.merge([one, two], actor=FOREMAN)
    wave()
    task = services.open_box(two, actor=ANN)
    box = scan_all(task)
    assert {t.order_number for t in box.tasks} == {one, two}
    made = [each for number in close(task, waybill_no="SF99990001") if (each := selectors.parcel(number))]
    assert {p.order_number: [(line.line, line.quantity) for line in p.lines] for p in made} == {
        one: [(1, 1)],
        two: [(1, 2), (2, 1)],
    }
    assert {p.waybill_no for p in made} == {"SF99990001"}
    assert selectors.by_waybill("SF", "SF99990001").number == made[0].number
    tell(news(made[0], "in_transit"), news(made[0], "delivered"))
    assert {orders.find(number)["status"] for number in (one, two)} == {"delivered"}
    assert [len(selectors.parcel(p.number).events) for p in made] == [2, 2]


def test_a_split_order_leaves_in_its_boxes():
    (tea,) = goods(1000)
    number = reviewed((tea, 3))
    services.split(number, [{1: 1}, {1: 2}], actor=FOREMAN)
    wave()
    [first] = pack(number)
    assert orders.find(number)["status"] == "fulfilling"
    [second] = pack(number)
    assert [selectors.parcel(p).lines[0].quantity for p in (first, second)] == [1, 2]
    assert orders.find(number)["status"] == "shipped"


def test_an_order_without_a_wave_is_packed_all_the_same_unless_it_is_held():
    (tea,) = goods(1000)
    plain, held = paid((tea, 1)), paid((tea, 1), note="等电话")
    services.review([held])
    pack(plain)
    with pytest.raises(ReviewHolds):
        services.open_box(held, actor=ANN)
    gone = paid((tea, 1))
    order_services.cancel(gone, actor=GUEST)
    with pytest.raises(Exception, match="wrong_state"):
        services.open_box(gone, actor=ANN)


def test_notes_of_colleagues_and_buyers_are_read_at_the_table():
    (tea,) = goods(1000)
    number = paid((tea, 1), note="请轻放")
    order_services.add_note(number, "加一层气泡膜", actor=Actor("staff", 5, "Service Li"))
    services.review([number])
    services.pass_orders([number], actor=FOREMAN)
    wave()
    box = read.box(services.open_box(number, actor=ANN))
    assert ([(note.by, note.text) for note in box.notes], box.buyer_notes) == (
        [("Service Li", "加一层气泡膜")],
        ("请轻放",),
    )


def test_small_gifts_go_to_whom_the_rule_says_once_and_while_there_are_any():
    (tea,) = goods(1000)
    assert services.save_insert_rule(InsertRuleDraft("试用装", min_amount=2000, most=1), actor=FOREMAN)
    first = services.save_insert_rule(InsertRuleDraft("新客卡", first_order=True), actor=FOREMAN)
    home = somewhere()
    small, large, again = (in_wave((tea, n), delivery=at) for n, at in ((1, home), (2, home), (2, somewhere())))
    shown = [[rule.label for rule in read.box(services.open_box(n, actor=ANN)).inserts] for n in (small, large, again)]
    assert shown == [["新客卡"], ["试用装"], ["试用装", "新客卡"]]
    for number in (small, large, again):
        pack(number)
    assert {rule.label: rule.given for rule in selectors.insert_rules()} == {"试用装": 1, "新客卡": 2}
    with pytest.raises(ValidationFailed) as wrong:
        services.save_insert_rule(InsertRuleDraft(" ", min_amount=-1, most=0, category_id=10**9), actor=FOREMAN)
    assert {error.loc for error in wrong.value.errors} == {"label", "min_amount", "most", "category_id"}
    services.save_insert_rule(InsertRuleDraft("新客卡", active=False), rule_id=first, actor=FOREMAN)
    assert [rule.active for rule in selectors.insert_rules()] == [True, False]
    with pytest.raises(NotFound):
        services.save_insert_rule(InsertRuleDraft("x"), rule_id=10**9, actor=FOREMAN)
