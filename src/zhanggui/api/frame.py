"""Answers: JSON bytes, and one way to turn anything that went wrong into a problem the caller can understand."""

from functools import lru_cache
from typing import Any

import orjson
import psycopg
import structlog
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja.errors import HttpError, ValidationError

from zhanggui.kernel import ids
from zhanggui.kernel.i18n import Text, pick_language
from zhanggui.kernel.problems import (
    Conflict,
    NotFound,
    NotSignedIn,
    Problem,
    RateLimited,
    Unavailable,
    ValidationFailed,
)
from zhanggui.kernel.validation import field_errors

from .errors import BadRequest, MethodNotAllowed, PayloadTooLarge, Unexpected

log = structlog.get_logger(__name__)
PROBLEM = "application/problem+json"
#: Seconds to wait where the refusal itself does not say.
RETRY_AFTER: dict[type[Problem], int] = {Unavailable: 2, RateLimited: 60}


@lru_cache(maxsize=256)
def _language(header: str) -> str:
    return pick_language(header)


def language(request: HttpRequest) -> str:
    """`zh-Hans` or `en`, by Accept-Language."""
    return language_of(request.META.get("HTTP_ACCEPT_LANGUAGE"))


def language_of(header: str | None) -> str:
    """The language of an Accept-Language header."""
    return _language(header) if header else pick_language(None)


def reply(data: Any, status: int = 200) -> HttpResponse:
    """Plain data (dicts, lists, frozen dataclasses, aware times) as JSON."""
    return HttpResponse(orjson.dumps(data), content_type="application/json", status=status)


def reply_bytes(body: bytes, status: int = 200) -> HttpResponse:
    """JSON that is encoded already (hot endpoints)."""
    return HttpResponse(body, content_type="application/json", status=status)


def nothing() -> HttpResponse:
    return HttpResponse(status=204)


def problem(request: HttpRequest, refusal: Problem) -> HttpResponse:
    """RFC 9457: the body, and the headers that belong to the status."""
    body, headers = told(refusal, language(request))
    response = HttpResponse(body, status=refusal.status)
    for name, value in headers.items():
        response[name] = value
    return response


def told(refusal: Problem, lang: str) -> tuple[bytes, dict[str, str]]:
    """A refusal as the bytes and headers of its answer."""
    headers = {"Content-Type": PROBLEM, "Vary": "Accept-Language"}
    wait = refusal.retry_after or next((s for kind, s in RETRY_AFTER.items() if isinstance(refusal, kind)), None)
    if wait:
        headers["Retry-After"] = str(wait)
    if refusal.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return orjson.dumps(refusal.body(lang), default=str), headers


def as_problem(error: BaseException) -> Problem:
    """Anything raised while answering, as what the caller is told. Only a real defect is `internal_error`."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationError):
        return ValidationFailed(errors=field_errors(error.errors))
    if isinstance(error, HttpError):
        # The request body could not be parsed; the parser's own refusal is the cause.
        if isinstance(error.__cause__, Problem):
            return error.__cause__
        return by_status(error.status_code)
    if isinstance(error, Http404):
        return NotFound()
    if isinstance(error, RequestDataTooBig):
        return PayloadTooLarge()
    if isinstance(error, SuspiciousOperation | UnreadablePostError | MultiPartParserError):
        return BadRequest()
    if isinstance(error, OperationalError | InterfaceError | psycopg.OperationalError | psycopg.InterfaceError):
        log.warning("database_unavailable", error=type(error).__name__, exc_info=error)
        return Unavailable()
    if isinstance(error, DataError | psycopg.DataError):
        log.warning("value_out_of_bounds", exc_info=error)
        return ValidationFailed(text=Text("有的值超出范围或格式不正确", "A value is out of bounds or malformed"))
    if isinstance(error, IntegrityError | psycopg.IntegrityError):
        log.warning("constraint_refused", exc_info=error)
        return Conflict()
    request_id = ids.token(9)
    log.error("internal_error", request_id=request_id, exc_info=error)
    return Unexpected(extra={"request_id": request_id})


def by_status(status: int) -> Problem:
    """The problem that stands for a bare status of the framework."""
    kinds: dict[int, type[Problem]] = {401: NotSignedIn, 404: NotFound, 405: MethodNotAllowed, 413: PayloadTooLarge}
    return kinds.get(status, BadRequest if status < 500 else Unexpected)()


def answer(request: HttpRequest, error: BaseException) -> HttpResponse:
    """The response to anything raised.

    To staff's programs two refusals stand apart: 422 is a call that is not as the document asks, 409 one that is, but
    cannot be done as things stand; both name the fields.
    """
    refusal = as_problem(error)
    if refusal is error and refusal.status == 422 and request.path_info.startswith("/api/ops/"):
        refusal.status = 409  # type: ignore[misc]  # of this refusal only
    return problem(request, refusal)
