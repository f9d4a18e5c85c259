"""Orders that staff enters: priced as for the buyer himself, placed once, paid by whoever may say that the money came."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.promotions import live, public_code
from tests.factories.shop import HOME, goods
from zhanggui.checkout import selectors, services
from zhanggui.checkout.errors import PriceChanged
from zhanggui.checkout.types import EnteredOrder, Purchase
from zhanggui.kernel import clock, db, invariants
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import Conflict, IdempotencyConflict, PermissionDenied, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.orders.errors import OutOfStock
from zhanggui.payments import selectors as payments

pytestmark = pytest.mark.django_db
SERVICE = Actor("staff", None, "小美", frozenset({"orders.place", "orders.note", "orders.change_price"}))
CHIEF = Actor("staff", None, "店长", frozenset({"orders.place", "payments.confirm_transfer"}))


def wanted(*lines: tuple[str, int], **more: Any) -> EnteredOrder:
    return EnteredOrder(lines, HOME, **more)


def found(number: str) -> dict[str, Any]:
    order = orders.find(number)
    assert order is not None
    return order


def books_are_right() -> None:
    assert [(v.invariant.name, v.samples) for v in invariants.check()] == []


def test_it_costs_what_the_buyer_would_pay_and_waits_for_him() -> None:
    (tea,) = goods(10_000)
    live(config={"steps": [{"threshold": 10_000, "off": 1000}]})
    public_code("SAVE5", {"off": 500})
    entered = wanted((tea, 1), coupons=("SAVE5",), note="请放门口", staff_note="老客户电话下单")
    quote = selectors.quote(services.request_for(entered))
    made = services.enter_order(entered, key="k1", expected_total=quote.total, actor=SERVICE)
    order = found(made.number)
    assert (order["status"], order["total"], order["discount_total"]) == ("pending_payment", quote.total, 1500)
    assert (order["payment_provider"], order["source"], order["buyer_note"]) == ("", "staff", "请放门口")
    assert (order["expires_at"] - clock.now()).total_seconds() > 47 * 3600
    first, note = order["timeline"]
    assert (first["kind"], first["actor"], first["actor_label"]) == ("placed", "staff", "小美")
    assert (note["kind"], note["public"], note["data"]["text"]) == ("note", False, "老客户电话下单")
    assert payments.intents_of([made.number]) == []
    books_are_right()


def test_the_buyer_pays_as_he_likes_also_after_the_price_was_changed() -> None:
    (tea,) = goods(10_000)
    number = services.enter_order(wanted((tea, 1)), key="k1", actor=SERVICE).number
    order_services.change_price(number, lines={1: 9000}, shipping=0, reason="议价", actor=SERVICE)
    order_services.start_payment(number, "simulator", actor=Actor("guest"))
    assert (found(number)["status"], found(number)["paid_total"]) == ("paid", 9000)
    books_are_right()


def test_sent_twice_it_is_one_order() -> None:
    (tea,) = goods(1000)
    first = services.enter_order(wanted((tea, 1), staff_note="一"), key="k1", actor=SERVICE)
    again = services.enter_order(wanted((tea, 1), staff_note="一"), key="k1", actor=SERVICE)
    assert (again.number, again.replayed) == (first.number, True)
    assert len([e for e in found(first.number)["timeline"] if e["kind"] == "note"]) == 1
    with pytest.raises(IdempotencyConflict):
        services.enter_order(wanted((tea, 2)), key="k1", actor=SERVICE)


def test_money_that_came_by_hand_pays_at_once_for_those_who_may_say_so() -> None:
    (tea,) = goods(1000)
    paid = services.enter_order(wanted((tea, 1), bank_reference="B-77"), key="k1", actor=CHIEF).number
    assert (found(paid)["status"], found(paid)["payment_provider"]) == ("paid", "bank_transfer")
    waits = services.enter_order(wanted((tea, 1), bank_reference="B-78"), key="k2", actor=SERVICE).number
    assert found(waits)["status"] == "pending_payment"
    assert "B-78" in found(waits)["timeline"][-1]["data"]["text"]
    with pytest.raises(Conflict):  # the same money does not pay twice, and then nothing is placed
        services.enter_order(wanted((tea, 1), bank_reference="B-77"), key="k3", actor=CHIEF)
    assert db.row("select count(*)::int as n from orders_order") == {"n": 2}
    books_are_right()


def test_what_cannot_be_placed_says_why() -> None:
    (tea,) = goods(1000, stock=1)
    with pytest.raises(PermissionDenied):
        services.enter_order(wanted((tea, 1)), key="k", actor=Actor("staff", None, "x"))
    with pytest.raises(OutOfStock):
        services.enter_order(wanted((tea, 2)), key="k", actor=SERVICE)
    with pytest.raises(PriceChanged):
        services.enter_order(wanted((tea, 1)), key="k", expected_total=1, actor=SERVICE)
    with pytest.raises(ValidationFailed):
        services.enter_order(wanted((tea, 0)), key="k", actor=SERVICE)
    with pytest.raises(ValidationFailed) as wrong:
        services.delivery_of("", "123", "没有省", "", "", "")
    assert {error.loc for error in wrong.value.errors} == {"name", "mobile", "line", "province"}


def test_a_sheet_places_each_order_once_however_often_it_comes() -> None:
    tea, cup = goods(1000, stock=3) + goods(2000)
    rows = [wanted((tea, 2)), wanted((tea, 2)), wanted((cup, 1), staff_note="礼盒")]
    first = services.enter_sheet(rows, ["A-1", "A-2", "A-3"], actor=SERVICE)
    assert isinstance(first[1], OutOfStock)
    placed = [answer.number for answer in first if isinstance(answer, Purchase)]
    assert services.known_on_sheets(["A-1", "A-2", "A-3"]) == {"A-1": placed[0], "A-3": placed[1]}
    again = services.enter_sheet(rows, ["A-1", "A-2", "A-3"], actor=CHIEF)
    assert [answer.number for answer in again if isinstance(answer, Purchase)] == placed
    assert db.row("select count(*)::int as n from orders_order") == {"n": 2}
    books_are_right()
