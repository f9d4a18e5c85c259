"""kill -9, twenty times, anything, at any moment, while buyers buy: what was promised holds, and the books are right.

Buyers behave as clients should: who gets no answer, or 503, asks again with the same key. All they were told (201 and
what their orders became) must be true in the end.
"""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.cli.conftest import Call, Mall, call, copy, eventually, made, place
from tests.cli.test_up import alive, children
from tests.flows import malls
from tests.flows.malls import Answer, inside, opened, purchase, rows, stocked
from zhanggui.cli.data_dir import DataDir
from zhanggui.cli.database.keeper import PATIENCE

__all__ = ["call", "made", "place"]
pytestmark = [pytest.mark.process, pytest.mark.timeout(400)]
ORDERS = "/api/store/v1/orders"
BUYERS = 5
HOT_UNITS = 150
VICTIMS = (
    ["web worker"] * 4 + ["web server"] * 2 + ["nursery"] + ["job worker"] * 2 + ["gateway"] * 2
    + ["database backend"] * 4 + ["database server"] * 3 + ["supervisor"]
)  # fmt: skip
#: What the minute's timers do, now, and repeated until nothing is left to do.
TIMERS = """
import datetime, time
from zhanggui.kernel import db, outbox
from zhanggui.payments import services as payments
from zhanggui.payments.services import follow_up
follow_up.SETTLED = datetime.timedelta(0)
LEFT = '''select (select count(*) from kernel_outboxevent where delivered_at is null)
    + (select count(*) from payments_notification where applied_at is null)
    + (select count(*) from payments_refund where state in ('pending', 'processing')) as n'''
deadline = time.monotonic() + 60
while time.monotonic() < deadline:
    payments.apply_stored()
    db.execute("update payments_intent set next_query_at = now() where next_query_at is not null")
    payments.query_pending(limit=500)
    db.execute("update payments_refund set next_attempt_at = now() where next_attempt_at is not null")
    payments.process_refunds(limit=500)
    left = db.row(LEFT)["n"]
    if not left:
        break
    time.sleep(0.2)
print(left)
"""


@dataclass
class Town:
    """The buyers' side: what they were told, by order number, and whatever no client should ever see."""

    port: int
    data: Path
    hot: str
    plenty: list[str]
    told: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    units: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def insist(self, method: str, path: str, body: Any = None, *, key: str = "") -> Answer:
        """Ask until there is an answer that is not "try again"."""
        while True:
            try:
                answer = malls.call(self.port, method, path, body, key=key)
            except (OSError, HTTPException, ValueError):
                time.sleep(0.05)
                continue
            if answer.status == 503:
                time.sleep(0.1)
                continue
            if answer.status >= 500 and answer.code != "gateway_unreachable":
                self.wrong.append(f"{method} {path}: {answer.status} {answer.body}")
            return answer

    def buyer(self, name: int) -> None:
        rng = random.Random(name)
        turn = 0
        while not self.closing.is_set():
            turn += 1
            sku = self.hot if rng.random() < 0.5 else rng.choice(self.plenty)
            provider = "wechat" if name == 0 else "simulator"
            self.visit(f"{name}-{turn}", sku, provider, cancels=rng.random() < 0.15)
            time.sleep(0.02)

    def visit(self, key: str, sku: str, provider: str, *, cancels: bool) -> None:
        answer = self.insist("POST", ORDERS, purchase((sku, 1), provider=provider), key=key)
        if answer.status != 201:
            if answer.code != "out_of_stock":
                self.wrong.append(f"{key}: {answer.status} {answer.body}")
            return
        number, token = answer.body["number"], answer.body["token"]
        self.keys[key] = number
        self.told[number] = answer.body["status"]
        if answer.body["status"] == "pending_payment":
            self.pay(number, token, provider)
        if cancels:
            self.insist("POST", f"{ORDERS}/{number}/cancel?token={token}")
            self.told[number] = "cancelled"
        else:
            self.units[sku] += 1

    def pay(self, number: str, token: str, provider: str) -> None:
        """With the simulator at once; with WeChat the buyer's telephone pays, and the mall hears of it some time."""
        while True:
            answer = self.insist("POST", f"{ORDERS}/{number}/payments?token={token}", {"provider": provider})
            if answer.status in (201, 409):
                break
        if provider == "wechat":
            self.telephone(number)
        self.told[number] = "paid"

    def telephone(self, number: str) -> None:
        while True:
            try:
                mall = DataDir(self.data).running_mall() or {}
                trade = "select out_trade_no from payments_intent where reference = %s and provider = 'wechat'"
                with psycopg.connect(malls.database_at(self.data)) as connection:
                    (number_there,) = connection.execute(trade, (number,)).fetchone() or ("",)
                body = json.dumps({"provider": "wechat", "out_trade_no": number_there}).encode()
                there = urllib.request.Request(
                    f"{mall['gateway']}/control/pay", body, {"Content-Type": "application/json"}
                )
                urllib.request.urlopen(there, timeout=5).close()
                return
            except urllib.request.HTTPError as refused:
                if b"paid" in refused.read():
                    return  # the answer of an earlier try was lost
                time.sleep(0.1)
            except (OSError, HTTPException, ValueError, KeyError, psycopg.Error):
                time.sleep(0.1)


def victims(mall: Mall, kind: str) -> list[int]:
    """The processes of a kind that live now."""
    below = children(mall)
    web = sorted(pid for pid, command in below.items() if "zhanggui.config.web" in command)
    database = [pid for pid, command in below.items() if "postgres" in command and "keeper" not in command]
    return {
        "web server": web[:1],
        "web worker": web[1:],
        "nursery": [pid for pid, command in below.items() if "zhanggui.config.nursery" in command],
        "job worker": [pid for pid, command in below.items() if "zhanggui.config.worker" in command],
        "gateway": [pid for pid, command in below.items() if "cli.simulators" in command],
        "database server": [pid for pid in database if " -D " in below[pid]],
        "database backend": [pid for pid in database if " -D " not in below[pid]],
        "supervisor": [mall.process.pid],
    }[kind]


def kill(mall: Mall, kind: str, rng: random.Random) -> Mall:
    """kill -9 one of them; a supervisor is started again, as an init system would. The mall that runs afterwards."""
    if kind == "supervisor":
        left = children(mall)
        mall.kill()
        # The database has PATIENCE seconds to close its books before its keeper insists.
        gone = eventually(lambda: not any(alive(pid) for pid in left), 3 * PATIENCE)
        assert gone, {pid: command for pid, command in left.items() if alive(pid)}
        return opened(mall.data, mall.port, 2)
    found = victims(mall, kind)
    with suppress(ProcessLookupError):  # it had just died of something else
        os.kill(rng.choice(found), signal.SIGKILL)
    return mall


@pytest.fixture
def mall(made: Path, place: Path) -> Iterator[list[Mall]]:
    """The running mall, in a list: after a kill of its supervisor it is another one."""
    running = [opened(copy(made, place / "var"), workers=2)]
    yield running
    if running[0].process.poll() is None:
        running[0].stop()


def test_twenty_kills_and_every_promise_kept(mall: list[Mall], call: Call) -> None:
    (hot,), plenty = stocked(mall[0], ([1000], HOT_UNITS), ([500, 700, 900], 1_000_000))
    town = Town(mall[0].port, mall[0].data, hot, plenty)
    buyers = [threading.Thread(target=town.buyer, args=(n,), daemon=True) for n in range(BUYERS)]
    for thread in buyers:
        thread.start()
    seed = random.randrange(10**9)
    rng = random.Random(seed)
    plan = [*rng.sample(VICTIMS, len(VICTIMS)), "supervisor"]
    killed: list[str] = []
    time.sleep(1)
    while plan:
        time.sleep(rng.uniform(0.1, 1.5))
        alive_now = [kind for kind in plan if victims(mall[0], kind)]
        killed.append(alive_now[0])
        plan.remove(killed[-1])
        mall[0] = kill(mall[0], killed[-1], rng)
    assert len(killed) == 20
    time.sleep(1)
    town.closing.set()
    for thread in buyers:
        thread.join(90)
    assert not any(thread.is_alive() for thread in buyers), f"a buyer never got an answer (seed {seed})"
    assert (
        inside(mall[0], TIMERS, ZHANGGUI_GATEWAY_URL=str((DataDir(mall[0].data).running_mall() or {})["gateway"]))
        == "0\n"
    )
    every_promise_was_kept(mall[0], town, f"seed {seed}: {killed}")
    doctor = call("doctor", data=mall[0].data)
    assert (doctor.returncode, doctor.stderr) == (0, ""), doctor.stdout


def every_promise_was_kept(mall: Mall, town: Town, story: str) -> None:
    assert town.wrong == [], story
    stored = {row["number"]: row["status"] for row in rows(mall, "select number, status from orders_order")}
    assert len(town.told) > 40, f"the town hardly bought anything; {story}"
    allowed = {"paid": {"paid"}, "cancelled": {"cancelled", "refunded"}}
    broken = {n: (told, stored.get(n)) for n, told in town.told.items() if stored.get(n) not in allowed[told]}
    assert broken == {}, story
    assert sorted(town.keys.values()) == sorted(stored), f"an order nobody knows of; {story}"
    assert len(set(town.keys.values())) == len(town.keys)
    shelf = rows(
        mall, "select s.code, l.on_hand, l.reserved from inventory_level l join catalog_sku s on s.id = l.sku_id"
    )
    assert {row["code"]: row["reserved"] for row in shelf if row["reserved"]} == dict(town.units), story
    assert town.units[town.hot] <= HOT_UNITS
