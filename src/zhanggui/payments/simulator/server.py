"""The HTTP side: one small threaded server in front of the three desks, the buyer's pages and the control API."""

import contextlib
import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl

from zhanggui.kernel import simulating

from . import control, keys, pages
from .alipay import AlipayDesk
from .books import Books, Refused
from .post import Carrier
from .unionpay import UnionPayDesk
from .wechat import WeChatDesk
from .wire import Answered, Asked, Desk


class Simulator:
    """Everything wired together; `serve` runs until the process ends. `beside`: who else answers here, by prefix."""

    def __init__(
        self, data: Path, host: str, port: int, notify_base: str, beside: Mapping[str, simulating.Counter] | None = None
    ) -> None:
        keys.init(data)
        self.books = Books(data / "books.sqlite")
        self.beside = beside or {}
        self.server = simulating.server(host, port, self.answer)
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
        if prefix in self.beside:
            return self.beside[prefix](asked, prefix, loopback)
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


def run(
    data: Path, host: str, port: int, notify_base: str, beside: Mapping[str, simulating.Counter] | None = None
) -> int:
    """Serve until SIGTERM or SIGINT; the process may also be killed at any moment."""
    threading.stack_size(256 * 1024)
    try:
        simulator = Simulator(data, host, port, notify_base, beside)
    except OSError as failure:
        simulating.say(f"gateway simulator: cannot start on {host}:{port}: {failure}", error=True)
        return 1
    simulating.say(f"gateway simulator: http://{host}:{simulator.port}")
    with contextlib.suppress(KeyboardInterrupt):
        simulator.serve()
    return 0
