"""The parent of a mall's processes: starts them, starts them again when they die, stops them all together.

It imports neither Django nor the database driver, so it stays small. What the children say goes to `logs/NAME.log`.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .errors import CommandFailed
from .processes import die_with

LOG_BYTES = 20_000_000
STOP_SECONDS = 8.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 30.0
STEADY_SECONDS = 60.0  # alive for so long: the next death begins with the shortest pause again


@dataclass
class Child:
    """One process to keep alive. One that `loads_early` may be started before the mall is ready: it waits at the gate."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    loads_early: bool = False
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    next_start: float = 0.0
    pause: float = FIRST_PAUSE
    deaths: int = 0

    def start(self, gate: int | None = None) -> None:
        """`gate` is the end of a pipe to wait at (`processes.wait_for_start`)."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.started_at = time.monotonic()
        waits = {} if gate is None else {"ZHANGGUI_GATE": str(gate)}
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**self.environment, **waits},
                start_new_session=True,
                pass_fds=() if gate is None else (gate,),
                preexec_fn=die_with(os.getpid()),
            )

    def look_after(self) -> None:
        """Start it when it is due; note a death and when to start again."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.next_start:
                self.start()
            return
        if self.process.poll() is None:
            return
        self.deaths += 1
        if now - self.started_at > STEADY_SECONDS:
            self.pause = FIRST_PAUSE
        self.process = None
        self.next_start = now + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)

    def last_words(self) -> str:
        """The last line it wrote, for a person who wonders why it does not start."""
        try:
            lines = self.log.read_text(errors="replace")[-20_000:].strip().splitlines()
        except OSError:
            return "no message"
        return lines[-1].strip() if lines else "no message"

    def keep_log_short(self) -> None:
        """Copy a long log aside and empty it; the child appends, so it goes on at the start."""
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
            os.truncate(self.log, 0)


@dataclass
class Supervisor:
    """Looks after its children until told to stop. `tend` is called in every round (the database)."""

    children: list[Child]
    tend: Callable[[], None]
    stopping: bool = False
    _rounds: int = field(default=0, init=False)

    @contextmanager
    def loading_early(self, early: bool) -> Iterator[None]:
        """Whoever `loads_early` loads while the block makes the mall ready, and begins to work after it."""
        gate, opener = os.pipe()
        try:
            for child in self.children if early else ():
                if child.loads_early:
                    child.start(gate)
            yield
        except BaseException:
            self.stop_all()
            raise
        finally:
            os.close(opener)
            os.close(gate)

    def catch_signals(self) -> None:
        """SIGINT, SIGTERM and SIGHUP end the mall in good order."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def run_until(self, done: Callable[[], bool]) -> None:
        """Look after everything until `done` or until told to stop."""
        while not self.stopping and not done():
            self._round()
            time.sleep(0.1)

    def check_start(self) -> None:
        """Before the mall first answers: a child that keeps dying will not come. Raises CommandFailed."""
        for child in self.children:
            if child.deaths >= 3:
                raise CommandFailed(f"{child.name} does not start: {child.last_words()} (see {child.log})")

    def _round(self) -> None:
        self._rounds += 1
        if self._rounds % 10 == 0:
            self.tend()
        for child in self.children:
            child.look_after()
            if self._rounds % 600 == 0:
                child.keep_log_short()

    def stop_all(self) -> None:
        """Ask all children to end, then insist."""
        alive = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in alive:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in alive:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
