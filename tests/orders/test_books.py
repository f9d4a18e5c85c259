"""The invariants of orders can fail: a row put wrong is named by the rule that speaks of it, and by no other."""

from __future__ import annotations

import pytest

from tests.factories.accounts import member
from tests.factories.aftersales import SERVICE, ask, grant
from tests.factories.fulfilment import deliver, ship
from tests.factories.promotions import live, public_code
from tests.factories.shop import buy, goods
from tests.orders.racing import books_are_right, free, pay, settle, status, unpaid
from zhanggui.kernel import db, invariants
from zhanggui.kernel.actor import GUEST, SYSTEM, Actor
from zhanggui.members import services as members
from zhanggui.orders import invariants as rules
from zhanggui.orders import services as orders
from zhanggui.promotions import selectors as promotions

pytestmark = pytest.mark.django_db


def a_busy_day() -> None:
    """Orders in every state, two of them refunded, one with money on its way back."""
    a, b = goods(1000, 333)
    live(config={"steps": [{"threshold": 1500, "off": 100}]})
    unpaid((a, 1))
    buy((a, 2), (b, 1))
    orders.cancel(buy((a, 1)), actor=GUEST)
    orders.cancel(unpaid((a, 1)), actor=GUEST)
    paid_after = unpaid((b, 1))
    orders.cancel(paid_after, actor=GUEST)
    pay(paid_after)
    returned = buy((a, 2), (b, 3))
    deliver([ship(returned)])
    grant(ask(returned, (1, 1)))
    settle()
    grant(ask(returned, (2, 2)))
    grant(ask(buy((a, 1), (b, 1)), (2, 1), kind="cancel"))
    buyer = member().id
    assert buyer is not None
    members.adjust(buyer, 1_000, reason="opening", actor=SYSTEM)
    grant(ask(buy((a, 2), member_id=buyer, points=500), (1, 1), kind="cancel"))
    members.adjust(buyer, 5_000, asset="balance", reason="opening", actor=SYSTEM)
    kept = buy((a, 1), member_id=buyer, provider="balance")
    orders.start_payment(kept, "balance", actor=Actor("member", buyer, "member"))


BROKEN = {
    "orders.totals_add_up": "update orders_order set items_total = items_total + 1, total = total + 1"
    " where status = 'pending_payment'",
    "orders.shares_add_up": "update orders_orderline set discounts = '[]' where discount > 0"
    """ and not discounts @> '[{"kind": "points"}]'""",
    "orders.has_lines": "insert into orders_order (number, status, currency, items_total, total, placed_at)"
    " values ('X1', 'pending_payment', 'CNY', 0, 0, now())",
    "orders.paid_in_full": "update orders_order set paid_total = 1 where status = 'pending_payment'",
    "orders.refunded_is_all_of_it": "update orders_order set status = 'completed' where status = 'refunded'",
    "orders.money_agrees_with_payments": "update payments_refund set surplus = false where surplus",
    "orders.balances_agree_with_payments": "update members_posting set amount = amount + 1"
    " where asset = 'balance' and kind = 'spend'",
    "orders.stock_is_reserved": "update inventory_reservation set released = released + 1"
    " where shipped + released < quantity and ctid = (select min(ctid) from inventory_reservation"
    " where shipped + released < quantity)",
    "orders.refunds_on_lines": "update orders_orderline set refunded_quantity = 0, refunded_amount = 0"
    " where shipped_quantity > 0",
    "orders.points_agree_with_the_ledger": "update members_posting set amount = amount + 1 where kind = 'give_back'",
    "orders.held_while_its_group_runs": "update orders_order set hold = 'group' where status = 'paid'",
    "orders.held_while_it_is_made": "update orders_order set hold = 'making' where status = 'pending_payment'",
    "orders.held_are_not_shipped": "update orders_order set hold = 'group'"
    " where status in ('fulfilling', 'shipped', 'delivered', 'completed')",
    "orders.deposit_is_its_reservation": "update orders_order set deposit = 1 where status = 'delivered'",
    "orders.unpaid_do_not_linger": "update orders_order set expires_at = now() - interval '2 hours'"
    " where status = 'pending_payment'",
}


def test_every_rule_of_the_books_has_a_way_to_be_broken() -> None:
    assert set(BROKEN) == {rule.name for rule in rules.INVARIANTS}


@pytest.mark.parametrize("name", BROKEN)
def test_a_row_put_wrong_is_named(name: str) -> None:
    a_busy_day()
    books_are_right()
    assert db.execute(BROKEN[name]) > 0
    found = {v.invariant.name for v in invariants.check(rules.INVARIANTS)}
    assert name in found
    assert found <= {name, "orders.money_agrees_with_payments"}  # an amount may be wrong in two ways


def test_a_refund_counted_twice_or_not_at_all_is_named() -> None:
    (a,) = goods(1000)
    number = buy((a, 3))
    deliver([ship(number)])
    grant(ask(number, (1, 1)))
    settle()
    books_are_right()
    for wrong in (0, 2000):
        db.execute("update orders_order set refunded_total = %s where number = %s", (wrong, number))
        found = {v.invariant.name for v in invariants.check(rules.INVARIANTS)}
        assert "orders.money_agrees_with_payments" in found


def test_money_on_its_way_back_is_not_an_error() -> None:
    (a,) = goods(1000)
    number = buy((a, 2))
    deliver([ship(number)])
    for _ in range(2):
        grant(ask(number, (1, 1)))
        books_are_right()
    settle()
    books_are_right()
    assert status(number) == "refunded"


def test_a_gift_left_behind_by_a_refunded_order_is_free_again() -> None:
    a, gift = goods(1000, 0, stock=5)
    coupon = public_code("ONCE", {"off": 100}, max_uses=1)
    number = buy((a, 1), (gift, 1), coupons=("ONCE",))
    orders.claim_for_fulfilment(number, actor=SERVICE)
    grant(ask(number, (1, 1), kind="cancel"))
    assert free(gift) == 4
    settle()
    assert (status(number), free(a), free(gift)) == ("refunded", 5, 5)
    assert promotions.codes(coupon)[0]["used"] == 0
    books_are_right()
