"""Requests and answers as plain values, and what a desk (one gateway's counter) must be able to do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from sqlite3 import Row
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: `target` is path and query without the desk's own prefix."""

    method: str
    target: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answered:
    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Letter:
    """A notification ready to be posted."""

    headers: Mapping[str, str]
    body: bytes


class Desk(Protocol):
    name: str

    def answer(self, asked: Asked) -> Answered: ...

    def letter(self, kind: str, notice_id: str, trade: Row, refund: Row | None, forge: str) -> Letter:
        """The signed notification. `forge` bends it: `signature` (altered after signing) or `amount` (signed, but wrong)."""
        ...

    def acknowledged(self, status: int, body: bytes) -> bool: ...


#: Shows the buyer's page for a trade (`trade` row, note) as HTML.
ShowPage = Callable[[Row, str], bytes]
