"""Cases for tests."""

from __future__ import annotations

from typing import Any

from tests.factories.fulfilment import deliver, ship
from tests.factories.shop import buy
from zhanggui.aftersales import services
from zhanggui.aftersales.types import CaseView, Received, Wish
from zhanggui.kernel import outbox
from zhanggui.kernel.actor import GUEST, Actor
from zhanggui.payments import services as payments

SERVICE = Actor("staff", 4, "customer service")


def delivered(*lines: tuple[str, int], **more: Any) -> str:
    """An order that was bought, shipped in one parcel and arrived; its number."""
    number = buy(*lines, **more)
    deliver([ship(number)])
    return number


def ask(
    number: str, *wishes: tuple[int, int], kind: str = "return_refund", reason: str = "no_reason", **more: Any
) -> CaseView:
    """A case about `(line, quantity)` units, or about all that may be asked for."""
    lines = [Wish(line, quantity) for line, quantity in wishes] or None
    return services.request(number, kind=kind, reason=reason, lines=lines, actor=more.pop("actor", GUEST), **more)


def grant(case: CaseView) -> CaseView:
    """Approved, all of it returned in good order, and its money asked for."""
    view = services.approve(case.number, actor=SERVICE)
    if view.state == "awaiting_return":
        services.receive_return(case.number, [Received(line.line, line.quantity) for line in case.lines], actor=SERVICE)
    return services.refund(case.number, actor=SERVICE)


def money_arrives() -> None:
    """The gateway sends what was asked for, and everybody hears of it."""
    outbox.drain()
    payments.process_refunds(limit=1000)
    outbox.drain()
