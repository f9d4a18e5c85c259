"""What a worker keeps in memory is at most a second old: one cheap look at the version counters per second and process.

Chosen over a look per request: a hot page costs two or three statements in all, a further one would be a third more,
and nothing kept this way may be needed sooner (prices, stock and order states are never kept). The hot pages of the shop read
the counters with their prices and tell what they saw.
"""

import threading
import time
from collections.abc import Callable

from . import db, mall_settings, versions

SECONDS = 1.0
_lock = threading.Lock()
_next = 0.0
_known: dict[str, int] = {}
_followers: dict[str, Callable[[int], None]] = {}


def follow(name: str, follower: Callable[[int], None]) -> None:
    """Have `follower` told the counter `name` at every look (bound in config/wiring.py)."""
    _followers[name] = follower


def refresh() -> None:
    """Called at the start of every request."""
    global _known, _next
    if time.monotonic() < _next or not _lock.acquire(blocking=False):
        return
    try:
        found = {r["name"]: r["value"] for r in db.rows("select name, value from kernel_version")}
        _known = found
        mall_settings.refresh(found.get("settings", 0))
        for name, follower in _followers.items():
            follower(found.get(name, 0))
        _next = time.monotonic() + SECONDS
    finally:
        _lock.release()


def saw(found: dict[str, int]) -> None:
    """Counters somebody has just read along with something else."""
    global _known
    _known = {**_known, **found}
    mall_settings.refresh(_known.get("settings", 0))


def version(name: str) -> int:
    """The counter `name` as of the last look."""
    return _known.get(name, 0)


def pinned_or_known(name: str) -> int:
    """The counter as the page that is being made has it, else as of the last look. Never a statement."""
    value = versions.pinned(name)
    return version(name) if value is None else value


def forget() -> None:
    """Look again at the next request (tests, after a restore)."""
    global _next
    _next = 0.0
