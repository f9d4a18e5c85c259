"""What suppliers' pages share: a frame of their own that nobody keeps or indexes, and fields read as people type them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from zhanggui.kernel import mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError
from zhanggui.ui import language, page

PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}


def shown(request: HttpRequest, template: str, *, status: int = 200, **more: Any) -> HttpResponse:
    language.use(language.of(request))
    response = page.render(request, template, status=status, mall=mall_settings.get("mall.name"), **more)
    for name, value in PRIVATE.items():
        response[name] = value
    return response


def see(where: str, done: str) -> HttpResponse:
    """The page anew, saying what was done."""
    return HttpResponse(status=303, headers={"Location": f"{where}?done={done}"})


def whole(text: str, name: str, errors: list[FieldError]) -> int | None:
    """A whole number; None for nothing, and for what is none."""
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        errors.append(FieldError(name, "type", Text("请填写整数", "a whole number")))
        return None
    return int(text)


def day(text: str, name: str, errors: list[FieldError], *, needed: bool) -> date | None:
    """A day as the browser's field gives it."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        if text.strip() or needed:
            errors.append(FieldError(name, "type", Text("请填写日期", "enter a date")))
        return None
