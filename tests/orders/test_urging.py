"""The mall reminds of payment within bounds; a buyer asks for his parcel, is answered, and it ends when the parcel leaves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from tests.factories import shop
from tests.orders.racing import waiting
from tests.support.races import run_together
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import GUEST, SYSTEM, Actor
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed
from zhanggui.orders import selectors
from zhanggui.orders import services as orders
from zhanggui.orders.errors import OrderWrongState, TooLateToRemind, TooSoon
from zhanggui.orders.types import ShippedUnits

SERVICE = Actor("staff", None, "小美", frozenset({"orders.remind", "orders.answer"}))


def kinds(number: str) -> list[str]:
    order = selectors.find(number)
    assert order is not None
    return [entry["kind"] for entry in order["timeline"] if entry["public"]]


def earlier(number: str, hours: int) -> None:
    """As if what happened to an order had happened so many hours before, and its time to pay were long."""
    span = timedelta(hours=hours)
    db.execute(
        "update orders_order set placed_at = placed_at - %s, expires_at = kernel_now() + interval '9 days' where number = %s",
        (span, number),
    )
    for table in ("orders_timelineentry", "orders_urge"):
        db.execute(
            f"update {table} t set at = t.at - %s from orders_order o where o.id = t.order_id and o.number = %s",
            (span, number),
        )


@pytest.mark.django_db
class TestReminders:
    def test_once_in_so_many_hours_and_not_for_ever(self) -> None:
        number = waiting(*((code, 1) for code in shop.goods(1000)))
        orders.remind_to_pay(number, actor=SERVICE)
        assert kinds(number)[-1] == "pay_reminder"
        with pytest.raises(TooSoon):
            orders.remind_to_pay(number, actor=SERVICE)
        earlier(number, 5)
        orders.remind_to_pay(number, actor=SERVICE)
        earlier(number, 68)
        with pytest.raises(TooLateToRemind):
            orders.remind_to_pay(number, actor=SERVICE)
        assert kinds(number).count("pay_reminder") == 2

    def test_the_list_knows_whom_the_rules_let_be_reminded(self) -> None:
        (tea,) = shop.goods(1000)
        fresh, asked = waiting((tea, 1)), waiting((tea, 1))
        orders.remind_to_pay(asked, actor=SERVICE)
        rows = {row["number"]: row for row in selectors.unpaid().items}
        now = clock.now()
        assert {number: selectors.remindable(row, now) for number, row in rows.items()} == {fresh: True, asked: False}
        assert rows[asked]["reminders"] == 1
        page = selectors.unpaid(limit=1)
        rest = selectors.unpaid(cursor=page.next_cursor or "", limit=1)
        assert {page.items[0]["number"], rest.items[0]["number"]} == {fresh, asked}

    def test_only_while_it_waits_and_with_the_permission(self) -> None:
        (tea,) = shop.goods(1000)
        with pytest.raises(OrderWrongState):
            orders.remind_to_pay(shop.buy((tea, 1)), actor=SERVICE)
        with pytest.raises(PermissionDenied):
            orders.remind_to_pay(waiting((tea, 1)), actor=Actor("staff", None, "x"))


@pytest.mark.django_db
class TestUrging:
    def test_a_buyer_asks_is_answered_and_may_ask_again_later(self) -> None:
        number = shop.buy(*((code, 1) for code in shop.goods(1000)))
        orders.urge(number, "急用", actor=GUEST)
        [row] = selectors.urged().items
        assert (row["number"], row["urge_text"], selectors.urge_counts()["urged"]) == (number, "急用", 1)
        with pytest.raises(TooSoon):
            orders.urge(number, actor=GUEST)
        orders.answer_urge(number, "今晚发出", actor=SERVICE)
        told = selectors.urge_of(number)
        assert told is not None
        assert (told.answer, selectors.urged().items) == ("今晚发出", [])
        with pytest.raises(NotFound):
            orders.answer_urge(number, "再说", actor=SERVICE)
        earlier(number, 13)
        orders.urge(number, actor=GUEST)
        assert kinds(number)[-3:] == ["urged", "urge_answered", "urged"] or kinds(number).count("urged") == 2

    def test_asked_again_without_an_answer_it_is_still_one_thing_to_do(self) -> None:
        number = shop.buy(*((code, 1) for code in shop.goods(1000)))
        orders.urge(number, "第一次", actor=GUEST)
        earlier(number, 13)
        orders.urge(number, "第二次", actor=GUEST)
        assert [row["urge_text"] for row in selectors.urged().items] == ["第二次"]

    def test_it_ends_by_itself_when_the_parcel_leaves(self) -> None:
        number = shop.buy(*((code, 1) for code in shop.goods(1000)))
        orders.urge(number, actor=GUEST)
        with transaction.atomic():
            orders.record_shipment(number, [ShippedUnits(1, 1)], parcel="P-1", actor=SYSTEM)
        assert (selectors.urged().items, selectors.urge_counts()["urged"]) == ([], 0)
        with pytest.raises(OrderWrongState):
            orders.urge(number, actor=GUEST)

    def test_what_cannot_be_asked_for(self) -> None:
        (tea,) = shop.goods(1000)
        with pytest.raises(OrderWrongState):
            orders.urge(waiting((tea, 1)), actor=GUEST)
        with pytest.raises(ValidationFailed):
            orders.urge(shop.buy((tea, 1)), "x" * 201, actor=GUEST)
        with pytest.raises(PermissionDenied):
            orders.answer_urge(shop.buy((tea, 1)), "好", actor=GUEST)


@pytest.mark.django_db(transaction=True)
def test_two_clerks_remind_at_the_same_moment_and_the_buyer_hears_it_once() -> None:
    number = waiting(*((code, 1) for code in shop.goods(1000)))

    def remind() -> Any:
        return orders.remind_to_pay(number, actor=SERVICE)

    outcomes = run_together([remind, remind])
    assert sorted(type(each.error).__name__ for each in outcomes) == ["NoneType", "TooSoon"]
    assert kinds(number).count("pay_reminder") == 1
