"""Anything raised while a page was made, as the refusal its reader is told. Only a real defect is `internal_error`."""

from __future__ import annotations

import psycopg
import structlog
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from zhanggui.kernel import ids
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Conflict, NotFound, Problem, Unavailable, ValidationFailed

log = structlog.get_logger(__name__)


class BadRequest(Problem):
    code = "bad_request"
    status = 400
    message = Text("请求格式不正确", "The request is malformed")


class TooLarge(Problem):
    code = "payload_too_large"
    status = 413
    message = Text("提交的内容太大", "What was sent is too large")


class OtherSite(Problem):
    code = "other_site"
    status = 403
    message = Text(
        "这个请求不是从本商城的页面发出的，为安全起见没有执行",
        "This did not come from a page of this mall, and was not done",
    )


class Unexpected(Problem):
    code = "internal_error"
    status = 500
    message = Text("系统出错了，我们已记录", "Something went wrong; it has been noted")


def as_problem(error: BaseException) -> Problem:
    """What to tell, whatever happened; a defect is logged under a number the page shows."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Http404):
        return NotFound()
    if isinstance(error, RequestDataTooBig | TooManyFieldsSent):
        return TooLarge()
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
    """The refusal that stands for a bare status of the framework."""
    return {404: NotFound, 413: TooLarge}.get(status, BadRequest if status < 500 else Unexpected)()
