"""What a purchase is short of to open a higher tier (满额入会): what buyers are told in cart and checkout."""

from zhanggui.members import selectors as members

from .types import Quote, TierOffer


def tier_offer(quote: Quote, member_id: int | None = None) -> TierOffer | None:
    """The highest tier the goods of a quote open, else the one they are least short of; None where there is none to be had.

    Goods as they are paid, without freight: so much is sure to count. Without a member only what a single order opens is
    looked at, and costs nothing; with one, also what was spent before: one statement, where a tier asks for that.
    """
    if not quote.better or not quote.items_total:
        return None
    goods = quote.total - quote.shipping_total
    before = None
    if member_id is not None and any(tier.growth_threshold for tier in quote.better):
        before = members.spent(member_id)
    found = []
    for tier in quote.better:
        ways = [tier.entry_amount - goods] if tier.entry_amount else []
        if before is not None and tier.growth_threshold:
            ways.append(tier.growth_threshold - before - goods)
        if ways:
            found.append(TierOffer(tier, max(0, min(ways))))
    return min(found, key=lambda offer: (offer.missing, -offer.tier.rank), default=None)
