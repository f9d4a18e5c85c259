"""What others may know of members."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any


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
