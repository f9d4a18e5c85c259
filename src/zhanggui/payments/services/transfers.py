"""Bank transfers: finance staff are the gateway. Their word walks the same way: stored first, then applied."""

from datetime import datetime, timedelta

import orjson
from django.db import transaction

from zhanggui.kernel import audit, clock, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import Conflict, NotFound, ValidationFailed

from ..types import NoticeFacts
from . import notifications, ports

PROVIDER = "bank_transfer"
EARLIEST = timedelta(days=366)


def confirm_bank_transfer(
    reference: str, *, actor: Actor, amount: int, bank_reference: str, paid_at: datetime | None = None
) -> int:
    """Finance staff saw `amount` minor units for `reference` on the bank statement under `bank_reference`.

    The bank's own number makes it count once. Answers the id of the stored notice after applying it. Opens its own
    transactions. Raises NotFound (no transfer was ever started), ValidationFailed (another amount), Conflict (confirmed before).
    """
    bank_reference = bank_reference.strip()
    if not bank_reference or len(bank_reference) > 100:
        raise ValidationFailed.one(
            "bank_reference", "required", "请填写银行流水号（100 字以内）", "give the bank's own number"
        )
    at = paid_at or clock.now()
    if not clock.now() - EARLIEST <= at <= clock.now() + timedelta(minutes=5):
        raise ValidationFailed.one("paid_at", "range", "到账时间应在过去一年内", "must lie within the past year")
    with transaction.atomic():
        intent = db.row(
            "select out_trade_no, amount, currency from payments_intent where reference = %s and provider = %s"
            " order by (state = 'pending') desc, id desc limit 1",
            (reference, PROVIDER),
        )
        if intent is None:
            raise NotFound()
        if intent["amount"] != amount:
            raise ValidationFailed.one(
                "amount", "amount_mismatch", f"应付 {intent['amount']} 分", f"{intent['amount']} minor units are due"
            )
        facts = NoticeFacts(
            notice_id=f"bank:{bank_reference}",
            kind="payment",
            out_trade_no=intent["out_trade_no"],
            amount=amount,
            currency=intent["currency"],
            gateway_no=bank_reference[:64],
            at=at,
        )
        evidence = orjson.dumps({"confirmed_by": actor.as_dict(), "bank_reference": bank_reference})
        stored = notifications.store(PROVIDER, facts, evidence)
        if not stored["fresh"]:
            raise Conflict(extra={"bank_reference": bank_reference})
        audit.record(
            actor=actor,
            action="payments.confirm_transfer",
            target_type="payment",
            target_id=reference,
            after={"amount": amount, "bank_reference": bank_reference},
        )
    ports.apply_payments([stored["id"]])
    return int(stored["id"])
