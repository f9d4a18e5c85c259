"""What members announces."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class MemberRegistered(Event):
    """Somebody opened an account in the shop (imports do not announce). `at` is RFC 3339."""

    name: ClassVar[str] = "members.member_registered"
    member_id: int
    at: str

    @property
    def aggregate(self) -> str:
        return f"member:{self.member_id}"


@dataclass(frozen=True, slots=True)
class MemberStatusChanged(Event):
    """A member was blocked or let in again. `status`: active or blocked."""

    name: ClassVar[str] = "members.member_status_changed"
    member_id: int
    status: str

    @property
    def aggregate(self) -> str:
        return f"member:{self.member_id}"


@dataclass(frozen=True, slots=True)
class MemberTierChanged(Event):
    """A member rose or fell to another tier (codes). `at` is RFC 3339."""

    name: ClassVar[str] = "members.member_tier_changed"
    member_id: int
    before: str
    after: str
    at: str

    @property
    def aggregate(self) -> str:
        return f"member:{self.member_id}"
