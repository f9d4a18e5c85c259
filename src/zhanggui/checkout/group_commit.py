"""Group commit: the purchases that wait while one batch is being written become the next batch (architecture 4.6).

One thread and one database connection per process do the writing, so that a batch shares its statements and its one
durable commit, and buyers of the same goods do not queue for row locks. Nobody is answered before the commit.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from zhanggui.kernel.problems import Unavailable

T = TypeVar("T")
R = TypeVar("R")
log = structlog.get_logger(__name__)
MAX_BATCH = 64
PATIENCE_SECONDS = 30.0
RETRY = ("40P01", "40001")  # deadlock, serialization failure


class _Ticket(Generic[T, R]):
    __slots__ = ("answer", "done", "item")

    def __init__(self, item: T) -> None:
        self.item = item
        self.done = threading.Lock()
        self.done.acquire()
        self.answer: R | BaseException | None = None


class GroupCommit(Generic[T, R]):
    """`work` takes a batch and gives one result, or exception, per item, in order."""

    def __init__(self, work: Callable[[Sequence[T]], Sequence[R | BaseException]], name: str) -> None:
        self._work = work
        self._name = name
        self._waiting: deque[_Ticket[T, R]] = deque()
        self._wake = threading.Semaphore(0)
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    def submit(self, item: T) -> R:
        """Have `item` written with the next batch; returns its result or raises its exception."""
        if self._thread is None or not self._thread.is_alive():
            self._begin()
        ticket: _Ticket[T, R] = _Ticket(item)
        self._waiting.append(ticket)
        self._wake.release()
        if not ticket.done.acquire(timeout=PATIENCE_SECONDS):
            raise Unavailable(retry_after=2)
        if isinstance(ticket.answer, BaseException):
            raise ticket.answer
        return ticket.answer  # type: ignore[return-value]

    def _begin(self) -> None:
        with self._start:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._wake.acquire()
            batch = [self._waiting.popleft()]
            while len(batch) < MAX_BATCH and self._wake.acquire(blocking=False):
                batch.append(self._waiting.popleft())
            self._settle(batch)

    def _settle(self, batch: list[_Ticket[T, R]]) -> None:
        try:
            answers = self._attempt([ticket.item for ticket in batch])
        except BaseException as failure:  # nobody may be left waiting, whatever happened
            log.error("group_commit_failed", batch=len(batch), exc_info=True)
            answers = [failure] * len(batch)
        for ticket, answer in zip(batch, answers, strict=True):
            ticket.answer = answer
            ticket.done.release()

    def _attempt(self, items: list[T], again: bool = True) -> Sequence[R | BaseException]:
        """All together; if the database refuses the batch, each alone, so that one bad item harms no neighbour."""
        try:
            return self._work(items)
        except (OperationalError, InterfaceError) as failure:
            if again and getattr(failure.__cause__, "sqlstate", "") in RETRY:
                return self._attempt(items, again=False)
            connection.close()
            log.warning("database_away", waiting=len(items))
            return [Unavailable(retry_after=2)] * len(items)
        except DatabaseError as failure:
            log.warning("batch_refused", batch=len(items), exc_info=True)
            if len(items) == 1:
                # Alone and once more: an order number may have been taken (kernel.ids).
                return self._attempt(items, again=False) if again else [failure]
            return [self._attempt([item])[0] for item in items]
