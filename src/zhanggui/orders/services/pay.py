"""Money arrived: apply stored notifications to their orders. HOT: see docs/order-path.md."""

from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError, transaction

from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound
from zhanggui.payments import selectors as payment_reads
from zhanggui.payments import services as payments
from zhanggui.payments.errors import ProviderOff
from zhanggui.payments.types import Payable, Provider, StartOptions
from zhanggui.presale import selectors as reservations
from zhanggui.presale import services as presale

from .. import locks, promise
from ..errors import OrderWrongState
from ..states import PENDING
from ..types import PaymentApplied

PAY = Text("付款", "paying")
_APPLY = "select notice_id, order_number, outcome, amount, paid_at from orders_apply_payments(%s, %s, %s)"
_APPLY_WANTED = _APPLY.replace("orders_apply_payments", "orders_apply_wanted")
SURPLUS = "ZG001"


def apply_payments(notice_ids: Sequence[int], *, actor: Actor = SYSTEM) -> list[PaymentApplied]:
    """Capture what the notices bring and move their orders to `paid`; opens its own transaction.

    Running it again changes nothing. Money an order cannot take (cancelled meanwhile, paid twice) is captured and a
    refund is opened in the same transaction. Deposits of presales, which are no order yet, are handed to theirs.
    """
    if not notice_ids:
        return []
    due, latest = promise.seconds_from(clock.now())
    asked = (list(notice_ids), due, latest)
    answers = None if db.in_transaction() else _apply_wanted(asked)
    if answers is None:
        with transaction.atomic():
            deposits = _deposits_among(notice_ids)
            answers = list(presale.apply_deposits(deposits, actor=actor)) if deposits else []
            rest = [notice for notice in notice_ids if notice not in deposits]
            for answer in db.rows(_APPLY, (rest, due, latest)) if rest else ():
                answers.append(answer)
                if answer["outcome"] == "surplus":
                    payments.refund_surplus(answer["notice_id"], actor=actor)
    return [PaymentApplied(a["notice_id"], a["order_number"] or "", a["outcome"], a.get("paid_at")) for a in answers]


def _deposits_among(notice_ids: Sequence[int]) -> list[int]:
    """The notices whose money is a presale's deposit: their reference is no order (yet)."""
    references = payment_reads.references_of(notice_ids)
    reserved = reservations.without_order(references.values())
    return [notice for notice in notice_ids if references.get(notice) in reserved]


def _apply_wanted(asked: tuple[list[int], int, int]) -> list[dict[str, Any]] | None:
    """Apply in a single statement; None, and nothing changed, where it brings money that no order takes."""
    try:
        return db.rows(_APPLY_WANTED, asked)
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != SURPLUS:
            raise
        return None


def start_payment(number: str, provider: str, *, actor: Actor, options: StartOptions | None = None) -> Payable:
    """What the client needs to pay an order; a new attempt closes the earlier ones. Not to be called in a transaction.

    Raises NotFound, OrderWrongState (paid or over already), and what payments refuses. From a balance an order is paid in
    one transaction, or not at all. Elsewhere a cancellation that overtakes the payment is safe: the money is captured and
    goes back (see `apply_payments`).
    """
    if provider == Provider.BALANCE:
        return _pay_from_balance(number, actor=actor)
    order = db.row("select status, total, deposit, currency, expires_at from orders_order where number = %s", (number,))
    if order is None:
        raise NotFound()
    if order["status"] != PENDING:
        raise OrderWrongState(state=order["status"], action=PAY)
    payable = payments.start_payment(
        number,
        provider,
        amount=order["total"] - order["deposit"],
        currency=order["currency"],
        expires_at=order["expires_at"],
        actor=actor,
        options=options,
        counted=order["deposit"],
    )
    db.execute(
        "update orders_order set payment_provider = %s where number = %s and status in ('pending_payment', 'paid')",
        (provider, number),
    )
    return payable


def _pay_from_balance(number: str, *, actor: Actor) -> Payable:
    """Only the member whose order it is draws on his balance. Of two attempts the second finds the order paid."""
    with transaction.atomic():
        order = locks.hold(number)
        if order["status"] != PENDING:
            raise OrderWrongState(state=order["status"], action=PAY)
        if actor.kind != "member" or actor.id != order["member_id"]:
            raise ProviderOff(provider=Provider.BALANCE)
        payable, notice_id = payments.pay_from_balance(
            number,
            order["member_id"],
            amount=order["total"] - order["deposit"],
            currency=order["currency"],
            expires_at=order["expires_at"],
            actor=actor,
            counted=order["deposit"],
        )
        [applied] = apply_payments([notice_id], actor=actor)
        if applied.outcome != "paid":
            raise OrderWrongState(state=order["status"], action=PAY)
        db.execute("update orders_order set payment_provider = %s where number = %s", (Provider.BALANCE, number))
    return payable
