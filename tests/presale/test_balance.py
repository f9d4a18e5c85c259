"""A deposit paid from the member's balance: a draw of its own beside its order's, once, and back the way it came; three books agree."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.db import transaction

from tests.factories import accounts
from tests.factories.aftersales import ask, grant
from tests.factories.presales import (
    buyer_of,
    close_balance,
    offer,
    open_balance,
    order,
    pay_deposit,
    reserve,
    run_out,
    view,
)
from tests.factories.shop import goods
from tests.orders.racing import ROUNDS, books_are_right, settle
from tests.support.races import run_together
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.members import selectors as members
from zhanggui.members import services as member_services
from zhanggui.members.errors import BalanceNotEnough
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.payments import services as payments
from zhanggui.payments.errors import ProviderOff
from zhanggui.payments.selectors import intents_of
from zhanggui.presale import services
from zhanggui.presale.errors import ReservationWrongState
from zhanggui.presale.types import PresaleArticle

pytestmark = pytest.mark.django_db
racing = pytest.mark.django_db(transaction=True)
HELD = 50_000


def reserved(quantity: int = 1, *, held: int = HELD) -> tuple[str, Actor, str]:
    """A reservation at 80.00 with a deposit of 30.00 a piece, its buyer with a balance, and the SKU."""
    (tea,) = goods(9000, stock=9)
    buyer = accounts.member()
    assert buyer.id is not None
    member_services.adjust(buyer.id, held, asset="balance", reason="opening", actor=SYSTEM)
    return reserve(offer({tea: PresaleArticle(8000, 9, 3000)}), tea, quantity, buyer=buyer), buyer, tea


def balance(buyer: Actor) -> int:
    assert buyer.id is not None
    return members.available([buyer.id], "balance").get(buyer.id, 0)


def agreed() -> None:
    settle()
    assert payments.reconcile(clock.business_date(), providers=["balance"]) == {"balance": 0}
    assert sum(members.accounts("balance").values()) == 0
    books_are_right()


def bought(number: str, tea: str) -> int:
    """Its balance paid from the member's; what the order comes to."""
    open_balance(number)
    order(number, tea, later=True)
    order_services.start_payment(number, "balance", actor=buyer_of(number))
    found = orders.find(number)
    assert found is not None
    assert (found["status"], found["paid_total"]) == ("paid", found["total"])
    return int(found["total"])


def test_a_deposit_is_drawn_at_once_and_told_to_the_member() -> None:
    number, buyer, _ = reserved()
    pay_deposit(number, "balance")
    found = view(number)
    assert (found.state, found.paid, found.provider, balance(buyer)) == ("deposited", 3000, "balance", HELD - 3000)
    assert buyer.id is not None
    line = members.postings(buyer.id, "balance").items[0]
    assert (line.kind, line.amount, line.document, line.is_deposit) == ("spend", -3000, number, True)
    with pytest.raises(ReservationWrongState):
        pay_deposit(number, "balance")
    agreed()


def test_deposit_and_balance_are_two_draws_and_come_back_part_by_part() -> None:
    number, buyer, tea = reserved(3)
    pay_deposit(number, "balance")
    total = bought(number, tea)
    assert balance(buyer) == HELD - total
    agreed()
    for _ in range(3):
        grant(ask(number, (1, 1), kind="cancel"))
        agreed()
    assert balance(buyer) == HELD
    assert all(i.refunded == i.captured for i in intents_of([number]) if i.captured)


@pytest.mark.parametrize("first", ["balance", "bank_transfer"])
def test_what_came_two_ways_goes_back_two_ways(first: str) -> None:
    mall_settings.put("payments.bank_account", {"holder": "商城", "bank": "工行", "number": "6222"}, actor=SYSTEM)
    number, buyer, tea = reserved()
    pay_deposit(number, first)
    if first == "bank_transfer":
        payments.confirm_bank_transfer(number, amount=3000, bank_reference="B7", actor=SYSTEM)
        total = bought(number, tea)
        assert balance(buyer) == HELD - (total - 3000)
    else:
        open_balance(number)
        order(number, tea)
        assert balance(buyer) == HELD - 3000
    order_services.cancel(number, actor=buyer)
    settle()
    assert balance(buyer) == HELD
    agreed()


def test_a_deposit_that_goes_back_and_one_that_is_kept() -> None:
    number, buyer, _ = reserved()
    pay_deposit(number, "balance")
    services.cancel_reservation(number, actor=SYSTEM)
    settle()
    assert (view(number).refunded, balance(buyer)) == (3000, HELD)
    kept, other, _ = reserved()
    pay_deposit(kept, "balance")
    open_balance(kept)
    close_balance(kept)
    services.end_unpaid()
    settle()
    assert (view(kept).state, balance(other)) == ("forfeited", HELD - 3000)
    agreed()


def test_too_little_somebody_else_and_too_late_change_nothing() -> None:
    number, buyer, _ = reserved(held=2999)
    with pytest.raises(BalanceNotEnough):
        pay_deposit(number, "balance")
    for actor in (accounts.member(), SYSTEM):
        with pytest.raises(ProviderOff):
            services.start_deposit(number, "balance", actor=actor)
    run_out(number)
    services.release_unpaid()
    with pytest.raises(ReservationWrongState):
        pay_deposit(number, "balance")
    assert (balance(buyer), intents_of([number])) == (2999, [])
    agreed()


@racing
def test_a_button_pressed_often_and_the_clock_draw_once_or_not_at_all() -> None:
    for _ in range(ROUNDS - 1):
        number, buyer, _ = reserved()

        def late(number: str = number) -> None:
            run_out(number)
            services.release_unpaid()

        outcomes = run_together([*[lambda n=number: pay_deposit(n, "balance")] * 6, late])
        paid = sum(outcome.ok for outcome in outcomes[:6])
        found = view(number)
        assert (paid, found.state) in ((1, "deposited"), (0, "released"))
        assert balance(buyer) == HELD - 3000 * paid
        agreed()


@racing
def test_a_careless_draw_is_made_twice() -> None:
    """Look, then draw under a new name: what the race above would be without the reservation's row and the ledger's one name."""
    for _ in range(6):
        number, buyer, _ = reserved()
        assert buyer.id is not None

        def careless(name: str, number: str = number, member: int = buyer.id) -> Callable[[], None]:
            def draw() -> None:
                if view(number).state == "waiting":
                    time.sleep(0.01)
                    with transaction.atomic():
                        member_services.spend_balance(member, 3000, reference=name, actor=SYSTEM)

            return draw

        run_together([careless(f"{number}-{n}") for n in range(4)])
        if balance(buyer) < HELD - 3000:
            return
    raise AssertionError("the careless twin never drew twice; the race proves nothing")
