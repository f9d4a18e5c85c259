"""The three books: what the gateway lists, what we captured, what the orders count as paid."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.payments import captured_intent
from tests.payments.conftest import LetterBox, Owner, SimulatorProcess
from zhanggui.kernel import clock, db, ids, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import NotFound, ValidationFailed
from zhanggui.payments import rules, selectors, services
from zhanggui.payments.providers import common
from zhanggui.payments.types import BillEntry, IntentView, OrderMoney

STAFF = Actor("staff", 7, "finance")
amounts = st.integers(1, 5)
numbers = st.sampled_from("ABCDEF")


def line(number: str, amount: int, kind: str = "payment") -> BillEntry:
    refund = kind == "refund"
    return BillEntry(
        kind=kind,  # type: ignore[arg-type]
        out_trade_no="" if refund else number,
        amount=amount,
        currency="CNY",
        gateway_no=f"G{number}",
        out_refund_no=number if refund else "",
    )


def today() -> date:
    return clock.now().astimezone(common.CHINA).date()


@given(st.dictionaries(numbers, amounts), st.dictionaries(numbers, amounts))
def test_bill_and_books_agree_exactly_when_nothing_is_found(bill: dict[str, int], books: dict[str, int]) -> None:
    found = rules.compare_bill(
        [line(n, a) for n, a in bill.items()], [rules.Booked(n, f"O{n}", a, True) for n, a in books.items()], []
    )
    assert (found == []) == (bill == books)
    by_number = {f.number: f for f in found}
    assert len(by_number) == len(found)
    for number, entry in by_number.items():
        assert (entry.bill, entry.book) == (bill.get(number), books.get(number))


@given(st.lists(st.tuples(numbers, amounts)), st.lists(st.tuples(numbers, amounts)))
def test_the_order_of_lines_does_not_matter(bill: list[tuple[str, int]], books: list[tuple[str, int]]) -> None:
    booked = [rules.Booked(n, "", a, True) for n, a in dict(books).items()]
    lines = [line(n, a, "refund") for n, a in bill]
    assert set(rules.compare_bill(lines, [], booked)) == set(rules.compare_bill(lines[::-1], [], booked[::-1]))


@given(st.dictionaries(numbers, st.integers(0, 5)), st.dictionaries(numbers, st.integers(0, 5)))
def test_orders_and_books_agree_exactly_when_nothing_is_found(books: dict[str, int], orders: dict[str, int]) -> None:
    found = rules.compare_orders(
        [rules.BookedReference(n, a) for n, a in books.items()],
        [OrderMoney(n, "alipay", a, "CNY") for n, a in orders.items()],
    )
    agree = {n: a for n, a in books.items() if a} == {n: a for n, a in orders.items() if a}
    assert (found == []) == agree
    assert {f.kind for f in found} <= set(rules.KINDS)


def test_every_kind_of_disagreement_is_named() -> None:
    found = rules.compare_bill(
        [line("A", 1), line("B", 2), line("R1", 1, "refund"), line("R2", 2, "refund")],
        [rules.Booked("B", "OB", 3, True), rules.Booked("C", "OC", 4, True), rules.Booked("D", "OD", 4, False)],
        [rules.Booked("R2", "OB", 3, True), rules.Booked("R3", "OC", 4, True)],
    ) + rules.compare_orders(
        [rules.BookedReference("OB", 3), rules.BookedReference("OC", 4), rules.BookedReference("OX", 0)],
        [OrderMoney("OB", "alipay", 2, "CNY"), OrderMoney("OE", "alipay", 5, "CNY")],
    )
    assert sorted((f.kind, f.number) for f in found) == [
        ("amount_differs", "B"),
        ("missing_in_bill", "C"),
        ("missing_in_books", "A"),
        ("order_amount_differs", "OB"),
        ("order_without_payment", "OE"),
        ("payment_without_order", "OC"),
        ("refund_amount_differs", "R2"),
        ("refund_missing_in_bill", "R3"),
        ("refund_missing_in_books", "R1"),
    ]
    assert {f.kind for f in found} == set(rules.KINDS)


def money(intent: IntentView, paid: int | None = None) -> OrderMoney:
    return OrderMoney(intent.reference, intent.provider, intent.captured if paid is None else paid, "CNY")


@pytest.mark.django_db
@pytest.mark.usefixtures("simulator_on")
def test_a_provider_without_a_bill_is_compared_with_the_orders(owner: Owner) -> None:
    good, short, stray = (captured_intent(amount=1_000) for _ in range(3))
    owner.paid = {i.reference: i for i in (money(good), money(short, 900), OrderMoney("GHOST", "simulator", 5, "CNY"))}
    assert services.reconcile(today(), providers=["simulator"]) == {"simulator": 3}
    (run,) = selectors.reconciliations(day=today()).items
    found = {(d.kind, d.number, d.book_amount, d.order_amount) for d in selectors.discrepancies(run.id)}
    assert found == {
        ("order_amount_differs", short.reference, 1_000, 900),
        ("payment_without_order", stray.reference, 1_000, None),
        ("order_without_payment", "GHOST", 0, 5),
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("simulator_on")
def test_a_repeated_run_replaces_its_findings_and_keeps_what_staff_resolved(owner: Owner) -> None:
    paid, other = captured_intent(amount=1_000), captured_intent(amount=2_000)
    owner.paid = {i.reference: money(i) for i in (paid, other)}
    bill = [line(paid.out_trade_no, 1_000), line("STRANGE", 7)]
    run = lambda lines: services.reconcile(today(), providers=["simulator"], statements={"simulator": lines})  # noqa: E731
    assert run(bill) == {"simulator": 2}
    assert run(bill) == {"simulator": 2}
    events = db.rows("select payload from kernel_outboxevent where name = 'payments.discrepancy_found'")
    assert [event["payload"]["kinds"] for event in events] == [{"missing_in_books": 1, "missing_in_bill": 1}]
    (view,) = selectors.reconciliations().items
    assert (view.bill_lines, view.paid, view.state) == (2, 1_007, "done")
    strange = next(d for d in selectors.discrepancies(view.id) if d.number == "STRANGE")
    services.resolve_discrepancy(strange.id, actor=STAFF, resolution="a test payment by the bank")
    assert selectors.reconciliations().items[0].discrepancies == 1
    assert run([*bill, line(other.out_trade_no, 2_000)]) == {"simulator": 0}
    assert [(d.number, d.resolution) for d in selectors.discrepancies(view.id)] == [
        ("STRANGE", "a test payment by the bank")
    ]
    with pytest.raises(NotFound):
        services.resolve_discrepancy(10**9, actor=STAFF, resolution="x")


@pytest.mark.django_db
@pytest.mark.usefixtures("simulator_on")
def test_surplus_money_that_went_back_owes_no_order(owner: Owner) -> None:
    first = captured_intent(amount=1_000, reference="TWICE")
    captured_intent(amount=1_000, reference="TWICE")
    owner.paid = {"TWICE": money(first)}
    assert services.reconcile(today(), providers=["simulator"]) == {"simulator": 1}
    notice = db.row("select max(id) as id from payments_notification")
    assert notice is not None
    with transaction.atomic():
        services.refund_surplus(notice["id"], actor=SYSTEM)
    assert services.reconcile(today(), providers=["simulator"]) == {"simulator": 0}


@pytest.mark.parametrize("day", [date.min, date.max, date(1999, 12, 31)])
def test_days_that_can_have_no_bill_are_refused(day: date) -> None:
    with pytest.raises(ValidationFailed):
        services.reconcile(day, providers=["simulator"])


@pytest.mark.django_db(transaction=True)
def test_a_day_through_the_real_schemes_reconciles_to_nothing_and_a_lost_payment_shows(
    merchant: SimulatorProcess, letter_box: LetterBox, owner: Owner
) -> None:
    mall_settings.forget()
    references: dict[str, list[str]] = {"alipay": [], "wechat": []}
    for provider, made in references.items():
        for amount in (1_000, 2_500):
            reference = ids.document_number("T")
            made.append(reference)
            payable = services.start_payment(
                reference,
                provider,
                amount=amount,
                currency="CNY",
                expires_at=clock.now() + timedelta(minutes=9),
                actor=SYSTEM,
            )
            if payable.url:
                from urllib.request import urlopen

                urlopen(payable.url, timeout=5).close()
            merchant.pay(provider, payable.out_trade_no)
            services.take_notification(letter_box.next())
            owner.paid[reference] = OrderMoney(reference, provider, amount, "CNY")
        with transaction.atomic():
            services.request_refund(made[1], 500, actor=SYSTEM, reason="test")
    services.process_refunds()
    for _ in range(2):
        services.take_notification(letter_box.next())
    day = today()
    services.reconcile(day, providers=["alipay", "wechat"])
    for run in selectors.reconciliations(day=day).items:
        assert run.state == "done"
        mine = {i.out_trade_no for i in selectors.intents_of(references[run.provider])}
        refunds = {r.out_refund_no for ref in references[run.provider] for r in selectors.refunds_of(ref)}
        # other tests' trades lie in the same simulator: only ours must agree
        assert [
            d for d in selectors.discrepancies(run.id) if d.number in mine | refunds | set(references[run.provider])
        ] == []
        assert run.bill_lines >= 3
    lost = services.start_payment(
        "LOST", "wechat", amount=77, currency="CNY", expires_at=clock.now() + timedelta(minutes=9), actor=SYSTEM
    )
    merchant.order("lose", scope=lost.out_trade_no)
    merchant.pay("wechat", lost.out_trade_no)
    services.reconcile(day, providers=["wechat"])
    run = next(r for r in selectors.reconciliations(day=day).items if r.provider == "wechat")
    assert [d.kind for d in selectors.discrepancies(run.id) if d.number == lost.out_trade_no] == ["missing_in_books"]


@pytest.mark.django_db(transaction=True)
def test_a_bill_that_cannot_be_had_is_said_so(merchant: SimulatorProcess, settings) -> None:
    mall_settings.forget()
    settings.GATEWAY_URL = "http://127.0.0.1:9"
    assert services.reconcile(today(), providers=["wechat"]) == {"wechat": None}
    (run,) = selectors.reconciliations().items
    assert (run.state, "GatewayUnreachable" in run.error or "did not answer" in run.error) == ("failed", True)
