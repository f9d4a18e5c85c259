"""From the box to the buyer's door: waybill, label, pushes in every disorder, delivered; and news that were lost are asked for."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.factories.carriage import account, lanes
from tests.factories.shop import goods, open_shop
from tests.factories.warehouse import ANN, FOREMAN, reviewed, scan_all, somewhere, wave
from tests.support import pdf as papers
from zhanggui.carriage import selectors as carriage
from zhanggui.carriage import services as carriage_services
from zhanggui.carriage.providers import kdniao, kuaidi100
from zhanggui.carriage.services.practice import Practice
from zhanggui.carriage.types import RawPush
from zhanggui.fulfilment import selectors, services
from zhanggui.kernel import db, invariants, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import ValidationFailed

pytestmark = pytest.mark.django_db(transaction=True)
PACKER = Actor("staff", ANN.id, ANN.label, ANN.permissions | {"carriage.waybills"})
LEAD = Actor("staff", FOREMAN.id, FOREMAN.label, FOREMAN.permissions | {"carriage.waybills"})


@pytest.fixture(autouse=True)
def _open(transactional_db: Any, services_here: Practice) -> None:
    open_shop()
    lanes("SF", "ZTO", "JTSD")
    mall_settings.put("fulfilment.sender_address", "浙江省杭州市余杭区仓前路 1 号", actor=SYSTEM)
    account("JTSD", "kuaidi100")
    account("SF", "kdniao")


def push(raw: RawPush) -> int:
    answer = Client().post(
        f"/api/carriers/{raw.service}/tracks", raw.body, content_type="application/x-www-form-urlencoded"
    )
    return answer.status_code


def test_box_label_pushes_delivered(services_here: Practice, django_assert_num_queries: Any) -> None:
    (tea,) = goods(1000)
    near = reviewed((tea, 2))
    far = reviewed((tea, 1), delivery=somewhere(province="西藏自治区", city="拉萨市", district="城关区"))
    number = wave()
    tasks = selectors.boxes_of(selectors.warehouse.tasks_of(number))
    selectors.carried(tasks)  # the book is read once
    with django_assert_num_queries(3):  # their orders, their waybills, and whether the carriers' book has changed
        boxes = {box.tasks[0].order_number: box for box in selectors.carried(tasks)}
    assert (boxes[near].choice.carrier, boxes[near].choice.by) == ("JTSD", "cheapest")
    assert boxes[far].choice.carrier == "SF"
    assert "西藏为偏远地区" in boxes[far].choice.why.zh

    # a wave's waybills are asked for together; the packer may still take another carrier, with a reason
    assert services.ask_for_wave(number, actor=LEAD) == (2, {})
    carriage_services.tell_services()
    task = services.open_box(near, actor=PACKER)
    first = services.ask_waybill(task, actor=PACKER)
    assert (first.carrier, first.state) == ("JTSD", "issued")
    with pytest.raises(ValidationFailed):
        services.choose_carrier(task, "SF", reason="", actor=PACKER)
    services.choose_carrier(task, "SF", reason="买家要求", actor=PACKER)
    assert carriage.waybill(first.id).state == "cancelled"
    services.choose_carrier(task, "", reason="", actor=PACKER)
    waybill = services.ask_waybill(task, actor=PACKER)
    assert (waybill.carrier, waybill.number != first.number) == ("JTSD", True)

    pdf, without = services.print_labels([near, far], actor=PACKER)
    words = papers.words(pdf)
    assert not without
    assert waybill.number in words
    assert waybill.label["route"].split()[0] in words
    receiver = db.row("select contact_mobile from orders_order where number = %s", (near,))
    assert receiver
    assert receiver["contact_mobile"] not in words
    assert f"{receiver['contact_mobile'][:3]}****" in words

    scan_all(task, PACKER)
    [parcel] = services.close_box(
        task, carrier="JTSD", waybill_no=waybill.number, weight_g=1200, weight_reason="礼盒", actor=PACKER
    )
    used = carriage.waybill(waybill.id)
    assert (used.used_at is not None, used.weight_g, used.cost) == (
        True,
        1200,
        carriage_services.cost_of("JTSD", "浙江", 1200),
    )

    # five steps; the second push waits until the third has gone, each may come twice, and others do not belong to us
    books = services_here.simulator.books
    books.order_fault("reorder")
    pushed: list[RawPush] = []
    for kind in ("", "duplicate", "unknown", "forge", ""):
        if kind:
            books.order_fault(kind)
        services_here.advance("kuaidi100", "JTSD", waybill.number)
        pushed += services_here.pushes()
    codes = [push(raw) for raw in pushed]
    assert codes.count(400) == 1  # the forged one
    assert set(codes) == {200, 400}
    for raw in reversed(pushed):  # all of it again, backwards
        push(raw)
    [view] = selectors.parcels_of([near])[near]
    assert (view.number, view.state, len(view.events)) == (parcel, "delivered", 5)
    assert db.row("select status from orders_order where number = %s", (near,)) == {"status": "delivered"}
    assert carriage.waybill(waybill.id).over_at is not None
    assert not invariants.check()


@pytest.mark.parametrize(
    ("service", "body", "status"),
    [
        ("kuaidi100", b"", 400),
        ("kuaidi100", b"\xff\xfe=1", 400),
        ("kuaidi100", b"param=%7B%7D&sign=00", 400),
        ("kdniao", b"RequestData=%7B%7D&DataSign=x&RequestType=102", 400),
        ("kdniao", b"RequestData=nonsense&DataSign=x", 400),
        ("numbers", b"", 404),
        ("nobody", b"", 404),
    ],
)
def test_what_is_not_a_push_is_refused(services_here: Practice, service: str, body: bytes, status: int) -> None:
    assert push(RawPush(service, {}, body)) == status


def test_nonsense_with_a_right_signature_is_refused_too(services_here: Practice) -> None:
    from urllib.parse import urlencode

    from zhanggui.carriage.providers import keys

    salt, key = keys.of("kuaidi100").text("salt"), keys.of("kdniao").text("key")
    for param in ("[]", "{}", '{"lastResult": []}', '{"lastResult": {"com": "", "nu": ""}}', "\\"):
        body = urlencode({"param": param, "sign": kuaidi100.md5(param, salt)}).encode()
        assert push(RawPush("kuaidi100", {}, body)) == 400
    for data in ("[]", "{}", '{"Data": 1}', '{"Data": [{"ShipperCode": "SF"}]}'):
        body = urlencode({"RequestData": data, "RequestType": "102", "DataSign": kdniao.sign(data, key)}).encode()
        assert push(RawPush("kdniao", {}, body)) == 400
    data = '{"Data": [{"ShipperCode": "SF", "LogisticCode": "SF1", "Traces": [{"AcceptTime": "soon"}, 3, null]}]}'
    body = urlencode({"RequestData": data, "RequestType": "102", "DataSign": kdniao.sign(data, key)}).encode()
    assert push(RawPush("kdniao", {}, body)) == 200  # a time that is none is left out


def test_quiet_parcels_are_asked_about_and_then_told_to_staff(
    services_here: Practice, django_assert_max_num_queries: Any
) -> None:
    (tea,) = goods(1000)
    numbers = []
    for _ in range(3):
        order = reviewed((tea, 1), delivery=somewhere(province="西藏自治区", city="拉萨市", district="城关区"))
        task = services.open_box(order, actor=PACKER)
        numbers.append(services.ask_waybill(task, actor=PACKER).number)
        scan_all(task, PACKER)
        services.close_box(task, carrier="SF", waybill_no=numbers[-1], actor=PACKER)
    for number in numbers:
        for _ in range(2):
            services_here.advance("kdniao", "SF", number)
    services_here.simulator.pushes()  # all of them lost
    assert services.pull_tracking() == 0  # too early
    db.execute(
        "update carriage_waybill set pull_at = kernel_now() - interval '1 hour', used_at = used_at - interval '5 days'"
    )
    assert carriage.quiet() == 3
    services_here.simulator.books.order_fault("timeout")
    with django_assert_max_num_queries(30):
        assert services.pull_tracking() == 4  # one timed out, the others were heard
    assert carriage.quiet() == 1
    assert services.pull_tracking() == 0  # nobody is asked again before his time
    row = db.row(
        "select max(pull_at) - kernel_now() > interval '20 hours' as later from carriage_waybill where heard_at is null"
    )
    assert row == {"later": True}
