"""Start the mall on a data directory and keep it running until SIGINT or SIGTERM: database, web workers, job worker and
gateway simulator. The first start makes everything; later ones take seconds."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable

from .. import assets
from ..data_dir import DataDir
from ..database import embedded_cluster, is_external, open_database
from ..errors import CommandFailed, WrongCall
from ..furnish import furnish, is_decided, sign_ins
from ..mall import environment
from ..prepare import first_manager_file
from ..supervisor import Child, Supervisor

PORT_PATIENCE = 2.0  # seconds for a port that a killed mall is just giving back
START_SECONDS = 120.0
#: For the children: glibc gives each thread a heap of its own otherwise, and Python lets them run one at a time anyway.
THRIFTY = {"MALLOC_ARENA_MAX": "2"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, help="port of the shop (default 8000)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument(
        "--workers",
        type=int,
        default=None,
        help="web processes (default: one a core)",
    )
    parser.add_argument(
        "--no-simulator", action="store_true", help="do not start the simulator of payment gateways and label services"
    )
    content = parser.add_mutually_exclusive_group()
    content.add_argument(
        "--demo", action="store_true", help="load the demo mall if this one is empty (a first start does)"
    )
    content.add_argument("--empty", action="store_true", help="a mall without any content")


def run(args: argparse.Namespace) -> int:
    if not 1 <= args.port <= 65535:
        raise WrongCall("--port must be from 1 to 65535")
    workers = args.workers if args.workers is not None else max(1, os.cpu_count() or 2)
    if not 1 <= workers <= 64:
        raise WrongCall("--workers must be from 1 to 64")
    data: DataDir = args.data
    data.make()
    began = time.monotonic()
    with data.lock_for_up() as state:
        _need_port(args.host, args.port)
        with open_database(data) as database:
            local = _local_host(args.host)
            url = f"http://[{local}]:{args.port}" if ":" in local else f"http://{local}:{args.port}"
            gateway = 0 if args.no_simulator else _free_port()
            state.write(pid=os.getpid(), url=url, gateway=f"http://127.0.0.1:{gateway}" if gateway else "")
            mine = {**THRIFTY, **os.environ, **environment(data, database)}
            mine["PROMETHEUS_MULTIPROC_DIR"] = _fresh_metrics(data)
            data.ensure_secret_key()
            first_start = not first_manager_file(data).exists()
            supervisor = Supervisor(_children(data, mine, args, workers, gateway), _tender(data))
            if first_start:
                print("zhanggui: first start: making the database and the pages ...", file=sys.stderr, flush=True)
            quick = not first_start and assets.is_current() and is_decided(data, demo=args.demo)
            with supervisor.loading_early(quick), assets.building_beside():
                _prepare(mine, gateway)
                note = furnish(data, mine, demo=args.demo, empty=args.empty)
            if first_start:
                print("zhanggui: starting the shop ...", file=sys.stderr, flush=True)
            return _supervise(supervisor, data, args, url, began, first_start, sign_ins(note))


def _supervise(
    supervisor: Supervisor,
    data: DataDir,
    args: argparse.Namespace,
    url: str,
    began: float,
    first: bool,
    demo: list[str],
) -> int:
    """Run the children until told to stop; say where the mall is once it can sell."""
    supervisor.catch_signals()
    deadline = time.monotonic() + START_SECONDS

    def can_sell() -> bool:
        supervisor.check_start()
        if time.monotonic() > deadline:
            raise CommandFailed(f"the mall does not answer at {url}/healthz (see {data.logs})")
        return _healthy(_local_host(args.host), args.port)

    try:
        supervisor.run_until(can_sell)
        if not supervisor.stopping:
            _announce(data, url, began, demo=demo, first=first)
            supervisor.run_until(lambda: False)
    finally:
        supervisor.stop_all()
    return 0


def _children(data: DataDir, mine: dict[str, str], args: argparse.Namespace, workers: int, gateway: int) -> list[Child]:
    def child(name: str, module: str, *arguments: str, loads_early: bool = False) -> Child:
        command = [sys.executable, "-m", module, *arguments]
        return Child(name, command, mine, data.logs / f"{name}.log", loads_early)

    web = ["--host", args.host, "--port", str(args.port), "--workers", str(workers)]
    if hasattr(os, "fork"):
        children = [child("mall", "zhanggui.config.nursery", *web, loads_early=True)]
    else:
        children = [
            child("web", "zhanggui.config.web", *web, loads_early=True),
            child("worker", "zhanggui.config.worker", loads_early=True),
        ]
    if gateway:
        simulator = ["--data", str(data.root), "--port", str(gateway), "--notify-base", mine["ZHANGGUI_PUBLIC_URL"]]
        children.append(child("gateway", "zhanggui.cli.simulators", *simulator))
    return children


def _fresh_metrics(data: DataDir) -> str:
    """Where the processes keep their counters for /metrics; they count from each start of the mall."""
    folder = data.run / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return str(folder)


def _tender(data: DataDir) -> Callable[[], None]:
    """Keeps the embedded database running; nothing to do where somebody else runs the server."""
    if is_external():
        return lambda: None
    cluster = embedded_cluster(data)

    def tend() -> None:
        try:
            cluster.ensure_running()
        except CommandFailed as error:  # a full disk, say: the mall answers 503 and this is tried again
            print(f"zhanggui: {error}", file=sys.stderr, flush=True)

    return tend


def _prepare(mine: dict[str, str], gateway: int) -> None:
    """Bring database and gateway keys up to date in processes of their own, so that their memory is given back."""
    steps = {"preparing the database": ["zhanggui.cli.prepare"]}
    if gateway:
        steps["making the gateway keys"] = ["zhanggui.cli.simulators", "--init", mine["ZHANGGUI_DATA"]]
    running = {
        what: subprocess.Popen([sys.executable, "-m", *command], env=mine, stderr=subprocess.PIPE, text=True)
        for what, command in steps.items()
    }
    for what, process in running.items():
        said = process.communicate()[1]
        if process.returncode:
            if os.environ.get("ZHANGGUI_DEBUG"):
                sys.stderr.write(said)
            lines = said.strip().splitlines()
            raise CommandFailed(f"{what} failed: {lines[-1] if lines else f'exit code {process.returncode}'}")


def _announce(data: DataDir, url: str, began: float, *, demo: list[str], first: bool) -> None:
    """The addresses and the sign-ins, on stdout."""
    lines = [
        f"The mall is open ({time.monotonic() - began:.1f} s).",
        f"  shop         {url}/",
        f"  back office  {url}/office",
        f"  API docs     {url}/api/docs",
    ]
    try:
        manager = json.loads(first_manager_file(data).read_text())
    except (OSError, ValueError):
        manager = None
    if manager:
        shown = manager["password"] if first else f"as shown at the first start (kept in {first_manager_file(data)})"
        lines.append(f"  sign-in      {manager['email']}   password {shown}")
    print("\n".join([*lines, *demo, "Stop with Ctrl-C."]), flush=True)


def _need_port(host: str, port: int) -> None:
    deadline = time.monotonic() + PORT_PATIENCE
    while True:
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
            return
        except socket.gaierror:
            raise CommandFailed(f"{host} is not an address of this machine") from None
        except OSError as error:
            if time.monotonic() > deadline:
                reason = f"cannot listen on {host}:{port}: {error.strerror}; choose another --port"
                raise CommandFailed(reason) from None
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _local_host(host: str) -> str:
    """An address by which this machine reaches what listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def _healthy(host: str, port: int) -> bool:
    """Whether the mall says at /healthz that it can sell. A plain socket: no proxy, and little memory."""
    try:
        with socket.create_connection((host, port), timeout=2) as connection:
            connection.sendall(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return b" 200 " in connection.recv(64)
    except OSError:
        return False
