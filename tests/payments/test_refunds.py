"""Refunds: exact, traceable, never more than came in, whoever asks at the same time."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.payments import captured_intent, open_intent
from tests.support.races import repeat_together, run_together
from zhanggui.kernel import db, invariants
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import Conflict, NotFound, ValidationFailed, WrongState
from zhanggui.payments import selectors, services
from zhanggui.payments.errors import GatewayUnreachable, RefundTooLarge
from zhanggui.payments.invariants import INVARIANTS
from zhanggui.payments.providers import simulator
from zhanggui.payments.types import RefundStatus, RefundView

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("simulator_on")]
STAFF = Actor("staff", 7, "finance")


def ask(reference: str, amount: int, key: str = "", actor: Actor = SYSTEM) -> list[RefundView]:
    with transaction.atomic():
        return services.request_refund(reference, amount, actor=actor, reason="test", request_key=key)


def books_are_right() -> None:
    assert [v.invariant.name for v in invariants.check(INVARIANTS)] == []


def events(name: str) -> list[dict[str, Any]]:
    rows = db.rows("select payload from kernel_outboxevent where name = %s order by id", (f"payments.{name}",))
    return [row["payload"] for row in rows]


def due_now() -> None:
    db.execute("update payments_refund set next_attempt_at = now() where next_attempt_at is not null")


def test_a_refund_goes_back_the_way_the_money_came() -> None:
    intent = captured_intent(amount=10_000)
    (refund,) = ask(intent.reference, 4_000, actor=STAFF)
    assert (refund.state, refund.provider, refund.amount) == ("pending", "simulator", 4_000)
    assert services.process_refunds() == 1
    assert [(r.state, r.succeeded_at is not None) for r in selectors.refunds_of(intent.reference)] == [
        ("succeeded", True)
    ]
    (event,) = events("refund_succeeded")
    assert (event["amount"], event["captured"], event["refunded"], event["surplus"]) == (4_000, 10_000, 4_000, False)
    audit = db.row("select actor_id, after from kernel_auditrow where action = 'payments.request_refund'")
    assert audit == {"actor_id": 7, "after": {"amount": 4_000}}
    assert selectors.intents_of([intent.reference])[0].refundable == 6_000
    books_are_right()


def test_a_refund_needs_a_transaction_around_it() -> None:
    connection.in_atomic_block = False  # the test's own transaction does not count
    try:
        with pytest.raises(transaction.TransactionManagementError):
            services.request_refund("ANY", 1, actor=SYSTEM, reason="test")
    finally:
        connection.in_atomic_block = True


def test_never_more_than_was_captured_and_is_left() -> None:
    intent = captured_intent(amount=10_000)
    ask(intent.reference, 7_000)
    with pytest.raises(RefundTooLarge) as refused:
        ask(intent.reference, 3_001)
    assert refused.value.extra == {"refundable": 3_000}
    ask(intent.reference, 3_000)
    with pytest.raises(RefundTooLarge):
        ask(intent.reference, 1)
    with pytest.raises(RefundTooLarge):
        ask(open_intent().reference, 1)
    for amount in (0, -5):
        with pytest.raises(ValidationFailed):
            ask(intent.reference, amount)
    books_are_right()


def test_the_same_wish_is_granted_once() -> None:
    intent = captured_intent(amount=10_000)
    first = ask(intent.reference, 4_000, key="aftersales:1")
    assert ask(intent.reference, 4_000, key="aftersales:1") == first
    assert len(ask(intent.reference, 4_000, key="aftersales:2")) == 1
    assert [r.amount for r in selectors.refunds_of(intent.reference)] == [4_000, 4_000]


def test_a_refund_larger_than_one_attempt_is_split_over_the_attempts() -> None:
    captured_intent(amount=3_000, reference="SPLIT")
    captured_intent(amount=5_000, reference="SPLIT")
    assert [r.amount for r in ask("SPLIT", 6_500, key="x")] == [3_000, 3_500]
    assert [r.amount for r in ask("SPLIT", 6_500, key="x")] == [3_000, 3_500]
    assert services.process_refunds() == 2
    assert events("refund_succeeded")[-1]["refunded"] == 6_500
    books_are_right()


class Gateway(simulator.Simulator):
    """A gateway whose answers are written down beforehand."""

    def __init__(self, *answers: RefundStatus | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str]] = []

    def _next(self, verb: str, number: str) -> RefundStatus:
        self.asked.append((verb, number))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def refund(self, trade: Any, refund: Any) -> RefundStatus:
        return self._next("refund", refund.out_refund_no)

    def query_refund(self, trade: Any, refund: Any) -> RefundStatus:
        return self._next("query", refund.out_refund_no)


def through(monkeypatch: pytest.MonkeyPatch, gateway: Gateway) -> Gateway:
    monkeypatch.setattr(services.refunds, "gateway", lambda _name: gateway)
    return gateway


def test_a_lost_answer_is_asked_for_and_not_paid_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    intent = captured_intent(amount=10_000)
    (refund,) = ask(intent.reference, 4_000)
    timeout = GatewayUnreachable(reason="TimeoutError")
    gateway = through(
        monkeypatch, Gateway(timeout, timeout, RefundStatus("absent"), timeout, RefundStatus("succeeded", "G1"))
    )
    for expected in (0, 0, 0, 1):
        assert services.process_refunds() == expected
        due_now()
    number = refund.out_refund_no
    assert gateway.asked == [(v, number) for v in ("refund", "query", "query", "refund", "query")]
    assert services.process_refunds() == 0
    books_are_right()


def test_a_refund_under_way_waits_longer_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    intent = captured_intent()
    ask(intent.reference, 100)
    through(monkeypatch, Gateway(*[RefundStatus("processing", "G1")] * 3))
    waits = []
    for _ in range(3):
        services.process_refunds()
        row = db.row(
            "select extract(epoch from next_attempt_at - now())::int as wait, gateway_refund_no from payments_refund"
        )
        assert row is not None
        assert row["gateway_refund_no"] == "G1"
        waits.append(round(row["wait"], -1))
        due_now()
    assert waits == [30, 60, 120]


def test_a_refused_refund_frees_the_money_and_can_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    intent = captured_intent(amount=10_000)
    (refund,) = ask(intent.reference, 10_000)
    through(monkeypatch, Gateway(RefundStatus("failed", reason="NOT_ENOUGH"), RefundStatus("succeeded")))
    assert services.process_refunds() == 1
    (event,) = events("refund_failed")
    assert (event["amount"], event["reason"]) == (10_000, "NOT_ENOUGH")
    assert selectors.intents_of([intent.reference])[0].refundable == 10_000
    books_are_right()
    assert services.retry_refund(refund.id, actor=STAFF).state == "pending"
    with pytest.raises(WrongState):
        services.retry_refund(refund.id, actor=STAFF)
    assert services.process_refunds() == 1
    assert selectors.intents_of([intent.reference])[0].refunded == 10_000
    books_are_right()
    with pytest.raises(NotFound):
        services.retry_refund(10**9, actor=STAFF)


def test_a_failed_refund_whose_money_was_given_elsewhere_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    intent = captured_intent(amount=10_000)
    (refund,) = ask(intent.reference, 8_000)
    through(monkeypatch, Gateway(RefundStatus("failed")))
    services.process_refunds()
    ask(intent.reference, 5_000)
    with pytest.raises(RefundTooLarge):
        services.retry_refund(refund.id, actor=STAFF)
    assert selectors.refund(refund.id).state == "failed"
    books_are_right()


def refund_notice(
    refund: RefundView, kind: str, amount: int | None, notice_id: str, provider: str = "simulator"
) -> str:
    row = {
        "pos": 0, "provider": provider, "notice_id": notice_id, "kind": kind, "out_trade_no": "",
        "out_refund_no": refund.out_refund_no, "gateway_no": "G9", "amount": amount, "currency": "CNY", "at": None,
        "headers": {}, "body": "",
    }  # fmt: skip
    stored = db.rows("select * from payments_store(%s)", (db.Json([row]),))[0]["id"]
    services.apply_refund_notices([stored])
    services.apply_refund_notices([stored])  # a repeat changes nothing
    found = db.row("select outcome from payments_notification where id = %s", (stored,))
    assert found is not None
    return str(found["outcome"])


def test_refund_news_is_booked_once_and_only_if_it_fits() -> None:
    intent = captured_intent(amount=10_000)
    (refund,) = ask(intent.reference, 4_000)
    assert refund_notice(refund, "refund_succeeded", 4_001, "n1") == "amount_mismatch"
    assert refund_notice(refund, "refund_succeeded", 4_000, "n2", provider="alipay") == "unknown_refund"
    assert refund_notice(refund, "refund_succeeded", 4_000, "n3") == "refunded"
    assert refund_notice(refund, "refund_succeeded", None, "n4") == "duplicate"
    assert refund_notice(refund, "refund_failed", 4_000, "n5") == "duplicate"  # late and wrong: it has succeeded
    assert services.process_refunds() == 0
    assert len(events("refund_succeeded")) == 1
    assert selectors.intents_of([intent.reference])[0].refunded == 4_000


def test_a_refund_that_succeeds_after_it_was_called_failed_is_still_booked() -> None:
    intent = captured_intent(amount=10_000)
    (refund,) = ask(intent.reference, 8_000)
    assert refund_notice(refund, "refund_failed", None, "n1") == "refund_failed"
    assert refund_notice(refund, "refund_succeeded", 8_000, "n2") == "refunded"
    assert selectors.intents_of([intent.reference])[0].refunded == 8_000
    books_are_right()


def test_money_given_twice_by_the_gateways_fault_is_parked_not_hidden() -> None:
    intent = captured_intent(amount=10_000)
    (refund,) = ask(intent.reference, 8_000)
    refund_notice(refund, "refund_failed", None, "n1")
    ask(intent.reference, 8_000)
    assert refund_notice(refund, "refund_succeeded", 8_000, "n2") == "refund_conflict"
    assert [notice.outcome for notice in selectors.parked_notices().items] == ["refund_conflict"]
    assert [v.invariant.name for v in invariants.check(INVARIANTS)] == ["payments.parked_news_is_settled"]


def test_a_bank_transfer_is_sent_back_by_hand() -> None:
    intent = open_intent(provider="bank_transfer", amount=50_000, reference="BANK1")
    services.confirm_bank_transfer("BANK1", actor=STAFF, amount=50_000, bank_reference="ICBC-1")
    (refund,) = ask("BANK1", 20_000)
    assert services.process_refunds() == 0
    assert services.confirm_bank_refund(refund.id, actor=STAFF, bank_reference="ICBC-2").state == "succeeded"
    with pytest.raises(WrongState):
        services.confirm_bank_refund(refund.id, actor=STAFF, bank_reference="ICBC-2")
    assert selectors.intents_of([intent.reference])[0].refunded == 20_000
    (other,) = ask(captured_intent().reference, 1)
    with pytest.raises(Conflict):
        services.confirm_bank_refund(other.id, actor=STAFF, bank_reference="ICBC-3")


@given(
    st.lists(st.integers(1, 5_000), min_size=1, max_size=3),
    st.lists(st.tuples(st.integers(1, 6_000), st.sampled_from(["succeeded", "failed", "processing"])), max_size=8),
)
def test_any_sequence_of_refunds_keeps_the_books(amounts: list[int], wishes: list[tuple[int, str]]) -> None:
    patch = pytest.MonkeyPatch()
    with transaction.atomic():
        reference = captured_intent(amount=amounts[0]).reference
        for amount in amounts[1:]:
            captured_intent(amount=amount, reference=reference)
        for amount, answer in wishes:
            try:
                pieces = ask(reference, amount)
            except RefundTooLarge:
                continue
            through(patch, Gateway(*[RefundStatus(answer)] * len(pieces)))  # type: ignore[arg-type]
            services.process_refunds()
            db.execute(
                "update payments_refund set next_attempt_at = now() + interval '1 hour' where state = 'processing'"
            )
        held = selectors.intents_of([reference])
        refunds = selectors.refunds_of(reference)
        assert sum(i.refunded for i in held) == sum(r.amount for r in refunds if r.state == "succeeded")
        assert sum(i.refund_claimed for i in held) == sum(r.amount for r in refunds if r.state != "failed")
        assert sum(i.captured for i in held) == sum(amounts)
        books_are_right()
        transaction.set_rollback(True)
    patch.undo()


@pytest.mark.django_db(transaction=True)
def test_two_who_refund_at_once_never_give_back_more_than_came_in() -> None:
    for _ in range(5):
        intent = captured_intent(amount=10_000)
        outcomes = repeat_together(6, partial(ask, intent.reference, 3_000))
        assert Counter(type(one.error) for one in outcomes) == {type(None): 3, RefundTooLarge: 3}
        assert sum(r.amount for r in selectors.refunds_of(intent.reference)) == 9_000
    books_are_right()


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_the_same_race_gives_back_too_much() -> None:
    """The negative twin: read, decide, write loses updates, so the race above is a real one."""
    intent = captured_intent(amount=10_000)
    seen: list[int] = []

    def naive() -> None:
        with transaction.atomic():
            row = db.row("select captured - refund_claimed as free from payments_intent where id = %s", (intent.id,))
            assert row is not None
            seen.append(row["free"])
            db.row("select pg_sleep(0.1)")
            if row["free"] >= 6_000:
                db.execute(
                    "insert into payments_refund (intent_id, out_refund_no, amount) values (%s, %s, 6000)",
                    (intent.id, f"N{services.refunds.ids.document_number()}"),
                )
                db.execute("update payments_intent set refund_claimed = 6000 where id = %s", (intent.id,))

    run_together([naive, naive])
    assert seen == [10_000, 10_000]
    assert sum(r.amount for r in selectors.refunds_of(intent.reference)) == 12_000
    assert "payments.claimed_is_sum_of_live_refunds" in [v.invariant.name for v in invariants.check(INVARIANTS)]


@pytest.mark.django_db(transaction=True)
def test_the_same_wish_from_many_threads_makes_one_refund() -> None:
    intent = captured_intent(amount=10_000)
    outcomes = repeat_together(6, lambda: ask(intent.reference, 2_000, key="wish"))
    assert all(one.ok for one in outcomes), [one.error for one in outcomes]
    assert len({one.value[0].id for one in outcomes}) == 1
    assert [r.amount for r in selectors.refunds_of(intent.reference)] == [2_000]


@pytest.mark.django_db(transaction=True)
def test_workers_share_the_due_refunds() -> None:
    references = [captured_intent(amount=1_000).reference for _ in range(12)]
    for reference in references:
        ask(reference, 1_000)
    outcomes = repeat_together(3, services.process_refunds)
    assert sum(one.value for one in outcomes) == 12
    assert len(events("refund_succeeded")) == 12
    books_are_right()
