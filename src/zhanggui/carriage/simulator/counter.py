"""The simulator as something that answers: by HTTP beside the gateways' simulator, or in the caller's own process."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zhanggui.kernel.simulating import Answered, Asked, Letter, asked

from . import books as ledger
from .desks import KDNiaoDesk, Kuaidi100Desk
from .post import Desks, Postman, letter, waiting

CONTROL = "carriers"


class Simulator:
    """Everything wired together. `waits`: a timeout takes its time (not in the caller's own process)."""

    def __init__(self, folder: Path, *, pace: int = 30, waits: bool = True) -> None:
        ledger.init(folder)
        self.books = ledger.Books(folder / "carriers.sqlite", pace)
        self.desks: Desks = {
            "kuaidi100": Kuaidi100Desk(folder, self.books, waits=waits),
            "kdniao": KDNiaoDesk(folder, self.books, waits=waits),
        }

    @property
    def prefixes(self) -> tuple[str, ...]:
        return (*self.desks, CONTROL)

    def start(self, notify_base: str) -> None:
        """Parcels begin to move and the post to go out."""
        Postman(self.books, self.desks, notify_base).start()

    def counter(self, question: Asked, prefix: str, loopback: bool) -> Answered:
        if prefix in self.desks:
            return self.desks[prefix].answer(question)
        if not loopback:
            return Answered(403, b"", "text/plain")
        return self._control(question)

    def answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answered:
        """The same in this process."""
        prefix, question = asked(method, url, headers, body)
        return self.counter(question, prefix, True)

    @contextmanager
    def one_entry(self) -> Iterator[None]:
        """Everything inside is one entry into books that begin empty: all of it stays, or none."""
        with self.books.transaction() as db:
            for table in ("waybill", "track", "push", "fault"):
                db.execute(f"delete from {table}")
            yield

    def pushes(self) -> list[tuple[str, Letter]]:
        """Every push that waits, in the order they are due, taken to have arrived: (service, letter)."""
        found = []
        for push in waiting(self.books, 2**62):
            found.append((push["service"], letter(self.books, self.desks, push)))
            with self.books.transaction() as db:
                db.execute("update push set state = 'delivered', attempts = 1 where id = ?", (push["id"],))
        return found

    def _control(self, question: Asked) -> Answered:
        """Order faults, move a parcel on, look at the books (loopback only)."""
        if question.method == "POST" and question.headers.get("content-type", "").split(";")[0] != "application/json":
            return _json(415, {"error": "send application/json"})  # keeps web pages of other origins out
        try:
            content = json.loads(question.body) if question.body else {}
            call = (question.method, question.path)
            if call == ("POST", "/faults"):
                self.books.order_fault(content["kind"], str(content.get("value", "")), int(content.get("times", 1)))
                return _json(201, {"ordered": content["kind"]})
            if call == ("DELETE", "/faults"):
                with self.books.transaction() as db:
                    db.execute("delete from fault")
                return _json(200, {})
            if call == ("POST", "/advance"):
                moved = self.books.advance(content["service"], content["carrier"], content["number"])
                return _json(200, {"moved": moved})
            if call == ("GET", "/waybills"):
                return _json(200, self._table("select * from waybill order by created_at desc limit 200"))
            if call == ("GET", "/pushes"):
                return _json(200, self._table("select * from push order by id desc limit 200"))
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            return _json(422, {"error": f"{type(wrong).__name__}: {wrong}"})
        return _json(404, {"error": "no such call"})

    def _table(self, sql: str) -> list[dict[str, Any]]:
        return [dict(row) for row in self.books.rows(sql)]


def _json(status: int, content: Any) -> Answered:
    return Answered(status, json.dumps(content, ensure_ascii=False).encode())
