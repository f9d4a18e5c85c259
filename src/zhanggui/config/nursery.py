"""What the processes of a mall have in common is loaded once: the web server and the job worker are forked from here.

`python -m zhanggui.config.nursery --host H --port P --workers N`. The nursery never serves and never works: it has no
threads and no connections, starts its children, starts them again when they die, and ends with them. A web server that
keeps dying ends it, so that the supervisor sees it and can say why; the worker may die as long as the database is away.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from setproctitle import setproctitle

from zhanggui.cli.processes import die_with, wait_for_start

from . import web, worker

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
STEADY_SECONDS = 60.0  # alive for so long: the next death counts as the first
DEATHS = 5  # of a vital child in a row, and the nursery gives up


@dataclass
class Child:
    """One process to keep alive: `run` in a fork of this one, under the `title` that lists of processes show."""

    title: str
    run: Callable[[], int]
    vital: bool = False
    pid: int = 0
    deaths: int = 0
    started_at: float = 0.0
    due_at: float = 0.0

    def start(self) -> None:
        nursery, self.started_at = os.getpid(), time.monotonic()
        self.pid = os.fork()
        if self.pid:
            return
        code = 1
        try:
            die_with(nursery)()
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            setproctitle(self.title)
            code = self.run()
        except SystemExit as told:
            code = told.code if isinstance(told.code, int) else 1
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def died(self) -> None:
        """Note it, and when to start again."""
        now = time.monotonic()
        self.deaths = 1 if now - self.started_at > STEADY_SECONDS else self.deaths + 1
        self.pid, self.due_at = 0, now + min(FIRST_PAUSE * 2 ** (self.deaths - 1), LONGEST_PAUSE)


class Nursery:
    """Keeps its children alive until told to stop."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children
        self.stopping = False

    def keep(self) -> int:
        """0 when told to stop, 1 when a vital child would not live."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        while not self.stopping:
            for child in self.children:
                if not child.pid and time.monotonic() >= child.due_at:
                    child.start()
            if not self._reap():
                time.sleep(0.05)
            if any(child.vital and child.deaths >= DEATHS for child in self.children):
                break
        told = self.stopping
        for child in self._alive():
            os.kill(child.pid, signal.SIGTERM)
        while self._alive():
            if not self._reap():
                time.sleep(0.02)
        return 0 if told else 1

    def _alive(self) -> list[Child]:
        return [child for child in self.children if child.pid]

    def _reap(self) -> bool:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return False
        for child in self.children:
            if pid and child.pid == pid:
                child.died()
        return bool(pid)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True


def main() -> int:
    parser = argparse.ArgumentParser()
    web.add_arguments(parser)
    args = parser.parse_args()
    web.load_before_forking()
    wait_for_start()
    children = [
        Child("zhanggui.config.web", lambda: web.serve(args), vital=True),
        Child("zhanggui.config.worker", worker.run),
    ]
    return Nursery(children).keep()


if __name__ == "__main__":
    sys.exit(main())
