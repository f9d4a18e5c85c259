"""The group commits of this process: each keeps a thread with a database connection of its own."""

from __future__ import annotations

import gc
from typing import Any

from django.db import connection

from zhanggui.kernel.group_commit import GroupCommit


def close_tills() -> None:
    """Close the connections of those that have begun, so that a test database can be dropped."""
    for gate in [found for found in gc.get_objects() if isinstance(found, GroupCommit)]:
        if gate._thread is not None and gate._thread.is_alive():
            _close(gate)


def _close(gate: GroupCommit[Any, Any]) -> None:
    def close(items: Any) -> Any:
        connection.close()
        return [None] * len(items)

    work, gate._work = gate._work, close
    try:
        gate.submit(None)
    finally:
        gate._work = work
