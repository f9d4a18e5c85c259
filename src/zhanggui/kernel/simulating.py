"""What local simulators of outside services share: requests as plain values, durable books, the HTTP counter, the post.

A simulator is a program of its own: this never imports Django or the mall.
"""

import http.client
import sqlite3
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
LIMIT = 1024 * 1024
LOOPBACK = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}
#: Pauses before each repeat of a letter, in seconds; real services spread theirs over a day.
PAUSES = (1, 2, 4, 8, 15, 30, 60, 120, 300, 600, 1800, 3600)
TIMEOUT = 10

_clock: ContextVar[Callable[[], float]] = ContextVar("simulator_clock", default=time.time)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: `target` is path and query without the desk's own prefix."""

    method: str
    target: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answered:
    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Letter:
    """A notification ready to be posted."""

    headers: Mapping[str, str]
    body: bytes


#: Answers what was asked under the first part of a path: (asked, that part, whether the caller is this machine).
Counter = Callable[[Asked, str, bool], Answered]


def now() -> int:
    return int(_clock.get()())


@contextmanager
def by_clock(read: Callable[[], float]) -> Iterator[None]:
    """Inside, the books are kept by another clock than the machine's."""
    token = _clock.set(read)
    try:
        yield
    finally:
        _clock.reset(token)


def china(at: int, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    return datetime.fromtimestamp(at, CHINA).strftime(form)


def asked(method: str, url: str, headers: Mapping[str, str], body: bytes) -> tuple[str, Asked]:
    """The first part of the path, and what was asked under it."""
    parts = urlsplit(url)
    prefix, _, rest = parts.path.lstrip("/").partition("/")
    target = f"/{rest}" + (f"?{parts.query}" if parts.query else "")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    low = {name.lower(): value for name, value in headers.items()}
    return prefix, Asked(method, target, f"/{rest}", query, low, body)


class Ledger:
    """The state of a simulator in one SQLite file. Every method is one transaction; the journal makes it outlive a kill."""

    def __init__(self, file: Path, schema: str) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.executescript(f"pragma journal_mode=wal; pragma synchronous=full; pragma cache_size=-1000; {schema}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._db.in_transaction:
                yield self._db
                return
            self._db.execute("begin immediate")
            try:
                yield self._db
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")

    def rows(self, sql: str, *params: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(sql, params).fetchall()

    def row(self, sql: str, *params: Any) -> sqlite3.Row | None:
        found = self.rows(sql, *params)
        return found[0] if found else None


def post(letter: Letter, url: str, base: str, path: str) -> tuple[int, bytes]:
    """To the mall's own address whatever host `url` names: a simulator calls nobody else. `path` where the url has none.

    The status (0: nobody answered) and the answer's beginning.
    """
    given, own = urlsplit(url), urlsplit(base or url)
    kind = http.client.HTTPSConnection if own.scheme == "https" else http.client.HTTPConnection
    try:
        connection = kind(own.netloc, timeout=TIMEOUT)
        try:
            connection.request("POST", given.path or path, body=letter.body, headers=dict(letter.headers))
            answer = connection.getresponse()
            return answer.status, answer.read(65536)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as failure:
        return 0, type(failure).__name__.encode()


def server(host: str, port: int, answer: Counter) -> ThreadingHTTPServer:
    """A small threaded HTTP server in front of `answer`."""
    made = ThreadingHTTPServer((host, port), _handler(answer))
    made.daemon_threads = True
    return made


def _handler(answer: Counter) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            length = self.headers.get("Content-Length") or "0"
            if not length.isdigit() or int(length) > LIMIT:
                self.close_connection = True
                self._send(Answered(413, b"", "text/plain"))
                return
            body = self.rfile.read(int(length))
            prefix, question = asked(self.command, self.path, dict(self.headers.items()), body)
            try:
                answered = answer(question, prefix, self.client_address[0] in LOOPBACK)
            except Exception:  # a simulator that dies of bad input would be of no use
                traceback.print_exc()
                answered = Answered(500, b"", "text/plain")
            self._send(answered)

        def _send(self, answered: Answered) -> None:
            self.send_response(answered.status)
            if answered.status != 204:
                self.send_header("Content-Type", answered.content_type)
                self.send_header("Content-Length", str(len(answered.body)))
            for name, value in answered.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if answered.status != 204 and self.command != "HEAD":
                self.wfile.write(answered.body)

        do_GET = do_POST = do_DELETE = do_HEAD = _serve

        def log_message(self, format: str, *args: object) -> None:
            """Silent: the books are the log."""

    return Handler


def say(text: str, *, error: bool = False) -> None:
    """One line to whoever started the simulator."""
    stream = sys.stderr if error else sys.stdout
    stream.write(f"{text}\n")
    stream.flush()
