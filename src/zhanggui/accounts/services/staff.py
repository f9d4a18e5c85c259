"""Staff accounts and passwords."""

from collections.abc import Iterable

from django.conf import settings as django_settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from zhanggui.kernel import audit, db, ids
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.clock import now
from zhanggui.kernel.contact import clean_text, normal_email
from zhanggui.kernel.problems import NotFound, ValidationFailed

from .. import limits, locks, selectors
from ..errors import AccountTaken, LastManager, WrongCredentials
from ..models import AccessToken, Role, User, UserRole
from ..roles import MANAGER
from ..types import FirstManager
from .roles import SETUP_LOCK, changed, ensure_roles, only_own

FIRST_MANAGER_EMAIL = "manager@zhanggui.local"
PASSWORD_MAX = 128


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
                actor=actor,
                action="accounts.create_staff",
                target_type="user",
                target_id=user.id,
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
        raise ValidationFailed.one("roles", "unknown", f"没有这个角色：{names}", f"unknown role: {names}")
    only_own(actor, [p for role in found for p in role.permissions])
    return found


def set_roles(user_id: int, roles: Iterable[str], *, actor: Actor) -> None:
    """Replace a staff member's roles. Raises NotFound, ValidationFailed, PermissionDenied, LastManager."""
    with transaction.atomic():
        user = staff_for_change(user_id, actor)
        wanted = _roles(roles, actor)
        before = list(UserRole.objects.filter(user=user).order_by("role__code").values_list("role__code", flat=True))
        UserRole.objects.filter(user=user).delete()
        UserRole.objects.bulk_create([UserRole(user=user, role=role) for role in wanted])
        if MANAGER in before:
            _manager_remains()
        audit.record(
            actor=actor,
            action="accounts.set_roles",
            target_type="user",
            target_id=user_id,
            before={"roles": before},
            after={"roles": sorted(r.code for r in wanted)},
        )
        changed()


def rename_staff(user_id: int, name: str, *, actor: Actor) -> None:
    """What colleagues call somebody. Raises NotFound, ValidationFailed, PermissionDenied."""
    name = clean_text(name, "name", 80)
    with transaction.atomic():
        user = staff_for_change(user_id, actor)
        if user.name == name:
            return
        User.objects.filter(id=user_id).update(name=name)
        audit.record(
            actor=actor,
            action="accounts.rename_staff",
            target_type="user",
            target_id=user_id,
            before={"name": user.name},
            after={"name": name},
        )
        changed()


def set_active(user_id: int, active: bool, *, actor: Actor) -> None:
    """Open or close a staff account; closing ends its sessions. Raises NotFound, PermissionDenied, LastManager."""
    with transaction.atomic():
        user = staff_for_change(user_id, actor)
        if user.is_active == active:
            return
        User.objects.filter(id=user_id).update(is_active=active)
        if not active:
            revoke_all(user_id)
            if UserRole.objects.filter(user=user, role__code=MANAGER).exists():
                _manager_remains()
        audit.record(
            actor=actor,
            action="accounts.set_active",
            target_type="user",
            target_id=user_id,
            before={"is_active": user.is_active},
            after={"is_active": active},
        )
        changed()


def set_member_active(user_id: int, active: bool) -> None:
    """Within the caller's transaction: open or close a member's sign-in (`members` decides and audits)."""
    User.objects.filter(id=user_id, kind="member").update(is_active=active)
    if not active:
        revoke_all(user_id)
    changed()


def staff_for_change(user_id: int, actor: Actor) -> User:
    """The staff account to change, locked; only somebody holding all its rights may change it."""
    user = locks.hold_staff(user_id)
    if user is None:
        raise NotFound()
    if not (actor.kind == "staff" and actor.id == user_id):
        only_own(actor, selectors.permissions_of(user_id))
    return user


def _manager_remains() -> None:
    db.execute("select pg_advisory_xact_lock(%s)", (SETUP_LOCK,))
    if not UserRole.objects.filter(role__code=MANAGER, user__is_active=True).exists():
        raise LastManager()


def set_password(user_id: int, password: str, *, actor: Actor) -> None:
    """A new password for staff or member; every session of the account ends.

    Raises NotFound, ValidationFailed, PermissionDenied.
    """
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
            staff_for_change(user_id, actor)
        User.objects.filter(id=user_id).update(password=encoded)
        revoke_all(user_id)
        audit.record(actor=actor, action="accounts.set_password", target_type="user", target_id=user_id)
        changed()


def change_own_password(current: str, password: str, *, actor: Actor) -> None:
    """The signed-in person's own new password. Raises WrongCredentials, ValidationFailed, RateLimited."""
    user = User.objects.filter(id=actor.id or 0).first()
    if user is None:
        raise NotFound()
    limits.enforce("password", str(user.id), "accounts.attempts_per_account")
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
        raise ValidationFailed.one(
            "password", "common", "这个密码太常见，请换一个", "this password is too common"
        ) from None


def ensure_first_manager(email: str = FIRST_MANAGER_EMAIL) -> FirstManager | None:
    """Where no active manager exists, create one with a random password, shown once; None otherwise."""
    ensure_roles()
    with transaction.atomic():
        db.execute("select pg_advisory_xact_lock(%s)", (SETUP_LOCK,))
        if UserRole.objects.filter(role__code=MANAGER, user__is_active=True).exists():
            return None
        password = ids.token(12)
        user, _ = User.objects.update_or_create(
            email=email,
            defaults={"kind": "staff", "name": "店长", "password": make_password(password), "is_active": True},
        )
        UserRole.objects.get_or_create(user=user, role=Role.objects.get(code=MANAGER))
        audit.record(actor=SYSTEM, action="accounts.first_manager", target_type="user", target_id=user.id)
        changed()
    return FirstManager(email, password)


def revoke_all(user_id: int) -> None:
    """Within the caller's transaction: end every session and token of an account."""
    AccessToken.objects.filter(user_id=user_id, revoked_at=None).update(revoked_at=now())
