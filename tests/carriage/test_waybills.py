"""A box has one waybill, whatever happens on the way to it."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.factories.carriage import CLERK, account, lanes, shipment
from tests.support.races import run_together
from zhanggui.carriage import providers, selectors, services
from zhanggui.carriage.errors import (
    NoLabelAccount,
    NotServed,
    NumbersUsedUp,
    ServiceNonsense,
    ServiceRefused,
    ServiceUnreachable,
    WaybillBusy,
    WaybillTaken,
    WaybillUsed,
)
from zhanggui.carriage.services.practice import Practice
from zhanggui.carriage.services.waybills import _shipment
from zhanggui.carriage.types import Party
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import PermissionDenied, ValidationFailed

pytestmark = pytest.mark.django_db(transaction=True)
SERVICES = ("kuaidi100", "kdniao")


def issued_at_service(practice: Practice) -> int:
    return len(practice.simulator.books.rows("select 1 from waybill where state <> 'cancelled'"))


@pytest.mark.parametrize("service", SERVICES)
def test_a_box_has_one_waybill_through_timeouts_nonsense_and_refusals(services_here: Practice, service: str) -> None:
    lanes()
    account("ZTO", service)
    books = services_here.simulator.books
    wanted = shipment()

    books.order_fault("timeout", "late")  # the service has issued it, and its answer is lost
    with pytest.raises(ServiceUnreachable) as silent:
        services.ask(wanted, actor=CLERK)
    assert "超时" in silent.value.detail()
    [waiting] = selectors.living([wanted.reference]).values()
    assert (waiting.state, waiting.number) == ("requested", "")
    assert waiting.error

    books.order_fault("nonsense")
    with pytest.raises(ServiceNonsense):
        services.ask(wanted, actor=CLERK)
    given = services.ask(wanted, actor=CLERK)
    assert given.state == "issued"
    assert services.ask(wanted, actor=CLERK) == given
    assert issued_at_service(services_here) == 1
    assert given.number == books.row("select number from waybill")["number"]
    assert given.label["route"]
    # 1.3 kg to Guangdong by ZTO: 5.50 for the first kilogram, 2.00 for the started second
    assert given.cost == 750
    assert db.row("select shipment from carriage_waybill where id = %s", (given.id,)) == {"shipment": None}

    books.order_fault("refuse", "余额不足")
    other = shipment()
    with pytest.raises(ServiceRefused, match="余额不足"):
        services.ask(other, actor=CLERK)
    assert selectors.living([other.reference])[other.reference].state == "failed"
    assert services.ask(other, actor=CLERK).state == "issued"  # with an order code of its own
    assert issued_at_service(services_here) == 2


def test_who_may_ask_and_what_is_refused_before_anybody_is_asked(services_here: Practice) -> None:
    lanes()
    with pytest.raises(PermissionDenied):
        services.ask(shipment(), actor=Actor("staff", 1, "nobody", frozenset()))
    with pytest.raises(NoLabelAccount):
        services.ask(shipment(), actor=CLERK)
    account("JTSD")
    far = Party("a", "13900000000", "西藏自治区", "拉萨市", "", "1")
    with pytest.raises(NotServed):
        services.ask(shipment("JTSD", receiver=far), actor=CLERK)
    with pytest.raises(ValidationFailed):
        services.ask(shipment("JTSD", receiver=Party("", "", "广东", "", "", "")), actor=CLERK)
    account("ZTO")
    services.save_account(carrier="ZTO", service="kuaidi100", active=False, actor=CLERK)
    with pytest.raises(NoLabelAccount):
        services.ask(shipment(), actor=CLERK)
    with transaction.atomic(), pytest.raises(ValidationFailed):
        services.save_account(carrier="PICKUP", service="kuaidi100", actor=CLERK)
    assert not db.rows("select 1 from carriage_waybill")


def test_two_packers_and_a_job_ask_for_one_box(services_here: Practice) -> None:
    """All at once: one waybill at the service and in the books; who comes second is told to wait or gets the same."""
    lanes()
    account()
    answering = services_here.answering

    def packer(box: str):
        def ask():
            with answering():
                return services.ask(shipment(reference=box), actor=CLERK).number

        return ask

    def job() -> int:
        with answering():
            return services.tell_services()

    for turn in range(3):
        box = f"RACE{turn}"
        outcomes = run_together([packer(box), packer(box), job])
        numbers = {outcome.value for outcome in outcomes[:2] if outcome.ok}
        assert all(outcome.ok or isinstance(outcome.error, WaybillBusy) for outcome in outcomes), outcomes
        services.tell_services()
        final = services.ask(shipment(reference=box), actor=CLERK)
        assert numbers <= {final.number}
        assert issued_at_service(services_here) == turn + 1
        assert len(db.rows("select 1 from carriage_waybill where reference = %s", (box,))) == 1


def test_asking_with_a_new_code_each_time_would_pay_twice(services_here: Practice) -> None:
    """The naive way: whoever asks again after a timeout without the order code of before gets a second number."""
    account()
    service = providers.service("kuaidi100")
    wanted = shipment()
    first, again = (service.issue(code, wanted).number for code in ("A-1", "A-2"))
    assert first != again
    assert service.issue("A-1", wanted).number == first


def test_a_box_given_to_another_carrier_or_not_sent_gives_its_waybill_back(services_here: Practice) -> None:
    lanes()
    account("ZTO")
    account("SF", "kdniao")
    box = shipment()
    by_zto = services.ask(box, actor=CLERK)
    by_sf = services.ask(shipment("SF", box.reference), actor=CLERK)
    assert by_sf.number.startswith("SF")
    assert selectors.waybill(by_zto.id).state == "cancelled"
    assert services.tell_services() == 1
    assert services_here.simulator.books.of_code("kuaidi100", box.reference)["state"] == "cancelled"

    with transaction.atomic():
        services.use(
            "SF", by_sf.number, reference="P1", documents=[box.document], province="广东", weight_g=900, actor=CLERK
        )
    used = selectors.waybill(by_sf.id)
    assert (used.weight_g, used.cost) == (900, 1800)  # what it weighed when it left
    with pytest.raises(WaybillUsed):
        services.cancel(by_sf.id, reason="x", actor=CLERK)
    with pytest.raises(WaybillUsed):
        services.ask(shipment("ZTO", box.reference), actor=CLERK)
    with pytest.raises(WaybillTaken), transaction.atomic():
        services.use("SF", by_sf.number, reference="P2", documents=["OTHER"], province="广东", weight_g=0, actor=CLERK)
    with pytest.raises(WaybillTaken), transaction.atomic():
        services.use(
            "ZTO", by_zto.number, reference="P2", documents=[box.document], province="广东", weight_g=0, actor=CLERK
        )

    services.tell_services()  # that its news are wanted
    unused = services.ask(shipment(), actor=CLERK)
    with pytest.raises(ValidationFailed):
        services.cancel(unused.id, reason=" ", actor=CLERK)
    services.cancel(unused.id, reason="装错箱", actor=CLERK)
    services_here.simulator.books.order_fault("timeout")
    assert services.tell_services() == 0
    assert selectors.waybill(unused.id).to_cancel  # told again until the service has heard it
    db.execute("update carriage_waybill set busy_until = null")
    assert services.tell_services() == 1
    assert not selectors.waybill(unused.id).to_cancel


def test_a_wave_is_asked_for_by_the_job_and_survives_a_dead_worker(services_here: Practice) -> None:
    lanes()
    account()
    boxes = [shipment() for _ in range(5)]
    nobody = shipment("YD")
    waiting, refused = services.ask_many([*boxes, nobody], actor=CLERK)
    assert (waiting, list(refused)) == (5, [nobody.reference])
    db.execute(  # a worker claimed one and died
        "update carriage_waybill set busy_until = kernel_now() + interval '1 minute' where reference = %s",
        (boxes[0].reference,),
    )
    services_here.simulator.books.order_fault("timeout", times=3)
    services.tell_services()  # silent three times: it is left alone
    assert not db.rows("select 1 from carriage_waybill where state = 'issued'")
    db.execute("update carriage_waybill set busy_until = null")
    assert services.tell_services() == 5
    numbers = {view.number for view in selectors.living([box.reference for box in boxes]).values()}
    assert len(numbers) == 5
    assert issued_at_service(services_here) == 5


def test_bought_numbers_are_given_once_each_until_they_are_used_up(services_here: Practice) -> None:
    account("YD", "numbers")
    with pytest.raises(NumbersUsedUp):
        services.ask(shipment("YD"), actor=CLERK)
    for first, last in (("AB", "AB"), ("YD0000000009", "YD0000000008"), ("YD0000000001", "YX0000000009")):
        with pytest.raises(ValidationFailed):
            services.add_numbers(carrier="YD", first=first, last=last, actor=CLERK)
    services.add_numbers(carrier="YD", first="YD0000000008", last="YD0000000011", actor=CLERK)
    with pytest.raises(ValidationFailed):
        services.add_numbers(carrier="YD", first="YD0000000010", last="YD0000000020", actor=CLERK)
    with transaction.atomic():  # one of them was typed by hand before
        services.use("YD", "YD0000000009", reference="P9", documents=["X"], province="广东", weight_g=0, actor=CLERK)

    def take() -> str:
        return services.ask(shipment("YD"), actor=CLERK).number

    outcomes = run_together([take, take, take, take])
    assert sorted(each.value for each in outcomes if each.ok) == ["YD0000000008", "YD0000000010", "YD0000000011"]
    assert [type(each.error) for each in outcomes if not each.ok] == [NumbersUsedUp]
    assert selectors.numbers()[0].left == 0


def test_what_is_told_to_a_service_comes_back_as_it_was() -> None:
    from dataclasses import asdict

    wanted = shipment()
    assert _shipment(asdict(wanted)) == wanted
