"""Every address of the mall."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from zhanggui.api import health, media
from zhanggui.api.frame import by_status, problem
from zhanggui.ui import refusals
from zhanggui.ui import views as ui

from . import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("zhanggui.api.urls")),
    path("healthz", health.healthz),
    path("metrics", health.metrics),
    path("media/<path:name>", media.media),
    path("assets/<str:name>", ui.asset),
    path("preferences", ui.preferences),
    path("office", include("zhanggui.backoffice.urls")),
    path("", include("zhanggui.storefront.urls")),
]


def _refuse(request: HttpRequest, status: int) -> HttpResponse:
    """A bare error of the framework: a problem for programs, a page for people."""
    if request.path_info.startswith(pages.NOT_PAGES):
        return problem(request, by_status(status))
    return pages.refusal(request, refusals.by_status(status))


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _refuse(request, 400)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _refuse(request, 404)


def handler500(request: HttpRequest) -> HttpResponse:
    return _refuse(request, 500)
