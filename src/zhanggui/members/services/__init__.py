"""Writes of members. Each opens its own transaction."""

from ..growth import bind_growth
from .people import (
    ImportedMember,
    add_address,
    add_contact,
    change_address,
    drop_favourite,
    import_members,
    keep_favourite,
    record_export,
    register,
    remove_address,
    set_employee,
    set_status,
    set_tags,
    sign_in,
    update_profile,
)
from .points import adjust, earn_points, expire_points, gift_birthdays, give_back_spent, take_back_points
from .tiers import grant_tier, judge_all_tiers, judge_tiers, remove_tier, save_tier

__all__ = [
    "ImportedMember",
    "add_address",
    "add_contact",
    "adjust",
    "bind_growth",
    "change_address",
    "drop_favourite",
    "earn_points",
    "expire_points",
    "gift_birthdays",
    "give_back_spent",
    "grant_tier",
    "import_members",
    "judge_all_tiers",
    "judge_tiers",
    "keep_favourite",
    "record_export",
    "register",
    "remove_address",
    "remove_tier",
    "save_tier",
    "set_employee",
    "set_status",
    "set_tags",
    "sign_in",
    "take_back_points",
    "update_profile",
]
