"""Attempts to pay and captured money, made the way the mall makes them."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from zhanggui.kernel import clock, db
from zhanggui.payments import services
from zhanggui.payments.selectors import intents_of
from zhanggui.payments.types import IntentView, Received, Trade

_numbers = count(1)


def open_intent(
    *,
    amount: int = 12_900,
    provider: str = "simulator",
    reference: str = "",
    expires_at: datetime | None = None,
    **more: Any,
) -> IntentView:
    """An open attempt, as placing an order makes it."""
    number = f"T{next(_numbers):019d}"
    reference = reference or number
    row = {
        "reference": reference,
        "provider": provider,
        "amount": amount,
        "currency": "CNY",
        "out_trade_no": number,
        "expires_at": expires_at or clock.now() + timedelta(minutes=30),
    }
    db.row("select payments_open(%s)", (db.Json([row | more]),))
    return next(i for i in intents_of([reference]) if i.out_trade_no == number)


def told(*intents: IntentView) -> list[Received]:
    """The simulator's notifications for these attempts, received."""
    return services.receive(services.simulate([(i.out_trade_no, i.amount, i.currency) for i in intents]))


def captured_intent(**what: Any) -> IntentView:
    """Money that has come in (needs the setting `payments.simulator_enabled`)."""
    intent = open_intent(**what)
    services.ports.apply_payments([one.id for one in told(intent) if one.id is not None])
    return intents_of([intent.reference])[-1]


def trade(provider_number: str = "", *, amount: int = 12_900, minutes: int = 30) -> Trade:
    """A trade for talking to a gateway without our books."""
    now = clock.now()
    number = provider_number or f"G{now:%y%m%d%H%M%S%f}{next(_numbers):04d}"
    return Trade(number, f"订单 {number}", amount, "CNY", now, now + timedelta(minutes=minutes))
