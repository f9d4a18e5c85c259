"""Paying from the balance a member keeps with the mall: in the transaction that marks what he pays for as paid."""

from datetime import datetime

import orjson

from zhanggui.kernel import db, mall_settings
from zhanggui.kernel.actor import Actor

from ..errors import PaymentFailed
from ..providers import balance, common, require_offered
from ..types import NoticeFacts, Payable
from . import notifications
from .refunds import trade_of
from .start import attempt


@db.needs_transaction
def pay_from_balance(
    reference: str,
    member_id: int,
    *,
    amount: int,
    currency: str,
    expires_at: datetime,
    actor: Actor,
    counted: int = 0,
    drawn_as: str = "",
) -> tuple[Payable, int]:
    """Draw `amount` minor units on the member's balance; the payment, and the stored notice for the caller to apply at once.

    `counted` as `start_payment` has it. The ledger knows the draw as `drawn_as` (the reference itself unless said otherwise) and
    lets each such name draw once. Needs a transaction that holds the reference's owner: notice, ledger and owner move together or
    not at all. Raises ProviderOff, AlreadyPaid, PaymentFailed, and what the ledger refuses.
    """
    require_offered(balance.NAME)
    if currency != mall_settings.get("mall.currency"):
        raise PaymentFailed(reason=currency)
    intent = attempt(reference, balance.NAME, amount, currency, expires_at, counted)
    drawn_as = drawn_as or reference
    taken_at = balance.owner().take(member_id, amount, reference=drawn_as, actor=actor)
    facts = NoticeFacts(
        notice_id=intent["out_trade_no"],
        kind="payment",
        out_trade_no=intent["out_trade_no"],
        amount=amount,
        currency=currency,
        gateway_no=drawn_as,
        at=taken_at,
    )
    stored = notifications.store(balance.NAME, facts, orjson.dumps({"drawn_by": actor.as_dict()}))
    return common.payable(trade_of(intent), balance.NAME, "paid"), int(stored["id"])
