"""The embedded PostgreSQL cluster: made once, started by whoever needs it first, found by everybody else.

Three locks in the data directory's `run/` tell the truth whatever was killed, because the system drops them with their
holders: `db.users` (shared by all who use the server; the keeper waits for it to be free), `db.start` (one starter at a
time), and `db.server` (held by the server's own processes: free means that no server runs, so what it left behind, a
stale `postmaster.pid` or socket, may be removed).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO
from urllib.parse import quote

from ..errors import CommandFailed
from . import keeper
from .binaries import Binaries, find_server
from .owner import Owner, owner_of_cluster, reachable_binaries, reachable_home

NAME = "zhanggui"  # of the database and of its owner role
PORT = 5432  # names the socket file; nothing listens on the network
START_SECONDS = 180  # crash recovery of a large mall takes a while
STOP_SECONDS = 15
LONGEST_SOCKET = 100  # the system's limit is 104 or 108 bytes
LOG_BYTES = 10_000_000

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "max_connections": "300",
    "shared_buffers": "128MB",
    "autovacuum_naptime": "30s",  # statistics soon after a young mall has grown
    # … but not again at every few hundred rows: what a mall writes most is only ever added to
    "autovacuum_analyze_threshold": "1000",
    "autovacuum_analyze_scale_factor": "0.25",
    "autovacuum_vacuum_insert_threshold": "100000",
    "autovacuum_max_workers": "2",
    "default_statistics_target": "40",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "0",
    "max_logical_replication_workers": "0",
    "jit": "off",
    "max_wal_size": "1GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "idle_in_transaction_session_timeout": "10min",
    # What a failed statement says may hold names and numbers of people: only the server's own news is logged.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
    "log_autovacuum_min_duration": "-1",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


@dataclass(frozen=True)
class Cluster:
    """A cluster whose home is the directory `wanted`; `run` holds its locks, `log` what the server says."""

    wanted: Path
    run: Path
    log: Path
    durable: bool = True
    settings: dict[str, str] = field(default_factory=dict)

    @cached_property
    def owner(self) -> Owner:
        existing = [place for place in (self.wanted / "data", self.wanted) if place.exists()]
        pointed = self.wanted / "elsewhere"
        if pointed.exists():
            existing = [Path(pointed.read_text().strip())]
        return owner_of_cluster(existing[0] if existing else None)

    @cached_property
    def home(self) -> Path:
        """Where the cluster really lies; made and given to the server's user when new."""
        if not self.wanted.exists():
            self.wanted.mkdir(parents=True)
        home = reachable_home(self.wanted, self.owner)
        if not home.exists():
            raise CommandFailed(f"the database of {self.wanted.parent} should be in {home}, which is missing")
        self.owner.take(home)
        return home

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def exists(self) -> bool:
        return (self.wanted / "elsewhere").exists() or (self.wanted / "data").exists()

    @cached_property
    def binaries(self) -> Binaries:
        made_by = self.data / "PG_VERSION"
        return reachable_binaries(find_server(int(made_by.read_text()) if made_by.exists() else None), self.owner)

    @cached_property
    def socket_dir(self) -> Path:
        """The cluster's home, or a short path under /tmp where the home's is too long for a socket."""
        if len(str(self.home / f".s.PGSQL.{PORT}").encode()) <= LONGEST_SOCKET:
            return self.home
        short = Path("/tmp") / f"zhanggui-{hashlib.sha256(str(self.home).encode()).hexdigest()[:12]}"
        short.mkdir(mode=0o700, exist_ok=True)
        if short.is_symlink() or short.stat().st_uid not in (os.geteuid(), self.owner.uid):
            raise CommandFailed(f"{short} belongs to somebody else; choose a shorter data directory")
        self.owner.take(short)
        return short

    @property
    def url(self) -> str:
        return f"postgresql://{NAME}@/{NAME}?host={quote(str(self.socket_dir), safe='/')}&port={PORT}"

    @contextmanager
    def held(self) -> Iterator[str]:
        """The URL of the running server, which stays up at least as long as the block lasts."""
        self.run.mkdir(parents=True, exist_ok=True)
        with open(self.run / "db.users", "a") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            self._run_server()
            try:
                yield self.url
            finally:
                users.close()
                self._wait_for_stop()

    def ensure_running(self) -> None:
        """Start the server again if it died; for holders of the cluster, cheap enough for every second."""
        with open(self.run / "db.server", "a") as lock:
            died = _try_lock(lock, fcntl.LOCK_SH)
        if died:
            self._run_server()

    def destroy(self) -> None:
        """Remove the cluster and all its data."""
        if self.wanted.exists():
            shutil.rmtree(self.home, ignore_errors=True)
            shutil.rmtree(self.wanted, ignore_errors=True)

    def _run_server(self) -> None:
        with open(self.run / "db.start", "a") as start:
            fcntl.flock(start, fcntl.LOCK_EX)
            deadline = time.monotonic() + START_SECONDS
            process: subprocess.Popen[bytes] | None = None
            while not self._ready():
                if process is None:
                    process = self._start_if_stopped()
                elif process.poll() is not None:
                    raise CommandFailed(f"PostgreSQL did not start: {self._last_words()} (see {self.log})")
                if time.monotonic() > deadline:
                    raise CommandFailed(f"PostgreSQL is not ready after {START_SECONDS} s (see {self.log})")
                time.sleep(0.02)

    def _start_if_stopped(self) -> subprocess.Popen[bytes] | None:
        """Start the keeper with the server unless some process of a server still lives."""
        with open(self.run / "db.server", "a") as lock:
            if not _try_lock(lock, fcntl.LOCK_EX):
                return None
            if not self.data.exists():
                self._initialise()
            for left in (self.data / "postmaster.pid", *self.socket_dir.glob(f".s.PGSQL.{PORT}*")):
                left.unlink(missing_ok=True)
            return self._start_keeper(lock)

    def _start_keeper(self, lock: IO[str]) -> subprocess.Popen[bytes]:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        settings = SETTINGS | self.settings | ({} if self.durable else NOT_DURABLE)
        if self.binaries.major >= 18:
            settings["io_method"] = "sync"  # no idle helper processes
        command = [self.binaries.program("postgres"), "-D", str(self.data), "-k", str(self.socket_dir)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        order = {
            "users_lock": str(self.run / "db.users"),
            "user": None if self.owner.me else [self.owner.uid, self.owner.gid],
            "command": command,
        }
        with open(self.log, "ab") as log:
            return subprocess.Popen(
                [sys.executable, "-I", "-S", keeper.__file__, json.dumps(order)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment(),
                cwd="/",
                start_new_session=True,
                pass_fds=[lock.fileno()],
            )

    def _initialise(self) -> None:
        """Make the cluster and its database under another name, then rename: complete or not at all."""
        new = self.home / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        command = [self.binaries.program("initdb"), "-D", str(new), "-U", NAME, "-E", "UTF8", "--data-checksums"]
        command += ["--auth-local=trust", "--auth-host=reject"]
        if self.binaries.major >= 17:
            command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += ["--locale=C.UTF-8" if sys.platform == "linux" else "--locale=C"]
        if not self.durable:
            command += ["--no-sync"]
        self._run_as_owner(command, b"", "initdb")
        single = [self.binaries.program("postgres"), "--single", "-D", str(new), "postgres"]
        self._run_as_owner(single, f"create database {NAME}\n".encode(), "create database")
        new.rename(self.data)

    def _run_as_owner(self, command: list[str], said: bytes, what: str) -> None:
        done = subprocess.run(
            command, input=said, capture_output=True, env=self._environment(), cwd="/", preexec_fn=self.owner.become
        )
        if done.returncode:
            lines = [line for line in done.stderr.decode(errors="replace").splitlines() if line.strip()]
            errors = [line for line in lines if "error" in line.lower() or "FATAL" in line]
            raise CommandFailed(f"PostgreSQL: {what} failed: {(errors or lines or ['no message'])[-1]}")

    def _environment(self) -> dict[str, str]:
        """A plain environment: no PG* variable of the caller reaches the server."""
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
        return {**kept, "HOME": self.owner.home, "LC_ALL": "C"}

    def _ready(self) -> bool:
        """Whether the server says it is ready and its socket answers."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            if len(lines) < 8 or lines[7].strip() != "ready":
                return False
            with socket.socket(socket.AF_UNIX) as probe:
                probe.settimeout(2)
                probe.connect(str(self.socket_dir / f".s.PGSQL.{PORT}"))
        except OSError:
            return False
        return True

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-50:] if self.log.exists() else []
        fatal = [line for line in lines if "FATAL" in line or "PANIC" in line or "rror" in line]
        return (fatal or lines or ["no message"])[-1].strip()

    def _wait_for_stop(self) -> None:
        """Wait while the keeper stops the server; return soon when others still use it."""
        deadline = time.monotonic() + STOP_SECONDS
        still_used_since = time.monotonic()
        while time.monotonic() < deadline:
            with open(self.run / "db.server", "a") as server, open(self.run / "db.users", "a") as users:
                if _try_lock(server, fcntl.LOCK_SH):
                    return
                if not _try_lock(users, fcntl.LOCK_SH):
                    still_used_since = time.monotonic()  # the keeper has it: the server is stopping
            if time.monotonic() - still_used_since > 0.5:
                return
            time.sleep(0.02)


def _try_lock(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
