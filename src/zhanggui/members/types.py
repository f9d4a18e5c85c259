"""What others may know of members."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from zhanggui.kernel.i18n import Text


@dataclass(frozen=True, slots=True)
class ProfileView:
    """A member as the member sees it, or staff who may see personal data."""

    id: int
    mobile: str
    email: str
    nickname: str
    status: str
    tags: tuple[str, ...]
    created_at: datetime
    birthday: date | None = None


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member as staff see it: masked."""

    id: int
    mobile: str
    email: str
    nickname: str
    status: str
    tags: tuple[str, ...]
    source: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AddressView:
    id: int
    name: str
    mobile: str
    province: str
    city: str
    district: str
    line: str
    is_default: bool

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class AddressInput:
    """An address as somebody typed it."""

    name: str
    mobile: str
    province: str
    city: str
    district: str
    line: str
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class FavouriteView:
    """A product a member keeps; `price` is what it cost then, None if nobody said."""

    id: int
    product_id: int
    price: int | None
    created_at: datetime


#: Kinds of contact, in the order they are offered.
CONTACT_KINDS = {
    "note": Text("备注", "Note"),
    "call": Text("电话", "Call"),
    "message": Text("消息", "Message"),
    "mail": Text("邮件", "Mail"),
    "visit": Text("到访", "Visit"),
    "complaint": Text("投诉", "Complaint"),
}


@dataclass(frozen=True, slots=True)
class ContactView:
    """One entry of a member's contact history."""

    id: int
    kind: str
    text: str
    by: str
    at: datetime
