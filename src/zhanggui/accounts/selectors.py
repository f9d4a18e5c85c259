"""Reads of accounts; `authenticate` is on every request's path."""

import hashlib
import time

from django.db.models import Count, F, Q, QuerySet

from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import NotFound

from .models import AccessToken, Role, User, UserRole
from .roles import known_permissions
from .types import RoleView, StaffView, TokenView

__all__ = [
    "authenticate",
    "follow_version",
    "forget_tokens",
    "known_permissions",
    "permissions_of",
    "role_list",
    "staff",
    "staff_list",
    "tokens",
]

_AUTHENTICATE = """
select t.id as token_id, t.scopes, u.id, u.kind, u.name, u.email,
    (t.last_used_at is null or t.last_used_at < kernel_now() - interval '1 hour') as stale,
    case when u.kind = 'staff' then array(
        select distinct p from accounts_userrole ur join accounts_role r on r.id = ur.role_id, unnest(r.permissions) p
        where ur.user_id = u.id) end as permissions
from accounts_accesstoken t join accounts_user u on u.id = t.user_id
where t.digest = %s and t.revoked_at is null and (t.expires_at is null or t.expires_at > kernel_now()) and u.is_active
"""
KEEP_SECONDS = 3.0
KEEP_AT_MOST = 4096
_kept: dict[str, tuple[Actor, float]] = {}
_kept_version = -1


def digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def authenticate(token: str) -> Actor | None:
    """The actor a bearer token stands for, with its permissions; None when it is not (or no longer) good.

    One prepared statement, and none while the answer is remembered: at most `KEEP_SECONDS`, and forgotten as soon as
    the process hears that roles, tokens or accounts have changed (`follow_version`, at most a second behind).
    """
    key = digest(token)
    kept = _kept.get(key)
    if kept is not None and kept[1] > time.monotonic():
        return kept[0]
    row = db.row(_AUTHENTICATE, (key,))
    if row is None:
        return None
    if row["kind"] == "staff":
        actor = Actor("staff", row["id"], row["name"] or row["email"], _narrowed(row["permissions"], row["scopes"]))
    else:
        actor = Actor("member", row["id"], f"member {row['id']}")
    if row["stale"]:
        db.execute("update accounts_accesstoken set last_used_at = kernel_now() where id = %s", (row["token_id"],))
    if len(_kept) >= KEEP_AT_MOST:
        _kept.clear()
    _kept[key] = (actor, time.monotonic() + KEEP_SECONDS)
    return actor


def _narrowed(permissions: list[str], scopes: list[str] | None) -> frozenset[str]:
    """A token's scopes can only take away."""
    held = frozenset(permissions)
    if scopes is None:
        return held
    return frozenset(scopes) if "*" in held else held & frozenset(scopes)


def follow_version(version: int) -> None:
    """Forget remembered tokens when the `accounts` version has moved."""
    global _kept_version
    if version != _kept_version:
        _kept_version = version
        _kept.clear()


def forget_tokens() -> None:
    """Forget remembered tokens now (this process)."""
    _kept.clear()


def permissions_of(user_id: int) -> frozenset[str]:
    """All permissions of a staff member's roles."""
    held: set[str] = set()
    for permissions in UserRole.objects.filter(user_id=user_id).values_list("role__permissions", flat=True):
        held.update(permissions)
    return frozenset(held)


def _staff_rows() -> QuerySet[User]:
    return User.objects.filter(kind="staff")


def staff_list(*, after_id: int = 0, limit: int = 50, query: str = "") -> list[StaffView]:
    """Staff by id; `query` matches mail address or name. Two statements."""
    users = _staff_rows().filter(id__gt=after_id).order_by("id")
    if query:
        users = users.filter(Q(email__icontains=query) | Q(name__icontains=query))
    return _views(list(users[:limit]))


def staff(user_id: int) -> StaffView:
    """One staff member. Raises NotFound."""
    found = _views(list(_staff_rows().filter(id=user_id)))
    if not found:
        raise NotFound()
    return found[0]


def _views(users: list[User]) -> list[StaffView]:
    roles: dict[int, list[str]] = {}
    pairs = (
        UserRole.objects.filter(user_id__in=[u.id for u in users])
        .order_by("role__code")
        .values_list("user_id", "role__code")
    )
    for user_id, code in pairs:
        roles.setdefault(user_id, []).append(code)
    return [
        StaffView(u.id, u.email or "", u.name, u.is_active, tuple(roles.get(u.id, ())), u.created_at) for u in users
    ]


def role_list() -> list[RoleView]:
    """All roles with the number of staff holding each. Two statements."""
    holders = dict(UserRole.objects.values_list("role_id").annotate(n=Count("id")))
    return [
        RoleView(r.code, r.name_zh, r.name_en, tuple(sorted(r.permissions)), holders.get(r.id, 0))
        for r in Role.objects.order_by("id")
    ]


def tokens(*, user_id: int | None = None, before_id: int | None = None, limit: int = 50) -> list[TokenView]:
    """Staff tokens, newest first (of one owner, or of all staff); never the secret. One statement."""
    rows = AccessToken.objects.filter(user__kind="staff").order_by("-id").annotate(owner=F("user__email"))
    if user_id is not None:
        rows = rows.filter(user_id=user_id)
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return [
        TokenView(
            t.id,
            t.user_id,
            t.owner or "",
            t.name,
            tuple(t.scopes) if t.scopes is not None else None,
            t.created_at,
            t.expires_at,
            t.last_used_at,
            t.revoked_at,
        )
        for t in rows[:limit]
    ]
