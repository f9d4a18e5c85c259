"""Shortages for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.factories.warehouse import reviewed
from zhanggui.kernel import clock
from zhanggui.kernel.actor import Actor
from zhanggui.promises import services
from zhanggui.promises.types import ShortageView

DESK = Actor("staff", 5, "desk", frozenset({"promises.view", "promises.tell", "promises.answer"}))


def short(
    *lines: tuple[str, int], units: dict[int, int] | None = None, days: int | None = 3, **more: Any
) -> ShortageView:
    """A reviewed order whose buyer is asked about `units` (all of it unless said otherwise) and may wait for `days`."""
    return tell(reviewed(*lines), units=units, days=days, **more)


def tell(number: str, *, units: dict[int, int] | None = None, days: int | None = 3, **more: Any) -> ShortageView:
    until = clock.business_date() + timedelta(days=days) if days is not None else None
    given: dict[str, Any] = {"reason": "out_of_stock", "actor": DESK} | more
    return services.cannot_ship(number, lines=units, wait_until=until, **given)
