"""Bearer tokens: shown once, kept as a digest."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from zhanggui.kernel import audit, ids
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.clock import now
from zhanggui.kernel.contact import clean_text, normal_email, normal_mobile
from zhanggui.kernel.problems import NotFound, ValidationFailed

from .. import selectors
from ..models import AccessToken, User
from ..roles import known_permissions
from ..types import SignIn
from .roles import changed, only_own
from .staff import staff_for_change

SCRIPT_TOKEN_DAYS = 30


def issue(user_id: int, name: str, scopes: list[str] | None, expires_at: datetime | None, **device: str) -> SignIn:
    token = ids.token(32)
    AccessToken.objects.create(
        user_id=user_id, digest=selectors.digest(token), name=name, scopes=scopes, expires_at=expires_at, **device
    )
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
        raise ValidationFailed.one("scopes", "unknown", f"没有这些权限：{names}", f"unknown: {names}")
    with transaction.atomic():
        staff_for_change(user_id, actor)
        # Rights beyond the caller's own cannot be reached through a token either, not even one's own narrowed one.
        only_own(actor, wanted if wanted is not None else selectors.permissions_of(user_id))
        issued = issue(user_id, name, wanted, now() + timedelta(days=days) if days else None)
        audit.record(
            actor=actor,
            action="accounts.issue_token",
            target_type="user",
            target_id=user_id,
            after={"name": name, "scopes": wanted, "days": days},
        )
    return issued


def revoke_token(token_id: int, *, actor: Actor) -> None:
    """Revoke a staff token; revoking twice changes nothing. Raises NotFound, PermissionDenied."""
    with transaction.atomic():
        token = AccessToken.objects.filter(id=token_id, user__kind="staff").first()
        if token is None:
            raise NotFound()
        staff_for_change(token.user_id, actor)
        if AccessToken.objects.filter(id=token_id, revoked_at=None).update(revoked_at=now()):
            audit.record(
                actor=actor,
                action="accounts.revoke_token",
                target_type="user",
                target_id=token.user_id,
                before={"name": token.name},
            )
            changed()


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
        issued = issue(user.id, name, None, now() + timedelta(days=SCRIPT_TOKEN_DAYS))
        audit.record(
            actor=SYSTEM, action="accounts.issue_token", target_type="user", target_id=user.id, after={"name": name}
        )
    return issued
