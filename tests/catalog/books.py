"""What every catalogue test may end with."""

from __future__ import annotations

from zhanggui.catalog.invariants import INVARIANTS
from zhanggui.kernel import invariants


def assert_in_order() -> None:
    """All invariants of the catalogue hold."""
    assert [(v.invariant.name, v.samples) for v in invariants.check(INVARIANTS)] == []
