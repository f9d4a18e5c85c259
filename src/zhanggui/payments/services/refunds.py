"""Money back, the way it came: asked for inside the transaction that decides it, sent afterwards, told by the gateway."""

from typing import Any

import structlog
from django.db import transaction

from zhanggui.kernel import audit, db, ids, mall_settings, outbox
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import Conflict, NotFound, Problem, ValidationFailed, WrongState

from .. import locks
from ..errors import RefundTooLarge
from ..events import RefundFailed, RefundSucceeded
from ..providers import gateway
from ..selectors import refund_views
from ..types import RefundOrder, RefundStatus, RefundView, Trade

log = structlog.get_logger(__name__)
LEASE_SECONDS = 120
LONGEST_PAUSE = 3600


@db.needs_transaction
def request_refund(
    reference: str, amount: int, *, actor: Actor, reason: str, request_key: str = ""
) -> list[RefundView]:
    """Ask for `amount` minor units of `reference` to go back, over its captured attempts. Needs a transaction.

    `request_key` names the wish: asked again under the same key, the refunds made first are answered and nothing is added.
    The gateway is contacted later by `process_refunds`. Raises ValidationFailed, RefundTooLarge.
    """
    if amount <= 0:
        raise ValidationFailed.one("amount", "range", "退款金额必须大于 0", "the amount must be above 0")
    intents = locks.hold_intents(reference)
    if request_key:
        earlier = refund_views("i.reference = %s and r.request_key = %s", (reference, request_key))
        if earlier:
            return earlier
    free = [(intent, intent["captured"] - intent["refund_claimed"]) for intent in intents]
    refundable = sum(left for _, left in free)
    if amount > refundable:
        raise RefundTooLarge(refundable=refundable, extra={"refundable": refundable})
    made, rest = [], amount
    for intent, left in free:
        if rest and left:
            part = min(rest, left)
            made.append(_open(intent, part, reason=reason, request_key=request_key))
            rest -= part
    _audit(actor, "payments.request_refund", reference, {"amount": amount}, reason)
    return refund_views("r.id = any(%s)", (made,))


@db.needs_transaction
def refund_surplus(notice_id: int, *, actor: Actor) -> list[RefundView]:
    """Send back the whole capture that a notification brought, because its reference cannot take it. Needs a transaction."""
    row = db.row(
        "select i.reference, i.id from payments_notification n join payments_intent i on i.out_trade_no = n.out_trade_no"
        " where n.id = %s",
        (notice_id,),
    )
    if row is None:
        raise NotFound()
    intent = next(i for i in locks.hold_intents(row["reference"]) if i["id"] == row["id"])
    left = intent["captured"] - intent["refund_claimed"]
    if not left:
        return []
    made = _open(intent, left, reason="surplus", request_key=f"surplus:{notice_id}", surplus=True)
    _audit(actor, "payments.refund_surplus", row["reference"], {"amount": left, "notice": notice_id}, "")
    return refund_views("r.id = %s", (made,))


def _open(intent: dict[str, Any], amount: int, *, reason: str, request_key: str, surplus: bool = False) -> int:
    if not locks.claim(intent["id"], amount):
        raise RefundTooLarge(refundable=0, extra={"refundable": 0})
    by_hand = gateway(intent["provider"]).manual  # nobody to send it to: staff confirm it
    row = db.row(
        "insert into payments_refund (intent_id, out_refund_no, amount, reason, request_key, surplus, next_attempt_at)"
        " values (%s, %s, %s, %s, %s, %s, case when %s then null else kernel_now() end) returning id",
        (intent["id"], ids.document_number("R"), amount, reason[:200], request_key[:80], surplus, by_hand),
    )
    assert row is not None
    return int(row["id"])


def process_refunds(*, actor: Actor = SYSTEM, limit: int = 50) -> int:
    """Send due refunds to their gateways and ask about those under way; the number that came to an end.

    Every attempt carries the same refund number, so a repeat moves no second money. Opens transactions of its own around
    what it writes, none around what it asks.
    """
    done = 0
    for row in locks.take_due_refunds(limit, LEASE_SECONDS):
        try:
            status = _ask(row)
        except Problem as trouble:  # no verified answer: ask again later
            log.warning("refund_postponed", refund=row["out_refund_no"], reason=str(trouble))
            status = RefundStatus("processing", reason=str(trouble))
        done += _record(row, status)
    return done


def _ask(row: dict[str, Any]) -> RefundStatus:
    intent = db.row("select * from payments_intent where id = %s", (row["intent_id"],))
    assert intent is not None
    desk = gateway(intent["provider"])
    trade = trade_of(intent)
    order = RefundOrder(row["out_refund_no"], row["amount"], row["reason"], row["created_at"])
    if row["attempts"] > 1:
        status = desk.query_refund(trade, order)
        if status.state != "absent":
            return status
    return desk.refund(trade, order)


def _record(row: dict[str, Any], status: RefundStatus) -> int:
    if status.state == "succeeded":
        with transaction.atomic():
            return int(succeed(row["id"], status.gateway_refund_no) is True)
    if status.state == "failed":
        with transaction.atomic():
            return int(fail(row["id"], status.reason))
    pause = min(mall_settings.get("payments.refund_retry_seconds") * 2 ** min(row["attempts"] - 1, 12), LONGEST_PAUSE)
    db.execute(
        "update payments_refund set next_attempt_at = kernel_now() + %s * interval '1 second', last_error = %s,"
        " gateway_refund_no = case when %s = '' then gateway_refund_no else %s end where id = %s and state = 'processing'",
        (pause, status.reason[:500], status.gateway_refund_no, status.gateway_refund_no, row["id"]),
    )
    return 0


@db.needs_transaction
def succeed(refund_id: int, gateway_refund_no: str) -> bool | None:
    """Book a refund that went back: True now, False if it was booked before, None if the money is claimed otherwise.

    (None: the gateway first said it failed, another refund was made of the same money, and then it says it succeeded.)
    """
    held = locks.move_refund(refund_id, "succeed", next_attempt_at=None, last_error="")
    if held is None:
        return False
    if held["was"] == "failed" and not locks.claim(held["intent_id"], held["amount"]):
        locks.move_back_to_failed(refund_id)
        return None
    locks.count_refunded(held["intent_id"], held["amount"])
    db.execute(
        "update payments_refund set succeeded_at = kernel_now(), gateway_refund_no = case when %s = '' then gateway_refund_no"
        " else %s end where id = %s",
        (gateway_refund_no, gateway_refund_no, refund_id),
    )
    sums = _sums(held["intent_id"])
    outbox.record(
        RefundSucceeded(
            reference=sums["reference"],
            provider=sums["provider"],
            out_refund_no=held["out_refund_no"],
            amount=held["amount"],
            currency=sums["currency"],
            captured=sums["captured"],
            refunded=sums["refunded"],
            surplus=held["surplus"],
            request_key=held["request_key"],
        )
    )
    return True


@db.needs_transaction
def fail(refund_id: int, reason: str) -> bool:
    """Book a refund that the gateway refused for good; the claim is let go. True if this call did it."""
    held = locks.move_refund(refund_id, "fail", next_attempt_at=None, last_error=reason[:500])
    if held is None:
        return False
    locks.let_go(held["intent_id"], held["amount"])
    sums = _sums(held["intent_id"])
    outbox.record(
        RefundFailed(
            reference=sums["reference"],
            provider=sums["provider"],
            out_refund_no=held["out_refund_no"],
            amount=held["amount"],
            currency=sums["currency"],
            reason=reason[:200],
            surplus=held["surplus"],
            request_key=held["request_key"],
        )
    )
    return True


def retry_refund(refund_id: int, *, actor: Actor) -> RefundView:
    """Try a failed refund once more. Opens its own transaction. Raises NotFound, WrongState, RefundTooLarge."""
    with transaction.atomic():
        _known(refund_id)
        held = locks.move_refund(refund_id, "retry", attempts=0)
        if held is None:
            raise WrongState(state=_known(refund_id).state)
        if not locks.claim(held["intent_id"], held["amount"]):
            raise RefundTooLarge(refundable=0, extra={"refundable": 0})
        by_hand = gateway(_sums(held["intent_id"])["provider"]).manual
        db.execute(
            "update payments_refund set next_attempt_at = case when %s then null else kernel_now() end where id = %s",
            (by_hand, refund_id),
        )
        _audit(actor, "payments.retry_refund", held["out_refund_no"], {"amount": held["amount"]}, "")
        return _known(refund_id)


def confirm_bank_refund(refund_id: int, *, actor: Actor, bank_reference: str) -> RefundView:
    """Finance staff sent the money back by hand. Opens its own transaction. Raises NotFound, Conflict, WrongState."""
    with transaction.atomic():
        refund = _known(refund_id)
        if not gateway(refund.provider).manual:
            raise Conflict(extra={"provider": refund.provider})
        if not succeed(refund_id, bank_reference[:64]):
            raise WrongState(state=refund.state)
        _audit(actor, "payments.confirm_bank_refund", refund.out_refund_no, {"bank_reference": bank_reference[:64]}, "")
        return _known(refund_id)


def _known(refund_id: int) -> RefundView:
    found = refund_views("r.id = %s", (refund_id,))
    if not found:
        raise NotFound()
    return found[0]


def _sums(intent_id: int) -> dict[str, Any]:
    """The reference of an intent with what it captured and gave back over all its attempts."""
    row = db.row(
        "select i.reference, i.provider, i.currency, sum(o.captured)::bigint as captured, sum(o.refunded)::bigint as refunded"
        " from payments_intent i join payments_intent o on o.reference = i.reference where i.id = %s group by i.id",
        (intent_id,),
    )
    assert row is not None
    return row


def trade_of(intent: dict[str, Any]) -> Trade:
    return Trade(
        out_trade_no=intent["out_trade_no"],
        reference=intent["reference"],
        amount=intent["amount"],
        currency=intent["currency"],
        created_at=intent["created_at"],
        expires_at=intent["expires_at"],
        gateway_trade_no=intent["gateway_trade_no"],
    )


def _audit(actor: Actor, action: str, target: object, after: dict[str, Any], reason: str) -> None:
    if actor.kind == "staff":
        audit.record(
            actor=actor, action=action, target_type="payment", target_id=target, after=after, reason=reason[:500]
        )
