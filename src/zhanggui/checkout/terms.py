"""What a partial return of an order will go by, frozen with it: the mall's rule of that day, and what it was sold under.

Kept only where it says more than that each unit gives back its share; `aftersales.terms` reads it.
"""

from typing import Any

from zhanggui.kernel import mall_settings
from zhanggui.pricing import selectors as pricing
from zhanggui.promotions.types import KINDS, CartLine, HeldCoupon, freeze, gift_values

from .quote import Facts, sent
from .types import Quote, QuoteRequest

KEEP, LEAVE = "keep", "leave"


def terms_of(request: QuoteRequest, quote: Quote, facts: Facts) -> dict[str, Any] | None:
    """What is kept with the order of this quote; None where each unit gives back its share and gifts stay. No statement.

    `gifts`: [promotion, SKU, what the mall says one is worth]. `freight`: the terms that charge it, and the grams of each line.
    """
    policy, gifts = mall_settings.get("orders.partial_return"), mall_settings.get("orders.gift_return")
    if (policy == KEEP and (gifts == LEAVE or not quote.gifts)) or request.group is not None or request.presale:
        return None
    lines = [
        CartLine(
            line.id, sku.sku_id, sku.product_id, tuple(sku.category_ids), sku.brand_id, line.quantity,
            line.unit_price - line.surcharge, 0,
        )
        for line in quote.lines
        if (sku := facts.skus.get(line.sku))
    ]  # fmt: skip
    freight = _freight(request, quote, facts)
    applied = [
        each for each in (*quote.verdict.applied, *quote.relief.applied) if each.promotion_id and each.kind in KINDS
    ]
    if not applied and (policy == KEEP or freight is None):
        return None
    coupons = [each.rule for each in facts.coupons.values() if isinstance(each, HeldCoupon)]
    rules = freeze(applied, [*facts.rules.rules, *coupons], lines)
    if rules is None:
        return None
    values = [[promotion, sku, value] for (promotion, sku), value in gift_values(rules).items()]
    return {"policy": policy, "gift": gifts, "rules": rules, "gifts": values, "freight": freight}


def _freight(request: QuoteRequest, quote: Quote, facts: Facts) -> dict[str, Any] | None:
    """The terms of the freight, where goods that are given back could make it dearer; None where they could not."""
    if request.delivery is None or any(not each.promotion_id for each in quote.relief.applied):
        return None  # whose tier ships free has that whatever he keeps
    goods = sent(quote.lines, facts)
    freight = pricing.freight(request.delivery.method, request.delivery.province, goods)
    if not pricing.may_grow(freight) and not quote.relief.applied:
        return None
    return pricing.frozen_freight(freight, goods)
