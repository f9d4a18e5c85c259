"""The process that reads large product files. Whoever knows early that it will be needed starts it then: it has its
dictionaries when there is something to read.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LARGE = 1 << 20  # bytes; below, another process costs more than it saves
_early: list[subprocess.Popen[bytes]] = []


def start(early: bool = False) -> subprocess.Popen[bytes]:
    path = os.pathsep.join([str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.Popen(
        [sys.executable, "-c", f"from zhanggui.integrations.reading import serve; serve({early})"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    )


@contextmanager
def early(size: int) -> Iterator[None]:
    """Start it now, if `size` bytes of products are worth it; one that nobody took ends with the block."""
    if size >= LARGE:
        _early.append(start(early=True))
    try:
        yield
    finally:
        while _early:
            end(_early.pop())


def take() -> tuple[subprocess.Popen[bytes], bool]:
    """A process to read with, and whether it has its dictionaries."""
    return (_early.pop(), True) if _early else (start(), False)


def end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            stream.close()
