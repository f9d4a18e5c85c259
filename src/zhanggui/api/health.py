"""`/healthz` for whoever waits for the mall, `/metrics` for Prometheus."""

import os
from hmac import compare_digest

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from zhanggui.kernel import db
from zhanggui.kernel.clock import now
from zhanggui.kernel.db import drop_dead_connection
from zhanggui.kernel.problems import NotFound, NotSignedIn

from .auth import bearer
from .frame import problem, reply

_migrated = False


def healthz(request: HttpRequest) -> HttpResponse:
    """200 once the mall can sell: the database answers and every migration is applied; 503 until then."""
    global _migrated
    try:
        drop_dead_connection()
        db.row("select 1 as one")
        if not _migrated:
            executor = MigrationExecutor(connection)
            _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return _unwell("database")
    return reply({"status": "ok", "time": now()}) if _migrated else _unwell("migrations")


def _unwell(waiting_for: str) -> HttpResponse:
    response = reply({"status": "unavailable", "waiting_for": waiting_for}, status=503)
    response["Retry-After"] = "2"
    return response


def metrics(request: HttpRequest) -> HttpResponse:
    """Counters of all web workers, for this machine or whoever holds `ZHANGGUI_METRICS_TOKEN`."""
    if not _may_measure(request):
        return problem(request, NotFound())
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    else:
        registry = REGISTRY
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_measure(request: HttpRequest) -> bool:
    expected = os.environ.get("ZHANGGUI_METRICS_TOKEN", "")
    try:
        given = bearer(request)
    except NotSignedIn:
        given = ""
    if expected and compare_digest(given.encode(), expected.encode()):
        return True
    # A proxy on this machine speaks for others: what it forwards is not local.
    proxied = any(name in request.META for name in ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_VIA"))
    return not proxied and request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")
