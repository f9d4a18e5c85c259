"""The simulator's books: trades, refunds, notifications and ordered mischief in one durable SQLite file."""

import secrets
import sqlite3
import time
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

from zhanggui.kernel.simulating import CHINA as CHINA
from zhanggui.kernel.simulating import Ledger, now
from zhanggui.kernel.simulating import by_clock as by_clock
from zhanggui.kernel.simulating import china as china

_SCHEMA = """
create table if not exists trade (
  provider text, out_trade_no text, trade_no text unique, token text unique, amount integer, subject text,
  state text default 'open', refunded integer default 0, notify_url text, return_url text, txn_time text default '',
  created_at integer, expires_at integer, paid_at integer, primary key (provider, out_trade_no));
create table if not exists refund (
  provider text, out_refund_no text, out_trade_no text, refund_no text unique, amount integer, state text,
  notify_url text, txn_time text default '', created_at integer, primary key (provider, out_refund_no));
create table if not exists notice (
  id integer primary key, provider text, kind text, number text, out_trade_no text, notice_id text, url text,
  state text default 'waiting', forge text default '', due_at real, attempts integer default 0,
  headers text default '', body blob, answer text default '', created_at integer);
create index if not exists notice_waiting on notice (due_at) where state = 'waiting';
create table if not exists mischief (
  id integer primary key, scope text, kind text, value text, remaining integer);
"""


class Refused(Exception):
    """A business refusal; each gateway words it in its own codes."""


def epoch(text: str, form: str) -> int:
    return int(datetime.strptime(text, form).replace(tzinfo=CHINA).timestamp())


def day_window(day: date, ends: clock_time = clock_time.min) -> tuple[int, int]:
    """A bill's day in China, from its start (inclusive) to its end (exclusive)."""
    start = datetime.combine(day, ends, tzinfo=CHINA)
    if ends != clock_time.min:
        start -= timedelta(days=1)
    return int(start.timestamp()), int((start + timedelta(days=1)).timestamp())


class Books(Ledger):
    """All state of the simulator."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, _SCHEMA)

    # --- trades -------------------------------------------------------------------------------------------------

    def open_trade(self, provider: str, out_trade_no: str, **what: Any) -> sqlite3.Row:
        """A new trade, or the same one again. Raises Refused: `paid`, `closed`, `different` (another amount)."""
        if not 0 < what["amount"] < 10**12:
            raise Refused("amount")
        with self.transaction() as db:
            known = self.trade(provider, out_trade_no)
            if known is None:
                db.execute(
                    "insert into trade (provider, out_trade_no, trade_no, token, amount, subject, notify_url, return_url,"
                    " txn_time, created_at, expires_at) values (?,?,?,?,?,?,?,?,?,?,?)",
                    (provider, out_trade_no, serial(provider), secrets.token_hex(16), what["amount"], what.get("subject", ""),
                     what.get("notify_url", ""), what.get("return_url", ""), what.get("txn_time", ""), now(),
                     what.get("expires_at") or now() + 7200),
                )  # fmt: skip
                known = self.trade(provider, out_trade_no)
            assert known is not None
            if known["state"] != "open":
                raise Refused(known["state"])
            if known["amount"] != what["amount"]:
                raise Refused("different")
            return known

    def trade(self, provider: str, out_trade_no: str) -> sqlite3.Row | None:
        """The trade as it is now: one whose time is up counts as closed."""
        with self.transaction() as db:
            db.execute("update trade set state = 'closed' where state = 'open' and expires_at <= ? and provider = ? and"
                       " out_trade_no = ?", (now(), provider, out_trade_no))  # fmt: skip
            return self.row("select * from trade where provider = ? and out_trade_no = ?", provider, out_trade_no)

    def pay(self, provider: str, out_trade_no: str) -> sqlite3.Row:
        """Move an open trade to paid and queue its notification. Raises Refused."""
        with self.transaction() as db:
            trade = self.trade(provider, out_trade_no)
            if trade is None or trade["state"] != "open":
                raise Refused(trade["state"] if trade else "absent")
            db.execute("update trade set state = 'paid', paid_at = ? where trade_no = ?", (now(), trade["trade_no"]))
            self.queue(trade["provider"], "payment", out_trade_no, out_trade_no, trade["notify_url"])
            return self.row("select * from trade where trade_no = ?", trade["trade_no"])  # type: ignore[return-value]

    def close(self, provider: str, out_trade_no: str) -> None:
        """Raises Refused: `paid`, `absent`. Closing a closed one is fine."""
        with self.transaction() as db:
            trade = self.trade(provider, out_trade_no)
            if trade is None or trade["state"] == "paid":
                raise Refused(trade["state"] if trade else "absent")
            db.execute("update trade set state = 'closed' where trade_no = ?", (trade["trade_no"],))

    # --- refunds ------------------------------------------------------------------------------------------------

    def refund(
        self, trade: sqlite3.Row | None, out_refund_no: str, amount: int, **what: Any
    ) -> tuple[sqlite3.Row, bool]:
        """The refund and whether it is new. Raises Refused: `absent`, `unpaid`, `different`, `too_much`."""
        with self.transaction() as db:
            if trade is None:
                raise Refused("absent")
            known = self.row(
                "select * from refund where provider = ? and out_refund_no = ?", trade["provider"], out_refund_no
            )
            if known is not None:
                if (known["out_trade_no"], known["amount"]) != (trade["out_trade_no"], amount):
                    raise Refused("different")
                return known, False
            if trade["state"] != "paid":
                raise Refused("unpaid")
            refused = bool(self.take_mischief(trade["out_trade_no"], ("refuse_refund",)))
            if not refused:
                moved = db.execute(
                    "update trade set refunded = refunded + ? where trade_no = ? and refunded + ? <= amount and ? > 0",
                    (amount, trade["trade_no"], amount, amount),
                )
                if not moved.rowcount:
                    raise Refused("too_much")
            db.execute(
                "insert into refund (provider, out_refund_no, out_trade_no, refund_no, amount, state, notify_url, txn_time,"
                " created_at) values (?,?,?,?,?,?,?,?,?)",
                (trade["provider"], out_refund_no, trade["out_trade_no"], serial(trade["provider"]), amount,
                 "failed" if refused else "succeeded", what.get("notify_url") or trade["notify_url"],
                 what.get("txn_time", ""), now()),
            )  # fmt: skip
            if not refused or trade["provider"] == "wechat":  # only WeChat tells of refunds that failed
                url = what.get("notify_url") or trade["notify_url"]
                self.queue(trade["provider"], "refund", out_refund_no, trade["out_trade_no"], url)
            return self.refund_of(trade["provider"], out_refund_no), True  # type: ignore[return-value]

    def refund_of(self, provider: str, out_refund_no: str) -> sqlite3.Row | None:
        return self.row("select * from refund where provider = ? and out_refund_no = ?", provider, out_refund_no)

    # --- bills --------------------------------------------------------------------------------------------------

    def paid_between(self, provider: str, start: int, end: int) -> list[sqlite3.Row]:
        return self.rows(
            "select * from trade where provider = ? and state = 'paid' and paid_at >= ? and paid_at < ? order by paid_at",
            provider, start, end,
        )  # fmt: skip

    def refunded_between(self, provider: str, start: int, end: int) -> list[sqlite3.Row]:
        return self.rows(
            "select r.*, t.trade_no, t.amount as total, t.subject from refund r join trade t using (provider, out_trade_no)"
            " where r.provider = ? and r.state = 'succeeded' and r.created_at >= ? and r.created_at < ? order by r.created_at",
            provider, start, end,
        )  # fmt: skip

    # --- notifications and mischief -----------------------------------------------------------------------------

    def take_mischief(self, out_trade_no: str, kinds: tuple[str, ...]) -> list[sqlite3.Row]:
        """The ordered misbehaviour that strikes now; each order is used up `remaining` times (-1: never)."""
        with self.transaction() as db:
            marks = ",".join("?" * len(kinds))
            found = self.rows(
                f"select * from mischief where scope in ('*', ?) and remaining <> 0 and kind in ({marks}) order by id",
                out_trade_no, *kinds,
            )  # fmt: skip
            for order in found:
                db.execute(
                    "update mischief set remaining = remaining - 1 where id = ? and remaining > 0", (order["id"],)
                )
            return found

    def queue(self, provider: str, kind: str, number: str, out_trade_no: str, url: str) -> None:
        """Queue a notification, bent by whatever mischief is ordered for its trade."""
        with self.transaction() as db:
            state, due, copies, forgeries = "waiting", time.time(), 1, []
            held = db.execute("update notice set state = 'waiting', due_at = ? where state = 'held' and provider = ?",
                              (due + 0.2, provider)).rowcount  # fmt: skip
            for order in self.take_mischief(out_trade_no, ("delay", "duplicate", "reorder", "forge", "lose")):
                if order["kind"] == "delay":
                    due += int(order["value"] or 1)
                elif order["kind"] == "duplicate":
                    copies += int(order["value"] or 1)
                elif order["kind"] == "forge":
                    forgeries.append(order["value"] or "signature")
                elif order["kind"] == "lose":
                    state = "lost"
                elif not held:  # reorder: wait for the next one and let it go first
                    state = "held"
            notice_id = secrets.token_hex(16)
            for forge in forgeries:
                self._put(
                    provider, kind, number, out_trade_no, secrets.token_hex(16), url, "waiting", time.time() - 1, forge
                )
            for _ in range(copies):
                self._put(provider, kind, number, out_trade_no, notice_id, url, state, due, "")

    def _put(self, *values: Any) -> None:
        self._db.execute(
            "insert into notice (provider, kind, number, out_trade_no, notice_id, url, state, due_at, forge, created_at)"
            " values (?,?,?,?,?,?,?,?,?,?)", (*values, now()),
        )  # fmt: skip


def serial(provider: str) -> str:
    """A trade number in the gateway's own style."""
    if provider == "alipay":
        return f"{china(now(), '%Y%m%d')}22001{secrets.randbelow(10**15):015d}"
    if provider == "wechat":
        return f"4200000{china(now(), '%Y%m%d')}{secrets.randbelow(10**13):013d}"
    return f"{china(now(), '%Y%m%d%H%M%S')}{secrets.randbelow(10**7):07d}"
