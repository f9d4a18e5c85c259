"""Paying from the balance: order, payment and ledger move together, once; what goes back returns to it; the books agree."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.factories import accounts as make
from tests.factories.shop import attempt, buy, goods, open_shop, wants
from tests.support.races import run_together
from zhanggui.checkout.errors import ProviderUnavailable
from zhanggui.kernel import clock, db, invariants, outbox
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import Problem
from zhanggui.members import selectors as members
from zhanggui.members import services as member_services
from zhanggui.members.errors import BalanceNotEnough
from zhanggui.orders import selectors, services
from zhanggui.orders.errors import OrderWrongState
from zhanggui.payments import selectors as payment_reads
from zhanggui.payments import services as payments
from zhanggui.payments.errors import ProviderOff

pytestmark = pytest.mark.django_db
racing = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _shop() -> None:
    open_shop()


def member(balance: int = 0) -> int:
    made = make.member().id
    assert made is not None
    if balance:
        member_services.adjust(made, balance, asset="balance", reason="opening", actor=SYSTEM)
    return made


def by(member_id: int) -> Actor:
    return Actor("member", member_id, "member")


def balance(member_id: int) -> int:
    return members.available([member_id], "balance").get(member_id, 0)


def ordered(member_id: int, price: int = 1_000, provider: str = "alipay") -> str:
    """An order of the member that waits for money."""
    return buy((goods(price)[0], 1), member_id=member_id, provider=provider)


def pay(number: str, member_id: int) -> Any:
    return services.start_payment(number, "balance", actor=by(member_id))


def status(number: str) -> str:
    found = selectors.find(number)
    assert found is not None
    return str(found["status"])


def books_are_right(*, apart: str = "") -> None:
    broken = {v.invariant.name for v in invariants.check()} - {apart}
    assert not [name for name in broken if name.startswith(("members.", "orders.", "payments."))]
    assert sum(members.accounts("balance").values()) == 0


def test_a_member_pays_an_order_wholly_from_the_balance() -> None:
    buyer = member(2_500)
    number = ordered(buyer, provider="balance")
    assert status(number) == "pending_payment"
    payable = pay(number, buyer)
    assert (payable.kind, payable.amount, status(number), balance(buyer)) == ("paid", 1_000, "paid", 1_500)
    [intent] = payment_reads.intents_of([number])
    assert (intent.provider, intent.state, intent.captured) == ("balance", "succeeded", 1_000)
    line = members.postings(buyer, "balance").items[0]
    assert (line.kind, line.amount, line.reference) == ("spend", -1_000, number)
    assert payments.reconcile(clock.business_date(), providers=["balance"]) == {"balance": 0}
    books_are_right()


def test_an_attempt_elsewhere_is_closed_and_the_order_names_how_it_was_paid() -> None:
    buyer = member(1_000)
    number = ordered(buyer)
    pay(number, buyer)
    assert [i.state for i in payment_reads.intents_of([number])] == ["closed", "succeeded"]
    found = selectors.find(number)
    assert found is not None
    assert found["payment_provider"] == "balance"
    books_are_right()


def test_too_little_changes_nothing() -> None:
    buyer = member(999)
    number = ordered(buyer)
    with pytest.raises(BalanceNotEnough) as refused:
        pay(number, buyer)
    assert refused.value.extra["missing"] == {"amount": 1, "currency": "CNY"}
    assert (status(number), balance(buyer)) == ("pending_payment", 999)
    assert [i.state for i in payment_reads.intents_of([number])] == ["pending"]  # the way chosen before stays open
    books_are_right()


def test_the_till_refuses_a_balance_that_does_not_reach_and_who_has_none() -> None:
    (sku,) = goods(1_000)
    buyer = member(999)
    poor, guest = attempt(wants((sku, 1), member_id=buyer, provider="balance"), wants((sku, 1), provider="balance"))
    assert isinstance(poor, BalanceNotEnough)
    assert isinstance(guest, ProviderUnavailable)
    assert [fault.loc for fault in guest.errors] == ["payment_provider"]


def test_nobody_pays_from_anothers_balance_nor_another_order_than_his() -> None:
    buyer, other = member(5_000), member(5_000)
    mine, guests = ordered(buyer), buy((goods(1_000)[0], 1), provider="alipay")
    for number, actor in ((mine, by(other)), (mine, SYSTEM), (guests, by(buyer))):
        with pytest.raises(ProviderOff):
            services.start_payment(number, "balance", actor=actor)
    assert (balance(buyer), balance(other)) == (5_000, 5_000)


def test_paying_again_finds_the_order_paid() -> None:
    buyer = member(5_000)
    number = ordered(buyer)
    pay(number, buyer)
    with pytest.raises(OrderWrongState):
        pay(number, buyer)
    assert balance(buyer) == 4_000


def test_the_database_lets_an_order_draw_once() -> None:
    buyer = member(5_000)
    number = ordered(buyer)
    pay(number, buyer)
    with pytest.raises(IntegrityError), transaction.atomic():
        db.execute(
            "insert into members_posting (asset, kind, key, member_id, source, target, amount, actor_kind)"
            " select asset, kind, key, member_id, source, target, amount, actor_kind from members_posting where key = %s",
            (number,),
        )
    with pytest.raises(Problem), transaction.atomic():
        member_services.spend_balance(buyer, 1, reference=number, actor=SYSTEM)


@racing
def test_a_balance_pays_one_of_two_orders_at_the_same_moment() -> None:
    for _ in range(2):
        buyer = member(1_000)
        numbers = [ordered(buyer), ordered(buyer)]
        outcomes = run_together([partial(pay, number, buyer) for number in numbers])
        assert [type(o.error) for o in outcomes if not o.ok] == [BalanceNotEnough]
        assert sorted(map(status, numbers)) == ["paid", "pending_payment"]
        assert balance(buyer) == 0
    books_are_right()


@racing
def test_pressed_four_times_at_once_the_balance_pays_once() -> None:
    buyer = member(4_000)
    number = ordered(buyer)
    outcomes = run_together([lambda: pay(number, buyer)] * 4)
    assert sum(o.ok for o in outcomes) == 1
    assert {type(o.error) for o in outcomes if not o.ok} == {OrderWrongState}
    assert balance(buyer) == 3_000
    books_are_right()


def naive(member_id: int, key: str) -> Callable[[], bool]:
    """Look at the balance, decide, write: without holding the purse."""

    def attempt() -> bool:
        with transaction.atomic():
            if balance(member_id) < 1_000:
                return False
            time.sleep(0.05)
            db.execute(
                "insert into members_posting (asset, kind, key, member_id, source, target, amount, actor_kind)"
                " values ('balance', 'spend', %s, %s, 'member', 'redeemed', 1000, 'system')",
                (key, member_id),
            )
        return True

    return attempt


@racing
def test_naively_the_balance_pays_both() -> None:
    buyer = member(1_000)
    outcomes = run_together([naive(buyer, "A"), naive(buyer, "B")])
    assert [o.value for o in outcomes] == [True, True]


def refund(number: str, amount: int, key: str) -> None:
    with transaction.atomic():
        payments.request_refund(number, amount, actor=SYSTEM, reason="returned", request_key=key)


def test_what_goes_back_returns_to_the_balance_and_never_more() -> None:
    buyer = member(1_000)
    number = ordered(buyer)
    pay(number, buyer)
    refund(number, 300, "a")
    books_are_right()
    assert payments.process_refunds() == 1
    assert balance(buyer) == 300
    refund(number, 700, "b")
    assert payments.process_refunds() == 1
    outbox.drain()
    assert (balance(buyer), status(number)) == (1_000, "refunded")
    assert [line.kind for line in members.postings(buyer, "balance").items] == [
        "give_back", "give_back", "spend", "top_up",
    ]  # fmt: skip
    assert payments.reconcile(clock.business_date(), providers=["balance"]) == {"balance": 0}
    assert not member_services.return_balance(number, 1, key="more", actor=SYSTEM)
    books_are_right(apart="orders.refunds_on_lines")  # the money alone went back here, no case is behind it


def test_a_refund_that_was_cut_short_is_made_once() -> None:
    buyer = member(1_000)
    number = ordered(buyer)
    pay(number, buyer)
    refund(number, 400, "a")
    [waiting] = payment_reads.refunds_of(number)
    # the ledger has it, and the process died before the refund was booked
    assert member_services.return_balance(number, 400, key=waiting.out_refund_no, actor=SYSTEM)
    books_are_right()
    assert payments.process_refunds() == 1
    assert balance(buyer) == 400
    books_are_right()


def test_a_cancelled_order_gives_its_balance_back() -> None:
    buyer = member(1_000)
    number = ordered(buyer)
    pay(number, buyer)
    services.cancel(number, actor=by(buyer))
    payments.process_refunds()
    outbox.drain()
    assert balance(buyer) == 1_000
    books_are_right()


def test_the_three_books_are_compared() -> None:
    buyer = member(5_000)
    fine, gone = ordered(buyer), ordered(buyer, 2_000)
    pay(fine, buyer)
    pay(gone, buyer)
    with transaction.atomic():
        member_services.spend_balance(buyer, 7, reference="STRAY", actor=SYSTEM)
        db.execute("update members_posting set kind = 'adjust' where key = %s", (gone,))
        day = clock.business_date()
        assert payments.reconcile(day, providers=["balance"]) == {"balance": 2}
        [run] = payment_reads.reconciliations(day=day).items
        found = {(d.kind, d.reference or d.number) for d in payment_reads.discrepancies(run.id)}
        assert found == {("missing_in_books", "STRAY"), ("missing_in_bill", gone)}
        broken = {v.invariant.name for v in invariants.check()}
        assert "orders.balances_agree_with_payments" in broken
        transaction.set_rollback(True)
    books_are_right()
