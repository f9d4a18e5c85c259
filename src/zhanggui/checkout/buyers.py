"""Whose prices a buyer has: the seam between members, who have a standing, and prices, which know values only."""

from collections.abc import Mapping
from typing import Any

from zhanggui.members import selectors as members
from zhanggui.pricing.types import Buyer

NOBODY = Buyer()
#: Read along with the goods: {member id: [tier, employee]}; the parameter is the members' ids.
STANDINGS = (
    "(select jsonb_object_agg(m.id, jsonb_build_array(m.tier, m.employee)) from members_member m"
    " where m.id = any(%s::bigint[]))"
)


def buyers_in(standings: Mapping[str, list[Any]] | None) -> dict[int, Buyer]:
    """What `STANDINGS` found, as pricing needs it."""
    return {int(i): Buyer(tier, employee=employee) for i, (tier, employee) in (standings or {}).items()}


def buyer_of(member_id: int) -> Buyer:
    """Whose prices a member has, for one piece; nobody's where there is no such member. One statement."""
    found = members.buyer_facts([member_id]).get(member_id)
    return Buyer(found.tier, employee=found.employee) if found else NOBODY
