"""Whose prices a buyer has: the seam between members, who have a standing, and prices, which know values only."""

from collections.abc import Mapping
from typing import Any

from zhanggui.members import selectors as members
from zhanggui.pricing.types import Buyer
from zhanggui.promotions.types import BuyerFacts

NOBODY = Buyer()
#: Read along with the goods: {member id: [tier, employee, tags, month of birth]}; the parameter is the members' ids.
STANDINGS = (
    "(select jsonb_object_agg(m.id, jsonb_build_array(m.tier, m.employee, m.tags, extract(month from m.birthday)::int))"
    " from members_member m where m.id = any(%s::bigint[]))"
)
Standings = Mapping[str, list[Any]]


def buyers_in(standings: Standings | None) -> dict[int, Buyer]:
    """What `STANDINGS` found, as pricing needs it."""
    return {int(i): Buyer(tier, employee=employee) for i, (tier, employee, *_) in (standings or {}).items()}


def facts_of(standings: Standings | None, member_id: int | None, month: int) -> BuyerFacts:
    """The same as promotions need it; `month` is the mall's present one."""
    found = (standings or {}).get(str(member_id))
    if found is None:
        return BuyerFacts(member_id)
    tier, employee, tags, born = found
    return BuyerFacts(member_id, tier=tier, tags=frozenset(tags), employee=employee, birthday=born == month)


def buyer_of(member_id: int) -> Buyer:
    """Whose prices a member has, for one piece; nobody's where there is no such member. One statement."""
    found = members.buyer_facts([member_id]).get(member_id)
    return Buyer(found.tier, employee=found.employee) if found else NOBODY
