"""Every address of the mall."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from zhanggui.api import health, media
from zhanggui.api.frame import by_status, problem
from zhanggui.ui import views as ui

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


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(request, by_status(400))


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(request, by_status(404))


def handler500(request: HttpRequest) -> HttpResponse:
    return problem(request, by_status(500))
