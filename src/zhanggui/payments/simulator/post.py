"""The letter carrier: posts due notifications to the mall until it acknowledges them, like the gateways do."""

import json
import threading
import time
from sqlite3 import Row

from zhanggui.kernel.simulating import PAUSES, post

from .books import Books
from .wire import Desk, Letter


class Carrier(threading.Thread):
    """One thread, so that letters leave in the order they are due. All state is in the books: a kill loses nothing."""

    def __init__(self, books: Books, desks: dict[str, Desk], notify_base: str) -> None:
        super().__init__(name="carrier", daemon=True)
        self.books, self.desks, self.notify_base = books, desks, notify_base.rstrip("/")

    def run(self) -> None:
        while True:
            if not self.deliver_due():
                time.sleep(0.05)

    def deliver_due(self) -> int:
        due = self.books.rows(
            "select * from notice where state = 'waiting' and due_at <= ? order by due_at, id limit 20", time.time()
        )
        for notice in due:
            self.deliver(notice)
        return len(due)

    def deliver(self, notice: Row) -> None:
        letter = self._letter(notice)
        path = f"/api/payments/{notice['provider']}/notify"
        status, body = post(letter, notice["url"], self.notify_base, path)
        arrived = self.desks[notice["provider"]].acknowledged(status, body)
        over = arrived or notice["forge"] or notice["attempts"] >= len(PAUSES)
        state = "delivered" if arrived else "given_up" if over else "waiting"
        pause = PAUSES[min(notice["attempts"], len(PAUSES) - 1)]
        with self.books.transaction() as db:
            db.execute(
                "update notice set state = ?, attempts = attempts + 1, due_at = ?, headers = ?, body = ?, answer = ? where id = ?",
                (
                    state,
                    time.time() + pause,
                    json.dumps(dict(letter.headers)),
                    letter.body,
                    f"{status} {body[:200]!r}",
                    notice["id"],
                ),
            )

    def _letter(self, notice: Row) -> Letter:
        provider = notice["provider"]
        if notice["forge"] == "replay":
            old = self.books.row(
                "select headers, body from notice where provider = ? and state = 'delivered' and forge = ''"
                " order by id desc limit 1", provider,
            )  # fmt: skip
            if old is not None:
                return Letter(json.loads(old["headers"]), old["body"])
        trade = self.books.trade(provider, notice["out_trade_no"])
        refund = self.books.refund_of(provider, notice["number"]) if notice["kind"] == "refund" else None
        assert trade is not None
        return self.desks[provider].letter(notice["kind"], notice["notice_id"], trade, refund, notice["forge"])
