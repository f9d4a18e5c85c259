"""Whom a rule is for."""

from .values import Audience, CartSnapshot


def against(audience: Audience, cart: CartSnapshot) -> str:
    """Why the rule is not for this buyer, as a reason code; "" where it is."""
    buyer = cart.buyer
    if buyer.member_id is None and (audience.members or audience.tiers or audience.tags or audience.birthday):
        return "members_only"
    if audience.new is not None and audience.new is not buyer.is_new:
        return "new_only" if audience.new else "regulars_only"
    if audience.tiers and buyer.tier not in audience.tiers:
        return "other_tier"
    if audience.tags and audience.tags.isdisjoint(buyer.tags):
        return "other_group"
    if audience.employees and not buyer.employee:
        return "employees_only"
    if audience.birthday and not buyer.birthday:
        return "birthday_only"
    if audience.channels and cart.channel not in audience.channels:
        return "other_channel"
    if audience.regions and buyer.region not in audience.regions:
        return "other_region" if buyer.region else "region_later"
    return ""
