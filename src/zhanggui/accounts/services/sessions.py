"""Signing in and out, and the accounts members open."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from zhanggui.kernel import db, mall_settings
from zhanggui.kernel.clock import now
from zhanggui.kernel.contact import normal_email, normal_mobile
from zhanggui.kernel.problems import ValidationFailed

from .. import limits, selectors
from ..errors import AccountTaken, WrongCredentials
from ..models import AccessToken, User
from ..types import SignIn
from .roles import changed
from .staff import PASSWORD_MAX, check_new_password
from .tokens import issue


def limit_address(what: str, address: str) -> None:
    """Count one attempt from a network address. Raises RateLimited."""
    limits.enforce(f"{what}:address", address, "accounts.attempts_per_address")


def sign_in(kind: Literal["staff", "member"], name: str, password: str, *, address: str = "") -> SignIn:
    """A session for a mail address (staff) or mobile (member).

    Raises WrongCredentials (the same, after the same work, for an unknown account) and RateLimited. Attempts are
    counted before the password is looked at, outside any transaction, so that a failure cannot undo the count.
    """
    if address:
        limit_address("sign_in", address)
    try:
        name = (normal_email if kind == "staff" else normal_mobile)(name)
    except ValidationFailed:
        name = ""
    limits.enforce(f"sign_in:{kind}", name, "accounts.attempts_per_account")
    column = {"email": name} if kind == "staff" else {"mobile": name}
    user = User.objects.filter(kind=kind, **column).first() if name else None
    if not _password_right(user, password[: PASSWORD_MAX + 1]) or user is None or not user.is_active:
        raise WrongCredentials()
    limits.forgive(f"sign_in:{kind}", name)
    if kind == "staff":
        lasts = timedelta(hours=mall_settings.get("accounts.staff_session_hours"))
    else:
        lasts = timedelta(days=mall_settings.get("accounts.member_session_days"))
    return issue(user.id, "sign-in", None, now() + lasts)


def _password_right(user: User | None, password: str) -> bool:
    """Spend the same time whether or not there is such an account."""
    if user is None or user.password.startswith("!"):
        make_password(password)
        return False

    def renew(raw: str) -> None:
        User.objects.filter(id=user.id).update(password=make_password(raw))

    return check_password(password, user.password, setter=renew)


def sign_out(token: str) -> None:
    """End the session of this token."""
    with transaction.atomic():
        if AccessToken.objects.filter(digest=selectors.digest(token), revoked_at=None).update(revoked_at=now()):
            changed()


def create_member_account(mobile: str, password: str) -> int:
    """Within the caller's transaction: a member's sign-in; its id. Raises ValidationFailed, AccountTaken."""
    mobile = normal_mobile(mobile)
    check_new_password(password)
    encoded = make_password(password)
    row = db.row(
        "insert into accounts_user (kind, mobile, password) values ('member', %s, %s)"
        " on conflict (mobile) do nothing returning id",
        (mobile, encoded),
    )
    if row is None:
        raise AccountTaken()
    return int(row["id"])


@db.needs_transaction
def open_accounts(people: list[Mapping[str, Any]]) -> list[int]:
    """Accounts without a password for imported people: rows `{mobile: str | None, created_at}`, ids in the same order.

    A mobile (already normal) that has an account answers that account. One statement for any number of rows.
    """
    made = db.rows(
        """
        with input as (
            select r.n, r.mobile, r.created_at
            from jsonb_to_recordset(%s) as r(n int, mobile text, created_at timestamptz)
        ), fresh as (
            select i.n, i.mobile, i.created_at, nextval(pg_get_serial_sequence('accounts_user', 'id')) as id
            from input i
            where i.mobile is null or (i.n = (select min(j.n) from input j where j.mobile = i.mobile)
                and not exists (select 1 from accounts_user u where u.mobile = i.mobile))
        ), made as (
            insert into accounts_user (id, kind, mobile, password, created_at)
            select id, 'member', mobile, '!', coalesce(created_at, kernel_now()) from fresh order by n
        )
        select i.n, coalesce(own.id, twin.id, u.id) as id
        from input i
        left join fresh own on own.n = i.n
        left join fresh twin on twin.mobile = i.mobile
        left join accounts_user u on u.mobile = i.mobile
        order by i.n
        """,
        (
            db.Json(
                [{"n": n, "mobile": p.get("mobile"), "created_at": p.get("created_at")} for n, p in enumerate(people)]
            ),
        ),
    )
    return [row["id"] for row in made]
