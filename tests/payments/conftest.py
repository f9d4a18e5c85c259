"""A gateway simulator in a process of its own, a letter box for its notifications, and an owner for the references."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from django.db import transaction

from zhanggui.kernel import db, mall_settings
from zhanggui.payments.services import ports
from zhanggui.payments.types import OrderMoney, RawNotification

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class LetterBox:
    """Where the simulator's notifications arrive; it answers each gateway as `refuse` says."""

    url: str
    letters: queue.Queue[RawNotification] = field(default_factory=queue.Queue)
    refuse: bool = False

    def next(self, timeout: float = 5) -> RawNotification:
        return self.letters.get(timeout=timeout)

    def empty(self) -> bool:
        return self.letters.empty()


@dataclass
class SimulatorProcess:
    """The running simulator and its control API."""

    url: str
    data: Path
    process: subprocess.Popen[str]

    def control(self, method: str, path: str, content: Any = None) -> Any:
        body = None if content is None else json.dumps(content).encode()
        request = Request(f"{self.url}/control{path}", body, {"Content-Type": "application/json"}, method=method)
        with urlopen(request, timeout=5) as answer:
            return json.load(answer)

    def pay(self, provider: str, out_trade_no: str) -> None:
        self.control("POST", "/pay", {"provider": provider, "out_trade_no": out_trade_no})

    def order(self, kind: str, value: str = "", scope: str = "*", times: int = 1) -> None:
        self.control("POST", "/mischief", {"kind": kind, "value": value, "scope": scope, "times": times})


def start_simulator(data: Path, notify_base: str, port: int = 0) -> SimulatorProcess:
    command = [sys.executable, "-m", "zhanggui.payments.simulator", "--data", str(data), "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--notify-base", notify_base],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("gateway simulator: http://"), line
    return SimulatorProcess(line.split(": ", 1)[1].strip(), data, process)


@pytest.fixture(scope="session")
def letter_box_server() -> Iterator[LetterBox]:
    box = LetterBox("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            box.letters.put(RawNotification(self.path.split("/")[3], headers, body))
            self.send_response(500 if box.refuse else 200)
            self.end_headers()
            self.wfile.write(b"success")

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    box.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield box
    server.shutdown()


@pytest.fixture(scope="session")
def simulator_process(
    tmp_path_factory: pytest.TempPathFactory, letter_box_server: LetterBox
) -> Iterator[SimulatorProcess]:
    running = start_simulator(tmp_path_factory.mktemp("mall"), letter_box_server.url)
    yield running
    running.process.kill()
    running.process.wait()


@pytest.fixture
def letter_box(letter_box_server: LetterBox, simulator_process: SimulatorProcess) -> LetterBox:
    """Empty, and with nothing of an earlier test still on its way."""
    letter_box_server.refuse = False
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and any(
        notice["state"] == "waiting" for notice in simulator_process.control("GET", "/notices")
    ):
        time.sleep(0.02)
    letter_box_server.letters = queue.Queue()
    return letter_box_server


@pytest.fixture
def merchant(settings: Any, simulator_process: SimulatorProcess, letter_box: LetterBox) -> SimulatorProcess:
    """The mall holds the simulator's merchant keys and knows its address."""
    settings.DATA_DIR = simulator_process.data
    settings.KEYS_DIR = simulator_process.data / "keys"
    settings.GATEWAY_URL = simulator_process.url
    settings.PUBLIC_URL = letter_box.url
    simulator_process.control("DELETE", "/mischief")
    return simulator_process


@pytest.fixture
def shipped_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings as shipped, without a database."""
    monkeypatch.setattr(mall_settings, "_kept", (0, {}))


class Owner:
    """Stands for the orders: captures what it is handed and remembers the outcomes."""

    def __init__(self) -> None:
        self.outcomes: list[dict[str, Any]] = []
        self.paid: dict[str, OrderMoney] = {}
        self.broken = False

    def apply(self, notice_ids: Any) -> None:
        if self.broken:
            raise RuntimeError("the orders are out of order")
        with transaction.atomic():
            for row in db.rows("select * from payments_capture(%s)", (list(notice_ids),)):
                self.outcomes.append(row)

    def facts(self, _start: Any, _end: Any, _references: Any) -> list[OrderMoney]:
        return list(self.paid.values())


@pytest.fixture(autouse=True)
def owner(monkeypatch: pytest.MonkeyPatch) -> Owner:
    found = Owner()
    monkeypatch.setattr(ports, "_apply", found.apply)
    monkeypatch.setattr(ports, "_facts", found.facts)
    return found


@pytest.fixture
def simulator_on(db: Any) -> Iterator[None]:
    from zhanggui.kernel.actor import SYSTEM

    mall_settings.forget()
    mall_settings.put("payments.simulator_enabled", True, actor=SYSTEM)
    yield
    mall_settings.forget()
