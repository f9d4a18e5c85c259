"""Reading goes on in a thread while the batch before waits for the database."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from queue import Empty, Full, Queue
from typing import TypeVar

T = TypeVar("T")
PART = 200
WAITING = 10  # parts; what is read and not yet taken stays bounded


def ahead(items: Iterable[T], size: int = PART) -> Iterator[T]:
    """The same items in the same order; what the source raises is raised here. Leaving early ends the thread."""
    queue: Queue[list[T] | BaseException | None] = Queue(WAITING)
    left = threading.Event()

    def put(part: list[T] | BaseException | None) -> None:
        while not left.is_set():
            with suppress(Full):
                queue.put(part, timeout=0.1)
                return

    def run() -> None:
        part: list[T] = []
        try:
            for item in items:
                part.append(item)
                if len(part) >= size:
                    put(part)
                    part = []
                if left.is_set():
                    return
            put(part)
            put(None)
        except BaseException as error:
            put(part)
            put(error)

    thread = threading.Thread(target=run, name="import-reader", daemon=True)
    thread.start()
    try:
        while (part := queue.get()) is not None:
            if isinstance(part, BaseException):
                raise part
            yield from part
    finally:
        left.set()
        with suppress(Empty):
            queue.get_nowait()
        thread.join()
