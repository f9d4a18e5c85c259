"""The port through which a tier's share of all prices is held against their floors: prices and promotions lie above this module."""

from collections.abc import Callable, Mapping

from zhanggui.kernel.actor import Actor

SharesGuard = Callable[[str, Mapping[str, int], str, Actor], None]
_guard: SharesGuard | None = None


def bind_shares_guard(guard: SharesGuard) -> None:
    """Tell who knows what prices come to: (tier, shares of all tiers before, reason, actor). Called once, when the mall is wired."""
    global _guard
    _guard = guard


def keep_above_floors(tier: str, before: Mapping[str, int], reason: str, actor: Actor) -> None:
    """Once a tier is written: refuse a share that brings goods below their floor, at the field `discount_bp`."""
    if _guard is not None:
        _guard(tier, before, reason, actor)
