"""Whose price is which, and the line of a price over time. Pure."""

from collections.abc import Sequence
from datetime import datetime

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import BASIS, portion
from zhanggui.kernel.provinces import province_key as province_key

from .types import (
    CHANNEL,
    EMPLOYEE,
    TIER,
    Buyer,
    BuyerPrice,
    Price,
    Span,
    Special,
)

METHOD_NAMES = {"express": Text("快递", "express delivery"), "pickup": Text("自提", "self-pickup")}
FREE = {"express": Text("包邮", "Free delivery"), "pickup": Text("到店自提", "Self-pickup")}


def price_for(price: Price, buyer: Buyer) -> BuyerPrice:
    """The lowest price the buyer may have, and which one it is; never more than everybody pays.

    The discount of his tier is one more price beside the special ones, a share of the price of the instant rounded half up:
    it never comes on top of a special price, the better of the two is his. Of equal ones the ordinary price stands before
    another, then the order of their names decides, so that the answer does not depend on the order of `price.specials`.
    """
    mine = [(s.price, s.kind, s.key, s.min_quantity) for s in price.specials if _is_for(s, buyer)]
    if buyer.discount_bp < BASIS:
        mine.append((portion(price.sale_price, buyer.discount_bp), TIER, buyer.tier, 1))
    best = min(mine, default=None)
    if best is None or best[0] >= price.sale_price:
        return BuyerPrice(price.sale_price)
    return BuyerPrice(*best)


def _is_for(special: Special, buyer: Buyer) -> bool:
    if buyer.quantity < special.min_quantity:
        return False
    if special.kind == TIER:
        return special.key == buyer.tier
    if special.kind == CHANNEL:
        return special.key == buyer.channel
    return buyer.employee or special.kind != EMPLOYEE


def steps_of(price: Price, buyer: Buyer) -> list[BuyerPrice]:
    """From how many pieces on the buyer pays less for each than before, the fewest first; one piece is not among them."""
    found, last = [], price_for(price, buyer._replace(quantity=1)).price
    for quantity in sorted({s.min_quantity for s in price.specials if s.min_quantity > 1}):
        step = price_for(price, buyer._replace(quantity=quantity))
        if step.price < last:
            found.append(step._replace(min_quantity=quantity))
            last = step.price
    return found


def line(spans: Sequence[Span]) -> list[Span]:
    """The price in force from step to step, oldest first: planned prices over ordinary ones, equal neighbours as one."""
    edges = sorted({edge for span in spans for edge in (span.since, span.until) if edge is not None})
    steps: list[Span] = []
    for edge, following in zip(edges, [*edges[1:], None], strict=True):
        over = _in_force(spans, edge, True) or _in_force(spans, edge, False)
        if over is None:
            continue
        if steps and (steps[-1].price, steps[-1].planned, steps[-1].until) == (over.price, over.planned, edge):
            steps[-1] = Span(over.price, steps[-1].since, following, over.planned)
        else:
            steps.append(Span(over.price, edge, following, over.planned))
    return steps


def _in_force(spans: Sequence[Span], at: datetime, planned: bool) -> Span | None:
    found = (s for s in spans if s.planned == planned and s.since <= at and (s.until is None or at < s.until))
    return max(found, key=lambda s: s.since, default=None)
