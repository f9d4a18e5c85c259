"""What is still to happen, in the order of time."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count

Deed = Callable[[], object]


class Agenda:
    """A queue by instant; what is due at the same instant happens in the order in which it was planned."""

    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, int, Deed]] = []
        self._number = count()

    def plan(self, at: datetime, deed: Deed) -> None:
        heapq.heappush(self._waiting, (at, next(self._number), deed))

    def due(self, until: datetime) -> Iterator[tuple[datetime, Deed]]:
        """Everything before `until`, also what is planned meanwhile."""
        while self._waiting and self._waiting[0][0] < until:
            at, _, deed = heapq.heappop(self._waiting)
            yield at, deed
