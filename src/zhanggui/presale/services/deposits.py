"""The money of a deposit: asked for, arrived, gone back."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.ids import DEPOSIT
from zhanggui.kernel.outbox import record
from zhanggui.payments import selectors as payment_reads
from zhanggui.payments import services as payments
from zhanggui.payments.errors import ProviderOff
from zhanggui.payments.types import Payable, Provider, StartOptions

from .. import locks, selectors
from ..errors import wrong_state
from ..events import DepositPaid
from ..states import WAITING

PAY = Text("付定金", "paying the deposit")


def start_deposit(number: str, provider: str, *, actor: Actor, options: StartOptions | None = None) -> Payable:
    """What the client needs to pay a reservation's deposit. Not to be called in a transaction.

    Raises NotFound, ReservationWrongState (paid or over already), and what payments refuses. From a balance it is paid in one
    transaction, or not at all.
    """
    if provider == Provider.BALANCE:
        return _pay_from_balance(number, actor=actor)
    view = selectors.reservation(number)
    if view.state != WAITING:
        raise wrong_state(view.state, PAY)
    return payments.start_payment(
        number, provider, amount=view.deposit_total, currency=view.currency, expires_at=view.expires_at, actor=actor,
        options=options,
    )  # fmt: skip


def _pay_from_balance(number: str, *, actor: Actor) -> Payable:
    """Only the member whose reservation it is draws on his balance. Of two attempts the second finds the deposit paid.

    The draw has a name of its own (`DEPOSIT`): that of the number itself is its order's, for what is due then.
    """
    with transaction.atomic():
        locks.hold_by_numbers([number])
        view = selectors.reservation(number)
        if view.state != WAITING:
            raise wrong_state(view.state, PAY)
        if actor.kind != "member" or actor.id != view.member_id:
            raise ProviderOff(provider=Provider.BALANCE)
        payable, notice_id = payments.pay_from_balance(
            number, view.member_id, amount=view.deposit_total, currency=view.currency, expires_at=view.expires_at,
            actor=actor, drawn_as=number + DEPOSIT,
        )  # fmt: skip
        [applied] = apply_deposits([notice_id], actor=actor)
        if applied["outcome"] != "paid":
            raise wrong_state(view.state, PAY)
    return payable


@db.needs_transaction
def apply_deposits(notice_ids: Sequence[int], *, actor: Actor = SYSTEM) -> list[dict[str, Any]]:
    """Capture what notices of deposits bring; for each `notice_id`, `number`, `outcome`, `amount`. Needs a transaction.

    The first money of a reservation that waits is its deposit; any other (twice paid, too late) is `surplus` and goes back.
    Running it again changes nothing.
    """
    locks.hold_by_numbers(sorted(set(payment_reads.references_of(notice_ids).values())))
    answers = []
    for captured in db.rows("select * from payments_capture(%s) order by notice_id", (list(notice_ids),)):
        outcome = captured["outcome"]
        if outcome == "captured":
            taken = _take(captured["reference"], captured["amount"], captured["notice_id"])
            if not taken:
                payments.refund_surplus(captured["notice_id"], actor=actor)
            outcome = "paid" if taken else "surplus"
        answers.append(
            {
                "notice_id": captured["notice_id"], "order_number": captured["reference"], "outcome": outcome,
                "amount": captured["amount"],
            }
        )  # fmt: skip
    return answers


def _take(number: str, amount: int, notice_id: int) -> bool:
    """Whether the money is the deposit its reservation waits for."""
    paid = locks.take_deposit(number, amount, payment_reads.provider_of(notice_id))
    if paid is None:
        return False
    record(
        DepositPaid(
            number, paid["offer_id"], paid["member_id"], paid["paid"], paid["currency"],
            paid["balance_from"].isoformat(), paid["balance_until"].isoformat(),
        )
    )  # fmt: skip
    return True


def count_refund(number: str, amount: int, *, actor: Actor) -> bool:
    """A refund of `amount` reached the buyer; whether it was of a deposit without an order. Opens its own transaction."""
    with transaction.atomic():
        return locks.count_refunded(number, amount)
