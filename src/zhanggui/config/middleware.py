"""What surrounds every request: its duration, counters for /metrics, a log line without personal data where needed."""

import time
from collections.abc import Callable
from functools import lru_cache

import structlog
from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

from zhanggui.kernel import ids

log = structlog.get_logger("request")
REQUESTS = Counter("zhanggui_requests_total", "Requests answered", ["method", "status"])
SECONDS = Histogram(
    "zhanggui_request_seconds",
    "Time to answer",
    ["method"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
SLOW_SECONDS = 1.0


def record(method: str, path: str, status: int, seconds: float) -> str:
    """Count and time an answer; log it if it failed or was slow. The request id of a logged one, else ""."""
    requests, durations = _counters(method, status)
    requests.inc()
    durations.observe(seconds)
    if status < 500 and seconds <= SLOW_SECONDS:
        return ""
    request_id = ids.token(9)
    log.warning("request", request_id=request_id, method=method, path=path, status=status, ms=int(seconds * 1000))
    return request_id


@lru_cache(256)
def _counters(method: str, status: int) -> tuple[Counter, Histogram]:
    """The two that count such an answer; finding them costs as much as counting."""
    return REQUESTS.labels(method, status), SECONDS.labels(method)


class RequestFrame:
    """Counts, times and, where needed, logs what Django answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        if not response.streaming:
            response.headers["Content-Length"] = str(len(response.content))  # else the server sends it in chunks
        seconds = time.perf_counter() - started
        request_id = record(request.method or "GET", request.path, response.status_code, seconds)
        if request_id:
            response["X-Request-Id"] = request_id
        return response
