"""Buying in a group: one article at the group's price, and nothing else with it."""

from collections.abc import Sequence
from dataclasses import replace

from zhanggui.groupbuy.errors import GroupGoesAlone, NotInGroupOffer
from zhanggui.groupbuy.errors import refusal as seat_refusal
from zhanggui.groupbuy.types import KIND, GroupTerms
from zhanggui.kernel.problems import Problem
from zhanggui.promotions.types import Applied, Lane, Share, Verdict

from .types import QuotedLine, QuoteRequest


def in_group(
    request: QuoteRequest, lines: Sequence[QuotedLine], terms: GroupTerms | None, problems: list[Problem]
) -> tuple[tuple[QuotedLine, ...], Verdict]:
    """The lines at the group's price, or at the buyer's own where that is lower. What is wrong is added to `problems`."""
    off, taken = 0, tuple(lines)
    if terms is None:
        problems.append(seat_refusal("offer_over"))
    elif request.coupons or request.points:
        problems.append(GroupGoesAlone())
    elif len(lines) != 1 or lines[0].sku_id not in terms.prices or lines[0].quantity > terms.most:
        problems.append(NotInGroupOffer(most=terms.most, extra={"most": terms.most}))
    elif lines[0].unit_price > terms.prices[lines[0].sku_id]:
        line = lines[0]
        off = (line.unit_price - terms.prices[line.sku_id]) * line.quantity
        taken = (replace(line, discount=off, payable=line.subtotal - off, shares=(Share(0, "", off),)),)
    applied = (Applied(0, KIND, Lane.ITEM, terms.label, "", None, off, False),) if terms and off else ()
    return taken, Verdict((), off, applied, ())
