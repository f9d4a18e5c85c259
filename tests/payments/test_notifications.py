"""Money news: duplicated, reordered, forged, late or torn apart by a crash, the books come out right."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from django.db import Error, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.payments import captured_intent, open_intent, told
from tests.payments.conftest import Owner
from tests.support.races import run_together
from zhanggui.kernel import db, invariants, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import NotFound
from zhanggui.payments import selectors, services
from zhanggui.payments.invariants import INVARIANTS
from zhanggui.payments.providers import simulator
from zhanggui.payments.types import NoticeFacts, RawNotification

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("simulator_on")]
STAFF = Actor("staff", 1, "finance")


def books_are_right() -> None:
    assert [v.invariant.name for v in invariants.check(INVARIANTS)] == []


def capture(*notice_ids: int) -> list[tuple[str | None, str]]:
    rows = db.rows("select * from payments_capture(%s) order by notice_id", (list(notice_ids),))
    return [(row["reference"], row["outcome"]) for row in rows]


def test_a_genuine_notification_is_stored_then_captured() -> None:
    intent = open_intent(amount=8_850)
    (received,) = told(intent)
    assert (received.verdict, received.acknowledgement.body) == ("stored", "success")
    assert received.id is not None
    assert selectors.intents_of([intent.reference])[0].captured == 0
    assert capture(received.id) == [(intent.reference, "captured")]
    paid = selectors.intents_of([intent.reference])[0]
    assert (paid.state, paid.captured, paid.paid_at is not None) == ("succeeded", 8_850, True)
    books_are_right()


def test_a_repeated_notification_changes_nothing() -> None:
    intent = open_intent()
    (first,) = told(intent)
    (again,) = told(intent)  # before the first was applied: it may be applied through either
    assert (again.verdict, again.id) == ("duplicate", first.id)
    assert first.id is not None
    assert capture(first.id) == [(intent.reference, "captured")]
    assert capture(first.id) == [(intent.reference, "duplicate")]
    (late,) = told(intent)
    assert (late.verdict, late.id, late.acknowledgement.body) == ("duplicate", None, "success")
    books_are_right()


def test_a_batch_is_stored_in_one_statement_and_repeats_within_it_count_once(django_assert_num_queries) -> None:
    intents = [open_intent() for _ in range(20)]
    raw = services.simulate([(i.out_trade_no, i.amount, i.currency) for i in intents])
    with django_assert_num_queries(1):
        received = services.receive([*raw, raw[3]])
    assert Counter(one.verdict for one in received) == {"stored": 20, "duplicate": 1}
    with django_assert_num_queries(1):
        outcomes = capture(*[one.id for one in received if one.id is not None])
    assert outcomes == [(intent.reference, "captured") for intent in intents]


@pytest.mark.parametrize("bend", ["signature", "body", "no_signature", "off", "provider"])
def test_a_forged_notification_changes_nothing(bend: str) -> None:
    intent = open_intent()
    raw = simulator.notification(intent.out_trade_no, intent.amount, "CNY")
    if bend == "signature":
        raw = replace(raw, headers={"x-signature": "0" * 64})
    elif bend == "body":
        raw = replace(raw, body=raw.body.replace(b"12900", b"12901"))
    elif bend == "no_signature":
        raw = replace(raw, headers={})
    elif bend == "off":
        mall_settings.put("payments.simulator_enabled", False, actor=SYSTEM)
    else:
        raw = replace(raw, provider="stripe")
    (received,) = services.receive([raw])
    assert (received.verdict, received.id) == ("rejected", None)
    assert received.acknowledgement.status in (400, 404)
    assert db.row("select 1 from payments_notification") is None
    assert selectors.intents_of([intent.reference])[0].state == "pending"


def test_one_forged_letter_does_not_spoil_the_batch() -> None:
    good, bad = open_intent(), open_intent()
    raw = services.simulate([(i.out_trade_no, i.amount, "CNY") for i in (bad, good)])
    raw[0] = replace(raw[0], body=raw[0].body + b" ")
    received = services.receive(raw)
    assert [one.verdict for one in received] == ["rejected", "stored"]
    assert received[1].id is not None
    assert capture(received[1].id) == [(good.reference, "captured")]


def test_a_signed_but_wrong_amount_or_trade_is_parked_for_staff() -> None:
    intent = open_intent(amount=12_900)
    received = services.receive(
        [simulator.notification(intent.out_trade_no, 12_899, "CNY"), simulator.notification("NOBODYS", 1, "CNY")]
    )
    ids = [one.id for one in received if one.id is not None]
    assert {outcome for _, outcome in capture(*ids)} == {"amount_mismatch", "unknown_trade"}
    assert selectors.intents_of([intent.reference])[0].state == "pending"
    parked = selectors.parked_notices().items
    assert {notice.outcome for notice in parked} == {"amount_mismatch", "unknown_trade"}
    assert [v.invariant.name for v in invariants.check(INVARIANTS)] == ["payments.parked_news_is_settled"]
    for notice in parked:
        services.settle_notice(notice.id, actor=STAFF, resolution="called the gateway")
    assert selectors.parked_notices().items == []
    books_are_right()
    with pytest.raises(NotFound):
        services.settle_notice(999_999, actor=STAFF, resolution="x")


def test_news_of_a_strange_trade_is_stored_however_long_its_names(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = NoticeFacts("n" * 500, "payment", "t" * 500, 2**53 - 1, "XXXX", "g" * 500)
    monkeypatch.setattr(simulator.Simulator, "verify_notification", lambda *_: facts)
    (received,) = services.receive([RawNotification("simulator", {}, b"\x00\xff")])
    assert received.id is not None
    assert capture(received.id) == [(None, "unknown_trade")]


def test_a_notification_of_another_gateway_cannot_pay() -> None:
    intent = open_intent(provider="alipay")
    (received,) = services.receive([simulator.notification(intent.out_trade_no, intent.amount, "CNY")])
    assert received.id is not None
    assert capture(received.id) == [(None, "unknown_trade")]


def test_money_for_a_closed_attempt_is_booked_and_left_to_the_owner() -> None:
    intent = open_intent()
    with transaction.atomic():
        assert services.close_open_intents(intent.reference, actor=SYSTEM) == 1
    (received,) = told(intent)
    assert received.id is not None
    assert capture(received.id) == [(intent.reference, "captured")]
    with transaction.atomic():
        (refund,) = services.refund_surplus(received.id, actor=SYSTEM)
        assert services.refund_surplus(received.id, actor=SYSTEM) == []
    assert (refund.amount, refund.surplus, refund.state) == (intent.amount, True, "pending")
    assert services.process_refunds() == 1
    paid = selectors.intents_of([intent.reference])[0]
    assert (paid.captured, paid.refunded) == (intent.amount, intent.amount)
    books_are_right()


def test_two_attempts_paid_for_one_order_are_both_captured() -> None:
    first = open_intent(reference="ORDER1")
    second = open_intent(reference="ORDER1")
    received = told(first, second)
    ids = [one.id for one in received if one.id is not None]
    assert db.row("select count(*)::int as n from payments_references(%s)", (ids,)) == {"n": 1}
    assert capture(*ids) == [("ORDER1", "captured"), ("ORDER1", "captured")]
    books_are_right()


def test_a_closing_notice_gives_an_open_attempt_up_but_never_a_paid_one() -> None:
    def closing(number: str) -> int:
        row = {
            "pos": 0, "provider": "simulator", "notice_id": f"c{number}", "kind": "closed", "out_trade_no": number,
            "out_refund_no": "", "gateway_no": "", "amount": None, "currency": "CNY", "at": None, "headers": {}, "body": "",
        }  # fmt: skip
        return db.rows("select * from payments_store(%s)", (db.Json([row]),))[0]["id"]

    unpaid, paid = open_intent(), captured_intent()
    assert capture(closing(unpaid.out_trade_no)) == [(unpaid.reference, "closed")]
    assert capture(closing(paid.out_trade_no)) == [(paid.reference, "closed")]
    states = {i.reference: i.state for i in selectors.intents_of([unpaid.reference, paid.reference])}
    assert states == {unpaid.reference: "closed", paid.reference: "succeeded"}
    books_are_right()


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["right", "wrong", "again"])), max_size=12), st.data())
def test_any_mixture_of_news_captures_each_trade_at_most_once(news: list[tuple[int, str]], data: st.DataObject) -> None:
    with transaction.atomic():
        intents = [open_intent(amount=100 + i) for i in range(4)]
        known: list[int] = []
        told_right: set[int] = set()
        for place, kind in news:
            intent = intents[place]
            amount = intent.amount + (1 if kind == "wrong" else 0)
            raw = simulator.notification(intent.out_trade_no, amount, "CNY")
            if kind != "right":  # a new notice with an id of its own
                body = orjson.dumps({**orjson.loads(raw.body), "id": f"{intent.out_trade_no}-{len(known)}-{kind}"})
                key = simulator._key(simulator.settings.SECRET_KEY)
                raw = RawNotification("simulator", {"x-signature": simulator.crypto.hmac_sign(key, body)}, body)
            if kind != "wrong":
                told_right.add(place)
            known += [one.id for one in services.receive([raw]) if one.id is not None]
        for batch in (known[::2], known[1::2]):
            capture(*data.draw(st.permutations(batch)))
        captured = {i.reference: i.captured for i in selectors.intents_of([i.reference for i in intents])}
        assert captured == {i.reference: i.amount if n in told_right else 0 for n, i in enumerate(intents)}
        assert {v.invariant.name for v in invariants.check(INVARIANTS)} <= {"payments.parked_news_is_settled"}
        transaction.set_rollback(True)


def test_the_evidence_is_never_altered_or_deleted() -> None:
    captured_intent()
    for statement in ("update payments_notification set amount = 1", "delete from payments_notification"):
        with pytest.raises(Error, match="never altered or deleted"), transaction.atomic():
            db.execute(statement)


def test_what_could_not_be_applied_is_repeated(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.follow_up, "SETTLED", timedelta(seconds=-1))
    intents = [open_intent() for _ in range(3)]
    owner.broken = True
    for intent in intents:
        answer = services.take_notification(simulator.notification(intent.out_trade_no, intent.amount, "CNY"))
        assert answer.body == "success"  # stored, so the gateway may rest
    assert services.apply_stored() == 0
    owner.broken = False
    assert services.apply_stored() == 3
    assert services.apply_stored() == 0
    mark = db.row("select notice_id from payments_watermark where name = 'applied'")
    newest = db.row("select max(id) as id from payments_notification")
    assert mark is not None
    assert newest is not None
    assert mark["notice_id"] == newest["id"]
    late = open_intent()
    told(late)
    assert services.apply_stored() == 1
    books_are_right()


@pytest.mark.django_db(transaction=True)
def test_the_same_news_in_many_threads_is_stored_and_captured_once(owner: Owner) -> None:
    intent = open_intent()
    raw = simulator.notification(intent.out_trade_no, intent.amount, "CNY")
    outcomes = run_together([lambda: services.take_notification(raw)] * 8)
    assert all(one.ok for one in outcomes), [one.error for one in outcomes]
    assert Counter(row["outcome"] for row in owner.outcomes)["captured"] == 1
    assert db.row("select count(*)::int as n from payments_notification") == {"n": 1}
    assert selectors.intents_of([intent.reference])[0].captured == intent.amount
    books_are_right()


@pytest.mark.django_db(transaction=True)
def test_batches_in_opposite_order_do_not_lock_each_other_up(owner: Owner) -> None:
    intents = [open_intent() for _ in range(12)]
    trades = [(i.out_trade_no, i.amount, i.currency) for i in intents]

    def take(order: list[tuple[str, int, str]]) -> None:
        for _ in range(3):
            received = services.receive(services.simulate(order))
            owner.apply([one.id for one in received if one.id is not None])

    outcomes = run_together([lambda: take(trades), lambda: take(trades[::-1]), lambda: take(trades[6:] + trades[:6])])
    assert all(one.ok for one in outcomes), [one.error for one in outcomes]
    assert Counter(row["outcome"] for row in owner.outcomes)["captured"] == 12
    books_are_right()
    assert not connection.in_atomic_block
