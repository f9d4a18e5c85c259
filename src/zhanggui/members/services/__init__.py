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
from .tiers import grant_tier, judge_all_tiers, judge_tiers, remove_tier, save_tier

__all__ = [
    "ImportedMember",
    "add_address",
    "add_contact",
    "bind_growth",
    "change_address",
    "drop_favourite",
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
    "update_profile",
]
