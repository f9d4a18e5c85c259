"""The forecasting process: its environment is made when it is first needed, and it is told and asked over pipes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .errors import ForecastFailed, LibraryMissing

ROOT = Path(__file__).parents[3]
INSTALL_SECONDS = 900


def python() -> str:
    """The Python that has the library. Raises LibraryMissing."""
    try:
        done = subprocess.run(
            [sys.executable, str(ROOT / "zhanggui"), "install", "forecast"],
            capture_output=True, text=True, timeout=INSTALL_SECONDS, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise LibraryMissing(reason=type(problem).__name__) from problem
    if done.returncode:
        raise LibraryMissing(reason=_last(done.stderr))
    return done.stdout.strip().splitlines()[-1]


def choose(
    series: Sequence[Sequence[float]], weights: Sequence[float], horizon: int, told: Callable[[int], None]
) -> list[dict[str, Any]]:
    """A model and a forecast for each SKU's weeks; `told` hears how many are done. Raises LibraryMissing, ForecastFailed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    chosen: list[dict[str, Any]] | None = None
    with tempfile.TemporaryFile("w+") as asked, tempfile.TemporaryFile("w+") as errors:
        json.dump({"horizon": horizon, "series": [list(each) for each in series], "weights": list(weights)}, asked)
        asked.flush()
        asked.seek(0)
        with subprocess.Popen(
            [python(), "-W", "ignore", "-m", "zhanggui.replenishment.forecasting"],
            stdin=asked, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment,
        ) as process:  # fmt: skip
            try:
                assert process.stdout is not None
                for line in process.stdout:
                    said = json.loads(line)
                    if "done" in said:
                        told(said["done"])
                    else:
                        chosen = said["chosen"]
            except BaseException:
                process.kill()
                raise
        errors.seek(0)
        if process.returncode or chosen is None or len(chosen) != len(series):
            raise ForecastFailed(reason=_last(errors.read()) or f"exit {process.returncode}")
    return chosen


def _last(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1][:200]
