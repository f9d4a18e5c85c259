"""The first page of the day: what needs this colleague now, and how today goes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from zhanggui.ui import page

from ..access import staff


@staff(methods=("GET",))
def dashboard(request: HttpRequest) -> HttpResponse:
    """What the roles of whoever is here have to look at."""
    return page.render(request, "backoffice/dashboard.html")
