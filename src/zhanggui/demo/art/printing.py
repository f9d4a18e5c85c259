"""Drawing in processes of their own: every core draws, while whoever ordered the pictures does something else.

Nothing here needs Django or a database, so such a process starts quickly and stays small.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import NamedTuple

from PIL import Image

from zhanggui.kernel.picture_sizes import WIDTHS

from . import banners, pictures, studio
from .pictures import Subject

SHAPES = ("wide", "tall")  # of a scene
MOST_HANDS = 8
NICE = 10  # the one who ordered goes first


class Printed(NamedTuple):
    """A drawn picture as files: itself, and its smaller editions by width."""

    kind: str
    data: bytes
    editions: dict[int, bytes]


@dataclass(frozen=True, slots=True)
class Job:
    """Pictures that one hand draws one after the other, because they share a stage; or both shapes of a scene."""

    subjects: tuple[tuple[Subject, tuple[str, ...]], ...] = ()
    scene: str = ""

    @property
    def size(self) -> int:
        """How many pictures these are."""
        return len(SHAPES) if self.scene else sum(len(kinds) for _, kinds in self.subjects)


def do(job: Job) -> list[tuple[Subject | str, Printed]]:
    """Draw them; each with what it shows."""
    if job.scene:
        return [(job.scene, as_files(shape, banners.draw(job.scene, shape), 82)) for shape in SHAPES]
    return [(one, as_files(kind, pictures.draw(one, kind))) for one, kinds in job.subjects for kind in kinds]


def as_files(kind: str, picture: Image.Image, quality: int = 86) -> Printed:
    """A picture and its editions, each made from the next larger one."""
    data = studio.encode(picture, quality)
    editions: dict[int, bytes] = {}
    current = picture.convert("RGB")
    for width in sorted(WIDTHS, reverse=True):
        if current.width <= width:
            editions[width] = data
            continue
        height = round(current.height * width / current.width)
        if current.width == 2 * width:
            current = current.reduce(2)  # nothing is lost by the plain mean of four
        else:
            current = current.resize((width, height), Image.Resampling.HAMMING, reducing_gap=2.0)
        editions[width] = studio.encode(current, quality)
    return Printed(kind, data, editions)


@contextmanager
def hands() -> Iterator[Executor]:
    """A process for each core, begun with the first job; what nobody waits for any more is not drawn."""
    # not forked: a copy of this process would hold its connections
    pool = ProcessPoolExecutor(
        min(os.cpu_count() or 1, MOST_HANDS), multiprocessing.get_context("spawn"), initializer=_begin
    )
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """In a drawing process: leave Ctrl-C to the one who ordered, let it go first, and end when it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICE)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(parent: int) -> None:
    wait([parent])
    os._exit(1)
