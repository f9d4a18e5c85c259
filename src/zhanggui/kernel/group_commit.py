"""Group commit: those who wait while one batch is worked on become the next batch (architecture 4.6).

One thread and one database connection per gate do the work, so that a batch shares its statements and its one durable
commit, and buyers of the same goods do not queue for row locks. Nobody is answered before the work is done.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from . import db
from .problems import Unavailable

T = TypeVar("T")
R = TypeVar("R")
log = structlog.get_logger(__name__)
MAX_BATCH = 64
PATIENCE_SECONDS = 30.0
BUSY = 4  # a batch of so many says that many come
PLAN_ANEW = frozenset(4**n for n in range(1, 8))  # plans of a young mall do not suit a grown one (docs/adr/0007)
RETRY = ("40P01", "40001", "57P01")  # deadlock, serialization failure, a farewell that crossed our question


class _Ticket(Generic[T, R]):
    """One waiting item. A thread waits on `done`, a coroutine on `future` of its `loop`."""

    __slots__ = ("answer", "done", "future", "item", "loop")

    def __init__(self, item: T, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self.item = item
        self.answer: R | BaseException | None = None
        self.loop = loop
        self.future: asyncio.Future[R] | None = loop.create_future() if loop else None
        self.done = threading.Lock()
        if loop is None:
            self.done.acquire()


class GroupCommit(Generic[T, R]):
    """`work` takes a batch and gives one result, or exception, per item, in order.

    `linger` is how many seconds a batch waits for company while many come: those just answered ask again, and twice the
    batch costs much less than twice the work. A quiet mall never waits.
    """

    def __init__(
        self,
        work: Callable[[Sequence[T]], Sequence[R | BaseException]],
        name: str,
        *,
        linger: float = 0.0,
    ) -> None:
        self._work = work
        self._linger = linger
        self._name = name
        self._waiting: SimpleQueue[_Ticket[T, R]] = SimpleQueue()
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    def submit(self, item: T) -> R:
        """Have `item` written with the next batch; returns its result or raises its exception."""
        ticket: _Ticket[T, R] = _Ticket(item)
        self._enqueue(ticket)
        if not ticket.done.acquire(timeout=PATIENCE_SECONDS):
            raise Unavailable(retry_after=2)
        if isinstance(ticket.answer, BaseException):
            raise ticket.answer
        return ticket.answer  # type: ignore[return-value]

    async def submit_async(self, item: T) -> R:
        """`submit` for a coroutine: no thread waits."""
        ticket: _Ticket[T, R] = _Ticket(item, asyncio.get_running_loop())
        self._enqueue(ticket)
        assert ticket.future is not None
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await ticket.future
        except TimeoutError:
            raise Unavailable(retry_after=2) from None

    def _enqueue(self, ticket: _Ticket[T, R]) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._begin()
        self._waiting.put(ticket)

    def _begin(self) -> None:
        with self._start:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()

    def _run(self) -> None:
        busy = False
        batches = 0
        while True:
            first = self._waiting.get()
            if busy:
                time.sleep(self._linger)
            batch = [first]
            try:
                while len(batch) < MAX_BATCH:
                    batch.append(self._waiting.get_nowait())
            except Empty:
                pass
            busy = len(batch) >= BUSY
            self._settle(batch)
            batches += 1
            if batches in PLAN_ANEW:
                with suppress(DatabaseError, InterfaceError):  # gone: the next batch opens another
                    db.plan_anew()

    def _settle(self, batch: list[_Ticket[T, R]]) -> None:
        try:
            answers = self._attempt([ticket.item for ticket in batch])
        except BaseException as failure:  # nobody may be left waiting, whatever happened
            log.error("group_commit_failed", batch=len(batch), exc_info=True)
            answers = [failure] * len(batch)
        loops: dict[asyncio.AbstractEventLoop, list[_Ticket[T, R]]] = {}
        for ticket, answer in zip(batch, answers, strict=True):
            ticket.answer = answer
            if ticket.loop is None:
                ticket.done.release()
            else:
                loops.setdefault(ticket.loop, []).append(ticket)
        for loop, tickets in loops.items():
            with suppress(RuntimeError):  # the loop is closed: nobody waits there any more
                loop.call_soon_threadsafe(_deliver, tickets)  # one wake-up for the whole batch

    def _attempt(self, items: list[T], again: bool = True) -> Sequence[R | BaseException]:
        """All together; if that fails, each alone, so that one bad item harms no neighbour."""
        try:
            db.drop_dead_connection()
            return self._work(items)
        except (OperationalError, InterfaceError) as failure:
            if again and getattr(failure.__cause__, "sqlstate", "") in RETRY:
                return self._attempt(items, again=False)
            connection.close()
            log.warning("database_away", waiting=len(items))
            return [Unavailable(retry_after=2)] * len(items)
        except Exception as failure:
            log.warning("batch_refused", batch=len(items), exc_info=True)
            if len(items) > 1:
                return [self._attempt([item])[0] for item in items]
            # Alone and once more: an order number may have been taken (kernel.ids).
            return self._attempt(items, again=False) if again and isinstance(failure, DatabaseError) else [failure]


def _deliver(tickets: "list[_Ticket[T, R]]") -> None:
    """In the loop's thread: wake the coroutines (one that gave up meanwhile is left alone)."""
    for ticket in tickets:
        future = ticket.future
        if future is None or future.done():
            continue
        if isinstance(ticket.answer, BaseException):
            future.set_exception(ticket.answer)
        else:
            future.set_result(ticket.answer)  # type: ignore[arg-type]
