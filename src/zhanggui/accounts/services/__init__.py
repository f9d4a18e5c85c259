"""Writes of accounts. Each opens its own transaction unless it says otherwise."""

from ..limits import forget_old
from .clients import issue_client, revoke_client
from .desk import acknowledge_duties, delete_filter, put_duties, save_filter
from .roles import delete_role, ensure_roles, put_role
from .sessions import (
    begin_staff_sign_in,
    create_member_account,
    end_session,
    enrolling,
    finish_enrolling,
    finish_staff_sign_in,
    limit_address,
    open_accounts,
    sign_in,
    sign_out,
    sign_out_everywhere,
)
from .staff import (
    change_own_password,
    check_new_password,
    create_staff,
    ensure_first_manager,
    rename_staff,
    set_active,
    set_member_active,
    set_password,
    set_roles,
)
from .tokens import issue_token, revoke_token, token_for_member, token_for_staff
from .two_factor import (
    confirm_two_factor,
    drop_two_factor,
    offer_two_factor,
    renew_recovery_codes,
    reset_two_factor,
)

__all__ = [
    "acknowledge_duties",
    "begin_staff_sign_in",
    "change_own_password",
    "check_new_password",
    "confirm_two_factor",
    "create_member_account",
    "create_staff",
    "delete_filter",
    "delete_role",
    "drop_two_factor",
    "end_session",
    "enrolling",
    "ensure_first_manager",
    "ensure_roles",
    "finish_enrolling",
    "finish_staff_sign_in",
    "forget_old",
    "issue_client",
    "issue_token",
    "limit_address",
    "offer_two_factor",
    "open_accounts",
    "put_duties",
    "put_role",
    "rename_staff",
    "renew_recovery_codes",
    "reset_two_factor",
    "revoke_client",
    "revoke_token",
    "save_filter",
    "set_active",
    "set_member_active",
    "set_password",
    "set_roles",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "token_for_member",
    "token_for_staff",
]
