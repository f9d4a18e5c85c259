"""Whose prices a buyer has: the seam between members, who have a standing, and prices, which know values only."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text
from zhanggui.members import selectors as members
from zhanggui.members.types import BASE_NAME
from zhanggui.pricing.types import SPECIAL_KINDS, TIER, Buyer
from zhanggui.promotions.types import BuyerFacts

#: Read along with the goods: {member id: [tier, employee, tags, month of birth, what the tier is called and gives]}; the
#: parameter is the members' ids.
STANDINGS = (
    "(select jsonb_object_agg(m.id, jsonb_build_array(m.tier, m.employee, m.tags, extract(month from m.birthday)::int,"
    " t.name_zh, t.name_en, t.discount_bp, t.free_shipping))"
    " from members_member m left join members_tier t on t.code = m.tier where m.id = any(%s::bigint[]))"
)
Standings = Mapping[str, list[Any]]


class Benefits(NamedTuple):
    """What a buyer has of his own: his prices, his tier's name, and whether it sends him everything free of charge."""

    buyer: Buyer = Buyer()
    tier: Text = BASE_NAME
    free_shipping: bool = False

    @property
    def waiver(self) -> Text | None:
        """Who takes the freight off, as the buyer reads it; None where it is charged."""
        if not self.free_shipping:
            return None
        return Text(f"{self.tier.zh}包邮", f"Free delivery for {self.tier.en}")

    def name_of(self, kind: str) -> Text | None:
        """What a special price of this kind is called, a member price with the tier; None for the ordinary one."""
        known = SPECIAL_KINDS.get(kind)
        if known is None or kind != TIER:
            return known
        return Text(f"{known.zh}（{self.tier.zh}）", f"{known.en} ({self.tier.en})")


NOBODY = Benefits()


def buyers_in(standings: Standings | None) -> dict[int, Benefits]:
    """What `STANDINGS` found."""
    found = {}
    for member_id, (tier, employee, _tags, _month, *given) in (standings or {}).items():
        name, discount_bp, free_shipping = members.tier_facts(*given)
        buyer = Buyer(tier, employee=employee, discount_bp=discount_bp)
        found[int(member_id)] = Benefits(buyer, name, free_shipping)
    return found


def facts_of(standings: Standings | None, member_id: int | None, month: int) -> BuyerFacts:
    """The same as promotions need it; `month` is the mall's present one."""
    found = (standings or {}).get(str(member_id))
    if found is None:
        return BuyerFacts(member_id)
    tier, employee, tags, born, *_ = found
    return BuyerFacts(member_id, tier=tier, tags=frozenset(tags), employee=employee, birthday=born == month)


def benefits_of(member_id: int) -> Benefits:
    """What a member has, for one piece; nobody's where there is no such member. One statement."""
    found = members.buyer_facts([member_id]).get(member_id)
    if found is None:
        return NOBODY
    buyer = Buyer(found.tier, employee=found.employee, discount_bp=found.discount_bp)
    return Benefits(buyer, found.tier_name, found.free_shipping)
