"""Whose prices a buyer has: the seam between members, who have a standing, and prices, which know values only."""

from collections.abc import Collection, Mapping

from zhanggui.pricing.types import Buyer

NOBODY = Buyer()


def buyers_of(member_ids: Collection[int]) -> Mapping[int, Buyer]:
    """The tier and employment of members, by id; who is absent has neither. No statement."""
    return {}
