"""What the pages need from the server beside themselves: built files, and the visitor's language and theme."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from zhanggui.kernel.i18n import LANGUAGES

from . import assets, language, theme

YEAR = 365 * 86_400


def asset(request: HttpRequest, name: str) -> HttpResponse:
    """`/assets/…` under servers other than our own, which answers before Django (config/rsgi.py)."""
    found = assets.files().get(name)
    if found is None:
        return HttpResponse(status=404)
    headers, body = found.answer(request.headers.get("Accept-Encoding", ""))
    return HttpResponse(body, headers=headers)


def preferences(request: HttpRequest) -> HttpResponse:
    """`POST /preferences`: `lang` or `theme`, then back to the page it came from (`next`)."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    response = HttpResponse(status=303, headers={"Location": back if safe else "/"})
    for name, allowed in ((language.COOKIE, LANGUAGES), (theme.COOKIE, theme.THEMES)):
        value = request.POST.get(name.removeprefix("zg_"))
        if value in allowed:
            response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure())
        elif value == "auto":
            response.delete_cookie(name, samesite="Lax")
    return response
