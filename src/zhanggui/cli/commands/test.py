"""Run ruff, mypy and lint-imports beside pytest on all tests; with arguments, pytest alone with these arguments.

The database is a throwaway one unless TEST_DATABASE_URL names a server."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from .. import assets
from ..data_dir import DataDir
from ..database import embedded_cluster

ROOT = Path(__file__).parents[4]
CHECKS = {
    "ruff": ["ruff", "check", "--quiet", "."],
    "mypy": ["mypy", "src", "tests", "bench"],
    "lint-imports": ["lint-imports"],
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pytest", nargs="*", metavar="PYTEST-ARGUMENT", help="arguments for pytest")


def run(args: argparse.Namespace) -> int:
    pool = ThreadPoolExecutor(1)
    checks = {} if args.pytest else {name: pool.submit(_check, command) for name, command in CHECKS.items()}
    if not args.pytest or not assets.exist() or any("browser" in argument for argument in args.pytest):
        assets.build_or_warn()
    with _server() as url:
        environment = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT / "src")}
        # How tests are dealt out is tests/support/scheduling.py's, which orders them itself.
        each = ["--dist", "loadfile", "--no-loadscope-reorder"]
        workers = [] if args.pytest else ["-n", str(os.cpu_count() or 1), *each]
        # Processes of a mall in the tests must not find our own mall.
        environment.pop("ZHANGGUI_DATA", None)
        code = subprocess.call([sys.executable, "-m", "pytest", *workers, *args.pytest], cwd=ROOT, env=environment)
    for name, check in checks.items():
        print(f"{name}: {'well' if check.result().returncode == 0 else check.result().stdout}", flush=True)
    failed = [name for name, check in checks.items() if check.result().returncode]
    if failed:
        print(f"zhanggui: {', '.join(failed)} failed, see above", file=sys.stderr)
    return 1 if failed or code else 0


def _check(command: list[str]) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / command[0]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(
        [str(program), *command[1:]],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip


@contextmanager
def _server() -> Iterator[str]:
    """A database server for the tests: the one named, or a throwaway one that need not survive a power cut."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        yield named
        return
    os.environ.pop("DATABASE_URL", None)
    folder = Path(tempfile.mkdtemp(prefix="zhanggui-test-"))
    folder.chmod(0o755)
    try:
        with embedded_cluster(DataDir(folder), durable=False).held() as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)
