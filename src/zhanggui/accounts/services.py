"""Writes of accounts. Each opens its own transaction unless it says otherwise."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from django.conf import settings as django_settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from zhanggui.kernel import audit, db, ids, mall_settings, versions
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.clock import now
from zhanggui.kernel.contact import clean_text, normal_email, normal_mobile
from zhanggui.kernel.problems import Conflict, NotFound, PermissionDenied, ValidationFailed

from . import limits, selectors
from .errors import AccountTaken, LastManager, RoleInUse, WrongCredentials
from .limits import forget_old
from .models import AccessToken, Role, User, UserRole
from .roles import MANAGER, SHIPPED, known_permissions, shipped_permissions
from .types import FirstManager, SignIn

__all__ = [
    "change_own_password", "check_new_password", "create_member_account", "create_staff", "delete_role", "ensure_first_manager", "ensure_roles", "forget_old", "issue_token",
    "limit_address", "open_accounts", "put_role", "revoke_token", "set_active", "set_member_active", "set_password", "set_roles", "sign_in",
    "sign_out", "token_for_member", "token_for_staff",
]

FIRST_MANAGER_EMAIL = "manager@zhanggui.local"
SCRIPT_TOKEN_DAYS = 30
PASSWORD_MAX = 128
_SETUP_LOCK = 7_211_001  # advisory lock: two set-ups at once make one manager


def _changed() -> None:
    """Make every process forget remembered tokens; this one at once."""
    versions.bump("accounts")
    selectors.forget_tokens()
    transaction.on_commit(selectors.forget_tokens)


# --- roles -------------------------------------------------------------------------------------------------------


def ensure_roles() -> None:
    """Create the shipped roles and offer them permissions that are new; what the mall took away stays away."""
    with transaction.atomic():
        db.execute("select pg_advisory_xact_lock(%s)", (_SETUP_LOCK,))
        kept = {role.code: role for role in Role.objects.filter(code__in=SHIPPED)}
        changed = False
        for code, (name, _patterns) in SHIPPED.items():
            offer = shipped_permissions(code)
            role = kept.get(code)
            if role is None:
                Role.objects.create(code=code, name_zh=name.zh, name_en=name.en, permissions=offer, offered=offer)
                changed = True
            elif fresh := set(offer) - set(role.offered):
                role.permissions = sorted({*role.permissions, *fresh})
                role.offered = sorted({*role.offered, *fresh})
                role.save(update_fields=["permissions", "offered"])
                changed = True
        if changed:
            _changed()


def put_role(code: str, *, name_zh: str, name_en: str, permissions: Iterable[str], actor: Actor) -> None:
    """Create or change a role. Raises ValidationFailed (unknown permission), PermissionDenied (beyond one's own)."""
    wanted = sorted(set(permissions))
    known = known_permissions()
    unknown = [p for p in wanted if p not in known and p != "*"]
    if unknown:
        raise ValidationFailed.one("permissions", "unknown", f"没有这些权限:{'、'.join(unknown)}", f"unknown: {', '.join(unknown)}")
    if not code.isascii() or not code.replace("_", "").isalnum() or len(code) > 40:
        raise ValidationFailed.one("code", "invalid", "只能用字母、数字和下划线,最多 40 个", "letters, digits and _ only, at most 40")
    if code == MANAGER and "*" not in wanted:
        raise LastManager()
    names = {"name_zh": clean_text(name_zh, "name_zh", 80), "name_en": clean_text(name_en, "name_en", 80)}
    with transaction.atomic():
        before = Role.objects.filter(code=code).first()
        _only_own(actor, {*wanted, *(before.permissions if before else ())})
        Role.objects.update_or_create(code=code, defaults={**names, "permissions": wanted})
        audit.record(
            actor=actor, action="accounts.put_role", target_type="role", target_id=code,
            before={"permissions": before.permissions} if before else None, after={"permissions": wanted},
        )
        _changed()


def delete_role(code: str, *, actor: Actor) -> None:
    """Delete a role nobody holds. Raises NotFound, RoleInUse, PermissionDenied."""
    if code in SHIPPED:
        raise RoleInUse()
    with transaction.atomic():
        role = Role.objects.filter(code=code).first()
        if role is None:
            raise NotFound()
        _only_own(actor, role.permissions)
        if UserRole.objects.filter(role=role).exists():
            raise RoleInUse()
        role.delete()
        audit.record(actor=actor, action="accounts.delete_role", target_type="role", target_id=code, before={"permissions": role.permissions})
        _changed()


def _only_own(actor: Actor, permissions: Iterable[str]) -> None:
    """Nobody hands out, or takes from others, rights beyond their own."""
    if not all(actor.may(permission) for permission in permissions):
        raise PermissionDenied()


# --- staff -------------------------------------------------------------------------------------------------------


def create_staff(email: str, *, name: str, roles: Iterable[str], password: str, actor: Actor) -> int:
    """A new member of staff; the account's id. Raises ValidationFailed, AccountTaken, PermissionDenied."""
    email = normal_email(email)
    name = clean_text(name, "name", 80)
    _check_staff_password(password)
    wanted = _roles(roles, actor)
    encoded = make_password(password)
    try:
        with transaction.atomic():
            user = User.objects.create(kind="staff", email=email, name=name, password=encoded)
            UserRole.objects.bulk_create([UserRole(user=user, role=role) for role in wanted])
            audit.record(
                actor=actor, action="accounts.create_staff", target_type="user", target_id=user.id,
                after={"email": email, "name": name, "roles": [r.code for r in wanted]},
            )
    except IntegrityError as clash:
        raise AccountTaken() from clash
    return user.id


def _roles(codes: Iterable[str], actor: Actor) -> list[Role]:
    wanted = set(codes)
    found = list(Role.objects.filter(code__in=wanted).order_by("id"))
    missing = wanted - {role.code for role in found}
    if missing:
        names = ", ".join(sorted(missing))
        raise ValidationFailed.one("roles", "unknown", f"没有这个角色:{names}", f"unknown role: {names}")
    _only_own(actor, [p for role in found for p in role.permissions])
    return found


def set_roles(user_id: int, roles: Iterable[str], *, actor: Actor) -> None:
    """Replace a staff member's roles. Raises NotFound, ValidationFailed, PermissionDenied, LastManager."""
    with transaction.atomic():
        user = _staff(user_id, actor)
        wanted = _roles(roles, actor)
        before = list(UserRole.objects.filter(user=user).order_by("role__code").values_list("role__code", flat=True))
        UserRole.objects.filter(user=user).delete()
        UserRole.objects.bulk_create([UserRole(user=user, role=role) for role in wanted])
        _manager_remains()
        audit.record(
            actor=actor, action="accounts.set_roles", target_type="user", target_id=user_id,
            before={"roles": before}, after={"roles": sorted(r.code for r in wanted)},
        )
        _changed()


def set_active(user_id: int, active: bool, *, actor: Actor) -> None:
    """Open or close a staff account; closing ends its sessions. Raises NotFound, PermissionDenied, LastManager."""
    with transaction.atomic():
        user = _staff(user_id, actor)
        if user.is_active == active:
            return
        User.objects.filter(id=user_id).update(is_active=active)
        if not active:
            _revoke_all(user_id)
            _manager_remains()
        audit.record(
            actor=actor, action="accounts.set_active", target_type="user", target_id=user_id,
            before={"is_active": user.is_active}, after={"is_active": active},
        )
        _changed()


def set_member_active(user_id: int, active: bool) -> None:
    """Within the caller's transaction: open or close a member's sign-in (`members` decides and audits)."""
    User.objects.filter(id=user_id, kind="member").update(is_active=active)
    if not active:
        _revoke_all(user_id)
    _changed()


def _staff(user_id: int, actor: Actor) -> User:
    """The staff account to change, locked; only somebody holding all its rights may change it."""
    user = User.objects.select_for_update().filter(id=user_id, kind="staff").first()
    if user is None:
        raise NotFound()
    if not (actor.kind == "staff" and actor.id == user_id):
        _only_own(actor, selectors.permissions_of(user_id))
    return user


def _manager_remains() -> None:
    db.execute("select pg_advisory_xact_lock(%s)", (_SETUP_LOCK,))
    if not UserRole.objects.filter(role__code=MANAGER, user__is_active=True).exists():
        raise LastManager()


def set_password(user_id: int, password: str, *, actor: Actor) -> None:
    """A new password for staff or member; every session of the account ends. Raises NotFound, ValidationFailed, PermissionDenied."""
    user = User.objects.filter(id=user_id).first()
    if user is None:
        raise NotFound()
    if user.kind == "staff":
        _check_staff_password(password)
    else:
        check_new_password(password)
    encoded = make_password(password)
    with transaction.atomic():
        if user.kind == "staff":
            _staff(user_id, actor)
        User.objects.filter(id=user_id).update(password=encoded)
        _revoke_all(user_id)
        audit.record(actor=actor, action="accounts.set_password", target_type="user", target_id=user_id)
        _changed()


def change_own_password(current: str, password: str, *, actor: Actor) -> None:
    """The signed-in person's own new password. Raises WrongCredentials, ValidationFailed, RateLimited."""
    user = User.objects.filter(id=actor.id).first()
    if user is None:
        raise NotFound()
    _limit("password", str(user.id), "accounts.attempts_per_account")
    if not check_password(current, user.password):
        raise WrongCredentials()
    limits.forgive("password", str(user.id))
    set_password(user.id, password, actor=actor)


def check_new_password(password: str) -> None:
    """Raises ValidationFailed unless it has a sensible length (SFR-14 asks for no more of a buyer)."""
    low = django_settings.PASSWORD_MIN_LENGTH
    if not low <= len(password) <= PASSWORD_MAX:
        raise ValidationFailed.one(
            "password", "length", f"密码应为 {low} 到 {PASSWORD_MAX} 个字符", f"use {low} to {PASSWORD_MAX} characters"
        )


def _check_staff_password(password: str) -> None:
    """Staff hold the keys: a password from the list everybody tries is refused."""
    check_new_password(password)
    try:
        CommonPasswordValidator().validate(password)
    except ValidationError:
        raise ValidationFailed.one("password", "common", "这个密码太常见,请换一个", "this password is too common") from None


def ensure_first_manager(email: str = FIRST_MANAGER_EMAIL) -> FirstManager | None:
    """Where no active manager exists, create one with a random password, shown once; None otherwise."""
    ensure_roles()
    with transaction.atomic():
        db.execute("select pg_advisory_xact_lock(%s)", (_SETUP_LOCK,))
        if UserRole.objects.filter(role__code=MANAGER, user__is_active=True).exists():
            return None
        password = ids.token(12)
        user, _ = User.objects.update_or_create(
            email=email, defaults={"kind": "staff", "name": "店长", "password": make_password(password), "is_active": True}
        )
        UserRole.objects.get_or_create(user=user, role=Role.objects.get(code=MANAGER))
        audit.record(actor=SYSTEM, action="accounts.first_manager", target_type="user", target_id=user.id)
        _changed()
    return FirstManager(email, password)


# --- signing in --------------------------------------------------------------------------------------------------


def _limit(what: str, who: str, setting: str) -> None:
    seconds = 60 * mall_settings.get("accounts.attempt_window_minutes")
    limits.count(what, who, limit=mall_settings.get(setting), seconds=seconds)


def limit_address(what: str, address: str) -> None:
    """Count one attempt from a network address. Raises RateLimited."""
    _limit(f"{what}:address", address, "accounts.attempts_per_address")


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
    _limit(f"sign_in:{kind}", name, "accounts.attempts_per_account")
    column = {"email": name} if kind == "staff" else {"mobile": name}
    user = User.objects.filter(kind=kind, **column).first() if name else None
    if not _password_right(user, password[: PASSWORD_MAX + 1]) or user is None or not user.is_active:
        raise WrongCredentials()
    limits.forgive(f"sign_in:{kind}", name)
    if kind == "staff":
        lasts = timedelta(hours=mall_settings.get("accounts.staff_session_hours"))
    else:
        lasts = timedelta(days=mall_settings.get("accounts.member_session_days"))
    return _issue(user.id, "sign-in", None, now() + lasts)


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
            _changed()


def create_member_account(mobile: str, password: str) -> int:
    """Within the caller's transaction: a member's sign-in; its id. Raises ValidationFailed, AccountTaken."""
    mobile = normal_mobile(mobile)
    check_new_password(password)
    encoded = make_password(password)
    row = db.row(
        "insert into accounts_user (kind, mobile, password) values ('member', %s, %s) on conflict (mobile) do nothing returning id",
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
            select r.n, r.mobile, r.created_at from jsonb_to_recordset(%s) as r(n int, mobile text, created_at timestamptz)
        ), fresh as (
            select i.n, i.mobile, i.created_at, nextval(pg_get_serial_sequence('accounts_user', 'id')) as id
            from input i
            where i.mobile is null or (i.n = (select min(j.n) from input j where j.mobile = i.mobile)
                and not exists (select 1 from accounts_user u where u.mobile = i.mobile))
        ), made as (
            insert into accounts_user (id, kind, mobile, password, created_at)
            select id, 'member', mobile, '!', coalesce(created_at, now()) from fresh order by n
        )
        select i.n, coalesce(own.id, twin.id, u.id) as id
        from input i
        left join fresh own on own.n = i.n
        left join fresh twin on twin.mobile = i.mobile
        left join accounts_user u on u.mobile = i.mobile
        order by i.n
        """,
        (db.Json([{"n": n, "mobile": p.get("mobile"), "created_at": p.get("created_at")} for n, p in enumerate(people)]),),
    )
    return [row["id"] for row in made]


# --- tokens ------------------------------------------------------------------------------------------------------


def _issue(user_id: int, name: str, scopes: list[str] | None, expires_at: datetime | None) -> SignIn:
    token = ids.token(32)
    AccessToken.objects.create(user_id=user_id, digest=selectors.digest(token), name=name, scopes=scopes, expires_at=expires_at)
    return SignIn(user_id, token, expires_at)


def issue_token(
    user_id: int, *, name: str, scopes: Iterable[str] | None = None, days: int | None = None, actor: Actor
) -> SignIn:
    """A token for programs, narrowed to `scopes`. Raises NotFound, ValidationFailed, PermissionDenied."""
    name = clean_text(name, "name", 80)
    wanted = sorted(set(scopes)) if scopes is not None else None
    unknown = set(wanted or ()) - set(known_permissions()) - {"*"}
    if unknown:
        names = ", ".join(sorted(unknown))
        raise ValidationFailed.one("scopes", "unknown", f"没有这些权限:{names}", f"unknown: {names}")
    with transaction.atomic():
        _staff(user_id, actor)
        # Rights beyond the caller's own cannot be reached through a token either, not even one's own narrowed one.
        _only_own(actor, wanted if wanted is not None else selectors.permissions_of(user_id))
        issued = _issue(user_id, name, wanted, now() + timedelta(days=days) if days else None)
        audit.record(
            actor=actor, action="accounts.issue_token", target_type="user", target_id=user_id,
            after={"name": name, "scopes": wanted, "days": days},
        )
    return issued


def revoke_token(token_id: int, *, actor: Actor) -> None:
    """Revoke a staff token; revoking twice changes nothing. Raises NotFound, PermissionDenied."""
    with transaction.atomic():
        token = AccessToken.objects.filter(id=token_id, user__kind="staff").first()
        if token is None:
            raise NotFound()
        _staff(token.user_id, actor)
        if AccessToken.objects.filter(id=token_id, revoked_at=None).update(revoked_at=now()):
            audit.record(
                actor=actor, action="accounts.revoke_token", target_type="user", target_id=token.user_id, before={"name": token.name}
            )
            _changed()


def _revoke_all(user_id: int) -> None:
    AccessToken.objects.filter(user_id=user_id, revoked_at=None).update(revoked_at=now())


def token_for_staff(email: str, *, name: str = "script") -> SignIn:
    """For the command line, whose caller already owns the data. Raises NotFound."""
    return _script_token({"kind": "staff", "email": normal_email(email)}, name)


def token_for_member(mobile: str, *, name: str = "script") -> SignIn:
    """For the command line. Raises NotFound."""
    return _script_token({"kind": "member", "mobile": normal_mobile(mobile)}, name)


def _script_token(who: dict[str, str], name: str) -> SignIn:
    user = User.objects.filter(is_active=True, **who).first()
    if user is None:
        raise NotFound()
    with transaction.atomic():
        issued = _issue(user.id, name, None, now() + timedelta(days=SCRIPT_TOKEN_DAYS))
        audit.record(actor=SYSTEM, action="accounts.issue_token", target_type="user", target_id=user.id, after={"name": name})
    return issued
