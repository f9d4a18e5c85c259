"""Parcels go on and their news are posted, again and again until the mall acknowledges them. All state is in the books."""

import threading
import time
from collections.abc import Iterator
from sqlite3 import Row

from zhanggui.kernel.simulating import PAUSES, Letter, post

from .books import Books
from .desks import KDNiaoDesk, Kuaidi100Desk

Desks = dict[str, Kuaidi100Desk | KDNiaoDesk]


def letter(books: Books, desks: Desks, push: Row) -> Letter:
    """What a push says: all that had happened when it was written."""
    waybill = books.of_number(push["service"], push["carrier"], push["number"])
    tracks = books.tracks(push["service"], push["carrier"], push["number"], push["upto"])
    if waybill is None:  # a parcel nobody knows: the news of another one under its number
        tracks = books.rows("select * from track where id = ?", push["upto"])
    return desks[push["service"]].letter(push, waybill, tracks)


def waiting(books: Books, until: float) -> Iterator[Row]:
    yield from books.rows(
        "select * from push where state = 'waiting' and due_at <= ? order by due_at, id limit 20", until
    )


class Postman(threading.Thread):
    """One thread, so that pushes leave in the order they are due. A kill loses nothing."""

    def __init__(self, books: Books, desks: Desks, notify_base: str) -> None:
        super().__init__(name="carriers", daemon=True)
        self.books, self.desks, self.notify_base = books, desks, notify_base.rstrip("/")

    def run(self) -> None:
        while True:
            if not self.books.advance_due() + self.deliver_due():
                time.sleep(0.2)

    def deliver_due(self) -> int:
        due = list(waiting(self.books, time.time()))
        for push in due:
            waybill = self.books.of_number(push["service"], push["carrier"], push["number"])
            url = waybill["callback"] if waybill is not None else ""
            path = f"/api/carriers/{push['service']}/tracks"
            status, body = post(letter(self.books, self.desks, push), url, self.notify_base, path)
            self.settle(push, self.desks[push["service"]].acknowledged(status, body), f"{status} {body[:200]!r}")
        return len(due)

    def settle(self, push: Row, arrived: bool, answer: str) -> None:
        over = arrived or push["forge"] or push["attempts"] >= len(PAUSES)
        state = "delivered" if arrived else "given_up" if over else "waiting"
        pause = PAUSES[min(push["attempts"], len(PAUSES) - 1)]
        with self.books.transaction() as db:
            db.execute(
                "update push set state = ?, attempts = attempts + 1, due_at = ?, answer = ? where id = ?",
                (state, time.time() + pause, answer, push["id"]),
            )
