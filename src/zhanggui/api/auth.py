"""Who is calling: bearer tokens to actors, and what each operation asks for."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security.http import HttpAuthBase

from zhanggui.accounts import selectors as accounts
from zhanggui.accounts.errors import ClientUnknown
from zhanggui.kernel.actor import GUEST, Actor
from zhanggui.kernel.problems import NotSignedIn, PermissionDenied
from zhanggui.pricing.types import OWN_CHANNEL

#: The header a program names itself with; what it sells through is known to the mall alone.
CLIENT_KEY = "X-Client-Key"


def bearer(request: HttpRequest) -> str:
    """The token of the Authorization header, or empty. Raises NotSignedIn for any other scheme."""
    return token_in(request.META.get("HTTP_AUTHORIZATION", ""))


def token_in(header: str) -> str:
    """The token of an Authorization header's value, or empty. Raises NotSignedIn for any other scheme."""
    if not header:
        return ""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn()
    return token.strip()


def actor_of(request: HttpRequest) -> Actor:
    """The caller; GUEST without a token. Raises NotSignedIn for a token that is not good (any more)."""
    return actor_for(bearer(request))


def actor_for(token: str) -> Actor:
    """Whom a token stands for; GUEST without one. Raises NotSignedIn."""
    if not token:
        return GUEST
    actor = accounts.authenticate(token)
    if actor is None:
        raise NotSignedIn()
    return actor


def channel_with(key: str | None) -> str:
    """The channel a program sells through that sends this key; the shop's own without one. Raises ClientUnknown."""
    if not key:
        return OWN_CHANNEL
    channel = accounts.channel_of(key)
    if channel is None:
        raise ClientUnknown()
    return channel


def channel_of(request: HttpRequest) -> str:
    """The channel a call comes through, by its `X-Client-Key`. Raises ClientUnknown."""
    return channel_with(request.headers.get(CLIENT_KEY))


def client_address(request: HttpRequest) -> str:
    """Where the request comes from; the proxy's word only where the mall is said to stand behind one."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1].strip()
        if forwarded:
            return forwarded[:64]
    return str(request.META.get("REMOTE_ADDR") or "")


class _Bearer(HttpAuthBase):
    """Base of our requirements; ninja calls it before it looks at the body."""

    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> Actor:
        actor = actor_of(request)
        self.check(actor)
        request.actor = actor  # type: ignore[attr-defined]
        return actor

    def check(self, actor: Actor) -> None:
        raise NotImplementedError

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        raise NotImplementedError


class Staff(_Bearer):
    """A staff token whose roles hold `permission` (empty: any staff)."""

    def __init__(self, permission: str) -> None:
        self.permission = permission
        super().__init__()

    def check(self, actor: Actor) -> None:
        if actor.kind == "guest":
            raise NotSignedIn()
        if actor.kind != "staff" or (self.permission and not actor.may(self.permission)):
            raise PermissionDenied()


class Member(_Bearer):
    """A member's token."""

    def check(self, actor: Actor) -> None:
        if actor.kind == "guest":
            raise NotSignedIn()
        if actor.kind != "member":
            raise PermissionDenied()


class Visitor(_Bearer):
    """Anybody who buys: a guest without a token, or a member with one."""

    def check(self, actor: Actor) -> None:
        if actor.kind not in ("guest", "member"):
            raise PermissionDenied()


MEMBER = Member()
VISITOR = Visitor()


def actor(request: HttpRequest) -> Actor:
    """The caller an operation's requirement has let in."""
    return request.actor  # type: ignore[attr-defined]


def member_id(request: HttpRequest) -> int:
    """The signed-in member's id (operations that require MEMBER)."""
    caller = actor(request)
    assert caller.id is not None
    return caller.id
