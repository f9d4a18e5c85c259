"""Writes of accounts. Each opens its own transaction unless it says otherwise."""

from ..limits import forget_old
from .roles import delete_role, ensure_roles, put_role
from .sessions import create_member_account, limit_address, open_accounts, sign_in, sign_out
from .staff import (
    change_own_password,
    check_new_password,
    create_staff,
    ensure_first_manager,
    set_active,
    set_member_active,
    set_password,
    set_roles,
)
from .tokens import issue_token, revoke_token, token_for_member, token_for_staff

__all__ = [
    "change_own_password",
    "check_new_password",
    "create_member_account",
    "create_staff",
    "delete_role",
    "ensure_first_manager",
    "ensure_roles",
    "forget_old",
    "issue_token",
    "limit_address",
    "open_accounts",
    "put_role",
    "revoke_token",
    "set_active",
    "set_member_active",
    "set_password",
    "set_roles",
    "sign_in",
    "sign_out",
    "token_for_member",
    "token_for_staff",
]
