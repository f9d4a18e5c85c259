"""What every request of the API passes: a live connection, fresh settings, and problems instead of bare errors."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from zhanggui.kernel import fresh
from zhanggui.kernel.db import drop_dead_connection

from .errors import InvalidCharacters, PayloadTooLarge
from .frame import PROBLEM, answer, by_status, problem

MULTIPART_MAX = 25 * 1024 * 1024


class ApiFrame:
    """Turns whatever goes wrong under `/api/` into problem+json and recovers from a lost database by itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/api/"):
            return self.get_response(request)
        try:
            _check_request(request)
            drop_dead_connection()
            fresh.refresh()
        except Exception as error:  # the frame itself must not be the place where a 500 comes from
            return answer(request, error)
        response = self.get_response(request)
        if response.status_code >= 400 and response.headers.get("Content-Type") != PROBLEM:
            return _as_problem(request, response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """What a view outside ninja raised."""
        return answer(request, error) if request.path_info.startswith("/api/") else None


def _as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A bare error of the framework (unknown address, wrong method, …) with our body and its own headers."""
    ours = problem(request, by_status(response.status_code))
    if "Allow" in response:
        ours["Allow"] = response["Allow"]
    return ours


def _check_request(request: HttpRequest) -> None:
    if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
        raise InvalidCharacters()
    length = request.META.get("CONTENT_LENGTH") or ""
    if length.isdecimal() and length != "0":
        multipart = request.content_type == "multipart/form-data"
        if int(length) > (MULTIPART_MAX if multipart else settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
            raise PayloadTooLarge()
