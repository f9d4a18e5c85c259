"""Print an operations report of a day, or of the week (Monday to Sunday) that holds a day."""

from __future__ import annotations

import argparse
import sys
from datetime import date

from ..errors import WrongCall
from ..mall import opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("period", choices=["daily", "weekly"])
    parser.add_argument(
        "--date", metavar="YYYY-MM-DD", required=True, type=_date, help="the day, in the mall's time zone"
    )
    parser.add_argument("--format", choices=["text", "json", "html", "xlsx"], default="text")
    parser.add_argument("--lang", choices=["zh-Hans", "en"], default="zh-Hans", help="language of text and definitions")


def run(args: argparse.Namespace) -> int:
    if args.format == "xlsx" and sys.stdout.isatty():
        raise WrongCall("an xlsx report is no text for a terminal; send it to a file: … --format xlsx > report.xlsx")
    with opened(args):
        from zhanggui.analytics import services

        report = services.report(args.period, args.date, args.format, args.lang)
    data = report if isinstance(report, bytes) else report.rstrip("\n").encode() + b"\n"
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    return 0


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2026-11-11") from None
