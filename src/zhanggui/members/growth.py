"""The port through which tiers learn what members paid: orders lie above this module."""

from collections.abc import Sequence
from datetime import timedelta

from zhanggui.kernel import clock, mall_settings

from .types import Growth, GrowthSource

_source: GrowthSource | None = None


def bind_growth(source: GrowthSource) -> None:
    """Bind the port (config/wiring.py)."""
    global _source
    _source = source


def growth(member_ids: Sequence[int]) -> Sequence[Growth]:
    """What these members paid and kept within `members.tier_days`; absent: nothing. One statement."""
    since = clock.now() - timedelta(days=mall_settings.get("members.tier_days"))
    return _source(member_ids, since) if _source else ()
