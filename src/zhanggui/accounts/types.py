"""What others may know of accounts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SignIn:
    """A fresh session: the token is shown once and never stored."""

    user_id: int
    token: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class FirstManager:
    """The first manager's sign-in, printed once by `up`."""

    email: str
    password: str


@dataclass(frozen=True, slots=True)
class StaffView:
    id: int
    email: str
    name: str
    is_active: bool
    roles: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RoleView:
    code: str
    name_zh: str
    name_en: str
    permissions: tuple[str, ...]
    staff: int


@dataclass(frozen=True, slots=True)
class TokenView:
    id: int
    user_id: int
    owner: str
    name: str
    scopes: tuple[str, ...] | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
