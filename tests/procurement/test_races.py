"""Two at the same moment, on real connections: deliveries, a delivery and a cancellation, payments. Each with its careless twin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from tests.factories import procurement as make
from tests.orders.racing import careless
from tests.support.races import repeat_together, run_together
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import WrongState
from zhanggui.procurement import selectors, services
from zhanggui.procurement.errors import MoreThanOwed, OverReceipt
from zhanggui.procurement.types import PaymentDraft

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS, TRIES = 3, 30


def errors(functions: list[Callable[[], Any]]) -> list[type[BaseException] | None]:
    return [None if each.error is None else type(each.error) for each in run_together(functions)]


def test_one_delivery_sent_twice_at_once_is_one_receipt() -> None:
    for _ in range(ROUNDS):
        number, _, sku = make.sent(units=10)
        outcomes = repeat_together(3, lambda n=number: make.receive(n, (1, 10), key="same"))
        assert len({each.value for each in outcomes}) == 1
        assert (make.on_hand(sku), len(make.view(number).receipts)) == (10, 1)


def test_two_deliveries_at_once_never_take_in_more_than_was_ordered() -> None:
    for _ in range(ROUNDS):
        number, _, sku = make.sent(units=10)
        found = errors([lambda n=number, k=k: make.receive(n, (1, 7), key=k) for k in ("a", "b")])
        assert sorted(map(str, found)) == sorted(map(str, [None, OverReceipt]))
        assert make.on_hand(sku) == 7


def test_a_delivery_and_a_cancellation_at_once_leave_one_of_both() -> None:
    for _ in range(ROUNDS):
        number, _, sku = make.sent(units=10)
        received, cancelled = errors(
            [
                lambda n=number: make.receive(n, (1, 10)),
                lambda n=number: services.cancel_order(n, reason="x", actor=SYSTEM),
            ]
        )
        assert (received is None) != (cancelled is None)
        assert issubclass(received or cancelled or object, WrongState)
        assert make.on_hand(sku) == (10 if received is None else 0)
        assert make.view(number).state == ("received" if received is None else "cancelled")


def owing(amount: int) -> int:
    number, who, _ = make.sent(units=1, price=amount)
    make.receive(number, (1, 1))
    return who


def test_two_payments_at_once_never_pay_more_than_is_owed() -> None:
    for _ in range(ROUNDS):
        who = owing(100)

        def pay(key: str, who: int = who) -> str:
            return services.pay_supplier(who, PaymentDraft(70, clock.business_date()), key=key, actor=SYSTEM)

        found = errors([lambda p=pay, k=k: p(k) for k in ("a", "b")])
        assert sorted(map(str, found)) == sorted(map(str, [None, MoreThanOwed]))
        assert {each.supplier_id: each.open for each in selectors.ageing()}[who] == 30


@pytest.fixture
def unguarded() -> Iterator[None]:
    """Takes the word of the database away, and gives it back."""
    with connection.cursor() as cursor:
        cursor.execute("alter table procurement_orderline drop constraint purchaseline_within_tolerance")
        cursor.execute("alter table procurement_payable drop constraint payable_never_more_than_owed")
    yield
    with connection.cursor() as cursor:
        cursor.execute("update procurement_orderline set good = 0")
        cursor.execute("update procurement_payable set settled = 0")
        cursor.execute(
            "alter table procurement_orderline add constraint purchaseline_within_tolerance check (good >= 0 and good <= ceiling)"
        )
        cursor.execute(
            "alter table procurement_payable add constraint payable_never_more_than_owed check ("
            " (amount > 0 and settled >= 0 and settled <= amount) or (amount < 0 and settled <= 0 and settled >= amount)"
            " or (amount = 0 and settled = 0))"
        )


def test_careless_deliveries_take_in_too_much(unguarded: None) -> None:
    """Read, decide, write, and no constraint behind it: what the race above would be without its guards."""
    for _ in range(TRIES):
        number, _, _ = make.sent(units=10)

        def room(number: str = number) -> bool:
            return make.view(number).lines[0].good + 7 <= 10

        def take(line: int = make.view(number).lines[0].id) -> None:
            db.execute("update procurement_orderline set good = good + 7 where id = %s", (line,))

        repeat_together(2, careless(room, take))
        if make.view(number).lines[0].good > 10:
            return
    raise AssertionError("the careless twin never took too much; the race proves nothing")


def test_careless_payments_pay_too_much(unguarded: None) -> None:
    for _ in range(TRIES):
        who = owing(100)
        entry = selectors.payables(supplier_id=who).items[0].id

        def fits(who: int = who) -> bool:
            return sum(each.open for each in selectors.payables(supplier_id=who).items) >= 70

        def settle(entry: int = entry) -> None:
            db.execute("update procurement_payable set settled = settled + 70 where id = %s", (entry,))

        repeat_together(2, careless(fits, settle))
        found = db.row("select settled from procurement_payable where id = %s", (entry,))
        if found and found["settled"] > 100:
            return
    raise AssertionError("the careless twin never paid too much; the race proves nothing")
