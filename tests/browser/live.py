"""A running mall with a little of the demo in it, and browsers to look at it with."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.conftest import Mall, copy, environment

PASSWORD = "lotus-tea-4821"
MEMBER = "19900020001"
#: Two days of a small demo, every sixth of its goods with plain pictures, loaded beside the running mall.
FURNISH = """
import argparse, sys
from pathlib import Path
from zhanggui.cli.data_dir import DataDir
from zhanggui.cli.mall import opened
with opened(argparse.Namespace(data=DataDir(Path(sys.argv[1])))):
    from concurrent.futures import ThreadPoolExecutor
    from itertools import count
    from PIL import Image
    from zhanggui.demo import load, opening
    from zhanggui.demo.art import printing
    from zhanggui.demo.catalogue import loading

    numbers = count()

    def plain(job):
        wanted = [(one, kind) for one, kinds in job.subjects for kind in kinds]
        wanted += [(job.scene, shape) for shape in printing.SHAPES if job.scene]
        grounds = [Image.new("RGB", (480, 480), (170 + number % 80, 120 + number % 90, 160)) for _, number in zip(wanted, numbers)]
        return [(one, printing.as_files(kind, ground)) for (one, kind), ground in zip(wanted, grounds)]

    printing.do, printing.hands = plain, lambda: ThreadPoolExecutor(1)
    opening.GOODS = loading.GOODS = loading.GOODS[::6]
    with opening.begun() as mall:
        load.load(
            sys.argv[2], days=2, scale=30, draw=lambda: mall.draw(lambda *_: None), furnish=mall.furnish,
            hang=lambda staff: mall.hang(staff.editor, lambda *_: None),
        )
"""


@dataclass(frozen=True)
class LiveMall:
    """`url` without a slash at its end; every role's account is `ROLE@zhanggui.local` (the manager's `shop@…`)."""

    url: str
    data: Path
    password: str = PASSWORD
    member: str = MEMBER

    @staticmethod
    def email(role: str) -> str:
        return f"{'shop' if role == 'manager' else role}@zhanggui.local"


@contextmanager
def started(made: Path) -> Iterator[LiveMall]:
    """A mall of its own on a free port, begun from the directory `made`, furnished, and gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="zhanggui-browser-"))
    folder.chmod(0o755)
    mall = Mall(copy(made, folder / "var"))
    try:
        mall.wait_until_open(300)
        command = [sys.executable, "-c", FURNISH, str(mall.data), PASSWORD]
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=400)
        if done.returncode:
            pytest.fail(f"the demo could not be loaded: {done.stderr[-2000:]}")
        yield LiveMall(f"http://127.0.0.1:{mall.port}", mall.data)
    finally:
        if mall.process.poll() is None:
            mall.stop()
        shutil.rmtree(folder, ignore_errors=True)


def chromium_path() -> str | None:
    """The machine's Chromium, under any of its names."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((found for name in names if (found := shutil.which(name))), None)
