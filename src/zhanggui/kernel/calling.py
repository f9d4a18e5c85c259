"""Calls of services outside: one bounded request, never inside a transaction."""

import http.client
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, Request, build_opener

from django.db import connection, transaction


class Unanswered(Exception):
    """There was no answer in time; `reason` is one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


Counter = Callable[[str, str, Mapping[str, str], bytes], Answer]
_counter: ContextVar[Counter | None] = ContextVar("counter_here", default=None)


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


@cache
def _opener() -> OpenerDirector:
    return build_opener(_NoRedirect, HTTPSHandler(context=ssl.create_default_context()))


@contextmanager
def answered_by(counter: Counter) -> Iterator[None]:
    """Inside, `counter` of this process answers instead of the network; so it may be asked inside transactions, too."""
    token = _counter.set(counter)
    try:
        yield
    finally:
        _counter.reset(token)


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    timeout: int,
    limit: int,
) -> Answer:
    """One request; any HTTP status is an answer, of at most `limit` bytes. Raises Unanswered when there is none in time."""
    counter = _counter.get()
    if counter is not None:
        return counter(method, url, headers or {}, body or b"")
    if connection.in_atomic_block:
        raise transaction.TransactionManagementError("a service outside must not be called inside a transaction")
    if not url.startswith(("https://", "http://")):
        raise Unanswered("address")
    request = Request(url, data=body, headers=dict(headers or {}), method=method)
    try:
        with _opener().open(request, timeout=timeout) as response:
            return _answer(response.status, dict(response.headers), response.read(limit + 1), limit)
    except HTTPError as refused:
        with refused:
            return _answer(refused.code, dict(refused.headers), refused.read(limit + 1), limit)
    except (URLError, TimeoutError, OSError, http.client.HTTPException, ValueError) as failure:
        raise Unanswered(type(getattr(failure, "reason", failure)).__name__) from failure


def _answer(status: int, headers: Mapping[str, str], body: bytes, limit: int) -> Answer:
    if len(body) > limit:
        raise Unanswered("size")
    return Answer(status, {name.lower(): value for name, value in headers.items()}, body)
