"""A mall to measure: started as anybody starts it, on a data directory of its own, stocked through the services."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
START_SECONDS = 240
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Mall:
    """A running mall; `goods` is what `bench/_seed.py` said of its stock."""

    port: int
    data: Path
    process: "subprocess.Popen[str]"
    environment: dict[str, str]
    database_url: str
    goods: dict[str, Any] = field(default_factory=dict)

    def load(self, scenario: str, *, buyers: int, seconds: float, warmup: float = 3.0, **more: Any) -> dict[str, Any]:
        """Run the load generator in a process of its own; its measurement, with what the mall's processes used."""
        job = {
            "host": "127.0.0.1",
            "port": self.port,
            "scenario": scenario,
            "buyers": buyers,
            "seconds": seconds,
            "warmup": warmup,
            **self.goods,
            **more,
        }
        before = self.cpu_seconds()
        done = subprocess.run(
            [sys.executable, "-m", "bench._client"], input=json.dumps(job), capture_output=True, text=True, cwd=ROOT
        )
        after = self.cpu_seconds()
        if done.returncode:
            raise RuntimeError(f"the load generator failed: {done.stderr.strip()[-500:]}")
        result: dict[str, Any] = json.loads(done.stdout)
        whole = seconds + warmup
        result["mall_cpu_share"] = {k: round((after[k] - before.get(k, 0)) / whole, 3) for k in after}
        return result

    def pids(self) -> dict[str, list[int]]:
        """The mall's processes: everything under its supervisor, and under its database server."""
        children: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
                children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
            except OSError:
                continue

        def below(pid: int) -> list[int]:
            return [pid, *(p for child in children.get(pid, ()) for p in below(child))]

        postmaster = int((self.data / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
        database = below(postmaster)
        return {"database": database, "mall": [p for p in below(self.process.pid) if p not in database]}

    def cpu_seconds(self) -> dict[str, float]:
        """Processor time so far of the database and of all else."""
        return {name: sum(_cpu(pid) for pid in pids) for name, pids in self.pids().items()}

    def memory_mb(self) -> dict[str, float]:
        """Proportional set size of all processes, database included."""
        sizes = {name: sum(_pss(pid) for pid in pids) / 1024 for name, pids in self.pids().items()}
        return {**{k: round(v, 1) for k, v in sizes.items()}, "total": round(sum(sizes.values()), 1)}


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        # dead children count as well: their time is in cutime and cstime
        return (int(fields[11]) + int(fields[12])) / TICKS
    except OSError:
        return 0.0


def _pss(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


@contextmanager
def running(*, products: int = 10_000, **seed: Any) -> Iterator[Mall]:
    """Start a mall, stock it, stop it, forget it."""
    data = Path(tempfile.mkdtemp(prefix="zhanggui-bench-"))
    data.chmod(0o755)
    port = _free_port()
    environment = {**os.environ, "ZHANGGUI_DATA": str(data), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "zhanggui.cli", "up", "--empty", "--data", str(data)]
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _wait(port, process)
        mall = Mall(port, data, process, environment, database_url(data))
        if products:
            mall.goods = stock(mall, products=products, **seed)
        yield mall
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
        shutil.rmtree(data, ignore_errors=True)


def stock(mall: Mall, **what: Any) -> dict[str, Any]:
    """Goods, a live 满减 and a coupon, through the services."""
    environment = {
        **mall.environment,
        "DATABASE_URL": mall.database_url,
        "DJANGO_SETTINGS_MODULE": "zhanggui.config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench._seed", json.dumps(what)],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"stocking the mall failed: {done.stderr.strip()[-800:]}")
    seeded: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    _settle(mall)
    return seeded


def _settle(mall: Mall) -> None:
    """Until what follows from the stocking is done: announcements delivered, jobs run, tables vacuumed. It is not measured."""
    import psycopg

    waiting = (
        "select (select count(*) from kernel_outboxevent where delivered_at is null and parked_at is null)"
        " + (select count(*) from procrastinate_jobs where status in ('todo', 'doing') and scheduled_at is null)"
    )
    with psycopg.connect(mall.database_url, autocommit=True) as connection:
        deadline = time.monotonic() + START_SECONDS
        while connection.execute(waiting).fetchone() != (0,) and time.monotonic() < deadline:
            time.sleep(0.2)
        connection.execute("vacuum analyze")


def database_url(data: Path) -> str:
    """How the mall on `data` reaches its database."""
    from zhanggui.cli.data_dir import DataDir
    from zhanggui.cli.database import open_database

    with open_database(DataDir(data)) as database:
        return str(database.url)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the mall did not start: {process.stderr.read()[-800:] if process.stderr else ''}")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
                connection.sendall(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
                if b" 200 " in connection.recv(64):
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError("the mall did not get healthy")
