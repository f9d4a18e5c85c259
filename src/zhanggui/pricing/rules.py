"""Whose price is which, freight, and the line of a price over time. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import BASIS, portion

from .errors import NotDelivered
from .types import (
    CHANNEL,
    EMPLOYEE,
    TIER,
    Buyer,
    BuyerPrice,
    Freight,
    FreightRuleView,
    Price,
    Span,
    Special,
)

#: What a province may be called beyond its short name, longest first.
_SUFFIXES = ("维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "省", "市")
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


def province_key(name: str) -> str:
    """The short name: 广西壮族自治区，广西省 and 广西 are one."""
    name = "".join(name.split())
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name[: -len(suffix)]
    return name


def freight_for(
    rules: Iterable[FreightRuleView], method: str, province: str, goods_amount: int, weight_g: int = 0
) -> Freight:
    """The rule of the province, else the method's default, else nothing to pay.

    A fee covers `included_g` grams; each further started kilogram costs `fee_per_kg`. From `free_over` on (goods after
    discounts, the amount itself included) delivery is free. Raises NotDelivered.
    """
    key = province_key(province)
    name = METHOD_NAMES.get(method, Text(method, method))
    free = FREE.get(method, Text("免运费", "No delivery fee"))
    mine = [rule for rule in rules if rule.method == method]
    rule = next((r for r in mine if r.province and r.province == key), None) or next(
        (r for r in mine if not r.province), None
    )
    if rule is None:
        return Freight(0, None, free)
    if not rule.deliverable:
        raise NotDelivered(province=province, method_name=name)
    if rule.free_over is not None and goods_amount >= rule.free_over:
        return Freight(0, rule.id, free)
    amount = fee(rule.fee, rule.included_g, rule.fee_per_kg, weight_g)
    return Freight(amount, rule.id, name if amount else free)


def fee(first: int, included_g: int, fee_per_kg: int, weight_g: int) -> int:
    """What a rule charges for a weight where delivery is not free: `first` covers `included_g` grams (0: any weight)."""
    extra_g = max(0, weight_g - included_g) if included_g and fee_per_kg else 0
    return first + -(-extra_g // 1000) * fee_per_kg


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
