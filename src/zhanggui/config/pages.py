"""What every page passes, of shop and back office alike: only our own pages may send forms, settings are fresh, and
whatever goes wrong becomes a page its reader understands."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from zhanggui.backoffice import errors as backoffice
from zhanggui.kernel import fresh
from zhanggui.kernel.db import drop_dead_connection
from zhanggui.kernel.problems import Problem
from zhanggui.storefront import refusals as storefront
from zhanggui.ui import page
from zhanggui.ui.refusals import BadRequest, OtherSite, as_problem

log = structlog.get_logger(__name__)
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
#: These are no pages: they know their callers by other means than cookies.
NOT_PAGES = ("/api/", "/media/", "/assets/", "/healthz", "/metrics")


class PageFrame:
    """Around every page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(NOT_PAGES):
            return self.get_response(request)
        try:
            if request.method not in SAFE and not is_own(request):
                raise OtherSite()
            if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
                raise BadRequest()
            drop_dead_connection()
            fresh.refresh()
        except Exception as error:  # the frame itself must not be the place where a 500 comes from
            return refusal(request, error)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """What a view raised."""
        return None if request.path_info.startswith(NOT_PAGES) else refusal(request, error)


def is_own(request: HttpRequest) -> bool:
    """Whether a page of ours sent this. Cookies go along with what other sites make a browser send; this does not.

    Browsers say it themselves (Sec-Fetch-Site) over secure connections, else in Origin.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin", "")
    return bool(origin) and urlsplit(origin).netloc in (request.get_host(), urlsplit(settings.PUBLIC_URL).netloc)


def refusal(request: HttpRequest, error: BaseException) -> HttpResponse:
    """The page for anything raised; the plainest one where the better one cannot be made either."""
    problem = as_problem(error)
    office = request.path_info.startswith("/office")
    try:
        return backoffice.answer(request, problem) if office else storefront.answer(request, problem)
    except Exception:
        log.warning("no_page_for_a_refusal", code=problem.code, exc_info=True)
    return plain(request, problem, "/office" if office else "/")


def plain(request: HttpRequest, problem: Problem, home: str = "/") -> HttpResponse:
    """The page that needs nothing."""
    response = page.render(request, "ui/refused.html", status=problem.status, problem=problem, home=home)
    if problem.retry_after:
        response["Retry-After"] = str(problem.retry_after)
    return response
