"""Whatever way a reservation takes, its money adds up: what came in is what was sold, what is kept, or what went back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import accounts
from tests.factories.aftersales import ask, grant
from tests.factories.presales import (
    close_balance,
    deposited,
    offer,
    open_balance,
    order,
    pay_deposit,
    reserve,
    run_out,
    sku_id,
    view,
)
from tests.factories.shop import goods
from tests.orders.racing import books_are_right, free, money_back, settle
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.payments import services as payments
from zhanggui.payments.selectors import intents_of
from zhanggui.presale import selectors, services
from zhanggui.presale.types import PresaleArticle

pytestmark = pytest.mark.django_db

WAYS = (
    "never paid", "cancelled unpaid", "cancelled by buyer", "cancelled by mall", "balance never due", "ordered, never paid",
    "ordered, cancelled by buyer", "ordered, cancelled by mall", "paid", "paid, cancelled", "paid, given up piece by piece",
    "called off",
)  # fmt: skip


@settings(max_examples=24)
@given(
    way=st.sampled_from(WAYS), quantity=st.integers(1, 3), price=st.integers(2, 9000), part=st.integers(1, 100),
    grown=st.integers(0, 100), unpaid=st.booleans(), cancelled=st.booleans(),
)  # fmt: skip
def test_what_came_in_was_sold_kept_or_went_back(
    way: str, quantity: int, price: int, part: int, grown: int, unpaid: bool, cancelled: bool
) -> None:
    mall_settings.put("presale.keeps_unpaid", unpaid, actor=SYSTEM)
    mall_settings.put("presale.keeps_cancelled", cancelled, actor=SYSTEM)
    deposit = max(price * part // 100, 1)
    (tea,) = goods(9000, stock=5)
    terms = PresaleArticle(price, 5, deposit, counts_for=deposit + (price - deposit) * grown // 100)
    offer_id, buyer = offer({tea: terms}), accounts.member()
    number = reserve(offer_id, tea, quantity, buyer=buyer)
    kept, sold = _walk(way, number, tea, offer_id, buyer, (unpaid, cancelled))
    settle()
    found = orders.find(number)
    goods_paid = terms.comes_to * quantity
    if sold:
        assert found is not None
        assert found["total"] == goods_paid + found["shipping_total"] == found["paid_total"]
    came = sum(intent.captured for intent in intents_of([number]))
    stays = (found["total"] if sold and found else 0) + (terms.paid_first * quantity if kept else 0)
    assert came - money_back(number) == stays
    assert all(0 <= intent.refunded <= intent.captured for intent in intents_of([number]))
    held = quantity if sold else 0
    assert free(tea) == 5 - held
    if way != "paid, given up piece by piece":
        assert selectors.offer(offer_id).taken[sku_id(tea)] == held
    books_are_right()


def _walk(way: str, number: str, tea: str, offer_id: int, buyer: Actor, keeps: tuple[bool, bool]) -> tuple[bool, bool]:
    """Take the reservation along a way; whether its deposit is kept, and whether its goods are sold."""
    if way == "never paid":
        run_out(number)
        assert services.release_unpaid() == 1
        return False, False
    if way == "cancelled unpaid":
        services.cancel_reservation(number, actor=buyer)
        return False, False
    pay_deposit(number)
    if way == "cancelled by buyer":
        services.cancel_reservation(number, actor=buyer)
        return keeps[1], False
    if way == "cancelled by mall":
        services.cancel_reservation(number, actor=SYSTEM)
        return False, False
    open_balance(number)
    if way == "balance never due":
        close_balance(number)
        assert services.end_unpaid() == 1
        return keeps[0], False
    later = way.startswith("ordered")
    order(number, tea, later=later)
    placed = orders.find(number)
    assert placed is not None
    if later and placed["status"] == "paid":
        return False, True  # the deposit counted for all of it, and the freight was free
    if way == "ordered, never paid":
        close_balance(number)
        assert order_services.expire_due() == 1
        return keeps[0], False
    if way == "ordered, cancelled by buyer":
        order_services.cancel(number, actor=buyer)
        return keeps[1], False
    if way == "ordered, cancelled by mall":
        order_services.cancel(number, actor=SYSTEM)
        return False, False
    if way == "paid, cancelled":
        order_services.cancel(number, actor=buyer)
        return False, False
    if way == "called off":
        services.call_off_offer(offer_id, actor=SYSTEM, reason="x")
        assert order_services.undo_called_off() == 1
        return False, False
    if way == "paid, given up piece by piece":
        for _ in range(view(number).quantity):
            grant(ask(number, (1, 1), kind="cancel"))
        return False, False
    return False, True


def test_deposits_and_balances_of_different_ways_to_pay() -> None:
    """A transfer brought the deposit, a wallet the balance: one case gives each part back where it came from."""
    mall_settings.put("payments.bank_account", {"holder": "商城", "bank": "工行", "number": "6222"}, actor=SYSTEM)
    (tea,) = goods(9000, stock=5)
    number = reserve(offer({tea: PresaleArticle(8000, 5, 3000)}), tea)
    services.start_deposit(number, "bank_transfer", actor=SYSTEM)
    payments.confirm_bank_transfer(number, amount=3000, bank_reference="B7", actor=SYSTEM)
    assert view(number).provider == "bank_transfer"
    open_balance(number)
    order(number, tea)
    case = grant(ask(number, (1, 1), kind="cancel"))
    assert case.amount == 8000 + orders.find(number)["shipping_total"]
    by_provider = {intent.provider: (intent.captured, intent.refund_claimed) for intent in intents_of([number])}
    assert by_provider["bank_transfer"] == (3000, 3000)
    assert by_provider["simulator"][0] == by_provider["simulator"][1]


def test_money_reports_and_reconciliation_see_each_part_once() -> None:
    (tea,) = goods(9000, stock=5)
    offer_id = offer({tea: PresaleArticle(8000, 5, 3000)})
    number, other = deposited(offer_id, tea), deposited(offer_id, tea)
    start, end = clock.now() - timedelta(hours=1), clock.now() + timedelta(hours=1)
    believed = {fact.reference: fact.paid for fact in orders.money(start, end, [])}
    assert believed == {number: 3000, other: 3000}
    day = clock.business_date()
    before = orders.facts.period_totals(*clock.day_bounds(day))
    assert sum(totals.orders for totals in before) == 0  # a deposit is no sale
    open_balance(number)
    order(number, tea)
    total = orders.find(number)["total"]
    believed = {fact.reference: fact.paid for fact in orders.money(start, end, [])}
    assert believed == {number: total, other: 3000}
    (after,) = orders.facts.period_totals(*clock.day_bounds(day))
    assert (after.orders, after.paid_orders, after.sales) == (1, 1, 8000)
