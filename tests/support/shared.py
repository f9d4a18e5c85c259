"""Real data sets that lie beside the project, not in it.

They are found at `ZHANGGUI_SHARED`, else at `../shared/data` seen from the project's root. A test that needs a file
asks for it here and is skipped, with the reason, on a machine that does not have it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def shared_root() -> Path:
    """The directory that holds the data sets; it may not exist."""
    return Path(os.environ.get("ZHANGGUI_SHARED") or ROOT.parent / "shared" / "data")


def shared_data(*parts: str) -> Path:
    """The path of a shared file or folder, as in `shared_data("olist", "orders.csv.gz")`; skips the test without it."""
    path = shared_root().joinpath(*parts)
    if not path.exists():
        pytest.skip(f"shared data {'/'.join(parts)} is not on this machine")
    return path
