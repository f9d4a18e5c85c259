"""What promotions need of prices, and what prices need of promotions: the lowest reachable price is a matter of both."""

from collections.abc import Mapping, Sequence

from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.outbox import Delivered
from zhanggui.pricing import selectors as pricing
from zhanggui.pricing.types import CHANNEL, EMPLOYEE, OWN_CHANNEL, TIER
from zhanggui.pricing.types import Special as SpecialPrice
from zhanggui.promotions import services
from zhanggui.promotions.types import Priced, Special, Window


def prices(sku_ids: Sequence[int], with_floors: bool) -> list[Priced]:
    """The port of promotions: every price these SKUs can have from now on, and their floors. Three statements, two without these."""
    at = clock.now()
    windows: dict[int, list[Window]] = {}
    for window in pricing.schedule(sku_ids, ending_after=at):
        windows.setdefault(window.sku_id, []).append(Window(window.sale_price, (window.starts_at, window.ends_at)))
    floors = pricing.floors(sku_ids) if with_floors else {}
    return [
        Priced(
            sku, price.list_price, price.sale_price, price.cost, floors[sku].floor if sku in floors else None,
            tuple(_special(each) for each in price.specials), tuple(windows.get(sku, ())),
        )
        for sku, price in pricing.base_prices(sku_ids).items()
    ]  # fmt: skip


def _special(each: SpecialPrice) -> Special:
    return Special(
        each.price,
        tier=each.key if each.kind == TIER else "",
        channel=each.key if each.kind == CHANNEL and each.key != OWN_CHANNEL else "",
        employee=each.kind == EMPLOYEE,
        quantity=each.min_quantity,
    )


def keep_above(places: Mapping[int, str], reason: str, actor: Actor) -> None:
    """The port of pricing: prices that were just written, by the field of each, against what carts can reach."""
    services.keep_prices_above(places, reason=reason, actor=actor)


def keep_tier_above(tier: str, before: Mapping[str, int], reason: str, actor: Actor) -> None:
    """The port of members: what a tier pays of all prices, as just written, against their floors."""
    services.keep_tier_above(tier, before, reason=reason, actor=actor)


def mark_rules(events: list[Delivered]) -> None:
    """Promotions changed: what they reach is looked at again."""
    services.mark_rules(sorted({event.payload["promotion_id"] for event in events}), actor=SYSTEM)
