"""Reads of accounts; `authenticate` is on every request's path."""

import hashlib
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from zhanggui.kernel import db, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.clock import now
from zhanggui.kernel.problems import NotFound

from .models import AccessToken, Client, DutiesRead, RecoveryCode, Role, SavedFilter, TwoFactor, User, UserRole
from .roles import SHIPPED, known_permissions
from .types import ClientView, DutiesView, RoleView, SavedFilterView, SessionView, StaffView, TokenView, TwoFactorView

__all__ = [
    "authenticate",
    "channel_of",
    "clients",
    "duties",
    "follow_version",
    "forget_tokens",
    "known_permissions",
    "permissions_of",
    "role_list",
    "saved_filters",
    "session_span",
    "sessions",
    "staff",
    "staff_list",
    "tokens",
    "two_factor",
    "with_two_factor",
]

_AUTHENTICATE = """
select t.id as token_id, t.scopes, t.kind = 'session' as session, u.id, u.kind, u.name, u.email,
    (t.last_used_at is null or t.last_used_at < kernel_now()
        - case when u.kind = 'staff' then interval '5 minutes' else interval '1 hour' end) as stale,
    case when u.kind = 'staff' then array(
        select distinct p from accounts_userrole ur join accounts_role r on r.id = ur.role_id, unnest(r.permissions) p
        where ur.user_id = u.id) end as permissions
from accounts_accesstoken t join accounts_user u on u.id = t.user_id
where t.digest = %s and t.revoked_at is null and (t.expires_at is null or t.expires_at > kernel_now()) and u.is_active
"""
_USED = """
update accounts_accesstoken set last_used_at = kernel_now(), expires_at = case when %(session)s
    then greatest(expires_at, least(kernel_now() + %(span)s, created_at + %(at_most)s)) else expires_at end
where id = %(id)s
"""
MEMBER_SESSION_AT_MOST = timedelta(days=365)
KEEP_SECONDS = 3.0
KEEP_AT_MOST = 4096
_kept: dict[str, tuple[Actor, float]] = {}
_kept_clients: dict[str, tuple[str, float]] = {}
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
        _note_use(row)
    if len(_kept) >= KEEP_AT_MOST:
        _kept.clear()
    _kept[key] = (actor, time.monotonic() + KEEP_SECONDS)
    return actor


def channel_of(key: str) -> str | None:
    """The channel a program sells through, by its key; None where none that is good has it.

    One statement, and none while the answer is remembered, as of tokens.
    """
    wanted = digest(key)
    kept = _kept_clients.get(wanted)
    if kept is not None and kept[1] > time.monotonic():
        return kept[0]
    row = db.row("select channel from accounts_client where digest = %s and revoked_at is null", (wanted,))
    if row is None:
        return None
    if len(_kept_clients) >= KEEP_AT_MOST:
        _kept_clients.clear()
    _kept_clients[wanted] = (row["channel"], time.monotonic() + KEEP_SECONDS)
    return str(row["channel"])


def clients(*, before_id: int | None = None, limit: int = 50) -> list[ClientView]:
    """Programs buyers shop with, the newest first. One statement."""
    rows = Client.objects.order_by("-id")
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return [ClientView(c.id, c.channel, c.name, c.created_at, c.revoked_at) for c in rows[:limit]]


def session_span(kind: str) -> timedelta:
    """How long a session lives without being used."""
    if kind == "staff":
        return timedelta(hours=mall_settings.get("accounts.staff_session_hours"))
    return timedelta(days=mall_settings.get("accounts.member_session_days"))


def _note_use(row: dict[str, Any]) -> None:
    """A session lives on while it is used, up to a limit; other tokens end when they were said to."""
    staff = row["kind"] == "staff"
    days = timedelta(days=mall_settings.get("accounts.staff_session_days_at_most"))
    at_most = days if staff else MEMBER_SESSION_AT_MOST
    values = {"id": row["token_id"], "session": row["session"], "span": session_span(row["kind"]), "at_most": at_most}
    db.execute(_USED, values)


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
        forget_tokens()


def forget_tokens() -> None:
    """Forget remembered tokens and programs now (this process)."""
    _kept.clear()
    _kept_clients.clear()


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
        RoleView(r.code, r.name_zh, r.name_en, tuple(sorted(r.permissions)), holders.get(r.id, 0), r.code in SHIPPED)
        for r in Role.objects.order_by("id")
    ]


def tokens(
    *, user_id: int | None = None, kind: str = "", before_id: int | None = None, limit: int = 50
) -> list[TokenView]:
    """Staff tokens, newest first (of one owner, or of all staff; of one kind); never the secret. One statement."""
    rows = AccessToken.objects.filter(user__kind="staff").order_by("-id").annotate(owner=F("user__email"))
    if kind:
        rows = rows.filter(kind=kind)
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


def sessions(user_id: int, *, token: str = "", limit: int = 100) -> list[SessionView]:
    """Where somebody is signed in at present, latest first; the session of `token` is the current one. One statement."""
    rows = AccessToken.objects.filter(user_id=user_id, kind="session", revoked_at=None, expires_at__gt=now())
    mine = digest(token)
    return [
        SessionView(
            t.id, t.agent, t.address, t.created_at, t.last_used_at or t.created_at, t.expires_at, t.digest == mine
        )
        for t in rows.order_by(F("last_used_at").desc(nulls_last=True), "-id")[:limit]
    ]


def two_factor(user_id: int) -> TwoFactorView:
    """How somebody's second factor stands. Up to three statements."""
    since = TwoFactor.objects.filter(user_id=user_id).values_list("confirmed_at", flat=True).first()
    left = RecoveryCode.objects.filter(user_id=user_id, used_at=None).count() if since else 0
    named = [code for code in mall_settings.get("accounts.two_factor_roles") if isinstance(code, str)]
    required = bool(named) and UserRole.objects.filter(user_id=user_id, role__code__in=named).exists()
    return TwoFactorView(since, required, left)


def with_two_factor(user_ids: Iterable[int]) -> set[int]:
    """Who of these has a second factor. One statement."""
    found = TwoFactor.objects.filter(user_id__in=list(user_ids), confirmed_at__isnull=False)
    return set(found.values_list("user_id", flat=True))


def saved_filters(user_id: int, page: str) -> list[SavedFilterView]:
    """Somebody's own filters for a list, by name. One statement."""
    rows = SavedFilter.objects.filter(user_id=user_id, page=page).order_by("name")
    return [SavedFilterView(f.id, f.page, f.name, f.query) for f in rows]


def duties(user_id: int, *, all_roles: bool = False) -> list[DutiesView]:
    """The job descriptions of the roles somebody holds (or of all roles), with their word on them. Two statements."""
    roles = Role.objects.order_by("id")
    if not all_roles:
        roles = roles.filter(id__in=UserRole.objects.filter(user_id=user_id).values("role_id"))
    read = {
        (role_id, version): at
        for role_id, version, at in DutiesRead.objects.filter(user_id=user_id).values_list("role_id", "version", "at")
    }
    return [
        DutiesView(
            r.code,
            r.name_zh,
            r.name_en,
            r.duties_zh,
            r.duties_en,
            r.duties_version,
            read.get((r.id, r.duties_version)),
        )
        for r in roles
    ]
