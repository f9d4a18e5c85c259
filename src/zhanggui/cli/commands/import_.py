"""Bring in products, customers or orders from another platform's file. The same file again changes nothing; what cannot be
taken is in the report, with line number and reason."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from zhanggui.integrations import reader

from ..errors import CommandFailed, WrongCall
from ..mall import opened

Progress = Callable[[int], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "format", metavar="FORMAT", help="shopify-products, woocommerce-products, olist, online-retail …"
    )
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path)
    parser.add_argument(
        "--currency", default="", help="the file's currency where it does not say (default: the mall's)"
    )
    parser.add_argument("--dry-run", action="store_true", help="read and check everything, change nothing")
    parser.add_argument("--report", metavar="FILE", type=Path, help="write the rejected rows and remarks here")


def run(args: argparse.Namespace) -> int:
    for path in args.files:
        if not path.exists():
            raise CommandFailed(f"there is no file {path}")
    size = sum(path.stat().st_size for path in args.files) if args.format.endswith("-products") else 0
    with reader.early(size), opened(args), _progress() as progress:
        from zhanggui.integrations import services
        from zhanggui.integrations.errors import UnknownFormat
        from zhanggui.kernel.actor import SYSTEM

        try:
            summary = services.run_import(
                args.format,
                args.files,
                dry_run=args.dry_run,
                report=args.report,
                progress=progress,
                currency=args.currency,
                actor=SYSTEM,
            )
        except UnknownFormat as error:
            raise WrongCall(error.detail("en")) from None
    print(json.dumps(summary, ensure_ascii=False))
    return 0


@contextmanager
def _progress() -> Iterator[Progress]:
    """Shows the number of rows read on a terminal; silent elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _rows: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed:,.0f} rows"), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("import", total=None)
        yield lambda rows: bar.update(task, completed=rows)
