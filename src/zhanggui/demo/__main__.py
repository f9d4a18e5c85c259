"""`python -m zhanggui.demo`: load the demo into the mall the environment names. 0: loaded, 3: the mall was not empty.

The password of all its accounts comes in `ZHANGGUI_DEMO_PASSWORD`. It shows a bar on a terminal, else a line now and then.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

NOT_EMPTY, INTERRUPTED = 3, 130


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
        with _shown() as (drawn, lived):
            load(password, draw=lambda: opening.draw(drawn), progress=lived)
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
def _shown() -> Iterator[tuple[Callable[[int, int], None], Callable[..., None]]]:
    """Progress for people: of the pictures (products drawn, in all), and of the days (lived, in all, tally)."""
    if not sys.stderr.isatty():
        yield _drawn, _lived
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        pictures = bar.add_task("drawing the pictures", total=None, told="")
        days = bar.add_task("living ninety days", total=None, told="")

        def drawn(done: int, goods: int) -> None:
            bar.update(pictures, completed=done, total=goods, told=f"{done} of {goods} products")

        def lived(done: int, all_days: int, tally: object) -> None:
            bar.update(days, completed=done, total=all_days, told=f"{tally.orders} orders")  # type: ignore[attr-defined]

        yield drawn, lived


def _drawn(done: int, goods: int) -> None:
    if done % 25 == 0 or done == goods:
        _say(f"drawing the pictures: {done} of {goods} products")


def _lived(done: int, days: int, tally: object) -> None:
    if done % 15 == 1 or done == days:
        _say(f"living day {done} of {days}: {tally.orders} orders so far")  # type: ignore[attr-defined]


def _say(line: str) -> None:
    sys.stderr.write(f"demo: {line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
