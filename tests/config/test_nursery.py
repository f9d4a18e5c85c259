"""Children that are forked from what is loaded once: alive until told to stop, and not tried for ever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import environment, eventually
from tests.cli.test_up import alive

pytestmark = pytest.mark.process
PROGRAM = """
import os, sys, time
import django; django.setup()
from zhanggui.config.nursery import Child, Nursery
def lives():
    open(sys.argv[1], "a").write(f"{os.getpid()} ")
    time.sleep(60)
    return 0
def dies():
    open(sys.argv[1], "a").write("x")
    return 1
sys.exit(Nursery([Child("lives", lives, vital=True), Child("other", dies, vital=sys.argv[2] == "vital")]).keep())
"""


@pytest.fixture
def nursery(tmp_path: Path) -> Iterator[Any]:
    def started(other: str) -> tuple[subprocess.Popen[bytes], Path]:
        said = tmp_path / "said"
        environ = environment(DATABASE_URL="postgres:///none", DJANGO_SETTINGS_MODULE="zhanggui.config.settings")
        process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(said), other], env=environ)
        running.append(process)
        assert eventually(lambda: said.exists() and bool(pids(said)), 60)
        return process, said

    running: list[subprocess.Popen[bytes]] = []
    yield started
    for process in running:
        process.kill()
        process.wait()


def pids(said: Path) -> list[int]:
    return [int(word.strip("x")) for word in said.read_text().split() if word.strip("x")]


def test_a_child_comes_back_and_all_end_together(nursery: Any) -> None:
    process, said = nursery("may die")
    (first,) = pids(said)
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: len(pids(said)) == 2, 20)
    process.terminate()
    assert process.wait(20) == 0
    assert not any(alive(pid) for pid in pids(said))


def test_killed_outright_it_leaves_nobody_behind(nursery: Any) -> None:
    process, said = nursery("may die")
    process.kill()
    assert eventually(lambda: not any(alive(pid) for pid in pids(said)), 20)


def test_one_that_keeps_dying_and_is_needed_ends_it_all(nursery: Any) -> None:
    process, said = nursery("vital")
    assert process.wait(40) == 1
    assert said.read_text().count("x") == 5
    assert not any(alive(pid) for pid in pids(said))
