"""A page: a template, its context, and the headers every page of the mall has."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from . import environment, language, theme

#: Scripts come from our own files only: words of others can never run. Frames: the previews of the back office.
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "private, no-cache",
    "Vary": "Cookie, Accept-Language",
}


def render(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    """The answer to `request`: the template in the visitor's language and theme.

    The context always has `request`, `lang`, `theme`, `path` (with query) and, from the environment, `t`.
    """
    response = HttpResponse(text(request, template, **context), status=status)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def text(request: HttpRequest, template: str, **context: Any) -> str:
    """The page, or a piece of one, as text."""
    lang = language.of(request)
    language.use(lang)
    given = {"request": request, "lang": lang, "theme": theme.of(request), "path": request.get_full_path()}
    return environment.get().get_template(template).render({**given, **context})
