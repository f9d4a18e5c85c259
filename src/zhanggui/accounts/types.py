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
    shipped: bool = False


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


@dataclass(frozen=True, slots=True)
class ClientView:
    """A program buyers shop with."""

    id: int
    channel: str
    name: str
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class IssuedClient:
    """A fresh program: its key is shown once and never stored."""

    id: int
    channel: str
    key: str


@dataclass(frozen=True, slots=True)
class SecondStep:
    """The password was right: `step` stands for that until the code is given. Not `enrolled`: set the factor up first."""

    step: str
    enrolled: bool


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app needs: the secret to type, and the address a QR code shows."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class TwoFactorView:
    """`required` by one of the roles held; `recovery_codes` not yet used."""

    since: datetime | None
    required: bool
    recovery_codes: int

    @property
    def on(self) -> bool:
        return self.since is not None


@dataclass(frozen=True, slots=True)
class SessionView:
    id: int
    agent: str
    address: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    current: bool


@dataclass(frozen=True, slots=True)
class SavedFilterView:
    id: int
    page: str
    name: str
    query: str


@dataclass(frozen=True, slots=True)
class DutiesView:
    """A role's job description, and when the person in question acknowledged this version of it."""

    role: str
    name_zh: str
    name_en: str
    text_zh: str
    text_en: str
    version: int
    acknowledged_at: datetime | None
