"""Real threads that start together, each on its own database connection.

A race test needs committed data, so it is marked `@pytest.mark.django_db(transaction=True)`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections


@dataclass
class Outcome:
    """What one racer brought home: a value, or the exception that stopped it."""

    value: Any = None
    error: BaseException | None = None

    @property
    def ok(self) -> bool:
        return self.error is None


def run_together(functions: Sequence[Callable[[], Any]], *, timeout: float = 30) -> list[Outcome]:
    """Run every function in a thread of its own, all released by one barrier; answer their outcomes in the given order.

    A racer that is still running after `timeout` seconds (a deadlock, a lost wake-up) fails the test.
    """
    outcomes = [Outcome() for _ in functions]
    barrier = threading.Barrier(len(functions))

    def race(position: int, function: Callable[[], Any]) -> None:
        try:
            connections["default"].ensure_connection()
            barrier.wait(timeout)
            outcomes[position].value = function()
        except BaseException as error:
            outcomes[position].error = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=race, args=pair, daemon=True) for pair in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout)
    stuck = sum(thread.is_alive() for thread in threads)
    assert not stuck, f"{stuck} of {len(threads)} racers did not finish within {timeout} s"
    return outcomes


def repeat_together(count: int, function: Callable[[], Any], *, timeout: float = 30) -> list[Outcome]:
    """`count` racers doing the same thing at the same moment."""
    return run_together([function] * count, timeout=timeout)
