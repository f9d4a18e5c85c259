"""`python -m zhanggui.demo`: load the demo into the mall the environment names. 0: loaded, 3: the mall was not empty.

The password of all its accounts comes in `ZHANGGUI_DEMO_PASSWORD`. It shows a bar on a terminal, else a line now and then.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

NOT_EMPTY = 3


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhanggui.config.settings")
    import django

    django.setup()
    import structlog

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(40)
    )  # a refused purchase is part of the story
    from django.db import connections

    from .load import NotEmpty, load

    try:
        with _shown() as progress:
            load(os.environ["ZHANGGUI_DEMO_PASSWORD"], progress=progress)
    except NotEmpty:
        return NOT_EMPTY
    finally:
        connections.close_all()
    return 0


@contextmanager
def _shown() -> Iterator[Callable[..., None]]:
    """Progress for people: (days lived, days in all, tally)."""
    if not sys.stderr.isatty():
        yield _lines
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("loading the demo mall", total=None, told="goods and pictures")

        def show(done: int, days: int, tally: object) -> None:
            bar.update(task, completed=done, total=days, told=f"day {done} of {days}, {tally.orders} orders")  # type: ignore[attr-defined]

        yield show


def _lines(done: int, days: int, tally: object) -> None:
    if done % 15 == 1 or done == days:
        sys.stderr.write(f"demo: day {done} of {days}, {tally.orders} orders\n")  # type: ignore[attr-defined]
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
