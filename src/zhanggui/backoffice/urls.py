"""Every address of the back office: the lists of all areas in `views/`, below `/office/`."""

import importlib
import pkgutil

from django.urls import URLPattern, URLResolver, include, path

from . import views
from .views import dashboard

AREAS = [importlib.import_module(f"{views.__name__}.{found.name}") for found in pkgutil.iter_modules(views.__path__)]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", dashboard.dashboard, name="office-dashboard"),
    path("/", include([pattern for area in AREAS for pattern in getattr(area, "urlpatterns", [])])),
]
