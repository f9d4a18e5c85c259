"""Signing in and out, and the accounts members open."""

from collections.abc import Mapping
from typing import Any, Literal

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from zhanggui.kernel import audit, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.clock import now
from zhanggui.kernel.contact import normal_email, normal_mobile
from zhanggui.kernel.problems import ValidationFailed

from .. import limits, selectors
from ..errors import AccountTaken, SecondFactorNeeded, SignInAgain, WrongCredentials
from ..models import AccessToken, User
from ..types import SecondStep, SignIn
from . import two_factor
from .roles import changed
from .staff import PASSWORD_MAX, check_new_password
from .tokens import issue


def limit_address(what: str, address: str) -> None:
    """Count one attempt from a network address. Raises RateLimited."""
    limits.enforce(f"{what}:address", address, "accounts.attempts_per_address")


def sign_in(
    kind: Literal["staff", "member"], name: str, password: str, *, code: str = "", address: str = "", agent: str = ""
) -> SignIn:
    """A session for a mail address (staff) or mobile (member), in one step.

    Raises WrongCredentials (the same, after the same work, for an unknown account) and RateLimited; for staff with a
    second factor SecondFactorNeeded and WrongCode. Attempts are counted before the password is looked at, outside any
    transaction, so that a failure cannot undo the count.
    """
    user = _known(kind, name, password, address)
    if kind == "staff" and (two_factor.is_on(user.id) or two_factor.is_required(user.id)):
        if not code or not two_factor.is_on(user.id):
            raise SecondFactorNeeded()
        two_factor.spend_code(user.id, code)
    return _session(user, address, agent)


def begin_staff_sign_in(name: str, password: str, *, address: str = "", agent: str = "") -> SignIn | SecondStep:
    """The first page of signing in: a session, or the step towards it where a second factor is on or must be set up.

    Raises WrongCredentials, RateLimited.
    """
    user = _known("staff", name, password, address)
    on = two_factor.is_on(user.id)
    if on or two_factor.is_required(user.id):
        return SecondStep(two_factor.step_of(user), on)
    return _session(user, address, agent)


def finish_staff_sign_in(step: str, code: str, *, address: str = "", agent: str = "") -> SignIn:
    """The second page. Raises SignInAgain, WrongCode, RateLimited."""
    user = two_factor.user_of_step(step)
    two_factor.spend_code(user.id, code)
    return _session(user, address, agent)


def enrolling(step: str) -> Actor:
    """Who stands between password and session because a second factor must be set up first. Raises SignInAgain."""
    user = two_factor.user_of_step(step)
    if two_factor.is_on(user.id):
        raise SignInAgain()
    return Actor("staff", user.id, user.name or user.email or "")


def finish_enrolling(step: str, code: str, *, address: str = "", agent: str = "") -> tuple[SignIn, list[str]]:
    """The app's first code: the factor is on, the session open; and the recovery codes. Raises as its two halves."""
    codes = two_factor.confirm_two_factor(code, actor=enrolling(step))
    return _session(two_factor.user_of_step(step), address, agent), codes


def _known(kind: str, name: str, password: str, address: str) -> User:
    """The account whose password this is. Raises WrongCredentials, RateLimited."""
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
    return user


def _session(user: User, address: str, agent: str) -> SignIn:
    return issue(
        user.id,
        "sign-in",
        None,
        now() + selectors.session_span(user.kind),
        kind="session",
        agent="".join(c for c in agent if c.isprintable())[:200],
        address=address[:64],
    )


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


def end_session(session_id: int, *, actor: Actor) -> None:
    """End one of the actor's own sessions; ending it twice changes nothing."""
    with transaction.atomic():
        mine = AccessToken.objects.filter(id=session_id, user_id=actor.id or 0, kind="session", revoked_at=None)
        if mine.update(revoked_at=now()):
            audit.record(actor=actor, action="accounts.end_session", target_type="user", target_id=actor.id)
            changed()


def sign_out_everywhere(*, actor: Actor, but: str = "") -> int:
    """End the actor's sessions on all devices, except that of the token `but`; how many. Programs' tokens stay."""
    with transaction.atomic():
        mine = AccessToken.objects.filter(user_id=actor.id or 0, kind="session", revoked_at=None)
        ended = mine.exclude(digest=selectors.digest(but)).update(revoked_at=now())
        if ended:
            audit.record(
                actor=actor,
                action="accounts.sign_out_everywhere",
                target_type="user",
                target_id=actor.id,
                after={"sessions": ended},
            )
            changed()
    return ended


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
