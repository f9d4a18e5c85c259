"""Roles: permissions as data, and the rule that nobody passes on more than they hold."""

from collections.abc import Iterable

from django.db import transaction

from zhanggui.kernel import audit, db, versions
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed

from .. import selectors
from ..errors import LastManager, RoleInUse
from ..models import Role, UserRole
from ..roles import MANAGER, SHIPPED, known_permissions, shipped_permissions

SETUP_LOCK = 7_211_001  # advisory lock: two set-ups at once make one manager


def changed() -> None:
    """Make every process forget remembered tokens; this one at once."""
    versions.bump("accounts")
    selectors.forget_tokens()
    transaction.on_commit(selectors.forget_tokens)


def ensure_roles() -> None:
    """Create the shipped roles and offer them permissions that are new; what the mall took away stays away."""
    with transaction.atomic():
        db.execute("select pg_advisory_xact_lock(%s)", (SETUP_LOCK,))
        kept = {role.code: role for role in Role.objects.filter(code__in=SHIPPED)}
        stored = False
        for code, (name, _patterns) in SHIPPED.items():
            offer = shipped_permissions(code)
            role = kept.get(code)
            if role is None:
                Role.objects.create(code=code, name_zh=name.zh, name_en=name.en, permissions=offer, offered=offer)
                stored = True
            elif fresh := set(offer) - set(role.offered):
                role.permissions = sorted({*role.permissions, *fresh})
                role.offered = sorted({*role.offered, *fresh})
                role.save(update_fields=["permissions", "offered"])
                stored = True
        if stored:
            changed()


def put_role(code: str, *, name_zh: str, name_en: str, permissions: Iterable[str], actor: Actor) -> None:
    """Create or change a role. Raises ValidationFailed (unknown permission), PermissionDenied (beyond one's own)."""
    wanted = sorted(set(permissions))
    known = known_permissions()
    unknown = [p for p in wanted if p not in known and p != "*"]
    if unknown:
        raise ValidationFailed.one(
            "permissions", "unknown", f"没有这些权限：{'、'.join(unknown)}", f"unknown: {', '.join(unknown)}"
        )
    if not code.isascii() or not code.replace("_", "").isalnum() or len(code) > 40:
        raise ValidationFailed.one(
            "code", "invalid", "只能用字母、数字和下划线，最多 40 个", "letters, digits and _ only, at most 40"
        )
    if code == MANAGER and "*" not in wanted:
        raise LastManager()
    names = {"name_zh": clean_text(name_zh, "name_zh", 80), "name_en": clean_text(name_en, "name_en", 80)}
    with transaction.atomic():
        before = Role.objects.filter(code=code).first()
        only_own(actor, {*wanted, *(before.permissions if before else ())})
        Role.objects.update_or_create(code=code, defaults={**names, "permissions": wanted})
        audit.record(
            actor=actor,
            action="accounts.put_role",
            target_type="role",
            target_id=code,
            before={"permissions": before.permissions} if before else None,
            after={"permissions": wanted},
        )
        changed()


def delete_role(code: str, *, actor: Actor) -> None:
    """Delete a role nobody holds. Raises NotFound, RoleInUse, PermissionDenied."""
    if code in SHIPPED:
        raise RoleInUse()
    with transaction.atomic():
        role = Role.objects.filter(code=code).first()
        if role is None:
            raise NotFound()
        only_own(actor, role.permissions)
        if UserRole.objects.filter(role=role).exists():
            raise RoleInUse()
        role.delete()
        audit.record(
            actor=actor,
            action="accounts.delete_role",
            target_type="role",
            target_id=code,
            before={"permissions": role.permissions},
        )
        changed()


def only_own(actor: Actor, permissions: Iterable[str]) -> None:
    """Nobody hands out, or takes from others, rights beyond their own."""
    if not all(actor.may(permission) for permission in permissions):
        raise PermissionDenied()
