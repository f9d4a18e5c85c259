"""The HTTP side: one small threaded server in front of the three desks, the buyer's pages and the control API."""

import contextlib
import sys
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from . import control, keys, pages
from .alipay import AlipayDesk
from .books import Books, Refused
from .post import Carrier
from .unionpay import UnionPayDesk
from .wechat import WeChatDesk
from .wire import Answered, Asked, Desk

LIMIT = 1024 * 1024
LOOPBACK = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}


class Simulator:
    """Everything wired together; `serve` runs until the process ends."""

    def __init__(self, data: Path, host: str, port: int, notify_base: str) -> None:
        keys.init(data)
        self.books = Books(data / "books.sqlite")
        self.server = ThreadingHTTPServer((host, port), _handler(self))
        self.server.daemon_threads = True
        base = f"http://{host}:{self.server.server_address[1]}"
        made = (AlipayDesk, WeChatDesk, UnionPayDesk)
        self.desks: dict[str, Desk] = {
            desk.name: desk(data / "gateway" / desk.name, self.books, base, pages.trade_page) for desk in made
        }
        self.carrier = Carrier(self.books, self.desks, notify_base)

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    def serve(self) -> None:
        self.carrier.start()
        self.server.serve_forever(poll_interval=0.5)

    def answer(self, asked: Asked, prefix: str, loopback: bool) -> Answered:
        if prefix in self.desks:
            return self.desks[prefix].answer(asked)
        if prefix == "pay":
            return self._page(asked)
        if prefix == "healthz":
            return Answered(body=b'{"status":"ok"}')
        if not loopback:
            return Answered(403, b"", "text/plain")
        if prefix == "control":
            return control.answer(self.books, asked)
        if prefix == "":
            latest = self.books.rows("select * from trade order by created_at desc limit 50")
            return Answered(body=pages.overview(latest), content_type="text/html; charset=utf-8")
        return Answered(404, b"", "text/plain")

    def _page(self, asked: Asked) -> Answered:
        """The cashier of one trade; a post pays it, or plays a payment that fails (`do=fail`)."""
        trade = self.books.row("select * from trade where token = ?", asked.path.lstrip("/"))
        if trade is None:
            return Answered(404, b"", "text/plain")
        note, failed = "", False
        if asked.method == "POST":
            failed = dict(parse_qsl(asked.body.decode("utf-8", "replace"))).get("do") == "fail"
            if not failed:
                try:
                    self.books.pay(trade["provider"], trade["out_trade_no"])
                except Refused:
                    note = "不能付款 · cannot be paid"
        trade = self.books.trade(trade["provider"], trade["out_trade_no"])
        assert trade is not None
        page = pages.trade_page(trade, note, back=asked.query.get("redirect_url", ""), failed=failed)
        return Answered(body=page, content_type="text/html; charset=utf-8")


def _handler(simulator: Simulator) -> type[BaseHTTPRequestHandler]:
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
            parts = urlsplit(self.path)
            prefix, _, rest = parts.path.lstrip("/").partition("/")
            asked = Asked(
                method=self.command,
                target=f"/{rest}" + (f"?{parts.query}" if parts.query else ""),
                path=f"/{rest}",
                query=dict(parse_qsl(parts.query, keep_blank_values=True)),
                headers={name.lower(): value for name, value in self.headers.items()},
                body=body,
            )
            try:
                answered = simulator.answer(asked, prefix, self.client_address[0] in LOOPBACK)
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


def run(data: Path, host: str, port: int, notify_base: str) -> int:
    """Serve until SIGTERM or SIGINT; the process may also be killed at any moment."""
    threading.stack_size(256 * 1024)
    try:
        simulator = Simulator(data, host, port, notify_base)
    except OSError as failure:
        sys.stderr.write(f"gateway simulator: cannot start on {host}:{port}: {failure}\n")
        return 1
    sys.stdout.write(f"gateway simulator: http://{host}:{simulator.port}\n")
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        simulator.serve()
    return 0
