"""What surrounds every request: its id, its duration, one log line without personal data, counters for /metrics."""

import time
from collections.abc import Callable

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


class RequestFrame:
    """Gives the request an id, counts and times it; logs what failed or was slow."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        if not response.streaming:
            response.headers["Content-Length"] = str(len(response.content))  # else the server sends it in chunks
        seconds = time.perf_counter() - started
        method = request.method or "GET"
        REQUESTS.labels(method, response.status_code).inc()
        SECONDS.labels(method).observe(seconds)
        if response.status_code >= 500 or seconds > SLOW_SECONDS:
            request_id = ids.token(9)
            response["X-Request-Id"] = request_id
            log.warning(
                "request",
                request_id=request_id,
                method=method,
                path=request.path,
                status=response.status_code,
                ms=int(seconds * 1000),
            )
        return response
