"""Starting to pay, asking about silent trades, and closing what is over: against the simulator's process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.request import urlopen

import pytest
from django.db import transaction

from tests.factories.payments import captured_intent, open_intent
from tests.payments.conftest import LetterBox, Owner, SimulatorProcess
from zhanggui.kernel import clock, db, ids, invariants, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import Conflict, NotFound, ValidationFailed
from zhanggui.payments import selectors, services
from zhanggui.payments.errors import AlreadyPaid, GatewayRefused, GatewayUnreachable, PaymentFailed, ProviderOff
from zhanggui.payments.invariants import INVARIANTS
from zhanggui.payments.providers import http
from zhanggui.payments.types import IntentView, Payable

STAFF = Actor("staff", 7, "finance")
networked = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fresh_settings() -> Iterator[None]:
    mall_settings.forget()
    yield
    mall_settings.forget()


def start(reference: str, provider: str, amount: int = 12_900, minutes: int = 30, **more: Any) -> Payable:
    expires_at = clock.now() + timedelta(minutes=minutes)
    return services.start_payment(
        reference, provider, amount=amount, currency="CNY", expires_at=expires_at, actor=SYSTEM, **more
    )


def intents(reference: str) -> list[IntentView]:
    return selectors.intents_of([reference])


def number() -> str:
    return ids.document_number("T")


def ask_now() -> int:
    db.execute("update payments_intent set next_query_at = now() where next_query_at is not null")
    return services.query_pending()


def books_are_right() -> None:
    assert [v.invariant.name for v in invariants.check(INVARIANTS)] == []


@networked
def test_starting_again_uses_the_open_attempt(merchant: SimulatorProcess) -> None:
    reference = number()
    first, again = start(reference, "wechat"), start(reference, "wechat")
    assert (first.out_trade_no, first.qr_text) == (again.out_trade_no, again.qr_text)
    assert [i.state for i in intents(reference)] == ["pending"]


@networked
def test_the_attempt_opened_with_the_order_is_used(merchant: SimulatorProcess) -> None:
    intent = open_intent(provider="alipay")
    assert start(intent.reference, "alipay").out_trade_no == intent.out_trade_no


@networked
def test_another_way_to_pay_closes_the_earlier_attempt_here_and_at_its_gateway(merchant: SimulatorProcess) -> None:
    reference = number()
    first = start(reference, "wechat")
    second = start(reference, "alipay")
    assert [(i.provider, i.state) for i in intents(reference)] == [("wechat", "closed"), ("alipay", "pending")]
    assert second.out_trade_no != first.out_trade_no
    ask_now()
    trades = {t["out_trade_no"]: t["state"] for t in merchant.control("GET", "/trades")}
    assert trades[first.out_trade_no] == "closed"


@networked
def test_a_lost_notification_is_found_by_asking(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    for provider in ("alipay", "wechat", "unionpay"):
        reference = number()
        payable = start(reference, provider)
        _open_page(payable)
        assert ask_now() == 0
        merchant.order("lose", scope=payable.out_trade_no)
        merchant.pay(provider, payable.out_trade_no)
        assert ask_now() == 1
        assert intents(reference)[0].captured == 12_900
        assert ask_now() == 0
    assert letter_box.empty()
    books_are_right()


def _open_page(payable: Payable) -> None:
    """What the buyer's browser does."""
    from urllib.parse import urlencode

    if payable.kind == "url":
        urlopen(payable.url, timeout=5).close()
    if payable.kind == "form":
        urlopen(payable.url, data=urlencode(payable.fields).encode(), timeout=5).close()


@networked
def test_a_notification_and_a_query_of_the_same_payment_count_once(
    merchant: SimulatorProcess, letter_box: LetterBox
) -> None:
    payable = start(number(), "wechat")
    merchant.pay("wechat", payable.out_trade_no)
    assert ask_now() == 1
    assert services.take_notification(letter_box.next()).status == 200
    outcomes = db.rows("select outcome from payments_notification order by id")
    assert [row["outcome"] for row in outcomes] == ["captured", "duplicate"]
    books_are_right()


@networked
def test_money_that_meets_a_closed_attempt_is_found_when_closing_it(merchant: SimulatorProcess, owner: Owner) -> None:
    reference = number()
    payable = start(reference, "wechat")
    merchant.order("lose", scope=payable.out_trade_no)
    merchant.pay("wechat", payable.out_trade_no)
    with transaction.atomic():
        services.close_open_intents(reference, actor=SYSTEM)
    assert ask_now() == 1
    assert [(i.state, i.captured) for i in intents(reference)] == [("succeeded", 12_900)]
    assert [row["outcome"] for row in owner.outcomes] == ["captured"]


@networked
def test_an_attempt_whose_time_is_up_is_closed_at_the_gateway(merchant: SimulatorProcess) -> None:
    references = {provider: number() for provider in ("alipay", "wechat", "unionpay")}
    for provider, reference in references.items():
        _open_page(start(reference, provider))
    db.execute("update payments_intent set expires_at = now() - interval '1 second'")
    ask_now()
    states = {i.provider: i.state for r in references.values() for i in intents(r)}
    # UnionPay cannot close: its own time limit does, and we go on asking until then
    assert states == {"alipay": "closed", "wechat": "closed", "unionpay": "pending"}
    db.execute("update payments_intent set expires_at = now() - interval '2 days'")
    ask_now()
    assert intents(references["unionpay"])[0].state == "closed"
    assert db.row("select count(*)::int as n from payments_intent where next_query_at is not null") == {"n": 0}


@networked
def test_a_refund_through_the_real_schemes_comes_to_its_end(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    for provider in ("alipay", "wechat", "unionpay"):
        reference = number()
        payable = start(reference, provider)
        _open_page(payable)
        merchant.pay(provider, payable.out_trade_no)
        services.take_notification(letter_box.next())
        with transaction.atomic():
            services.request_refund(reference, 900, actor=STAFF, reason="不想要了")
        services.process_refunds()
        services.take_notification(letter_box.next())
        assert [(r.state, r.amount) for r in selectors.refunds_of(reference)] == [("succeeded", 900)]
        db.execute("update payments_refund set next_attempt_at = now() where next_attempt_at is not null")
        assert services.process_refunds() == 0
        assert intents(reference)[0].refunded == 900
    books_are_right()


@networked
def test_a_gateway_that_is_away_is_a_clear_error_and_the_attempt_stays_open(
    merchant: SimulatorProcess, settings: Any
) -> None:
    settings.GATEWAY_URL = "http://127.0.0.1:9"
    reference = number()
    with pytest.raises(GatewayUnreachable) as refused:
        start(reference, "wechat")
    assert (refused.value.code, refused.value.status) == ("payment_failed", 402)
    settings.GATEWAY_URL = merchant.url
    assert start(reference, "wechat").qr_text
    assert len(intents(reference)) == 1


@networked
def test_a_refused_attempt_makes_room_for_a_fresh_one(merchant: SimulatorProcess) -> None:
    intent = open_intent(provider="wechat", amount=5_000)
    start(intent.reference, "wechat", amount=5_000)
    merchant.pay("wechat", intent.out_trade_no)  # paid, and we have not heard of it yet
    with pytest.raises(GatewayRefused, match="ORDERPAID"):
        start(intent.reference, "wechat", amount=5_000)
    assert ask_now() == 1  # the money is found, whatever we called the attempt
    assert intents(intent.reference)[0].captured == 5_000
    books_are_right()


@pytest.mark.django_db
def test_what_is_not_offered_cannot_be_started(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = settings.KEYS_DIR = tmp_path
    for provider in ("simulator", "stripe", ""):
        with pytest.raises(ProviderOff):
            start(number(), provider)
    with pytest.raises(ProviderOff):
        start(number(), "alipay")  # offered, but there are no keys
    mall_settings.put("payments.providers", ["wechat", "nonsense"], actor=SYSTEM)
    assert selectors.usable_providers() == {"wechat"}
    mall_settings.put("payments.simulator_enabled", True, actor=SYSTEM)
    assert selectors.usable_providers() == {"wechat", "simulator"}


@pytest.mark.django_db
@pytest.mark.usefixtures("simulator_on")
def test_the_simulator_pays_at_once() -> None:
    reference = number()
    assert start(reference, "simulator").kind == "paid"
    assert intents(reference)[0].captured == 12_900
    with pytest.raises(AlreadyPaid):
        start(reference, "simulator")
    books_are_right()


@pytest.mark.django_db
@pytest.mark.usefixtures("simulator_on")
def test_what_was_refunded_may_be_paid_anew_and_what_is_over_may_not() -> None:
    paid = captured_intent()
    with pytest.raises(PaymentFailed):
        start(number(), "simulator", minutes=-1)
    with transaction.atomic():
        services.request_refund(paid.reference, paid.amount, actor=SYSTEM, reason="test")
    assert start(paid.reference, "simulator").kind == "paid"


@pytest.mark.django_db
def test_the_network_is_never_touched_inside_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        http.call("GET", "http://127.0.0.1:9/")


@pytest.mark.django_db
def test_a_bank_transfer_counts_once_for_the_right_amount(owner: Owner) -> None:
    account = {"holder": "掌柜", "bank": "工商银行", "number": "6222"}
    mall_settings.put("payments.bank_account", account, actor=SYSTEM)
    reference = number()
    payable = start(reference, "bank_transfer", amount=50_000)
    assert (payable.kind, payable.fields) == ("transfer", {**account, "remark": reference})
    with pytest.raises(ValidationFailed):
        services.confirm_bank_transfer(reference, actor=STAFF, amount=49_999, bank_reference="B1")
    with pytest.raises(ValidationFailed):
        services.confirm_bank_transfer(reference, actor=STAFF, amount=50_000, bank_reference=" ")
    for day in (timedelta(days=1), timedelta(days=-400)):
        with pytest.raises(ValidationFailed):
            services.confirm_bank_transfer(
                reference, actor=STAFF, amount=50_000, bank_reference="B1", paid_at=clock.now() + day
            )
    with pytest.raises(NotFound):
        services.confirm_bank_transfer("NOBODY", actor=STAFF, amount=50_000, bank_reference="B1")
    services.confirm_bank_transfer(reference, actor=STAFF, amount=50_000, bank_reference="B1")
    with pytest.raises(Conflict):
        services.confirm_bank_transfer(reference, actor=STAFF, amount=50_000, bank_reference="B1")
    assert [row["outcome"] for row in owner.outcomes] == ["captured"]
    audit = db.rows("select actor_id, after from kernel_auditrow where action = 'payments.confirm_transfer'")
    assert audit == [{"actor_id": 7, "after": {"amount": 50_000, "bank_reference": "B1"}}]
    books_are_right()
