"""Light or dark: the visitor's choice (cookie `zg_theme`), else what the system asks for."""

from __future__ import annotations

from django.http import HttpRequest

COOKIE = "zg_theme"
THEMES = ("light", "dark")


def of(request: HttpRequest) -> str:
    """`light`, `dark`, or `""`: as the system has it."""
    return choose(request.COOKIES.get(COOKIE))


def choose(cookie: str | None) -> str:
    """The theme a cookie names; anything else is no choice."""
    return cookie if cookie in THEMES else ""
