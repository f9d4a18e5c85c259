"""What is owed, paid and credited: due days, ageing, statements; never paid more than owed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.factories import procurement as make
from tests.support import pdf
from zhanggui.kernel import clock, db, invariants
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import PermissionDenied, ValidationFailed
from zhanggui.procurement import selectors, services
from zhanggui.procurement.errors import AlreadyVoid, MoreThanOwed
from zhanggui.procurement.types import PaymentDraft, SentBack

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def pay(who: int, amount: int, *payables: int, key: str = "") -> str:
    draft = PaymentDraft(amount, clock.business_date(), "转账", "T1", payables)
    return services.pay_supplier(who, draft, key=key or f"p-{amount}-{payables}", actor=make.PAYER)


def owing(*amounts: int, **more: object) -> tuple[int, str]:
    """A supplier whom we owe these amounts, in order of their days; his order's number."""
    number, who, _ = make.sent(units=sum(amounts), price=1, **more)
    for amount in amounts:
        make.receive(number, (1, amount))
    return who, number


def test_a_receipt_is_due_by_the_terms() -> None:
    who, _ = owing(100, terms="net", terms_days=45)
    (found,) = selectors.payables(supplier_id=who).items
    assert (found.open, found.due_on, found.days) == (100, clock.business_date() + 45 * DAY, -45)


def test_payments_settle_what_is_due_first_and_never_more_than_is_owed() -> None:
    who, _ = owing(100, 50)
    pay(who, 120)
    assert [(each.amount, each.settled) for each in selectors.payables(supplier_id=who, open_only=False).items] == [
        (100, 100),
        (50, 20),
    ]
    with pytest.raises(MoreThanOwed) as refused:
        pay(who, 31)
    assert refused.value.extra["owed"] == 30
    pay(who, 30)
    assert selectors.ageing() == []


def test_a_named_payable_is_paid_alone() -> None:
    who, _ = owing(100, 50)
    second = selectors.payables(supplier_id=who).items[1].id
    with pytest.raises(MoreThanOwed):
        pay(who, 51, second)
    pay(who, 50, second)
    assert [each.open for each in selectors.payables(supplier_id=who).items] == [100]


def test_the_same_payment_sent_twice_is_one() -> None:
    who, _ = owing(100)
    assert pay(who, 60, key="same") == pay(who, 60, key="same")
    assert selectors.ageing()[0].open == 40


def test_a_credit_settles_open_debts_and_waits_for_the_next_where_there_is_none() -> None:
    who, number = owing(100)
    pay(who, 100)
    services.return_goods(number, [SentBack(1, 30)], key="r", reason="破损", actor=make.KEEPER)
    assert (selectors.ageing()[0].open, selectors.ageing()[0].credit) == (0, 30)
    with pytest.raises(MoreThanOwed):
        pay(who, 1)
    (sku,) = make.goods()
    make.receive(make.order(who, [(sku, 1, 70)]), (1, 1))
    assert (selectors.ageing()[0].open, selectors.ageing()[0].credit) == (40, 0)
    pay(who, 40)


def test_the_database_refuses_what_a_careless_program_would_pay() -> None:
    owing(100)
    with pytest.raises(IntegrityError, match="payable_never_more_than_owed"), transaction.atomic():
        db.execute("update procurement_payable set settled = 101")


def test_an_invoice_has_its_number_and_may_have_another_day() -> None:
    who, _ = owing(100)
    (found,) = selectors.payables(supplier_id=who).items
    services.set_invoice(found.id, invoice="FP-1", due_on=clock.business_date() - 40 * DAY, actor=make.PAYER)
    (after,) = selectors.payables(supplier_id=who).items
    assert (after.invoice, after.days) == ("FP-1", 40)
    assert (selectors.ageing()[0].to_60, selectors.attention()["overdue"]) == (100, 1)


def test_wrong_payments_are_told_where() -> None:
    who, _ = owing(100)
    draft = PaymentDraft(0, clock.business_date() + DAY, "x" * 41)
    with pytest.raises(ValidationFailed) as refused:
        services.pay_supplier(who, draft, key="k", actor=make.PAYER)
    assert {error.loc for error in refused.value.errors} == {"amount", "paid_on", "method"}
    with pytest.raises(PermissionDenied):
        services.pay_supplier(who, PaymentDraft(1, clock.business_date()), key="k", actor=make.BUYER)


def test_the_statement_runs_from_opening_to_closing() -> None:
    who, number = owing(100, 50)
    pay(who, 120)
    services.return_goods(number, [SentBack(1, 10)], key="r", reason="破损", actor=make.KEEPER)
    today = clock.business_date()
    found = selectors.statement(who, today, today)
    assert [(line.kind, line.amount, line.balance) for line in found.lines] == [
        ("receipt", 100, 100), ("receipt", 50, 150), ("return", -10, 140), ("payment", -120, 20),
    ]  # fmt: skip
    assert (found.opening, found.closing) == (0, 20)
    assert selectors.statement(who, today + DAY, today + DAY).opening == 20
    words = pdf.words(services.print_statement(who, today, today, actor=make.PAYER))
    for part in ("对账单", "Statementofaccount", "0.20", "收货Receipt"):
        assert part in words


def test_a_payment_that_was_wrong_is_voided_and_what_it_settled_is_open_again() -> None:
    number, who, _ = make.sent(units=10, price=4000)
    make.receive(number, (1, 10))
    draft = PaymentDraft(30_000, clock.business_date())
    made = services.pay_supplier(who, draft, key="k-1", actor=make.PAYER)
    returned = services.return_goods(number, [SentBack(1, 8)], key="b-1", reason="质量问题", actor=SYSTEM)
    assert [row.open for row in selectors.payables(supplier_id=who).items] == [
        -22_000
    ]  # 10 000 were open, the rest he owes
    with pytest.raises(PermissionDenied):
        services.void_payment(who, made, reason="付错账户", actor=make.PAYER)
    with pytest.raises(ValidationFailed):
        services.void_payment(who, made, reason=" ", actor=SYSTEM)
    services.void_payment(who, made, reason="付错账户", actor=SYSTEM)
    assert sum(row.open for row in selectors.payables(supplier_id=who).items) == 8_000  # two pieces are owed for
    with pytest.raises(AlreadyVoid):
        services.void_payment(who, made, reason="再冲一次", actor=SYSTEM)
    told = selectors.statement(who, clock.business_date(), clock.business_date())
    assert [(line.kind, line.amount) for line in told.lines] == [
        ("receipt", 40_000), ("return", -32_000), ("payment", -30_000), ("void", 30_000),
    ]  # fmt: skip
    assert (told.closing, returned[:2]) == (8_000, "TH")
    [shown] = selectors.payments(supplier_id=who).items
    assert (shown.number, shown.void_reason) == (made, "付错账户")
    services.pay_supplier(who, PaymentDraft(8_000, clock.business_date()), key="k-2", actor=make.PAYER)
    assert selectors.payables(supplier_id=who).items == []
    assert invariants.check() == []
