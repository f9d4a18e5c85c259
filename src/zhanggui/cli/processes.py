"""Child processes that never outlive their parent."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def die_with(parent: int, with_signal: int = signal.SIGKILL) -> Callable[[], None]:
    """A function for the child's start: from then on it ends when the process `parent` does, even by `kill -9`.

    Linux tells the child by a signal. Elsewhere the child has to look for itself (`watch_parent`).
    """
    if sys.platform != "linux":
        return lambda: None
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, with_signal)
        if os.getppid() != parent:  # it was gone before we asked
            os.kill(os.getpid(), with_signal)

    return ask


def wait_for_start() -> None:
    """In a child that was started to load while the mall was still being made ready: wait until it is."""
    gate = os.environ.pop("ZHANGGUI_GATE", "")
    if gate:
        os.read(int(gate), 1)  # nothing is ever written: the other end is closed
        os.close(int(gate))


def watch_parent() -> None:
    """In a child, where the system does not tell: end when the parent is gone."""
    if sys.platform == "linux":
        return
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
