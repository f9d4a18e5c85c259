"""The database goes away under the web process and comes back: the mall says so meanwhile, and goes on by itself."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Mall, copy, eventually, made, place
from tests.cli.test_up import alive, children, healthy
from tests.flows.malls import Answer, call, opened, purchase, rows, stocked
from zhanggui.cli.data_dir import DataDir
from zhanggui.cli.database import embedded_cluster

__all__ = ["made", "place"]
pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]
ORDERS = "/api/store/v1/orders"


@pytest.fixture(scope="module")
def mall(made: Path, place: Path) -> Iterator[Mall]:
    running = opened(copy(made, place / "var"))
    yield running
    os.kill(running.process.pid, signal.SIGCONT)
    running.stop()


@pytest.fixture(scope="module")
def sku(mall: Mall) -> str:
    return stocked(mall, ([1000], 1000))[0][0]


def web_workers(mall: Mall) -> set[int]:
    """The web server and the processes it serves with."""
    return {pid for pid, command in children(mall).items() if "zhanggui.config.web" in command}


def database_dies(mall: Mall) -> None:
    """And nobody starts it again: the one who would is stopped."""
    os.kill(mall.process.pid, signal.SIGSTOP)
    postmaster = int((embedded_cluster(DataDir(mall.data)).data / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    assert eventually(lambda: not alive(postmaster))


def database_may_return(mall: Mall) -> None:
    os.kill(mall.process.pid, signal.SIGCONT)


def said_to_be_away(answer: Answer) -> None:
    assert (answer.status, answer.code) == (503, "unavailable"), answer
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["content-type"] == "application/problem+json"


def test_meanwhile_every_call_says_so_and_afterwards_the_same_processes_sell(mall: Mall, sku: str) -> None:
    before = web_workers(mall)
    bought = call(mall.port, "POST", ORDERS, purchase((sku, 1)), key="before")
    assert (bought.status, bought.body["status"]) == (201, "paid")
    cart = call(mall.port, "POST", "/api/store/v1/carts", {}).body["id"]
    own = f"{ORDERS}/{bought.body['number']}?token={bought.body['token']}"
    database_dies(mall)
    try:
        for _ in range(3):
            said_to_be_away(call(mall.port, "POST", ORDERS, purchase((sku, 1)), key="meanwhile"))
            said_to_be_away(call(mall.port, "POST", f"/api/store/v1/carts/{cart}/lines", {"sku": sku, "quantity": 1}))
            said_to_be_away(call(mall.port, "GET", f"/api/store/v1/carts/{cart}"))
            said_to_be_away(call(mall.port, "GET", own))
            assert not healthy(mall)
    finally:
        database_may_return(mall)
    assert eventually(lambda: healthy(mall), 60)
    again = call(mall.port, "POST", ORDERS, purchase((sku, 1)), key="meanwhile")  # the very first purchase succeeds
    assert (again.status, again.body["status"]) == (201, "paid")
    added = call(mall.port, "POST", f"/api/store/v1/carts/{cart}/lines", {"sku": sku, "quantity": 1})
    assert (added.status, [line["quantity"] for line in added.body["lines"]]) == (200, [1])
    assert call(mall.port, "GET", own).body["number"] == bought.body["number"]
    assert web_workers(mall) == before
    assert rows(mall, "select count(*) as n from orders_order") == [{"n": 2}]


def test_buyers_who_keep_asking_are_served_when_it_returns(mall: Mall, sku: str) -> None:
    """Twelve buyers with one key each, through the whole outage: twelve orders, none twice."""
    start = rows(mall, "select count(*)::int as n from orders_order")[0]["n"]
    numbers: list[str] = []
    refusals: list[int] = []

    def buyer(key: str) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                answer = call(mall.port, "POST", ORDERS, purchase((sku, 1)), key=key)
            except OSError:
                continue
            if answer.status == 201:
                numbers.append(answer.body["number"])
                return
            refusals.append(answer.status)
            time.sleep(0.1)

    database_dies(mall)
    buyers = [threading.Thread(target=buyer, args=(f"patient-{n}",)) for n in range(12)]
    for thread in buyers:
        thread.start()
    time.sleep(1)
    database_may_return(mall)
    for thread in buyers:
        thread.join(70)
    assert len(set(numbers)) == 12
    assert set(refusals) == {503}
    assert rows(mall, "select count(*)::int as n from orders_order") == [{"n": start + 12}]
    assert rows(mall, "select sum(reserved)::int as n from inventory_level") == [{"n": start + 12}]


def test_a_lost_backend_is_noticed_and_replaced(mall: Mall, sku: str) -> None:
    """The server hangs up on the mall's idle connections only: nobody notices."""
    hang_up = (
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'zhanggui' and state = 'idle'"
    )
    for n in range(5):
        rows(mall, hang_up)
        answer = call(mall.port, "POST", ORDERS, purchase((sku, 1)), key=f"hung-up-{n}")
        assert (answer.status, answer.body["status"]) == (201, "paid")
