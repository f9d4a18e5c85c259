"""A closed-loop HTTP load generator: N buyers, each on a kept-alive connection, none asking before it was answered.

`python -m bench._client` reads a job as JSON on stdin and prints the measurement as JSON. A scenario (bench/_scenarios.py)
is a generator: it yields the bytes of a request, is sent `(status, body)`, and yields `None` where one unit is done.
"""

import json
import resource
import select
import socket
import sys
import time
from collections import Counter
from collections.abc import Generator
from typing import Any

from . import _scenarios as scenarios

Buyer = Generator[bytes | None, tuple[int, bytes] | None, None]


class Connection:
    """One buyer's socket and what of the answer has arrived."""

    __slots__ = ("buffer", "buyer", "sock", "started")

    def __init__(self, host: str, port: int, buyer: Buyer) -> None:
        self.sock = socket.create_connection((host, port))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.setblocking(False)
        self.buffer = b""
        self.buyer = buyer
        self.started = 0.0


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Drive `job["buyers"]` buyers for `warmup` + `seconds`; units, latencies and statuses of the counted part."""
    scenario = getattr(scenarios, job["scenario"])
    poll = select.epoll()
    connections: dict[int, Connection] = {}
    for number in range(job["buyers"]):
        connection = Connection(job["host"], job["port"], scenario(job, number))
        connections[connection.sock.fileno()] = connection
        poll.register(connection.sock, select.EPOLLIN)
    begin = time.perf_counter()
    count_from = begin + job["warmup"]
    end = count_from + job["seconds"]
    latencies: list[float] = []
    statuses: Counter[int] = Counter()
    problems: Counter[str] = Counter()
    for connection in connections.values():
        _go_on(connection, None)
    used = None
    while (now := time.perf_counter()) < end and connections:
        if used is None and now >= count_from:
            used = resource.getrusage(resource.RUSAGE_SELF)
            latencies.clear()
            statuses.clear()
            problems.clear()
        for fileno, _ in poll.poll(0.2):
            connection = connections[fileno]
            data = connection.sock.recv(262_144)
            connection.buffer += data
            if not data:
                raise ConnectionError("the mall closed a connection")
            answer = _answer(connection)
            if answer is None:
                continue
            statuses[answer[0]] += 1
            if answer[0] >= 400 and len(problems) < 20:
                problems[answer[1][:300].decode(errors="replace")] += 1
            unit, alive = _go_on(connection, answer)
            if unit is not None:
                latencies.append(unit)
            if not alive:
                poll.unregister(fileno)
                connection.sock.close()
                del connections[fileno]
    return _result(job, latencies, statuses, problems, used, time.perf_counter() - count_from)


def _go_on(connection: Connection, answer: tuple[int, bytes] | None) -> tuple[float | None, bool]:
    """Let the buyer take its next step; the seconds of a unit that ended with this answer, and whether it goes on."""
    unit = None
    try:
        request = connection.buyer.send(answer)
        if request is None:
            now = time.perf_counter()
            unit = now - connection.started
            connection.started = now
            request = next(connection.buyer)
    except StopIteration:
        return unit, False
    if answer is None:
        connection.started = time.perf_counter()
    assert request is not None
    connection.sock.sendall(request)
    return unit, True


def _answer(connection: Connection) -> tuple[int, bytes] | None:
    """The whole answer in the buffer, or None while it is incomplete."""
    head = connection.buffer.find(b"\r\n\r\n")
    if head < 0:
        return None
    lower = connection.buffer[:head].lower()
    at = lower.find(b"content-length:")
    if at < 0:
        raise ValueError("an answer without Content-Length")
    length = int(lower[at + 15 :].split(b"\r\n", 1)[0])
    if len(connection.buffer) < head + 4 + length:
        return None
    status = int(connection.buffer[9:12])
    body = connection.buffer[head + 4 : head + 4 + length]
    connection.buffer = connection.buffer[head + 4 + length :]
    return status, body


def _result(
    job: dict[str, Any],
    latencies: list[float],
    statuses: Counter[int],
    problems: Counter[str],
    used: Any,
    seconds: float,
) -> dict[str, Any]:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    cpu = usage.ru_utime + usage.ru_stime - (used.ru_utime + used.ru_stime if used else 0)
    latencies.sort()

    def at(share: float) -> float | None:
        return round(latencies[min(int(len(latencies) * share), len(latencies) - 1)] * 1000, 2) if latencies else None

    return {
        "scenario": job["scenario"],
        "units": len(latencies),
        "seconds": round(seconds, 3),
        "per_second": round(len(latencies) / seconds, 1),
        "p50_ms": at(0.50),
        "p95_ms": at(0.95),
        "p99_ms": at(0.99),
        "statuses": dict(statuses),
        "problems": dict(problems.most_common(3)),
        "client_cpu_share": round(cpu / seconds, 3),
    }


if __name__ == "__main__":
    print(json.dumps(run(json.load(sys.stdin))))
