"""The express lane's own shapes: a request and an answer without Django's machinery. HOT: see docs/adr/0006.

`api/express.py` and `storefront/lane.py` say which operations take the lane; `config/rsgi.py` drives them. Coroutines
must not touch the database themselves: what blocks goes to a thread, through `Request.blocking` and `ready`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from . import fresh
from .db import drop_dead_connection

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Request:
    """`blocking` runs a function in a thread that may use the database."""

    path: str
    query: str
    header: Callable[[str], str | None]
    body: bytes
    blocking: Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=lambda: JSON)


#: Answers a request in a language.
Operation = Callable[[Request, str], Awaitable[Response]]


def ready(function: Callable[..., Any], *arguments: Any) -> Any:
    """In a thread: what the ordinary way's middleware does before a view may use the database."""
    drop_dead_connection()
    fresh.refresh()
    return function(*arguments)
