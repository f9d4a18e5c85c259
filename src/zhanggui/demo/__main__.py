"""`python -m zhanggui.demo`: load the demo into the mall the environment names. 0: loaded, 3: the mall was not empty.

The password of all its accounts comes in `ZHANGGUI_DEMO_PASSWORD`. It shows a bar on a terminal, else a line now and then.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import history

NOT_EMPTY, INTERRUPTED = 3, 130
EVERY_SECONDS = 5.0
Told = Callable[[int, int], None]


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhanggui.config.settings")
    import django

    django.setup()
    import structlog

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(40)
    )  # a refused purchase is part of the story
    from django.db import connections

    from . import clerks, opening
    from .load import NotEmpty, load

    password = os.environ["ZHANGGUI_DEMO_PASSWORD"]
    try:
        with opening.begun() as mall, _shown() as (faces, rest, lived, stage):
            load(
                password, draw=lambda: mall.draw(faces), furnish=mall.furnish, progress=lived,
                hang=lambda staff: mall.hang(staff.editor, rest), stage=stage,
            )  # fmt: skip
    except NotEmpty:
        return 0 if clerks.are_here(password) else NOT_EMPTY
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # `up` shows this line to a person
        if os.environ.get("ZHANGGUI_DEBUG"):
            raise
        _say(" ".join(f"{type(error).__name__}: {error}".split())[:500])
        return 1
    finally:
        connections.close_all()
    return 0


@contextmanager
def _shown() -> Iterator[tuple[Told, Told, history.Progress, history.Stage]]:
    """Progress for people, done of all: the first pictures, the others, the days; and what is done without a count."""
    if not sys.stderr.isatty():
        days = Lines("living day")
        yield (
            Lines("drawing picture"), Lines("drawing the last pictures:"),
            lambda done, of, tally: days(done, of, f": {tally.orders} orders so far"), lambda what: _say(f"{what} ..."),
        )  # fmt: skip
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("  {task.description}"), BarColumn(), TextColumn("{task.fields[told]}"), TextColumn("·"),
        TimeRemainingColumn(compact=True),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:

        def shown(what: str) -> Callable[..., None]:
            task = bar.add_task(what, total=None, visible=False, told="")

            def told(done: int, of: int, more: str = "") -> None:
                bar.update(task, completed=done, total=of, told=f"{done} / {of} {more}", visible=done < of)
                bar.update(uncounted, visible=False)

            return told

        uncounted = bar.add_task("", total=None, visible=False, told="")
        faces, rest, told = map(shown, ("drawing pictures", "drawing the last ones", "living days"))
        yield (
            faces, rest, lambda done, of, tally: told(done, of, f"{tally.orders} orders"),
            lambda what: bar.update(uncounted, description=what, visible=True),
        )  # fmt: skip


class Lines:
    """Progress where there is no terminal: a line now and then, with what is left at the pace so far."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._began, self._first, self._said = 0.0, 0, 0.0

    def __call__(self, done: int, of: int, more: str = "") -> None:
        now = time.monotonic()
        if not self._began:
            self._began, self._first = now, done
        if done < of and now - self._said < EVERY_SECONDS:
            return
        self._said = now
        paced = done - self._first > of / 20 and done < of  # the first ones say little
        left = (now - self._began) / (done - self._first) * (of - done) if paced else 0
        _say(f"{self._what} {done} of {of}{more}{f' (about {left:.0f} s left)' if paced else ''}")


def _say(line: str) -> None:
    sys.stderr.write(f"demo: {line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
