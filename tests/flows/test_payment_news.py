"""The gateways' news, as it really comes: twice, late, in the wrong order, forged, or not at all. The books are right each time.

Orders are paid at Alipay, WeChat Pay and UnionPay (the gateway simulator, a process of its own); their letters are kept in a
box and handed to the mall's notification endpoint as each test wants it.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from tests.cli.conftest import eventually
from tests.factories.aftersales import ask, grant
from tests.factories.fulfilment import deliver, ship
from tests.factories.shop import buy, goods
from tests.orders.racing import books_are_right, free, money_back, status
from tests.payments.conftest import LetterBox, SimulatorProcess
from tests.support.api import Caller
from zhanggui.kernel import db, invariants, outbox
from zhanggui.kernel.actor import GUEST, Actor
from zhanggui.orders import selectors as order_reads
from zhanggui.orders import services as orders
from zhanggui.payments import selectors as payment_reads
from zhanggui.payments import services as payments
from zhanggui.payments.types import Payable, RawNotification

pytestmark = pytest.mark.django_db(transaction=True)
GATEWAYS = ["alipay", "wechat", "unionpay"]
WECHAT_OK = '{"code":"SUCCESS","message":"成功"}'.encode()
FINANCE = Actor("staff", 7, "finance")


def ordered(provider: str, *, price: int = 1000) -> tuple[str, str, Payable]:
    """An article, an order of two that waits for its money, and the attempt to pay it that the buyer has begun."""
    (sku,) = goods(price, stock=10)
    number = buy((sku, 2), provider=provider)
    return sku, number, begun(number, provider)


def begun(number: str, provider: str) -> Payable:
    payable = orders.start_payment(number, provider, actor=GUEST)
    if payable.kind == "url":
        urlopen(payable.url, timeout=5).close()
    if payable.kind == "form":
        urlopen(payable.url, data=urlencode(payable.fields).encode(), timeout=5).close()
    return payable


def tell(letter: RawNotification, **bent: Any) -> bool:
    """Post a letter to the mall; whether it was acknowledged, in the words of that gateway."""
    letter = replace(letter, **bent)
    headers = {name.replace("-", "_"): value for name, value in letter.headers.items() if name != "host"}
    headers.pop("content_length", None)
    response = Caller()("post", f"payments/{letter.provider}/notify", letter.body, **headers)
    assert response.status_code < 500
    return response.status_code == 200 and response.content in (b"success", b"ok", WECHAT_OK)


def settle(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    """Refunds go to the gateways, which tell of them, and everybody hears of it."""
    outbox.drain()

    def over() -> bool:
        db.execute("update payments_refund set next_attempt_at = now() where next_attempt_at is not null")
        payments.process_refunds(limit=100)
        under_way = any(notice["state"] == "waiting" for notice in merchant.control("GET", "/notices"))
        while not letter_box.empty():
            assert tell(letter_box.next())
        return not under_way and not db.rows("select 1 from payments_refund where state in ('pending', 'processing')")

    assert eventually(over)
    outbox.drain()


def news() -> list[tuple[str, str]]:
    rows = db.rows("select provider, outcome from payments_notification order by id")
    return [(row["provider"], row["outcome"]) for row in rows]


@pytest.mark.parametrize("provider", GATEWAYS)
def test_told_three_times_an_order_is_paid_once(
    provider: str, merchant: SimulatorProcess, letter_box: LetterBox
) -> None:
    sku, number, payable = ordered(provider)
    merchant.order("duplicate", "1", scope=payable.out_trade_no)
    merchant.pay(provider, payable.out_trade_no)
    first, second = letter_box.next(), letter_box.next()
    assert [tell(first), tell(second), tell(first)] == [True] * 3
    assert status(number) == "paid"
    assert news() == [(provider, "captured")]
    assert [e["kind"] for e in order_reads.find(number)["timeline"]] == ["placed", "paid"]
    assert free(sku) == 8
    outbox.drain()
    books_are_right()


@pytest.mark.parametrize("provider", GATEWAYS)
def test_money_that_comes_after_the_cancellation_goes_back(
    provider: str, merchant: SimulatorProcess, letter_box: LetterBox
) -> None:
    sku, number, payable = ordered(provider)
    merchant.pay(provider, payable.out_trade_no)
    letter = letter_box.next()
    orders.cancel(number, actor=GUEST)
    assert tell(letter)
    settle(merchant, letter_box)
    assert (status(number), money_back(number), free(sku)) == ("cancelled", 2000, 10)
    assert merchant.control("GET", "/refunds")[0]["amount"] == 2000
    books_are_right()


@pytest.mark.parametrize("provider", GATEWAYS)
def test_a_forged_letter_changes_nothing_and_the_genuine_one_still_pays(
    provider: str, merchant: SimulatorProcess, letter_box: LetterBox
) -> None:
    for told_before in range(4):
        _, number, payable = ordered(provider)
        merchant.order("forge", "signature", scope=payable.out_trade_no)
        merchant.pay(provider, payable.out_trade_no)
        forged, letter = letter_box.next(), letter_box.next()
        bare = {"content-type": letter.headers["content-type"]}
        forgeries = [
            forged,
            replace(letter, body=letter.body.replace(b"20", b"21")),
            replace(letter, body=letter.body[: len(letter.body) // 2]),
            replace(letter, headers=bare, body=b""),
        ]
        assert not tell(forgeries[told_before])
        assert status(number) == "pending_payment"
        assert len(news()) == told_before
        assert tell(letter)
        assert status(number) == "paid"
    books_are_right()


@pytest.mark.parametrize("provider", GATEWAYS)
def test_a_genuine_letter_with_another_amount_is_kept_for_staff_and_pays_nothing(
    provider: str, merchant: SimulatorProcess, letter_box: LetterBox
) -> None:
    _, number, payable = ordered(provider)
    merchant.order("forge", "amount", scope=payable.out_trade_no)
    merchant.pay(provider, payable.out_trade_no)
    wrong, right = letter_box.next(), letter_box.next()
    assert tell(wrong)
    assert status(number) == "pending_payment"
    assert tell(right)
    assert status(number) == "paid"
    (parked,) = payment_reads.parked_notices().items
    assert parked.outcome == "amount_mismatch"
    assert [v.invariant.name for v in invariants.check()] == ["payments.parked_news_is_settled"]
    payments.settle_notice(parked.id, actor=FINANCE, resolution="the gateway's error")
    books_are_right()


def test_a_letter_to_the_wrong_door_is_not_opened(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    _, number, payable = ordered("wechat")
    merchant.pay("wechat", payable.out_trade_no)
    letter = letter_box.next()
    assert [tell(letter, provider=p) for p in ("alipay", "unionpay", "simulator", "stripe")] == [False] * 4
    assert (status(number), news()) == ("pending_payment", [])


@pytest.mark.parametrize("provider", GATEWAYS)
def test_a_payment_nobody_told_us_of_is_found_by_asking(
    provider: str, merchant: SimulatorProcess, letter_box: LetterBox
) -> None:
    _, number, payable = ordered(provider)
    merchant.order("lose", scope=payable.out_trade_no)
    merchant.pay(provider, payable.out_trade_no)
    db.execute("update payments_intent set next_query_at = now()")
    assert payments.query_pending() == 1
    assert status(number) == "paid"
    assert letter_box.empty()
    books_are_right()


def test_a_payment_found_by_asking_and_told_afterwards_counts_once(
    merchant: SimulatorProcess, letter_box: LetterBox
) -> None:
    for provider in GATEWAYS:
        _, number, payable = ordered(provider)
        merchant.pay(provider, payable.out_trade_no)
        db.execute("update payments_intent set next_query_at = now() where reference = %s", (number,))
        assert payments.query_pending() == 1
        assert tell(letter_box.next())
        assert status(number) == "paid"
    assert sorted(outcome for _, outcome in news()) == ["captured"] * 3 + ["duplicate"] * 3
    books_are_right()


def test_paid_at_two_gateways_in_any_order_the_second_money_goes_back(
    merchant: SimulatorProcess, letter_box: LetterBox
) -> None:
    """The buyer began with one gateway, changed to another, and paid both before either letter arrived."""
    for one, other in itertools.permutations(GATEWAYS, 2):
        sku, number, first = ordered(one)
        merchant.pay(one, first.out_trade_no)
        second = begun(number, other)
        merchant.pay(other, second.out_trade_no)
        letters = [letter_box.next(), letter_box.next()]
        random.shuffle(letters)
        assert [tell(letter) for letter in letters] == [True, True]
        settle(merchant, letter_box)
        assert (status(number), money_back(number), free(sku)) == ("paid", 2000, 8)
    books_are_right()


def test_refund_news_before_payment_news_and_twice(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    """A refund is told by its own letter, perhaps before its payment's letter, perhaps again and again."""
    for provider in GATEWAYS:
        sku, number, payable = ordered(provider)
        merchant.pay(provider, payable.out_trade_no)
        payment_letter = letter_box.next()
        db.execute("update payments_intent set next_query_at = now() where reference = %s", (number,))
        assert payments.query_pending() == 1
        orders.cancel(number, actor=GUEST)
        outbox.drain()
        payments.process_refunds(limit=100)
        refund_letter = letter_box.next()
        for letter in (refund_letter, payment_letter, refund_letter, payment_letter):
            assert tell(letter)
        settle(merchant, letter_box)
        assert (status(number), money_back(number), free(sku)) == ("refunded", 2000, 10)
        assert order_reads.find(number)["refunded_total"] == 2000
    books_are_right()


def test_partial_refunds_told_in_any_order_add_up(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    for provider in GATEWAYS:
        (sku,) = goods(1000, stock=10)
        number = buy((sku, 3), provider=provider)
        merchant.pay(provider, begun(number, provider).out_trade_no)
        assert tell(letter_box.next())
        deliver([ship(number)])
        letters = []
        for _ in range(3):
            grant(ask(number, (1, 1), kind="refund_only", reason="quality"))
            payments.process_refunds(limit=100)
            letters.append(letter_box.next())
        for letter in random.sample(letters * 2, 6):
            assert tell(letter)
        settle(merchant, letter_box)
        assert (status(number), money_back(number)) == ("refunded", 3000)
    books_are_right()


def test_news_that_could_not_be_applied_is_applied_later(
    merchant: SimulatorProcess, letter_box: LetterBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something above payments is broken: the gateway hears "received", and the order is paid when it is mended."""
    from zhanggui.payments.services import ports

    _, number, payable = ordered("alipay")
    merchant.pay("alipay", payable.out_trade_no)
    with monkeypatch.context() as broken:
        broken.setattr(ports, "_apply", lambda _ids: 1 / 0)
        assert tell(letter_box.next())
    assert (status(number), news()) == ("pending_payment", [("alipay", "")])
    with monkeypatch.context() as later:
        later.setattr("zhanggui.payments.services.follow_up.SETTLED", -payments.follow_up.SETTLED)
        assert payments.apply_stored() == 1
        assert payments.apply_stored() == 0
    assert status(number) == "paid"
    books_are_right()
