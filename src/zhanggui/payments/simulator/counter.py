"""The simulator without its server: desks and books in the caller's own process, by the caller's clock."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from zhanggui.kernel.simulating import asked

from . import keys, pages
from .alipay import AlipayDesk
from .books import Books, china, now
from .unionpay import UnionPayDesk
from .wechat import WeChatDesk
from .wire import Answered, Desk, Letter


class Counter:
    """One process at a time; no simulator may be serving these books."""

    def __init__(self, folder: Path, base: str) -> None:
        keys.init(folder)
        self.books = Books(folder / "books.sqlite")
        made = (AlipayDesk, WeChatDesk, UnionPayDesk)
        self.desks: dict[str, Desk] = {
            desk.name: desk(folder / "gateway" / desk.name, self.books, base, pages.trade_page) for desk in made
        }

    @contextmanager
    def empty_books(self) -> Iterator[None]:
        """Everything inside is one entry into books that begin empty: all of it stays, or none."""
        with self.books.transaction() as db:
            for table in ("trade", "refund", "notice", "mischief"):
                db.execute(f"delete from {table}")
            yield

    def answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answered:
        """What the desk named by the first part of the path says."""
        desk, question = asked(method, url, headers, body)
        return self.desks[desk].answer(question)

    def pay(self, provider: str, out_trade_no: str, amount: int, subject: str) -> None:
        """A buyer comes with a trade and pays it. Raises Refused."""
        txn_time = china(now(), "%Y%m%d%H%M%S")
        self.books.open_trade(provider, out_trade_no, amount=amount, subject=subject, txn_time=txn_time)
        self.books.pay(provider, out_trade_no)

    def post(self) -> list[tuple[str, Letter]]:
        """Every letter that waits, oldest first, taken to have arrived: (provider, letter)."""
        waiting = self.books.rows("select * from notice where state = 'waiting' order by id")
        letters = []
        for notice in waiting:
            trade = self.books.trade(notice["provider"], notice["out_trade_no"])
            refund = self.books.refund_of(notice["provider"], notice["number"]) if notice["kind"] == "refund" else None
            assert trade is not None
            letter = self.desks[notice["provider"]].letter(notice["kind"], notice["notice_id"], trade, refund, "")
            with self.books.transaction() as db:
                db.execute(
                    "update notice set state = 'delivered', attempts = 1, headers = ?, body = ?, answer = '200' where id = ?",
                    (json.dumps(dict(letter.headers)), letter.body, notice["id"]),
                )
            letters.append((notice["provider"], letter))
        return letters
