"""What is owed to suppliers, and paid. Whoever changes an account holds the supplier's row first."""

from datetime import date
from typing import Any

from django.db import transaction

from zhanggui.kernel import clock, db, idempotency, ids
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import MAX_AMOUNT, format_minor, symbol_of
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed

from .. import locks
from ..errors import AlreadyVoid, MoreThanOwed
from ..events import SupplierPaid, SupplierPaymentVoid
from ..permissions import PAY, VOID
from ..rules import due_on
from ..types import PaymentDraft
from .common import held_supplier, need, note, reason_of


def pay_supplier(supplier_id: int, draft: PaymentDraft, *, key: str, actor: Actor) -> str:
    """Record money that went to a supplier; the payment's number. All of it settles what is open: those named, else what is due first.

    The same `key` again answers the same payment. Opens its own transaction.
    Raises NotFound, ValidationFailed, MoreThanOwed, IdempotencyConflict, PermissionDenied.
    """
    need(actor, PAY)
    _check(draft)
    body = {
        "amount": draft.amount,
        "paid_on": draft.paid_on.isoformat(),
        "payables": list(draft.payables),
        "reference": draft.reference,
    }
    answer: str = idempotency.once(f"procurement:pay:{supplier_id}", key, body, lambda: _pay(supplier_id, draft, actor))
    return answer


@db.needs_transaction
def _pay(supplier_id: int, draft: PaymentDraft, actor: Actor) -> str:
    held = held_supplier(supplier_id)
    rows = locks.open_payables(supplier_id, list(draft.payables) or None)
    owed = sum(row["amount"] - row["settled"] for row in rows if row["amount"] > 0)
    if draft.amount > owed:
        shown = f"{symbol_of(held['currency'])}{format_minor(owed, held['currency'])}"
        raise MoreThanOwed(owed=shown, extra={"owed": owed})
    number = ids.document_number("FK")
    made = db.row(
        "insert into procurement_payment (number, supplier_id, amount, currency, paid_on, method, reference, \"by\")"
        " values (%s, %s, %s, %s, %s, %s, %s, %s) returning id",
        (
            number, supplier_id, draft.amount, held["currency"], draft.paid_on, draft.method.strip(), draft.reference.strip(),
            actor.label[:200],
        ),
    )  # fmt: skip
    assert made is not None
    _settle(rows, draft.amount, payment=made["id"])
    note(actor, "pay", "supplier", supplier_id, after={"payment": number, "amount": draft.amount})
    record(SupplierPaid(supplier_id, number, draft.amount, held["currency"]))
    return number


def set_invoice(payable_id: int, *, invoice: str, due_on: date | None = None, actor: Actor) -> None:
    """Write the supplier's invoice to what is owed for a receipt, and another due day where that was agreed.

    Opens its own transaction. Raises NotFound, ValidationFailed, PermissionDenied.
    """
    need(actor, PAY)
    invoice = invoice.strip()
    if len(invoice) > 80:
        raise ValidationFailed.one("invoice", "length", "最多 80 个字", "at most 80 characters")
    with transaction.atomic():
        row = db.row("select supplier_id from procurement_payable where id = %s", (payable_id,))
        if row is None:
            raise NotFound()
        held_supplier(row["supplier_id"])
        before = db.row("select invoice, due_on from procurement_payable where id = %s", (payable_id,))
        assert before is not None
        db.execute(
            "update procurement_payable set invoice = %s, due_on = coalesce(%s, due_on) where id = %s",
            (invoice, due_on, payable_id),
        )
        after = {"invoice": invoice, "due_on": (due_on or before["due_on"]).isoformat()}
        old = {"invoice": before["invoice"], "due_on": before["due_on"].isoformat()}
        note(actor, "set_invoice", "supplier", row["supplier_id"], before=old, after=after)


def void_payment(supplier_id: int, number: str, *, reason: str, actor: Actor) -> None:
    """A payment was recorded wrongly or did not arrive (冲销): what it had settled is open again. Both stay in the account.

    Open credits settle at once what is open now. Opens its own transaction. Raises NotFound, ValidationFailed (no reason),
    AlreadyVoid, PermissionDenied.
    """
    need(actor, VOID)
    reason = reason_of(reason)
    with transaction.atomic():
        held = held_supplier(supplier_id)
        payment = db.row(
            "select y.id, y.amount, v.payment_id as void from procurement_payment y"
            " left join procurement_paymentvoid v on v.payment_id = y.id where y.number = %s and y.supplier_id = %s",
            (number, supplier_id),
        )
        if payment is None:
            raise NotFound()
        if payment["void"] is not None:
            raise AlreadyVoid(payment=number)
        db.execute(
            'insert into procurement_paymentvoid (payment_id, reason, "by") values (%s, %s, %s)',
            (payment["id"], reason, actor.label[:200]),
        )
        taken_back = db.rows(
            "insert into procurement_settlement (payable_id, payment_id, reverses_id, amount)"
            " select payable_id, payment_id, id, -amount from procurement_settlement where payment_id = %s order by id"
            " returning payable_id, amount",
            (payment["id"],),
        )
        for row in taken_back:
            db.execute(
                "update procurement_payable set settled = settled + %s where id = %s",
                (row["amount"], row["payable_id"]),
            )
        _settle_credits(supplier_id)
        note(
            actor, "void_payment", "supplier", supplier_id, before={"payment": number, "amount": payment["amount"]},
            reason=reason,
        )  # fmt: skip
        record(SupplierPaymentVoid(supplier_id, number, payment["amount"], held["currency"]))


@db.needs_transaction
def owe_sent(supplier_id: int, reference: str, amount: int, *, actor: Actor) -> None:
    """A debt for goods that the supplier sent to a buyer himself, or (below zero) a credit for what came back to him.

    By his terms from today. `reference` says what they went with; the same again changes nothing. Needs a transaction, in which
    nothing of stock is held yet. Raises NotFound.
    """
    held = held_supplier(supplier_id)
    due = due_on(held["terms"], held["terms_days"], clock.business_date())
    made = db.execute(
        "insert into procurement_payable (supplier_id, reference, amount, currency, due_on) values (%s, %s, %s, %s, %s)"
        " on conflict (reference) where not (reference = '') do nothing",
        (supplier_id, reference, amount, held["currency"], due if amount > 0 else clock.business_date()),
    )
    if made:
        note(actor, "owe_sent", "supplier", supplier_id, after={"reference": reference, "amount": amount})
        _settle_credits(supplier_id)


@db.needs_transaction
def owe(receipt_id: int, supplier_id: int, amount: int, currency: str, due: date) -> None:
    """A debt for a receipt, or (below zero) a credit for a return; open credits settle open debts at once. Needs the held supplier."""
    db.execute(
        "insert into procurement_payable (supplier_id, receipt_id, amount, currency, due_on) values (%s, %s, %s, %s, %s)",
        (supplier_id, receipt_id, amount, currency, due),
    )
    _settle_credits(supplier_id)


def _settle_credits(supplier_id: int) -> None:
    """What he owes us settles what we owe him, the first due first."""
    rows = locks.open_payables(supplier_id)
    for credit in [row for row in rows if row["amount"] < 0]:
        left = credit["settled"] - credit["amount"]
        _settle([row for row in rows if row["amount"] > 0], left, credit=credit["id"])


def _settle(rows: list[dict[str, Any]], amount: int, *, payment: int | None = None, credit: int | None = None) -> None:
    """Spread an amount over debts, in the order given; what a credit cannot settle stays with it."""
    used = 0
    for row in rows:
        part = min(row["amount"] - row["settled"], amount - used) if row["amount"] > 0 else 0
        if part <= 0:
            continue
        db.execute(
            "insert into procurement_settlement (payable_id, payment_id, credit_id, amount) values (%s, %s, %s, %s)",
            (row["id"], payment, credit, part),
        )
        db.execute("update procurement_payable set settled = settled + %s where id = %s", (part, row["id"]))
        row["settled"] += part
        used += part
    if credit is not None and used:
        db.execute("update procurement_payable set settled = settled - %s where id = %s", (used, credit))


def _check(draft: PaymentDraft) -> None:
    errors = []
    if not 0 < draft.amount <= MAX_AMOUNT:
        errors.append(FieldError("amount", "range", Text("金额应大于 0", "must be above 0")))
    if draft.paid_on > clock.business_date():
        errors.append(FieldError("paid_on", "range", Text("付款日不能晚于今天", "must not lie in the future")))
    if len(draft.method) > 40:
        errors.append(FieldError("method", "length", Text("最多 40 个字", "at most 40 characters")))
    if len(draft.reference) > 80:
        errors.append(FieldError("reference", "length", Text("最多 80 个字", "at most 80 characters")))
    if errors:
        raise ValidationFailed(errors=errors)
