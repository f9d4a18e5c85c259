"""Keyset pages: constant cost at any depth. A cursor is opaque to the caller and safe to bend."""

import base64
import binascii
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import orjson

from .i18n import Text
from .problems import FieldError, ValidationFailed

T = TypeVar("T")
MAX_LIMIT = 200


class NoSuchPage(ValidationFailed):
    """A cursor that is not one of ours leads nowhere."""

    status = 404


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: list[T]
    next_cursor: str | None


def encode(*values: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def decode(cursor: str, *types: type) -> tuple[Any, ...]:
    """The values of a cursor, dates and instants among them; raises NoSuchPage (a ValidationFailed) if it is not ours."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor[:500] + "=" * (-len(cursor) % 4)))
        if isinstance(values, list) and len(values) == len(types):
            values = [_read(v, t) for v, t in zip(values, types, strict=True)]
            right = all(isinstance(v, t) and not isinstance(v, bool) for v, t in zip(values, types, strict=True))
            # bigint bounds: a bent cursor must not reach the database as an overflow
            if right and all(abs(v) < 2**63 for v in values if isinstance(v, int)):
                return tuple(values)
    except (binascii.Error, ValueError, orjson.JSONDecodeError, UnicodeEncodeError):
        pass
    wrong = Text("翻页标记无效，请从第一页开始", "not a valid cursor; start from the first page")
    raise NoSuchPage(errors=[FieldError("cursor", "invalid", wrong)])


def _read(value: Any, kind: type) -> Any:
    """Dates and instants are written as ISO text; an instant has an offset. Raises ValueError."""
    if kind not in (date, datetime) or not isinstance(value, str):
        return value
    if kind is date:
        return date.fromisoformat(value)
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError("an instant needs an offset")
    return at


def page(rows: list[T], limit: int, *key: Any) -> Page[T]:
    """Cut `limit`+1 fetched rows to a page; `key` are functions that give the cursor's values of the last row."""
    if len(rows) <= limit:
        return Page(rows, None)
    last = rows[limit - 1]
    return Page(rows[:limit], encode(*(part(last) for part in key)))
