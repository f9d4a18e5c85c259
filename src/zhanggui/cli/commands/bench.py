"""Run a benchmark: its figure beside the limit measured in the same run. Each starts what it needs."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path

from ..errors import WrongCall

BENCH = Path(__file__).parents[4] / "bench"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help=f"one of {', '.join(_names()) or '(none)'}")
    parser.add_argument("--json", action="store_true", help="end with one JSON line")


def run(args: argparse.Namespace) -> int:
    if args.name not in _names():
        raise WrongCall(f"there is no benchmark {args.name!r}; there are {', '.join(_names()) or 'none'}")
    sys.path.insert(0, str(BENCH.parent))
    result = importlib.import_module(f"bench.{args.name}").main([])
    if args.json:
        print(json.dumps(result, ensure_ascii=False), flush=True)
    return 0


def _names() -> list[str]:
    """Files of `bench/` that are benchmarks; helpers begin with an underscore."""
    return sorted(path.stem for path in BENCH.glob("*.py") if not path.stem.startswith("_"))
