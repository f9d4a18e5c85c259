"""Real commands in real processes, on throwaway data directories with an embedded database."""

from __future__ import annotations

import fcntl
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.shared import ROOT

Call = Callable[..., subprocess.CompletedProcess[str]]


def environment(**more: str) -> dict[str, str]:
    """A user's environment: no database named, no data directory, the sources on the path."""
    without = ("DATABASE_URL", "TEST_DATABASE_URL", "ZHANGGUI_DATA", "DJANGO_SETTINGS_MODULE")
    kept = {name: value for name, value in os.environ.items() if name not in without}
    return kept | {"PYTHONPATH": str(ROOT / "src")} | more


@pytest.fixture(scope="session")
def call() -> Call:
    """Run one command to its end: `call("token", "--staff", …, data=DIR)`."""

    def run(*arguments: str, data: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "zhanggui.cli", *arguments, *(["--data", str(data)] if data else [])]
        return subprocess.run(command, env=environment(**more), capture_output=True, text=True, timeout=100)

    return run


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """An empty directory that other users can walk to (pytest's own are closed, and PostgreSQL may run as another user)."""
    folder = Path(tempfile.mkdtemp(prefix="zhanggui-cli-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory as the first start leaves it: whichever test process comes first makes it, all copy it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    kept = shared / "made"
    with open(shared / "made.lock", "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not kept.exists():
            folder = Path(tempfile.mkdtemp(prefix="zhanggui-made-"))
            folder.chmod(0o755)
            mall = Mall(folder / "var")
            mall.wait_until_open(250)
            mall.stop()
            copy(folder / "var", kept)
            shutil.rmtree(folder, ignore_errors=True)
    return kept


def copy(made: Path, data: Path) -> Path:
    """A data directory again elsewhere, with its owners; `data`."""
    subprocess.run(["cp", "-a", str(made), str(data)], check=True)
    return data


class Mall:
    """A running `up`."""

    def __init__(self, data: Path, port: int | None = None, workers: int = 1) -> None:
        self.data, self.port = data, port or free_port()
        command = [sys.executable, "-m", "zhanggui.cli", "up", "--empty", "--workers", str(workers)]
        command += ["--data", str(data), "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.errors = ""

    def wait_until_open(self, seconds: float = 150) -> str:
        """What it printed until it said that it can be stopped."""
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        said = b""
        deadline = time.monotonic() + seconds
        while b"Stop with" not in said:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0.0, deadline - time.monotonic()))
            more = os.read(self.process.stdout.fileno(), 65536) if ready else b""
            said += more
            if not more:
                self.kill()
                pytest.fail(f"the mall did not open: {said.decode()}{self.errors}")
        return said.decode()

    def kill(self) -> None:
        self.process.kill()
        self.errors = self.process.communicate()[1].decode()

    def stop(self, seconds: float = 20) -> int:
        self.process.terminate()
        self.process.communicate(timeout=seconds)
        return self.process.returncode


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(true: Callable[[], bool], seconds: float = 10) -> bool:
    """Whether it becomes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return true()
