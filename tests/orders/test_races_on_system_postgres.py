"""The races once more on the oldest PostgreSQL this machine has installed, beside the one in our wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.shared import ROOT
from zhanggui.cli.data_dir import DataDir
from zhanggui.cli.database import embedded_cluster
from zhanggui.cli.database.binaries import OLDEST

pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]
RACES = ["tests/orders/test_races.py", "tests/orders/test_races_once.py"]


def installed() -> list[Path]:
    """The program folders of installed servers that are new enough, oldest first."""
    folders = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    return sorted((f.parent for f in folders if int(f.parts[-3]) >= OLDEST), key=lambda folder: int(folder.parts[-2]))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a throwaway server made by the installed programs."""
    found = installed()
    if not found:
        pytest.skip(f"no PostgreSQL {OLDEST} or newer under /usr/lib/postgresql")
    monkeypatch.setenv("ZHANGGUI_PG_BIN", str(found[0]))
    folder = Path(tempfile.mkdtemp(prefix="zhanggui-system-pg-"))
    folder.chmod(0o755)
    try:
        with embedded_cluster(DataDir(folder), durable=False).held() as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_the_races_hold_on_the_systems_postgresql(server: str) -> None:
    with psycopg.connect(server) as connection:
        assert connection.info.server_version // 10_000 == int(installed()[0].parts[-2])
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment = {**kept, "DATABASE_URL": server, "PYTHONPATH": str(ROOT / "src"), "ZHANGGUI_RACE_ROUNDS": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *RACES]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout[-6000:]
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
