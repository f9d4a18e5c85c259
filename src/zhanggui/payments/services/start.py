"""Starting to pay: one open attempt per reference, decided in the database; the gateway is contacted after the commit."""

from datetime import datetime
from typing import Any

from django.db import transaction

from zhanggui.kernel import clock, db, ids, mall_settings
from zhanggui.kernel.actor import Actor

from .. import locks
from ..errors import AlreadyPaid, GatewayRefused, PaymentFailed
from ..providers import gateway, require_offered
from ..types import Payable, StartOptions
from . import notifications, ports
from .refunds import trade_of

_OPEN = "select payments_open(%s)"


def start_payment(
    reference: str,
    provider: str,
    *,
    amount: int,
    currency: str,
    expires_at: datetime,
    actor: Actor,
    options: StartOptions | None = None,
    counted: int = 0,
) -> Payable:
    """What the client needs to pay `amount` minor units of `reference` through `provider`.

    `counted` has been paid before and is accounted for (a deposit); any more that came is `AlreadyPaid`. An open attempt with the
    same provider is used again; others are closed, here and then at their gateways. Opens its own transaction and must not be
    called in one. Raises ProviderOff, AlreadyPaid, PaymentFailed and its kinds.
    """
    require_offered(provider)
    desk = gateway(provider)
    with transaction.atomic():
        intent = attempt(reference, provider, amount, currency, expires_at, counted)
    try:
        payable = desk.start(trade_of(intent), options or StartOptions())
    except GatewayRefused:
        locks.fail_intent(intent["id"])  # the next try gets a fresh number
        raise
    if provider == "simulator":
        _pay_at_once(intent)
    elif not desk.manual:
        # from now on the gateway may know more than we do
        db.execute(
            "update payments_intent set next_query_at = kernel_now() + %s * interval '1 second'"
            " where id = %s and state = 'pending' and next_query_at is null",
            (mall_settings.get("payments.query_after_seconds"), intent["id"]),
        )
    return payable


@db.needs_transaction
def attempt(
    reference: str, provider: str, amount: int, currency: str, expires_at: datetime, counted: int = 0
) -> dict[str, Any]:
    """The open attempt to use; every other open one is closed."""
    known = locks.hold_intents(reference)
    if sum(intent["captured"] - intent["refund_claimed"] for intent in known) > counted:
        raise AlreadyPaid(reference=reference)
    if expires_at <= clock.now():
        raise PaymentFailed(reason="expired")
    wanted = (provider, amount, currency)
    usable = [
        intent
        for intent in known
        if intent["state"] == "pending"
        and (intent["provider"], intent["amount"], intent["currency"]) == wanted
        and intent["expires_at"] > clock.now()
    ]
    keep = usable[0]["id"] if usable else None
    _close(reference, but=keep)
    if usable:
        return usable[0]
    number = ids.document_number("P")
    row = {"reference": reference, "provider": provider, "amount": amount, "currency": currency, "out_trade_no": number}
    db.row(_OPEN, (db.Json([{**row, "expires_at": expires_at}]),))
    made = db.row("select * from payments_intent where out_trade_no = %s", (number,))
    assert made is not None
    return made


@db.needs_transaction
def restart(reference: str, provider: str, *, amount: int, currency: str, expires_at: datetime, actor: Actor) -> None:
    """Another amount is due: every open attempt is given up, and one for the new amount is opened. Needs a transaction.

    Money that a buyer still pays for an old amount is captured and goes back. Raises AlreadyPaid, PaymentFailed (too late).
    """
    attempt(reference, provider, amount, currency, expires_at)


@db.needs_transaction
def close_open_intents(reference: str, *, actor: Actor) -> int:
    """Give up every open attempt to pay a reference (its order was cancelled or has expired); the number closed.

    Needs a transaction. Attempts a gateway knows of are closed there by `query_pending`, which also finds money that came
    in the same moment.
    """
    return _close(reference, but=None)


def _close(reference: str, *, but: int | None) -> int:
    return db.execute(
        "update payments_intent set state = 'closed', next_query_at = case when next_query_at is not null then kernel_now() end"
        " where reference = %s and state = 'pending' and (%s::bigint is null or id <> %s)",
        (reference, but, but),
    )


def _pay_at_once(intent: dict[str, Any]) -> None:
    received = notifications.receive(
        notifications.simulate([(intent["out_trade_no"], intent["amount"], intent["currency"])])
    )
    ports.apply_payments([one.id for one in received if one.id is not None])
