"""A presale from its deposit to its goods: what is paid when, what is held, and what comes back when it ends otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.factories import accounts
from tests.factories.aftersales import ask, grant
from tests.factories.fulfilment import ship
from tests.factories.presales import (
    article,
    close_balance,
    command,
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
from tests.factories.pricing import PRICER
from tests.factories.shop import attempt, goods
from tests.orders.racing import books_are_right, free, money_back, settle
from zhanggui.catalog import selectors as catalog_reads
from zhanggui.catalog import services as catalog
from zhanggui.checkout.types import Delivery
from zhanggui.kernel import clock, db, mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import Problem
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.orders.errors import DepositFixesPrice
from zhanggui.payments import services as payments
from zhanggui.payments.selectors import intents_of
from zhanggui.presale import selectors, services
from zhanggui.presale.errors import BalanceNotPayable, NoReservation, ReservationWrongState
from zhanggui.presale.types import PresaleArticle
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea() -> str:
    return goods(9000, title="龙井", stock=10)[0]


def shown(number: str) -> dict[str, Any]:
    found = orders.find(number)
    assert found is not None
    return found


def told(name: str) -> list[dict[str, Any]]:
    return [
        row["payload"] for row in db.rows("select payload from kernel_outboxevent where name = %s order by id", (name,))
    ]


def test_deposit_then_balance_then_goods(tea: str) -> None:
    """Deposit 10, counts for 25, of 80: the buyer pays 10 first and 55 (and freight) then; the order comes to 65."""
    offer_id = offer({tea: article()})
    number = reserve(offer_id, tea, 2)
    assert (view(number).state, free(tea), selectors.offer(offer_id).taken[sku_id(tea)]) == ("waiting", 8, 2)
    pay_deposit(number)
    found = view(number)
    assert (found.state, found.paid, found.gain, found.goods_due, found.provider) == (
        "deposited", 2000, 3000, 11000, "simulator",
    )  # fmt: skip
    assert len(told("presale.deposit_paid")) == 1
    assert orders.find(number) is None
    open_balance(number)
    assert services.tell_balance_due() == 1
    assert services.tell_balance_due() == 0
    assert told("presale.balance_due")[0]["goods_due"] == 11000
    order(number, tea)
    paid = shown(number)
    freight = paid["shipping_total"]
    assert (paid["status"], paid["items_total"], paid["discount_total"]) == ("paid", 16000, 3000)
    assert (paid["total"], paid["paid_total"], paid["deposit"]) == (13000 + freight, 13000 + freight, 2000)
    assert [(e["kind"], e["amount"]) for e in paid["explanation"]] == [("presale", 3000)]
    assert paid["dispatch_due_at"] == clock.day_bounds(view(number).ships_on)[1]
    assert [i.captured for i in intents_of([number])] == [2000, 11000 + freight]
    assert (view(number).state, free(tea)) == ("ordered", 8)
    ship(number)
    settle()
    books_are_right()
    assert told("orders.order_paid")[0]["total"] == 13000 + freight


def test_a_waiting_balance_is_paid_by_its_own_attempt(tea: str) -> None:
    number = deposited(offer({tea: article()}), tea)
    open_balance(number)
    order(number, tea, later=True)
    waiting = shown(number)
    assert (waiting["status"], waiting["paid_total"], waiting["expires_at"]) == (
        "pending_payment", 1000, view(number).balance_until,
    )  # fmt: skip
    books_are_right()
    with pytest.raises(DepositFixesPrice):
        order_services.change_price(number, goods=100, reason="x", actor=SYSTEM)
    payable = order_services.start_payment(number, "simulator", actor=SYSTEM)
    assert payable.amount == waiting["total"] - 1000
    assert shown(number)["status"] == "paid"
    books_are_right()


def test_a_deposit_that_is_the_whole_price_leaves_nothing_to_pay(tea: str) -> None:
    number = deposited(offer({tea: PresaleArticle(8000, 5, share=50, counts_for=8000)}), tea)
    open_balance(number)
    made = command(number, tea)
    there = Delivery("pickup", "李雷", "13800138000")
    (answer,) = attempt(replace(made, request=replace(made.request, delivery=there)))
    assert not isinstance(answer, BaseException), answer
    paid = shown(number)
    assert (paid["status"], paid["total"], paid["paid_total"]) == ("paid", 4000, 4000)
    books_are_right()


@pytest.mark.parametrize("keeps", [True, False])
def test_a_balance_never_paid_ends_by_the_rule_of_its_time(tea: str, keeps: bool) -> None:
    mall_settings.put("presale.keeps_unpaid", keeps, actor=SYSTEM)
    offer_id = offer({tea: article()})
    number, ordered = deposited(offer_id, tea), deposited(offer_id, tea)
    mall_settings.put("presale.keeps_unpaid", not keeps, actor=SYSTEM)  # changes nothing for those who have paid
    open_balance(ordered)
    order(ordered, tea, later=True)
    close_balance(number, ordered)
    assert services.end_unpaid() == 1
    assert order_services.expire_due() == 1
    settle()
    state, back = ("forfeited", 0) if keeps else ("refunded", 1000)
    assert (view(number).state, view(ordered).state) == (state, state)
    assert (money_back(number), money_back(ordered)) == (back, back)
    assert shown(ordered)["status"] == ("cancelled" if keeps else "refunded")
    assert (free(tea), selectors.offer(offer_id).taken[sku_id(tea)]) == (10, 0)
    assert services.end_unpaid() == 0
    books_are_right()


@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize("when", ["deposited", "ordered"])
def test_a_buyer_who_cancels_before_the_balance(tea: str, keeps: bool, when: str) -> None:
    mall_settings.put("presale.keeps_cancelled", keeps, actor=SYSTEM)
    buyer = accounts.member()
    number = deposited(offer({tea: article()}), tea, buyer=buyer)
    open_balance(number)
    if when == "ordered":
        order(number, tea, later=True)
        order_services.cancel(number, actor=buyer)
    else:
        services.cancel_reservation(number, actor=buyer)
    settle()
    assert view(number).state == ("forfeited" if keeps else "refunded")
    assert money_back(number) == (0 if keeps else 1000)
    assert free(tea) == 10
    with pytest.raises(Problem):
        order(number, tea)
    books_are_right()


@pytest.mark.parametrize("when", ["waiting", "deposited", "ordered", "paid"])
def test_a_presale_called_off_gives_everything_back(tea: str, when: str) -> None:
    offer_id = offer({tea: article()})
    number = reserve(offer_id, tea)
    if when != "waiting":
        pay_deposit(number)
    if when in ("ordered", "paid"):
        open_balance(number)
    if when in ("ordered", "paid"):
        order(number, tea, later=when == "ordered")
    services.call_off_offer(offer_id, actor=SYSTEM, reason="工厂停产")
    order_services.undo_called_off()
    settle()
    paid = sum(intent.captured for intent in intents_of([number]))
    assert money_back(number) == paid
    assert view(number).state == ("released" if when == "waiting" else "refunded")
    assert (free(tea), selectors.offer(offer_id).taken[sku_id(tea)]) == (10, 0)
    assert order_services.undo_called_off() == 0
    books_are_right()
    with pytest.raises(NoReservation):
        reserve(offer_id, tea)


def test_a_paid_order_cancelled_gives_back_deposit_and_balance(tea: str) -> None:
    """Once all is paid the deposit is money like any other: no rule keeps it."""
    buyer = accounts.member()
    number = deposited(offer({tea: article()}), tea, buyer=buyer)
    open_balance(number)
    order(number, tea)
    order_services.cancel(number, actor=buyer)
    settle()
    assert money_back(number) == shown(number)["total"]
    assert [i.captured - i.refunded for i in intents_of([number])] == [0, 0]
    books_are_right()


def test_cases_give_back_what_was_paid_each_part_the_way_it_came(tea: str) -> None:
    number = deposited(offer({tea: article()}), tea, 3)
    open_balance(number)
    order(number, tea)
    for _ in range(3):
        grant(ask(number, (1, 1), kind="cancel", reason="no_reason"))
    settle()
    order_now = shown(number)
    assert order_now["status"] == "refunded"
    assert order_now["refunded_total"] == order_now["total"] == money_back(number)
    assert all(intent.refunded == intent.captured for intent in intents_of([number]))
    books_are_right()


def by_bank(number: str) -> None:
    """The buyer says he transfers the deposit."""
    mall_settings.put("payments.bank_account", {"holder": "商城", "bank": "工行", "number": "6222"}, actor=SYSTEM)
    services.start_deposit(number, "bank_transfer", actor=SYSTEM)


def test_a_deposit_never_paid_frees_its_pieces_and_late_money_goes_back(tea: str) -> None:
    offer_id = offer({tea: article(pieces=1)})
    number = reserve(offer_id, tea)
    by_bank(number)
    with pytest.raises(NoReservation) as refused:
        reserve(offer_id, tea)
    assert refused.value.extra == {"reason": "no_more_pieces", "available": 0}
    run_out(number)
    assert services.release_unpaid() == 1
    assert (view(number).state, free(tea)) == ("released", 10)
    payments.confirm_bank_transfer(number, amount=1000, bank_reference="B1", actor=SYSTEM)
    (intent,) = intents_of([number])
    assert (intent.captured, intent.refund_claimed, view(number).state) == (1000, 1000, "released")
    assert deposited(offer_id, tea) != number
    settle()
    books_are_right()


def test_a_deposit_paid_twice_is_kept_once(tea: str) -> None:
    """By transfer, and by wallet while the transfer was on its way: the second goes back."""
    number = reserve(offer({tea: article()}), tea)
    by_bank(number)
    pay_deposit(number)
    payments.confirm_bank_transfer(number, amount=1000, bank_reference="B2", actor=SYSTEM)
    assert [(i.captured, i.refund_claimed) for i in intents_of([number])] == [(1000, 1000), (1000, 0)]
    assert (view(number).state, view(number).paid, view(number).provider) == ("deposited", 1000, "simulator")
    with pytest.raises(ReservationWrongState):
        pay_deposit(number)
    books_are_right()


def test_what_is_not_the_time_for_a_balance_says_so(tea: str) -> None:
    offer_id = offer({tea: article()})
    number = reserve(offer_id, tea)
    reasons = []

    def refused() -> None:
        (answer,) = attempt(command(number, tea))
        assert isinstance(answer, BalanceNotPayable), answer
        reasons.append(answer.extra["reason"])

    refused()
    pay_deposit(number)
    refused()
    close_balance(number)
    refused()
    open_balance(number)
    order(number, tea, later=True)
    refused()
    assert reasons == ["no_deposit", "too_early", "too_late", "ordered"]


def test_the_price_of_the_day_and_the_shelf_do_not_matter_to_who_has_paid(tea: str) -> None:
    """Sold dearer, out of stock and out of the shop meanwhile: the reservation is honoured."""
    number = deposited(offer({tea: article()}), tea)
    row = PriceRow(sku_id(tea), list_price=100_000, sale_price=100_000)
    pricing.set_prices([row], reason="dearer", actor=PRICER)
    catalog.delist_product(catalog_reads.sellable_by_code([tea])[0].product_id, reason="sold out", actor=SYSTEM)
    open_balance(number)
    order(number, tea)
    assert shown(number)["items_total"] == 8000
    books_are_right()


def test_one_buyer_has_no_more_than_allowed(tea: str) -> None:
    offer_id = offer({tea: article()}, buyer_limit=2)
    buyer = accounts.member()
    first = reserve(offer_id, tea, buyer=buyer)
    reserve(offer_id, tea, buyer=buyer)
    with pytest.raises(NoReservation) as refused:
        reserve(offer_id, tea, buyer=buyer)
    assert refused.value.extra["reason"] == "buyer_limit"
    services.cancel_reservation(first, actor=buyer)
    assert reserve(offer_id, tea, buyer=buyer)
    assert reserve(offer_id, tea, 2)


def test_pressing_twice_reserves_once(tea: str) -> None:
    offer_id, buyer = offer({tea: article()}), accounts.member()
    assert reserve(offer_id, tea, buyer=buyer, key="k") == reserve(offer_id, tea, buyer=buyer, key="k")
    assert selectors.offer(offer_id).taken[sku_id(tea)] == 1


def test_refused_by_stock_nothing_is_taken() -> None:
    (tea,) = goods(9000, stock=1)
    offer_id = offer({tea: article()})
    with pytest.raises(NoReservation) as refused:
        reserve(offer_id, tea, 2)
    assert refused.value.extra == {"reason": "out_of_stock", "available": 1}
    assert selectors.offer(offer_id).taken[sku_id(tea)] == 0


def test_deposits_are_taken_in_their_window_only(tea: str) -> None:
    offer_id = offer({tea: article()})
    draft = selectors.offer(offer_id).draft
    for at in (draft.deposit_from - timedelta(seconds=1), draft.deposit_until):
        with clock.at(at), pytest.raises(NoReservation) as refused:
            reserve(offer_id, tea)
        assert refused.value.extra["reason"] == "not_open"
    number = deposited(offer_id, tea)
    services.end_offer(offer_id, actor=SYSTEM)
    with pytest.raises(NoReservation):
        reserve(offer_id, tea)
    open_balance(number)
    order(number, tea)
