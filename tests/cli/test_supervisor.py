"""Children are started again with growing pauses, stopped together, and never outlive their parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.cli.conftest import environment, eventually
from zhanggui.cli.errors import CommandFailed
from zhanggui.cli.supervisor import FIRST_PAUSE, LOG_BYTES, Child, Supervisor

SLEEP = "import time; time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
PARENT = """
import sys, time
from pathlib import Path
from zhanggui.cli.supervisor import Child
child = Child("child", [sys.executable, "-c", "import time; time.sleep(60)"], {}, Path(sys.argv[1]) / "log")
child.start()
print(child.process.pid, flush=True)
time.sleep(60)
"""


def child(tmp_path, code: str) -> Child:
    return Child("child", [sys.executable, "-c", code], dict(os.environ), tmp_path / "child.log")


def supervisor(*children: Child) -> Supervisor:
    return Supervisor(list(children), tend=lambda: None)


def test_a_dead_child_is_started_again_after_a_growing_pause(tmp_path):
    dying = child(tmp_path, "raise SystemExit(1)")
    began = time.monotonic()
    supervisor(dying).run_until(lambda: dying.deaths == 3)
    assert time.monotonic() - began > FIRST_PAUSE + 2 * FIRST_PAUSE
    assert dying.pause == 8 * FIRST_PAUSE


def test_a_child_that_keeps_dying_is_named_with_its_last_words(tmp_path):
    dying = child(tmp_path, "print('no such table'); raise SystemExit(1)")
    watcher = supervisor(dying)

    def check() -> bool:
        watcher.check_start()
        return False

    with pytest.raises(CommandFailed, match="child does not start: no such table"):
        watcher.run_until(check)


def test_all_stop_together_and_a_stubborn_one_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr("zhanggui.cli.supervisor.STOP_SECONDS", 0.5)
    polite, stubborn = child(tmp_path, SLEEP), child(tmp_path, STUBBORN)
    both = supervisor(polite, stubborn)
    both.run_until(lambda: stubborn.log.exists() and "up" in stubborn.log.read_text())
    both.stop_all()
    assert polite.process is not None
    assert stubborn.process is not None
    assert (polite.process.returncode, stubborn.process.returncode) == (-signal.SIGTERM, -signal.SIGKILL)


WAITING = """
import time
from zhanggui.cli.processes import wait_for_start
print("loaded", flush=True)
wait_for_start()
print("works", flush=True)
time.sleep(60)
"""


def test_who_loads_early_begins_to_work_when_the_mall_is_ready(tmp_path):
    early = Child("early", [sys.executable, "-c", WAITING], environment(), tmp_path / "log", loads_early=True)
    watcher = supervisor(early)
    with watcher.loading_early(True):
        eventually(lambda: early.log.read_text() == "loaded\n")
    eventually(lambda: early.log.read_text() == "loaded\nworks\n")
    watcher.stop_all()


def test_who_loads_early_ends_when_the_mall_cannot_be_made_ready(tmp_path):
    early = Child("early", [sys.executable, "-c", WAITING], environment(), tmp_path / "log", loads_early=True)
    with pytest.raises(CommandFailed), supervisor(early).loading_early(True):
        raise CommandFailed("no database")
    assert early.process is not None
    assert early.process.returncode is not None


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere children look for themselves")
def test_a_killed_parent_takes_its_children_with_it(tmp_path):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], env=environment(), stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()

    def gone() -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        with open(f"/proc/{pid}/stat") as stat:
            return ") Z " in stat.read()

    assert eventually(gone)


def test_a_long_log_is_put_aside(tmp_path):
    talker = child(tmp_path, SLEEP)
    talker.log.write_bytes(b"x" * (LOG_BYTES + 1))
    talker.keep_log_short()
    assert talker.log.stat().st_size == 0
    assert talker.log.with_suffix(".log.1").stat().st_size == LOG_BYTES + 1
